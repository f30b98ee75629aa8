"""Front page, inbox, packages and search."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from headwater.service.agencies.access import Asked, for_people, signed_in
from headwater.service.agencies.actions import people_with
from headwater.service.agencies.models import Team, User
from headwater.service.audit.actions import log, log_search
from headwater.service.cases import access, forms, selectors
from headwater.service.cases.actions import packages as verbs
from headwater.service.cases.actions.earlier import answers_before
from headwater.service.cases.around import around
from headwater.service.cases.models import Case, Package
from headwater.service.cases.rules import PackageState
from headwater.service.cases.show_package import body_of, head_of
from headwater.service.design.lists import Column, Listing, Order
from headwater.service.design.send import take


@signed_in
def my_work(request: Asked) -> HttpResponse:
    """What is new, due, late, and what waits for somebody else."""
    actor = request.actor
    if not actor.has(*access.WORKERS):
        return render(request, "cases/my_work_other.html", {})
    work = selectors.my_work(actor)
    log(
        "consult",
        "cases_case",
        {one.pk for one in [*work.cases, *work.reviews, *work.helping]},
        categories=["identity"],
    )
    if work.new:
        log("consult", "cases_package", [one.pk for one in work.new], categories=["identity", "reasons"])
    return render(
        request,
        "cases/my_work.html",
        {
            "work": work,
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
        Column("Answer by", lambda one: one.answer_by or ""),
    ]  # fmt: skip
    listing = Listing(request, rows, orders, filters, columns)
    if table := listing.export("inbox", "cases_package", categories=["identity", "reasons"]):
        return table
    log("consult", "cases_package", [one.pk for one in listing], categories=["identity", "reasons"])
    locked = (
        access.locked_packages(request.actor).filter(state=state)
        if state != "all"
        else access.locked_packages(request.actor)
    )
    return render(
        request,
        "cases/inbox.html",
        {"list": listing, "locked": list(locked.select_related("team").defer(*Package.HEAVY)[:20])},
    )


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
    more = {
        "package": package,
        "head": head_of(package),
        "body": body_of(package),
        "decides": decides,
        "before": answers_before(package),
        "around": around(request.actor, package),
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
    lines = [(item["evidence_id"], item["sentence"]) for kind in package.content["evidence"] for item in kind["items"]]
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
    hits = selectors.search(request.actor, words) if words else []
    if words:
        log_search(words, "cases_case", [hit.reference for hit in hits])
    return render(request, "cases/search.html", {"search_form": form, "words": words, "hits": hits})


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
    return render(request, "cases/caseload.html", more)
