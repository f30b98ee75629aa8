"""What does a planner find on the front page? The plans that were changed last."""

from __future__ import annotations

from typing import Any

from headwater.service.agencies.access import Actor
from headwater.service.areas.access import PLANNERS, plans_of, reads_plans, staffing_of
from headwater.service.areas.models import Plan
from headwater.service.audit.actions import log

SHOWN = 5
"""Lines; the rest is behind the link."""


def is_planner(actor: Actor) -> bool:
    """Who makes plans of posts."""
    return reads_plans(actor) and actor.has(*PLANNERS)


def read_plans(actor: Actor) -> dict[str, Any]:
    """The newest plans, or, where there is none yet, whether there are posts of today to compare one with."""
    plans = list(plans_of(actor).defer(*Plan.HEAVY).select_related("changed_by")[:SHOWN])
    if plans:
        log("consult", "areas_plan", [plan.pk for plan in plans])
    return {"plans": plans, "posts_of_today": not plans and staffing_of(actor).exists()}
