"""What kinds of places do the numbers themselves suggest? A k-means description, with how stable and how clear it is.

It describes and nothing more: groups from statistics change with scaling and with chance, so they never feed posts. The method
follows the Output Area Classification: inverse hyperbolic sine, range 0 to 1, many starts (Gale and others, Creating the 2011
area classification for output areas, Journal of Spatial Information Science 12, 2016).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score
from threadpoolctl import threadpool_limits

Numbers = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

STARTS = 50
"""With fewer, another seed gives other groups (measured: single starts agree with the best at 0.58 only)."""

CLEAR, MIDDLING = 0.5, 0.25
"""Silhouettes from which groups are called clear, or at least visible (Kaufman and Rousseeuw 1990)."""


@dataclass(frozen=True)
class Description:
    """The `group` (0 to k-1, the largest first) of each area and how far each group's centre lies from the mean of all areas, in
    standard deviations, by measure.

    `silhouette` (-1 to 1) tells how clearly groups stand apart, `stability` the adjusted Rand index of refits on areas drawn
    anew with replacement: median and least. `words` say each group in its most unusual measures.
    """

    measures: tuple[str, ...]
    group: Ints
    sizes: tuple[int, ...]
    centres: Numbers
    silhouette: float
    stability: float
    least_stability: float
    words: tuple[str, ...]

    @property
    def caution(self) -> str:
        """What a reader must know before using the groups."""
        clear = (
            "The groups stand well apart." if self.silhouette >= CLEAR
            else "The groups shade into each other." if self.silhouette >= MIDDLING
            else "There are no clear groups: places differ by degree, and the lines between the groups are drawn by the method."
        )  # fmt: skip
        return f"{clear} Drawn again from other areas the groups agree at {self.stability:.2f} (1 would be the same). They describe; they set no posts."


def scale(values: Numbers) -> Numbers:
    """Each column through the inverse hyperbolic sine, then to the range 0 to 1; a column without a spread becomes 0."""
    bent = np.arcsinh(values)
    low, high = bent.min(axis=0), bent.max(axis=0)
    spread = high - low
    return np.asarray(np.divide(bent - low, spread, out=np.zeros_like(bent), where=spread > 0))


def describe(
    values: npt.ArrayLike,
    measures: Sequence[str],
    groups: int,
    *,
    seed: int = 1,
    starts: int = STARTS,
    refits: int = 20,
) -> Description:
    """Describe areas (rows of `values`, one column for each of `measures`) by `groups` groups; the same seed gives the same groups.

    Raises ValueError for a missing value, fewer than two groups, or fewer areas than groups.
    """
    table = np.asarray(values, np.float64)
    if table.ndim != 2 or table.shape[1] != len(measures):
        raise ValueError(f"There must be one column for each of the {len(measures)} measures.")
    if not np.isfinite(table).all():
        row, column = map(int, np.argwhere(~np.isfinite(table))[0])
        raise ValueError(f"Area {row} has no value of {measures[column]}. Leave out the area or the measure.")
    if groups < 2 or len(table) <= groups:
        raise ValueError(f"{len(table)} areas cannot be described by {groups} groups.")
    scaled = scale(table)
    with threadpool_limits(1):  # Small steps: threads would wait for each other longer than they work.
        return _describe(table, scaled, measures, groups, seed, starts, refits)


def _describe(
    table: Numbers, scaled: Numbers, measures: Sequence[str], groups: int, seed: int, starts: int, refits: int
) -> Description:
    model = KMeans(groups, n_init=starts, random_state=seed).fit(scaled)
    order = np.argsort(-np.bincount(model.labels_, minlength=groups), kind="stable")
    place = np.empty(groups, np.int64)
    place[order] = np.arange(groups)
    group = place[model.labels_]
    deviation = table.std(axis=0)
    centres = np.stack([(table[group == number].mean(axis=0) - table.mean(axis=0)) for number in range(groups)])
    centres = np.divide(centres, deviation, out=np.zeros_like(centres), where=deviation > 0)
    generator = np.random.default_rng(seed)
    agree = []
    for _ in range(refits):
        drawn = generator.integers(0, len(scaled), len(scaled))
        again = KMeans(groups, n_init=max(1, starts // 5), random_state=seed).fit(scaled[drawn])
        agree.append(adjusted_rand_score(model.labels_, again.predict(scaled)))
    sample = min(len(scaled), 5000)
    return Description(
        tuple(measures), group, tuple(np.bincount(group, minlength=groups).tolist()), centres,
        float(silhouette_score(scaled, model.labels_, sample_size=sample, random_state=seed)),
        float(np.median(agree)) if agree else float("nan"), float(np.min(agree)) if agree else float("nan"),
        tuple(_say(centre, measures) for centre in centres),
    )  # fmt: skip


def _say(centre: Numbers, measures: Sequence[str]) -> str:
    unusual = [
        number for number in np.argsort(-np.abs(centre), kind="stable")[:3].tolist() if abs(centre[number]) >= 0.5
    ]
    if not unusual:
        return "near the middle in everything"
    return ", ".join(
        f"{'much ' if abs(centre[n]) >= 1.5 else ''}{'more' if centre[n] > 0 else 'less'} {measures[n]}"
        for n in unusual
    )
