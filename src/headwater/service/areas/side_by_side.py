"""How do several plans stand beside each other, and beside what is? By role, unit and evenness. Pure: no Django."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from headwater.areas.levels import Level
from headwater.service.areas.choices import ROLES, Posts
from headwater.service.areas.result import need_for_one

MOST = 4
"""Plans beside each other: more do not fit a page."""


Cells = list[tuple[str, Any]]
"""The head of each column, and what stands there."""


@dataclass(frozen=True)
class Table:
    """One role: for each unit its posts in each column, all of them, how many leave where they are today (None for today itself; empty where
    today is not known), and need for one post."""

    role: str
    units: list[tuple[str, Cells]]
    whole: Cells
    moved: Cells
    even: Cells


def tables_of(
    level: Level, today: tuple[str, Posts] | None, plans: Sequence[tuple[str, Mapping[str, Any]]]
) -> list[Table]:
    """A table for each role that a plan gives out. The first column is today's posts with their name, where they are known, then come the
    plans (name, result) in order."""
    found = []
    results = [result for _, result in plans]
    heads = [*([today[0]] if today else []), *(name for name, _ in plans)]

    def beside(values: Sequence[Any]) -> Cells:
        return list(zip(heads, values, strict=True))

    for role, called in ROLES.items():
        before = today[1].get(role, {}) if today else {}
        columns = [before] if today else []
        columns += [result["posts"].get(role, {}) for result in results]
        if not any(any(held.values()) for held in columns):
            continue
        inside: dict[str, list[str]] = {}
        for code, unit in level.unit.items():
            inside.setdefault(unit, []).append(code)
        units = [
            (unit, beside([sum(held.get(code, 0) for code in codes) for held in columns]))
            for unit, codes in sorted(inside.items())
        ]
        # Each column by the need of its own plan; today by that of the first.
        rests_on = [*results[:1], *results] if today else results
        even = [need_for_one(result, {role: held}, role) for result, held in zip(rests_on, columns, strict=True)]
        moved = [
            None,
            *(sum(max(0, posts - held.get(code, 0)) for code, posts in before.items()) for held in columns[1:]),
        ]
        whole = beside([sum(held.values()) for held in columns])
        found.append(Table(called, units, whole, beside(moved) if today else [], beside(even)))
    return found
