"""Are decisions kept for good, and do two analysts on one queue not undo each other?"""

from __future__ import annotations

import json
import multiprocessing
import os
import threading
import time
from pathlib import Path

import pytest

from headwater.records import Lake
from headwater.records.lake import LakeError
from headwater.triggers.desk import DeskConflict, about, claim, keep_decisions, read_decisions, store
from tests.triggers.desk.conftest import Desk


def _work(folder: Path, lines: list[str], gate: multiprocessing.synchronize.Event) -> None:
    from headwater.triggers.desk import Decision

    gate.wait()
    for line in lines:
        keep_decisions(Lake.open(folder), [Decision.model_validate_json(line)])


def test_two_processes_lose_nothing(desk: Desk) -> None:
    context = multiprocessing.get_context("spawn")
    gate = context.Event()
    drafts = desk.drafts()
    names = ("Alphaham", "Betaham")
    lines = [
        [desk.decide(drafts[name], "release", "rejected", "out of date", by=name).model_dump_json()] * 40
        for name in names
    ]
    workers = [context.Process(target=_work, args=(desk.lake.folder, each, gate)) for each in lines]
    for worker in workers:
        worker.start()
    gate.set()
    for worker in workers:
        worker.join(60)
    found = read_decisions(desk.lake)
    assert [sum(one.by == name for one in found) for name in names] == [40, 40]


def test_a_decision_against_a_draft_that_somebody_changed_since_is_refused_with_the_name(desk: Desk) -> None:
    draft = desk.drafts()["Alphaham"]
    known = len(about(read_decisions(desk.lake), draft.package_id))
    keep_decisions(desk.lake, [desk.decide(draft, "identity", by="the first")], known=known)
    with pytest.raises(DeskConflict, match="the first has decided"):
        keep_decisions(
            desk.lake, [desk.decide(draft, "identity", "rejected", "wrong person", by="the second")], known=known
        )
    assert [one.by for one in read_decisions(desk.lake)] == ["the first"]


def test_a_draft_that_somebody_has_open_is_not_given_to_another(desk: Desk) -> None:
    with claim(desk.lake, "K-1", "the first") as before:
        assert before is None
        with pytest.raises(DeskConflict, match="the first has K-1 open"), claim(desk.lake, "K-1", "the second"):
            pytest.fail("two have one draft")
    with claim(desk.lake, "K-1", "the second") as before:
        assert before is None


@pytest.mark.parametrize(
    "held", [{"by": "gone", "process": 2**22 + 1, "at": 0.0}, {"by": "asleep", "process": os.getpid(), "at": 0.0}]
)
def test_a_stale_claim_is_taken_over_and_its_holder_named(desk: Desk, held: dict[str, object]) -> None:
    folder = desk.lake.folder / "desk" / "claims"
    folder.mkdir(parents=True)
    if held["by"] == "gone":
        held["at"] = time.time()
    (folder / "K-1").write_text(json.dumps(held), encoding="utf-8")
    with claim(desk.lake, "K-1", "me") as before:
        assert before == held["by"]


def test_a_torn_line_is_passed_over_and_a_changed_one_stops(desk: Desk) -> None:
    draft = desk.drafts()["Alphaham"]
    keep_decisions(desk.lake, [desk.decide(draft, "identity")])
    path = desk.lake.folder / "desk" / "decisions.jsonl"
    assert path.stat().st_mode & 0o777 == 0o600
    with path.open("a", encoding="utf-8") as handle:
        handle.write('{"package_id": "K-1", "pie')
    keep_decisions(desk.lake, [desk.decide(draft, "release", "rejected", "withdrawn")])
    assert [one.piece for one in read_decisions(desk.lake)] == ["identity", "release"]
    path.write_text(path.read_text("utf-8").replace('"withdrawn"', '"a whim"'), encoding="utf-8")
    with pytest.raises(LakeError, match="is no decision"):
        read_decisions(desk.lake)


def test_a_damaged_line_stops_and_is_not_passed_over(desk: Desk) -> None:
    """A rejection that cannot be read any more must not turn into no rejection."""
    draft = desk.drafts()["Alphaham"]
    keep_decisions(desk.lake, [desk.decide(draft, "release", "rejected", "withdrawn")])
    keep_decisions(desk.lake, [desk.decide(draft, "identity")])
    path = desk.lake.folder / "desk" / "decisions.jsonl"
    path.write_text(path.read_text("utf-8").replace('"verdict":"rejected"', '"verdict:"rejected"'), encoding="utf-8")
    with pytest.raises(LakeError, match="Line 1"):
        read_decisions(desk.lake)


TURNS = 3


def _take(folder: Path, number: int, gate: multiprocessing.synchronize.Barrier, took: Path) -> None:
    """In each turn all try at once, and whoever has it holds it until all have tried."""
    for turn in range(TURNS):
        gate.wait(60)
        try:
            with claim(Lake.open(folder), "K-1", f"analyst {number}"):
                (took / f"{turn} {number}").touch()
                gate.wait(60)
        except DeskConflict:
            gate.wait(60)
        gate.wait(60)


def test_a_stale_claim_is_taken_over_by_one_of_many(desk: Desk, tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    folder = desk.lake.folder / "desk" / "claims"
    folder.mkdir(parents=True)
    took, gate = tmp_path / "took", context.Barrier(5)
    took.mkdir()
    workers = [context.Process(target=_take, args=(desk.lake.folder, number, gate, took)) for number in range(4)]
    for worker in workers:
        worker.start()
    for turn in range(TURNS):
        (folder / "K-1").write_text(json.dumps({"by": "gone", "process": 2**22 + 1, "at": 0.0}), encoding="utf-8")
        for _ in range(3):
            gate.wait(60)
        assert len(list(took.glob(f"{turn} *"))) == 1
    for worker in workers:
        worker.join(60)


def test_taking_over_waits_while_another_does(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between looking at a stale claim and taking it nobody else can take it: else each would remove the other's."""
    folder = desk.lake.folder / "desk" / "claims"
    folder.mkdir(parents=True)
    (folder / "K-1").write_text(json.dumps({"by": "gone", "process": 2**22 + 1, "at": 0.0}), encoding="utf-8")
    read, looked, both = store._read, threading.Event(), []

    def slowly(path: Path) -> dict[str, object]:
        found = read(path)
        if threading.current_thread().name == "slow" and not looked.is_set():
            looked.set()
            time.sleep(0.5)
        return found

    def slow() -> None:
        with claim(desk.lake, "K-1", "slow"):
            both.append("slow")
            time.sleep(0.5)

    monkeypatch.setattr(store, "_read", slowly)
    worker = threading.Thread(target=slow, name="slow")
    worker.start()
    looked.wait(5)
    with pytest.raises(DeskConflict, match="slow has K-1 open"), claim(desk.lake, "K-1", "quick"):
        both.append("quick")
    worker.join()
    assert both == ["slow"]
