"""Which runs go, which stay and why, and is what was handed on still found? Everybody is made up."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from headwater.engine import DuckDBEngine
from headwater.identity import increment
from headwater.records import Lake, LakeBusy, LakeError, verify_log
from headwater.records import lake as lake_module
from headwater.triggers import old_runs
from headwater.triggers.answers.store import Answer, keep_answers
from headwater.triggers.answers.wrong_person import part_records
from headwater.triggers.desk import claim, keep_decisions
from headwater.triggers.handover import Disclosed, log_disclosure, read_disclosures
from headwater.triggers.old_runs import BEGUN, CONFIRMED, OPEN, Plan, plan_removal, remove_old
from headwater.triggers.packages.package import Package
from headwater.triggers.runs.explain import explain
from headwater.triggers.runs.find import NotFound, find_package, find_run, list_runs, next_number, read_number
from tests.copied import run_copied
from tests.triggers import killer
from tests.triggers.desk.conftest import Desk


def a_night(desk: Desk, day: int, *, trigger: str = "tipt", without: tuple[Package, ...] = ()) -> Path:
    """One more run, of a day in March, with the drafts of the lake's only search but for these."""
    folder = desk.lake.runs / f"2017-03-{day:02}-{trigger}-{day:016x}"
    shutil.copytree(desk.folder, folder)
    (folder / "run.json").write_text(json.dumps({"number": next_number(desk.lake)}), "utf-8")
    for package in without:
        (folder / "packages" / f"{package.package_id}.json").unlink()
    return folder


def a_month(desk: Desk, *gone: Package) -> list[Path]:
    """Runs of four nights, of which the last two no longer have these drafts; the search that was copied is put away."""
    nights = [a_night(desk, day, without=gone if day > 11 else ()) for day in (10, 11, 12, 13)]
    shutil.rmtree(desk.folder)
    desk.report.run = nights[1].name
    return nights


def removed(plan: Plan) -> list[str]:
    return sorted(run.folder.name[:10] for run in plan.old)


def why(plan: Plan) -> dict[str, dict[str, list[str]]]:
    return {run.folder.name[:10]: run.why for run in plan.kept}


def everything(lake: Lake) -> dict[str, bytes]:
    """Every file of a lake but its runs, what was derived, its log and its locks."""
    files = [path for path in lake.folder.rglob("*") if path.is_file() and path.name != ".lock"]
    parts = {path.relative_to(lake.folder): path.read_bytes() for path in files}
    return {str(path): content for path, content in parts.items() if path.parts[0] not in ("runs", "derived", "log")}


def hand_on(desk: Desk, package: Package, run: str) -> None:
    log_disclosure(desk.lake, [Disclosed("a.pdf", "00", "A team", [package.package_id])], purpose="welfare", run=run)


def answer(desk: Desk, package: Package, said: str = "not needed") -> None:
    given = {
        "package_id": package.package_id, "trigger": "tipt", "team": "A team", "answer": said, "answered_on": datetime.now(UTC).date(),
    }  # fmt: skip
    keep_answers(desk.lake, [Answer.model_validate(given)])


def test_the_newest_runs_of_each_trigger_stay_and_the_log_says_what_went(desk: Desk) -> None:
    nights = a_month(desk)
    other = a_night_of_another_trigger(desk, nights[0])
    before = everything(desk.lake)
    plan, room = remove_old(desk.lake, keep=2)
    assert removed(plan) == ["2017-03-10", "2017-03-11"]
    assert room > 100_000
    assert plan.newest == {"repeat_calls": 1, "tipt": 2}
    assert list_runs(desk.lake) == [other, nights[3], nights[2]]
    assert everything(desk.lake) == before
    last = json.loads((desk.lake.folder / "log" / "consultations.jsonl").read_text("utf-8").splitlines()[-1])
    assert (last["command"], last["purpose"]) == ("tidy: removed", "retention")
    assert last["subjects"] == [nights[1].name, nights[0].name]
    assert last["user"]
    assert verify_log(desk.lake) >= 2


def a_night_of_another_trigger(desk: Desk, of: Path) -> Path:
    folder = desk.lake.runs / "2017-03-01-repeat_calls-0000000000000001"
    shutil.copytree(of, folder)
    (folder / "run.json").write_text(json.dumps({"number": next_number(desk.lake)}), "utf-8")
    return folder


