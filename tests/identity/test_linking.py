"""Are people found behind their records, and are reviewers obeyed?"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from headwater.engine import DuckDBEngine
from headwater.identity import DecisionError, decide, link, list_decisions, open_identity, open_places
from headwater.identity.compare import compare
from headwater.identity.features import prepare_features, skeleton
from headwater.identity.model import read_model
from headwater.records import Lake, load, open_and_keep, open_records
from tests.records.samples import crime_file, crime_row, incident, incident_file, notice, notice_file


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    exports = tmp_path / "exports"
    exports.mkdir()
    crime_file(
        exports,
        crime_row(SURNAME="UP1", PNC_ID="81/34U"),
        crime_row(person=2, ROLE="SUS", FORENAMES="Rob", DOB="03/07/1980", REL_TO_VICTIM="PARTNER"),
    )
    incident_file(exports, incident())
    notice_file(exports, notice(), notice("PN/2", created="2016-09-01 10:00"))
    found = Lake.open(tmp_path / "lake")
    with DuckDBEngine() as engine:
        load(found, [exports], engine=engine)
    return found


def people(lake: Lake) -> dict[str, str]:
    with DuckDBEngine() as engine:
        open_records(engine, lake)
        open_identity(engine, link(engine, lake))
        return {row["person_record_id"]: row["person_id"] for row in engine.fetch("SELECT * FROM person").to_pylist()}


def test_records_of_one_person_in_several_systems_are_joined(lake: Lake) -> None:
    found = people(lake)
    assert found["crime:20DY/000001/16:1"] == found["protection_notice:PN/2:2"]
    assert found["protection_notice:PN/0000001/16:1"] == found["protection_notice:PN/2:1"]


def test_two_people_of_one_event_are_never_joined(lake: Lake) -> None:
    found = people(lake)
    assert found["crime:20DY/000001/16:1"] != found["crime:20DY/000001/16:2"]
    assert found["protection_notice:PN/2:1"] != found["protection_notice:PN/2:2"]


def test_a_reviewer_who_parts_two_records_is_obeyed_and_can_take_it_back(lake: Lake) -> None:
    a, b = "protection_notice:PN/0000001/16:1", "protection_notice:PN/2:1"
    said = {"record_a": a, "record_b": b, "role": "analyst", "reason": "cousins", "user": "u1"}
    decide(lake, verdict="not the same person", **said)
    parted = people(lake)
    assert parted[a] != parted[b]
    decide(lake, verdict="undecided", **said)
    assert list_decisions(lake) == []
    joined = people(lake)
    assert joined[a] == joined[b]


def test_a_decision_needs_two_records_and_a_reason(lake: Lake) -> None:
    with pytest.raises(DecisionError, match="two different"):
        decide(lake, record_a="a", record_b="a", verdict="same person", role="r", reason="x", user="u")
    with pytest.raises(DecisionError, match="reason"):
        decide(lake, record_a="a", record_b="b", verdict="same person", role="r", reason=" ", user="u")


def test_pairs_compared_in_shares_are_the_pairs_compared_at_once(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    with DuckDBEngine() as engine:
        open_records(engine, lake)
        prepare_features(engine)
        found = []
        for at_once in (1_000_000, 2):
            monkeypatch.setattr(sys.modules["headwater.identity.compare"], "PAIRS_AT_ONCE", at_once)
            count = compare(engine, read_model(lake))
            found.append(engine.fetch("SELECT * FROM link ORDER BY ALL").to_pylist())
            assert count == len(found[-1]) > 2
        assert found[0] == found[1]


def test_a_link_leaves_nothing_in_memory_that_was_only_on_the_way(lake: Lake) -> None:
    """With tens of links for each record, what comes after would have no room beside them."""
    with DuckDBEngine() as engine:
        open_and_keep(engine, lake)
        open_identity(engine, folder := link(engine, lake))
        open_places(engine, folder)
        left = "SELECT table_name FROM duckdb_tables() WHERE temporary ORDER BY ALL"
        assert set(engine.fetch(left)["table_name"].to_pylist()) <= {
            "not_yet", "not_yet_soon", "later_address_record", "narrative_not_kept", "component", "care_move", "address_kind", "home_kind",
        }  # fmt: skip


def test_linking_twice_gives_the_same_bytes(lake: Lake, tmp_path: Path) -> None:
    with DuckDBEngine() as engine:
        open_records(engine, lake)
        folder = link(engine, lake)
        before = {path.name: path.read_bytes() for path in folder.iterdir()}
        for path in folder.iterdir():
            path.unlink()
    with DuckDBEngine(threads=1) as engine:
        open_records(engine, lake)
        assert {path.name: path.read_bytes() for path in link(engine, lake).iterdir()} == before


@pytest.mark.parametrize(("one", "other"), [("mohammed", "muhammad"), ("hussain", "hussein"), ("phillip", "filip")])
def test_spellings_of_one_sound_share_a_key(one: str, other: str) -> None:
    with DuckDBEngine() as engine:
        row = engine.fetch(
            f"SELECT {skeleton('a')} = {skeleton('b')} AS same FROM (SELECT $one AS a, $other AS b)",
            {"one": one, "other": other},
        )
    assert row["same"].to_pylist() == [True]
