"""Which area of another year or level is an area, and what does the fit cost? Lookups, best fit, and numbers carried across.

Small areas are redrawn with each census (some are split, some merged), wards whenever an electoral review says so. A lookup says
which parts of which area lie in which other one. Every number carried across keeps its sum; what could not be carried, and how
many residents are counted in a place where they do not live, is told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


class FitError(ValueError):
    """A lookup cannot be used; the message says which row or code, and what to do."""


@dataclass(frozen=True)
class Lookup:
    """Parts of areas: area → other area → its share (adding up to one for each area). `source` and `target` name what kind of
    area, with its year (`lsoa11`, `ward24`)."""

    source: str
    target: str
    parts: Mapping[str, Mapping[str, float]]

    def whole(self) -> int:
        """How many areas lie in one other area."""
        return sum(len(parts) == 1 for parts in self.parts.values())

    def best(self) -> dict[str, str]:
        """For each area the other area that most of it lies in; of equals the first by code."""
        return {area: min(parts, key=lambda code: (-parts[code], code)) for area, parts in self.parts.items()}


@dataclass(frozen=True)
class Cost:
    """What a best fit costs: areas that lie in one place, areas cut apart, and the share of residents (where they are given, else of
    areas) who are counted in a place where they do not live. `worst` are the places with the highest such share."""

    whole: int
    cut: int
    misplaced: float
    worst: tuple[tuple[str, float], ...]
    by_residents: bool = True

    def say(self) -> str:
        """The cost as a sentence."""
        if not self.cut:
            return f"All {self.whole:,} areas lie within one place; nothing is lost."
        wrong = (
            "of residents are counted in a place where they do not live"
            if self.by_residents
            else "of the areas' parts are counted in a place where they do not lie"
        )
        far = ", ".join(f"{code} {share:.1%}" for code, share in self.worst[:3])
        return (
            f"{self.whole:,} areas lie within one place, {self.cut:,} are cut by a boundary and counted where most of them lies: "
            f"{self.misplaced:.2%} {wrong}; most of all in {far}."
        )


def make_lookup(source: str, target: str, rows: Iterable[tuple[str, str, float]]) -> Lookup:
    """A lookup from rows of (area, other area, size of the part). Sizes are residents, homes or postcodes; equal where not known.

    Raises FitError for a size that is not a positive number, or without any row.
    """
    sizes: dict[str, dict[str, float]] = defaultdict(dict)
    for area, other, size in rows:
        if not area or not other:
            raise FitError(f"A row of the lookup {source} to {target} lacks a code: {area!r}, {other!r}.")
        if not size > 0:
            raise FitError(
                f"The part of {area} in {other} has the size {size}; it must be more than nothing. Leave such rows out."
            )
        sizes[area][other] = sizes[area].get(other, 0.0) + size
    if not sizes:
        raise FitError(f"The lookup {source} to {target} has no rows.")
    parts = {
        area: {code: size / sum(found.values()) for code, size in sorted(found.items())}
        for area, found in sorted(sizes.items())
    }
    return Lookup(source, target, parts)


def carry_counts(values: Mapping[str, float], lookup: Lookup) -> tuple[dict[str, float], float]:
    """Counts (people, crimes) of areas, shared out to the other areas by the size of the parts; and what could not be carried,
    because its area is not in the lookup. Carried and not carried add up to what was given."""
    found: dict[str, float] = defaultdict(float)
    lost = 0.0
    for area, value in values.items():
        parts = lookup.parts.get(area)
        if parts is None:
            lost += value
            continue
        for other, share in parts.items():
            found[other] += value * share
    return dict(sorted(found.items())), lost


def carry_rates(values: Mapping[str, float], sizes: Mapping[str, float], lookup: Lookup) -> dict[str, float]:
    """Rates or scores of areas as means of the other areas, weighted by the residents (`sizes`) who bring them. An other area none
    of whose parts has a value has none."""
    weighted, _ = carry_counts({area: value * sizes.get(area, 0.0) for area, value in values.items()}, lookup)
    weights, _ = carry_counts({area: sizes.get(area, 0.0) for area in values}, lookup)
    return {area: weighted[area] / weights[area] for area in weighted if weights[area]}


def cost_of_fit(lookup: Lookup, residents: Mapping[str, float] | None = None) -> Cost:
    """What it costs to count each area where most of it lies."""
    best = lookup.best()
    wrong: dict[str, float] = defaultdict(float)
    counted: dict[str, float] = defaultdict(float)
    for area, parts in lookup.parts.items():
        people = residents.get(area, 0.0) if residents is not None else 1.0
        counted[best[area]] += people
        wrong[best[area]] += people * (1 - parts[best[area]])
    whole = lookup.whole()
    everybody = sum(counted.values())
    worst = sorted(
        ((code, wrong[code] / counted[code]) for code in wrong if counted[code] and wrong[code]),
        key=lambda one: (-one[1], one[0]),
    )
    share = sum(wrong.values()) / everybody if everybody else 0.0
    return Cost(whole, len(lookup.parts) - whole, share, tuple(worst), residents is not None)
