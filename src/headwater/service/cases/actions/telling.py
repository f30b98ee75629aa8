"""Who hears what happens in a case: its lead, and where no lead may know of it, the managers of its team. Never nobody."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from headwater.service.agencies.access import Actor
from headwater.service.agencies.actions import managers_of
from headwater.service.agencies.models import User
from headwater.service.cases.access import receivers_of, sight_of, who_may_know
from headwater.service.cases.models import Case, Referral
from headwater.service.notices.actions import Matter, send_mail, tell

LOCKED_OUT = "A case that you cannot open needs somebody of its team now"
"""To managers who may not know what happened in a case, where nobody is left who may: they are told its reference, and no more."""


def tell_case(
    case: Case, words: str, *, link: str, acting: Actor | None, people: Iterable[User | None] = (), reference: str = "",
    urgent: bool = False, managers: bool = False, asks: Iterable[Matter] = (),
) -> None:  # fmt: skip
    """Tell the lead and these people, without the one who acts; where none of them may know, the managers of the team that leads.

    `managers`: tell the managers as well, whoever else hears it. `asks`: what somebody must settle.
    """
    asks = list(asks)
    reference = reference or case.reference
    told = who_may_know(case, [*people, case.lead])
    leaders = managers_of(case.team.agency_id, [case.team_id])
    if managers or not told:
        told += who_may_know(case, [*leaders, *_named_here(case)])
    others = _without(told, acting)
    tell(others, words, link=link, reference=reference, urgent=urgent, asks=asks)
    if not others and (managers or not told):
        for one in _without(leaders, acting):
            place = "my_work" if sight_of(Actor(one), case) is None else "case"
            where = reverse(place, args=[case.pk] if place == "case" else [])
            tell([one], LOCKED_OUT, link=where, reference=case.reference, urgent=urgent, asks=asks)


def tell_sender(
    referral: Referral, words: str, *, acting: Actor | None = None, urgent: bool = False, managers: bool = False, asks: bool = False
) -> None:  # fmt: skip
    """Tell who asked and the lead of the case; where they may not know of it any more, the managers of its team. `asks`: until the referral
    moves on, one of them must do something."""
    tell_case(
        referral.case, words, link=_link(referral), acting=acting, people=[referral.by], reference=referral.reference, urgent=urgent, managers=managers,
        asks=_matter(referral) if asks else [],
    )  # fmt: skip


def tell_receiver(
    referral: Referral, words: str, *, acting: Actor | None = None, urgent: bool = False, asks: bool = False
) -> None:
    """Tell those who may read the request; an agency without people here by a mail to the address that was asked. `asks`: until the referral
    moves on, one of them must do something."""
    if referral.outside_email:
        send_mail(referral.outside_email, words, reference=referral.reference)
    else:
        told = _without(receivers_of(referral), acting)
        tell(
            told, words, link=_link(referral), reference=referral.reference, urgent=urgent, asks=_matter(referral) if asks else []
        )  # fmt: skip


def _named_here(case: Case) -> list[User]:
    """Who of the agency that leads is named in a restricted case."""
    if not case.restricted:
        return []
    return [one.user for one in case.grants.filter(user__agency_id=case.team.agency_id).select_related("user")]


def _without(users: Iterable[User], acting: Actor | None) -> list[User]:
    return [one for one in users if acting is None or one.pk != acting.id]


def _matter(referral: Referral) -> list[Matter]:
    return [("referral", referral.pk)]


def _link(referral: Referral) -> str:
    return reverse("referral", args=[referral.pk])
