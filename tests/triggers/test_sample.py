"""Is the sampling estimator right? Populations of known truth, drawn a thousand times."""

from __future__ import annotations

import random

import pytest

from headwater.triggers.measuring.sample import SampleError, estimate, score_sample


@pytest.mark.parametrize(("right", "missed"), [(0.95, 0.002), (0.7, 0.01), (0.9, 0.0)])
def test_the_interval_holds_the_truth_about_as_often_as_it_says(right: float, missed: float) -> None:
    size_found, size_others, each = 400, 8000, 200
    hits, lost = round(size_found * right), round(size_others * missed)
    recall = hits / (hits + lost)
    found = [True] * hits + [False] * (size_found - hits)
    others = [True] * lost + [False] * (size_others - lost)
    chance, inside, near = random.Random(7), 0, []
    for _ in range(200):
        score = estimate(chance.sample(found, each), chance.sample(others, each), size_found, size_others)
        inside += score.recall_interval[0] <= recall <= score.recall_interval[1] + 1e-9 or recall == 1.0
        near.append(score.precision)
    assert inside >= 180
    assert sum(near) / len(near) == pytest.approx(right, abs=0.01)


def test_nobody_missed_in_the_sample_is_no_proof_that_nobody_is_missed() -> None:
    score = estimate([True] * 100, [False] * 100, 100, 10_000)
    assert score.recall == 1.0
    assert score.recall_interval[0] < 0.6


def test_recall_weighs_the_strata_by_their_size() -> None:
    score = estimate([True] * 9 + [False], [True] + [False] * 99, 100, 1000)
    assert score.precision == 0.9
    assert score.recall == pytest.approx(90 / (90 + 10))


KEY = {
    "drawn": [{"number": 1, "found": True}, {"number": 2, "found": False}, {"number": 3, "found": False}],
    "found": 10,
    "others": 100,
}


def test_a_sheet_is_scored_and_what_cannot_be_said_is_in_neither_figure() -> None:
    score = score_sample(KEY, "number,records,answer,reason\r\n1,,Yes,\r\n2,,no,\r\n3,,cannot say,\r\n")
    assert (score.found_reviewed, score.others_reviewed, score.unsaid) == (1, 1, 1)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("1,,perhaps,", "'perhaps' is no answer"),
        ("9,,yes,", "'9' is not a number of this sample"),
        ("1,,yes,\r\n1,,no,", "stands there twice"),
        ("1,,yes,", "Too little was answered"),
    ],
)
def test_a_sheet_that_cannot_be_scored_says_which_row_and_why(rows: str, words: str) -> None:
    with pytest.raises(SampleError, match=words):
        score_sample(KEY, f"number,records,answer,reason\r\n{rows}\r\n")
