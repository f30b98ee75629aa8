"""The plan: goals, actions, meetings that produce actions, notes and contacts, documents."""

from __future__ import annotations

import hashlib
import subprocess
import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from headwater.service.agencies.access import Actor, Category
from headwater.service.agencies.actions import people_of, people_with
from headwater.service.agencies.models import Agency, User, today
from headwater.service.cases.access import WORKERS, who_may_know
from headwater.service.cases.actions.telling import tell_case
from headwater.service.cases.actions.timeline import enter
from headwater.service.cases.files import kind_of_file
from headwater.service.cases.models import Action, Case, Document, Goal, Meeting, Referral
from headwater.service.design.send import Refused
from headwater.service.notices.actions import settle, tell


@transaction.atomic
def set_goal(
    case: Case, *, acting: Actor, words: str, unsafe: bool, goal: Goal | None = None, reached: bool = False
) -> Goal:
    """A new goal, or a changed one. Raises Refused."""
    made = goal or Goal(case=case)
    _check_print(case, acting, was=made.unsafe_to_print, now=unsafe, field="unsafe_to_print")
    was_reached = made.reached_on is not None
    made.words, made.unsafe_to_print = words, unsafe
    made.reached_on = (made.reached_on or today()) if reached else None
    made.save()
    told = (
        f"Goal reached: {words}"
        if reached and not was_reached
        else f"{'Goal changed' if goal else 'New goal'}: {words}"
    )
    enter(case, "goal", told, acting=acting, category=Category.PLAN)
    return made


def _check_print(case: Case, acting: Actor, *, was: bool, now: bool, field: str) -> None:
    """Anybody may keep something off paper; only the team that leads lets it back. Raises Refused."""
    if was and not now and not acting.is_in(case.team_id, *WORKERS):
        raise Refused("Only the team that leads may say that it can be printed. Ask them.", field)


def at_the_table(case: Case) -> list[Agency]:
    """The agencies that work on a case: the one that leads, and those that have accepted a referral."""
    joined = Referral.objects.filter(case=case, state="accepted", outside_email="").values("receiver_id")
    return [case.team.agency, *Agency.objects.filter(pk__in=joined).exclude(pk=case.team.agency_id)]


def people_at_the_table(case: Case, agencies: Sequence[Agency]) -> list[User]:
    """Who works for these agencies: of the one that leads, its team; of the others, everybody who works cases."""
    own, others = case.team.agency_id, [one.pk for one in agencies if one.pk != case.team.agency_id]
    return [*people_with(own, WORKERS, case.team_id), *people_of(others, WORKERS)]


@transaction.atomic
def add_action(
    case: Case, *, acting: Actor, words: str, due: date, agency: Agency, owner: User | None, owner_words: str = "", goal: Goal | None = None,
    meeting: Meeting | None = None, unsafe: bool = False,
) -> Action:  # fmt: skip
    """Who does what by when. Raises Refused for an agency that is not at the table, and for a day that is over."""
    _check_owner(case, agency, owner)
    _check_day(due)
    made = Action.objects.create(
        case=case,
        goal=goal,
        meeting=meeting,
        words=words,
        agency=agency,
        owner=owner,
        owner_words=owner_words,
        due_on=due,
        unsafe_to_print=unsafe,
    )
    enter(
        case, "action", f"To do: {words}", acting=acting, text=f"{made.who}, by {due:%-d %B %Y}", category=Category.PLAN
    )
    if owner is not None and owner.pk != acting.id:
        _tell_owner(made, owner)
    return made


def _check_owner(case: Case, agency: Agency, owner: User | None) -> None:
    if agency.pk not in {one.pk for one in at_the_table(case)}:
        raise Refused(f"{agency.name} is not at the table. Refer to them first.", "who")
    if owner is not None and owner.agency_id != agency.pk:
        raise Refused(f"{owner.name} does not work for {agency.name}.", "who")


def _check_day(due: date) -> None:
    if due < today():
        raise Refused("By when: this day is over. Choose today or a day to come.", "due")


def _tell_owner(action: Action, owner: User) -> None:
    case, words = action.case, "You have something to do in a case"
    link, asks = reverse("case_plan", args=[case.pk]), [("action", action.pk)]
    tell(who_may_know(case, [owner]), words, link=link, reference=case.reference, asks=asks)


