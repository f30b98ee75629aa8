"""Do repeat callers and addresses roll up by team and unit, and can nobody work out what is not said?"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from headwater.cli.areas.repeats import Repeats, count_repeats, protect_levels
from headwater.cli.console import BAD_INPUT, OK
from headwater.records import Lake
from headwater.triggers.counting.disclosure import NOT_SHOWN, read_disclosure_rule
from headwater.triggers.packages.package import Package
from tests.cli.conftest import Run
from tests.pages.people import make_item, make_rich

RULE = read_disclosure_rule()
UNIT = {f"t{n}": f"u{n % 3}" for n in range(9)}


def package(number: int, kind: str, team: str, calls: int) -> Package:
    rich = make_rich()
    items = [make_item(n, occurrence=f"call {n}", counts=n > 1) for n in range(1, calls + 2)]
    again = make_item(calls + 2, occurrence="call 2")  # a second item of one occurrence is no further call
    evidence = rich.evidence[0].model_copy(update={"items": [*items, again]})
    return rich.model_copy(
        update={
            "package_id": f"K-{number:012x}", "subject": rich.subject.model_copy(update={"kind": kind}), "evidence": [evidence],
            "team": rich.team.model_copy(update={"team_id": team}) if rich.team else None,
        }
    )  # fmt: skip


def test_subjects_and_their_calls_are_counted_by_team() -> None:
    found = count_repeats(
        [
            package(1, "place", "t1", 8),
            package(2, "place", "t1", 9),
            package(3, "person", "t2", 5),
            package(4, "person", "far", 5),
        ],
        UNIT,
    )
    assert found["place"].subjects["t1"] == 2
    assert found["place"].calls["t1"] == 17
    assert found["person"].subjects == Counter({"t2": 1}) | Counter(dict.fromkeys(UNIT, 0))
    assert sum(found["person"].calls.values()) == 5


@given(st.lists(st.integers(0, 30), min_size=9, max_size=9))
def test_a_hidden_number_stays_hidden_beside_its_unit_and_the_total(counts: list[int]) -> None:
    shown = protect_levels(RULE, Repeats(Counter(dict(zip(UNIT, counts, strict=True))), Counter()), UNIT)
    bounds = RULE.bounds
    for unit, whole in shown.units.items():
        inside = {team: shown.teams[team] for team, name in UNIT.items() if name == unit}
        if NOT_SHOWN in (whole, *inside.values()):
            assert set(inside.values()) == {NOT_SHOWN}
            continue
        low, high = bounds(whole)
        for team, number in inside.items():
            if number is not None:
                continue
            others = [bounds(other) for name, other in inside.items() if name != team]
            least = max(0, low - sum(top for _, top in others))
            most = min(RULE.smallest - 1, high - sum(bottom for bottom, _ in others))
            assert most - least + 1 >= RULE.smallest - 1


def test_the_command_reads_the_newest_search_and_logs_that_it_did(run: Run, tmp_path: Path) -> None:
    lake = Lake.open(tmp_path / ".headwater" / "lake", create=True)
    assert run("areas", "repeats").code == BAD_INPUT
    folder = lake.runs / "2017-03-30-repeat_calls-x"
    (folder / "packages").mkdir(parents=True)
    for number in range(12):
        one = package(number, "place", "BE01" if number < 11 else "CV01", 8)
        (folder / "packages" / f"{one.package_id}.json").write_text(one.model_dump_json(), encoding="utf-8")
    (folder / "report.json").write_text("{}", encoding="utf-8")
    said = run("areas", "repeats", "--json")
    assert said.code == OK, said.err
    found = {row["policing unit"]: row for row in json.loads(said.out)["places"]}
    assert found["Birmingham East"]["addresses"] == "10"
    assert found["Birmingham East"]["calls to them"] == "90"  # 88, to the nearest five
    assert (found["Coventry"]["addresses"], found["Coventry"]["calls to them"]) == ("fewer than 5", "not shown")
    assert json.loads(said.out)["total"] == {"addresses": "10", "callers": "fewer than 5"}
    assert "areas repeats" in (lake.folder / "log" / "consultations.jsonl").read_text(encoding="utf-8")
    assert run("areas", "repeats", "--level", "small-area").code != OK
