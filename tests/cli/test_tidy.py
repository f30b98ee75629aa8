"""Does the command that removes old runs say first what goes and what stays, and why; and do other commands go on without them?"""

from __future__ import annotations

import csv
import io
import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from headwater.cli import inspect
from headwater.records import Lake, verify_log
from headwater.triggers.packages.package import Package
from headwater.triggers.runs.find import find_run, list_runs, next_number, read_packages
from tests.cli.conftest import Copied, Run
from tests.cli.test_answers import answer_file, tell_five


def lake() -> Lake:
    return Lake.open(Path(".headwater/lake"))


@pytest.fixture
def nights(run: Run, copy_searched: Copied, tmp_path: Path) -> list[Path]:
    """Runs of three nights, the newest last; the last two no longer have the first draft."""
    copy_searched(tell_five, tmp_path)
    first = find_run(lake())
    found = [first]
    for day in (1, 2):
        folder = lake().runs / f"2017-04-0{day}-tipt-{day:016x}"
        shutil.copytree(first, folder)
        (folder / "run.json").write_text(json.dumps({"number": next_number(lake())}), "utf-8")
        (folder / "packages" / f"{one(first).package_id}.json").unlink()
        found.append(folder)
    return found


def one(folder: Path) -> Package:
    return next(read_packages(folder))


def test_it_says_what_would_go_and_changes_nothing_until_it_is_told_to(run: Run, nights: list[Path]) -> None:
    said = run("tidy", "--keep", "1")
    assert said.code == 0, said.err
    assert said.out.startswith("Nothing needs these any more: ")
    assert "tipt: 2 runs, 31 March 2017 to 1 April 2017, 5 drafts" in said.out
    assert nights[0].name in said.out
    assert "Among the newest, so they stay: 1 run of tipt." in said.out
    assert said.out.endswith("Nothing was changed. Remove it for good: headwater tidy --keep 1 --yes\n")
    assert list_runs(lake()) == nights[::-1]
    said = run("tidy", "--keep", "1", "--yes")
    assert said.out.startswith("Removed: ")
    assert "Nothing was changed" not in said.out
    assert list_runs(lake()) == nights[2:]
    assert run("tidy", "--keep", "1", "--yes").out.startswith("There is nothing to remove.")
    assert verify_log(lake()) > 1


def test_the_newest_fourteen_stay_if_nobody_says_another_number(run: Run, nights: list[Path]) -> None:
    for day in range(3, 16):
        folder = lake().runs / f"2017-04-{day:02}-tipt-{day:016x}"
        shutil.copytree(nights[0], folder)
        (folder / "run.json").write_text(json.dumps({"number": next_number(lake())}), "utf-8")
    said = json.loads(run("tidy", "--yes", "--json").out)
    assert [old["run"] for old in said["runs"]] == [folder.name for folder in (nights[1], nights[0])]
    assert len(list_runs(lake())) == said["newest"]["tipt"] == 14


def test_a_draft_that_is_begun_keeps_its_run_and_the_command_says_how_to_go_on(run: Run, nights: list[Path]) -> None:
    number = one(nights[0]).package_id
    assert run("review", "--run", nights[0].name, "--write", "sheet.csv").code == 0
    rows = list(csv.DictReader(io.StringIO(Path("sheet.csv").read_text("utf-8-sig"))))
    begun = next(row for row in rows if (row["package_id"], row["piece"]) == (number, "identity"))
    text = io.StringIO()
    writer = csv.DictWriter(text, list(begun))
    writer.writeheader()
    writer.writerow(begun | {"verdict": "confirmed"})
    Path("sheet.csv").write_text(text.getvalue(), "utf-8")
    assert run("review", "--run", nights[0].name, "--read", "sheet.csv").code == 0
    said = run("tidy", "--keep", "1")
    assert f"{nights[0].name}: drafts of it are begun and not decided: {number}." in said.out
    assert f"headwater review --run {nights[0].name}" in said.out
    kept = json.loads(run("tidy", "--keep", "1", "--yes", "--json").out)["kept"]
    assert kept == [{"run": nights[0].name, "why": {"drafts of it are begun and not decided": [number]}}]
    assert nights[0].exists()
    logged = [json.loads(line) for line in (lake().folder / "log" / "consultations.jsonl").read_text().splitlines()]
    assert [line["subjects"] for line in logged if line["command"] == "tidy"] == [[number]] * 2


def test_answers_to_packages_whose_run_is_gone_are_still_counted(run: Run, nights: list[Path]) -> None:
    number = one(nights[0]).package_id
    today = datetime.now(UTC).date().isoformat()
    answer_file({"package_id": number, "answer": "taken on", "answered_on": today})
    assert run("feedback", "answers.csv").code == 0
    before = run("feedback").out
    assert "household_substance_misuse: 1 of 1 right" in before
    said = json.loads(run("tidy", "--keep", "1", "--yes", "--json").out)
    assert {old["run"]: old["set_aside"] for old in said["runs"]} == {nights[0].name: [number], nights[1].name: []}
    assert run("feedback").out == before
    answer_file({"package_id": number, "answer": "wrong person", "answered_on": today})
    assert "1 new answer kept; 2 in all." in run("feedback", "answers.csv").out


@pytest.mark.usefixtures("nights")
def test_it_waits_for_no_other_run_and_changes_nothing_beside_one(run: Run) -> None:
    with lake().hold():
        said = run("tidy", "--keep", "1", "--yes")
        assert said.code == 5
        assert "Another run is writing to the lake" in said.err
        assert run("tidy", "--keep", "1").code == 0, "to look holds nobody up"
    assert len(list_runs(lake())) == 3


@pytest.mark.usefixtures("nights")
def test_the_newest_run_cannot_be_asked_for(run: Run) -> None:
    said = run("tidy", "--keep", "0", "--yes")
    assert said.code == 2
    assert "--keep" in said.err
    assert len(list_runs(lake())) == 3


@pytest.mark.parametrize(("share", "good"), [(1.0, True), (0.0, False)])
@pytest.mark.usefixtures("nights")
def test_the_doctor_says_when_old_runs_take_much_room(
    run: Run, monkeypatch: pytest.MonkeyPatch, share: float, good: bool
) -> None:
    assert "old runs" not in run("doctor").out
    monkeypatch.setattr("headwater.triggers.old_runs.plan_removal.__kwdefaults__", {"keep": 1, "catalogue": None})
    monkeypatch.setattr(inspect, "MOST_UNUSED", share)
    line = next(line for line in run("doctor").out.splitlines() if "old runs" in line)
    assert line.startswith("good" if good else "WRONG")
    assert ("headwater tidy --yes" in line) is not good
