"""Front page, inbox, packages and search."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from headwater.service.agencies.access import Asked, for_people, signed_in
from headwater.service.agencies.actions import people_with
from headwater.service.agencies.models import Team, User
from headwater.service.audit.actions import Line, digest_words, log, log_search, write_lines
from headwater.service.cases import access, forms, selectors
from headwater.service.cases.actions import packages as verbs
from headwater.service.cases.actions.earlier import answers_before
from headwater.service.cases.around import around
from headwater.service.cases.finding import find
from headwater.service.cases.log_sight import lines_of_cases, lines_of_referrals, log_cases
from headwater.service.cases.models import Case, Disclosure, Package, Referral
from headwater.service.cases.rules import PackageState
from headwater.service.cases.show_package import body_of, evidence_lines, head_of
from headwater.service.design.front import parts_for
from headwater.service.design.lists import Column, Listing, Order
from headwater.service.design.send import take


@signed_in
def my_work(request: Asked) -> HttpResponse:
    """What is new, due, late, and what waits for somebody else."""
    actor = request.actor
    if not actor.has(*access.WORKERS):
        return render(request, "cases/my_work_other.html", {"parts": parts_for(actor)})
    work, parts = selectors.my_work(actor), parts_for(actor)
    lines = lines_of_cases("consult", actor, work.named_cases)
    if work.new:
        lines.append(Line("consult", "cases_package", [one.pk for one in work.new], None, ["identity", "reasons"]))
    if asked := [*work.answer, *work.waits]:
        lines += lines_of_referrals("consult", actor, asked)
    write_lines(lines)
    return render(
        request,
        "cases/my_work.html",
        {
            "work": work,
            "parts": parts,
            "presses": any(part["presses"] for part in parts),
            "decides": actor.has(*access.PACKAGE["decide"].own),
        },
    )


@for_people(*access.POLICE)
def inbox(request: Asked) -> HttpResponse:
    """The packages of one's teams."""
    teams = selectors.own_teams(request.actor)
    filters = forms.InboxFilters(request.GET, teams=teams)
    told = filters.told
    state = told.get("state") or "waiting"
    rows = selectors.list_packages(
        request.actor, state="" if state == "all" else state, team=told.get("team", ""), q=told.get("q", "")
    )
    orders = [
        Order("evidence", "newest evidence first", ("-newest_on",)),
        Order("due", "answer due first", ("due_on",)),
        Order("arrived", "newest arrival first", ("-received_at",)),
    ]
    columns = [
        Column("Package", lambda one: one.reference), Column("Name", lambda one: one.subject.name), Column("Team", lambda one: one.team.name),
        Column("Answer", lambda one: one.state), Column("Why now", lambda one: one.why_now), Column("Newest evidence", lambda one: one.newest_on),
        Column("Answer by", lambda one: one.answer_by or ""), Column("Restricted", lambda one: "yes" if one.is_locked else "no"),
    ]  # fmt: skip
    listing = Listing(request, rows, orders, filters, columns)
    if table := listing.give_out("inbox", "cases_package", categories=["identity", "reasons"]):
        return table
    rows = access.locked_packages(request.actor).select_related("team").defer(*Package.HEAVY)
    locked = list((rows if state == "all" else rows.filter(state=state))[:20])
    if locked:
        log("refuse", "cases_package", [one.pk for one in locked])
    return render(request, "cases/inbox.html", {"list": listing, "locked": locked})


@for_people(*access.POLICE)
def show_package(request: Asked, reference: str) -> HttpResponse:
    """One package, top to bottom, with what to do."""
    package = access.package_for(request.actor, reference)
    log(
        "consult", "cases_package", [package.pk], categories=["identity", "contact", "household", "reasons", "evidence"]
    )
    decides = package.state == PackageState.WAITING and request.actor.is_in(
        package.team_id, *access.PACKAGE["decide"].own
    )
    family = around(request.actor, package)
    if family.cases:
        log_cases("consult", request.actor, family.cases)
    if family.packages:
        log("consult", "cases_package", [one.pk for one in family.packages], categories=["identity"])
    more = {
        "package": package,
        "head": head_of(package),
        "body": body_of(package),
        "decides": decides,
        "before": answers_before(package),
        "around": family,
    }
    return render(request, "cases/package.html", more)


def _decide(request: Asked, reference: str) -> Any:
    return access.package_for(request.actor, reference, to="decide", lock=request.method == "POST")


def _about(package: Any, title: str, button: str, **more: Any) -> dict[str, Any]:
    return {
        "title": title,
        "caption": f"{package.subject.name} · {package.reference}",
        "back": reverse("package", args=[package.reference]),
        "button": button,
        **more,
    }


def _ask(request: Asked, package: Any, form: Any, act: Any, more: dict[str, Any], *, done: str) -> HttpResponse:
    answer = take(request, form, act, "design/form_page.html", more, done=done)
    if answer.status_code != 302:
        log("consult", "cases_package", [package.pk], categories=["identity", "evidence"])
    return answer


