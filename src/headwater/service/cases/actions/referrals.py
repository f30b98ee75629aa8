"""Referrals between agencies: draft, send, accept, decline, return for information, withdraw, end. The clock runs for the side whose
move it is: for the receiver from the sending, for the sender from the question."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from headwater.service.agencies.access import Actor, Category, live_agreement
from headwater.service.agencies.actions import people_with
from headwater.service.agencies.models import Agency, today
from headwater.service.audit.actions import log
from headwater.service.cases.access import WORKERS, receivers_of
from headwater.service.cases.actions.asking import ALWAYS, check_address, check_reach, what_may_pass
from headwater.service.cases.actions.telling import tell_receiver, tell_sender
from headwater.service.cases.actions.timeline import enter
from headwater.service.cases.models import Case, Referral
from headwater.service.cases.rules import DECLINE_REASONS, CaseState, ReferralState, may_move
from headwater.service.cases.workdays import add_working_days
from headwater.service.design.send import Refused
from headwater.service.notices.actions import settle


@transaction.atomic
def refer(
    case: Case,
    *,
    acting: Actor,
    receiver: Agency,
    ask: str,
    categories: list[str],
    outside_email: str = "",
    send: bool = True,
) -> Referral:
    """Ask another agency for help. Raises Refused without a live agreement, or for more than it lets pass."""
    agreement = live_agreement(case.team.agency_id, receiver.pk)
    if agreement is None:
        raise Refused(
            f"There is no live sharing agreement with {receiver.name}. Ask the partnership officer; what is urgent can be disclosed at once.",
            "receiver",
        )
    if not receiver.takes_referrals:
        raise Refused(f"{receiver.name} takes no referrals now. {receiver.why_full}".strip(), "receiver")
    needed, address = what_may_pass(agreement, categories), check_address(receiver, outside_email)
    check_reach(receiver, outside_email)
    if Referral.objects.filter(
        case=case, receiver=receiver, state__in=["draft", "sent", "returned for information", "accepted"]
    ).exists():
        raise Refused(f"{receiver.name} has been asked already in this case.", "receiver")
    made = Referral.objects.create(
        case=case, sender_id=case.team.agency_id, sender_team=case.team, by=acting.user, receiver=receiver, agreement=agreement, ask=ask,
        categories=needed, outside_email=address,
    )  # fmt: skip
    return send_referral(made, acting=acting) if send else made


@transaction.atomic
def send_referral(referral: Referral, *, acting: Actor, information: str = "") -> Referral:
    """Send a draft, or one that was returned, with what was asked for. The clock starts anew. Raises Refused."""
    if referral.case.state != CaseState.OPEN:
        raise Refused("The case is closed. Open it again before you ask somebody.")
    if referral.case.restricted and not referral.outside_email and not receivers_of(referral):
        raise Refused(
            f"This case is restricted, and {referral.receiver.name} has no manager here who could take the request. Call them, "
            "or tell them at once what keeps somebody safe.",
            "receiver",
        )
    check_reach(referral.receiver, referral.outside_email)
    move(referral, ReferralState.SENT)
    _check_agreement(referral)
    referral.sent_at, referral.answer_by = (
        timezone.now(),
        add_working_days(today(), referral.receiver.answer_within_days),
    )
    referral.escalated_at = None
    if information:
        referral.information = f"{referral.information}\n{information}".strip()
    referral.save()
    log(
        "disclose", "cases_referral", [referral.pk], case=referral.case_id, categories=ALWAYS,
        recipient=f"agency {referral.receiver_id}", agreement=referral.agreement_id, basis=referral.agreement.lawful_basis if referral.agreement else "",
    )  # fmt: skip
    enter(
        referral.case,
        "referral",
        f"Asked {referral.receiver.name} for help",
        acting=acting,
        text=referral.ask,
        category=Category.PLAN,
    )
    if referral.outside_email:
        from headwater.service.cases.actions.outside import send_link

        send_link(referral)
    else:
        tell_receiver(referral, "A referral waits for your answer", asks=True)
    return referral


@transaction.atomic
def accept(referral: Referral, *, acting: Actor | None, words: str = "", by_words: str = "") -> None:
    """The receiver helps, and sees what the referral names. Raises Refused."""
    move(referral, ReferralState.ACCEPTED)
    _check_agreement(referral)
    _answered(referral, acting, words)
    reads = acting is not None or people_with(referral.receiver_id, WORKERS)  # A mailed link shows no more than before.
    seen = referral.categories if reads else ALWAYS
    log(
        "disclose", "cases_referral", [referral.pk], case=referral.case_id, categories=seen, recipient=f"agency {referral.receiver_id}",
        agreement=referral.agreement_id, basis=referral.agreement.lawful_basis if referral.agreement else "",
    )  # fmt: skip
    _enter_answer(referral, f"{referral.receiver.name} has accepted", acting, words, by_words)
    tell_sender(referral, "A referral was accepted", acting=acting)


@transaction.atomic
def decline(referral: Referral, *, acting: Actor | None, reason: str, words: str, by_words: str = "") -> None:
    """The receiver does not help, and says why: reasons are counted. Raises Refused."""
    if reason not in DECLINE_REASONS:
        raise Refused("Say why.", "reason")
    if reason == "other" and not words.strip():
        raise Refused("Say it in a sentence.", "words")
    move(referral, ReferralState.DECLINED)
    referral.reason = reason
    _answered(referral, acting, words)
    _enter_answer(
        referral, f"{referral.receiver.name} has declined: {DECLINE_REASONS[reason]}", acting, words, by_words
    )
    tell_sender(referral, "A referral was declined", acting=acting)


@transaction.atomic
def return_for_information(referral: Referral, *, acting: Actor | None, words: str, by_words: str = "") -> None:
    """The receiver needs to know more before it answers: now it is the sender who has so many working days. Raises Refused."""
    move(referral, ReferralState.RETURNED)
    referral.words = words
    referral.answer_by = add_working_days(today(), referral.sender.answer_within_days)
    referral.escalated_at = None
    referral.save()
    _enter_answer(referral, f"{referral.receiver.name} asks for more", acting, words, by_words)
    tell_sender(referral, "A referral came back with a question", acting=acting, asks=True)


@transaction.atomic
def withdraw(referral: Referral, *, acting: Actor, why: str) -> None:
    """The sender takes it back before it is answered. Raises Refused."""
    was_sent = referral.sent_at is not None
    move(referral, ReferralState.WITHDRAWN)
    referral.ended_at, referral.why_ended = timezone.now(), why
    referral.save()
    referral.links.update(used_at=timezone.now())
    enter(
        referral.case,
        "referral",
        f"Took back what was asked of {referral.receiver.name}",
        acting=acting,
        text=why,
        category=Category.PLAN,
    )
    if was_sent:
        tell_receiver(referral, "A referral was withdrawn")


@transaction.atomic
def end(referral: Referral, *, acting: Actor, why: str) -> None:
    """The help has ended; from now on the receiver sees nothing of the case. Raises Refused."""
    move(referral, ReferralState.ENDED)
    referral.ended_at, referral.why_ended = timezone.now(), why
    referral.save()
    enter(
        referral.case,
        "referral",
        f"The work of {referral.receiver.name} has ended",
        acting=acting,
        text=why,
        category=Category.PLAN,
    )
    tell_sender(referral, "A referral has ended", acting=acting)
    tell_receiver(referral, "A referral has ended", acting=acting)


def move(referral: Referral, to: ReferralState) -> None:
    """Take it to another state, not saved yet: what waited for this move is done. Raises Refused where the rules know no such move."""
    if not may_move(referral.state, to):
        raise Refused(f"This referral is {referral.state}: it cannot be {to} now.")
    referral.state = to
    referral.version += 1
    settle("referral", referral.pk)


def _check_agreement(referral: Referral) -> None:
    if referral.agreement is None or not referral.agreement.is_live:
        raise Refused(f"The sharing agreement with {referral.receiver.name} is not live any more.")


def _answered(referral: Referral, acting: Actor | None, words: str) -> None:
    referral.answered_at, referral.answered_by, referral.words = timezone.now(), acting.user if acting else None, words
    referral.save()
    referral.links.filter(used_at=None).update(used_at=timezone.now())


def _enter_answer(referral: Referral, words: str, acting: Actor | None, text: str, by_words: str) -> None:
    enter(
        referral.case,
        "referral",
        words,
        acting=acting,
        text=text,
        category=Category.PLAN,
        agency_id=referral.receiver_id,
        by_words=by_words,
    )
