"""Do teams, areas and boundaries agree with each other?"""

import json
from collections import Counter
from pathlib import Path

import pytest

from headwater.areas import TeamsError, copy_boundaries, open_areas, read_teams
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
