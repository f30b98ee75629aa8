"""Reads for the page of notices and for the number beside its name."""

from __future__ import annotations

from django.db.models import Case, QuerySet, When

from headwater.service.agencies.access import Actor
from headwater.service.notices.models import Notice


def list_notices(actor: Actor, *, state: str = "") -> QuerySet[Notice]:
    """One's own notices; `presses` is 1 for those that are urgent and not acknowledged."""
    presses = Case(When(urgent=True, acknowledged_at=None, then=1), default=0)
    found = Notice.objects.filter(user_id=actor.id).annotate(presses=presses)
    return found.filter(acknowledged_at__isnull=state == "open") if state else found


def open_notices(actor: Actor) -> QuerySet[Notice]:
    """Those that are not acknowledged."""
    return Notice.objects.filter(user_id=actor.id, acknowledged_at=None)
