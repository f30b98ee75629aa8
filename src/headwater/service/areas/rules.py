"""How are numbers about areas grouped, coloured, hidden and put in order? Pure: no Django, no database."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

RAMP = ("#06303f", "#0b5c78", "#5c9fb6", "#a9cfdc", "#e3eff3")
"""From most to least. One hue: each step is lighter than the one before, so it reads without colour, and on a grey printer."""

HIDDEN, UNKNOWN, CLOSED = -1, -2, -3
NO_CLASS = {
    HIDDEN: "Hidden: a small count",
    UNKNOWN: "Not known",
    CLOSED: "Not shown to you",
}
"""What stands where no number does; drawn as a hatch, as white, as white."""

STEPS = 4
TENTHS = ((1, "In the most deprived tenth of the country"), (3, "In the second or third tenth"), (5, "In the fourth or fifth tenth"),
          (10, "In the less deprived half"))  # fmt: skip


@dataclass(frozen=True)
class Class:
    """One class of a map: its number, what it is in words, its colour, and how many areas are in it."""

    number: int
    words: str
    colour: str
    count: int


def class_by_quarters(values: Sequence[float], *, say: Mapping[float, str]) -> list[tuple[float, str]]:
    """Up to four classes from most to least with about as many areas in each: (least value in it, words). Equal values are never
    parted, nor are those that are said alike, so no number stands in the words of two classes; where many areas have nothing at all, nothing
    is a class of its own. `say` gives the words of a value."""
    ranked = sorted((value for value in values if not math.isnan(value)), reverse=True)
    if not ranked:
        return []
    rest, steps = ranked, STEPS
    nothing = ranked[-1] == 0 and ranked.count(0) * STEPS >= len(ranked)
    if nothing:
        rest, steps = [value for value in ranked if say[value] != say[0.0]], STEPS - 1
    least = {say[value]: value for value in rest}  # The last of each wording is the least.
    lows: list[float] = []
    for step in range(1, steps + 1):
        low = least[say[rest[min(len(rest), math.ceil(step * len(rest) / steps)) - 1]]] if rest else 0.0
        if rest and (not lows or low < lows[-1]):
            lows.append(low)
    if nothing:
        lows.append(0.0)
    found, high = [], math.inf
    for low in lows:
        inside = [value for value in ranked if low <= value < high]
        top, bottom = inside[0], inside[-1]
        found.append((low, say[top] if say[top] == say[bottom] else f"{say[bottom]} to {say[top]}"))
        high = low
    return found


def spread(colours: int) -> tuple[str, ...]:
    """So many colours of the ramp, the darkest and the lightest among them."""
    if colours <= 1:
        return RAMP[1:2]
    last = len(RAMP) - 1
    return tuple(RAMP[round(number * last / (colours - 1))] for number in range(colours))


def place_in(
    values: Mapping[str, float], code: str, among: Sequence[str], *, higher_first: bool
) -> tuple[int, int] | None:
    """The place of an area among others (itself too): (place, how many have a value); equal values share the better place. None where it
    has no value."""
    own = values.get(code, math.nan)
    if math.isnan(own):
        return None
    others = [values[one] for one in {*among, code} if not math.isnan(values.get(one, math.nan))]
    better = sum(value > own if higher_first else value < own for value in others)
    return better + 1, len(others)


def say_place(place: int) -> str:
    """1st, 2nd, 3rd, 11th."""
    ending = "th" if place % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"{place:,}{ending}"
