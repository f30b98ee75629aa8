"""What has happened to a package, a request or a case meanwhile, so that what somebody wants to do with it is not possible any more."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404
from django.urls import reverse

from headwater.service.agencies.models import User
from headwater.service.cases.models import Case, Package, Referral
from headwater.service.cases.rules import CaseState, ReferralState
from headwater.service.design.templatetags.words import moment

Item = Package | Referral | Case


class Passed(Http404):
    """Somebody may read this and do the like with it, but not in the state in which it is now. Whoever does not catch it gives a 404."""

    def __init__(self, item: Item) -> None:
        super().__init__("too late")
        self.item = item


@dataclass(frozen=True)
class Told:
    """What the page says, and where it leads."""

    title: str
    words: str
    way: str
    address: str


def say_passed(item: Item, reader: User) -> Told:
    """What happened, by whom and when, for somebody who may read it."""
    if isinstance(item, Package):
        who = _name(item.decided_by, reader)
        words = f"Answered already by {who} on {moment(item.decided_at)}: {item.state}."
        return Told("Answered already", words, "Go to the package", reverse("package", args=[item.reference]))
    if isinstance(item, Referral):
        return _say_referral(item, reader)
    address = reverse("case", args=[item.pk])
    if item.state == CaseState.CLOSED:
        return Told("The case is closed", f"It was closed on {moment(item.closed_at)}.", "Go to the case", address)
    return Told("The case is open", "Somebody has opened it again, or it was never closed.", "Go to the case", address)


def _say_referral(item: Referral, reader: User) -> Told:
    title, words = "Answered already", f"Answered already by {item.receiver.name}: {item.state}."
    if item.state in (ReferralState.ACCEPTED, ReferralState.DECLINED):
        who = _name(item.answered_by, reader) if item.answered_by else "a mailed link"
        words = f"Answered already by {who}, {item.receiver.name}, on {moment(item.answered_at)}: {item.state}."
    elif item.state == ReferralState.DRAFT:
        title, words = "Not sent yet", "This request is a draft."
    elif item.state == ReferralState.SENT:
        title, words = "Sent already", f"Sent already on {moment(item.sent_at)}."
    elif item.state != ReferralState.RETURNED:
        title, words = "This request is over", f"It is {item.state}, since {moment(item.ended_at)}."
    return Told(title, words, "Go to the referral", reverse("referral", args=[item.pk]))


def _name(user: User | None, reader: User) -> str:
    return "you" if user == reader else str(user or "somebody")
