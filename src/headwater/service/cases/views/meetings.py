"""Meetings: planned, held, and the actions that they agreed."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.urls import reverse

from headwater.service.agencies.access import Asked, for_people
from headwater.service.cases import access, forms
from headwater.service.cases.actions import plan as verbs
from headwater.service.cases.models import Case
from headwater.service.cases.views.change import case_of, change_case
from headwater.service.cases.views.page import case_page
from headwater.service.cases.views.plan import action_told, choices_of_action


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
    now = {name: getattr(meeting, name) for name in names} if meeting else None
    form = forms.MeetingForm(request.POST or None, now=now)

    def act(case: Case, form: forms.MeetingForm) -> str:
        if form.compare():
            verbs.hold_meeting(
                case, acting=request.actor, content={name: form.cleaned_data[name] for name in names}, meeting=meeting
            )
        return reverse("case_meetings", args=[number])

    title = "Meeting" if meeting else "Plan a meeting"
    return change_case(
        request, number, "hold a meeting", form, title, "Save", act, back=reverse("case_meetings", args=[number])
    )


@for_people(*access.WORKERS)
def add_meeting_action(request: Asked, number: int, meeting_id: int) -> HttpResponse:
    """What a meeting agreed becomes an action of the plan."""
    case, _ = case_of(request, number, "hold a meeting")
    meeting = case.meetings.filter(pk=meeting_id).first()
    if meeting is None:
        raise Http404
    form = forms.ActionForm(request.POST or None, **choices_of_action(case))

    def act(case: Case, form: forms.ActionForm) -> str:
        verbs.add_action(case, acting=request.actor, meeting=meeting, **action_told(case, form))
        return reverse("case_meetings", args=[number])

    return change_case(
        request,
        number,
        "hold a meeting",
        form,
        "An action from this meeting",
        "Add",
        act,
        back=reverse("case_meetings", args=[number]),
    )
