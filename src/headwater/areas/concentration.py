"""What share of demand comes from what share of places? Concentration, with what chance alone would give beside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Concentration:
    """Places ordered by demand, most first: `places` and `demand` are running shares (0 to 1) of both. `gini` is 0 when every place
    has the same demand and near 1 when one has all; `by_chance` is what it would be had as many events fallen at random."""

    places: Numbers
    demand: Numbers
    gini: float
    by_chance: float

    def share_of_places(self, of_demand: float) -> float:
        """The smallest share of places that holds at least this share of demand."""
        return float(self.places[int(np.searchsorted(self.demand, of_demand - 1e-12))])

    def share_of_demand(self, of_places: float) -> float:
        """The share of demand that the busiest this share of places holds."""
        return float(np.interp(of_places, np.concatenate(([0.0], self.places)), np.concatenate(([0.0], self.demand))))


def concentrate(counts: npt.ArrayLike, *, draws: int = 200, seed: int = 1) -> Concentration:
    """Concentration of counts over all places that could have any (those with none belong in the list).

    Few events over many places look concentrated by chance alone (Bernasco and Steenbeek, More places than crimes, Journal of
    Quantitative Criminology 33, 2017), hence `by_chance`. Raises ValueError without places or without any event.
    """
    values = np.asarray(counts, np.float64)
    if not len(values) or (values < 0).any() or not values.sum():
        raise ValueError("There must be at least one place and one event, and no count below nothing.")
    ordered = np.sort(values)[::-1]
    demand = np.cumsum(ordered) / ordered.sum()
    places = np.arange(1, len(values) + 1) / len(values)
    generator = np.random.default_rng(seed)
    events = round(float(values.sum()))
    chance = [
        _gini(generator.multinomial(events, np.full(len(values), 1 / len(values))).astype(np.float64))
        for _ in range(draws)
    ]
    return Concentration(places, demand, _gini(values), float(np.mean(chance)) if chance else float("nan"))


def _gini(values: Numbers) -> float:
    ordered = np.sort(values)
    size = len(ordered)
    rank = np.arange(1, size + 1)
    return float(((2 * rank - size - 1) * ordered).sum() / (size * ordered.sum()))
