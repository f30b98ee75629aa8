"""The plan on paper: one person's, in plain words, without what would be dangerous in the wrong hands."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

import typst

from headwater.service.agencies.models import today
from headwater.service.cases.models import Case
from headwater.service.cases.rules import Sight
from headwater.service.design.frame import is_made_up
from headwater.triggers.words import say_day


@dataclass(frozen=True)
class Line:
    """One action."""

    what: str
    who: str
    due: str
    state: str


@dataclass(frozen=True)
class Plan:
    """All that stands on paper. `left_out`: something was left out, which the paper itself does not say."""

    name: str
    reference: str
    wants: str
    goals: list[tuple[str, bool, list[Line]]]
    other: list[Line]
    lead: str
    agency: str
    next_review: str
    on: date
    made_up: bool
    left_out: int = field(default=0)

    @property
    def categories(self) -> list[str]:
        """What it tells of the person: who it is, the plan, and what they want where their words stand on it."""
        return ["identity", "plan", *(["wishes"] if self.wants else [])]


def plan_for_paper(case: Case, sight: Sight) -> Plan:
    """The plan of one person. What is marked unsafe is left out always; when a recorded suspect lives at home, so are the person's own
    words: they were told to somebody who is trusted."""
    household = list(case.household.all())
    suspect_at_home = any(one.lives_here and one.suspected_on for one in household)
    actions = list(case.actions.select_related("owner", "agency").order_by("due_on"))
    shown = [one for one in actions if not one.unsafe_to_print]
    goals = list(case.goals.order_by("id"))
    lines = {one.pk: Line(one.words, one.who, say_day(one.due_on), one.get_state_display()) for one in shown}
    told = [
        (goal.words, goal.reached_on is not None, [lines[one.pk] for one in shown if one.goal_id == goal.pk])
        for goal in goals
        if not goal.unsafe_to_print
    ]
    unsafe_goals = {goal.pk for goal in goals if goal.unsafe_to_print}
    other = [lines[one.pk] for one in shown if one.goal_id is None]
    wants = case.wishes if sight.sees("wishes") and not suspect_at_home and not case.contact_safely else ""
    gone = [one for one in actions if one.unsafe_to_print or one.goal_id in unsafe_goals]
    return Plan(
        case.name if len(case.about.all()) == 1 else case.subject.name, case.reference, wants, told, other, case.lead.name if case.lead else "not known",
        case.team.agency.name, say_day(case.next_review_on), today(), is_made_up(), len(gone) + len(unsafe_goals),
    )  # fmt: skip


def set_plan(plan: Plan, *, large: bool) -> bytes:
    """The plan as PDF/UA: tagged, with a title, for screen readers too."""
    content = {name: value for name, value in asdict(plan).items() if name not in ("on", "left_out")}
    told = {"plan": json.dumps(content, ensure_ascii=False), "large": "yes" if large else "no"}
    page = (Path(__file__).parent / "paper.typ").read_bytes()
    return bytes(typst.compile(page, format="pdf", pdf_standards=["ua-1"], ignore_system_fonts=True, sys_inputs=told))
