"""The plan on paper: one person's, in plain words, without what would be dangerous in the wrong hands."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

import typst

from headwater.service.agencies.models import today
from headwater.service.cases.models import Action, Case, Goal, Member, Subject
from headwater.service.cases.rules import Sight, needs_care_on_paper
from headwater.service.design.forms import version_of
from headwater.service.design.frame import is_made_up
from headwater.triggers.packages.words import say_day


@dataclass(frozen=True)
class Line:
    """One action."""

    what: str
    who: str
    due: str
    state: str


@dataclass(frozen=True)
class Plan:
    """All that stands on paper. `printed`: table → numbers of what stands there, for the log."""

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
    printed: dict[str, list[int]] = field(default_factory=dict)

    @property
    def categories(self) -> list[str]:
        """What it tells of the person: who it is, the plan, and what they want where their words stand on it."""
        return ["identity", "plan", *(["wishes"] if self.wants else [])]


def suspects_at_home(case: Case) -> list[Member]:
    """Those of the household whom a record names as suspects of harm at home, and who live there."""
    return [one for one in case.household.order_by("id") if one.lives_here and one.suspected_on]


def is_careful(case: Case, sight: Sight) -> bool:
    """Whether only lines go on paper that the printer has ticked as safe to read at home; from the case as it is, whoever asks."""
    return needs_care_on_paper(
        sees_household=sight.sees("household"), suspect_at_home=bool(suspects_at_home(case)), contact_safely=case.contact_safely,
        restriction=case.restriction, people=len(case.about.all()),
    )  # fmt: skip


def lines_to_tick(case: Case) -> list[tuple[str, str]]:
    """What could stand on paper, each line as it would read there. The key names the version that was read: a line that somebody has
    changed since is not the one that was ticked."""
    goals, actions = _content(case)
    said = {one.pk: _line(one) for one in actions}
    told = [(_key(goal), f"Goal: {goal.words}") for goal in goals]
    told += [(_key(one), f"Action: {said[one.pk].what}: {said[one.pk].who}, by {said[one.pk].due}") for one in actions]
    return [
        *told,
        (
            _key_of_contact(case),
            f"Who to talk to: {_lead(case)}, {case.team.agency.name}; next review {say_day(case.next_review_on)}",
        ),
    ]


def plan_for_paper(case: Case, sight: Sight, *, safe: Collection[str] = (), person: Subject | None = None) -> Plan:
    """The plan of one person. What is marked unsafe is left out always. A plan that needs care holds only the lines of `safe`, and never
    the person's own words: they were told to somebody who is trusted."""
    careful = is_careful(case, sight)
    goals, actions = _content(case)
    if careful:
        goals, actions = [one for one in goals if _key(one) in safe], [one for one in actions if _key(one) in safe]
    subject = person or case.subject
    shown = {goal.pk for goal in goals}
    told = [
        (goal.words, goal.reached_on is not None, [_line(one) for one in actions if one.goal_id == goal.pk])
        for goal in goals
    ]
    other = [_line(one) for one in actions if one.goal_id not in shown]
    contact = not careful or _key_of_contact(case) in safe
    return Plan(
        subject.name if sight.sees("identity") else case.reference, case.reference,
        case.wishes if sight.sees("wishes") and not careful else "", told, other,
        _lead(case) if contact else "", case.team.agency.name if contact else "", say_day(case.next_review_on) if contact else "", today(), is_made_up(),
        {"cases_goal": sorted(shown), "cases_action": sorted(one.pk for one in actions)},
    )  # fmt: skip


def _content(case: Case) -> tuple[list[Goal], list[Action]]:
    """Goals and actions but those that somebody kept off paper, alone or by their goal."""
    goals = list(case.goals.order_by("id"))
    kept_off = {goal.pk for goal in goals if goal.unsafe_to_print}
    actions = case.actions.select_related("owner", "agency").order_by("due_on")
    return (
        [goal for goal in goals if not goal.unsafe_to_print],
        [one for one in actions if not one.unsafe_to_print and one.goal_id not in kept_off],
    )


def _line(action: Action) -> Line:
    return Line(action.words, action.who, say_day(action.due_on), action.get_state_display())


def _lead(case: Case) -> str:
    return case.lead.name if case.lead else "not known"


def _key(one: Goal | Action) -> str:
    """Follows from what it says: what was ticked is what was read."""
    told = {"words": one.words} if isinstance(one, Goal) else asdict(_line(one))
    return f"{one._meta.model_name}-{one.pk}-{version_of(told)}"


def _key_of_contact(case: Case) -> str:
    return f"contact-{case.lead_id or 0}"


def set_plan(plan: Plan, *, large: bool) -> bytes:
    """The plan as PDF/UA: tagged, with a title, for screen readers too."""
    content = {name: value for name, value in asdict(plan).items() if name not in ("on", "printed")}
    told = {"plan": json.dumps(content, ensure_ascii=False), "large": "yes" if large else "no"}
    page = (Path(__file__).parent / "paper.typ").read_bytes()
    return bytes(typst.compile(page, format="pdf", pdf_standards=["ua-1"], ignore_system_fonts=True, sys_inputs=told))
