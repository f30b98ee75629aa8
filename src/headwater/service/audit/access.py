"""Who may read the log? The auditors of an agency, what their own people did; those who work a case, who has seen it."""

from __future__ import annotations

from django.db.models import QuerySet

from headwater.service.agencies.access import Actor, Role
from headwater.service.audit.models import Entry


def entries_for(actor: Actor) -> QuerySet[Entry]:
    """What the people of the auditor's agency did; nothing for anybody who is no auditor."""
    if not actor.has(Role.AUDITOR):
        return Entry.objects.none()
    return Entry.objects.filter(agency=actor.agency_id)
