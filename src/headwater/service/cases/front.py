"""What is new for an auditor? A part of her front page: the newest broken glass, and what was told at once and nobody has read."""

from __future__ import annotations

from typing import Any

from headwater.service.agencies.access import Actor
from headwater.service.audit.actions import log
from headwater.service.cases import access

SHOWN = 5
"""Lines of each list; the rest is behind its link."""


def read_oversight(actor: Actor) -> dict[str, Any]:
    """Where more was seen or told than the rule gives."""
    glass = list(access.glass_overseen(actor).order_by("-at", "-pk")[:SHOWN])
    unread = list(access.disclosures_overseen(actor).filter(read_at=None).order_by("at", "pk")[:SHOWN])
    if glass:
        log("consult", "cases_breakglass", [one.pk for one in glass])
    if unread:
        log("consult", "cases_disclosure", [one.pk for one in unread])
    return {"glass": glass, "unread": unread}


def oversees(actor: Actor) -> bool:
    """Who reads why more was seen or told."""
    return actor.has(*access.OVERSEERS)
