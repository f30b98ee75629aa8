"""Where would posts go by these rules, and why? Facts of areas and a planner's choices in, posts with reasons out. Pure: no Django."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from headwater.areas.allocation import (
    WEBSTER,
    Allotment,
    Group,
    Mix,
    Place,
    Role,
    Rules,
    allot,
    allot_roles,
    summarise,
)
from headwater.areas.deprivation import WEIGHTS
from headwater.areas.levels import Level
from headwater.areas.need import Recipe, SmallAreas, need_of, sensitivity

ROLES = {"pc": "PC", "pcso": "PCSO"}
DRAWS = 200
"""Draws of weights that tell how much the answer depends on them."""

SECONDS = 20.0
"""So long the integer programme may think; what it has then is given, with its gap."""


@dataclass(frozen=True)
class Facts:
    """What is known of small areas: their codes, ranks among `country` areas by domain, residents, minutes of work (empty: not known),
    and in words where each comes from. `groups`: how many of each group of residents live there, for looking at what a plan does to people;
    no plan reads it. Arrays in the order of `codes`."""

    codes: tuple[str, ...]
    ranks: Mapping[str, Any]
    country: int
    residents: Any
    minutes: Any
    sources: tuple[str, ...]
    left_out: int
    groups: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class RoleChoice:
    """For one role: how many posts, at least and at most for each place, and how many may leave where they are today (None: no limit)."""

    posts: int
    floor: int = 0
    ceiling: int | None = None
    most_moves: int | None = None


@dataclass(frozen=True)
class Choices:
    """All that a planner sets. `workload` is the share of work in need (0 to 1); `band` how far a unit's posts may be from its share by
    need (0.1: a tenth; None: no limit); `mix` the least and most PCSOs for one PC."""

    weights: Mapping[str, float] = field(default_factory=lambda: dict(WEIGHTS))
    workload: float = 0.0
    roles: Mapping[str, RoleChoice] = field(default_factory=dict)
    band: float | None = None
    mix: tuple[float, float] | None = None
    method: str = WEBSTER

    @property
    def coupled(self) -> bool:
        """Whether a rule ties roles or places together, so that the integer programme is needed."""
        return self.mix is not None or any(role.most_moves is not None for role in self.roles.values())

    def as_json(self) -> dict[str, Any]:
        """As it is kept."""
        return asdict(self)

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Choices:
        """As it was kept."""
        roles = {name: RoleChoice(**one) for name, one in told["roles"].items()}
        mix = tuple(told["mix"]) if told["mix"] else None
        return cls(told["weights"], told["workload"], roles, told["band"], mix, told["method"])


Posts = Mapping[str, Mapping[str, int]]
"""Role → place → posts."""


def work_out(facts: Facts, level: Level, choices: Choices, *, today: Posts, fixed: Posts) -> dict[str, Any]:
    """The posts of each place and role with reasons, need, how sure it is, and what was left out; as it is kept and shown.

    Raises AllocationError or NeedError in words for the planner.
    """
    order = {code: number for number, code in enumerate(level.names)}
    areas = SmallAreas(
        np.array([order[level.of[code]] for code in facts.codes], np.int64),
        facts.ranks,
        facts.country,
        facts.residents,
        facts.minutes,
    )
    recipe = Recipe(dict(choices.weights), choices.workload)
    need = need_of(areas, recipe, len(order))
    roles = [_role(name, level, need, choices, fixed) for name in choices.roles]
    posts: dict[str, dict[str, int]] = {}
    why: dict[str, dict[str, str]] = {}
    gap = None
    if choices.coupled:
        rules = Rules(
            mixes=(Mix("pcso", "pc", *choices.mix),) if choices.mix and len(roles) == 2 else (),
            most_moves={name: one.most_moves for name, one in choices.roles.items() if one.most_moves is not None},
            current=today,
        )
        answer = allot_roles(roles, rules, seconds=SECONDS)
        posts, gap = answer.posts, answer.gap
        told = {(one.role, one.place): one for one in answer.differs}
        for role in roles:
            why[role.id] = {
                place.id: f"By need alone {one.by_need}; here {one.posts}: {one.why}."
                if (one := told.get((role.id, place.id)))
                else "As by need alone."
                for place in role.places
            }
    else:
        for role in roles:
            given = allot(role.places, role.posts, groups=role.groups, method=choices.method)
            posts[role.id] = given.posts
            why[role.id] = _say_why(given, level)
    sure: dict[str, dict[str, list[float]]] = {}
    if not choices.coupled:
        for role in roles:
            found = sensitivity(
                areas, recipe, role.places, role.posts, groups=role.groups, draws=DRAWS, method=choices.method
            )
            sure[role.id] = {
                place.id: [int(low), int(high), float(same)]
                for place, low, high, same in zip(role.places, found.low, found.high, found.same, strict=True)
            }
    return {
        "level": level.id,
        "need": {code: float(need[number]) for code, number in order.items()},
        "posts": posts,
        "today": {name: dict(today.get(name, {})) for name in choices.roles},
        "why": why,
        "sure": sure,
        "gap": gap,
        "sources": list(facts.sources),
        "left_out": facts.left_out,
        "double": recipe.double_counts_crime(),
        "residents": _by_place(facts.residents, areas.place, order),
        "groups": [[name, _by_place(people, areas.place, order)] for name, people in facts.groups.items()],
    }


def _by_place(people: Any, place: Any, order: Mapping[str, int]) -> dict[str, float]:
    summed = np.bincount(place, people, minlength=len(order))
    return {code: round(float(summed[number]), 1) for code, number in order.items()}


def _role(name: str, level: Level, need: Any, choices: Choices, fixed: Posts) -> Role:
    one, tied = choices.roles[name], fixed.get(name, {})
    places = tuple(
        Place(code, called, float(need[number]), level.unit[code], one.floor, one.ceiling, tied.get(code, 0))
        for number, (code, called) in enumerate(level.names.items())
    )
    groups: tuple[Group, ...] = ()
    if choices.band is not None:
        shares: dict[str, float] = {}
        for place in places:
            shares[place.group] = shares.get(place.group, 0.0) + place.need
        groups = tuple(
            Group(
                unit,
                unit,
                math.floor(share * one.posts * (1 - choices.band)),
                math.ceil(share * one.posts * (1 + choices.band)),
            )
            for unit, share in sorted(shares.items())
        )
    return Role(name, ROLES[name], one.posts, places, groups)


def _say_why(given: Allotment, level: Level) -> dict[str, str]:
    """For each place one sentence: how many posts by which rule, and what the last one by need won over."""
    kinds: dict[str, dict[str, int]] = {}
    last: dict[str, Any] = {}
    words = {
        "fixed": "tied to the place",
        "floor": "by the least for each place",
        "group floor": "by the least for its unit",
        "need": "by need",
    }
    for post in given.given:
        mine = kinds.setdefault(post.place, {})
        mine[post.why] = mine.get(post.why, 0) + 1
        if post.why in ("need", "group floor"):
            last[post.place] = post
    found = {}
    for place in given.posts:
        told = ", ".join(f"{number} {words[why]}" for why, number in kinds.get(place, {}).items()) or "none"
        one = last.get(place)
        if one is not None and one.runner_up is not None:
            told += f"; the last, number {one.number}, came here because need for one post was highest, ahead of {level.names[one.runner_up]}"
        found[place] = told[0].upper() + told[1:] + "."
    return found


def need_for_one(result: Mapping[str, Any], posts: Posts, role: str) -> dict[str, Any]:
    """Least, middle and most need for one post of a role, as multiples of the mean over the force (1: just as much)."""
    held = posts.get(role, {})
    whole = sum(held.values())
    places = [Place(code, code, share * whole) for code, share in result["need"].items()]
    found = summarise(places, held)
    return {
        "posts": whole,
        "least": found.least,
        "middle": found.middle,
        "most": found.most,
        "without": len(found.without),
    }
