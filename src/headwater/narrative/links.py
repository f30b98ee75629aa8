"""Which parts of patterns with gaps can be left out before any are joined? No gap reaches over a sign, so a part counts only where
one that it can follow, or that can follow it, stands between the same two signs.

Most parts are everyday words; of these few are left. What is kept too much does no harm, so steps may share a bit (a filter after
Bloom 1970, CACM 13:422-426).
"""

from __future__ import annotations

import numpy as np

from headwater.narrative.chains import Chains
from headwater.narrative.phrases import Found, PhraseBook
from headwater.narrative.words import Flags, Ints


class Links:
    """For each state of a book the steps, from one part of a pattern to the next, that its parts begin and end."""

    def __init__(self, chains: Chains, book: PhraseBook, parts_from: int) -> None:
        self._opens, self._closes = (book.gather_parts(bits, parts_from) for bits in chains.links())

    def may_join(self, ended: Found, signs: Ints) -> Flags:
        """Which of the places where parts end (see `PhraseBook.scan`) can be joined with another; `signs` as in `Chains.join`."""
        here, behind = signs[ended.first], signs[ended.last]
        opens, closes = self._opens[ended.owner], self._closes[ended.owner]
        opened, closed = np.zeros((2, int(signs[-1]) + 1), np.uint64)
        np.bitwise_or.at(opened, behind, opens)
        np.bitwise_or.at(closed, here, closes)
        both = opened & closed
        return np.asarray((opens & both[behind] | closes & both[here]) != 0)
