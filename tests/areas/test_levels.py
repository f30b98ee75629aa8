"""Are areas of every level made of the small areas that lie in them, in names and in outline?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import shapely
from shapely.geometry import shape

from headwater.areas import BoundariesError, TeamsError, read_teams
from headwater.areas.levels import Level, read_levels, read_postcodes, unit_code
from headwater.areas.outlines import merge_outlines

AREAS = {"E1": (0, 0), "E2": (1, 0), "E3": (0, 1), "E4": (5, 5)}
LEVEL = Level("team", "team", "teams", {"A": "Ash", "B": "Beech"}, {"E1": "A", "E2": "A", "E3": "A", "E4": "B"}, {})


ELSEWHERE = {
    "type": "Feature",
    "properties": {"lsoa": "E77"},
    "geometry": shapely.geometry.mapping(shapely.box(0, 0, 1, 1)),
}


def write_squares(path: Path, **more: Any) -> Path:
    squares = {code: shapely.geometry.mapping(shapely.box(x, y, x + 1, y + 1)) for code, (x, y) in AREAS.items()}
    features = [{"type": "Feature", "properties": {"lsoa": code}, "geometry": one} for code, one in squares.items()]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features} | more))
    return path


def test_every_small_area_lies_in_one_area_of_each_level() -> None:
    teams = read_teams()
    levels = read_levels()
    assert list(levels) == ["small-area", "team", "npu"]
    for level in levels.values():
        assert set(level.of) == set(teams.areas)
        assert set(level.of.values()) == set(level.names) == set(level.unit)
        assert sorted(code for inside in level.parts().values() for code in inside) == sorted(teams.areas)
    assert len(levels["npu"].names) == 8
    assert levels["team"].unit == {team.team_id: team.npu for team in teams.teams.values()}


def test_wards_are_a_level_where_there_is_a_file_of_them(tmp_path: Path) -> None:
    folder = tmp_path / "areas"
    folder.mkdir()
    codes = sorted(read_teams().areas)
    lines = [f"{code},W{number % 3},Ward {number % 3}" for number, code in enumerate(codes)]
    (folder / "wards.csv").write_text("\n".join(["lsoa,ward,name", *lines]))
    levels = read_levels(tmp_path)
    assert list(levels) == ["small-area", "ward", "team", "npu"]
    assert levels["ward"].names == {"W0": "Ward 0", "W1": "Ward 1", "W2": "Ward 2"}
    (folder / "wards.csv").write_text("\n".join(["lsoa,ward,name", *lines[:-1]]))
    with pytest.raises(TeamsError, match=f"no ward for {codes[-1]}"):
        read_levels(tmp_path)
    (folder / "wards.csv").write_text("code,ward\nx,y\n")
    with pytest.raises(TeamsError, match="needs the columns lsoa, ward, name"):
        read_levels(tmp_path)


@pytest.mark.parametrize("head", ["postcode,lsoa", "pcds,lsoa11"])
def test_postcodes_are_found_however_they_are_written(tmp_path: Path, head: str) -> None:
    (tmp_path / "areas").mkdir()
    (tmp_path / "areas" / "postcodes.csv").write_text(f"{head}\nb1  1aa,E1\n")
    assert read_postcodes(tmp_path) == {"B11AA": "E1"}
    (tmp_path / "areas" / "postcodes.csv").write_text("x,y\n1,2\n")
    with pytest.raises(TeamsError, match="needs the columns postcode and lsoa"):
        read_postcodes(tmp_path)
    assert read_postcodes() == {}


def test_outlines_of_a_team_are_those_of_its_areas_together(tmp_path: Path) -> None:
    found = merge_outlines(write_squares(tmp_path / "squares.geojson"), LEVEL)
    shapes = {one["properties"]["code"]: shape(one["geometry"]) for one in found["features"]}
    assert shapes["A"].area == pytest.approx(3)
    assert shapes["A"].geom_type == "Polygon", "what touches is one"
    assert shapes["B"].equals(shapely.box(5, 5, 6, 6))
    assert "Crown copyright" in found["attribution"]


def test_an_area_without_an_outline_is_left_out(tmp_path: Path) -> None:
    level = Level("team", "team", "teams", {"A": "Ash", "C": "Cedar"}, {"E1": "A", "E9": "C"}, {})
    found = merge_outlines(write_squares(tmp_path / "squares.geojson"), level)
    assert [one["properties"]["name"] for one in found["features"]] == ["Ash"]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"features": [ELSEWHERE]}, "holds no outline of the teams"),
        ({"features": []}, "is no GeoJSON file of small areas: no feature"),
        ({"features": [{}]}, "is no GeoJSON file"),
        ({"features": None}, "is no GeoJSON file"),
    ],
)
def test_a_file_that_is_no_map_is_told(tmp_path: Path, more: dict[str, Any], told: str) -> None:
    with pytest.raises(BoundariesError, match=told):
        merge_outlines(write_squares(tmp_path / "squares.geojson", **more), LEVEL)


def test_a_unit_has_a_code_that_an_address_can_hold() -> None:
    assert unit_code("Birmingham East & Sutton") == "npu-birmingham-east-sutton"