@transaction.atomic
def change_action(
    action: Action, *, acting: Actor, words: str, due: date, agency: Agency, owner: User | None = None, owner_words: str = "", goal: Goal | None = None,
    unsafe: bool = False,
) -> None:  # fmt: skip
    """Say anew what, who and when, while it is still to do. Raises Refused."""
    if action.state != "open":
        raise Refused("Somebody has marked this already.")
    _check_owner(action.case, agency, owner)
    if due != action.due_on:
        _check_day(due)
    _check_print(action.case, acting, was=action.unsafe_to_print, now=unsafe, field="unsafe")
    before = (action.owner_id, action.owner_words)
    action.words, action.due_on, action.goal, action.unsafe_to_print = words, due, goal, unsafe
    action.agency, action.owner, action.owner_words = agency, owner, owner_words
    action.save()
    text = f"{action.who}, by {due:%-d %B %Y}"
    enter(action.case, "action", f"Changed: {words}", acting=acting, text=text, category=Category.PLAN)
    if (action.owner_id, owner_words) != before:
        settle("action", action.pk)
        if owner is not None and owner.pk not in (before[0], acting.id):
            _tell_owner(action, owner)


@transaction.atomic
def end_action(action: Action, *, acting: Actor, done: bool, how: str) -> None:
    """Done, or not done and why. Raises Refused."""
    if action.state != "open":
        raise Refused("Somebody has marked this already.")
    if not done and not how.strip():
        raise Refused("Say why it was not done: that is what the next plan learns from.", "how")
    action.state, action.ended_on, action.how = "done" if done else "not done", today(), how
    action.save()
    settle("action", action.pk)
    kind = "action done" if done else "action not done"
    enter(
        action.case,
        kind,
        f"{'Done' if done else 'Not done'}: {action.words}",
        acting=acting,
        text=how,
        category=Category.PLAN,
    )
    link = reverse("case_plan", args=[action.case_id])
    tell_case(action.case, f"An action is marked {action.state}", link=link, acting=acting)


@transaction.atomic
def write_note(case: Case, *, acting: Actor, words: str, text: str, health: bool = False) -> None:
    """A note of what was learned or thought."""
    enter(case, "note", words, acting=acting, text=text, category=Category.HEALTH if health else Category.NOTES)


@transaction.atomic
def record_contact(case: Case, *, acting: Actor, with_whom: str, how: str, on: date, text: str) -> None:
    """Somebody met, called or wrote to the person or the family."""
    if on > today():
        raise Refused("This day is still to come. Record a contact when it has happened.", "on")
    at = timezone.make_aware(datetime.combine(on, time(12)))
    now = timezone.now()
    enter(case, "contact", f"{how}: {with_whom}", acting=acting, text=text, at=min(at, now), present=[with_whom])


@transaction.atomic
def hold_meeting(
    case: Case,
    *,
    acting: Actor,
    content: Mapping[str, Any],
    meeting: Meeting | None = None,
    actions: Sequence[Mapping[str, Any]] = (),
) -> Meeting:
    """Plan a meeting, or write its minutes; each action that it produced stands in the plan."""
    made = meeting or Meeting(case=case)
    had_minutes = bool(made.minutes)
    for name, value in content.items():
        setattr(made, name, value)
    made.save()
    for one in actions:
        add_action(case, acting=acting, meeting=made, **one)
    if made.minutes and not had_minutes:
        enter(case, "meeting", "Minutes of a meeting", acting=acting, text=made.minutes, category=Category.PLAN)
    elif meeting is None:
        enter(
            case, "meeting", f"Meeting on {made.on:%-d %B %Y}", acting=acting, text=made.agenda, category=Category.PLAN
        )
        owners = {one.owner for one in case.actions.filter(state="open").select_related("owner") if one.owner}
        told = who_may_know(case, [user for user in {*owners, case.lead} if user is not None and user.pk != acting.id])
        tell(
            told,
            "A meeting about a case is planned",
            link=reverse("case_meetings", args=[case.pk]),
            reference=case.reference,
        )
    return made


@transaction.atomic
def add_document(case: Case, *, acting: Actor, title: str, upload: UploadedFile[Any]) -> Document:
    """Keep a file: its kind is read from its bytes, and the installation's scanner looks at it first. Raises Refused."""
    content = upload.read()
    kind = kind_of_file(content)
    if kind is None:
        raise Refused("Only PDF, PNG, JPEG, Word, Excel, LibreOffice and plain text files are taken.", "file")
    name = f"{uuid.uuid4().hex}.{kind}"
    kept = default_storage.save(name, ContentFile(content))
    try:
        scanned = _scan(Path(default_storage.path(kept)))
        made = Document.objects.create(
            case=case, title=title, file=kept, kind=kind, size=len(content), digest=hashlib.sha256(content).hexdigest(), scanned=scanned,
            agency_id=acting.agency_id, by=acting.user,
        )  # fmt: skip
        enter(case, "document", f"Document: {title}", acting=acting, category=Category.DOCUMENTS)
    except BaseException:
        default_storage.delete(kept)
        raise
    return made


def _scan(path: Path) -> bool:
    if not settings.SCANNER:
        return False
    done = subprocess.run([settings.SCANNER, str(path)], capture_output=True, timeout=120, check=False)  # noqa: S603 - the installation's own scanner
    if done.returncode:
        raise Refused(
            "The scanner found something in this file. It was not kept; tell your information-security team.", "file"
        )
    return True
