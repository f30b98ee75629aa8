"""How does an area stand among its peers? Its label with reasons, and the place of each measure in the force and among neighbours."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from shapely.geometry import shape

from headwater.areas.boundaries import BoundariesError
from headwater.areas.levels import SMALL_AREA, Level
from headwater.areas.neighbours import touching
from headwater.service.areas.atlas import Atlas, outlines
from headwater.service.areas.rules import place_in, say_place
from headwater.service.areas.selectors import say
from headwater.service.areas.shown import LABEL

SLACK = 0.0005
"""Degrees (some 40 metres): super-generalised outlines gape by less than that where areas touch."""


@dataclass(frozen=True)
class Labelled:
    """The label of a small area: its name, what it means, the sentence of reasons, how close it is to another label, what it rests on."""

    name: str
    means: str
    reason: str
    nearest: str
    source: str


@dataclass(frozen=True)
class Compared:
    """One measure of an area in words: the number, its place in the force, its place among the neighbours."""

    title: str
    about: str
    words: str
    in_force: str
    among_neighbours: str
    source: str


def label_of(atlas: Atlas, level: Level, code: str) -> Labelled | None:
    """The label of a small area, with why; None at other levels and where no ranks are loaded."""
    label = atlas.label
    if label is None or level.id != SMALL_AREA or code not in label.row:
        return None
    row = label.row[code]
    number = int(label.found.label[row])
    name, means = (
        ("Not known", "")
        if number < 0
        else (label.found.typology.labels[number].name, label.found.typology.labels[number].means)
    )
    return Labelled(name, means, label.found.reason(row), label.closeness.say(row), label.source)


def compare(atlas: Atlas, level: Level, code: str) -> list[Compared]:
    """Every measure of the area but its label, which is no number at the level of small areas."""
    near = list(neighbours_of(level, code))
    found = []
    for shown in atlas.shown(level.id).values():
        if shown.id == LABEL and level.id == SMALL_AREA:
            continue
        words = say(shown, code)
        if shown.class_of(code) < 0:
            found.append(Compared(shown.title, shown.about, words, "", "", shown.source))
            continue
        seen = {one: value for one, value in shown.values.items() if shown.class_of(one) >= 0}
        force = place_in(seen, code, list(seen), higher_first=shown.higher_first)
        local = place_in(seen, code, near, higher_first=shown.higher_first) if near else None
        in_force = f"{say_place(force[0])} of {force[1]:,} from the {shown.end}" if force else ""
        among = f"{say_place(local[0])} of {local[1]} with its neighbours" if local and local[1] > 1 else ""
        found.append(Compared(shown.title, shown.about, words, in_force, among, shown.source))
    return found


def neighbours_of(level: Level, code: str) -> dict[str, str]:
    """Code → name of the areas that touch it; none where there are no outlines."""
    try:
        found = outlines(level)
    except BoundariesError:
        return {}
    touch = _touching(found.content, found.digest)
    return {one: level.names[one] for one in touch.get(code, ())}


@lru_cache(maxsize=8)
def _touching(content: bytes, digest: str) -> dict[str, tuple[str, ...]]:
    features = json.loads(content)["features"]
    codes = [one["properties"]["code"] for one in features]
    matrix = touching([shape(one["geometry"]) for one in features], SLACK)
    return {
        code: tuple(codes[other] for other in np.sort(matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]]))
        for row, code in enumerate(codes)
    }
