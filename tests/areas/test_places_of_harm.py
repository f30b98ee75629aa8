"""Do the statistics of places agree with their textbooks? Gi*, Knox, shrinkage, concentration, each against a second way."""

from __future__ import annotations

import itertools
import json
import math
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from headwater.areas.concentration import concentrate
from headwater.areas.hotspots import decayed, gi_star
from headwater.areas.near_repeat import knox
from headwater.areas.neighbours import touching
from headwater.areas.shrinkage import shrink

OPEN = Path(__file__).resolve().parents[3] / "shared" / "data" / "areas"


def _grid(side: int) -> tuple[list[shapely.Polygon], csr_array]:
    squares = [shapely.box(x, y, x + 1, y + 1) for y in range(side) for x in range(side)]
    return squares, touching(squares)


def test_squares_touch_at_edges_and_corners() -> None:
    _, found = _grid(3)
    assert np.asarray(found.sum(axis=1)).ravel().tolist() == [3, 5, 3, 5, 8, 5, 3, 5, 3]


def test_the_small_areas_of_the_west_midlands_touch_as_measured() -> None:
    path = OPEN / "wm_lsoa11_bgc.geojson"
    if not path.exists():
        pytest.skip("the outlines of the West Midlands are not on this machine")
    shapes = [shapely.from_geojson(json.dumps(one["geometry"])) for one in json.loads(path.read_text())["features"]]
    found = touching(shapes)
    count = np.asarray(found.sum(axis=1)).ravel()
    assert len(count) == 1680
    assert count.min() > 0
    assert count.mean() == pytest.approx(5.85, abs=0.01)


def test_gi_star_is_the_textbook_formula() -> None:
    rng = np.random.default_rng(1)
    _, weights = _grid(9)
    x = rng.poisson(5, 81).astype(float)
    x[[30, 31, 32, 39, 40, 41]] += 30
    found = gi_star(x, weights)
    dense = weights.toarray() + np.eye(81)
    size, mean = 81, sum(x) / 81
    s = math.sqrt(sum(value * value for value in x) / size - mean * mean)
    for area in range(size):
        w = dense[area]
        above = sum(w * x) - mean * sum(w)
        below = s * math.sqrt((size * sum(w * w) - sum(w) ** 2) / (size - 1))
        assert found.z[area] == pytest.approx(above / below, abs=1e-12)
    assert found.hot()[40]
    assert (found.q >= found.p).all()


def test_false_discoveries_are_controlled_where_nothing_piles_up() -> None:
    _, weights = _grid(20)
    hot = [gi_star(np.random.default_rng(seed).poisson(30, 400), weights).hot().any() for seed in range(100)]
    assert sum(hot) <= 12  # one in twenty is allowed


@pytest.mark.parametrize(
    ("values", "words"), [([1.0] * 9, "the same"), ([1.0, math.nan, *[2.0] * 7], "missing"), ([1.0], "1 values")]
)
def test_values_without_a_spread_are_told(values: list[float], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        gi_star(values, _grid(3)[1])


def test_knox_counts_as_a_plain_loop_does_and_leaves_repeated_rows_out() -> None:
    rng = np.random.default_rng(3)
    x, y, day = rng.uniform(0, 900, 60), rng.uniform(0, 900, 60), rng.integers(0, 40, 60)
    metres, days = (100.0, 250.0), (0.0, 7.0, 14.0)
    twice = np.concatenate((np.arange(60), [4, 4, 9]))
    found = knox(x[twice], y[twice], day[twice], metres=metres, days=days, occurrence=twice.tolist(), shuffles=99)
    by_hand = np.zeros((2, 3), int)
    for a, b in itertools.combinations(range(60), 2):
        apart, gap = math.hypot(x[a] - x[b], y[a] - y[b]), abs(day[a] - day[b])
        for row, (low, high) in enumerate(((-1.0, 100.0), (100.0, 250.0))):
            for column, (first, last) in enumerate(((-1.0, 0.0), (0.0, 7.0), (7.0, 14.0))):
                by_hand[row, column] += low < apart <= high and first < gap <= last
    assert found.pairs.tolist() == by_hand.tolist()
    assert (found.events, found.removed) == (60, 3)


def test_knox_finds_what_was_put_in_and_nothing_where_nothing_was() -> None:
    rng = np.random.default_rng(5)
    x, y, day = rng.uniform(0, 5000, 300), rng.uniform(0, 5000, 300), rng.uniform(0, 365, 300)
    quiet = knox(x, y, day, metres=(200.0,), days=(14.0,), shuffles=199)
    near = knox(
        np.concatenate((x, x[:80] + 30)), np.concatenate((y, y[:80] + 30)), np.concatenate((day, day[:80] + 3)),
        metres=(200.0,), days=(14.0,), shuffles=199,
    )  # fmt: skip
    assert quiet.p[0, 0] > 0.05
    assert near.p[0, 0] == pytest.approx(1 / 200)
    assert near.ratio[0, 0] > 3


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(0, 5000)), min_size=2, max_size=40).filter(
        lambda rows: any(p for _, p in rows)
    )
)
def test_shrunk_rates_lie_between_their_own_and_the_whole(rows: list[tuple[int, int]]) -> None:
    counts, people = np.array([c for c, _ in rows], float), np.array([p for _, p in rows], float)
    found = shrink(counts, people)
    own = np.where(people > 0, counts / np.maximum(people, 1), found.whole)
    low, high = np.minimum(own, found.whole), np.maximum(own, found.whole)
    assert ((found.rate >= low - 1e-12) & (found.rate <= high + 1e-12)).all()
    assert ((found.weight >= 0) & (found.weight <= 1)).all()
    assert found.rate[people == 0] == pytest.approx(found.whole)


def test_a_small_place_is_drawn_more_and_the_truth_is_nearer() -> None:
    rng = np.random.default_rng(7)
    truth = rng.gamma(4, 0.01 / 4, 800)
    people = rng.choice([50, 400, 4000], 800).astype(float)
    counts = rng.poisson(truth * people)
    found = shrink(counts, people)
    assert found.weight[people == 50].max() < found.weight[people == 4000].min()
    assert np.mean((found.rate - truth) ** 2) < 0.5 * np.mean((counts / people - truth) ** 2)
    assert 0.9 < np.mean((found.low <= truth) & (truth <= found.high)) < 0.99


def test_an_old_event_counts_less() -> None:
    assert decayed([0, 30, 60, -1], [0, 0, 1, 1], 3, 30).tolist() == [1.5, 0.25, 0]


def test_concentration_beside_chance() -> None:
    even, one = concentrate([5, 5, 5, 5]), concentrate([20, 0, 0, 0])
    assert even.gini == pytest.approx(0)
    assert one.gini == pytest.approx(0.75)
    assert (one.share_of_places(0.5), one.share_of_demand(0.25)) == (0.25, 1)
    few = concentrate(np.bincount(np.random.default_rng(2).integers(0, 1000, 300), minlength=1000))
    assert few.gini == pytest.approx(few.by_chance, abs=0.02)
    assert few.gini > 0.7
