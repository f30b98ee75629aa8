"""Seeing more than the rule gives: break the glass, and tell another agency at once to keep somebody safe. Both announced, both logged."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from headwater.service.agencies.access import Actor, Category
from headwater.service.agencies.actions import people_with
from headwater.service.agencies.models import Agency, User
from headwater.service.agencies.rules import CATEGORY_WORDS, OWN_TEAM, URGENT_BASES
from headwater.service.audit.actions import log
from headwater.service.cases.access import LEADS, WORKERS, who_may_hear, who_may_know
from headwater.service.cases.actions.timeline import enter
from headwater.service.cases.lines_to_tell import CHANGED, what_can_be_told
from headwater.service.cases.models import BreakGlass, Case, Disclosure
from headwater.service.cases.rules import BREAK_GLASS_MINUTES, says_why
from headwater.service.design.send import Refused
from headwater.service.notices.actions import tell, tell_data_protection


@transaction.atomic
def break_glass(case: Case, *, acting: Actor, reason: str) -> BreakGlass:
    """Open a restricted case for an hour, with a reason. The data-protection officer's list and the team's managers are told at once.
    Raises Refused for a reason that says nothing."""
    if not says_why(reason):
        raise Refused(
            "Say in a sentence why you must open it now: what has happened, and who may come to harm.", "reason"
        )
    made = BreakGlass.objects.create(
        case=case, user=acting.user, reason=reason, until=timezone.now() + timedelta(minutes=BREAK_GLASS_MINUTES)
    )
    log("break glass", "cases_case", [case.pk], case=case.pk)
    enter(
        case,
        "break glass",
        f"{acting.user.name} opened this restricted case",
        acting=acting,
        text=reason,
        category=OWN_TEAM,
    )
    words, leads_to = "A restricted case was opened by break-glass", "Who opened it, and why"
    tell_data_protection(
        case.team.agency, words, link=reverse("oversight"), reference=case.reference, leads_to=leads_to
    )
    managers = [one for one in people_with(case.team.agency_id, LEADS, case.team_id) if one.pk != acting.id]
    named = who_may_know(case, managers)
    timeline, locked = reverse("case_timeline", args=[case.pk]), reverse("case", args=[case.pk])
    tell(named, words, link=timeline, reference=case.reference, urgent=True, leads_to=leads_to)
    others = [one for one in managers if one not in named]
    tell(others, words, link=locked, reference=case.reference, urgent=True)
    return made


def mark_read(disclosure: Disclosure, *, acting: Actor) -> None:
    """Somebody of the agency that was told has read it; the first time counts."""
    if disclosure.receiver_id == acting.agency_id and disclosure.read_at is None:
        disclosure.read_at = timezone.now()
        disclosure.save(update_fields=["read_at"])


@transaction.atomic
def disclose_urgently(
    case: Case,
    *,
    acting: Actor,
    receiver: Agency,
    basis: str,
    reason: str,
    chosen: Collection[str] = (),
    reader: User | None = None,
) -> Disclosure:
    """Tell another agency who it is and the lines with these keys, at once, agreement or not. It opens this disclosure and nothing else.
    `reader`: who reads it where a restricted case finds no manager. Raises Refused."""
    if basis not in URGENT_BASES:
        raise Refused("Choose a lawful basis for acting at once.", "basis")
    if receiver.pk == acting.agency_id:
        raise Refused("This is your own agency.", "receiver")
    known = what_can_be_told(case)
    who, *_ = known[Category.IDENTITY]
    if set(chosen) - {line.key for lines in known.values() for line in lines}:
        raise Refused(CHANGED)
    told = {
        name: some
        for name, lines in known.items()
        if (some := [line for line in lines if line == who or line.key in chosen])
    }
    readers = _readers(case, receiver, reader)
    made = Disclosure.objects.create(
        case=case,
        by=acting.user,
        sender_id=acting.agency_id,
        receiver=receiver,
        basis=basis,
        reason=reason,
        categories=list(told),
        told={name: [line.words for line in lines] for name, lines in told.items()},
        documents=[line.document for line in told.get(Category.DOCUMENTS, [])],
        reader=reader,
    )
    log(
        "disclose",
        "cases_disclosure",
        [made.pk],
        case=case.pk,
        categories=list(told),
        recipient=f"agency {receiver.pk}",
        basis=basis,
    )
    words = ", ".join(CATEGORY_WORDS[Category(name)].lower() for name in told)
    enter(
        case,
        "disclosure",
        f"Told {receiver.name} at once",
        acting=acting,
        text=f"{words}\n{reason}",
        category=OWN_TEAM,
    )
    tell(
        readers,
        "You were told something urgent to keep somebody safe",
        link=reverse("disclosure", args=[made.pk]),
        reference=made.reference,
        urgent=True,
    )
    tell_data_protection(
        case.team.agency,
        "An urgent safeguarding disclosure was made",
        link=reverse("oversight_urgent"),
        reference=made.reference,
    )
    return made


def _readers(case: Case, receiver: Agency, reader: User | None) -> list[User]:
    """Who of the receiver is told. Raises Refused when nobody there would read it."""
    if reader is not None and reader.pk not in {one.pk for one in people_with(receiver.pk, WORKERS)}:
        raise Refused(f"{reader.name} does not work at {receiver.name}.", "reader")
    found = {one.pk: one for one in [*who_may_hear(case, receiver.pk), *([reader] if reader else [])]}
    if case.restricted and not found:
        raise Refused(
            f"This case is restricted, and {receiver.name} has nobody here who may read it. Call them.",
            "receiver",
        )
    return list(found.values())
