"""A case: list, overview, timeline, and the forms that change it."""

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
from headwater.service.cases.models import Case
from headwater.service.cases.rules import Sight
from headwater.service.design.forms import Form
from headwater.service.design.lists import Column, Filters, Listing, Order
from headwater.service.design.send import take

TABS = (
    ("Overview", "case", ""), ("Plan", "case_plan", "plan"), ("Timeline", "case_timeline", ""), ("Meetings", "case_meetings", "plan"),
    ("Documents", "case_documents", ""), ("Agencies", "case_agencies", ""),
)  # fmt: skip


def case_page(
    request: Asked, template: str, case: Case, sight: Sight, more: dict[str, Any], *, tab: str = ""
) -> HttpResponse:
    """A page of a case: what every one of them needs. The look is logged with what was seen."""
    categories = sorted(sight.categories)
    log("consult", "cases_case", [case.pk], case=case.pk, categories=categories, basis=sight.by)
    tabs = [
        {"words": words, "address": reverse(route, args=[case.pk]), "here": route == tab}
        for words, route, needs in TABS
        if not needs or sight.sees(needs)
    ]
    may = {verb.replace(" ", "_"): access.may(request.actor, case, sight, verb) for verb in access.CASE}
    return render(request, template, {"case": case, "sight": sight, "tabs": tabs, "may": may, **more})


@for_people(*access.WORKERS)
def list_cases(request: Asked) -> HttpResponse:
    """The cases that one sees."""
    filters = forms.CaseFilters(request.GET)
    filters.is_valid()
    told = filters.cleaned_data
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
    ]  # fmt: skip
    listing = Listing(request, rows, orders, filters, columns)
    if listing.wants_csv:
        found = listing.all_rows()
        log("export", "cases_case", [one.pk for one in found], categories=["identity"])
        return listing.as_csv("cases", found)
    log("consult", "cases_case", [one.pk for one in listing], categories=["identity"])
    locked = access.locked_cases(request.actor).filter(state="open").select_related("team", "lead")[:20]
    return render(request, "cases/cases.html", {"list": listing, "locked": list(locked)})


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
            acting=request.actor, team=team, subject=subject, why=told["why"], review_every=int(told["review_every"])
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
        "packages": list(case.packages.all().defer("content")) if sight.whole else [], "agencies": _table(request, case, sight),
        "glass": case.broken_glass.filter(user_id=actor.id).order_by("-id").first() if sight.by == "break glass" else None,
    }  # fmt: skip
    return case_page(request, "cases/case.html", case, sight, more, tab="case")


def _table(request: Asked, case: Case, sight: Sight) -> list[Agency]:
    """Who is around the table is part of the plan: without it an agency reads who leads, and itself."""
    everybody = at_the_table(case)
    known = (case.team.agency_id, request.actor.agency_id)
    return everybody if sight.sees("plan") else [one for one in everybody if one.pk in known]