@for_people(*access.PACKAGE["decide"].own)
def take_on(request: Asked, reference: str) -> HttpResponse:
    """Open a case."""
    package = _decide(request, reference)
    open_case = verbs.case_to_join(package)
    people = people_with(request.actor.agency_id, access.POLICE, package.team_id) if open_case is None else []
    form = forms.TakeOnForm(
        request.POST or None, people=people, joins=open_case is not None, initial={"lead": request.actor.id}
    )

    def act(form: forms.TakeOnForm) -> str:
        told = form.cleaned_data
        if open_case is not None:
            case = verbs.take_on(package, acting=request.actor)
        else:
            lead = User.objects.get(pk=int(told["lead"]), agency_id=request.actor.agency_id)
            case = verbs.take_on(package, acting=request.actor, lead=lead, review_every=int(told["review_every"]))
        return reverse("case", args=[case.pk])

    title, button, done = "Take it on", "Open the case", "The case is open."
    lead = "A case is opened for your team. The search is told, so that it brings you what is new instead of a new package."
    if open_case is not None:
        button, done = "Add it to the case", "The package is in the open case."
        sight = access.sight_of(request.actor, open_case)
        lead = _say_joins(open_case, may_open=sight is not None and sight.level != "locked")
    return _ask(request, package, form, act, _about(package, title, button, lead=[lead]), done=done)


def _say_joins(case: Case, *, may_open: bool) -> str:
    same = "place" if case.subject.is_place else "person"
    what = "What the search found is added to it. Who leads and how often you look back stay as they are."
    if not may_open:
        return f"Your team has an open case about the same {same} that you may not open. {what}"
    who = f"{case.lead.name} leads it" if case.lead else "nobody leads it now"
    return f"Your team has an open case about the same {same}, {case.reference}; {who}. {what}"


@for_people(*access.PACKAGE["decide"].own)
def not_needed(request: Asked, reference: str) -> HttpResponse:
    """Say why it is not needed."""
    package = _decide(request, reference)

    def act(form: forms.NotNeededForm) -> str:
        verbs.say_no(
            package,
            acting=request.actor,
            state=PackageState.NOT_NEEDED,
            reason=form.cleaned_data["reason"],
            note=form.cleaned_data["note"],
        )
        return reverse("inbox")

    more = _about(package, "Not needed", "Send the answer")
    return _ask(
        request,
        package,
        forms.NotNeededForm(request.POST or None),
        act,
        more,
        done="Thank you: the answer went back to the search.",
    )


@for_people(*access.PACKAGE["decide"].own)
def wrong(request: Asked, reference: str, what: str) -> HttpResponse:
    """It is about somebody else, or a line is wrong."""
    package = _decide(request, reference)
    whole = what == "person"
    lines = evidence_lines(package)
    form = forms.WrongForm(request.POST or None, lines=lines, whole=whole)

    def act(form: forms.WrongForm) -> str:
        state = PackageState.WRONG_PERSON if whole else PackageState.WRONG_EVIDENCE
        verbs.say_no(
            package,
            acting=request.actor,
            state=state,
            note=form.cleaned_data["note"],
            evidence_id=form.cleaned_data["evidence_id"],
        )
        return reverse("inbox")

    title = "Wrong person" if whole else "Wrong evidence"
    if whole and package.subject.is_place:
        title = forms.ask_about_place(form, title)
    return _ask(
        request,
        package,
        form,
        act,
        _about(package, title, "Send the answer"),
        done="Thank you: the answer went back to the search.",
    )


@for_people(*access.PACKAGE["decide"].own)
def pass_on(request: Asked, reference: str) -> HttpResponse:
    """Give it to another team."""
    package = access.package_for(request.actor, reference, to="pass on", lock=request.method == "POST")
    teams = list(
        Team.objects.filter(agency_id=request.actor.agency_id).exclude(lake_team="").exclude(pk=package.team_id)
    )
    form = forms.PassOnForm(request.POST or None, teams=teams)

    def act(form: forms.PassOnForm) -> str:
        team = next(one for one in teams if one.pk == int(form.cleaned_data["team"]))
        verbs.pass_on(package, acting=request.actor, team=team, note=form.cleaned_data["note"])
        return reverse("inbox")

    return _ask(
        request,
        package,
        form,
        act,
        _about(package, "Pass it to another team", "Pass it on"),
        done="The other team has it now.",
    )


@for_people(*access.WORKERS)
def search(request: Asked) -> HttpResponse:
    """Find somebody, tolerant of spelling; logged."""
    form = forms.SearchForm(request.GET)
    words = form.cleaned_data.get("q", "") if form.is_valid() else ""
    hits = find(request.actor, words) if words else []
    if words:
        _log_hits(request, words, [hit.item for hit in hits])
    return render(request, "cases/search.html", {"search_form": form, "words": words, "hits": hits})


def _log_hits(request: Asked, words: str, items: list[Any]) -> None:
    """A search and what it found, kind by kind; one that found nothing is a line too."""
    cases = [one for one in items if isinstance(one, Case)]
    if cases or not items:
        log_cases("search", request.actor, cases, basis=digest_words(words))
    for kind in (Package, Referral, Disclosure):
        if found := [one.pk for one in items if isinstance(one, kind)]:
            log_search(words, kind._meta.db_table, found, categories=["identity"])


@for_people(*access.LEADS)
def caseload(request: Asked) -> HttpResponse:
    """Who does how much, what is late, and how agencies answer."""
    teams = [team for team in selectors.own_teams(request.actor) if request.actor.is_in(team.pk, *access.LEADS)]
    loads = selectors.caseload(request.actor, [team.pk for team in teams])
    more = {
        "teams": teams,
        "loads": loads,
        "agencies": selectors.late_by_agency(request.actor),
        "declined": selectors.decline_reasons(request.actor),
    }
    log("consult", "agencies_team", [team.pk for team in teams])
    log("consult", "agencies_user", [load.user_id for load in loads if load.user_id])
    return render(request, "cases/caseload.html", more)
