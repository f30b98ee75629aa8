"""Tolerant search without extensions of the database: each word of a name is kept with all its forms that lack one letter.

Two words that differ by one slip (a letter more, less, other or swapped with its neighbour) share such a form (Garbe 2012,
symmetric delete). Forms lie in an array with a GIN index. Pure: no Django.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 24


def plain_words(text: str) -> list[str]:
    """The words of a text in small plain letters: `Zoë O’Neill-Bağ` → zoe, oneill, bag."""
    bare = unicodedata.normalize(
        "NFKD", text.casefold().replace("ı", "i").replace("ß", "ss").replace("ł", "l").replace("ø", "o")
    )
    bare = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return [word[:LONGEST] for word in re.findall(r"[a-z0-9]+", re.sub(r"['’`]", "", bare))]


def forms_of(word: str) -> set[str]:
    """A word and, when it has four letters or more, all its forms that lack one. Numbers are taken exactly."""
    if len(word) < 4 or any(letter.isdigit() for letter in word):
        return {word}
    return {word} | {word[:place] + word[place + 1 :] for place in range(len(word))}


def tokens_of(*texts: str) -> list[str]:
    """What is kept for search: every form of every word."""
    return sorted({form for text in texts for word in plain_words(text) for form in forms_of(word)})


def is_near(word: str, words: list[str]) -> bool:
    """Whether one of `words` equals it or is at most one slip away; the index finds some that are two away."""
    return any(word == other or _one_slip(word, other) for other in words)


def _one_slip(one: str, other: str) -> bool:
    if min(len(one), len(other)) < 4 or abs(len(one) - len(other)) > 1:
        return False
    if len(one) == len(other):
        differ = [place for place in range(len(one)) if one[place] != other[place]]
        if len(differ) == 2:
            first, second = differ
            return second == first + 1 and one[first] == other[second] and one[second] == other[first]
        return len(differ) <= 1
    long, short = (one, other) if len(one) > len(other) else (other, one)
    return any(long[:place] + long[place + 1 :] == short for place in range(len(long)))