def test_to_plan_changes_nothing_and_says_the_room_that_is_then_made(desk: Desk) -> None:
    def look() -> dict[Path, tuple[int, int, int]]:
        found = {path: path.stat() for path in desk.lake.folder.rglob("*")}
        return {path: (one.st_ino, one.st_size, one.st_mtime_ns) for path, one in found.items()}

    a_month(desk)
    before = look()
    plan = plan_removal(desk.lake, keep=1)
    told = old_runs.measure_room(plan.folders)
    assert look() == before
    assert remove_old(desk.lake, keep=1) == (plan, pytest.approx(told, rel=0.2))


def test_a_file_that_stays_under_another_name_makes_no_room(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
    (tmp_path / "a" / "large").write_bytes(os.urandom(1_000_000))
    for name in ("b", "c"):
        os.link(tmp_path / "a" / "large", tmp_path / name / "large")
    assert old_runs.measure_room([tmp_path / "a", tmp_path / "b"]) < 100_000
    assert old_runs.measure_room([tmp_path / name for name in "abc"]) >= 1_000_000


def test_searches_as_of_days_long_ago_do_not_push_last_night_out(desk: Desk) -> None:
    nights = a_month(desk)
    for day in (1, 2, 3):
        shutil.copytree(nights[0], folder := desk.lake.runs / f"2016-01-0{day}-tipt-{day:016x}")
        (folder / "run.json").write_text(json.dumps({"number": next_number(desk.lake)}), "utf-8")
    assert removed(plan_removal(desk.lake, keep=1)) == [
        "2016-01-01",
        "2016-01-02",
        "2017-03-10",
        "2017-03-11",
        "2017-03-12",
    ]


def test_a_run_stays_while_somebody_has_a_draft_of_it_open(desk: Desk) -> None:
    one, *_ = desk.drafts().values()
    nights = a_month(desk)
    with claim(desk.lake, one.package_id, "an analyst", nights[0].name):
        assert why(plan_removal(desk.lake, keep=1)) == {"2017-03-10": {OPEN: [one.package_id]}}
    with claim(desk.lake, one.package_id, "an analyst"):
        assert len(why(remove_old(desk.lake, keep=1)[0])) == 3, "of a claim that names no run all with the draft stay"
    assert removed(plan_removal(desk.lake, keep=1)) == ["2017-03-10", "2017-03-11", "2017-03-12"]


def test_the_newest_run_with_a_draft_that_is_begun_stays_until_it_is_decided(desk: Desk) -> None:
    one, *_ = desk.drafts().values()
    a_month(desk, one)
    keep_decisions(desk.lake, [desk.decide(one, "identity")])
    plan, _ = remove_old(desk.lake, keep=1)
    assert (removed(plan), why(plan)) == (["2017-03-10", "2017-03-12"], {"2017-03-11": {BEGUN: [one.package_id]}})
    keep_decisions(desk.lake, [desk.decide(one, "identity", "rejected", "wrong person")])
    plan, _ = remove_old(desk.lake, keep=1)
    assert (removed(plan), why(plan)) == (["2017-03-11"], {})
    with pytest.raises(NotFound):
        find_package(desk.lake, one.package_id)


def test_a_draft_that_a_run_that_stays_has_too_is_no_reason_to_keep_an_older_one(desk: Desk) -> None:
    one, *_ = desk.drafts().values()
    a_month(desk)
    keep_decisions(desk.lake, [desk.decide(one, "identity")])
    assert why(plan_removal(desk.lake, keep=1)) == {}


def test_a_confirmed_draft_keeps_its_run_until_it_is_handed_over_and_is_found_when_the_run_is_gone(desk: Desk) -> None:
    one, *_ = desk.drafts().values()
    nights = a_month(desk, one)
    keep_decisions(desk.lake, desk.all_of(one))
    plan, _ = remove_old(desk.lake, keep=1)
    assert why(plan) == {"2017-03-11": {CONFIRMED: [one.package_id]}}
    hand_on(desk, one, nights[1].name)
    plan, _ = remove_old(desk.lake, keep=1)
    assert [(run.folder, run.set_aside) for run in plan.old] == [(nights[1], [one.package_id])]
    assert find_package(desk.lake, one.package_id) == one
    assert find_package(desk.lake, one.package_id, nights[1].name) == one
    assert {str(line["run"]) for line in read_disclosures(desk.lake)} == {nights[1].name}
    with pytest.raises(NotFound):
        find_run(desk.lake, nights[1].name)
    with DuckDBEngine(threads=2) as engine:
        assert explain(desk.lake, engine, one)["evidence"]
    assert not [run for run in list_runs(desk.lake) if run.name.startswith(".")]
    assert all(path.stat().st_mode & 0o077 == 0 for path in (desk.lake.folder / "desk").rglob("*"))


def test_a_package_that_is_confirmed_anew_after_it_was_handed_over_keeps_its_run(desk: Desk) -> None:
    one, *_ = desk.drafts().values()
    nights = a_month(desk, one)
    hand_on(desk, one, nights[0].name)
    later = [each.model_copy(update={"at": each.at + timedelta(seconds=5)}) for each in desk.all_of(one)]
    keep_decisions(desk.lake, later)
    plan, _ = remove_old(desk.lake, keep=1)
    assert why(plan) == {"2017-03-11": {CONFIRMED: [one.package_id]}}
    assert {run.folder.name[:10]: run.set_aside for run in plan.old} == {
        "2017-03-10": [one.package_id],
        "2017-03-12": [],
    }


def test_the_version_that_was_handed_over_is_found_by_its_run_though_a_newer_one_stays(desk: Desk) -> None:
    one, *_ = desk.drafts().values()
    nights = a_month(desk)
    keep_decisions(desk.lake, desk.all_of(one))
    hand_on(desk, one, nights[1].name)
    remove_old(desk.lake, keep=1)
    assert find_package(desk.lake, one.package_id, nights[1].name) == one
    with pytest.raises(NotFound):
        find_package(desk.lake, one.package_id, nights[0].name)


def test_how_records_were_joined_stays_for_a_package_until_its_team_has_answered(desk: Desk) -> None:
    one, *_ = desk.drafts().values()
    nights = a_month(desk, one)
    joined = desk.lake.derived("identity", one.method.identity)
    for folder in nights[2:]:
        for path in (folder / "packages").glob("K-*.json"):
            path.write_text(path.read_text("utf-8").replace(one.method.identity, "0" * 16), "utf-8")
    for number in range(old_runs.FEW):
        with desk.lake.make_derived("identity", f"{number:016x}") as working:
            (working / "done.json").write_text("{}", "utf-8")
    keep_decisions(desk.lake, desk.all_of(one))
    hand_on(desk, one, nights[1].name)
    plan, _ = remove_old(desk.lake, keep=1)
    assert (removed(plan), plan.derived) == (["2017-03-10", "2017-03-11", "2017-03-12"], [])
    wrong = next(item for kind in one.evidence for item in kind.items)
    with DuckDBEngine(threads=2) as engine:
        part_records(
            desk.lake, engine, package_id=one.package_id, evidence_id=wrong.evidence_id, reason="Another child.",
            role="team", user="a user",
        )  # fmt: skip
    answer(desk, one)
    plan, _ = remove_old(desk.lake, keep=1)
    assert plan.derived == [joined]
    assert not joined.exists()
    assert desk.lake.list_derived("narrative")
    with DuckDBEngine(threads=2) as engine, pytest.raises(NotFound, match="is no longer in this lake"):
        explain(desk.lake, engine, one)


def test_a_run_stays_from_whose_day_a_blind_sample_was_drawn(desk: Desk) -> None:
    a_month(desk)
    folder = desk.lake.folder / "desk" / "samples"
    folder.mkdir(parents=True)
    key = folder / "2017-03-11-tipt-1-5.json"
    key.write_text(json.dumps({"trigger": "tipt", "as_of": "2017-03-11"}), "utf-8")
    assert list(why(plan_removal(desk.lake, keep=1))) == ["2017-03-11"]
    key.write_text("{", "utf-8")
    with pytest.raises(LakeError, match="of a sample cannot be read"):
        remove_old(desk.lake, keep=1)


def test_what_is_no_run_of_a_search_is_left_alone(desk: Desk, tmp_path: Path) -> None:
    nights = a_month(desk)
    by_hand = nights[0].rename(desk.lake.runs / "before the audit")
    shutil.move(nights[1], tmp_path / "elsewhere")
    nights[1].symlink_to(tmp_path / "elsewhere")
    (unfinished := desk.lake.runs / "2017-03-02-tipt-00").mkdir()
    plan, _ = remove_old(desk.lake, keep=1)
    assert removed(plan) == ["2017-03-12"]
    assert {run.folder for run in plan.kept} == {by_hand, nights[1]}
    assert unfinished.exists()
    assert (tmp_path / "elsewhere" / "report.json").exists()


@pytest.mark.parametrize("said", ["the catalogue no longer has its trigger", "this version cannot read them"])
def test_a_run_stays_of_which_it_cannot_be_said_how_far_its_drafts_are(desk: Desk, said: str) -> None:
    one, *_ = desk.drafts().values()
    nights = a_month(desk, one)
    keep_decisions(desk.lake, [desk.decide(one, "identity")])
    if "trigger" in said:
        for night in nights:
            night.rename(night.with_name(night.name.replace("tipt", "given_up")))
    else:
        (nights[1] / "packages" / f"{one.package_id}.json").write_text('{"method": {"identity": "x"}}', "utf-8")
    kept = why(plan_removal(desk.lake, keep=1))
    assert [said in reason for reason in kept["2017-03-11"]] == [True]


@pytest.mark.parametrize("name", ["decisions.jsonl", "answers.jsonl"])
def test_nothing_goes_where_what_people_said_cannot_be_read(desk: Desk, name: str) -> None:
    a_month(desk)
    (desk.lake.folder / "desk").mkdir(exist_ok=True)
    (desk.lake.folder / "desk" / name).write_text('{"package_id": "K-1"}\n' * 2, "utf-8")
    with pytest.raises(LakeError, match="Restore the file from a backup"):
        remove_old(desk.lake, keep=1)
    assert len(list_runs(desk.lake)) == 4


def test_nothing_goes_where_it_cannot_be_read_what_a_run_that_stays_rests_on(desk: Desk) -> None:
    *_, newest = a_month(desk)
    sorted((newest / "packages").glob("K-*.json"))[0].write_text("{", "utf-8")
    with pytest.raises(LakeError, match="Nothing was removed"):
        remove_old(desk.lake, keep=1)
    assert len(list_runs(desk.lake)) == 4


def test_nothing_goes_while_another_run_holds_the_lake(desk: Desk) -> None:
    a_month(desk)
    with desk.lake.hold(), pytest.raises(LakeBusy):
        remove_old(desk.lake, keep=1)
    assert len(list_runs(desk.lake)) == 4


def test_what_cannot_be_logged_does_not_go(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    a_month(desk)
    monkeypatch.setattr(lake_module, "append_lines", fail)
    with pytest.raises(OSError, match="No space left"):
        remove_old(desk.lake, keep=1)
    assert len(list_runs(desk.lake)) == 4


def test_the_newest_run_never_goes(desk: Desk) -> None:
    with pytest.raises(ValueError, match="always stays"):
        remove_old(desk.lake, keep=0)
    assert list_runs(desk.lake) == [desk.folder]


def test_only_runs_and_what_was_derived_can_be_taken_out_of_sight(desk: Desk) -> None:
    batch = next(desk.lake.batches.iterdir())
    for folder in (batch, desk.lake.folder / "desk", desk.lake.folder / "derived" / "identity", desk.lake.runs):
        with pytest.raises(LakeError, match="left as it is"):
            desk.lake.hide(folder)
    assert batch.exists()


def test_a_night_finds_as_many_links_as_it_looks_at() -> None:
    assert old_runs.FEW >= increment.FEW


def test_a_lake_whose_old_runs_were_removed_is_searched_as_before_and_numbers_go_on(desk: Desk) -> None:
    one, *_ = desk.drafts().values()
    nights = a_month(desk, one)
    keep_decisions(desk.lake, desk.all_of(one))
    hand_on(desk, one, nights[1].name)
    remove_old(desk.lake, keep=1)
    found = desk.search()
    assert found.since
    assert found.since.run == nights[3].name
    assert find_run(desk.lake) == found.folder
    assert read_number(found.folder)[0] == read_number(nights[3])[0] + 1
    assert find_package(desk.lake, one.package_id) == desk.drafts()[one.subject.name.split()[-1]]


STAGES = {
    "a package is being set aside": r"^rename .*/desk/packages/.*/K-",
    "the first run would go out of sight": r"^rename .*/runs/\..*\.part$",
    "the second run would go out of sight": r"^rename .*/runs/\.2017-03-10.*\.part$",
    "a run is being removed": r"^remove .*/runs/\..*\.part$",
}


@pytest.mark.parametrize("stage", STAGES)
def test_a_removal_that_is_killed_leaves_whole_runs_and_is_ended_by_the_next(desk: Desk, stage: str) -> None:
    one, *_ = desk.drafts().values()
    nights = a_month(desk, one)
    keep_decisions(desk.lake, desk.all_of(one))
    hand_on(desk, one, nights[1].name)
    before = everything(desk.lake)
    files = {night: sorted(path.name for path in night.rglob("*")) for night in nights}
    words = [STAGES[stage], "tidy", "--data", str(desk.lake.folder.parent), "--keep", "1", "--yes"]
    ended = run_copied(killer.main, words, os.environ, Path.cwd(), 120)
    assert ended.returncode == -signal.SIGKILL, f"it never came so far: {ended.stderr}"
    for run in list_runs(desk.lake):
        assert sorted(path.name for path in run.rglob("*")) == files[run]
    plan, _ = remove_old(desk.lake, keep=1)
    assert list_runs(desk.lake) == [nights[3]]
    assert plan.kept == []
    assert find_package(desk.lake, one.package_id) == one
    assert not list(desk.lake.folder.rglob("*.part"))
    after = everything(desk.lake)
    assert {name for name in after if name not in before} == {
        f"desk/packages/{nights[1].name}/run.json", f"desk/packages/{nights[1].name}/packages/{one.package_id}.json",
    }  # fmt: skip
    assert before.items() <= after.items()
    assert verify_log(desk.lake) >= 2
    said = [
        json.loads(line) for line in (desk.lake.folder / "log" / "consultations.jsonl").read_text("utf-8").splitlines()
    ]
    told = {run for line in said if line["command"] == "tidy: removed" for run in line["subjects"]}
    assert told == {night.name for night in nights[:3]}


def test_a_run_of_a_day_is_told_from_its_name(desk: Desk) -> None:
    nights = a_month(desk)
    plan = plan_removal(desk.lake, keep=3)
    assert [(run.folder, run.trigger, run.as_of, run.drafts) for run in plan.old] == [
        (nights[0], "tipt", date(2017, 3, 10), 4)
    ]


MOMENTS = {
    "the runs are put in order": "headwater.triggers.runs.find.read_number",
    "what people did is read": "headwater.triggers.old_runs._read_work",
    "it is asked what a run rests on": "headwater.triggers.old_runs._read_joining",
    "a draft that is not finished is read": "headwater.triggers.old_runs.read_package",
}
"""When a run is removed while somebody looks which runs are old."""


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_run_that_goes_while_old_ones_are_looked_for_is_not_in_the_answer(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    begun = desk.drafts()["Betaham"]
    nights = [a_night(desk, day, without=(begun,) if day == 12 else ()) for day in (10, 11, 12)]
    keep_decisions(desk.lake, [desk.decide(begun, "identity")])
    shutil.rmtree(desk.folder)
    package, name = MOMENTS[moment].rsplit(".", 1)
    before = getattr(sys.modules[package], name)

    def go(*told: object) -> object:
        for night in nights[:2]:
            shutil.rmtree(night, ignore_errors=True)
        return before(*told)

    monkeypatch.setattr(sys.modules[package], name, go)
    plan = plan_removal(desk.lake, keep=1)
    assert removed(plan) == []
    assert plan.newest == {"tipt": 1}
    assert old_runs.measure_room(nights[:2]) == 0


def test_a_file_that_goes_as_its_room_is_measured_frees_none(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = a_night(desk, 10)
    whole, lstat = old_runs.measure_room([folder]), Path.lstat

    def go(path: Path) -> os.stat_result:
        if path.name == "report.json":
            path.unlink()
        return lstat(path)

    monkeypatch.setattr(Path, "lstat", go)
    assert 0 < old_runs.measure_room([folder]) < whole


def test_a_lake_whose_runs_come_and_go_all_the_time_is_said_to_be_at_work(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    days, read = iter(range(10, 30)), old_runs._read_work

    def come(lake: Lake) -> object:
        a_night(desk, next(days))
        return read(lake)

    monkeypatch.setattr(old_runs, "_read_work", come)
    with pytest.raises(LakeBusy, match=r"another run is writing to it\. Wait until it has ended"):
        plan_removal(desk.lake)


def test_a_derived_folder_that_goes_as_it_is_looked_at_is_not_listed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest, read = desk.lake.list_derived("identity")[0], lake_module._number
    old = shutil.copytree(newest, newest.with_name("0" * 16))

    def go(folder: Path) -> int:
        if folder == old:
            shutil.rmtree(old)
        return read(folder)

    monkeypatch.setattr(lake_module, "_number", go)
    assert desk.lake.list_derived("identity") == [newest]
