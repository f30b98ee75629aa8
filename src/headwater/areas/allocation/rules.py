"""What rules tie roles and places together? Each rule as a row of a linear model, with its name and its words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from headwater.areas.allocation.place import Role

FLOORS, CEILINGS, TOTALS, GROUPS, MIXES, TEAMS, MOVES = (
    "floors",
    "ceilings",
    "totals",
    "groups",
    "mixes",
    "teams",
    "moves",
)

Cell = tuple[str, str]
"""Role and place: the number of posts of that role there."""


@dataclass(frozen=True)
class Mix:
    """In each place, for one post of role `per` at least `least` and at most `most` posts of role `role`."""

    role: str
    per: str
    least: float
    most: float


@dataclass(frozen=True)
class Team:
    """Places that one team covers: all their posts of every role together are at least `floor` and at most `ceiling`."""

    name: str
    places: tuple[str, ...]
    floor: int = 0
    ceiling: int | None = None


@dataclass(frozen=True)
class Rules:
    """What couples the roles: mixes, teams, and how many posts of a role (or of "" all roles) may leave where they are today.

    `current` is role → place → posts today; a place that is not there has none.
    """

    mixes: tuple[Mix, ...] = ()
    teams: tuple[Team, ...] = ()
    most_moves: Mapping[str, int] = field(default_factory=dict)
    current: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """A rule as numbers: the weighted sum of the cells lies between `low` and `high`. `leaving` weights count posts taken
    away from a cell. `words` say the rule to a reader."""

    family: str
    words: str
    cells: Mapping[Cell, float]
    low: float = 0.0
    high: float = float("inf")
    leaving: tuple[Cell, ...] = ()


def rows_of(roles: Sequence[Role], rules: Rules) -> list[Row]:
    """Every rule as a row."""
    rows: list[Row] = []
    names = {place.id: place.name for role in roles for place in role.places}
    cell: dict[Cell, float]
    for role in roles:
        for place in role.places:
            cell = {(role.id, place.id): 1.0}
            if place.least:
                rows.append(Row(FLOORS, f"at least {place.least} {role.name} in {place.name}", cell, place.least))
            if place.ceiling is not None:
                rows.append(
                    Row(CEILINGS, f"at most {place.ceiling} {role.name} in {place.name}", cell, 0, place.ceiling)
                )
        everywhere = {(role.id, place.id): 1.0 for place in role.places}
        rows.append(Row(TOTALS, f"{role.posts} {role.name} in all", everywhere, role.posts, role.posts))
        for group in role.groups:
            inside = {(role.id, place.id): 1.0 for place in role.places if place.group == group.id}
            if group.floor or group.ceiling is not None:
                high = float("inf") if group.ceiling is None else group.ceiling
                limits = f"at least {group.floor}" + (
                    f" and at most {group.ceiling}" if group.ceiling is not None else ""
                )
                rows.append(Row(GROUPS, f"{limits} {role.name} in {group.name}", inside, group.floor, high))
    called = {role.id: role.name for role in roles}
    there = {role.id: {place.id for place in role.places} for role in roles}
    for mix in rules.mixes:
        for name in sorted(there[mix.role] & there[mix.per]):
            one, per = (mix.role, name), (mix.per, name)
            words = f"{mix.least:g} to {mix.most:g} {called[mix.role]} for one {called[mix.per]} in {names[name]}"
            rows.append(Row(MIXES, words, {one: 1.0, per: -mix.least}))
            rows.append(Row(MIXES, words, {per: mix.most, one: -1.0}))
    for team in rules.teams:
        inside = {(role.id, name): 1.0 for role in roles for name in team.places if name in there[role.id]}
        high = float("inf") if team.ceiling is None else team.ceiling
        limits = f"at least {team.floor}" + (f" and at most {team.ceiling}" if team.ceiling is not None else "")
        rows.append(Row(TEAMS, f"{limits} posts of all kinds for {team.name}", inside, team.floor, high))
    for role_id, most in rules.most_moves.items():
        cells = tuple((role.id, place.id) for role in roles for place in role.places if role_id in ("", role.id))
        whose = called[role_id] if role_id else "posts"
        rows.append(Row(MOVES, f"at most {most} {whose} leave where they are today", {}, 0, most, cells))
    return rows


Entry = tuple[int, int, float]
"""Line, column and weight of a linear programme."""


def lines_of(
    rows: Sequence[Row], rules: Rules, column: Mapping[Cell, int], leaves: Mapping[Cell, int], first: int = 0
) -> tuple[list[Entry], list[float], list[float]]:
    """The rows as lines of a linear programme, counted from `first`, with the least and the most of each. `column` says where the posts of a
    cell stand; `leaves` where those that leave it do: with the posts that are there they are no fewer than today's."""
    at: list[Entry] = []
    least: list[float] = []
    most: list[float] = []
    for cell, leaving in leaves.items():
        line = first + len(least)
        at += [(line, leaving, 1.0), (line, column[cell], 1.0)]
        least.append(rules.current.get(cell[0], {}).get(cell[1], 0))
        most.append(math.inf)
    for row in rows:
        line = first + len(least)
        at += [(line, column[cell], weight) for cell, weight in row.cells.items()]
        at += [(line, leaves[cell], 1.0) for cell in row.leaving]
        least.append(row.low)
        most.append(row.high)
    return at, least, most
