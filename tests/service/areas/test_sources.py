"""Is it told what numbers rest on, with what it cost to carry them from areas of another year?"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from headwater.areas.levels import SMALL_AREA, TEAM
from headwater.areas.measures import keep_counts, read_measure_sets
from headwater.areas.redrawn import load_redrawn
from headwater.areas.teams import read_teams
from tests.service.areas.made_up import load_made_up

pytestmark = pytest.mark.service

COST = "Counts are shared out among the parts by residents"


@pytest.fixture
def carried(tmp_path: Path) -> Path:
    """Measures of 2011, and events in an area that became the force's first area's other name in 2021."""
    load_made_up(tmp_path / "measures", tmp_path)
    first = sorted(read_teams().areas)[0]
    events = {"calls": {"E01099999": 30.0}, "officer_minutes": {"E01099999": 900.0}}
    keep_counts(tmp_path / "measures", read_measure_sets()["demand"], events, {"vintage": "one year", "counted": 30})
    lookup = tmp_path / "lookup.csv"
    lookup.write_text(f"LSOA11CD,LSOA21CD\n{first},E01099999\n", encoding="utf-8")
    load_redrawn(lookup, tmp_path / "measures")
    return tmp_path / "measures"


def test_what_was_carried_says_at_which_cost_beside_its_numbers_and_in_a_plan(carried: Path) -> None:
    from headwater.service.areas.atlas import Atlas
    from headwater.service.areas.facts import facts_of

    atlas = Atlas(None, carried)
    for level in (SMALL_AREA, TEAM):
        shown = atlas.shown(level)
        assert COST in shown["demand.calls"].source
        assert COST not in shown["population2020.residents"].source, "nothing had to be carried"
    told = [one for one in facts_of(atlas).rests_on(0.5) if one.startswith("Carried across. ")]
    assert not [one for one in facts_of(atlas).rests_on(0) if one.startswith("Carried across. ")], "no minute counts"
    assert len(told) == 1
    assert COST in told[0]


def test_the_cost_of_an_index_stands_with_the_labels_that_rest_on_it(carried: Path) -> None:
    from headwater.service.areas.atlas import Atlas

    atlas = Atlas(None, carried)
    assert atlas.label is not None
    assert "A rank is that" not in atlas.label.source
    other = Atlas(None, carried)
    other.shelf = replace(other.shelf, carried={"imd2019": "A rank is that of the area that most of it lies in."})
    assert other.label is not None
    assert other.label.source.endswith("A rank is that of the area that most of it lies in.")


def test_sources_read_as_sentences() -> None:
    from headwater.service.areas.facts import say_sources

    told = ("Made up: they tell of no real place.", "Ranks (nobody; 2019; free)", "Residents (nobody; 2020; free)")
    assert say_sources(told) == (
        "Made up: they tell of no real place. Ranks (nobody; 2019; free). Residents (nobody; 2020; free)."
    )
