"""Where do catalogue patterns occur? Phrases from the automaton, then gaps, capitals and ends of lines are checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from headwater.narrative.chains import Chain, Chains
from headwater.narrative.kept import recall_or_make
from headwater.narrative.links import Links
from headwater.narrative.patterns import MARKS, Part, Pattern
from headwater.narrative.phrases import Entry, Found, PhraseBook, join
from headwater.narrative.words import CAPITAL, DIGIT, LETTER, SIGN, Flags, Ints, Words


@dataclass(frozen=True)
class Owned:
    """A pattern and the number of what it belongs to; `exact` wants white space exactly where it is written."""

    pattern: Pattern
    owner: int
    exact: bool = False


_CAPITALS, _AT_END = 1, 2

_SIDE = 7
"""How many words on each side of an interruption are looked at."""


class Finder:
    """Finds many patterns at once."""

    def __init__(self, patterns: Iterable[Owned], words: Iterable[str] = (), *, slips: bool = False) -> None:
        slots: dict[tuple[int, bool, bool], int] = {}
        parts: dict[Part, int] = {}
        entries: list[Entry] = []
        chains: list[Chain] = []
        ordered = sorted(patterns, key=lambda owned: owned.owner)  # so that slots ascend with their owners
        for owned in ordered:
            pattern = owned.pattern
            if len(pattern.parts) == 1:
                slot = slots.setdefault((owned.owner, pattern.capitals, pattern.at_end), len(slots))
                entries.append(Entry(pattern.parts[0], slot, owned.exact))
        for owned in ordered:
            pattern = owned.pattern
            if len(pattern.parts) > 1:
                numbers = tuple(parts.setdefault(part, len(parts)) for part in pattern.parts)
                chains.append(Chain(numbers, pattern.gaps, owned.owner, pattern.capitals))
        entries.extend(Entry(part, len(slots) + number) for part, number in parts.items())
        book = PhraseBook(entries, words, parts_from=len(slots), slips=slips)
        owner = np.array([owner for owner, _, _ in slots], np.int64)
        special = [_CAPITALS * capitals | _AT_END * at_end for _, capitals, at_end in slots]
        self._hold(book, Chains(chains), owner, np.array(special, np.uint8))

    @classmethod
    def kept(
        cls, texts: tuple[str, ...], patterns: Callable[[], Iterable[Owned]], words: Iterable[str] = (), *, slips: bool
    ) -> Finder:
        """As made from `patterns`, which depend on `texts` alone: taken from the user's cache folder where it lies there."""
        words = list(words)
        arrays = recall_or_make((*texts, *words, str(slips)), lambda: cls(patterns(), words, slips=slips).to_arrays())
        return cls.from_arrays(arrays)

    def to_arrays(self) -> dict[str, npt.NDArray[Any]]:
        """All that it holds (see `from_arrays`)."""
        chains = {f"chain.{name}": array for name, array in self._chains.to_arrays().items()}
        return self.book.to_arrays() | chains | {"slot.owner": self._owner, "slot.special": self._special}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> Finder:
        """The finder that gave these arrays."""
        finder = cls.__new__(cls)
        chains = Chains.from_arrays({name: arrays[f"chain.{name}"] for name in ("slots", "gaps", "owner", "capitals")})
        finder._hold(PhraseBook.from_arrays(arrays), chains, arrays["slot.owner"], arrays["slot.special"])
        return finder

    def set_apart(self, bits: npt.NDArray[np.uint16]) -> npt.NDArray[np.uint16]:
        """As `PhraseBook.set_apart`, of patterns without gaps or conditions; `bits` are those of each owner."""
        alone = self.book.set_apart(np.where(self._special == 0, bits[self._owner], 0).astype(np.uint16))
        self._links = Links(self._chains, self.book, len(self._owner))
        return alone

    def _hold(self, book: PhraseBook, chains: Chains, owner: Ints, special: npt.NDArray[np.uint8]) -> None:
        self.book, self._chains, self._owner, self._special = book, chains, owner, special
        self._number, self._year = self.book.word(MARKS["<num>"]), self.book.word(MARKS["<year>"])
        self._decade, self._name = self.book.word(MARKS["<decade>"]), self.book.word(MARKS["<name>"])
        self._links = Links(chains, book, len(owner))
        self._plain_signs = [self.book.word(sign) for sign in ("'", "-", "/")]

    @property
    def capitalised(self) -> int:
        """The number of a word with a capital letter that stands in no pattern (<name>); -1 when no pattern asks for one."""
        return self._name

    def know(self, words: Words) -> Ints:
        """The vocabulary number of each word, -1 for an unknown one. An unknown word that begins with a digit is a
        number, a year when it has four digits from 1900 to 2099, a decade like "1990s"; one with a capital is a name; where the patterns speak of such."""
        known = self.book.look_up(words.code)
        if self._number >= 0 or self._year >= 0:
            digits = np.flatnonzero((words.kind == DIGIT) & (known < 0))
            known[digits] = self._number
            if self._year >= 0:
                known[digits[_are_years(words, digits)]] = self._year
            if self._decade >= 0:
                known[digits[_are_decades(words, digits)]] = self._decade
        if self._name >= 0:
            known[(words.kind == CAPITAL) & (known < 0)] = self._name
        return known

    def find(self, words: Words, known: Ints, starts: Ints | None = None) -> Found:
        """All occurrences by first, last and owner. `starts` are the places at which a sentence begins (for "<end>")."""
        simple, joined = self.find_apart(words, known, starts)
        simple = simple.keep(simple.owner >= 0)
        return join([simple, joined]).in_order() if len(joined) else simple

    def find_apart(self, words: Words, known: Ints, starts: Ints | None = None) -> tuple[Found, Found]:
        """All occurrences of patterns without gaps, by first, last and owner, those that do not hold with the owner -1; and of
        those with gaps, in no order."""
        raw, parts = self.book.scan(words, known)
        joined = self._join_chains(words, known, parts)
        owner, kind = self._owner[raw.owner], self._special[raw.owner]
        asks = np.flatnonzero(kind)
        if len(asks):
            kind, first, last = kind[asks], raw.first[asks], raw.last[asks]
            fits = (kind & _CAPITALS == 0) | _in_capitals(words, first, last)
            if starts is not None:
                fits &= (kind & _AT_END == 0) | _at_an_end(words, last, starts)
            owner[asks[~fits]] = -1
        return Found(raw.first, raw.last, owner), joined

    def find_across(self, words: Words, known: Ints, interruptions: Found) -> Found:
        """Occurrences, of patterns without gaps, whose words stand on both sides of an interruption ("mental | 22:31 | health");
        in no order. Each interruption and the words around it are read as if it were not there."""
        # A phrase that goes over it holds the words on both sides of it.
        beside = np.minimum(known[interruptions.first - 1], known[np.minimum(interruptions.last, len(words) - 1)])
        interruptions = interruptions.keep(beside >= 0)
        if not len(interruptions):
            return interruptions
        first, last = interruptions.first[:, None], interruptions.last[:, None]
        nobody = np.full_like(first, -1)
        place = np.hstack((first + np.arange(-_SIDE, 0), last + np.arange(_SIDE), nobody))
        inside = (place >= 0) & (place < len(words))
        place = np.where(inside, place, 0)
        inside &= words.text[place] == words.text[first]
        width, place, inside = place.shape[1], place.ravel(), inside.ravel()
        around = Words(
            words.characters, words.kinds, words.text_start, words.start[place], words.end[place], words.code[place]
        )
        before = np.arange(len(place)).reshape(-1, width)[:, :_SIDE].ravel()
        raw, _ = self.book.scan(around, np.where(inside, known[place], -1), before)
        kind = self._special[raw.owner]
        across = ((raw.last - 1) % width >= _SIDE) & (kind & _AT_END == 0)
        found = Found(place[raw.first], place[raw.last - 1] + 1, self._owner[raw.owner])
        return found.keep(across & ((kind & _CAPITALS == 0) | _in_capitals(words, found.first, found.last)))

    def _join_chains(self, words: Words, known: Ints, ended: Found) -> Found:
        if not len(ended):
            return ended
        signs = self._blocking_signs(words, known)
        part = self._links.find_parts(ended, signs)
        if not len(part):
            return part
        # The occurrences of each part lie together when they are ordered by part; within one they stay in order.
        # Short numbers are sorted by radix.
        short = part.owner.astype(np.uint16) if self._chains.slot_count < 1 << 16 else part.owner
        part = part.keep(np.argsort(short, kind="stable"))
        found = self._chains.join(part, len(words), signs)
        asks = self._chains.capitals[found.owner]
        if asks.any():
            found = found.keep(~asks | _in_capitals(words, found.first, found.last))
        return Found(found.first, found.last, self._chains.owner[found.owner])

    def _blocking_signs(self, words: Words, known: Ints) -> Ints:
        """How many signs stand before each place that no gap may reach over: all but apostrophes, hyphens, strokes."""
        sign = words.kind == SIGN
        for plain in self._plain_signs:
            if plain >= 0:
                sign &= known != plain
        count = np.zeros(len(words) + 1, np.int64)
        np.cumsum(sign.astype(np.int64), out=count[1:])
        return count


