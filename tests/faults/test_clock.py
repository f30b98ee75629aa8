"""The clock is put back, forward or into another zone between runs: does anything depend on it?"""

from __future__ import annotations

import json
import os
import random
import shutil
import time
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

import pytest

from headwater.records import Lake, lake, verify_log
from headwater.triggers.desk import store
from headwater.triggers.runs.find import find_run, list_runs, next_number
from tests.faults.lake import a_force, run, search, visible


def at(moment: datetime) -> type[datetime]:
    """A clock that stands still."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            return moment.astimezone(tz)

    return Clock


def test_the_consultation_log_verifies_whichever_way_the_clock_went(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Lake.open(tmp_path / "lake")
    summer = datetime(2026, 10, 25, 0, 59, 59, tzinfo=UTC)
    for moment in (summer, summer + timedelta(hours=1), summer - timedelta(days=400), summer + timedelta(days=4000)):
        monkeypatch.setattr(lake, "datetime", at(moment))
        place.log_consultation(command="show", purpose="welfare", subjects=[moment.isoformat()], user="u")
    assert verify_log(place) == 4
    lines = (place.folder / "log" / "consultations.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["at"][:4] for line in lines] == ["2026", "2026", "2025", "2037"]


def a_run(place: Lake, name: str, when: float) -> Path:
    folder = place.runs / name
    folder.mkdir(parents=True)
    (folder / "run.json").write_text(json.dumps({"number": next_number(place)}))
    (folder / "report.json").write_text("{}")
    os.utime(folder / "report.json", (when, when))
    return folder


def test_what_was_derived_last_is_built_upon_also_after_the_clock_was_put_back(tmp_path: Path) -> None:
    place = Lake.open(tmp_path / "lake")
    for name, when in (("b", time.time()), ("a", time.time() - 86_400), ("c", time.time() - 3_600)):
        with place.make_derived("identity", name) as working:
            (working / "done.json").write_text("{}")
            os.utime(working / "done.json", (when, when))
    assert [folder.name for folder in place.list_derived("identity")] == ["c", "a", "b"]


def test_what_is_made_again_is_the_newest(tmp_path: Path) -> None:
    place = Lake.open(tmp_path / "lake")
    for name in ("a", "b", "a"):
        with place.make_derived("identity", name) as working:
            (working / "done.json").write_text("{}")
    assert [folder.name for folder in place.list_derived("identity")] == ["a", "b"]


def test_the_run_that_was_made_last_is_the_newest_also_after_the_clock_was_put_back(tmp_path: Path) -> None:
    place = Lake.open(tmp_path / "lake")
    now = time.time()
    made = [
        a_run(place, name, when)
        for name, when in (("b", now), ("a", now - 86_400), ("c", now - 3_600), ("d", now + 60))
    ]
    assert list_runs(place) == made[::-1]
    assert find_run(place) == made[-1]


def test_a_copy_of_a_lake_that_lost_the_times_of_its_files_has_the_same_newest_run_and_link(tmp_path: Path) -> None:
    place = Lake.open(tmp_path / "lake")
    for name in ("b", "d", "a", "c"):
        a_run(place, name, time.time())
        with place.make_derived("identity", name) as working:
            (working / "done.json").write_text("{}")
    shutil.copytree(place.folder, tmp_path / "copy", copy_function=shutil.copyfile)
    copy, dice = Lake.open(tmp_path / "copy"), random.Random(1)
    for path in copy.folder.rglob("*"):
        moment = dice.uniform(0, time.time())
        os.utime(path, (moment, moment))
    for one in (place, copy):
        assert [folder.name for folder in list_runs(one)] == ["c", "a", "d", "b"]
        assert [folder.name for folder in one.list_derived("identity")] == ["c", "a", "d", "b"]


def test_runs_and_links_from_before_there_were_numbers_are_older_than_all_others_in_the_order_of_their_times(
    tmp_path: Path,
) -> None:
    place = Lake.open(tmp_path / "lake")
    for name, at, when in (
        ("x", "2026-01-02T00:00:00Z", 5),
        ("y", "2026-01-03T00:00:00Z", 4),
        ("z", None, 6),
        ("w", None, 7),
    ):
        for folder, sign in ((place.runs / name, "report.json"), (place.derived("identity", name), "done.json")):
            folder.mkdir(parents=True)
            (folder / sign).write_text("{}")
            os.utime(folder / sign, (when, when))
        if at:
            (place.runs / name / "run.json").write_text(json.dumps({"at": at}))
    a_run(place, "a", 1)
    with place.make_derived("identity", "a") as working:
        (working / "done.json").write_text("{}")
        os.utime(working / "done.json", (1, 1))
    assert [folder.name for folder in list_runs(place)] == ["a", "y", "x", "w", "z"]
    assert [folder.name for folder in place.list_derived("identity")] == ["a", "w", "z", "x", "y"]


@pytest.mark.parametrize(("days", "free"), [(0, False), (1, True), (-1, True), (-400, True)])
def test_a_claim_of_another_time_holds_nobody_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: int, free: bool
) -> None:
    place = Lake.open(tmp_path / "lake")
    with store.claim(place, "K-1", "one"):
        later = time.time() + days * 86_400
        monkeypatch.setattr(store.time, "time", lambda: later)
        if free:
            with store.claim(place, "K-1", "two") as before:
                assert before == "one"
        else:
            with pytest.raises(store.DeskConflict, match="one has K-1 open"), store.claim(place, "K-1", "two"):
                pass


@pytest.mark.full
@pytest.mark.timeout(600)
def test_a_search_gives_the_same_bytes_in_every_time_zone_and_on_the_night_when_the_clocks_change(
    tmp_path: Path,
) -> None:
    exports = a_force(tmp_path / "exports")
    found = {}
    for zone in ("Europe/London", "Pacific/Kiritimati", "America/St_Johns"):
        data = tmp_path / zone.replace("/", "-")
        said = search(data, exports, TZ=zone)
        assert said.returncode == 0, said.stderr
        found[zone] = visible(data)
    assert len({json.dumps({name: content.hex() for name, content in each.items()}) for each in found.values()}) == 1


@pytest.mark.full
def test_rows_of_tomorrow_do_not_move_the_day_that_a_search_looks_from(tmp_path: Path) -> None:
    made = a_force(tmp_path / "made")
    header, first, *_ = (made / "crime_made_up.csv").read_text("utf-8").splitlines()
    # Enough of them in every month that one row far ahead is told from a fact.
    usual = [
        first.replace("20XX/000001/16", f"20XX/1{n:05}/16").replace(
            "02/02/2016", f"{1 + n % 28:02}/{1 + n // 40 % 3:02}/2017"
        )
        for n in range(120)
    ]
    tomorrow = first.replace("20XX/000001/16", "20XX/999999/16").replace("02/02/2016", "01/01/2038")
    exports = tmp_path / "exports"
    exports.mkdir()
    (exports / "crime_more.csv").write_text("\n".join([header, *usual, tomorrow]) + "\n", "utf-8")
    said = run("search", str(exports), "--data", str(tmp_path / "data"), "--json")
    assert said.returncode == 0, said.stderr
    assert json.loads(said.stdout)["as_of"] == "2017-03-28"
