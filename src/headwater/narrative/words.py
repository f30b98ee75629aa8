"""How do texts become words? One pass over the characters of a batch, in numpy, without a loop over words.

A word is a run of letters, digits, underscores and marks; every other character that is not white space stands alone.
Positions are character positions, so spans are exact for any Unicode. A word is known by a 64-bit number made from its
lower-case characters, so that looking it up in a vocabulary is arithmetic. Two different words share a number with a
chance of about one in 10^19; words of up to eight Latin letters never do.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint64]
Flags = npt.NDArray[np.bool_]
Kinds = npt.NDArray[np.uint8]

SPACE, SIGN, LETTER, DIGIT, CAPITAL = 0, 1, 2, 3, 4

LONG = 64
"""Longer words get their number one by one: there are few, and some are very long."""

_GAP = "\x1f"  # white space, so no word of a text is the same as this mark
_STEP = 0x9E3779B97F4A7C15  # odd, so that multiplying by it loses nothing
_SAME = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "´": "'", "`": "'", "–": "-", "—": "-", "‐": "-", "‑": "-"})
_FIRST_BYTES = np.array([(1 << 8 * count) - 1 for count in range(9)], np.uint64)


class TextsError(TypeError):
    """What was handed over is not a sequence of strings; the message says which item and what to do."""


def _mix(codes: Codes) -> Codes:
    """A well mixed number for each; different ones stay different (a step of SplitMix64, Steele and others 2014)."""
    return (codes ^ codes >> np.uint64(32)) * np.uint64(_STEP)


TEXT_END = _mix(np.array([ord(_GAP)], np.uint64))[0]
"""The code of the mark that stands after every text."""


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
        return self._glued[at]

    @cached_property
    def _glued(self) -> Flags:
        glued = np.zeros(len(self), np.bool_)
        glued[1:] = (self.start[1:] == self.end[:-1]) & (self.code[:-1] != TEXT_END)
        return glued

    @cached_property
    def kind(self) -> Kinds:
        """The kind of each word's first character."""
        return self.kinds[self.start]

    @cached_property
    def text_end(self) -> Ints:
        """Where the mark behind each text stands among the words."""
        return np.flatnonzero(self.code == TEXT_END)

    @cached_property
    def text(self) -> Ints:
        """Which text each word belongs to; the mark behind it does too."""
        counts = self.text_end.copy()
        counts[1:] -= self.text_end[:-1]
        counts[0] += 1
        return np.repeat(np.arange(len(counts)), counts)

    def only(self, texts: Flags) -> Words:
        """The words of some of the texts, as if these alone had been split."""
        lengths = np.diff(np.append(self.text_start, len(self.characters)))
        at, word = np.flatnonzero(np.repeat(texts, lengths)), np.flatnonzero(texts[self.text])
        kept = lengths * texts
        begin = np.cumsum(kept) - kept
        moved = (begin - self.text_start)[self.text[word]]
        return Words(
            self.characters[at], self.kinds[at], begin[texts],
            self.start[word] + moved, self.end[word] + moved, self.code[word],
        )  # fmt: skip


def split_words(texts: Sequence[str], lengths: Ints | None = None) -> Words:
    """Find the words of `texts` (at least one); raises TextsError when an item is not a string. `lengths` are those of the
    texts, where they are known already."""
    lengths = measure_texts(texts) if lengths is None else lengths
    characters, kinds, plain, beyond = _read_characters(_GAP.join(texts) + _GAP)
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
    return Words(characters, kinds, text_start, start, end, _code_words(plain, beyond, start, end))


def code_letters(letters: npt.NDArray[np.uint8] | npt.NDArray[np.uint32]) -> Codes:
    """The code of each row of small letters, as `split_words` gives it to the word that they spell."""
    count, length = letters.shape
    begin = np.arange(count) * length
    flat = letters.ravel()
    at = np.flatnonzero(flat > 0xFF)
    return _code_words(flat.astype(np.uint8).tobytes(), _Beyond(at, flat[at].astype(np.uint64)), begin, begin + length)


