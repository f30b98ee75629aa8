"""Do teams, areas and boundaries agree with each other?"""

import json
from collections import Counter
from pathlib import Path

import pytest

from headwater.areas import BoundariesError, TeamsError, copy_boundaries, open_areas, read_teams
from headwater.areas.boundaries import load_boundaries
from headwater.areas.levels import Level
from headwater.areas.outlines import merge_outlines
from headwater.engine import DuckDBEngine


def test_the_worked_example_has_eight_units_170_teams_and_1680_areas() -> None:
    teams = read_teams()
    assert len(teams.areas) == 1680
    assert len(teams.teams) == 170
    assert {team.npu for team in teams.teams.values()} == {
        "Birmingham East", "Birmingham West", "Coventry", "Dudley", "Sandwell", "Solihull", "Walsall", "Wolverhampton",
    }  # fmt: skip


def test_an_area_may_have_several_teams_and_always_one_lead() -> None:
    teams = read_teams()
    covering = Counter(lsoa for _, lsoa, _ in teams.covers)
    assert max(covering.values()) > 1
    assert all(teams.team_for(lsoa) is not None for lsoa in list(teams.areas)[:50])


def test_a_team_and_its_areas_lie_in_one_unit() -> None:
    teams = read_teams()
    assert all(teams.teams[team_id].npu == teams.areas[lsoa].npu for team_id, lsoa, _ in teams.covers)


def test_a_code_of_another_force_has_no_team() -> None:
    assert read_teams().team_for("E01000001") is None


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("T1,A1,false\n", "0 lead teams"),
        ("T1,A1,true\nT2,A1,true\n", "2 lead teams"),
        ("T9,A1,true\n", "teams.csv does not have"),
        ("T1,A9,true\n", "small_areas.csv does not have"),
    ],
)
def test_a_fault_in_a_forces_own_files_says_where_it_is(tmp_path: Path, lines: str, words: str) -> None:
    folder = tmp_path / "areas"
    folder.mkdir()
    (folder / "small_areas.csv").write_text("lsoa,name,district,npu\nA1,Area 1,D,N\n")
    (folder / "teams.csv").write_text("team_id,name,npu\nT1,One,N\nT2,Two,N\n")
    (folder / "team_areas.csv").write_text("team_id,lsoa,lead\n" + lines)
    with pytest.raises(TeamsError, match=words):
        read_teams(tmp_path)


def test_the_engine_knows_the_three_tables() -> None:
    with DuckDBEngine() as engine:
        open_areas(engine)
        joined = engine.fetch(
            "SELECT count(*) AS n FROM small_area JOIN team_area USING (lsoa) JOIN team USING (team_id) WHERE lead"
        )
    assert joined["n"].to_pylist() == [1680]


def test_outlines_are_copied_once_with_the_copyright_line(tmp_path: Path) -> None:
    path = copy_boundaries(tmp_path)
    first = path.stat().st_mtime_ns
    content = json.loads(path.read_text(encoding="utf-8"))
    assert "Crown copyright" in content["attribution"]
    assert len(content["features"]) == 1680
    assert copy_boundaries(tmp_path).stat().st_mtime_ns == first


def _file(path: Path, key: str, codes: list[str], at: float = -1.8) -> Path:
    ring = [[at, 52.4], [at + 0.1, 52.4], [at + 0.1, 52.5], [at, 52.4]]
    features = [
        {
            "type": "Feature",
            "properties": {"LSOA21NM": "X", key: code},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }
        for code in codes
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


@pytest.mark.parametrize("key", ["LSOA21CD", "lsoa21_code", "LSOA11CD", "lsoa"])
def test_outlines_of_a_published_file_are_kept_in_place_of_those_of_the_package(tmp_path: Path, key: str) -> None:
    path = _file(tmp_path / "some.geojson", key, ["E01000001", "E01000002", "E01000003"])
    told = load_boundaries(path, tmp_path / "kept", ["E01000001", "E01000003", "E01000009"])
    assert (told["outlines"], told["kept"], told["elsewhere"], told["lacking"]) == (3, 2, 1, ["E01000009"])
    assert copy_boundaries(tmp_path / "kept") == tmp_path / "kept" / "own.geojson"
    level = Level("team", "team", "teams", {"a": "A"}, {"E01000001": "a", "E01000003": "a"}, {"a": "N"})
    merged = merge_outlines(copy_boundaries(tmp_path / "kept"), level)
    assert [one["properties"] for one in merged["features"]] == [{"code": "a", "name": "A"}]
    assert "Crown copyright" in merged["attribution"]


def test_a_file_of_outlines_that_cannot_be_used_says_why(tmp_path: Path) -> None:
    wanted = ["E01000001"]
    for path, words in (
        (tmp_path / "none.geojson", "no file"),
        (_file(tmp_path / "a.geojson", "code", wanted), "lsoa21cd"),
        (_file(tmp_path / "b.geojson", "LSOA21CD", ["E01000007"]), "of another year"),
        (_file(tmp_path / "c.geojson", "LSOA21CD", wanted, at=400_000.0), "WGS 84"),
    ):
        with pytest.raises(BoundariesError, match=words):
            load_boundaries(path, tmp_path / "kept", wanted)
    assert not (tmp_path / "kept").exists()


def test_areas_that_the_package_lacks_are_told_with_what_to_load(tmp_path: Path) -> None:
    own = tmp_path / "own" / "areas"
    own.mkdir(parents=True)
    (own / "small_areas.csv").write_text("lsoa,name,district,npu\nE01099999,New 1,D,D\n", encoding="utf-8")
    (own / "teams.csv").write_text("team_id,name,npu\nT1,One,D\n", encoding="utf-8")
    (own / "team_areas.csv").write_text("team_id,lsoa,lead\nT1,E01099999,true\n", encoding="utf-8")
    with pytest.raises(BoundariesError, match=r"1 small areas.*--as boundaries"):
        copy_boundaries(tmp_path / "data", tmp_path / "own")
