"""How does a plan differ from what is, or from another plan? Side by side by place, unit and role, with the moves. Pure: no Django."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from headwater.areas.allocation import Place, list_moves
from headwater.areas.allocation.summary import posts_by_group
from headwater.areas.levels import Level
from headwater.service.areas.choices import ROLES, Posts
from headwater.service.areas.result import need_for_one

SURE = 0.9
"""Share of draws from which on a number of posts is said to hold whatever the weights."""


@dataclass(frozen=True)
class Sure:
    """How often weights near the planner's give a place more, as many, or fewer posts of a role than need alone does (shares of draws; None
    where a plan was worked out before this was kept), and the least and most posts of nine draws in ten."""

    role: str
    low: int
    high: int
    same: float
    more: float | None = None
    fewer: float | None = None

    @property
    def words(self) -> str:
        """The shares as a sentence."""
        told = f"{self.role}: as many in {self.same:.0%} of draws"
        if self.more is not None and self.fewer is not None:
            told += f", more in {self.more:.0%}, fewer in {self.fewer:.0%}"
        return f"{told}; {self.low} to {self.high} in nine of ten."


@dataclass(frozen=True)
class Line:
    """One place or unit: its share of need, and for each role posts before, after, and the change; why, by role."""

    code: str
    name: str
    unit: str
    need: float
    cells: list[tuple[str, int, int, int]]
    why: list[tuple[str, str]] = field(default_factory=list)
    sure: list[Sure] = field(default_factory=list)
    each: list[str] = field(default_factory=list)
    """One line for each post; empty where a plan was worked out before these were kept."""

    @property
    def changes(self) -> bool:
        """Whether any role changes here."""
        return any(change for _, _, _, change in self.cells)


@dataclass(frozen=True)
class Moved:
    """Posts of a role that go from one place to another; None: new posts, or posts given up."""

    role: str
    posts: int
    source: str | None
    target: str | None
    within_unit: bool

    @property
    def words(self) -> str:
        """The move as a sentence."""
        noun = f"{self.posts} {self.role}{'s' if self.posts != 1 else ''}"
        if self.source is None:
            return f"{noun} new in {self.target}"
        if self.target is None:
            return f"{noun} given up in {self.source}"
        return f"{noun} from {self.source} to {self.target}{'' if self.within_unit else ', another unit'}"


@dataclass(frozen=True)
class Comparison:
    """A plan beside something else, called `other`."""

    other: str
    roles: list[str]
    lines: list[Line]
    units: list[Line]
    moves: list[Moved]
    fairness: list[tuple[str, dict[str, Any], dict[str, Any]]]
    people: list[tuple[str, float, float]]
    has_before: bool = True

    @property
    def least_sure(self) -> list[Line]:
        """The places whose posts depend on the weights, the most dependent first."""
        found = [line for line in self.lines if any(one.same < SURE for one in line.sure)]
        return sorted(found, key=lambda line: (min(one.same for one in line.sure), line.name))

    @property
    def sure_words(self) -> str:
        """How many places depend on the weights, as a sentence; empty where nothing is known of it."""
        known = [line for line in self.lines if line.sure]
        if not known:
            return ""
        kept = len(known) - len(self.least_sure)
        return f"{kept} of {len(known)} places have as many posts in at least nine of ten draws of weights near these, for every role."

    @property
    def moved(self) -> int:
        """How many posts go from one place to another."""
        return sum(move.posts for move in self.moves if move.source and move.target)

    @property
    def within(self) -> int:
        """How many of them stay in their unit."""
        return sum(move.posts for move in self.moves if move.within_unit)


def compare(result: Mapping[str, Any], level: Level, before: Posts, other: str) -> Comparison:
    """A plan's result beside the posts before, or those of another plan. Places are called as they were when it was worked out."""
    if places := result.get("places"):
        level = Level(
            level.id, level.one, level.many, {code: name for code, (name, _) in places.items()}, level.of,
            {code: unit for code, (_, unit) in places.items()},
        )  # fmt: skip
    roles = list(result["posts"])
    after: Posts = result["posts"]
    need: Mapping[str, float] = result["need"]

    def cells(codes: list[str]) -> list[tuple[str, int, int, int]]:
        found = []
        for role in roles:
            was = sum(before.get(role, {}).get(code, 0) for code in codes)
            now = sum(after[role].get(code, 0) for code in codes)
            found.append((ROLES[role], was, now, now - was))
        return found

    lines, inside = [], dict[str, list[str]]()
    for code in need:
        unit = level.unit.get(code, "")
        inside.setdefault(unit, []).append(code)
        why = [(ROLES[role], str(result["why"][role].get(code, ""))) for role in roles]
        sure = [Sure(ROLES[role], *held[code]) for role in roles if code in (held := result["sure"].get(role, {}))]
        each = [words for role in roles for words in result.get("each", {}).get(code, {}).get(role, ())]
        lines.append(Line(code, level.names.get(code, code), unit, need[code], cells([code]), why, sure, each))
    lines.sort(key=lambda line: (line.unit, line.name))
    units = [
        Line("", unit, "", sum(need[code] for code in codes), cells(codes)) for unit, codes in sorted(inside.items())
    ]
    people = [
        (
            name[:1].upper() + name[1:],
            *(
                next(iter(posts_by_group({name: where}, result["residents"], _sum(held)).values()), 0.0)
                for held in (before, after)
            ),
        )
        for name, where in result["groups"]
        if any(where.values())
    ]
    fairness = [(ROLES[role], need_for_one(result, before, role), need_for_one(result, after, role)) for role in roles]
    moves = _moves(level, need, before, after)
    has_before = any(any(before.get(role, {}).values()) for role in roles)
    return Comparison(other, [ROLES[role] for role in roles], lines, units, moves, fairness, people, has_before)


def _moves(level: Level, need: Mapping[str, float], before: Posts, after: Posts) -> list[Moved]:
    places = [Place(code, level.names.get(code, code), share, level.unit.get(code, "")) for code, share in need.items()]
    name = {place.id: f"{place.name} ({place.group})" for place in places}
    found = []
    for role, held in after.items():
        if not before.get(role):
            continue  # Nothing is known of before: nobody moves.
        for move in list_moves(places, before[role], held):
            source = name[move.source] if move.source else None
            target = name[move.target] if move.target else None
            found.append(Moved(ROLES[role], move.posts, source, target, move.within_group))
    return found


def _sum(posts: Posts) -> dict[str, int]:
    found: dict[str, int] = {}
    for held in posts.values():
        for code, number in held.items():
            found[code] = found.get(code, 0) + number
    return found
