"""How is an index of deprivation put together from its domains? The published formula, and the same with other weights.

The Indices of Deprivation of England rank every small area in seven domains, turn each rank into an exponential score and add
these by weight (McLennan and others, The English Indices of Deprivation 2019: technical report, MHCLG, chapters 3 and 4; the
2025 index keeps formula and weights). So the index can be built again from the ranks, and built differently: without the
domain of crime, where crime is counted by a force's own figures already.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Ranks = npt.NDArray[np.int64]

DOMAINS = {
    "income": "Income",
    "employment": "Employment",
    "education": "Education, skills and training",
    "health": "Health deprivation and disability",
    "crime": "Crime",
    "housing": "Barriers to housing and services",
    "environment": "Living environment",
}
"""The seven domains by their short names."""

WEIGHTS = {
    "income": 0.225, "employment": 0.225, "education": 0.135, "health": 0.135, "crime": 0.093, "housing": 0.093, "environment": 0.093,
}  # fmt: skip
"""The published weights of 2019 and 2025. They add up to 0.999, as published."""

SCALE = 23.0
"""Makes a tenth of the areas, the most deprived, take the upper half of the scores from 0 to 100."""


class DeprivationError(ValueError):
    """Ranks or weights that cannot be: the message says which and what is wanted."""


def exponential(rank: npt.ArrayLike, areas: int) -> Numbers:
    """The score (0 to 100) of rank 1 (most deprived) to `areas`; the higher, the more deprived. NaN stays NaN."""
    share = (areas - np.asarray(rank, np.float64) + 1) / areas
    return np.asarray(-SCALE * np.log1p(-share * -math.expm1(-100 / SCALE)))


def rebuild(ranks: Mapping[str, npt.ArrayLike], weights: Mapping[str, float] = WEIGHTS) -> Numbers:
    """The score of each area from its ranks in the domains (name → rank of each area among all areas of the country).

    Weights need not add up to one: they are taken by their share, of the published sum where they are the published ones.
    Raises DeprivationError for an unknown domain, a negative weight or no weight at all, ranks of unequal length, or ranks
    that are not 1 to the number of areas.
    """
    if unknown := sorted(set(weights) - set(ranks)):
        raise DeprivationError(f"There are no ranks for {', '.join(unknown)}. There are: {', '.join(sorted(ranks))}.")
    if any(not math.isfinite(weight) or weight < 0 for weight in weights.values()) or not any(weights.values()):
        raise DeprivationError(
            "Weights must be numbers that are not negative, and at least one must be more than nothing."
        )
    columns = {name: np.asarray(ranks[name], np.float64) for name in weights}
    lengths = {len(column) for column in columns.values()}
    if len(lengths) != 1:
        raise DeprivationError("The domains have ranks for different numbers of areas.")
    areas = lengths.pop()
    for name, column in columns.items():
        if not areas or np.isnan(column).any() or column.min() < 1 or column.max() > areas:
            raise DeprivationError(
                f"The ranks of {name} must lie between 1 and {areas}, the number of areas: give the whole country, not a part."
            )
    total = np.zeros(areas)
    for name, weight in weights.items():
        total += weight * exponential(columns[name], areas)
    scale = sum(WEIGHTS.values()) / sum(weights.values())
    return np.asarray(total * scale)


def rank_of(score: npt.ArrayLike) -> Ranks:
    """Rank 1 for the highest score (most deprived). Equal scores keep the order in which they come."""
    values = np.asarray(score, np.float64)
    ranks = np.empty(len(values), np.int64)
    ranks[np.argsort(-values, kind="stable")] = np.arange(1, len(values) + 1)
    return ranks


def ends_of_tenths(areas: int) -> Ranks:
    """The last rank of each of the first nine tenths, as published: the areas are cut into ten parts as equal as can be."""
    return np.arange(1, 10) * areas // 10  # Of 32,844 areas they end at 3,284, 6,568, 9,853 …


def tenth_of(rank: npt.ArrayLike, areas: int) -> Ranks:
    """The tenth (1: most deprived) that a rank lies in, as published."""
    ends = ends_of_tenths(areas)
    return np.asarray(np.searchsorted(ends, np.asarray(rank, np.float64), side="left") + 1, np.int64)
