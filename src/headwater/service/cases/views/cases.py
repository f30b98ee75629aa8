"""Cases to read: the list, the first page, the timeline, and who is around the table."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from headwater.service.agencies.access import Asked, for_people
from headwater.service.agencies.actions import people_with
from headwater.service.agencies.models import Agency, User
from headwater.service.audit.actions import log
from headwater.service.audit.models import Entry as LogEntry
from headwater.service.cases import access, forms, selectors
from headwater.service.cases.actions import cases as verbs
from headwater.service.cases.actions.plan import at_the_table
from headwater.service.cases.log_sight import log_cases
from headwater.service.cases.models import Case, Package
from headwater.service.cases.rules import Sight
from headwater.service.cases.views.page import case_page
from headwater.service.design.lists import Column, Listing, Order
from headwater.service.design.send import take


@for_people(*access.WORKERS)
def list_cases(request: Asked) -> HttpResponse:
    """The cases that one sees."""
    filters = forms.CaseFilters(request.GET)
    told = filters.told
    state = told.get("state") or "open"
    rows = selectors.list_cases(
        request.actor,
        state="" if state == "all" else state,
        lead=told.get("lead", ""),
        due=told.get("due", ""),
        q=told.get("q", ""),
    )
    orders = [
        Order("moved", "last changed first", ("-moved_at",)),
        Order("review", "next review first", ("next_review_on",)),
        Order("opened", "newest first", ("-opened_at",)),
    ]
    columns = [
        Column("Case", lambda one: one.reference), Column("Name", lambda one: one.name), Column("Team", lambda one: one.team.name),
        Column("Lead", lambda one: one.lead.name if one.lead else ""), Column("State", lambda one: one.state),
        Column("How worried", lambda one: one.get_worry_display()), Column("Next review", lambda one: one.next_review_on),
        Column("Restricted", lambda one: "yes" if one.restricted else "no"),
    ]  # fmt: skip
    listing = Listing(request, rows, orders, filters, columns)

    def write(verb: str, shown: list[Case], words: str) -> None:
        log_cases(verb, request.actor, shown, basis=words)

    if table := listing.give_out("cases", "cases_case", lines=write):
        return table
    locked = list(access.locked_cases(request.actor).filter(state="open").select_related("team", "lead")[:20])
    if locked:
        log("refuse", "cases_case", [one.pk for one in locked])
    return render(request, "cases/cases.html", {"list": listing, "locked": locked})


@for_people(*access.WORKERS)
def list_learned(request: Asked) -> HttpResponse:
    """What was learned in closed cases of the own teams, without a name."""
    filters = forms.LearnedFilters(request.GET)
    rows = selectors.list_learned(request.actor, outcome=filters.told.get("outcome", ""))
    orders = [
        Order("new", "closed last first", ("-closed_at",)),
        Order("old", "closed longest ago first", ("closed_at",)),
    ]
    columns = [
        Column("Case", lambda one: one.reference), Column("Closed", lambda one: one.closed_at), Column("How it ended", lambda one: one.get_outcome_display()),
        Column("What was learned", lambda one: one.learned),
    ]  # fmt: skip
    listing = Listing(request, rows, orders, filters, columns)
    if table := listing.give_out("learned", "cases_case"):
        return table
    return render(request, "cases/learned.html", {"list": listing})


@for_people(*access.WORKERS)
def begin_case(request: Asked) -> HttpResponse:
    """Begin a case about somebody whom no search found; search first."""
    teams = [team for team in selectors.own_teams(request.actor) if request.actor.is_in(team.pk, *access.WORKERS)]
    form = forms.BeginForm(request.POST or None, teams=teams)

    def act(form: forms.BeginForm) -> str:
        told = form.cleaned_data
        team = next(one for one in teams if one.pk == int(told["team"]))
        subject = {"name": told["name"], "born_on": told["born_on"], "address": told["address"]}
        case = verbs.begin_case(
            acting=request.actor,
            team=team,
            subject=subject,
            why=told["why"],
            review_every=int(told["review_every"]),
            contact_safely=told["contact_safely"],
        )
        return reverse("case", args=[case.pk])

    more = {
        "title": "Begin a case",
        "back": reverse("cases"),
        "button": "Begin the case",
        "lead": ["Search for the person first: two cases about one person help nobody."],
    }
    return take(request, form, act, "design/form_page.html", more)


@for_people(*access.WORKERS)
def show_case(request: Asked, number: int) -> HttpResponse:
    """The first page of a case; of a locked one, only that it is locked and whom to ask."""
    actor = request.actor
    case, sight = access.find_case(actor, number)
    if (
        case is not None
        and sight is not None
        and sight.level == "locked"
        and access.may(actor, case, sight, "see that it is locked")
    ):
        log("refuse", "cases_case", [case.pk], case=case.pk)
        return render(
            request,
            "cases/locked.html",
            {"case": case, "managers": people_with(case.team.agency_id, access.LEADS, case.team_id)},
        )
    if case is None or sight is None or not access.may(actor, case, sight, "read"):
        raise Http404
    actions = (
        list(case.actions.filter(state="open").select_related("owner", "agency").order_by("due_on")[:6])
        if sight.sees("plan")
        else []
    )
    more = {
        "actions": actions, "entries": list(access.entries_for(actor, case, sight).order_by("-at", "-id")[:5]),
        "household": list(case.household.all()) if sight.sees("household") else [], "worry": case.worries.select_related("by").order_by("-id").first(),
        "packages": list(case.packages.all().defer(*Package.HEAVY)) if sight.whole else [], "agencies": _table(request, case, sight),
        "glass": case.broken_glass.filter(user_id=actor.id).order_by("-id").first() if sight.by == "break glass" else None,
    }  # fmt: skip
    return case_page(request, "cases/case.html", case, sight, more, tab="case")


def _table(request: Asked, case: Case, sight: Sight) -> list[Agency]:
    """Who is around the table is part of the plan: without it an agency reads who leads, and itself."""
    everybody = at_the_table(case)
    known = (case.team.agency_id, request.actor.agency_id)
    return everybody if sight.sees("plan") else [one for one in everybody if one.pk in known]


@for_people(*access.WORKERS)
def show_agencies(request: Asked, number: int) -> HttpResponse:
    """Who is around the table, who was asked, and what each may see; for its leaders, who has looked."""
    case, sight = access.case_for(request.actor, number)
    referrals = (
        case.referrals.select_related("receiver", "sender", "by").order_by("-id")
        if sight.whole
        else case.referrals.none()
    )
    looks: list[Any] = []
    if access.may(request.actor, case, sight, "see who has looked"):
        rows = list(LogEntry.objects.filter(case=case.pk).exclude(verb__in=["collect", "alter"]).order_by("-id")[:30])
        names = {
            user.pk: user
            for user in User.objects.filter(pk__in={row.user for row in rows if row.user}).select_related("agency")
        }
        looks = [{"entry": row, "user": names.get(row.user or 0)} for row in rows]
    return case_page(
        request,
        "cases/agencies.html",
        case,
        sight,
        {"table": _table(request, case, sight), "referrals": list(referrals), "looks": looks},
        tab="case_agencies",
    )
