"""Tolerant search without extensions of the database: each word of a name is kept with all its forms that lack one letter.

Two words that differ by one slip (a letter more, less, other or swapped with its neighbour) share such a form (Garbe 2012,
symmetric delete). The beginnings of a name's words are kept too, each with a mark behind it, so that none is taken for a word. All lie in
an array with a GIN index. Pure: no Django.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

LONGEST = 24
SHORTEST = 3
"""Letters of a beginning by which somebody is found."""
MARK = "*"
TITLES = frozenset({"mr", "mrs", "miss", "ms", "mx", "dr"})
"""What people write before a name, and no list of names holds."""


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


def tokens_of(names: Iterable[str], address: str = "") -> list[str]:
    """What is kept for search: every form of every word, and every beginning of the words of names; of an address the words only."""
    named = {word for name in names for word in plain_words(name)}
    forms = {form for word in named.union(plain_words(address)) for form in forms_of(word)}
    return sorted(forms | {word[:end] + MARK for word in named for end in range(SHORTEST, len(word))})


def asked_words(text: str) -> list[str]:
    """The words that somebody is searched by; a title says nothing beside a name."""
    words = plain_words(text)
    return [word for word in words if word not in TITLES] or words


def asked_tokens(word: str) -> list[str]:
    """What the index is asked for one word: its forms, and names that begin with it."""
    return sorted(forms_of(word) | ({word + MARK} if len(word) >= SHORTEST else set()))


def fits(asked: Iterable[str], names: Iterable[str], address: str = "") -> bool:
    """Whether each word that was asked is one of these at most one slip away, or the beginning of a name; the index finds some that are
    two slips away."""
    named = [word for name in names for word in plain_words(name)]
    held = named + plain_words(address)
    return all(is_near(word, held) or begins(word, named) for word in asked)


def begins(word: str, names: list[str]) -> bool:
    """Whether a name begins with these three letters or more."""
    return len(word) >= SHORTEST and any(name.startswith(word) for name in names)


def is_near(word: str, words: list[str]) -> bool:
    """Whether one of `words` equals it or is at most one slip away."""
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
