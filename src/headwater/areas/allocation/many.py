"""How would posts be given out for many needs at once? The divisor method of `allot`, step by step for all of them together.

Same rules, same answer, without the reasons: one step gives one post in every draw. For asking how much an answer depends on weights.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from headwater.areas.allocation.divisor import WEBSTER, divisor
from headwater.areas.allocation.place import AllocationError, Group, Place, check

Numbers = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def allot_many(
    places: Sequence[Place],
    needs: npt.ArrayLike,
    posts: int,
    *,
    groups: Sequence[Group] = (),
    method: str = WEBSTER,
) -> Ints:
    """Posts by draw (rows) and place (columns, in the order of `places`) for `needs` of that shape; the places' own need is not read.

    Raises AllocationError where the rules cannot hold, or where needs are not one number for each place, none of them negative.
    """
    table = np.asarray(needs, np.float64)
    if table.ndim != 2 or table.shape[1] != len(places) or not np.isfinite(table).all() or (table < 0).any():
        raise AllocationError(
            f"There must be one need, not negative, for each of the {len(places)} places in every draw."
        )
    check([Place(p.id, p.name, 1.0, p.group, p.floor, p.ceiling, p.fixed) for p in places], posts, groups)
    if not table.any(axis=1).all():
        raise AllocationError("No place has any need, so nothing says where posts should go.")
    # Of equal claims and needs the id that comes first wins: columns stand in that order, and argmax takes the first.
    order = sorted(range(len(places)), key=lambda at: places[at].id)
    giving = _Giving([places[at] for at in order], table[:, order], posts, method)
    for group in sorted(groups, key=lambda group: group.id):
        giving.fill(group)
    giving.give_out(posts, groups)
    found = np.empty(table.shape, np.int64)
    found[:, order] = giving.held
    return found


class _Giving:
    """The claims and posts of all draws while posts are being given out."""

    def __init__(self, places: Sequence[Place], needs: Numbers, posts: int, method: str) -> None:
        self._needs, self._group = needs, np.array([place.group for place in places])
        by = np.array([divisor(method, held) for held in range(posts + 1)])
        self._by = np.where(by > 0, by, 1.0)
        self._most = np.array([posts + 1 if place.ceiling is None else place.ceiling for place in places])
        self._rows = np.arange(len(needs))
        self.held = np.tile(np.array([place.least for place in places], np.int64), (len(needs), 1))
        self._claims = needs / self._by[self.held]
        if by[0] == 0:  # Everybody with need comes before anybody who has a post already.
            self._claims[(self.held == 0) & (needs > 0)] = np.inf
        self._claims[:, self.held[0] >= self._most] = -1.0

    def fill(self, group: Group) -> None:
        """Give a group the posts that its floor demands, best claim first."""
        inside = np.flatnonzero(self._group == group.id)
        for _ in range(max(0, group.floor - int(self.held[0, inside].sum()))):
            self._step(self._claims[:, inside], inside)

    def give_out(self, posts: int, groups: Sequence[Group]) -> None:
        """Give out the rest, as long as a group's ceiling lets its places have more."""
        everything = np.arange(self.held.shape[1])
        shut = [
            (inside, self.held[:, inside].sum(axis=1), group.ceiling)
            for group in groups
            if group.ceiling is not None and len(inside := np.flatnonzero(self._group == group.id))
        ]
        member = np.full(len(everything), -1)
        for number, (inside, had, most) in enumerate(shut):
            member[inside] = number
            self._claims[np.ix_(np.flatnonzero(had >= most), inside)] = -1.0
        for _ in range(posts - int(self.held[0].sum())):
            chosen = self._step(self._claims, everything)
            for number, (inside, had, most) in enumerate(shut):
                won = member[chosen] == number
                had += won
                if (full := np.flatnonzero(won & (had == most))).size:
                    self._claims[np.ix_(full, inside)] = -1.0

    def _step(self, claims: Numbers, columns: Ints) -> Ints:
        """One post for the best claim of each draw; of equal claims for the greater need. The chosen columns."""
        best = claims.argmax(axis=1)
        equal = claims == claims[self._rows, best][:, None]
        for draw in np.flatnonzero(equal.sum(axis=1) > 1):
            ties = np.flatnonzero(equal[draw])
            best[draw] = ties[self._needs[draw, columns[ties]].argmax()]
        chosen: Ints = columns[best]
        now = self.held[self._rows, chosen] + 1
        self.held[self._rows, chosen] = now
        following = self._needs[self._rows, chosen] / self._by[np.minimum(now, len(self._by) - 1)]
        self._claims[self._rows, chosen] = np.where(now < self._most[chosen], following, -1.0)
        return chosen
