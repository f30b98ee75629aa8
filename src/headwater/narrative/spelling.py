"""Which slips of the pen stand for a word? The misspellings that a tired hand makes and that are no word themselves.

Four kinds cover most single slips in typed English (Damerau 1964, CACM 7:171-176; Pollock and Zamora 1984, CACM 27:358-368):
two neighbours swapped, a doubled letter written once, a letter doubled, a letter left out. In words of six letters and more a
fifth and a sixth are tried: a letter in the place of another, where the finger hit the key beside it or where both sound alike
(Grudin 1983, error patterns in typing; Mitton 1996, English Spelling and the Computer), and a letter too many, where the finger
touched the key beside. In shorter words that makes other words too often. The first letter is taken to be right.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from headwater.catalogue import read_text
from headwater.narrative.words import TEXT_END, Codes, Flags, Ints, code_letters, split_words

Letters = npt.NDArray[np.uint8] | npt.NDArray[np.uint32]

SWAP_FROM, DOUBLE_FROM, DROP_FROM = 3, 5, 7
"""The shortest words in which each kind of slip is tried."""

REPLACE_FROM = 6
"""The shortest words in which a letter may stand in the place of another or be one too many, or one may be left out when nothing
speaks against it."""

_KEYS_BESIDE = {
    "q": "wa", "w": "qeas", "e": "wrsd", "r": "etdf", "t": "ryfg", "y": "tugh", "u": "yihj", "i": "uojk", "o": "ipkl", "p": "ol",
    "a": "qwsz", "s": "awedzx", "d": "serfcx", "f": "drtgvc", "g": "ftyhbv", "h": "gyujnb", "j": "huiknm", "k": "jiolm",
    "l": "kop", "z": "asx", "x": "zsdc", "c": "xdfv", "v": "cfgb", "b": "vghn", "n": "bhjm", "m": "njk",
}  # fmt: skip
_SOUND_ALIKE = {
    "a": "eiou", "e": "aiou", "i": "aeouy", "o": "aeiu", "u": "aeio", "y": "ie", "c": "sk", "s": "cz", "z": "s", "k": "c",
    "g": "j", "j": "g", "t": "d", "d": "t", "m": "n", "n": "m",
}  # fmt: skip
_INSTEAD = {letter: "".join(sorted({*_KEYS_BESIDE[letter], *_SOUND_ALIKE.get(letter, "")})) for letter in _KEYS_BESIDE}


@cache
def read_real_words() -> frozenset[str]:
    """Words of English that look like a slip of another word: never taken for one."""
    lines = read_text("narrative", "real_words.txt").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def find_slips(words: Iterable[str]) -> dict[str, str]:
    """Each slip that stands for just one of `words` and is not one of them, with its word.

    The likelier kinds go first: a letter replaced or added counts only where none of them gives the same slip.
    """
    spelled = sorted(set(words))
    blocks, rows, meant = _choose(spelled)
    written = ["".join(map(chr, letters)) for block in blocks for letters in block.tolist()]
    return {written[row]: spelled[word] for row, word in zip(rows.tolist(), meant.tolist(), strict=True)}


def code_slips(words: Sequence[str]) -> tuple[Codes, Ints]:
    """The word code of each such slip, and the place of its word in `words`, which are all different."""
    blocks, rows, meant = _choose(words)
    return _code(blocks)[rows], meant


def _choose(words: Sequence[str]) -> tuple[list[Letters], Ints, Ints]:
    """Slips by their length, which of them all count, and the place of the word that each of these stands for.

    Slips are compared by their word codes, so that one sort finds those that two words share.
    """
    likely, unlikely = _Slips(), _Slips()
    by_length: dict[tuple[int, bool], list[int]] = {}
    for place, word in enumerate(words):
        if word.isalpha():
            by_length.setdefault((len(word), max(word) > "\xff"), []).append(place)
    for (length, wide), places in by_length.items():
        joined = "".join(words[place] for place in places)
        plain = np.frombuffer(joined.encode("utf-32-le"), np.uint32)
        square = plain.reshape(len(places), length)
        letters: Letters = square if wide else square.astype(np.uint8)
        _slip(letters, np.array(places), likely)
        _replace(letters, np.array(places), unlikely)
    likely_blocks, likely_words = likely.joined()
    unlikely_blocks, unlikely_words = unlikely.joined()
    blocks = [*likely_blocks, *unlikely_blocks]
    code, whose = _code(blocks), np.concatenate((likely_words, unlikely_words))
    count = len(likely_words)
    known = _code_words([*words, *sorted(read_real_words())])
    first = _of_one_word(code[:count], whose[:count])
    second = count + _of_one_word(code[count:], whose[count:])
    second = second[~np.isin(code[second], code[:count])]
    rows = np.concatenate((first, second))
    rows = rows[~np.isin(code[rows], known)]
    return blocks, rows, whose[rows]


def _of_one_word(code: Codes, word: Ints) -> Ints:
    """One place of each code that belongs to just one word."""
    order = np.argsort(code, kind="stable")
    code, word = code[order], word[order]
    begin = np.flatnonzero(np.concatenate(([True], code[1:] != code[:-1]))) if len(code) else order
    if not len(begin):
        return begin
    alone = np.minimum.reduceat(word, begin) == np.maximum.reduceat(word, begin)
    return np.asarray(order[begin[alone]])


def _code(blocks: Sequence[Letters]) -> Codes:
    """The word codes of all rows of letters."""
    if not blocks:
        return np.zeros(0, np.uint64)
    return np.concatenate([code_letters(block) for block in blocks])


def _code_words(words: Sequence[str]) -> Codes:
    """The word code of each word, and of any word in it."""
    found = split_words(words)
    return np.asarray(found.code[found.code != TEXT_END])


class _Slips:
    """Slips in blocks of equal length, and the place of the word of each."""

    def __init__(self) -> None:
        self._made: dict[tuple[int, bool], list[tuple[Letters, Ints]]] = {}

    def add(self, word: Ints, which: Flags | None, *columns: Letters) -> None:
        """Slips made of these columns, of all words or of those that `which` names."""
        slips = _beside(columns)
        made = (slips, word) if which is None else (slips[which], word[which])
        self._made.setdefault((slips.shape[1], slips.dtype == np.uint8), []).append(made)

    def joined(self) -> tuple[list[Letters], Ints]:
        """One block for each length, and the words of all of them."""
        blocks = [np.concatenate([letters for letters, _ in made]) for made in self._made.values()]
        words = [word for made in self._made.values() for _, word in made]
        return blocks, np.concatenate(words) if words else np.zeros(0, np.int64)


def _beside(columns: Sequence[Letters]) -> Letters:
    if columns[0].dtype == np.uint8:
        return np.concatenate([column.astype(np.uint8) for column in columns], axis=1)
    return np.concatenate([column.astype(np.uint32) for column in columns], axis=1)


def _slip(letters: Letters, word: Ints, found: _Slips) -> None:
    """The likely slips of words of one length."""
    length = letters.shape[1]
    if length >= SWAP_FROM:
        for at in range(1, length - 1):
            differ = letters[:, at] != letters[:, at + 1]
            swapped = letters[:, [at + 1, at]]
            found.add(word, differ, letters[:, :at], swapped, letters[:, at + 2 :])
    if length >= DOUBLE_FROM:
        for at in range(1, length):
            found.add(word, None, letters[:, : at + 1], letters[:, at:])
            if at < length - 1:
                doubled = letters[:, at] == letters[:, at + 1]
                found.add(word, doubled, letters[:, :at], letters[:, at + 1 :])
    if length >= DROP_FROM:
        _drop(letters, word, found)


def _replace(letters: Letters, word: Ints, found: _Slips) -> None:
    """Slips that are tried last: another letter in the place of one; one too many; one left out of a word of just six."""
    length = letters.shape[1]
    if length < REPLACE_FROM:
        return
    for at in range(1, length + 1):
        if at < length:
            _put_in(letters, word, found, at, at + 1, _INSTEAD_OF, letters[:, at])
            _put_in(letters, word, found, at, at, _BESIDE, letters[:, at])
        _put_in(letters, word, found, at, at, _BESIDE, letters[:, at - 1])
    if length < DROP_FROM:
        _drop(letters, word, found)


def _drop(letters: Letters, word: Ints, found: _Slips) -> None:
    for at in range(1, letters.shape[1] - 1):
        found.add(word, None, letters[:, :at], letters[:, at + 1 :])


def _put_in(letters: Letters, word: Ints, found: _Slips, to: int, go_on: int, table: Letters, by: Letters) -> None:
    """One letter that goes with `by` between what stands before `to` and what stands from `go_on` on."""
    for choice in table[np.minimum(by, 127)].T.astype(letters.dtype):
        has = choice > 0
        if has.any():
            found.add(word, has, letters[:, :to], choice[:, None], letters[:, go_on:])


def _table(letters: dict[str, str]) -> npt.NDArray[np.uint8]:
    """By the number of a letter those that go with it, filled up with zeros."""
    table = np.zeros((128, max(map(len, letters.values()))), np.uint8)
    for letter, others in letters.items():
        table[ord(letter), : len(others)] = np.frombuffer(others.encode(), np.uint8)
    return table


_INSTEAD_OF, _BESIDE = _table(_INSTEAD), _table(_KEYS_BESIDE)