def measure_texts(texts: Sequence[str]) -> Ints:
    """The length of each text; raises TextsError when one is not a string."""
    if isinstance(texts, (str, bytes)):
        raise TextsError("`texts` is one string; hand over a list of strings, for example [text].")
    if not all(issubclass(kind, str) for kind in set(map(type, texts))):
        place = next(place for place, text in enumerate(texts) if not isinstance(text, str))
        found = "None" if texts[place] is None else type(texts[place]).__name__
        raise TextsError(f"texts[{place}] is {found}, not a string. Leave it out or hand over an empty string.")
    return np.fromiter(map(len, texts), np.int64, len(texts))


@dataclass(frozen=True)
class _Beyond:
    """The characters of words whose code point does not fit into eight bits: where they stand, and their code points."""

    at: Ints
    point: Codes


def _read_characters(
    joined: str,
) -> tuple[npt.NDArray[np.uint8] | npt.NDArray[np.uint32], Kinds, bytes, _Beyond]:
    """The code points of a string, the kind of each, and the code point that stands for it: that of its lower case, quotes
    and dashes made plain; its lowest eight bits and, where these are not all, the whole."""
    kinds, plain = _tables(0x100)
    wide = None
    try:
        narrow = joined.encode("latin-1")
    except UnicodeEncodeError:
        wide = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
        narrow = wide.astype(np.uint8).tobytes()
    found_kinds = np.frombuffer(bytearray(narrow.translate(kinds.tobytes())), np.uint8)
    lowest = narrow.translate(plain.astype(np.uint8).tobytes())
    if wide is None:
        return np.frombuffer(narrow, np.uint8), found_kinds, lowest, _Beyond(*_NONE_BEYOND)
    # Few characters of most texts do not fit into eight bits, mostly quotes and dashes: only these are looked up one by one.
    at = np.flatnonzero(wide > 0xFF)
    kinds, plain = _tables(0x10000)
    few = wide[at]
    low = np.minimum(few, 0xFFFF)
    few_kinds, few_plain = kinds[low], plain[low]
    for point in np.unique(few[few > 0xFFFF]):
        here = few == point
        few_kinds[here], few_plain[here] = _judge(chr(point))
    found_kinds[at] = few_kinds
    patched = np.frombuffer(bytearray(lowest), np.uint8)
    patched[at] = few_plain.astype(np.uint8)
    of_words = (few_plain > 0xFF) & (few_kinds != SPACE)
    return wide, found_kinds, patched.tobytes(), _Beyond(at[of_words], few_plain[of_words].astype(np.uint64))


_NONE_BEYOND = np.zeros(0, np.int64), np.zeros(0, np.uint64)


def _code_words(narrow: bytes, beyond: _Beyond, start: Ints, end: Ints) -> Codes:
    """The number of each word: its characters are read eight at a time, as one integer."""
    padded = narrow + bytes(8)
    eight: Codes = np.ndarray((len(narrow),), np.dtype("<u8"), padded, strides=(1,))
    length = end - start
    code = eight.take(start) & _FIRST_BYTES[np.minimum(length, 8)]
    longer = np.flatnonzero(length > 8)
    for place in range(8, LONG, 8):
        if not len(longer):
            break
        following = eight[start[longer] + place] & _FIRST_BYTES[np.minimum(length[longer] - place, 8)]
        code[longer] = _mix(code[longer]) + following
        longer = longer[length[longer] > place + 8]
    for word in longer.tolist():
        digest = hashlib.blake2b(narrow[start[word] : end[word]], digest_size=8).digest()
        code[word] = int.from_bytes(digest, "little")
    if len(beyond.at):
        # What does not fit into eight bits is added, so that words of Latin letters are the same in any batch.
        whose = np.searchsorted(start, beyond.at, side="right") - 1
        power = np.power(np.uint64(_STEP), (beyond.at - start[whose]).astype(np.uint64))
        np.add.at(code, whose, _mix(_mix(beyond.point)) * power)
    return _mix(code)


@cache
def _tables(size: int) -> tuple[Kinds, npt.NDArray[np.uint32]]:
    judged = [_judge(chr(point)) for point in range(size)]
    return np.array([kind for kind, _ in judged], np.uint8), np.array([plain for _, plain in judged], np.uint32)


def _judge(character: str) -> tuple[int, int]:
    """The kind of a character and the code point it stands for: that of its lower case, quotes and dashes made plain."""
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
    return kind, point
