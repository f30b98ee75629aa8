"""Write one line of a case's timeline."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from headwater.service.agencies.access import Actor, Category
from headwater.service.cases.models import Case, Entry


def enter(
    case: Case, kind: str, words: str, *, acting: Actor | None, text: str = "", category: str = Category.NOTES, at: datetime | None = None,
    agency_id: int | None = None, by_words: str = "", present: list[str] | None = None,
) -> Entry:  # fmt: skip
    """Add a line and mark that the case has moved. `acting` is None for what a search or a timer did, or somebody without an account."""
    now = timezone.now()
    made = Entry.objects.create(
        case=case, at=at or now, kind=kind, category=category, agency_id=acting.agency_id if acting else (agency_id or case.team.agency_id),
        by=acting.user if acting else None, by_words=by_words, words=words[:200], text=text, present=present or [],
    )  # fmt: skip
    Case.objects.filter(pk=case.pk).update(moved_at=now)
    return made
