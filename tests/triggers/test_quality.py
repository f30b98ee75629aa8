"""Is the search as right on made-up forces of 5,000 and 20,000 people as the documentation says, with bars for so small ones?

The seed is one on which nothing was tuned. The figures at 100,000 people are in docs/reference/quality.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from headwater.engine import DuckDBEngine
from headwater.records import Lake
from headwater.synthetic import make_force
from headwater.triggers.measuring.measure import measure

SMALL, LARGE = 5_000, 20_000
PRECISION, RECALL = 0.95, 0.9
"""The goals at 100,000 people. On few subjects chance alone moves the figures (5,000 people hold two dozen, 20,000 some 130), so
here the goal must not lie above the 95 % interval, and no figure may be far from it."""

LEAST = {SMALL: 0.75, LARGE: 0.84}


@pytest.fixture(scope="module", params=[SMALL, pytest.param(LARGE, marks=pytest.mark.full)])
def found(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    folder = tmp_path_factory.mktemp("quality")
    make_force(folder / "force", people=request.param, seed=4)
    with DuckDBEngine() as engine:
        yield measure(Lake.open(folder / "lake"), engine, folder / "force") | {"least": LEAST[request.param]}


def test_nearly_all_who_are_found_should_be_found(found: dict[str, Any]) -> None:
    assert found["precision_interval"][1] >= PRECISION
    assert found["precision"] >= found["least"]


def test_nearly_all_who_should_be_found_are_found(found: dict[str, Any]) -> None:
    assert found["recall_interval"][1] >= RECALL
    assert found["recall"] >= found["least"]


def test_records_of_one_person_are_joined_and_others_are_not(found: dict[str, Any]) -> None:
    assert found["identity"]["f1"] >= 0.99
    assert found["identity"]["precision"] >= 0.99


def test_the_made_up_force_is_as_hard_as_it_says(found: dict[str, Any]) -> None:
    assert 0.005 <= found["share_true_subjects_of_under_25"] <= 0.03
    assert found["true_subjects_that_need_text_or_linkage"] >= 0.4
    assert found["traps_and_mentions"]["traps"] > found["traps_and_mentions"]["mentions"]
    assert found["harmed_children_whom_no_record_shows"] > 0


def test_text_linkage_and_households_each_bring_subjects(found: dict[str, Any]) -> None:
    for part in ("no_text", "no_linkage", "no_households"):
        assert found["ablation"][part]["recall"] < found["recall"], part
