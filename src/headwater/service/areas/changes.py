"""Who gains and who loses by a plan? Classes of change, the places that change most, and the reason of each in a line. Pure: no Django."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from headwater.areas.planning.reasons import LAST
from headwater.service.areas.comparing import SURE, Comparison, Line

MOST_CHANGES = 10
"""Places that lose most, and that gain most, on the first pages; every place is in the table at the end."""


@dataclass(frozen=True)
class Change:
    """A class of the map of changes: the greatest change in it, its words and colour, and whether lines cross it."""

    most: float
    words: str
    colour: str
    lined: bool


CHANGES = (
    Change(-3, "Loses 3 or more", "#d98a3d", lined=True),
    Change(-1, "Loses 1 or 2", "#f6d5ac", lined=True),
    Change(0, "As many posts", "#ffffff", lined=False),
    Change(2, "Gains 1 or 2", "#a9cfdc", lined=False),
    Change(math.inf, "Gains 3 or more", "#0b5c78", lined=False),
)
"""From loss to gain: orange with lines, white, blue. The two hues are told apart by all kinds of colour vision, and the lines tell a loss on a
grey printer."""


def class_of_change(more: int) -> Change:
    """The class of a change in posts: the first of CHANGES whose greatest change it does not exceed."""
    return next(one for one in CHANGES if more <= one.most)


def most_changed(found: Comparison, *, lose: bool) -> dict[str, Any]:
    """The places that lose, or gain, most posts of all roles together, and how many more do."""
    whole = {line.code: sum(change for *_, change in line.cells) for line in found.lines}
    there = [line for line in found.lines if (whole[line.code] < 0 if lose else whole[line.code] > 0)]
    there.sort(key=lambda line: (-abs(whole[line.code]), line.name))
    return {
        "title": "Lose most" if lose else "Gain most",
        "lines": [[line.name, line.unit, *(change for *_, change in line.cells), whole[line.code]] for line in there[:MOST_CHANGES]],
        "count": len(there), "more": max(0, len(there) - MOST_CHANGES), "verb": "lose" if lose else "gain",
    }  # fmt: skip


def say_short(line: Line) -> str:
    """Why a place has its posts, without whom the last one was won over; and between which numbers they lie with weights near these, where
    they depend on them."""
    why = [f"{role}: {words.partition(LAST)[0].rstrip('.')}." for role, words in line.why if words]
    unsure = [f"{one.role} {one.low} to {one.high}" for one in line.sure if one.same < SURE]
    return " ".join([*why, *([f"With weights near these: {', '.join(unsure)}."] if unsure else [])])
