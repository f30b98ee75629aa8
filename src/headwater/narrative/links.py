"""Which parts of patterns with gaps can be left out before any are joined? No gap reaches over a sign, so a part counts only where
one that it can follow, or that can follow it, stands between the same two signs.

Most parts are everyday words; of these few are left. What is kept too much does no harm, so steps may share a bit (a filter after
Bloom 1970, CACM 13:422-426).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from headwater.narrative.chains import Chains
from headwater.narrative.phrases import Found, PhraseBook
from headwater.narrative.words import Codes, Flags, Ints


class Links:
    """For each part, and for each state of a book, the steps from one part of a pattern to the next that it begins and ends."""

    def __init__(self, chains: Chains, book: PhraseBook, parts_from: int) -> None:
        self._book, self._parts_from = book, parts_from
        self._of_parts = _Steps(*chains.links())
        self._of_states = _Steps(*(book.gather_parts(bits, parts_from) for bits in chains.links()))

    def find_parts(self, ended: Found, signs: Ints) -> Found:
        """The parts that end where `PhraseBook.scan` says, but for those that cannot be joined with another; the owner is the number of
        the part. `signs` as in `Chains.join`."""
        here, behind = signs[ended.first], signs[ended.last]
        opened, closed = np.zeros((2, int(signs[-1]) + 1), np.uint64)
        np.bitwise_or.at(opened, behind, self._of_states.opens[ended.owner])
        np.bitwise_or.at(closed, here, self._of_states.closes[ended.owner])
        both = opened & closed
        ended = ended.keep(self._of_states.meet(ended.owner, both[here], both[behind]))
        part = self._book.parts_of(ended)
        part = Found(part.first, part.last, part.owner - self._parts_from)
        return part.keep(self._of_parts.meet(part.owner, both[signs[part.first]], both[signs[part.last]]))


@dataclass(frozen=True)
class _Steps:
    """By number a bit for each step that begins there, and for each that ends there."""

    opens: Codes
    closes: Codes

    def meet(self, numbers: Ints, here: Codes, behind: Codes) -> Flags:
        """Whether a step of each number is among those `here`, where it would end, or `behind`, where it would begin."""
        return np.asarray((self.opens[numbers] & behind | self.closes[numbers] & here) != 0)
