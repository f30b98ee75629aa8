"""Where do counts pile up? Getis and Ord's Gi* over neighbouring areas, with control of false discoveries, and counts with decay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class HotSpots:
    """For each area `z` (how far the sum over it and its neighbours lies above what chance gives, in standard deviations), `p`
    (two-sided) and `q` (p after Benjamini and Hochberg: of all areas with q up to 0.05 one in twenty is expected to be
    chance). `neighbours` is how many areas touch it, `spread` how much the sum over it and its neighbours must grow to raise z by one."""

    z: Numbers
    p: Numbers
    q: Numbers
    neighbours: npt.NDArray[np.int64]
    spread: Numbers

    def hot(self, level: float = 0.05) -> npt.NDArray[np.bool_]:
        """The areas where more piles up than chance allows, false discoveries controlled."""
        return np.asarray((self.q <= level) & (self.z > 0))


def gi_star(values: npt.ArrayLike, touching: csr_array) -> HotSpots:
    """Gi* of each area (Ord and Getis, Local spatial autocorrelation statistics, Geographical Analysis 27, 1995) with weight 1 for
    the area itself and for each that touches it.

    `values` should be counts, or rates that are shrunk: one extreme rate of a place with few residents hides all others.
    Raises ValueError when sizes differ, a value is missing, or all values are the same.
    """
    x = np.asarray(values, np.float64)
    size = len(x)
    if touching.shape != (size, size):
        raise ValueError(f"There are {size} values, and neighbours of {touching.shape[0]} areas.")
    if not np.isfinite(x).all():
        raise ValueError("A value is missing. Leave the area out of both, or give it a value.")
    mean = x.mean()
    deviation = np.sqrt((x**2).mean() - mean**2)
    if size < 3 or deviation == 0:
        raise ValueError("All values are the same, so nothing piles up anywhere.")
    from scipy.sparse import eye_array
    from scipy.stats import false_discovery_control, norm

    weights = (touching + eye_array(size, format="csr")).tocsr()
    weights.data[:] = 1.0
    count = np.asarray(weights.sum(axis=1)).ravel()
    spread = deviation * np.sqrt((size * count - count**2) / (size - 1))
    above = weights @ x - mean * count
    z = np.divide(above, spread, out=np.zeros(size), where=spread > 0)
    p = 2 * norm.sf(np.abs(z))
    return HotSpots(z, p, false_discovery_control(p), count.astype(np.int64) - 1, spread)


def decayed(days_ago: npt.ArrayLike, area: npt.ArrayLike, areas: int, half_life: float) -> Numbers:
    """For each of `areas` areas the sum of its events, one `half_life` (days) ago counting half. Events of the future do not count."""
    age, where = np.asarray(days_ago, np.float64), np.asarray(area, np.int64)
    if half_life <= 0:
        raise ValueError("The half-life must be more than no days.")
    there = age >= 0
    counted: Numbers = np.bincount(where[there], np.exp2(-age[there] / half_life), minlength=areas).astype(np.float64)
    return counted
