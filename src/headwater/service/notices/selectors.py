"""Reads for the page of notices and for the number beside its name."""

from __future__ import annotations

from django.db.models import QuerySet

from headwater.service.agencies.access import Actor
from headwater.service.notices.models import Notice


def list_notices(actor: Actor, *, state: str = "") -> QuerySet[Notice]:
    """One's own notices."""
    found = Notice.objects.filter(user_id=actor.id)
    return found.filter(acknowledged_at__isnull=state == "open") if state else found


def count_open(actor: Actor) -> int:
    """How many are not acknowledged, counted to 99."""
    return int(Notice.objects.filter(user_id=actor.id, acknowledged_at=None)[:99].count())
