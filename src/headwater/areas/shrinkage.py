"""What does a small count really say? Rates drawn towards the whole, the more so the fewer people stand behind them.

Empirical Bayes by the method of moments (Marshall, Mapping disease and mortality rates using empirical Bayes estimators, Applied
Statistics 40, 1991): no shape of distribution is assumed beyond its mean and variance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Shrunk:
    """`rate` drawn towards `whole`; `weight` is how much of the area's own rate stayed (1: all). `low` and `high` enclose the
    true rate with 95 % probability under a gamma distribution with the same mean and variance."""

    rate: Numbers
    weight: Numbers
    low: Numbers
    high: Numbers
    whole: float


def shrink(counts: npt.ArrayLike, exposure: npt.ArrayLike) -> Shrunk:
    """Rates of events for each unit of exposure (people, homes), one for each area; exposure 0 gives the whole's rate.

    Raises ValueError for negative numbers or nothing at all exposed.
    """
    events, people = np.asarray(counts, np.float64), np.asarray(exposure, np.float64)
    if events.shape != people.shape or events.ndim != 1:
        raise ValueError("Counts and exposure must be two lists of the same length.")
    if (events < 0).any() or (people < 0).any() or not np.isfinite(events).all() or not np.isfinite(people).all():
        raise ValueError("Counts and exposure must be numbers that are not negative.")
    if not people.sum():
        raise ValueError("Nobody is exposed anywhere, so there is no rate.")
    whole = events.sum() / people.sum()
    there = people > 0
    own = np.divide(events, people, out=np.full_like(events, whole), where=there)
    spread = (people * (own - whole) ** 2).sum() / people.sum()
    between = max(0.0, spread - whole / people[there].mean())
    chance = np.divide(whole, people, out=np.full_like(people, np.inf), where=there)
    weight = between / (between + chance) if between > 0 else np.zeros_like(people)
    rate = whole + weight * (own - whole)
    # Gamma prior with the same mean and variance: shape a, rate b; with events seen, a + events and b + exposure.
    if between > 0 and whole > 0:
        from scipy.stats import gamma

        shape, per = whole**2 / between, whole / between
        low, high = (gamma.ppf(share, shape + events, scale=1 / (per + people)) for share in (0.025, 0.975))
    else:
        low = high = np.full_like(own, whole)
    return Shrunk(rate, weight, np.asarray(low), np.asarray(high), float(whole))
