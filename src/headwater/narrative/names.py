"""Who is called what in a text? The names that the records know, and the short forms that stand for them.

A nickname counts where it is nobody else's in the same text: neither a name that is there, nor short for two people.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from functools import cache

import numpy as np
import pyarrow as pa

from headwater.catalogue import read_text
from headwater.narrative import rules as r
from headwater.narrative.background import Names
from headwater.narrative.phrases import spread
from headwater.narrative.words import Ints


def name_people(rows: pa.Table) -> Names:
    """The people of rows (text, name, role, gender; all in words but the number of the text), with their nicknames.

    Work goes by different names, of which there are few, and by arrays; not by rows.
    """
    text = rows["text"].to_numpy().astype(np.int64)
    if not len(text):
        return Names()
    name, spelled = _encode(rows["name"])
    role, roles = _encode(rows["role"])
    gender, genders = _encode(rows["gender"])

    short = _read_nicknames()
    forms: dict[str, int] = {}
    first = [one.split(" ")[0].lower() for one in spelled]
    form = np.array([forms.setdefault(one, len(forms)) for one in first], np.int64)
    others = [short.get(one, ()) for one in first]
    counts = np.array([len(some) for some in others], np.int64)
    other_form = np.array([forms.setdefault(one, len(forms)) for some in others for one in some], np.int64)

    row = np.repeat(np.arange(len(text)), counts[name])
    other = spread((np.cumsum(counts) - counts)[name], counts[name])
    key = text[row] * len(forms) + other_form[other]
    _, which, times = np.unique(key, return_inverse=True, return_counts=True)
    chosen = np.flatnonzero((times[which] == 1) & ~np.isin(key, text * len(forms) + form[name]))
    row, other = row[chosen], other[chosen]

    spelled += [one for some in others for one in some]
    name = np.concatenate((name, len(first) + other))
    text, role, gender = (np.concatenate((column, column[row])) for column in (text, role, gender))
    order = np.lexsort((_rank(genders)[gender], _rank(roles)[role], _rank(spelled)[name], text))
    return Names(
        text[order],
        tuple(map(spelled.__getitem__, name[order].tolist())),
        np.array([r.ROLES.index(one) for one in roles], np.int64)[role[order]],
        np.array([r.GENDERS[one] for one in genders], np.int64)[gender[order]],
    )


def _encode(column: pa.ChunkedArray) -> tuple[Ints, list[str]]:
    """A number for each row, and what the numbers stand for."""
    encoded = column.combine_chunks().dictionary_encode()
    return encoded.indices.to_numpy().astype(np.int64), encoded.dictionary.to_pylist()


def _rank(texts: list[str]) -> Ints:
    """The place of each in the order of the alphabet; equal ones share it."""
    place = {text: number for number, text in enumerate(sorted(set(texts)))}
    return np.array([place[text] for text in texts], np.int64)


@cache
def _read_nicknames() -> dict[str, tuple[str, ...]]:
    """For each given name those that stand for it."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in csv.DictReader(io.StringIO(read_text("identity", "nicknames.csv"))):
        found[row["name"]].add(row["other"])
        found[row["other"]].add(row["name"])
    return {name: tuple(sorted(others)) for name, others in found.items()}
