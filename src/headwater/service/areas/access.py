"""Who may see and change plans of posts? Planners of a police agency; what is published, its other people too. Whatever is not allowed
gives the same 404 as what does not exist."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404

from headwater.service.agencies.access import Actor, Role
from headwater.service.agencies.rules import POLICE_ROLES
from headwater.service.areas.models import Plan, Staffing

PLANNERS = (Role.PLANNER,)
READERS = (*POLICE_ROLES, Role.AUDITOR, Role.ADMINISTRATOR)
"""Who reads what was published in their own force."""


def reads_plans(actor: Actor) -> bool:
    """Whether plans concern this person at all: people of a force."""
    return actor.user.agency.kind == "police" and actor.has(*READERS)


def plans_of(actor: Actor) -> QuerySet[Plan]:
    """The plans that the actor may read."""
    if not reads_plans(actor):
        return Plan.objects.none()
    rows = Plan.objects.filter(agency_id=actor.agency_id)
    return rows if actor.has(*PLANNERS) else rows.filter(state="published")


def plan_for(actor: Actor, number: int, *, to: str = "read", lock: bool = False) -> Plan:
    """One of them; `to` is read, change (a draft), publish (a draft) or withdraw (what is published). Raises Http404."""
    rows = plans_of(actor).select_related("staffing", "made_by", "changed_by", "agency")
    if lock:
        rows = rows.select_for_update(of=("self",))
    found = rows.filter(pk=number).first()
    if found is None or (to != "read" and not actor.has(*PLANNERS)):
        raise Http404
    if (to in ("change", "publish") and found.is_published) or (to == "withdraw" and not found.is_published):
        raise Http404
    return found


def staffing_of(actor: Actor) -> QuerySet[Staffing]:
    """The staffing files that a planner may use."""
    return Staffing.objects.filter(agency_id=actor.agency_id) if actor.has(*PLANNERS) else Staffing.objects.none()
