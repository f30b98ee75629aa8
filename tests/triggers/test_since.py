"""Does a search say which drafts are new and which are gone since the search before, and how much was joined anew?"""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path

import pytest

from headwater.engine import DuckDBEngine
from headwater.records import Lake
from headwater.synthetic import make_force
from headwater.triggers.runs.since import Since, find_since
from headwater.triggers.search import search
from nightly import deal


def a_run(lake: Lake, name: str, drafts: list[str], moment: int) -> None:
    """A finished run with these drafts, written at that moment."""
    folder = lake.runs / name
    (folder / "packages").mkdir(parents=True)
    for draft in drafts:
        (folder / "packages" / f"{draft}.json").write_text("{}", encoding="utf-8")
    (folder / "report.json").write_text("{}", encoding="utf-8")
    os.utime(folder / "report.json", (moment, moment))


@pytest.mark.parametrize(
    ("trigger", "expected"),
    [
        ("tipt", Since("2017-03-30-tipt-bb", date(2017, 3, 30), ["K-3"], ["K-1"])),
        ("repeat_calls", Since("2017-03-31-repeat_calls-cc", date(2017, 3, 31), ["K-2", "K-3"], [])),
        ("frequent_missing", None),
    ],
)
def test_it_is_held_against_the_newest_other_run_of_the_same_trigger(
    tmp_path: Path, trigger: str, expected: Since | None
) -> None:
    lake = Lake.open(tmp_path / "lake")
    a_run(lake, "2017-03-29-tipt-aa", [], 1)
    a_run(lake, "2017-03-30-tipt-bb", ["K-1", "K-2"], 2)
    a_run(lake, "2017-03-31-repeat_calls-cc", [], 3)
    a_run(lake, "2017-03-31-tipt-dd", ["K-2", "K-3"], 4)
    assert find_since(lake, "2017-03-31-tipt-dd", trigger, ["K-3", "K-2"]) == expected


def test_a_night_tells_what_it_brought_and_the_report_does_not_depend_on_it(tmp_path: Path) -> None:
    make_force(tmp_path / "force", people=300, seed=5)
    first, night = deal(tmp_path / "force" / "exports", tmp_path / "dealt", 1, 0.05)
    lake = Lake.open(tmp_path / "lake")
    reports = []
    for inputs in (first, night):
        with DuckDBEngine(threads=2) as engine:
            reports.append(search(lake, engine=engine, inputs=[inputs], made_up=True))
    before, now = reports
    assert before.since is None
    assert before.joining
    assert before.joining.full
    assert before.joining.compared == before.joining.records > 100
    assert now.joining
    assert not now.joining.full
    assert 0 < now.joining.compared < now.joining.records / 4
    drafts = [{path.stem for path in (report.folder / "packages").glob("K-*.json")} for report in reports]
    assert now.since == Since(before.run, before.as_of, sorted(drafts[1] - drafts[0]), sorted(drafts[0] - drafts[1]))
    said = json.loads((now.folder / "run.json").read_text("utf-8"))
    assert (said["since"]["new"], said["since"]["gone"]) == (now.since.new, now.since.gone)
    assert said["joining"]["compared"] == now.joining.compared
    assert not {"since", "joining"} & json.loads((now.folder / "report.json").read_text("utf-8")).keys()