def _are_years(words: Words, at: Ints) -> Flags:
    four = words.end[at] - words.start[at] == 4
    begin = words.start[at]
    century = [words.characters[np.minimum(begin + place, len(words.characters) - 1)] - ord("0") for place in range(4)]
    digits = [(digit >= 0) & (digit <= 9) for digit in century]
    known = (century[0] == 1) & (century[1] == 9) | (century[0] == 2) & (century[1] == 0)
    return np.asarray(four & known & digits[2] & digits[3])


def _are_decades(words: Words, at: Ints) -> Flags:
    length, last = words.end[at] - words.start[at], words.characters[words.end[at] - 1]
    tens = words.characters[words.end[at] - 2]
    return np.asarray(((length == 3) | (length == 5)) & ((last | 0x20) == ord("s")) & (tens == ord("0")))


def _in_capitals(words: Words, first: Ints, last: Ints) -> Flags:
    begin, end = words.kinds[words.start[first]], words.kinds[words.end[last - 1] - 1]
    return np.asarray((begin != LETTER) & (end != LETTER) & ((begin == CAPITAL) | (end == CAPITAL)))


def _at_an_end(words: Words, last: Ints, starts: Ints) -> Flags:
    """Whether the next word is a sign, or begins a new sentence."""
    following = np.minimum(last, len(words) - 1)
    place = np.searchsorted(starts, last)
    begins = (place < len(starts)) & (starts[np.minimum(place, len(starts) - 1)] == last)
    return np.asarray((words.kind[following] == SIGN) | begins | (last >= len(words)))
