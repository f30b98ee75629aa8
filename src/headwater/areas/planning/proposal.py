"""Where would posts go by these rules? Facts, a level, rules and posts of today in; posts by role and place out, with what is needed to explain."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from headwater.areas.allocation import (
    HUNTINGTON_HILL,
    WEBSTER,
    AllocationError,
    Allotment,
    Causes,
    Coupled,
    Group,
    Mix,
    Move,
    Place,
    Role,
    Rules,
    Summary,
    Team,
    allot,
    allot_roles,
    find_causes,
    find_clash,
    list_moves,
    summarise,
)
from headwater.areas.allocation.clash import FEW
from headwater.areas.allocation.coupled import TIME
from headwater.areas.allocation.place import TotalsError
from headwater.areas.levels import Level
from headwater.areas.need import CRIME_NOWHERE, need_of
from headwater.areas.planning.facts import Facts, FactsError
from headwater.areas.planning.scenario import HUNTINGTON, MILP, Scenario, ScenarioError
from headwater.areas.planning.staffing import Staffing

NOBODY = Staffing({}, {})
ALL_ROLES = ""
"""Stands for all roles together in a limit on moves."""


@dataclass(frozen=True)
class Result:
    """One role: its places, the posts of each, the answer by need alone (each post in order), today's posts (None: not known), the
    moves, and need per post as a multiple of the force's mean (1: just as much)."""

    role: Role
    posts: Mapping[str, int]
    by_need: Allotment
    today: Mapping[str, int] | None
    moves: tuple[Move, ...]
    summary: Summary
    summary_today: Summary | None

    @cached_property
    def causes(self) -> Causes:
        """Which rule brought each post, and which keeps one away; worked out when first asked for."""
        return find_causes(self.role, self.by_need, self.posts)


@dataclass(frozen=True)
class Proposal:
    """The whole answer. `need` is each place's share; `coupled` is there when an integer programme gave it, with its gap."""

    scenario: Scenario
    level: Level
    need: Mapping[str, float]
    results: Mapping[str, Result]
    coupled: Coupled | None
    not_in_model: tuple[str, ...]
    sources: tuple[str, ...]
    carried: str = ""
    """What it cost to count posts of earlier wards in those of today."""


def propose(
    facts: Facts, level: Level, scenario: Scenario, staffing: Staffing | None = None, *, seconds: float = TIME
) -> Proposal:
    """Give out the posts of every role; an integer programme searches for `seconds` at most.

    Raises AllocationError (which rules clash, in words), ScenarioError for a place or unit that is not there, FactsError where workload
    is wanted and no minutes are loaded."""
    if scenario.need.workload and not facts.has_minutes:
        raise FactsError(
            "The rules count workload, and no officers' minutes are loaded for these areas. Count them (headwater areas load --lake), "
            "or write workload: 0 in the rules."
        )
    order = list(level.names)
    share = need_of(facts.at(level), scenario.need.recipe(), len(order))
    need = {code: float(share[number]) for number, code in enumerate(order)}
    held = staffing or NOBODY
    roles = [_role(name, scenario, level, need, held) for name in scenario.roles]
    method = HUNTINGTON_HILL if scenario.method == HUNTINGTON else WEBSTER
    most_moves = {name: rule.most_moves for name, rule in scenario.roles.items() if rule.most_moves is not None}
    rules = Rules(
        (Mix(scenario.mix.role, scenario.mix.per, scenario.mix.least, scenario.mix.most),) if scenario.mix else (),
        tuple(Team(t.name, tuple(find_place(level, place) for place in t.places), t.floor, t.ceiling) for t in scenario.teams),
        most_moves | ({ALL_ROLES: scenario.most_moves} if scenario.most_moves is not None else {}), held.posts,
    )  # fmt: skip
    if rules.most_moves and staffing is None:
        raise ScenarioError(
            "The rules limit moves, and posts as they stand today are not known. Name their file: --today FILE"
        )
    alone = {role.id: _allot_alone(role, method, roles, rules) for role in roles}
    coupled = allot_roles(roles, rules, seconds=seconds) if scenario.method == MILP else None
    results = {}
    for role in roles:
        posts = coupled.posts[role.id] if coupled else alone[role.id].posts
        today = held.posts.get(role.id) if staffing else None
        moves = tuple(list_moves(role.places, today, posts)) if today is not None else ()
        results[role.id] = Result(
            role, posts, alone[role.id], today, moves, need_for_one(role, posts), need_for_one(role, today) if today is not None else None
        )  # fmt: skip
    return Proposal(
        scenario,
        level,
        need,
        results,
        coupled,
        _left_out(facts, scenario),
        facts.rests_on(scenario.need.workload),
        held.carried,
    )


