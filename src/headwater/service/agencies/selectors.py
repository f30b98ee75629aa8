"""Reads for the administrator's and the partnership officer's pages."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from headwater.service.agencies.access import Actor, agreements_of, people_of
from headwater.service.agencies.models import Agreement, User


def list_people(actor: Actor, *, q: str = "", here: str = "") -> QuerySet[User]:
    """The own agency's people."""
    found = people_of(actor).prefetch_related("memberships__team")
    if q:
        found = found.filter(Q(name__icontains=q) | Q(email__icontains=q))
    return found.filter(is_active=here == "yes") if here else found


def list_agreements(actor: Actor, *, q: str = "") -> QuerySet[Agreement]:
    """The own agency's agreements, on either side."""
    found = agreements_of(actor).prefetch_related("signatures")
    return found.filter(Q(giver__name__icontains=q) | Q(receiver__name__icontains=q)) if q else found
