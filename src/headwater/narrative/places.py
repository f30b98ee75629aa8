"""Which places of a batch are marked, and what do spans cover? Tables over all word positions, so that each question
about a hundred thousand mentions is one look-up."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from headwater.narrative.phrases import Found
from headwater.narrative.words import Flags, Ints

BEYOND = 4
"""How far behind the last word of a batch a question may reach."""

_FEW = 64
"""Where fewer than one in so many places is asked about, searching for them is faster than counting at all places."""


def among(values: Ints, members: Sequence[int]) -> Flags:
    """Whether each value is one of a few: `numpy.isin` without what that costs before it begins."""
    found = np.zeros(len(values), np.bool_)
    for member in members:
        found |= values == member
    return found


class Places:
    """A set of word positions in a batch of `size` words."""

    def __init__(self, at: Ints, size: int) -> None:
        self.marked: Flags = np.zeros(size + 2, np.bool_)
        self.marked[at] = True

    @cached_property
    def _count(self) -> npt.NDArray[np.int32]:
        count = np.zeros(len(self.marked) + 1, np.int32)
        np.cumsum(self.marked.astype(np.int32), out=count[1:])
        return count

    @cached_property
    def _in_order(self) -> Ints:
        return np.concatenate((np.full(1, -1), np.flatnonzero(self.marked)))

    def hold(self, at: Ints) -> Flags:
        """Whether each position is in the set."""
        return self.marked[at]

    def none_between(self, low: Ints, high: Ints) -> Flags:
        """Whether no position of the set lies in [low, high)."""
        if "_count" not in self.__dict__ and len(low) * _FEW < len(self.marked):
            at = self.marked.nonzero()[0]
            return np.asarray(np.searchsorted(at, high) <= np.searchsorted(at, low))
        return np.asarray(self._count[high] <= self._count[low])

    def last_before(self, at: Ints) -> Ints:
        """The last position of the set before each position, -1 for none."""
        return self._in_order[self._count[at]]


_MANY = 12
"""Where more than one in so many places is counted, counting each is faster than a stretch at a time."""


def _count_below(ascending: Ints, top: int) -> Ints | npt.NDArray[np.int32]:
    """How many of the array, of numbers from 0 to less than `top`, are less than each number from 0 to `top`."""
    if len(ascending) * _MANY > top:
        count = np.zeros(top + 1, np.int64)
        np.cumsum(np.bincount(ascending, minlength=top), out=count[1:])
        return count
    edges = np.empty(len(ascending) + 2, np.int64)
    edges[0], edges[1:-1], edges[-1] = -1, ascending, top
    return np.repeat(np.arange(len(ascending) + 1, dtype=np.int32), edges[1:] - edges[:-1])


class Ranks:
    """Where numbers from 0 to `size` + BEYOND stand in an ascending array: `numpy.searchsorted`, but each answer is one look-up.

    Should the array not ascend after all, the answers are those of `numpy.searchsorted`.
    """

    def __init__(self, ascending: Ints, size: int) -> None:
        self._ascending = ascending
        self._table: Ints | npt.NDArray[np.int32] | None = None
        if (ascending[1:] >= ascending[:-1]).all():
            self._table = _count_below(ascending, size + BEYOND + 1)

    def below(self, numbers: Ints) -> Ints:
        """How many of the array are less than each number."""
        if self._table is None:
            return np.searchsorted(self._ascending, numbers, side="left")
        return self._table[numbers].astype(np.int64, copy=False)

    def up_to(self, numbers: Ints) -> Ints:
        """How many of the array are not greater than each number."""
        if self._table is None:
            return np.searchsorted(self._ascending, numbers, side="right")
        return self._table[numbers + 1].astype(np.int64, copy=False)


class Cover:
    """What a set of spans in a batch of `size` words covers. The spans are ordered by first, then last."""

    def __init__(self, spans: Found, size: int) -> None:
        self._first, self._size = spans.first, size
        self._last = np.concatenate((np.zeros(1, np.int64), spans.last))
        # How far those reach that have begun, by how many have.
        self._reach = np.maximum.accumulate(self._last)

    @cached_property
    def _table(self) -> Ints | npt.NDArray[np.int32]:
        return _count_below(self._first, self._size + 2)

    def _begun(self, at: Ints) -> Ints:
        """How many of the spans have begun before each position."""
        if "_table" not in self.__dict__ and len(at) * _FEW < self._size:
            return np.searchsorted(self._first, at)
        return np.asarray(self._table[at])

    def contains(self, spans: Found) -> Flags:
        """Whether each span lies inside one of the set, or is equal to it."""
        return np.asarray(self._reach[self._begun(spans.first + 1)] >= spans.last)

    def contains_strictly(self, spans: Found) -> Flags:
        """Whether each span lies inside a longer one of the set."""
        before, here = self._begun(spans.first), self._begun(spans.first + 1)
        longest = np.where(here > before, self._last[here], 0)  # of equal beginnings the longest comes last
        return np.asarray((self._reach[before] >= spans.last) | (longest > spans.last))

    def reach_over(self, at: Ints) -> Flags:
        """Whether a span of the set begins before each position and ends behind it."""
        return np.asarray(self._reach[self._begun(at)] > at)

    def reach_around(self, spans: Found) -> Flags:
        """Whether a span of the set begins before each span and ends behind it."""
        return np.asarray(self._reach[self._begun(spans.first)] > spans.last)


def outermost(spans: Found, size: int) -> Flags:
    """Which spans are not inside a longer one of them. Equal spans stay together."""
    return ~Cover(spans, size).contains_strictly(spans)
