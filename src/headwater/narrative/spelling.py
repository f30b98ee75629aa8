"""Which slips of the pen stand for a word? The misspellings that a tired hand makes and that are no word themselves.

Four kinds cover most single slips in typed English (Damerau 1964, CACM 7:171-176; Pollock and Zamora 1984, CACM 27:358-368):
two neighbours swapped, a doubled letter written once, a letter doubled, a letter left out. In words of six letters and more a
fifth and a sixth are tried: a letter in the place of another, where the finger hit the key beside it or where both sound alike
(Grudin 1983, error patterns in typing; Mitton 1996, English Spelling and the Computer), and a letter too many, where the finger
touched the key beside. In shorter words that makes other words too often. The first letter is taken to be right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cache

from headwater.catalogue import read_text

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
    known = set(words)
    spelled = [word for word in sorted(known) if word.isalpha()]
    likely = [(slip, word) for word in spelled for slip in _slip(word)]
    tried = {slip for slip, _ in likely}
    unlikely = [(slip, word) for word in spelled for slip in _replace(word) if slip not in tried]
    return _of_one_word(likely, known) | _of_one_word(unlikely, known)


def _of_one_word(slips: list[tuple[str, str]], known: set[str]) -> dict[str, str]:
    real = read_real_words()
    times = Counter(slip for slip, _ in slips)
    return {slip: word for slip, word in slips if times[slip] == 1 and slip not in known and slip not in real}


def _slip(word: str) -> set[str]:
    found: set[str] = set()
    length = len(word)
    if length >= SWAP_FROM:
        found |= {word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(1, length - 1)}
    if length >= DOUBLE_FROM:
        found |= {word[:at] + word[at + 1 :] for at in range(1, length - 1) if word[at] == word[at + 1]}
        found |= {word[: at + 1] + word[at:] for at in range(1, length)}
    if length >= DROP_FROM:
        found |= {word[:at] + word[at + 1 :] for at in range(1, length - 1)}
    return found - {word}


def _replace(word: str) -> set[str]:
    """Slips that are tried last: another letter in the place of one; one too many; one left out of a word of just six."""
    length = len(word)
    if length < REPLACE_FROM:
        return set()
    found = {word[:at] + letter + word[at + 1 :] for at in range(1, length) for letter in _INSTEAD.get(word[at], "")}
    for at in range(1, length + 1):
        beside = _KEYS_BESIDE.get(word[at - 1], "") + (_KEYS_BESIDE.get(word[at], "") if at < length else "")
        found |= {word[:at] + letter + word[at:] for letter in beside}
    if length < DROP_FROM:
        found |= {word[:at] + word[at + 1 :] for at in range(1, length - 1)}
    return found - {word}
