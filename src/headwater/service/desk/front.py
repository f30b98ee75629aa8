"""What waits for an analyst? Parts of her front page: drafts, and what teams say was wrong in what she released."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from headwater.service.agencies.access import Actor
from headwater.service.audit.actions import log
from headwater.service.desk.access import ANALYSTS, answered_wrong, lake_for
from headwater.service.desk.actions import log_look
from headwater.service.desk.waiting import numbers_on_desk, waiting_drafts

SHOWN = 6
"""Lines of each part; the rest is behind its link."""

ANSWER_DAYS = 60
"""So long an answer stands on the front page."""


def read_drafts(actor: Actor) -> dict[str, Any]:
    """The drafts that wait, longest first, and how many."""
    waiting = waiting_drafts(actor)
    if waiting is None:
        return {"lake": False}
    shown = waiting[:SHOWN]
    lake = lake_for(actor)
    if shown and lake is not None:
        log_look(lake, [one.number for one in shown], acting=actor)
    return {"lake": True, "drafts": shown, "count": len(waiting), "begun": sum(one.begun for one in waiting)}


def read_answers(actor: Actor) -> dict[str, Any]:
    """What teams answered that was wrong, of what she released, newest first."""
    rows = answered_wrong(actor).filter(decided_at__gt=timezone.now() - timedelta(ANSWER_DAYS))
    found = list(rows.order_by("-decided_at", "-pk")[:SHOWN])
    if found:
        log("consult", "cases_package", [one.pk for one in found])
    return {"answers": found, "days": ANSWER_DAYS, "on_desk": numbers_on_desk(actor) if found else ()}


def is_analyst(actor: Actor) -> bool:
    """Who works at the desk."""
    return actor.has(*ANALYSTS)
