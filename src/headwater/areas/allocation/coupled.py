"""How are posts given out when rules tie roles together? The same aim as Webster's, as an integer programme with a proven gap.

The aim is the one that Webster's method reaches for one role: the sum over places of p (a/p - h/P)^2, need p, posts a, h of all
posts and need P in all, is as small as the rules let it be. It is convex in a, so each further post of a place costs more than
the one before and the programme is exact with one variable for each post that could be given (piecewise linear, integer break
points). Solved by HiGHS through `scipy.optimize.milp`.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from headwater.areas.allocation.clash import LEAST_TIME, find_clash
from headwater.areas.allocation.divisor import WEBSTER, allot
from headwater.areas.allocation.place import AllocationError, Role, check
from headwater.areas.allocation.rules import TOTALS, Cell, Row, Rules, lines_of, rows_of

WITHOUT_NEED = 1e-3
"""A place without any need counts as this share of an average one: it has posts only where a rule demands them."""

PROVEN = 1e-9
"""A difference no larger than this share is rounding: the answer is the proven optimum."""

ROUNDING = 1e-6
"""So little over a rule is rounding."""

ELSEWHERE = {
    -1: "posts that rules free elsewhere are given out here",
    1: "rules hold posts elsewhere that need would bring here",
}
"""Why a place has more (-1) or fewer (1) posts than by need, when no rule of its own says so."""

TIME = 60.0
"""Seconds after which the best answer so far is given, with its gap."""


@dataclass(frozen=True)
class Difference:
    """A place that has another number of posts than need alone (with its floors and ceilings) would give it."""

    role: str
    place: str
    posts: int
    by_need: int
    why: str


@dataclass(frozen=True)
class Coupled:
    """Role → place → posts. `cost` is the sum that was made small, `by_need_cost` the same for the divisor answer of each role
    alone (never more), `gap` which share of `cost` a better answer could save at most (0: it is the proven optimum)."""

    posts: dict[str, dict[str, int]]
    cost: float
    by_need_cost: float
    gap: float
    differs: tuple[Difference, ...]


def cost_of(roles: Sequence[Role], posts: Mapping[str, Mapping[str, int]]) -> float:
    """The sum over roles and places of (posts - share by need)^2 / share by need."""
    return sum(
        (posts[role.id][place.id] - share) ** 2 / share
        for role in roles
        for place, share in zip(role.places, _shares(role), strict=True)
    )


def allot_roles(roles: Sequence[Role], rules: Rules, *, seconds: float = TIME) -> Coupled:
    """Give out the posts of all roles under all rules at once, within `seconds` of search, which look for a clash
    too (0 or less is refused; telling which rules clash can take longer): what is best then is the
    answer, with its gap.

    Raises AllocationError, with the rules that clash in words, where they cannot hold together.
    """
    if seconds <= 0:
        raise AllocationError(f"{seconds:g} seconds are no time to search in. Give one or more.")
    for role in roles:
        check(role.places, role.posts, role.groups)
    ends = time.monotonic() + seconds
    # Told at once: the programme itself can take long to find it out.
    if clash := find_clash(roles, rules, seconds=seconds):
        raise AllocationError(clash)
    rows = rows_of(roles, rules)
    alone = {role.id: allot(role.places, role.posts, groups=role.groups, method=WEBSTER).posts for role in roles}
    width = 2.0
    while True:
        model = _Model(roles, rules, rows, alone, width)
        posts, slack = model.solve(max(ends - time.monotonic(), LEAST_TIME))
        if posts is None:
            if not model.narrowed:
                raise AllocationError(
                    "The search ended without an answer. Loosen the tightest rule, or give more time."
                )
            width *= 4
            continue
        if not model.at_edge(posts):
            break
        if time.monotonic() > ends:
            slack = math.inf
            break
        width *= 4
    cost, by_need = cost_of(roles, posts), cost_of(roles, alone)
    # No answer under more rules is better than the divisor answer, so the gap is never wider than the way to that.
    slack = max(0.0, min(slack, cost - by_need))
    return Coupled(
        posts, cost, by_need, slack / cost if slack else 0.0, tuple(_compare(roles, rules, rows, posts, alone))
    )


def _shares(role: Role) -> list[float]:
    least = WITHOUT_NEED * sum(place.need for place in role.places) / len(role.places)
    needs = [max(place.need, least) for place in role.places]
    whole = sum(needs)
    return [need / whole * max(role.posts, 1) for need in needs]


class _Model:
    """The programme: for each cell its posts x (integer), and one variable of 0 to 1 for each post above its floor."""

    def __init__(
        self,
        roles: Sequence[Role],
        rules: Rules,
        rows: Sequence[Row],
        alone: Mapping[str, Mapping[str, int]],
        width: float,
    ) -> None:
        self.cells: list[Cell] = []
        self.low: list[int] = []
        self.high: list[int] = []
        self._edge: list[bool] = []
        steps_cost: list[float] = []
        steps_cell: list[int] = []
        for role in roles:
            for place, share in zip(role.places, _shares(role), strict=True):
                low, high = place.least, role.posts if place.ceiling is None else min(place.ceiling, role.posts)
                today = rules.current.get(role.id, {}).get(place.id, 0)
                likely = math.ceil(width * max(share, alone[role.id][place.id], low, today)) + 3
                self._edge.append(likely < high)
                number, high = len(self.cells), max(low, min(high, likely))
                self.cells.append((role.id, place.id))
                self.low.append(low)
                self.high.append(high)
                steps_cost += [(2 * posts + 1) / share for posts in range(low, high)]
                steps_cell += [number] * (high - low)
        self.narrowed = any(self._edge)
        self._leaving = sorted({cell for row in rows for cell in row.leaving})
        self._build(rows, rules, np.array(steps_cost), np.array(steps_cell, np.int64))

    def _build(self, rows: Sequence[Row], rules: Rules, steps_cost: np.ndarray, steps_cell: np.ndarray) -> None:
        cells, steps = len(self.cells), len(steps_cost)
        from scipy.sparse import coo_array

        place = {cell: number for number, cell in enumerate(self.cells)}
        leaves = {cell: cells + steps + number for number, cell in enumerate(self._leaving)}
        size = cells + steps + len(leaves)
        low, high = np.zeros(size), np.ones(size)
        low[:cells], high[:cells] = self.low, self.high
        at: list[tuple[int, int, float]] = []
        least: list[float] = []
        most: list[float] = []
        # x is its floor and the steps that are taken.
        for number in range(cells):
            at.append((number, number, 1.0))
            least.append(self.low[number])
            most.append(self.low[number])
        at += [(int(cell), cells + step, -1.0) for step, cell in enumerate(steps_cell)]
        for cell, column in leaves.items():
            high[column] = rules.current.get(cell[0], {}).get(cell[1], 0)
        more, lows, highs = lines_of(rows, rules, place, leaves, len(least))
        at, least, most = at + more, least + lows, most + highs
        lines, columns, weights = zip(*at, strict=True)
        self._matrix = coo_array((weights, (lines, columns)), shape=(len(least), size)).tocsr()
        self._limits, self._bounds = (np.array(least), np.array(most)), (low, high)
        self._cost = np.concatenate((np.zeros(cells), steps_cost, np.zeros(len(leaves))))
        self._whole = np.concatenate((np.ones(cells), np.zeros(size - cells)))

    def solve(self, seconds: float) -> tuple[dict[str, dict[str, int]] | None, float]:
        from scipy.optimize import Bounds, LinearConstraint, milp

        result = milp(
            self._cost, integrality=self._whole, bounds=Bounds(*self._bounds),
            constraints=LinearConstraint(self._matrix, *self._limits), options={"mip_rel_gap": 0.0, "time_limit": seconds},
        )  # fmt: skip
        if result.x is None:
            if result.status == 1:
                raise AllocationError(
                    f"No answer was found in the time (the last search had {seconds:.0f} seconds), nor a proof that rules clash. Give more "
                    "time, or loosen the tightest rule (often a mix that leaves little room)."
                )
            return None, math.inf
        posts: dict[str, dict[str, int]] = {}
        for (role, place), value in zip(self.cells, result.x[: len(self.cells)], strict=True):
            posts.setdefault(role, {})[place] = round(value)
        bound = result.fun if result.mip_dual_bound is None else min(result.fun, result.mip_dual_bound)
        slack = float(result.fun - bound)
        return posts, slack if slack > PROVEN * max(1.0, abs(result.fun)) else 0.0

    def at_edge(self, posts: Mapping[str, Mapping[str, int]]) -> bool:
        """Whether a place has so many posts that more might have been better, had they been thought of."""
        return any(
            edge and posts[role][place] >= high
            for (role, place), high, edge in zip(self.cells, self.high, self._edge, strict=True)
        )


def _compare(
    roles: Sequence[Role], rules: Rules, rows: Sequence[Row], posts: Mapping[str, Mapping[str, int]],
    alone: Mapping[str, Mapping[str, int]],
) -> list[Difference]:  # fmt: skip
    """Where the answer departs from the divisor answer, with the rules that do not let it be one post nearer to that: where it has more posts,
    those that one fewer would break; where it has fewer, those that one more would break; a limit on moves, which holds posts where they are
    and so keeps them from elsewhere, both ways."""
    found = []
    names: dict[Cell, list[Row]] = {}
    for row in rows:
        if row.family != TOTALS:
            for cell in (*row.cells, *row.leaving):
                names.setdefault(cell, []).append(row)
    value = {id(row): _value(row, rules, posts) for row in rows}
    for role in roles:
        for place in role.places:
            mine, need = posts[role.id][place.id], alone[role.id][place.id]
            if mine == need:
                continue
            cell, step = (role.id, place.id), 1 if mine < need else -1
            binding = [
                row for row in names.get(cell, ()) if _binds(row, value[id(row)], step * row.cells.get(cell, 0.0))
            ]
            reasons = list(dict.fromkeys(row.words for row in binding))
            why = "; ".join(reasons) if reasons else ELSEWHERE[step]
            found.append(Difference(role.id, place.id, mine, need, why))
    return found


def _value(row: Row, rules: Rules, posts: Mapping[str, Mapping[str, int]]) -> float:
    """What a rule limits, in this answer."""
    held = sum(weight * posts[role][place] for (role, place), weight in row.cells.items())
    return held + sum(
        max(0, rules.current.get(role, {}).get(place, 0) - posts[role][place]) for role, place in row.leaving
    )


def _binds(row: Row, value: float, change: float) -> bool:
    """Whether a rule would be broken if what it limits changed so; a limit on moves binds when no further post may leave."""
    if row.leaving:
        return value + 1 > row.high + ROUNDING
    return value + change < row.low - ROUNDING or value + change > row.high + ROUNDING
