"""Are the records of everybody joined equally well, whatever the names' origin? On made-up forces, against their truth."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from headwater.engine import DuckDBEngine
from headwater.identity.quality import EVERYBODY, measure_groups, measure_queue
from identity_quality import measure_force


def person_table(engine: DuckDBEngine, name: str, owners: dict[str, str], **more: list[str]) -> None:
    columns: dict[str, Any] = {"person_record_id": list(owners), "person_id": list(owners.values()), **more}
    engine.register(name, pa.table(columns))


def test_a_false_pair_counts_for_the_groups_of_both_people() -> None:
    true = {"r1": "A", "r2": "A", "r3": "B", "r4": "B", "r5": "C"}
    with DuckDBEngine() as engine:
        # r1 and r2 are rightly joined, r3 wrongly with r5 of another group, and so r3 and r4 are lost.
        person_table(engine, "person", {"r1": "x", "r2": "x", "r3": "y", "r4": "z", "r5": "y"})
        person_table(engine, "truth", true, g=["one", "one", "one", "one", "two"])
        found = measure_groups(engine, truth="truth", group="g")
    assert {name: (row["found"], row["true"], row["both"]) for name, row in found.items()} == {
        EVERYBODY: (2, 2, 1), "one": (2, 2, 1), "two": (1, 0, 0),
    }  # fmt: skip
    assert found["one"]["precision"] == found["one"]["recall"] == found["one"]["f1"] == 0.5
    assert found["two"]["recall"] is None


def test_a_false_pair_inside_a_group_counts_once() -> None:
    with DuckDBEngine() as engine:
        person_table(engine, "person", {"r1": "x", "r2": "x"})
        person_table(engine, "truth", {"r1": "A", "r2": "B"}, g=["one", "one"])
        found = measure_groups(engine, truth="truth", group="g")
    assert (found["one"]["found"], found["one"]["true"]) == (1, 0)


def lagging(groups: dict[str, Any], bar: float, people: int) -> dict[str, float]:
    """Groups of at least so many people whose F1 lies further below the overall one."""
    whole = groups[EVERYBODY]["f1"]
    return {
        name: row["f1"] - whole for name, row in groups.items() if row["people"] >= people and row["f1"] < whole - bar
    }


def test_no_group_lags_far_behind_on_a_small_force(tmp_path: Path) -> None:
    found = measure_force(tmp_path, people=5_000, seed=11)
    assert found["groups"][EVERYBODY]["f1"] > 0.985
    assert lagging(found["groups"], 0.05, people=30) == {}
    queue_beats_chance(found["queue"])


def queue_beats_chance(queue: dict[str, Any]) -> None:
    """Of the first 50 pairs that a reviewer is shown half are worth the minute, or nearly all that there are; a random order would
    give far fewer."""
    first = queue["first"]["50"]
    assert first["wrong"] > first["by_chance"]
    assert first["wrong"] >= min(25, 0.9 * queue["wrong"])
    assert first["share"] >= 2 * queue["share"]


def test_the_use_of_a_queue_is_what_its_pairs_would_change() -> None:
    owners = {"r1": "A", "r2": "A", "r3": "B", "r4": "B"}
    pairs = [
        {"record_a": a, "record_b": b, "question": question}
        for question, a, b in (("join", "r1", "r2"), ("part", "r1", "r3"), ("join", "r2", "r3"), ("part", "r3", "r4"))
    ]
    found = measure_queue(pairs, owners, sizes=(1, 2, 3, 9))
    assert (found["pairs"], found["wrong"], found["share"]) == (4, 2, 0.5)
    assert {size: (row["wrong"], row["by_chance"]) for size, row in found["first"].items()} == {
        "1": (1, 1), "2": (2, 2), "3": (2, 2),
    }  # fmt: skip
    assert measure_queue([], owners)["share"] is None


@pytest.mark.full
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_group_lags_more_than_two_points_behind(tmp_path: Path, seed: int) -> None:
    found = measure_force(tmp_path, people=20_000, seed=seed)
    assert len(found["groups"]) == 15
    assert found["groups"][EVERYBODY]["f1"] > 0.993
    assert lagging(found["groups"], 0.02, people=1) == {}
    risks = found["overlinking"]
    for kind in ("family", "hostel or shared house", "strangers of one name", "default date of birth, one family name"):
        assert risks[kind]["pairs"] > 300
        assert risks[kind]["share"] < 0.005
    assert risks["twins"]["joined"] <= 1
    assert risks["parent and child of one name"]["joined"] <= 2
    queue_beats_chance(found["queue"])
