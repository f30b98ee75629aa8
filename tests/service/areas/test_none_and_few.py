"""Does anybody learn where nothing happened? An area without an event looks like one with a few, on every page and in every file."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from headwater.areas.levels import NPU, SMALL_AREA, TEAM
from headwater.areas.measures import keep_counts, read_measure_sets
from headwater.areas.teams import read_teams
from tests.service.areas.test_atlas import table_of, values_of
from tests.service.conftest import Town

pytestmark = pytest.mark.service

MEASURES = ("calls", "crimes", "missing_episodes", "domestic_abuse", "officer_minutes")
CODES = sorted(read_teams().areas)
NONE, FEW, OTHER_KIND, MANY = CODES[10:14]
"""Nothing happened; four missing episodes and nothing else; calls and no missing episode; missing episodes enough to be said."""
EVENTS = {"missing_episodes": {FEW: 4.0, MANY: 12.0}, "calls": {OTHER_KIND: 30.0, MANY: 40.0}}


def keep(folder: Path, events: Mapping[str, Mapping[str, float]]) -> None:
    """Keep what happened as the lake's counts are kept: areas without any event are not in the file."""
    minutes = {area: 60.0 * sum(one.get(area, 0) for one in events.values()) for one in events.values() for area in one}
    keep_counts(folder, read_measure_sets()["demand"], {**events, "officer_minutes": minutes}, {"vintage": "one year"})


@pytest.fixture
def events(service: Path) -> Iterator[None]:
    """What happened is kept beside the service."""
    keep(service / "measures", EVENTS)
    yield
    shutil.rmtree(service / "measures")


def test_none_and_few_look_the_same_in_the_file_and_on_the_map(town: Town, events: None) -> None:
    client = town.client("officer@police")
    for measure in MEASURES:
        asked = f"level=small-area&measure=demand.{measure}"
        told = values_of(client, f"/areas/values/?{asked}")
        assert told["areas"][NONE] == told["areas"][FEW], measure
        assert "Not known" not in {words for _, words in told["areas"].values()}, measure
        rows = table_of(client, f"/areas/?{asked}&format=csv")
        own = {row["Code"]: {**row, "Code": "", "Name": "", "Where": ""} for row in rows}
        assert own[NONE] == own[FEW], measure
    missing = values_of(client, "/areas/values/?level=small-area&measure=demand.missing_episodes")["areas"]
    assert missing[NONE] == missing[FEW] == missing[OTHER_KIND] == [-1, "fewer than 5"]
    assert missing[MANY] == [0, "10"]


def test_the_page_of_an_area_tells_no_none_from_few(town: Town, events: None) -> None:
    client = town.client("officer@police")
    for code in (NONE, FEW):
        page = client.get(f"/areas/{code}/").content.decode()
        line = page[page.index("Missing episodes") :][:400]
        assert "fewer than 5" in line
        assert "Not known" not in line


@pytest.mark.parametrize("few", [1.0, 2.0, 3.0, 4.0])
def test_whoever_lays_every_level_side_by_side_cannot_find_where_nothing_happened(tmp_path: Path, few: float) -> None:
    """Two forces, alike but for one area: none in it here, `few` there, and as many less beside it. What is said of both is the same."""
    from headwater.service.areas.atlas import Atlas

    level = Atlas(None, tmp_path).levels[TEAM]
    inside = next(areas for areas in level.parts().values() if len(areas) > 3)
    told = []
    for name, empty, other in (("one", 0.0, 4.0), ("two", few, 4.0 - few)):
        happened = {inside[0]: empty, inside[1]: other, inside[2]: 30.0}
        keep(tmp_path / name, {"calls": {code: number for code, number in happened.items() if number}})
        atlas = Atlas(None, tmp_path / name)
        told.append(
            {
                (at, id): (dict(shown.words), dict(shown.values), shown.hidden)
                for at in (SMALL_AREA, TEAM, NPU)
                for id, shown in atlas.shown(at).items()
            }
        )
        assert len(atlas.shown(SMALL_AREA)["demand.calls"].words) == len(CODES), "every area says something"
        assert set(atlas.work()) == set(CODES)
    assert told[0] == told[1]


def test_a_set_about_other_areas_says_nothing_of_these(tmp_path: Path) -> None:
    from headwater.service.areas.atlas import Atlas

    keep(tmp_path, {"calls": {"E01099999": 7.0}})
    assert "demand.calls" not in Atlas(None, tmp_path).shown(SMALL_AREA)


def test_what_is_published_for_everybody_is_said_as_published(tmp_path: Path) -> None:
    """Street-level crimes are open data: few are said, none is said, and sums are true; the force's own counts beside them stay protected."""
    from headwater.service.areas.atlas import Atlas

    happened = {NONE: 0.0, FEW: 3.0, MANY: 12.0}
    keep_counts(
        tmp_path, read_measure_sets()["street_level"], {"crimes": happened}, {"vintage": "2026-01", "counted": 15}
    )
    keep(tmp_path, {"calls": {FEW: 3.0, MANY: 12.0}})
    atlas = Atlas(None, tmp_path)
    crimes, calls = (atlas.shown(SMALL_AREA)[name] for name in ("street_level.crimes", "demand.calls"))
    assert [crimes.words[code] for code in (NONE, FEW, OTHER_KIND, MANY)] == ["0", "3", "0", "12"]
    assert not crimes.hidden
    assert crimes.about == "As published."
    assert [calls.words[code] for code in (NONE, FEW, OTHER_KIND, MANY)] == ["fewer than 5"] * 3 + ["10"]
    units = atlas.shown(NPU)["street_level.crimes"]
    assert sum(units.values.values()) == 15
    assert "Rounded" not in units.about
