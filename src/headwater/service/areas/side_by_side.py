"""How do several plans stand beside each other, and beside what is? By role, unit and evenness. Pure: no Django."""

from __future__ import annotations

import math
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
class Today:
    """The posts of one staffing file, by the name of the file."""

    name: str
    posts: Posts


@dataclass(frozen=True)
class Column:
    """A plan with its name and result. `today` is the number of its own staffing file among those that are shown; None where it has none."""

    name: str
    result: Mapping[str, Any]
    today: int | None


@dataclass(frozen=True)
class Table:
    """One role: for each unit its posts in each column, all of them, how many leave where they are today (None for today itself and where
    today is not known; no cells where no plan knows it), and need for one post (None where the plans have no need in common to reckon
    today's by)."""

    role: str
    units: list[tuple[str, Cells]]
    whole: Cells
    moved: Cells
    even: Cells


def tables_of(level: Level, today: Sequence[Today], plans: Sequence[Column]) -> list[Table]:
    """A table for each role that somebody has. The first columns are the staffing files as they were brought in, then come the plans in
    order. A plan is set against its own file, or, where it has none and there is only one, against that."""
    found = []
    heads = [*(one.name for one in today), *(plan.name for plan in plans)]
    need = plans[0].result if plans and same_need(plans) else None

    def beside(values: Sequence[Any]) -> Cells:
        return list(zip(heads, values, strict=True))

    for role, called in ROLES.items():
        columns = [one.posts.get(role, {}) for one in today]
        columns += [plan.result["posts"].get(role, {}) for plan in plans]
        if not any(any(held.values()) for held in columns):
            continue
        inside: dict[str, list[str]] = {}
        for code, unit in level.unit.items():
            inside.setdefault(unit, []).append(code)
        units = [
            (unit, beside([sum(held.get(code, 0) for code in codes) for held in columns]))
            for unit, codes in sorted(inside.items())
        ]
        rests_on = [*(need for _ in today), *(plan.result for plan in plans)]
        even = [
            need_for_one(result, {role: held}, role) if result is not None else None
            for result, held in zip(rests_on, columns, strict=True)
        ]
        moved = [None for _ in today] + [_leave(role, today, plan) for plan in plans]
        whole = beside([sum(held.values()) for held in columns])
        found.append(Table(called, units, whole, beside(moved) if today else [], beside(even)))
    return found


def same_need(plans: Sequence[Column]) -> bool:
    """Whether all plans give each place the same share of need."""
    first, *others = [plan.result["need"] for plan in plans]
    return all(
        one.keys() == first.keys() and all(math.isclose(one[code], first[code], abs_tol=1e-9) for code in first)
        for one in others
    )


def _leave(role: str, today: Sequence[Today], plan: Column) -> int | None:
    at = 0 if plan.today is None and len(today) == 1 else plan.today
    if at is None:
        return None
    held: Mapping[str, int] = plan.result["posts"].get(role, {})
    return sum(max(0, posts - held.get(code, 0)) for code, posts in today[at].posts.get(role, {}).items())
