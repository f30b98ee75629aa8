"""Which parts of patterns with gaps can be left out before any are joined? No gap reaches over a sign, so a part counts only where
one that it can follow, or that can follow it, stands between the same two signs.

Most parts are everyday words; of these few are left. What is kept too much does no harm, so steps may share a bit (a filter after
Bloom 1970, CACM 13:422-426).
"""

from __future__ import annotations

import numpy as np

from headwater.narrative.chains import Chains
from headwater.narrative.phrases import Found, PhraseBook
from headwater.narrative.words import Ints


class Links:
    """For each part, and for each state of a book, the steps from one part of a pattern to the next that it begins and ends."""

    def __init__(self, chains: Chains, book: PhraseBook, parts_from: int) -> None:
        self._book, self._parts_from = book, parts_from
        self._part_opens, self._part_closes = chains.links()
        self._opens, self._closes = (book.gather_parts(bits, parts_from) for bits in chains.links())

    def find_parts(self, ended: Found, signs: Ints) -> Found:
        """The parts that end where `PhraseBook.scan` says, but for those that cannot be joined with another; the owner is the number of
        the part. `signs` as in `Chains.join`."""
        here, behind = signs[ended.first], signs[ended.last]
        opens, closes = self._opens[ended.owner], self._closes[ended.owner]
        opened, closed = np.zeros((2, int(signs[-1]) + 1), np.uint64)
        np.bitwise_or.at(opened, behind, opens)
        np.bitwise_or.at(closed, here, closes)
        # The steps that begin and end somewhere between the same two signs.
        both = opened & closed
        part = self._book.parts_of(ended.keep((opens & both[behind] | closes & both[here]) != 0))
        part = Found(part.first, part.last, part.owner - self._parts_from)
        opens, closes = self._part_opens[part.owner], self._part_closes[part.owner]
        return part.keep((opens & both[signs[part.last]] | closes & both[signs[part.first]]) != 0)
