"""How much does a place need? What makes life hard there times who lives there, and the work that it brings; and how sure.

Need is a share: the needs of all places add up to one. It is a mixture of two shares, of *hardship* (a score of deprivation, with
weights that a planner sets and publishes, times the residents) and of *workload* (minutes of officers' time). Crime should be in
one of the two only, or it counts twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from headwater.areas.allocation import WEBSTER, Group, Place, allot_many
from headwater.areas.deprivation import WEIGHTS, exponential

Numbers = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

WITHOUT_CRIME = {name: weight for name, weight in WEIGHTS.items() if name != "crime"}
"""The published weights without crime, for where workload counts it."""


CRIME_NOWHERE = (
    "Crime: it has no weight in hardship, and work counts for nothing, so no crime is in need. That may be meant; if not, give it a weight, or "
    "let work count."
)
"""What is said of a need that leaves crime out altogether."""


class NeedError(ValueError):
    """What was given does not make a need: the message says what and what to do."""


@dataclass(frozen=True)
class Recipe:
    """How need is mixed: `weights` of the domains, and the `workload_share` (0 to 1) of the whole."""

    weights: Mapping[str, float]
    workload_share: float = 0.5

    def double_counts_crime(self) -> bool:
        """Whether crime counts in the score and again in the workload."""
        return self.weights.get("crime", 0) > 0 and self.workload_share > 0

    def leaves_out_crime(self) -> bool:
        """Whether crime counts neither in the score nor in the workload."""
        return not self.weights.get("crime", 0) and not self.workload_share


@dataclass(frozen=True)
class SmallAreas:
    """What is known of small areas: which place each lies in (its number), its ranks among `country` areas by domain, residents
    and minutes of work. Arrays of one length."""

    place: Ints
    ranks: Mapping[str, Ints]
    country: int
    residents: Numbers
    minutes: Numbers

    def check(self) -> None:
        """Raise NeedError where lengths differ or numbers are missing or negative."""
        for name, values in (("residents", self.residents), ("minutes", self.minutes), *self.ranks.items()):
            if len(values) != len(self.place):
                raise NeedError(f"There are {len(self.place)} areas and {len(values)} values of {name}.")
            if not np.isfinite(np.asarray(values, np.float64)).all() or (np.asarray(values) < 0).any():
                raise NeedError(
                    f"A value of {name} is missing or below nothing. Leave the area out, and say so, or fill it."
                )


def need_of(areas: SmallAreas, recipe: Recipe, places: int) -> Numbers:
    """The share of all need of each of `places` places.

    Raises NeedError for weights or a share that cannot be, and where nobody lives anywhere or no work is known but wanted.
    """
    areas.check()
    return _mix(
        *_parts(areas, list(recipe.weights), places), np.array(list(recipe.weights.values())), recipe.workload_share
    )


def hardship_of(areas: SmallAreas, recipe: Recipe, places: int) -> Numbers:
    """The score of deprivation by the recipe's weights (0 to 100) times residents, summed over each of `places` places."""
    weights = np.array(list(recipe.weights.values()), np.float64)
    return np.asarray(weights @ _parts(areas, list(recipe.weights), places)[0] / weights.sum())


def _parts(areas: SmallAreas, domains: Sequence[str], places: int) -> tuple[Numbers, Numbers]:
    """Hardship by domain (rows) and place, and minutes of work by place."""
    if missing := [name for name in domains if name not in areas.ranks]:
        raise NeedError(f"There are no ranks for {', '.join(missing)}.")
    hardship = np.stack(
        [
            np.bincount(areas.place, exponential(areas.ranks[name], areas.country) * areas.residents, minlength=places)
            for name in domains
        ]
    )
    work: Numbers = np.bincount(areas.place, areas.minutes, minlength=places).astype(np.float64)
    return hardship.astype(np.float64), work


def _mix(hardship: Numbers, minutes: Numbers, weights: Numbers, workload: float) -> Numbers:
    if not 0 <= workload <= 1:
        raise NeedError(f"The share of workload is {workload}; it must lie between 0 and 1.")
    if not np.isfinite(weights).all() or (weights < 0).any() or not weights.any():
        raise NeedError("Weights must be numbers that are not negative, and one at least more than nothing.")
    score = weights @ hardship
    if workload < 1 and not score.sum():
        raise NeedError("Nobody lives in any of the areas, so there is no hardship to share.")
    if workload > 0 and not minutes.sum():
        raise NeedError("No minutes of work are known. Give them, or set the share of workload to 0.")
    share = np.zeros_like(minutes)
    if workload < 1:
        share += (1 - workload) * score / score.sum()
    if workload > 0:
        share += workload * minutes / minutes.sum()
    return share


def draw_needs(
    areas: SmallAreas, recipe: Recipe, places: int, *, draws: int = 500, spread: float = 40.0, seed: int = 1
) -> Numbers:
    """The share of all need by draw (rows) and place (columns), the weights drawn anew in each. Weights come from a Dirichlet
    distribution about the recipe's own (`spread` is its concentration: 40 moves a weight of 0.2 by about 0.06), the share of
    workload from the beta distribution about its own; what is 0 stays 0. The same seed gives the same draws. Raises NeedError."""
    if draws < 1 or spread <= 0:
        raise NeedError(
            f"{draws} draws with a spread of {spread:g}: there must be one draw or more, and a spread above 0."
        )
    areas.check()
    hardship, minutes = _parts(areas, list(recipe.weights), places)
    own = np.array(list(recipe.weights.values()), np.float64)
    _mix(hardship, minutes, own, recipe.workload_share)  # Whether they can be mixed is told before anything is drawn.
    generator = np.random.default_rng(seed)
    some = own > 0
    found = np.empty((draws, places))
    for draw in range(draws):
        weights = np.zeros_like(own)
        weights[some] = generator.dirichlet(own[some] / own.sum() * spread)
        share = recipe.workload_share
        if 0 < share < 1:
            share = float(generator.beta(share * spread, (1 - share) * spread))
        found[draw] = _mix(hardship, minutes, weights, share)
    return found


@dataclass(frozen=True)
class Sensitivity:
    """What posts do when weights change: for each place the posts of the recipe itself, the least and most of nine draws in ten
    (5th to 95th percentile), and the shares of draws with just as many as the recipe gives (`same`), with `more` and with `fewer`."""

    posts: Ints
    low: Ints
    high: Ints
    same: Numbers
    more: Numbers
    fewer: Numbers
    draws: int


def sensitivity(
    areas: SmallAreas, recipe: Recipe, places: Sequence[Place], posts: int, *, groups: Sequence[Group] = (),
    draws: int = 500, spread: float = 40.0, seed: int = 1, method: str = WEBSTER,
) -> Sensitivity:  # fmt: skip
    """How much an allocation depends on the weights: for each draw of `draw_needs` the posts are given out anew."""
    base = allot_many(places, need_of(areas, recipe, len(places))[None, :], posts, groups=groups, method=method)[0]
    drawn = draw_needs(areas, recipe, len(places), draws=draws, spread=spread, seed=seed)
    found = allot_many(places, drawn, posts, groups=groups, method=method)
    low, high = np.percentile(found, [5, 95], axis=0, method="nearest").astype(np.int64)
    shares = ((found == base).mean(axis=0), (found > base).mean(axis=0), (found < base).mean(axis=0))
    return Sensitivity(base, low, high, *shares, draws)
