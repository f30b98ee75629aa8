"""What waits for an administrator or an auditor of an agency? Parts of their front page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings

from headwater.service.agencies.access import Actor, Role, agreements_of
from headwater.service.agencies.models import User, today
from headwater.service.agencies.selectors import LACKS, people_lacking
from headwater.service.audit.actions import log

SHOWN = 5
"""Lines of each part; the rest is behind its link."""

COUNTED_TO = 100
NEAR_DAYS = 30
"""So many days before its review an agreement is near it."""


@dataclass(frozen=True)
class Lacking:
    """People who lack one thing: which, how it is filtered for, who, and how many as the page says it."""

    what: str
    words: str
    people: list[User]
    count: str


def read_people(actor: Actor) -> dict[str, Any]:
    """Who cannot work here as they should: no role, no second factor where one is asked for, never signed in."""
    groups = []
    for what, words in LACKS.items():
        if what == "factor" and not settings.SECOND_FACTOR:
            continue
        found = list(people_lacking(actor, what).order_by("joined_on", "pk")[: COUNTED_TO + 1])
        count = f"More than {COUNTED_TO}" if len(found) > COUNTED_TO else str(len(found))
        if found:
            groups.append(Lacking(what, words, found[:SHOWN], count))
    if groups:
        log("consult", "agencies_user", sorted({one.pk for group in groups for one in group.people}))
    return {"groups": groups}


def read_agreements(actor: Actor) -> dict[str, Any]:
    """Agreements of the own agency whose review is near or over."""
    near = agreements_of(actor).filter(
        withdrawn_on=None, ends__gte=today(), review_on__lte=today() + timedelta(NEAR_DAYS)
    )
    found = list(near.order_by("review_on", "pk")[:SHOWN])
    if found:
        log("consult", "agencies_agreement", [one.pk for one in found])
    return {"agreements": found, "days": NEAR_DAYS}


def is_administrator(actor: Actor) -> bool:
    """Who looks after the people of an agency."""
    return actor.has(Role.ADMINISTRATOR)


def watches_agreements(actor: Actor) -> bool:
    """Who sees to it that agreements are reviewed, and signs none."""
    return actor.has(Role.ADMINISTRATOR, Role.AUDITOR)
