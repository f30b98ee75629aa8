"""Seeing more than the rule gives: break the glass, and tell another agency at once to keep somebody safe. Both announced, both logged."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from headwater.service.agencies.access import Actor, Category
from headwater.service.agencies.actions import people_with
from headwater.service.agencies.models import Agency
from headwater.service.agencies.rules import CATEGORY_WORDS, OWN_TEAM, URGENT_BASES
from headwater.service.audit.actions import log
from headwater.service.cases.access import LEADS, WORKERS, who_may_know
from headwater.service.cases.actions.timeline import enter
from headwater.service.cases.models import BreakGlass, Case, Disclosure
from headwater.service.cases.rules import BREAK_GLASS_MINUTES
from headwater.service.design.send import Refused
from headwater.service.notices.actions import tell, tell_data_protection


@transaction.atomic
def break_glass(case: Case, *, acting: Actor, reason: str) -> BreakGlass:
    """Open a restricted case for an hour, with a reason. The data-protection officer's list and the team's managers are told at once."""
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


def what_can_be_told(case: Case) -> dict[str, list[str]]:
    """Category → lines, as the case stands now; what an urgent disclosure chooses from."""
    subject = case.subject
    born = f"born {subject.born_on:%-d %B %Y}" if subject.born_on else "date of birth not known"
    plan = [f"{goal.words}" for goal in case.goals.all()] + [
        f"{one.words} ({one.who}, by {one.due_on:%-d %B %Y}; {one.state})"
        for one in case.actions.select_related("owner", "agency")
    ]
    household = [
        f"{one.name}, {one.relationship}" + (f", suspected on {one.suspected_on:%-d %B %Y}" if one.suspected_on else "")
        for one in case.household.all()
    ]
    found = {
        Category.IDENTITY: [f"{subject.name}, {born}"],
        Category.CONTACT: [
            "Address withheld" if subject.address_withheld else subject.address or "Address not known",
            *([case.contact_safely] if case.contact_safely else []),
        ],
        Category.HOUSEHOLD: household,
        Category.REASONS: [case.why],
        Category.EVIDENCE: [
            item["sentence"]
            for one in case.packages.all()
            for kind in one.content["evidence"]
            for item in kind["items"]
        ],
        Category.WISHES: [line for line in (case.wishes, case.strengths, case.needs) if line],
        Category.PLAN: plan,
    }
    return {str(category): lines for category, lines in found.items() if lines}


@transaction.atomic
def disclose_urgently(
    case: Case, *, acting: Actor, receiver: Agency, basis: str, reason: str, categories: list[str]
) -> Disclosure:
    """Tell another agency the minimum, at once, agreement or not. It opens this disclosure and nothing else. Raises Refused."""
    if basis not in URGENT_BASES:
        raise Refused("Choose a lawful basis for acting at once.", "basis")
    if receiver.pk == acting.agency_id:
        raise Refused("This is your own agency.", "receiver")
    known = what_can_be_told(case)
    told: dict[str, Any] = {name: known[name] for name in categories if name in known}
    if not told:
        raise Refused("Choose what they need to know.", "categories")
    made = Disclosure.objects.create(
        case=case,
        by=acting.user,
        sender_id=acting.agency_id,
        receiver=receiver,
        basis=basis,
        reason=reason,
        categories=list(told),
        told=told,
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
    link = reverse("disclosure", args=[made.pk])
    tell(
        people_with(receiver.pk, WORKERS),
        "You were told something urgent to keep somebody safe",
        link=link,
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
