"""Where do the parts of patterns with gaps stand one behind the other? All such patterns are put together at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from headwater.narrative.phrases import Found, join, spread
from headwater.narrative.words import Codes, Ints


@dataclass(frozen=True)
class Chain:
    """A pattern with gaps: the slots of its parts, in order, and how many words may stand between each and the next."""

    slots: tuple[int, ...]
    gaps: tuple[int, ...]
    owner: int
    capitals: bool


class Chains:
    """Many patterns with gaps, as arrays: a row for each, a column for each part (-1 where it has no such part)."""

    def __init__(self, chains: Sequence[Chain]) -> None:
        parts = max((len(chain.slots) for chain in chains), default=0)
        self._slots = np.full((len(chains), parts + 1), -1, np.int64)
        self._gaps = np.zeros((len(chains), parts + 1), np.int64)
        for number, chain in enumerate(chains):
            self._slots[number, : len(chain.slots)] = chain.slots
            self._gaps[number, : len(chain.gaps)] = chain.gaps
        self.owner = np.array([chain.owner for chain in chains], np.int64)
        self.capitals = np.array([chain.capitals for chain in chains], np.bool_)

    def to_arrays(self) -> dict[str, npt.NDArray[Any]]:
        """All that they hold (see `from_arrays`)."""
        return {"slots": self._slots, "gaps": self._gaps, "owner": self.owner, "capitals": self.capitals}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> Chains:
        """Those that gave these arrays."""
        chains = cls.__new__(cls)
        chains._slots, chains._gaps = arrays["slots"], arrays["gaps"]
        chains.owner, chains.capitals = arrays["owner"], arrays["capitals"]
        return chains

    @cached_property
    def slot_count(self) -> int:
        """How many different parts there are."""
        return int(self._slots.max(initial=-1)) + 1

    def links(self) -> tuple[Codes, Codes]:
        """By slot the steps from one part of a pattern to the next that the part begins, and those that it ends: each a bit,
        which several may share."""
        opens, closes = np.zeros((2, self.slot_count), np.uint64)
        pattern, step = np.nonzero(self._slots[:, 1:] >= 0)
        bit = np.uint64(1) << np.arange(len(pattern), dtype=np.uint64) % np.uint64(64)
        np.bitwise_or.at(opens, self._slots[pattern, step], bit)
        np.bitwise_or.at(closes, self._slots[pattern, step + 1], bit)
        return opens, closes

    def join(self, part: Found, size: int, signs: Ints) -> Found:
        """Where all parts of a pattern follow one another; the owner of the result is the number of the pattern.

        `part` are the occurrences of all parts, ordered by slot and then by place, in a batch of `size` words; `signs` says
        how many signs that no gap may reach over stand before each place. Each part takes the nearest next one, the longest
        where several begin there.
        """
        count = np.bincount(part.owner, minlength=self.slot_count)
        begin = np.cumsum(count) - count
        present = ((self._slots < 0) | (count[self._slots] > 0)).all(axis=1)
        chain = np.flatnonzero(present)
        number = count[self._slots[chain, 0]]
        chain, at = np.repeat(chain, number), spread(begin[self._slots[chain, 0]], number)
        first, last = part.first[at], part.last[at]
        # One ascending key for all slots, so that one search finds the next part of any pattern.
        stretch = size + 2
        key = part.owner * stretch + part.first
        found = []
        for step in range(1, self._slots.shape[1]):
            slot = self._slots[chain, step]
            ended = slot < 0
            if ended.any():
                found.append(Found(first[ended], last[ended], chain[ended]))
                going = np.flatnonzero(~ended)
                chain, first, last, slot = chain[going], first[going], last[going], slot[going]
            if not len(chain):
                break
            nearest = np.minimum(np.searchsorted(key, slot * stretch + last), len(key) - 1)
            start = part.first[nearest]
            near = (part.owner[nearest] == slot) & (start >= last) & (start - last <= self._gaps[chain, step - 1])
            near = np.flatnonzero(near)
            near = near[signs[start[near]] == signs[last[near]]]
            chain, first, slot, start = chain[near], first[near], slot[near], start[near]
            last = part.last[np.searchsorted(key, slot * stretch + start, side="right") - 1]
        return join(found) if found else part.keep(chain[:0])
