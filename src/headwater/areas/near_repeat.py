"""Does one event make another near it more likely? Knox's test: pairs close in space and time, against shuffled times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from headwater.engine import Progress

Numbers = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Knox:
    """A table of distance bands (rows) by time bands (columns): how many pairs, how many are expected if times had nothing to do
    with places, their `ratio`, and `p`: the share of shuffles with at least as many (one-sided, the observed counted as one).

    `removed` is how many events were left out because they are the same occurrence twice.
    """

    pairs: Ints
    expected: Numbers
    ratio: Numbers
    p: Numbers
    events: int
    removed: int


def once_each(occurrence: Sequence[object]) -> Ints:
    """The places of the first row of each occurrence. Rows of one occurrence (two victims, two crimes recorded) are no repeat: left
    in, they turn a weak effect into a strong one."""
    seen: dict[object, int] = {}
    for number, name in enumerate(occurrence):
        seen.setdefault(name, number)
    return np.array(sorted(seen.values()), np.int64)


def knox(
    x: npt.ArrayLike, y: npt.ArrayLike, day: npt.ArrayLike, *, metres: Sequence[float], days: Sequence[float],
    occurrence: Sequence[object] | None = None, shuffles: int = 999, seed: int = 1, progress: Progress = lambda stage, done, total: None,
) -> Knox:  # fmt: skip
    """Knox's test (The detection of space-time interactions, Applied Statistics 13, 1964) with times permuted over places.

    `x`, `y` in metres on a plane (easting, northing), `day` as numbers. `metres` and `days` are upper ends of bands: (100, 200)
    means up to 100, and more than 100 up to 200. `occurrence` names what happened: of rows with one name only the first counts.
    Raises ValueError for bands that do not rise, fewer than three events or coordinates that are missing.
    """
    places = np.column_stack((np.asarray(x, np.float64), np.asarray(y, np.float64)))
    times = np.asarray(day, np.float64)
    for name, ends in (("metres", metres), ("days", days)):
        if not len(ends) or any(b <= a for a, b in pairwise(ends)) or ends[0] < 0:
            raise ValueError(f"The bands of {name} must rise: {list(ends)}.")
    whole = len(times)
    if occurrence is not None:
        kept = once_each(occurrence)
        places, times = places[kept], times[kept]
    if not np.isfinite(places).all() or not np.isfinite(times).all():
        raise ValueError("An event has no place or no day. Leave it out first, and say how many were left out.")
    if len(times) < 3:
        raise ValueError(f"{len(times)} events are too few for a test.")
    near = cKDTree(places).query_pairs(float(metres[-1]), output_type="ndarray")
    apart = np.hypot(*(places[near[:, 0]] - places[near[:, 1]]).T)
    row = np.searchsorted(np.asarray(metres, np.float64), apart, side="left")
    inside = row < len(metres)
    left, right, row = near[inside, 0], near[inside, 1], row[inside]
    observed = _count(times, left, right, row, metres, days)
    generator = np.random.default_rng(seed)
    total = np.zeros(observed.shape)
    reached = np.ones(observed.shape)
    for number in range(shuffles):
        progress("shuffling times over places", number, shuffles)
        found = _count(generator.permutation(times), left, right, row, metres, days)
        total += found
        reached += found >= observed
    expected = total / max(shuffles, 1)
    ratio = np.divide(observed, expected, out=np.full(observed.shape, np.nan), where=expected > 0)
    return Knox(observed, expected, ratio, reached / (shuffles + 1), len(times), whole - len(times))


def _count(times: Numbers, left: Ints, right: Ints, row: Ints, metres: Sequence[float], days: Sequence[float]) -> Ints:
    gap = np.abs(times[left] - times[right])
    column = np.searchsorted(np.asarray(days, np.float64), gap, side="left")
    inside = column < len(days)
    cell = row[inside] * len(days) + column[inside]
    counted: Ints = (
        np.bincount(cell, minlength=len(metres) * len(days)).reshape(len(metres), len(days)).astype(np.int64)
    )
    return counted
