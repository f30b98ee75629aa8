"""Is need what was published, and does an allocation say how much it depends on the weights?"""

from __future__ import annotations

import numpy as np
import pytest

from headwater.areas.allocation import Place
from headwater.areas.deprivation import DOMAINS, WEIGHTS, exponential
from headwater.areas.need import WITHOUT_CRIME, NeedError, Recipe, SmallAreas, need_of, sensitivity


def _areas(areas: int = 240, places: int = 24, seed: int = 4) -> SmallAreas:
    rng = np.random.default_rng(seed)
    ranks = {name: rng.permutation(areas) + 1 for name in DOMAINS}
    return SmallAreas(
        rng.integers(0, places, areas),
        ranks,
        areas,
        rng.integers(900, 2500, areas).astype(float),
        rng.gamma(2, 500, areas),
    )


def test_need_is_a_share_and_mixes_as_written() -> None:
    areas = _areas()
    found = need_of(areas, Recipe(WITHOUT_CRIME, 0.3), 24)
    score = (
        sum(weight * exponential(areas.ranks[name], 240) for name, weight in WITHOUT_CRIME.items()) * areas.residents
    )
    for place in range(24):
        here = areas.place == place
        assert found[place] == pytest.approx(
            0.7 * score[here].sum() / score.sum() + 0.3 * areas.minutes[here].sum() / areas.minutes.sum()
        )
    assert found.sum() == pytest.approx(1)


def test_counting_crime_twice_is_noticed() -> None:
    assert Recipe(WEIGHTS, 0.5).double_counts_crime()
    assert not Recipe(WEIGHTS, 0).double_counts_crime()
    assert not Recipe(WITHOUT_CRIME, 0.5).double_counts_crime()


def test_sensitivity_holds_the_recipe_and_is_the_same_again() -> None:
    areas, places = _areas(), [Place(f"w{n:02}", f"Ward {n}", 0, floor=2) for n in range(24)]
    found = sensitivity(areas, Recipe(WITHOUT_CRIME, 0.4), places, 120, draws=80)
    again = sensitivity(areas, Recipe(WITHOUT_CRIME, 0.4), places, 120, draws=80)
    assert found.posts.sum() == 120
    assert (found.low <= found.high).all()
    assert (found.low >= 2).all()
    assert (found.posts == again.posts).all()
    assert (found.same == again.same).all()
    steady = sensitivity(areas, Recipe(WITHOUT_CRIME, 0.4), places, 120, draws=80, spread=1e7)
    assert steady.same.min() > 0.5
    assert steady.same.mean() > found.same.mean()


@pytest.mark.parametrize(
    ("change", "recipe", "words"),
    [
        ({}, Recipe({"income": 1}, 1.5), "between 0 and 1"),
        ({}, Recipe({"income": 0}, 0.5), "more than nothing"),
        ({}, Recipe({"weather": 1}, 0.5), "no ranks for weather"),
        ({"minutes": np.zeros(240)}, Recipe({"income": 1}, 0.5), "No minutes of work"),
        ({"residents": np.zeros(240)}, Recipe({"income": 1}, 0.5), "Nobody lives"),
        ({"residents": np.full(240, np.nan)}, Recipe({"income": 1}, 0.5), "residents is missing"),
        ({"minutes": np.zeros(3)}, Recipe({"income": 1}, 0.5), "240 areas and 3 values of minutes"),
    ],
)
def test_what_does_not_make_a_need_is_told(change: dict, recipe: Recipe, words: str) -> None:
    areas = SmallAreas(**{**_areas().__dict__, **change})
    with pytest.raises(NeedError, match=words):
        need_of(areas, recipe, 24)
