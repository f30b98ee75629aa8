"""Verbs about plans of posts: bring a staffing file, make, change, copy, publish, withdraw. Each is one step, whole or not at all."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

from django.db import transaction

from headwater.areas.allocation import AllocationError
from headwater.areas.earlier_wards import Carrier, GoneError
from headwater.areas.levels import Level
from headwater.areas.need import NeedError
from headwater.areas.planning import FactsError, ScenarioError, groups_of
from headwater.areas.planning import Staffing as Held
from headwater.areas.planning.staffing import NOTHING_CARRIED
from headwater.service.agencies.access import Actor
from headwater.service.areas.atlas import Atlas
from headwater.service.areas.choices import Choices
from headwater.service.areas.facts import facts_of
from headwater.service.areas.models import Plan, PlanDecision, Staffing
from headwater.service.areas.result import work_out
from headwater.service.areas.staffing import StaffingError, read_staffing
from headwater.service.design.send import Refused


@transaction.atomic
def bring_staffing(
    *, acting: Actor, name: str, as_of: date, level: Level, content: bytes, carrier: Carrier = NOTHING_CARRIED
) -> Staffing:
    """Keep the posts of one day. Raises Refused."""
    try:
        rows = read_staffing(content, level, carrier)
    except StaffingError as fault:
        raise Refused(f"{fault} Nothing was kept.", "file") from None
    return Staffing.objects.create(
        agency_id=acting.agency_id,
        name=name,
        as_of=as_of,
        level=level.id,
        rows=rows,
        digest=hashlib.sha256(content).hexdigest(),
        by=acting.user,
    )


@transaction.atomic
def save_plan(
    plan: Plan | None,
    *,
    acting: Actor,
    atlas: Atlas,
    name: str,
    level: Level,
    staffing: Staffing | None,
    choices: Choices,
) -> Plan:
    """A new plan, or a changed draft, with its posts worked out. Raises Refused where the rules cannot hold together."""
    if staffing is not None and staffing.level != level.id:
        raise Refused(
            f"“{staffing}” counts posts by {staffing.level}, and this plan by {level.one}. Choose another file or level.",
            "staffing",
        )
    taken = Plan.objects.filter(agency_id=acting.agency_id, name=name).exclude(pk=plan.pk if plan else 0)
    if taken.exists():
        raise Refused("There is a plan of this name already. Give this one another.", "name")
    result = _work_out(name, atlas, level, staffing, choices)
    made = plan or Plan(agency_id=acting.agency_id, made_by=acting.user)
    made.name, made.level, made.staffing, made.changed_by = name, level.id, staffing, acting.user
    made.choices, made.result = choices.as_json(), result
    made.version += 1 if plan else 0
    made.save()
    return made


def _work_out(name: str, atlas: Atlas, level: Level, staffing: Staffing | None, choices: Choices) -> dict[str, Any]:
    if staffing is None and choices.limits_moves:
        raise Refused(
            "A limit on moves needs the posts of today. Choose a staffing file, or leave the limit empty.", "staffing"
        )
    try:
        facts = facts_of(atlas, choices.index or None)
        if choices.workload and not facts.has_minutes:
            raise Refused(
                "No minutes of work are known for these areas. Set the share of work to 0, or have the minutes loaded.",
                "rules" if choices.rules else "workload",
            )
        held = Held(staffing.posts(), staffing.posts("fixed")).carry(level, atlas.shelf.carrier) if staffing else None
        return work_out(name, facts, level, choices, held, groups_of(atlas.shelf, facts, choices.index or None))
    except GoneError as fault:
        raise Refused(f"Posts of today, “{staffing}”: {fault}", "staffing") from None
    except (AllocationError, NeedError, FactsError, ScenarioError) as fault:
        raise Refused(str(fault), "rules" if choices.rules else None) from None


@transaction.atomic
def copy_plan(plan: Plan, *, acting: Actor) -> Plan:
    """A new draft with the same choices and posts."""
    number, name = 2, f"{plan.name[:100]}, copy"
    while Plan.objects.filter(agency_id=plan.agency_id, name=name).exists():
        name, number = f"{plan.name[:100]}, copy {number}", number + 1
    return Plan.objects.create(
        agency_id=plan.agency_id, name=name, level=plan.level, staffing=plan.staffing, choices=plan.choices, result=plan.result,
        made_by=acting.user, changed_by=acting.user,
    )  # fmt: skip


@transaction.atomic
def publish(plan: Plan, *, acting: Actor, decided_by: str, words: str) -> PlanDecision:
    """Freeze the plan as it stands, with who decided it and why."""
    made = PlanDecision.objects.create(plan=plan, verb="publish", decided_by=decided_by, words=words, by=acting.user)
    plan.state = "published"
    plan.save(update_fields=["state"])
    return made


@transaction.atomic
def withdraw(plan: Plan, *, acting: Actor, decided_by: str, words: str) -> PlanDecision:
    """Say that a published plan no longer holds; it stays readable as it was."""
    if plan.decisions.filter(verb="withdraw").exists():
        raise Refused("It was withdrawn already.")
    return PlanDecision.objects.create(plan=plan, verb="withdraw", decided_by=decided_by, words=words, by=acting.user)
