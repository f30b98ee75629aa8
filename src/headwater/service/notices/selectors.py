"""Reads for the page of notices and for the number beside its name."""

from __future__ import annotations

from django.db.models import Case, Q, QuerySet, When

from headwater.service.agencies.access import Actor
from headwater.service.notices.models import OPEN, Notice

STATES = {"open": OPEN, "seen": ~Q(acknowledged_at=None), "done": ~Q(settled_at=None)}
"""What the list can be narrowed to."""


def list_notices(actor: Actor, *, state: str = "") -> QuerySet[Notice]:
    """One's own notices; `presses` is 2 for those that are urgent and open, 1 for the other open ones."""
    presses = Case(When(OPEN, urgent=True, then=2), When(OPEN, then=1), default=0)
    return Notice.objects.filter(STATES.get(state, Q()), user_id=actor.id).annotate(presses=presses)


def open_notices(actor: Actor) -> QuerySet[Notice]:
    """Those that are neither acknowledged nor done."""
    return Notice.objects.filter(OPEN, user_id=actor.id)
