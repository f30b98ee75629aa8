"""How do texts become words? One pass over the characters of a batch, in numpy, without a loop over words.

A word is a run of letters, digits, underscores and marks; every other character that is not white space stands alone.
Positions are character positions, so spans are exact for any Unicode. A word is known by a 64-bit number made from its
lower-case characters, so that looking it up in a vocabulary is arithmetic. Two different words share a number with a
chance of about one in 10^19.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint64]
Flags = npt.NDArray[np.bool_]
Kinds = npt.NDArray[np.uint8]

SPACE, SIGN, LETTER, DIGIT, CAPITAL = 0, 1, 2, 3, 4

TEXT_END = np.uint64(3)
"""The code of the mark that stands after every text."""

_GAP = "\x1f"
_STEP = 0x9E3779B97F4A7C15  # odd, so it has an inverse modulo 2^64
_SAME = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "´": "'", "`": "'", "–": "-", "—": "-", "‐": "-", "‑": "-"})


class TextsError(TypeError):
    """What was handed over is not a sequence of strings; the message says which item and what to do."""


@dataclass(frozen=True)
class Words:
    """The words of a batch of texts, in order; each text is followed by one mark with the code TEXT_END.

    `start` and `end` are positions in `characters`, where the texts stand one after the other, one mark behind each;
    `text_start` says where each text begins there. `code` names the word.
    """

    characters: npt.NDArray[np.uint8] | npt.NDArray[np.uint32]
    kinds: Kinds
    text_start: Ints
    start: Ints
    end: Ints
    code: Codes

    def __len__(self) -> int:
        return len(self.start)

    def glued(self, at: Ints) -> Flags:
        """Whether each of these words touches the word before it (the first word of a text does not)."""
        before = np.maximum(at - 1, 0)
        return np.asarray((self.start[at] == self.end[before]) & (at > 0) & (self.code[before] != TEXT_END))

    @cached_property
    def kind(self) -> Kinds:
        """The kind of each word's first character."""
        return self.kinds[self.start]

    @cached_property
    def text(self) -> Ints:
        """Which text each word belongs to."""
        number = np.zeros(len(self.start), np.int64)
        np.cumsum(self.code[:-1] == TEXT_END, out=number[1:])
        return number


def split_words(texts: Sequence[str]) -> Words:
    """Find the words of `texts` (at least one); raises TextsError when an item is not a string."""
    lengths = measure_texts(texts)
    characters, kinds, values = _read_characters(_GAP.join(texts) + _GAP)
    text_start = np.zeros(len(lengths), np.int64)
    np.cumsum(lengths[:-1] + 1, out=text_start[1:])
    kinds[text_start + lengths] = SIGN

    lettered = kinds >= LETTER
    sign = kinds == SIGN
    edge = np.empty_like(lettered)
    edge[0] = lettered[0]
    np.greater(lettered[1:], lettered[:-1], out=edge[1:])
    start = np.flatnonzero(edge | sign)
    edge[-1] = lettered[-1]
    np.greater(lettered[:-1], lettered[1:], out=edge[:-1])
    end = np.flatnonzero(edge | sign) + 1

    rising, falling = _powers(_round_up(len(characters)))
    total = np.empty(len(characters) + 1, np.uint64)
    total[0] = 0
    np.multiply(values, rising[: len(values)], out=values)
    np.cumsum(values, out=total[1:])
    code = (total[end] - total[start]) * falling[start]
    code[np.searchsorted(start, text_start + lengths)] = TEXT_END
    return Words(characters, kinds, text_start, start, end, code)


def measure_texts(texts: Sequence[str]) -> Ints:
    """The length of each text; raises TextsError when one is not a string."""
    if isinstance(texts, (str, bytes)):
        raise TextsError("`texts` is one string; hand over a list of strings, for example [text].")
    if not all(issubclass(kind, str) for kind in set(map(type, texts))):
        place = next(place for place, text in enumerate(texts) if not isinstance(text, str))
        found = "None" if texts[place] is None else type(texts[place]).__name__
        raise TextsError(f"texts[{place}] is {found}, not a string. Leave it out or hand over an empty string.")
    return np.fromiter(map(len, texts), np.int64, len(texts))


def _read_characters(joined: str) -> tuple[npt.NDArray[np.uint8] | npt.NDArray[np.uint32], Kinds, Codes]:
    """The code points of a string, the kind of each, and the number that each gives to its word."""
    try:
        narrow = np.frombuffer(joined.encode("latin-1"), np.uint8)
    except UnicodeEncodeError:
        wide = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
        kinds, values = _tables(0x10000)
        low = np.minimum(wide, 0xFFFF)
        found_kinds, found_values = kinds[low], values[low]
        for point in np.unique(wide[wide > 0xFFFF]):
            here = wide == point
            found_kinds[here], found_values[here] = _judge(chr(point))
        return wide, found_kinds, found_values
    kinds, values = _tables(0x100)
    return narrow, kinds[narrow], values[narrow]


@cache
def _tables(size: int) -> tuple[Kinds, Codes]:
    judged = [_judge(chr(point)) for point in range(size)]
    return np.array([kind for kind, _ in judged], np.uint8), np.array([value for _, value in judged], np.uint64)


def _judge(character: str) -> tuple[int, int]:
    """The kind of a character and the number it stands for: that of its lower case, quotes and dashes made plain."""
    plain = character.translate(_SAME)
    lower = plain.lower()
    point = ord(lower) if len(lower) == 1 else ord(lower[0])
    if character.isspace():
        kind = SPACE
    elif character.isdecimal():
        kind = DIGIT
    elif character.isalnum() or character == "_" or unicodedata.category(character)[0] == "M":
        kind = CAPITAL if character.isupper() else LETTER
    else:
        kind = SIGN
    return kind, _scatter(point)


def _scatter(number: int) -> int:
    """A fixed, well mixed 64-bit number (the finaliser of SplitMix64, Steele and others 2014)."""
    mixed = (number + 1) * _STEP & 0xFFFFFFFFFFFFFFFF
    mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9 & 0xFFFFFFFFFFFFFFFF
    mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB & 0xFFFFFFFFFFFFFFFF
    return mixed ^ mixed >> 31


def _round_up(length: int) -> int:
    return max(1 << 12, 1 << (length - 1).bit_length())


@lru_cache(4)
def _powers(length: int) -> tuple[Codes, Codes]:
    """Powers of the step and of its inverse, modulo 2^64: they make a word's number independent of where it stands."""
    rising = np.full(length, _STEP, np.uint64)
    rising[0] = 1
    falling = np.full(length, pow(_STEP, -1, 1 << 64), np.uint64)
    falling[0] = 1
    return np.cumprod(rising), np.cumprod(falling)
