"""Referrals and urgent disclosures, seen from both sides, and what of them is overseen."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404

from headwater.service.agencies.access import Actor
from headwater.service.agencies.rules import LEADS, WORKERS
from headwater.service.cases.about import about
from headwater.service.cases.access.cases import named, own_cases
from headwater.service.cases.access.matrix import (
    BROKEN_GLASS,
    DISCLOSURE,
    REFERRAL,
)
from headwater.service.cases.models import BreakGlass, Disclosure, Document, Referral
from headwater.service.cases.passed import Passed


def referrals_in(actor: Actor) -> QuerySet[Referral]:
    """Requests to the actor's agency, once they are sent; those about a restricted case for its managers and who is named."""
    if not actor.has(*WORKERS):
        return Referral.objects.none()
    rows = Referral.objects.filter(receiver_id=actor.agency_id).exclude(state="draft").exclude(sent_at=None)
    return rows if actor.has(*LEADS) else rows.filter(Q(case__restricted=False) | named(actor, "case_id"))


def referrals_out(actor: Actor) -> QuerySet[Referral]:
    """Requests from the actor's teams, about cases that they may read."""
    visible = own_cases(actor).filter(pk=OuterRef("case_id"))
    return Referral.objects.filter(Exists(visible), sender_team_id__in=actor.teams(*WORKERS))


def referral_for(actor: Actor, number: int, *, to: str = "read", lock: bool = False) -> tuple[Referral, str]:
    """A referral, and on which side the actor stands: `sender` or `receiver`. Raises Http404, or Passed when it is too
    late."""
    rows = Referral.objects.select_related(
        "case__team__agency", "sender", "receiver", "agreement", "by", "answered_by", "sender_team"
    ).prefetch_related(about("case__about"))
    if lock:
        rows = rows.select_for_update(of=("self",))
    from_us, to_us = (Exists(side(actor).filter(pk=OuterRef("pk"))) for side in (referrals_out, referrals_in))
    found = rows.annotate(from_us=from_us, to_us=to_us).filter(Q(from_us=True) | Q(to_us=True), pk=number).first()
    if found is None:
        raise Http404
    sides = [name for name, held in (("sender", found.from_us), ("receiver", found.to_us)) if held]
    side = next((one for one in sides if may_turn(actor, found, one, to)), "")
    if not side:
        raise Passed(found) if any(_has_turn(actor, found, one, to) for one in sides) else Http404
    return found, side


def may_turn(actor: Actor, referral: Referral, side: str, verb: str) -> bool:
    """Whether the matrix lets this person, on this side, do this to this request."""
    states = REFERRAL[verb].states
    return (not states or referral.state in states) and _has_turn(actor, referral, side, verb)


def _has_turn(actor: Actor, referral: Referral, side: str, verb: str) -> bool:
    """Whether it is theirs in some state."""
    rule = REFERRAL[verb]
    if side == "sender":
        return bool(rule.own) and actor.is_in(referral.sender_team_id, *rule.own)
    return actor.has(*rule.receiving)


def referral_sight(referral: Referral) -> frozenset[str]:
    """What the receiver of a request that is not answered yet sees of the person: no more than who it is and why."""
    if (
        referral.state not in ("sent", "returned for information", "accepted")
        or referral.agreement is None
        or not referral.agreement.is_live
    ):
        return frozenset()
    before = {"identity", "reasons"} if referral.state != "accepted" else set(referral.categories)
    return frozenset(before & set(referral.categories) & set(referral.agreement.categories))


def _told(actor: Actor) -> Q:
    """What was told urgently to the actor's agency; about a restricted case for its managers, who is named, and who was chosen to read it."""
    if not actor.has(*DISCLOSURE["read"].receiving):
        return Q(pk__in=[])
    told = Q(receiver_id=actor.agency_id)
    return (
        told
        if actor.has(*LEADS)
        else told & (Q(case__restricted=False) | Q(reader_id=actor.id) | named(actor, "case_id"))
    )


def disclosures_for(actor: Actor) -> QuerySet[Disclosure]:
    """What was told urgently to the actor, or by the actor's team."""
    own = own_cases(actor).filter(team_id__in=actor.teams(*DISCLOSURE["read"].own))
    return Disclosure.objects.filter(_told(actor) | Q(case__in=own)).select_related(
        "sender", "receiver", "by", "reader"
    )


def disclosure_for(actor: Actor, number: int) -> Disclosure:
    """One of them. Raises Http404."""
    found = disclosures_for(actor).filter(pk=number).first()
    if found is None:
        raise Http404
    return found


def told_document(actor: Actor, number: int, document_id: int) -> Document:
    """A document that was told with a disclosure. Raises Http404."""
    found = disclosure_for(actor, number)
    document = Document.objects.filter(pk=document_id, case=found.case_id).first()
    if document is None or document_id not in found.documents:
        raise Http404
    return document


def glass_overseen(actor: Actor) -> QuerySet[BreakGlass]:
    """Every opening of a restricted case of the actor's agency, for those who oversee it."""
    rows = BreakGlass.objects.filter(case__team__agency_id=actor.agency_id).select_related("case", "user")
    return rows if actor.has(*BROKEN_GLASS["oversee"].own) else rows.none()


def disclosures_overseen(actor: Actor) -> QuerySet[Disclosure]:
    """Every urgent disclosure by the actor's agency, without what was told, for those who oversee it."""
    rows = Disclosure.objects.filter(sender_id=actor.agency_id).select_related("case", "by", "receiver").defer("told")
    return rows if actor.has(*DISCLOSURE["oversee"].own) else rows.none()
