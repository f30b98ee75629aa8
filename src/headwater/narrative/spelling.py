"""Which slips of the pen stand for a word? The misspellings that a tired hand makes and that are no word themselves.

Four kinds cover most single slips in typed English (Damerau 1964, CACM 7:171-176; Pollock and Zamora 1984, CACM 27:358-368):
two neighbours swapped, a doubled letter written once, a letter doubled, a letter left out. A letter put in the place of
another is not tried: in short words it makes other words too often. The first letter is taken to be right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cache

from headwater.catalogue import read_text

SWAP_FROM, DOUBLE_FROM, DROP_FROM = 3, 5, 7
"""The shortest words in which each kind of slip is tried."""


@cache
def read_real_words() -> frozenset[str]:
    """Words of English that look like a slip of another word: never taken for one."""
    lines = read_text("narrative", "real_words.txt").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def find_slips(words: Iterable[str]) -> dict[str, str]:
    """Each slip that stands for just one of `words` and is not one of them, with its word."""
    known = set(words)
    slips = [(slip, word) for word in sorted(known) if word.isalpha() for slip in _slip(word)]
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
