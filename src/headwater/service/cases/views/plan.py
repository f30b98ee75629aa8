"""The plan: goals and actions, notes and contacts, meetings, documents, and the plan on paper."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from headwater.service.agencies.access import Asked, for_people
from headwater.service.agencies.actions import people_with
from headwater.service.agencies.models import User
from headwater.service.audit.actions import log
from headwater.service.cases import access, forms
from headwater.service.cases.actions import plan as verbs
from headwater.service.cases.models import Case
from headwater.service.cases.paper import plan_for_paper, set_plan
from headwater.service.cases.views.cases import _change, case_of, case_page

MOST_OPEN, MOST_ENDED = 100, 40
"""Actions on the page of a plan: those due first, and those that ended last; the timeline holds them all."""


@for_people(*access.WORKERS)
def show_plan(request: Asked, number: int) -> HttpResponse:
    """Goals, and who does what by when."""
    case, sight = access.case_for(request.actor, number, to="read the plan")
    actions = case.actions.select_related("owner", "agency", "goal")
    todo = list(actions.filter(state="open").order_by("due_on", "id")[: MOST_OPEN + 1])
    ended = list(actions.exclude(state="open").order_by("-ended_on", "-id")[:MOST_ENDED])
    goals = [
        {"goal": goal, "actions": [one for one in todo[:MOST_OPEN] if one.goal_id == goal.pk]}
        for goal in case.goals.order_by("id")
    ]
    more = {
        "goals": goals,
        "other": [one for one in todo[:MOST_OPEN] if one.goal_id is None],
        "cut": MOST_OPEN if len(todo) > MOST_OPEN else 0,
        "ended": ended,
        "reviews": list(case.reviews.select_related("by").order_by("-id")[:5]),
    }
    return case_page(request, "cases/plan.html", case, sight, more, tab="case_plan")


@for_people(*access.WORKERS)
def set_goal(request: Asked, number: int, goal_id: int | None = None) -> HttpResponse:
    """A goal, new or changed."""
    case, _ = case_of(request, number, "change the plan")
    goal = case.goals.filter(pk=goal_id).first() if goal_id else None
    if goal_id and goal is None:
        raise Http404
    now = (
        {"words": goal.words, "reached": goal.reached_on is not None, "unsafe_to_print": goal.unsafe_to_print}
        if goal
        else {}
    )
    form = forms.GoalForm(request.POST or None, initial={**now, "version": goal.version if goal else 1})

    def act(case: Case, form: forms.GoalForm) -> str:
        told = form.cleaned_data
        if goal is None or form.compare(goal.version, now):
            verbs.set_goal(
                case,
                acting=request.actor,
                words=told["words"],
                unsafe=told["unsafe_to_print"],
                goal=goal,
                reached=told["reached"],
            )
        return reverse("case_plan", args=[number])

    return _change(
        request, number, "change the plan", form, "Goal", "Save", act, back=reverse("case_plan", args=[number])
    )


def _choices_of_action(case: Case) -> dict[str, Any]:
    """Who is around the table, and which goals there are."""
    agencies = verbs.at_the_table(case)
    people: list[User] = []
    for agency in agencies:
        people += people_with(agency.pk, access.WORKERS, case.team_id if agency.pk == case.team.agency_id else None)
    return {"agencies": agencies, "people": people, "goals": list(case.goals.all())}


@for_people(*access.WORKERS)
def add_action(request: Asked, number: int) -> HttpResponse:
    """Who does what by when."""
    case, _ = case_of(request, number, "change the plan")
    form = forms.ActionForm(request.POST or None, initial={"goal": request.GET.get("goal")}, **_choices_of_action(case))

    def act(case: Case, form: forms.ActionForm) -> str:
        verbs.add_action(case, acting=request.actor, **_action_of(case, form))
        return reverse("case_plan", args=[number])

    return _change(
        request, number, "change the plan", form, "Add an action", "Add", act, back=reverse("case_plan", args=[number])
    )


def _action_of(case: Case, form: forms.ActionForm) -> dict[str, Any]:
    """What the form says about an action, as the verbs take it."""
    told = form.cleaned_data
    who, pk = told["who"][0], int(told["who"][1:])
    owner = User.objects.select_related("agency").get(pk=pk) if who == "u" and not told["owner_words"] else None
    agency_id = User.objects.get(pk=pk).agency_id if who == "u" else pk
    return {
        "words": told["words"], "due": told["due"], "owner": owner, "owner_words": told["owner_words"], "unsafe": told["unsafe"],
        "agency": next(one for one in verbs.at_the_table(case) if one.pk == agency_id),
        "goal": case.goals.filter(pk=int(told["goal"])).first() if told["goal"] else None,
    }  # fmt: skip


@for_people(*access.WORKERS)
def change_action(request: Asked, number: int, action_id: int) -> HttpResponse:
    """Give it to somebody else, or say anew what and when."""
    case, _ = case_of(request, number, "change the plan")
    action = (
        case.actions.select_related("case__lead", "case__team", "owner", "agency", "goal").filter(pk=action_id).first()
    )
    if action is None:
        raise Http404
    who = f"u{action.owner_id}" if action.owner_id else f"a{action.agency_id}"
    now = {
        "words": action.words,
        "who": who,
        "owner_words": action.owner_words,
        "due": action.due_on,
        "goal": str(action.goal_id or ""),
    }
    initial = {**now, "unsafe": action.unsafe_to_print, "version": action.version}
    form = forms.ChangeActionForm(request.POST or None, initial=initial, **_choices_of_action(case))

    def act(case: Case, form: forms.ChangeActionForm) -> str:
        if form.compare(
            action.version, {"words": action.words, "owner_words": action.owner_words, "due": action.due_on}
        ):
            verbs.change_action(action, acting=request.actor, **_action_of(case, form))
        return reverse("case_plan", args=[number])

    return _change(
        request,
        number,
        "change the plan",
        form,
        "Change an action",
        "Save",
        act,
        back=reverse("case_plan", args=[number]),
    )


@for_people(*access.WORKERS)
def end_action(request: Asked, number: int, action_id: int) -> HttpResponse:
    """Done, or not done and why."""
    case, _ = case_of(request, number, "change the plan")
    action = case.actions.select_related("case__lead", "case__team").filter(pk=action_id).first()
    if action is None:
        raise Http404
    form = forms.EndActionForm(request.POST or None, initial={"version": action.version})

    def act(case: Case, form: forms.EndActionForm) -> str:
        if form.compare(
            action.version, {"done": {"done": "yes", "not done": "no"}.get(action.state, ""), "how": action.how}
        ):
            verbs.end_action(
                action, acting=request.actor, done=form.cleaned_data["done"] == "yes", how=form.cleaned_data["how"]
            )
        return reverse("case_plan", args=[number])

    return _change(
        request, number, "change the plan", form, action.words, "Save", act, back=reverse("case_plan", args=[number])
    )


@for_people(*access.WORKERS)
def write_note(request: Asked, number: int) -> HttpResponse:
    """A note."""

    def act(case: Case, form: forms.NoteForm) -> str:
        told = form.cleaned_data
        verbs.write_note(case, acting=request.actor, words=told["words"], text=told["text"], health=told["health"])
        return reverse("case_timeline", args=[number])

    return _change(
        request, number, "write a note", forms.NoteForm(request.POST or None), "Write a note", "Save the note", act
    )


@for_people(*access.WORKERS)
def record_contact(request: Asked, number: int) -> HttpResponse:
    """Somebody met, called or wrote."""

    def act(case: Case, form: forms.ContactForm) -> str:
        told = form.cleaned_data
        verbs.record_contact(
            case, acting=request.actor, with_whom=told["with_whom"], how=told["how"], on=told["on"], text=told["text"]
        )
        return reverse("case_timeline", args=[number])

    return _change(
        request, number, "write a note", forms.ContactForm(request.POST or None), "Record a contact", "Save", act
    )


@for_people(*access.WORKERS)
def show_meetings(request: Asked, number: int) -> HttpResponse:
    """Meetings, planned and held."""
    case, sight = access.case_for(request.actor, number, to="read the plan")
    meetings = list(case.meetings.prefetch_related("actions__owner", "actions__agency").order_by("-on", "-id")[:100])
    return case_page(request, "cases/meetings.html", case, sight, {"meetings": meetings}, tab="case_meetings")


@for_people(*access.WORKERS)
def hold_meeting(request: Asked, number: int, meeting_id: int | None = None) -> HttpResponse:
    """Plan a meeting, or write its minutes."""
    case, _ = case_of(request, number, "hold a meeting")
    meeting = case.meetings.filter(pk=meeting_id).first() if meeting_id else None
    if meeting_id and meeting is None:
        raise Http404
    names = ("on", "where", "agenda", "present", "minutes")
    now = {name: getattr(meeting, name) for name in names} if meeting else {}
    form = forms.MeetingForm(request.POST or None, initial={**now, "version": meeting.version if meeting else 1})

    def act(case: Case, form: forms.MeetingForm) -> str:
        if meeting is None or form.compare(meeting.version, now):
            verbs.hold_meeting(
                case, acting=request.actor, content={name: form.cleaned_data[name] for name in names}, meeting=meeting
            )
        return reverse("case_meetings", args=[number])

    title = "Meeting" if meeting else "Plan a meeting"
    return _change(
        request, number, "hold a meeting", form, title, "Save", act, back=reverse("case_meetings", args=[number])
    )


@for_people(*access.WORKERS)
def add_meeting_action(request: Asked, number: int, meeting_id: int) -> HttpResponse:
    """What a meeting agreed becomes an action of the plan."""
    case, _ = case_of(request, number, "hold a meeting")
    meeting = case.meetings.filter(pk=meeting_id).first()
    if meeting is None:
        raise Http404
    form = forms.ActionForm(request.POST or None, **_choices_of_action(case))

    def act(case: Case, form: forms.ActionForm) -> str:
        verbs.add_action(case, acting=request.actor, meeting=meeting, **_action_of(case, form))
        return reverse("case_meetings", args=[number])

    return _change(
        request,
        number,
        "hold a meeting",
        form,
        "An action from this meeting",
        "Add",
        act,
        back=reverse("case_meetings", args=[number]),
    )


@for_people(*access.WORKERS)
def show_documents(request: Asked, number: int) -> HttpResponse:
    """The files of a case that the reader may have."""
    case, sight = access.case_for(request.actor, number)
    rows = case.documents.select_related("agency", "by").order_by("-id")
    if not sight.sees("documents"):
        rows = rows.filter(agency_id=request.actor.agency_id)
    return case_page(
        request, "cases/documents.html", case, sight, {"documents": list(rows[:200])}, tab="case_documents"
    )


@for_people(*access.WORKERS)
def add_document(request: Asked, number: int) -> HttpResponse:
    """Keep a file."""
    form = forms.DocumentForm(request.POST or None, request.FILES or None)

    def act(case: Case, form: forms.DocumentForm) -> str:
        verbs.add_document(
            case, acting=request.actor, title=form.cleaned_data["title"], upload=form.cleaned_data["file"]
        )
        return reverse("case_documents", args=[number])

    return _change(
        request,
        number,
        "add a document",
        form,
        "Add a document",
        "Add",
        act,
        back=reverse("case_documents", args=[number]),
    )


@for_people(*access.WORKERS)
def download(request: Asked, number: int, document_id: int) -> HttpResponse:
    """A file, always as a download and never inside a page."""
    found = access.document_for(request.actor, number, document_id)
    log("export", "cases_document", [found.pk], case=number, categories=["documents"])
    try:
        content = found.file.open("rb")
    except FileNotFoundError:  # The folder of documents was not restored with the database.
        raise Http404 from None
    response = FileResponse(
        content,
        as_attachment=True,
        filename=f"{found.case.reference}-{found.pk}.{found.kind}",
        content_type="application/octet-stream",
    )
    response["X-Content-Type-Options"], response["Content-Security-Policy"] = "nosniff", "sandbox; default-src 'none'"
    return response  # type: ignore[return-value]


@for_people(*access.WORKERS)
def print_plan(request: Asked, number: int) -> HttpResponse:
    """Who lives there, and may the plan lie there? Then the plan on paper, per person: as a page, as PDF, in large print."""
    case, sight = access.case_for(request.actor, number, to="read the plan")
    form = forms.PrintForm(request.POST or None)
    household = list(case.household.order_by("id")) if sight.sees("household") else []
    if request.method == "POST" and form.is_valid():
        plan = plan_for_paper(case, sight)
        log("print", "cases_case", [case.pk], case=case.pk, categories=["plan"])
        if request.POST.get("as") == "pdf":
            content = set_plan(plan, large=form.cleaned_data["large"])
            return HttpResponse(
                content,
                content_type="application/pdf",
                headers={"Content-Disposition": f'attachment; filename="plan-{case.reference}.pdf"'},
            )
        return render(
            request, "cases/plan_paper.html", {"case": case, "plan": plan, "large": form.cleaned_data["large"]}
        )
    seen = [name for name in ("identity", "household") if sight.sees(name)]
    log("consult", "cases_case", [case.pk], case=case.pk, categories=seen, basis=sight.by)
    suspects = [one for one in household if one.lives_here and one.suspected_on]
    status = 422 if form.is_bound else 200
    more = {
        "case": case,
        "form": form,
        "household": household,
        "suspects": suspects,
        "sees_household": sight.sees("household"),
    }
    return render(request, "cases/print_ask.html", more, status=status)