def _allot_alone(role: Role, method: str, roles: list[Role], rules: Rules) -> Allotment:
    """By need alone. Raises AllocationError with the plain sum for many places, else with the rules that clash."""
    try:
        return allot(role.places, role.posts, groups=role.groups, method=method)
    except AllocationError as fault:
        told = f"{role.name}: {fault}"
        if isinstance(fault, TotalsError) and len(role.places) > FEW:
            raise AllocationError(told) from None
        clash = find_clash(roles, rules)
        raise AllocationError(f"{clash} ({told})" if clash else told) from None


def need_for_one(role: Role, posts: Mapping[str, int]) -> Summary:
    """Need for one post: least, median and most, as multiples of the mean over all posts that are held."""
    whole = sum(posts.values())
    scaled = [Place(place.id, place.name, place.need * whole, place.group) for place in role.places]
    return summarise(scaled, posts)


def _role(name: str, scenario: Scenario, level: Level, need: Mapping[str, float], held: Staffing) -> Role:
    rule = scenario.roles[name]
    own = {find_place(level, one.place): one for one in scenario.places if one.role == name}
    fixed = dict(held.fixed.get(name, {}))
    for post in scenario.fixed:
        if post.role == name:
            code = find_place(level, post.place)
            fixed[code] = max(fixed.get(code, 0), 0) + post.posts
    places = []
    for code, called in level.names.items():
        mine = own.get(code)
        floor = mine.floor if mine and mine.floor is not None else rule.floor
        ceiling = mine.ceiling if mine and mine.ceiling is not None else rule.ceiling
        places.append(Place(code, called, need[code], level.unit[code], floor, ceiling, fixed.get(code, 0)))
    return Role(name, rule.name, rule.posts, tuple(places), _groups(name, scenario, level, need))


def _groups(name: str, scenario: Scenario, level: Level, need: Mapping[str, float]) -> tuple[Group, ...]:
    units = sorted(set(level.unit.values()))
    posts = scenario.roles[name].posts
    limits: dict[str, tuple[int, int | None]] = {}
    if scenario.unit_share is not None:
        for unit in units:
            fair = posts * float(np.sum([need[code] for code in level.names if level.unit[code] == unit]))
            limits[unit] = (math.floor(fair * (1 - scenario.unit_share)), math.ceil(fair * (1 + scenario.unit_share)))
    for rule in scenario.units:
        if rule.unit not in units:
            raise ScenarioError(f"The rules name the unit {rule.unit!r}; the units are {', '.join(units)}.")
        if rule.role == name:
            limits[rule.unit] = (rule.floor, rule.ceiling)
    return tuple(Group(unit, unit, *limits[unit]) for unit in sorted(limits))


def find_place(level: Level, said: str) -> str:
    """The code of a place that is named by its code or its name. Raises ScenarioError."""
    if said in level.names:
        return said
    same = [code for code, name in level.names.items() if name.casefold() == said.strip().casefold()]
    if len(same) == 1:
        return same[0]
    if same:
        raise ScenarioError(f"There are {len(same)} {level.many} called {said!r}: give a code ({', '.join(same)}).")
    units = sorted({unit for unit in level.unit.values() if unit.casefold() == said.strip().casefold()})
    if units:
        inside = sorted(name for code, name in level.names.items() if level.unit[code] == units[0])[:3]
        raise ScenarioError(
            f"{units[0]} is a unit and no {level.one}. Name one of its {level.many}, such as {', '.join(inside)}."
        )
    near = sorted(name for name in level.names.values() if said.casefold() in name.casefold())[:4]
    hint = f" Did you mean {', '.join(near)}?" if near else f" Codes look like {next(iter(level.names))}."
    raise ScenarioError(f"There is no {level.one} {said!r}.{hint}")


def _left_out(facts: Facts, scenario: Scenario) -> tuple[str, ...]:
    told = list(scenario.not_in_model)
    if not scenario.need.workload:
        told.insert(0, "Workload: need here is deprivation and residents only.")
    elif facts.minutes_outside:
        told.insert(
            0,
            f"{facts.minutes_outside:,.0f} minutes of work in areas outside the force or without ranks and residents.",
        )
    if scenario.need.workload and (said := facts.say_work()):
        told.insert(0, said)
    if facts.left_out:
        told.insert(
            0, f"{len(facts.left_out)} small areas without ranks or residents (the first: {facts.left_out[0]})."
        )
    if scenario.need.recipe().double_counts_crime():
        told.append("Crime counts twice: in the weights and in the workload. Use weights: without_crime.")
    if scenario.need.recipe().leaves_out_crime():
        told.append(CRIME_NOWHERE)
    if not scenario.not_in_model:
        told.append(
            "Travel, shifts, leave, response and investigation: the rules name nothing (`not_in_model`), and need counts none of it."
        )
    return tuple(told)
