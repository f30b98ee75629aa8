"""Whose notices? Everybody's own, and nobody else's."""

from __future__ import annotations

from django.http import Http404

from headwater.service.agencies.access import Actor
from headwater.service.notices.models import Notice


def notice_for(actor: Actor, number: int) -> Notice:
    """One of one's own. Raises Http404."""
    found = Notice.objects.filter(pk=number, user_id=actor.id).first()
    if found is None:
        raise Http404
    return found
