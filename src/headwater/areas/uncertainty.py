"""How far may chance alone have moved a count? The exact interval of Poisson's law."""

from __future__ import annotations


def count_interval(count: float, sureness: float = 0.95) -> tuple[float, float]:
    """The means for which this count would be no surprise (Garwood, Fiducial limits for the Poisson distribution, Biometrika 28, 1936).
    Raises ValueError for a count below nothing."""
    from scipy.stats import chi2

    if count < 0:
        raise ValueError(f"A count cannot be {count:g}.")
    tail = (1 - sureness) / 2
    low = float(chi2.ppf(tail, 2 * count) / 2) if count else 0.0
    return low, float(chi2.ppf(1 - tail, 2 * count + 2) / 2)