class TimelineFilters(Filters):
    """Filters of a timeline."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        from django import forms as django_forms

        from headwater.service.cases.rules import ENTRY_KINDS

        super().__init__(*args, **kwargs)
        self.fields["kind"] = django_forms.ChoiceField(
            label="Kind", required=False, choices=[("", "All"), *((one, one.capitalize()) for one in ENTRY_KINDS)]
        )


@for_people(*access.WORKERS)
def show_timeline(request: Asked, number: int) -> HttpResponse:
    """One timeline across agencies, as this reader may see it."""
    case, sight = access.case_for(request.actor, number)
    filters = TimelineFilters(request.GET)
    filters.is_valid()
    rows = access.entries_for(request.actor, case, sight)
    if kind := filters.cleaned_data.get("kind"):
        rows = rows.filter(kind=kind)
    columns = [
        Column("When", lambda one: one.at.isoformat(timespec="minutes")), Column("What", lambda one: one.words), Column("Text", lambda one: one.text),
        Column("Agency", lambda one: one.agency.name), Column("By", lambda one: one.by.name if one.by else one.by_words),
    ]  # fmt: skip
    listing = Listing(
        request,
        rows,
        [Order("new", "newest first", ("-at",)), Order("old", "oldest first", ("at",))],
        filters,
        columns,
        size=40,
    )
    if listing.wants_csv:
        found = listing.all_rows()
        log("export", "cases_case", [case.pk], case=case.pk, categories=sorted(sight.categories))
        return listing.as_csv(case.reference, found)
    return case_page(request, "cases/timeline.html", case, sight, {"list": listing}, tab="case_timeline")


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


# ---- forms that change a case


def case_of(request: Asked, number: int, to: str) -> tuple[Case, Sight]:
    """The case of a form, read once for a request; while it is changed nobody else changes it. Raises Http404."""
    known: tuple[Case, Sight] | None = getattr(request, "case_read", None)
    if known is None or known[0].pk != number or not access.may(request.actor, *known, to):
        known = access.case_for(request.actor, number, to=to, lock=request.method == "POST")
        request.case_read = known  # type: ignore[attr-defined]
    return known


def _change(
    request: Asked, number: int, verb: str, form: Form, title: str, button: str, act: Any, **more: Any
) -> HttpResponse:
    case, sight = case_of(request, number, verb)
    content = {
        "title": title,
        "caption": f"{case.name} · {case.reference}",
        "back": reverse("case", args=[number]),
        "button": button,
        **more,
    }
    answer = take(
        request, form, lambda form: act(case, form) or reverse("case", args=[number]), "design/form_page.html", content
    )
    if answer.status_code != 302:  # The form shows who it is about, and often what stands there now.
        log("consult", "cases_case", [case.pk], case=case.pk, categories=sorted(sight.categories), basis=sight.by)
    return answer


@for_people(*access.WORKERS)
def write_wishes(request: Asked, number: int) -> HttpResponse:
    """What the person wants."""
    case, _ = case_of(request, number, "write what the person wants")
    now = {name: getattr(case, name) for name in ("wishes", "strengths", "needs")}
    form = forms.WishesForm(request.POST or None, initial={**now, "version": case.version})

    def act(case: Case, form: forms.WishesForm) -> None:
        if form.compare(case.version, now):
            verbs.write_wishes(case, acting=request.actor, **{name: form.cleaned_data[name] for name in now})

    return _change(request, number, "write what the person wants", form, "What the person wants", "Save", act)


@for_people(*access.WORKERS)
def write_member(request: Asked, number: int, member_id: int | None = None) -> HttpResponse:
    """Somebody at home."""
    case, _ = case_of(request, number, "write who is at home")
    member = case.household.filter(pk=member_id).first() if member_id else None
    if member_id and member is None:
        raise Http404
    names = ("name", "relationship", "age_words", "lives_here")
    now = (
        {name: getattr(member, name) for name in names} | {"suspected": bool(member.suspected_on)}
        if member
        else {"lives_here": True}
    )
    form = forms.MemberForm(request.POST or None, initial=now)
    if member is None:
        del form.fields["gone"]

    def act(case: Case, form: forms.MemberForm) -> None:
        told = form.cleaned_data
        verbs.write_member(case, acting=request.actor, content=told, member=member, gone=bool(told.get("gone")))

    return _change(request, number, "write who is at home", form, "Who is at home", "Save", act)


@for_people(*access.WORKERS)
def record_consent(request: Asked, number: int) -> HttpResponse:
    """Consent, or the lawful reason without it."""
    case, _ = case_of(request, number, "record consent")
    now = {name: getattr(case, name) for name in ("consent", "without_basis", "without_why")}
    form = forms.ConsentForm(request.POST or None, initial={**now, "version": case.version})

    def act(case: Case, form: forms.ConsentForm) -> None:
        told = form.cleaned_data
        if form.compare(case.version, now):
            verbs.record_consent(
                case,
                acting=request.actor,
                consent=told["consent"],
                basis=told["without_basis"],
                why=told["without_why"],
            )

    return _change(request, number, "record consent", form, "Does the person agree?", "Save", act)


@for_people(*access.WORKERS)
def say_worry(request: Asked, number: int) -> HttpResponse:
    """How worried people are."""
    form = forms.WorryForm(request.POST or None)

    def act(case: Case, form: forms.WorryForm) -> None:
        verbs.say_worry(case, acting=request.actor, level=form.cleaned_data["level"], why=form.cleaned_data["why"])

    return _change(request, number, "say how worried", form, "How worried are you?", "Save", act)


@for_people(*access.WORKERS)
def review(request: Asked, number: int) -> HttpResponse:
    """Look back."""
    case, _ = case_of(request, number, "review")
    form = forms.ReviewForm(request.POST or None, initial={"every": case.review_every})

    def act(case: Case, form: forms.ReviewForm) -> None:
        told = form.cleaned_data
        verbs.review(
            case,
            acting=request.actor,
            better=told["better"],
            worse=told["worse"],
            person_says=told["person_says"],
            every=int(told["every"]),
        )

    return _change(request, number, "review", form, "Review", "Save the review", act)


@for_people(*access.WORKERS)
def change_lead(request: Asked, number: int) -> HttpResponse:
    """Who leads."""
    case, _ = case_of(request, number, "change the lead")
    people = people_with(case.team.agency_id, access.WORKERS, case.team_id)
    form = forms.LeadForm(request.POST or None, people=people, initial={"lead": case.lead_id})

    def act(case: Case, form: forms.LeadForm) -> None:
        lead = next(one for one in people if one.pk == int(form.cleaned_data["lead"]))
        verbs.change_lead(case, acting=request.actor, lead=lead)

    return _change(request, number, "change the lead", form, "Who leads?", "Save", act)


@for_people(*access.WORKERS)
def restrict(request: Asked, number: int) -> HttpResponse:
    """Only some may see it."""
    case, _ = case_of(request, number, "restrict")
    people = [*people_with(case.team.agency_id, access.WORKERS, case.team_id)]
    for agency in at_the_table(case):
        people += [one for one in people_with(agency.pk, access.WORKERS) if agency.pk != case.team.agency_id]
    named = list(case.grants.values_list("user_id", flat=True))
    form = forms.RestrictForm(
        request.POST or None, people=people, initial={"restriction": case.restriction or "none", "people": named}
    )

    def act(case: Case, form: forms.RestrictForm) -> None:
        chosen = [one for one in people if str(one.pk) in form.cleaned_data["people"]]
        told = form.cleaned_data["restriction"]
        verbs.restrict(case, acting=request.actor, restriction="" if told == "none" else told, people=chosen)

    lead = ["Others of the team see a locked line without a name. Everybody else sees nothing."]
    return _change(request, number, "restrict", form, "Who may see this case?", "Save", act, lead=lead)


@for_people(*access.WORKERS)
def close(request: Asked, number: int) -> HttpResponse:
    """Close with an outcome and what was learned."""
    form = forms.CloseForm(request.POST or None)

    def act(case: Case, form: forms.CloseForm) -> None:
        told = form.cleaned_data
        verbs.close(case, acting=request.actor, outcome=told["outcome"], words=told["words"], learned=told["learned"])

    return _change(request, number, "close", form, "Close the case", "Close it", act)


@for_people(*access.WORKERS)
def reopen(request: Asked, number: int) -> HttpResponse:
    """Work on it again."""
    form = forms.ReopenForm(request.POST or None)

    def act(case: Case, form: forms.ReopenForm) -> None:
        verbs.reopen(case, acting=request.actor, why=form.cleaned_data["why"])

    return _change(request, number, "reopen", form, "Open the case again", "Open it", act)
