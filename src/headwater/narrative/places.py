"""Which places of a batch are marked, and what do spans cover? Tables over all word positions, so that each question
about a hundred thousand mentions is one look-up."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt

from headwater.narrative.phrases import Found
from headwater.narrative.words import Flags, Ints


class Places:
    """A set of word positions in a batch of `size` words."""

    def __init__(self, at: Ints, size: int) -> None:
        self.marked: Flags = np.zeros(size + 2, np.bool_)
        self.marked[at] = True

    @cached_property
    def _count(self) -> npt.NDArray[np.int32]:
        count = np.zeros(len(self.marked) + 1, np.int32)
        np.cumsum(self.marked, out=count[1:])
        return count

    @cached_property
    def _last(self) -> Ints:
        at = np.where(self.marked, np.arange(len(self.marked), dtype=np.int32), np.int32(-1))
        return np.concatenate((np.full(1, -1, np.int32), np.maximum.accumulate(at)))

    def hold(self, at: Ints) -> Flags:
        """Whether each position is in the set."""
        return self.marked[at]

    def none_between(self, low: Ints, high: Ints) -> Flags:
        """Whether no position of the set lies in [low, high)."""
        return np.asarray(self._count[high] <= self._count[low])

    def last_before(self, at: Ints) -> Ints:
        """The last position of the set before each position, -1 for none."""
        return self._last[at]


class Cover:
    """What a set of spans in a batch of `size` words covers. The spans are ordered by first, then last."""

    def __init__(self, spans: Found, size: int) -> None:
        self._longest = np.zeros(size + 2, np.int64)
        self._longest[spans.first] = spans.last  # of equal beginnings the longest comes last and stays
        self._reach = np.maximum.accumulate(self._longest)

    def contains(self, spans: Found) -> Flags:
        """Whether each span lies inside one of the set, or is equal to it."""
        return np.asarray(self._reach[spans.first] >= spans.last)

    def contains_strictly(self, spans: Found) -> Flags:
        """Whether each span lies inside a longer one of the set."""
        earlier = np.where(spans.first > 0, self._reach[spans.first - 1], 0)
        return np.asarray((earlier >= spans.last) | (self._longest[spans.first] > spans.last))

    def reach_over(self, at: Ints) -> Flags:
        """Whether a span of the set begins before each position and ends behind it."""
        return np.asarray((at > 0) & (self._reach[np.maximum(at - 1, 0)] > at))


def outermost(spans: Found, size: int) -> Flags:
    """Which spans are not inside a longer one of them. Equal spans stay together."""
    return ~Cover(spans, size).contains_strictly(spans)
