"""What nobody answers, and what goes with its case: requests are escalated, lapse, and end. Both sides are told."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from headwater.service.agencies.access import Actor, Category
from headwater.service.agencies.actions import people_with
from headwater.service.agencies.models import today
from headwater.service.agencies.rules import LEADS
from headwater.service.cases.actions.referrals import end, move, withdraw
from headwater.service.cases.actions.telling import tell_receiver, tell_sender
from headwater.service.cases.actions.timeline import enter
from headwater.service.cases.models import Case, Referral
from headwater.service.cases.rules import ReferralState
from headwater.service.notices.actions import tell

LAPSE_AFTER_DAYS = 14
"""Days after the answer was due: the request lapses, and both sides are told."""


@transaction.atomic
def watch_clocks() -> tuple[int, int]:
    """What is not answered in time goes to the managers of the side whose move it is; what nobody answers lapses. How many of each."""
    late = Referral.objects.select_for_update(of=("self",), skip_locked=True).filter(
        state__in=["sent", "returned for information"], answer_by__lt=today()
    )
    escalated = lapsed = 0
    for referral in late.select_related("case__team", "case__lead", "receiver", "sender", "sender_team", "by").order_by(
        "answer_by"
    )[:500]:
        if referral.answer_by and referral.answer_by + timedelta(LAPSE_AFTER_DAYS) < today():
            _lapse(referral)
            lapsed += 1
        elif referral.escalated_at is None:
            _escalate(referral)
            escalated += 1
    return escalated, lapsed


def _lapse(referral: Referral) -> None:
    silent = referral.sender if referral.state == ReferralState.RETURNED else referral.receiver
    move(referral, ReferralState.LAPSED)
    referral.ended_at, referral.why_ended = timezone.now(), f"{silent.name} did not answer"
    referral.save()
    referral.links.filter(used_at=None).update(used_at=timezone.now())
    asked = f"what {referral.receiver.name} asked" if silent == referral.sender else ""
    words = f"{' '.join(filter(None, [silent.name, 'did not answer', asked]))}; the request has lapsed"
    enter(referral.case, "referral", words, acting=None, by_words="Headwater", category=Category.PLAN)
    told = f"A referral has lapsed: {'the sender' if silent == referral.sender else 'the receiver'} did not answer"
    tell_sender(referral, told, urgent=True)
    tell_receiver(referral, told)


def _escalate(referral: Referral) -> None:
    referral.escalated_at = timezone.now()
    referral.save(update_fields=["escalated_at"])
    if referral.state == ReferralState.RETURNED:
        tell_sender(
            referral, "What was asked about a referral is not answered in time", urgent=True, managers=True, asks=True
        )
        return
    words, managers = "A referral is not answered in time", people_with(referral.receiver_id, LEADS)
    if managers:
        link, asks = reverse("referral", args=[referral.pk]), [("referral", referral.pk)]
        tell(managers, words, link=link, reference=referral.reference, urgent=True, asks=asks)
    else:  # Nobody there can be told here: the side that asked must call them.
        words = f"{words}, and nobody there can be told here. Call them"
        tell_sender(referral, words, urgent=True, managers=True, asks=True)


def end_with_case(case: Case, *, acting: Actor) -> None:
    """A case is closed: the help of others ends, and they are told; what was not sent yet never is."""
    for referral in case.referrals.filter(state=ReferralState.ACCEPTED).select_related("receiver", "by"):
        referral.case = case
        end(referral, acting=acting, why="The case was closed")
    for draft in case.referrals.filter(state=ReferralState.DRAFT).select_related("receiver", "by"):
        draft.case = case
        withdraw(draft, acting=acting, why="The case was closed before it was sent")
