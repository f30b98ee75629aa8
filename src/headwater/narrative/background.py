"""What is known of a text beside its words? When it was written, whether it is about a child, and who is called what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from headwater.narrative import rules as r
from headwater.narrative.words import CAPITAL, Flags, Ints, Words, split_words

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
        return Names(text, tuple(self.name[row] for row in rows.tolist()), self.role[rows], self.gender[rows])


@dataclass(frozen=True)
class Background:
    """What the records say of texts beside their words; an array is empty, or as long as the texts.

    `years`: the year of writing (0 = not known): a year that a text names is past only when it lies before.
    `children`: whether the one that the text is about is a child: "the woman" is then somebody else.
    `names`: who is called what, so that "Karen drinks" is about the mother where the record says that she is Karen.
    """

    years: Ints = field(default_factory=lambda: _NONE)
    children: Flags = field(default_factory=lambda: np.zeros(0, np.bool_))
    names: Names = field(default_factory=Names)

    def at(self, places: Ints) -> Background:
        """That of some of the texts, numbered anew; `places` ascend."""
        low = np.searchsorted(self.names.text, places, side="left")
        count = np.searchsorted(self.names.text, places, side="right") - low
        rows = np.repeat(low, count) + np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        return Background(
            self.years[places] if len(self.years) else self.years,
            self.children[places] if len(self.children) else self.children,
            self.names._take(rows, np.repeat(np.arange(len(places)), count)),
        )


@dataclass(frozen=True)
class NamedPeople:
    """Words that are the name of somebody of the record: their places, roles and genders."""

    at: Ints
    role: Ints
    gender: Ints


def find_names(words: Words, known: Ints, names: Names) -> NamedPeople:
    """The names in the texts. One that is a common word too counts only with a capital letter."""
    if not names.name:
        return NamedPeople(_NONE, _NONE, _NONE)
    spelled = split_words(names.name)
    first = np.searchsorted(spelled.text, np.arange(len(names.name)))
    codes, kind = np.unique(spelled.code[first], return_inverse=True)
    keys = names.text * len(codes) + kind
    order = np.argsort(keys, kind="stable")

    place = np.minimum(np.searchsorted(codes, words.code), len(codes) - 1)
    at = np.flatnonzero(codes[place] == words.code)
    at = at[(words.kind[at] == CAPITAL) | (known[at] < 0)]
    wanted = words.text[at] * len(codes) + place[at]
    row = np.minimum(np.searchsorted(keys[order], wanted), len(keys) - 1)
    hit = keys[order][row] == wanted
    chosen = order[row[hit]]
    return NamedPeople(at[hit], names.role[chosen], names.gender[chosen])
