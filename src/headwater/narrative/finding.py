"""Where do catalogue patterns occur? Phrases from the automaton, then gaps, capitals and ends of lines are checked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from headwater.narrative.patterns import MARKS, Pattern
from headwater.narrative.phrases import Entry, Found, PhraseBook
from headwater.narrative.words import CAPITAL, DIGIT, LETTER, SIGN, Flags, Ints, Words


@dataclass(frozen=True)
class Owned:
    """A pattern and the number of what it belongs to; `exact` wants white space exactly where it is written."""

    pattern: Pattern
    owner: int
    exact: bool = False


@dataclass(frozen=True)
class _Chain:
    """A pattern with gaps: the slots of its parts, in order."""

    slots: tuple[int, ...]
    gaps: tuple[int, ...]
    owner: int
    capitals: bool
    at_end: bool


class Finder:
    """Finds many patterns at once."""

    def __init__(self, patterns: Iterable[Owned], words: Iterable[str] = ()) -> None:
        slots: dict[tuple[int, bool, bool], int] = {}
        parts: dict[object, int] = {}
        entries: list[Entry] = []
        chains: list[_Chain] = []
        owners: list[tuple[int, bool, bool]] = []  # by slot; owner -1 for a part of a chain
        for owned in patterns:
            pattern = owned.pattern
            if len(pattern.parts) == 1:
                key = (owned.owner, pattern.capitals, pattern.at_end)
                if key not in slots:
                    slots[key] = len(owners)
                    owners.append(key)
                entries.append(Entry(pattern.parts[0], slots[key], owned.exact))
                continue
            numbers = []
            for part in pattern.parts:
                if part not in parts:
                    parts[part] = len(owners)
                    owners.append((-1, False, False))
                    entries.append(Entry(part, parts[part]))
                numbers.append(parts[part])
            chains.append(_Chain(tuple(numbers), pattern.gaps, owned.owner, pattern.capitals, pattern.at_end))
        self.book = PhraseBook(entries, words)
        self._chains = chains
        self._owner = np.array([owner for owner, _, _ in owners] or [0], np.int64)
        self._capitals = np.array([capitals for _, capitals, _ in owners] or [False])
        self._at_end = np.array([at_end for _, _, at_end in owners] or [False])
        self._number, self._year = self.book.word(MARKS["<num>"]), self.book.word(MARKS["<year>"])
        self._plain_signs = [self.book.word(sign) for sign in ("'", "-", "/")]

    def know(self, words: Words) -> Ints:
        """The vocabulary number of each word, -1 for an unknown one. An unknown word that begins with a digit is a
        number, or a year when it has four digits from 1900 to 2099, where the patterns speak of such."""
        known = self.book.look_up(words.code)
        if self._number >= 0 or self._year >= 0:
            digits = np.flatnonzero((words.kinds[words.start] == DIGIT) & (known < 0))
            known[digits] = self._number
            if self._year >= 0:
                known[digits[_are_years(words, digits)]] = self._year
        return known

    def find(self, words: Words, known: Ints, starts: Ints | None = None) -> Found:
        """All occurrences, ordered by place. `starts` are the places at which a sentence begins (for "<end>")."""
        raw = self.book.scan(words, known)
        slot = raw.owner
        good = self._owner[slot] >= 0
        if self._capitals.any():
            wanted = np.flatnonzero(self._capitals[slot])
            good[wanted] &= _in_capitals(words, raw.first[wanted], raw.last[wanted])
        if starts is not None and self._at_end.any():
            wanted = np.flatnonzero(self._at_end[slot])
            good[wanted] &= _at_an_end(words, raw.last[wanted], starts)
        simple = Found(raw.first[good], raw.last[good], self._owner[slot[good]])
        joined = self._join_chains(words, known, raw)
        if not len(joined):
            return simple
        first = np.concatenate((simple.first, joined.first))
        last = np.concatenate((simple.last, joined.last))
        owner = np.concatenate((simple.owner, joined.owner))
        order = np.lexsort((owner, last, first))
        return Found(first[order], last[order], owner[order])

    def _join_chains(self, words: Words, known: Ints, raw: Found) -> Found:
        firsts: list[Ints] = []
        lasts: list[Ints] = []
        owners: list[Ints] = []
        if self._chains and len(raw):
            order = np.argsort(raw.owner, kind="stable")
            counts = np.bincount(raw.owner, minlength=len(self._owner))
            begin = np.concatenate(([0], np.cumsum(counts)))
            blocks: Ints | None = None
            for chain in self._chains:
                if not all(counts[slot] for slot in chain.slots):
                    continue
                if blocks is None:
                    blocks = self._blocking_signs(words, known)
                places = [order[begin[slot] : begin[slot + 1]] for slot in chain.slots]
                first, last = raw.first[places[0]], raw.last[places[0]]
                for place, gap in zip(places[1:], chain.gaps, strict=True):
                    next_first, next_last = raw.first[place], raw.last[place]
                    nearest = np.searchsorted(next_first, last)
                    inside = nearest < len(next_first)
                    first, last, nearest = first[inside], last[inside], nearest[inside]
                    start = next_first[nearest]
                    longest = np.searchsorted(next_first, start, side="right") - 1
                    clear = np.searchsorted(blocks, last) == np.searchsorted(blocks, start)
                    near = (start - last <= gap) & clear
                    first, last = first[near], next_last[longest[near]]
                if len(first) and chain.capitals:
                    upper = _in_capitals(words, first, last)
                    first, last = first[upper], last[upper]
                if len(first):
                    firsts.append(first)
                    lasts.append(last)
                    owners.append(np.full(len(first), chain.owner, np.int64))
        if not firsts:
            empty = np.zeros(0, np.int64)
            return Found(empty, empty, empty)
        return Found(np.concatenate(firsts), np.concatenate(lasts), np.concatenate(owners))

    def _blocking_signs(self, words: Words, known: Ints) -> Ints:
        """The places of signs that no gap may reach over: all but apostrophes, hyphens and strokes."""
        signs = np.flatnonzero(words.kinds[words.start] == SIGN)
        return signs[~np.isin(known[signs], [sign for sign in self._plain_signs if sign >= 0])]


def _are_years(words: Words, at: Ints) -> Flags:
    four = words.end[at] - words.start[at] == 4
    begin = words.start[at]
    century = [words.characters[np.minimum(begin + place, len(words.characters) - 1)] - ord("0") for place in range(4)]
    digits = [(digit >= 0) & (digit <= 9) for digit in century]
    known = (century[0] == 1) & (century[1] == 9) | (century[0] == 2) & (century[1] == 0)
    return np.asarray(four & known & digits[2] & digits[3])


def _in_capitals(words: Words, first: Ints, last: Ints) -> Flags:
    begin, end = words.kinds[words.start[first]], words.kinds[words.end[last - 1] - 1]
    return np.asarray((begin != LETTER) & (end != LETTER) & ((begin == CAPITAL) | (end == CAPITAL)))


def _at_an_end(words: Words, last: Ints, starts: Ints) -> Flags:
    """Whether the next word is a sign, or begins a new sentence."""
    following = np.minimum(last, len(words) - 1)
    place = np.searchsorted(starts, last)
    begins = (place < len(starts)) & (starts[np.minimum(place, len(starts) - 1)] == last)
    return np.asarray((words.kinds[words.start[following]] == SIGN) | begins | (last >= len(words)))


def contained(first: Ints, last: Ints, in_first: Ints, in_last: Ints, *, or_equal: bool) -> Flags:
    """Whether each span [first, last) lies inside one of the others; a span equal to it counts only with `or_equal`."""
    if not len(in_first) or not len(first):
        return np.zeros(len(first), np.bool_)
    order = np.lexsort((-in_last, in_first))
    outer_first, outer_last = in_first[order], in_last[order]
    reach = np.maximum.accumulate(outer_last)
    at_or_before = np.searchsorted(outer_first, first, side="right") - 1
    covering = np.where(at_or_before >= 0, reach[at_or_before], -1)
    if or_equal:
        return np.asarray(covering >= last)
    before = np.searchsorted(outer_first, first, side="left") - 1
    earlier = np.where(before >= 0, reach[before], -1)
    # Among spans that begin at the same place, the longest stands first.
    longest = np.where(at_or_before > before, outer_last[np.minimum(before + 1, len(outer_last) - 1)], -1)
    return np.asarray((earlier >= last) | (longest > last))


def outermost(found: Found) -> Flags:
    """Which occurrences are not inside a longer one. Equal spans stay together."""
    return ~contained(found.first, found.last, found.first, found.last, or_equal=False)
