"""Reads for the administrator's and the partnership officer's pages."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Q, QuerySet

from headwater.service.agencies.access import Actor, agreements_of, people_of
from headwater.service.agencies.models import Agreement, Membership, User, today

LACKS = {"role": "No role today", "factor": "No second factor", "sign-in": "Never signed in"}
"""What somebody who works here may lack."""


def people_lacking(actor: Actor, what: str) -> QuerySet[User]:
    """The own agency's people who work here and lack this, one of `LACKS`."""
    day, here = today(), people_of(actor).filter(is_active=True)
    if what == "sign-in":
        return here.filter(last_login=None)
    if what == "factor":
        return here.filter(~Exists(Authenticator.objects.filter(user=OuterRef("pk"))))
    held = Membership.objects.filter(Q(ends=None) | Q(ends__gte=day), user=OuterRef("pk"), starts__lte=day)
    return here.filter(~Exists(held.filter(team__agency_id=actor.agency_id)))


def list_people(actor: Actor, *, q: str = "", here: str = "", lacks: str = "") -> QuerySet[User]:
    """The own agency's people."""
    found = people_lacking(actor, lacks) if lacks else people_of(actor)
    found = found.prefetch_related("memberships__team")
    if q:
        found = found.filter(Q(name__icontains=q) | Q(email__icontains=q))
    return found.filter(is_active=here == "yes") if here else found


def list_agreements(actor: Actor, *, q: str = "") -> QuerySet[Agreement]:
    """The own agency's agreements, on either side."""
    found = agreements_of(actor).prefetch_related("signatures")
    return found.filter(Q(giver__name__icontains=q) | Q(receiver__name__icontains=q)) if q else found
