"""What is known of a text beside its words? When it was written, whether it is about a child, and who is called what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from headwater.narrative import rules as r
from headwater.narrative.phrases import Found
from headwater.narrative.words import CAPITAL, LETTER, Flags, Ints, Words, split_words

_NONE = np.zeros(0, np.int64)


@dataclass(frozen=True)
class Names:
    """Given names of the people in records: row by row the number of the text (ascending), the name, role and gender.

    Roles are numbers of `rules.ROLES`, genders of `rules.GENDERS`.
    """

    text: Ints = field(default_factory=lambda: _NONE)
    name: tuple[str, ...] = ()
    role: Ints = field(default_factory=lambda: _NONE)
    gender: Ints = field(default_factory=lambda: _NONE)

    @classmethod
    def from_rows(cls, rows: Iterable[tuple[int, str, str, str]]) -> Names:
        """From (text, name, role, gender) in words, for example `(0, "Karen", "mother", "f")`."""
        ordered = sorted(rows)
        return cls(
            np.array([text for text, *_ in ordered], np.int64),
            tuple(name for _, name, _, _ in ordered),
            np.array([r.ROLES.index(role) for _, _, role, _ in ordered], np.int64),
            np.array([r.GENDERS[gender] for *_, gender in ordered], np.int64),
        )

    def _take(self, rows: Ints, text: Ints) -> Names:
        return Names(text, tuple(map(self.name.__getitem__, rows.tolist())), self.role[rows], self.gender[rows])


@dataclass(frozen=True)
class Background:
    """What the records say of texts beside their words; an array is empty, or as long as the texts.

    `years`: the year of writing (0 = not known): a year that a text names is past only when it lies before.
    `minors`: whether the one that the text is about is under 18: "the woman" is then somebody else. `children`: whether it is
    a child too young for a partner or a prison of its own.
    `names`: who is called what, so that "Karen drinks" is about the mother where the record says that she is Karen.
    """

    years: Ints = field(default_factory=lambda: _NONE)
    children: Flags = field(default_factory=lambda: np.zeros(0, np.bool_))
    minors: Flags = field(default_factory=lambda: np.zeros(0, np.bool_))
    names: Names = field(default_factory=Names)

    def at(self, places: Ints) -> Background:
        """That of some of the texts, numbered anew; `places` ascend."""
        texts = max(len(self.years), len(self.children), len(self.minors))
        if len(places) == texts or not (texts or self.names.name):
            return self
        low = np.searchsorted(self.names.text, places, side="left")
        count = np.searchsorted(self.names.text, places, side="right") - low
        rows = np.repeat(low, count) + np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        return Background(
            self.years[places] if len(self.years) else self.years,
            self.children[places] if len(self.children) else self.children,
            self.minors[places] if len(self.minors) else self.minors,
            self.names._take(rows, np.repeat(np.arange(len(places)), count)),
        )


@dataclass(frozen=True)
class NamedPeople:
    """Words that are the name of somebody of the record: their places, roles and genders."""

    at: Ints
    role: Ints
    gender: Ints


def find_names(words: Words, known: Ints, names: Names, mentions: Found, capitalised: int) -> NamedPeople:
    """The people of the record who are named in the texts, and others who are named right beside a mention.

    A name that is a common word too counts only with a capital letter. Where the record says who is called what, a
    capitalised word (`capitalised` is its vocabulary number) beside a mention that is nobody's name, nor a slip of one, is
    somebody of whom the record knows nothing.
    """
    if not names.name:
        return NamedPeople(_NONE, _NONE, _NONE)
    spelled = split_words(names.name)
    first = np.searchsorted(spelled.text, np.arange(len(names.name)))
    codes, kind = np.unique(spelled.code[first], return_inverse=True)
    keys = names.text * len(codes) + kind
    order = np.argsort(keys, kind="stable")

    at = np.flatnonzero((words.kind == CAPITAL) | (known < 0))
    code = words.code[at]
    place = np.minimum(np.searchsorted(codes, code), len(codes) - 1)
    named = np.flatnonzero(codes[place] == code)
    at, place = at[named], place[named]
    wanted = words.text[at] * len(codes) + place
    row = np.minimum(np.searchsorted(keys[order], wanted), len(keys) - 1)
    hit = keys[order][row] == wanted
    chosen = order[row[hit]]
    at = at[hit]

    beside = np.unique(np.concatenate((mentions.first - 1, np.minimum(mentions.last, len(words) - 1))))
    beside = beside[(beside >= 0) & (known[np.maximum(beside, 0)] == capitalised)]
    beside = beside[np.isin(words.text[beside], names.text) & ~np.isin(beside, at)]
    beside = beside[words.kinds[words.start[beside] + 1] == LETTER]  # one letter, or all in capitals: no name
    roles = np.array([_who(words, place, names) for place in beside.tolist()], np.int64)
    return NamedPeople(
        np.concatenate((at, beside)),
        np.concatenate((names.role[chosen], roles)),
        np.concatenate((names.gender[chosen], np.full(len(beside), r.NEUTER, np.int64))),
    )


def _who(words: Words, at: int, names: Names) -> int:
    """The role of the person of this text of whose name the word is a slip; nobody known otherwise."""
    word = "".join(map(chr, words.characters[words.start[at] : words.end[at]].tolist())).lower()
    low, high = (
        np.searchsorted(names.text, words.text[at], "left"),
        np.searchsorted(names.text, words.text[at], "right"),
    )
    for row in range(int(low), int(high)):
        if _is_a_slip(word, names.name[row].split(" ")[0].lower()):
            return int(names.role[row])
    return r.UNKNOWN


def _is_a_slip(one: str, other: str) -> bool:
    """Whether one letter was put in, left out, replaced, or swapped with its neighbour (Damerau 1964)."""
    if abs(len(one) - len(other)) > 1 or min(len(one), len(other)) < 4:
        return False
    begin = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    one, other = one[begin:], other[begin:]
    if len(one) != len(other):
        return one[1:] == other or other[1:] == one
    return one[1:] == other[1:] or (len(one) > 1 and one[:2] == other[1::-1] and one[2:] == other[2:])
