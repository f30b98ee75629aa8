"""Does the queue list what is worth a minute, best first, tell nothing that is protected, and forget what was decided?"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from headwater.engine import DuckDBEngine
from headwater.identity import decide, link, open_identity
from headwater.identity.review import ASK_INTELLIGENCE, KEPT_APART, NOT_SHOWN, TWO_NAMES, _gather, list_pairs
from headwater.records import Lake, load, open_records
from headwater.synthetic import make_force
from tests.records.samples import crime_file, crime_row


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    folder = tmp_path_factory.mktemp("review")
    make_force(folder / "force", people=1200, seed=7)
    found = Lake.open(folder / "data" / "lake")
    with DuckDBEngine() as engine:
        load(found, [folder / "force" / "exports"], engine=engine)
        open_records(engine, found)
        link(engine, found)
    return found


def queue(lake: Lake, limit: int = 1000, packaged: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    with DuckDBEngine() as engine:
        open_records(engine, lake)
        open_identity(engine, link(engine, lake))
        return list_pairs(engine, lake, limit=limit, packaged=packaged)


@pytest.fixture(scope="module")
def pairs(lake: Lake) -> list[dict[str, Any]]:
    return queue(lake)


def test_the_best_comes_first_and_a_short_list_is_the_head_of_the_long_one(
    lake: Lake, pairs: list[dict[str, Any]]
) -> None:
    assert len(pairs) > 10
    assert [pair["value"] for pair in pairs] == sorted((pair["value"] for pair in pairs), reverse=True)
    assert queue(lake, 5) == pairs[:5]


def test_a_pair_says_why_what_was_compared_and_what_would_change(pairs: list[dict[str, Any]]) -> None:
    assert {pair["question"] for pair in pairs} == {"join", "part"}
    for pair in pairs:
        assert pair["why"]
        assert pair["person_a"] in pair["change"]
        assert set(pair["compared"]) == {"name", "date_of_birth", "address", "pnc", "local_number", "sex", "phone"}
        assert (pair["person_a"] == pair["person_b"]) == (pair["question"] == "part")
    assert "same date of birth" in {pair["compared"]["date_of_birth"] for pair in pairs}


def test_no_two_people_are_asked_about_twice(pairs: list[dict[str, Any]]) -> None:
    asked = [frozenset((pair["person_a"], pair["person_b"])) for pair in pairs if pair["question"] == "join"]
    assert len(asked) == len(set(asked))


def test_what_a_package_depends_on_rises(lake: Lake, pairs: list[dict[str, Any]]) -> None:
    low = pairs[-1]
    risen = {(p["record_a"], p["record_b"]): p for p in queue(lake, packaged=(low["person_a"],))}
    same = risen[low["record_a"], low["record_b"]]
    assert same["weight"] == low["weight"] + 3
    assert "A package depends on it." in same["depends"]
    assert same["rank"] < low["rank"]


def test_no_protected_address_and_nothing_of_intelligence_is_told(lake: Lake, pairs: list[dict[str, Any]]) -> None:
    with DuckDBEngine() as engine:
        open_records(engine, lake)
        secret = engine.fetch(
            "SELECT DISTINCT concat_ws(', ', line, postcode) AS place FROM address_record WHERE (protected OR premises = 'refuge') AND line IS NOT NULL"
        )["place"].to_pylist()
    assert secret
    assert not {side.get("address") for pair in pairs for side in [*pair["sides"], pair["rival"] or {}]} & set(secret)
    by_intelligence = [pair for pair in pairs if any(side.get("held_by_intelligence") for side in pair["sides"])]
    for pair in by_intelligence:
        assert set(pair["compared"].values()) == {ASK_INTELLIGENCE}
    for pair in pairs:
        if NOT_SHOWN in [side.get("address") for side in pair["sides"]] and pair not in by_intelligence:
            assert pair["compared"]["address"] == NOT_SHOWN


def test_where_a_record_could_be_somebody_else_it_is_said_who(tmp_path: Path) -> None:
    """A father and a son of one name and home, and a record without a date of birth: each pair with it names the other of the two."""
    exports = tmp_path / "exports"
    exports.mkdir()
    said = {"FORENAMES": "Joshua", "SURNAME": "Pemwood", "SEX": "M"}
    born = ["07/11/1961"] * 3 + ["21/09/2000"] * 3 + [""]
    others = [("Adam", "Bolton", "01/02/1970"), ("Beth", "Carton", "03/04/1980"), ("Joshua", "Darton", "05/06/1990")]
    crime_file(
        exports,
        *(crime_row(f"20DY/{number:06}/16", DOB=day, **said) for number, day in enumerate(born)),
        *(
            crime_row(f"20DY/{number:06}/15", FORENAMES=given, SURNAME=family, DOB=day, ADDRESS=f"{number} Elsewhere Road", UPRN="")
            for number, (given, family, day) in enumerate(others)
        ),
    )  # fmt: skip
    found = Lake.open(tmp_path / "lake")
    with DuckDBEngine() as engine:
        load(found, [exports], engine=engine)
        open_records(engine, found)
        open_identity(engine, link(engine, found))
        people = dict(
            engine.fetch("SELECT person_record_id, person_id FROM person").to_pandas().itertuples(index=False)
        )
        pairs = list_pairs(engine, found, limit=100)
    lone, father, son = (f"crime:20DY/{number:06}/16:1" for number in (6, 0, 3))
    assert len({people[lone], people[father], people[son]}) == 3
    asked = [pair for pair in pairs if lone in (pair["record_a"], pair["record_b"])]
    assert {pair["rival"]["person"] for pair in asked} == {people[father], people[son]}
    for pair in asked:
        assert pair["rival"]["of"] == lone
        assert {pair["person_a"], pair["person_b"], pair["rival"]["person"]} == {
            people[lone],
            people[father],
            people[son],
        }
        assert pair["rival"]["name"].endswith("Pemwood")
        assert pair["rival"]["date_of_birth"] in ("1961-11-07", "2000-09-21")
    assert all(pair["rival"] is None for pair in pairs if pair["question"] == "part")


def test_a_decided_pair_leaves_the_queue(lake: Lake, pairs: list[dict[str, Any]]) -> None:
    first = next(pair for pair in pairs if pair["question"] == "join")
    said = {
        "record_a": first["record_a"],
        "record_b": first["record_b"],
        "role": "analyst",
        "reason": "seen",
        "user": "u",
    }
    decide(lake, verdict="not the same person", **said)
    later = queue(lake)
    decide(lake, verdict="undecided", **said)
    people = {first["person_a"], first["person_b"]}
    assert not [p for p in later if {p["person_a"], p["person_b"]} == people and p["question"] == "join"]
    assert [p for p in pairs if {p["person_a"], p["person_b"]} == people]


def test_the_command_prints_the_pairs_and_logs_who_was_looked_at(lake: Lake) -> None:
    command = [sys.executable, "-c", "from headwater.cli import main; main()", "pairs", "--limit", "3", "--json"]
    done = subprocess.run(
        [*command, "--data", str(lake.folder.parent)], capture_output=True, text=True, timeout=120, check=True
    )
    listed = json.loads(done.stdout)["pairs"]
    assert len(listed) == 3
    last = json.loads(Path(lake.folder / "log" / "consultations.jsonl").read_text("utf-8").splitlines()[-1])
    assert last["command"] == "pairs"
    assert set(last["subjects"]) == {pair[side] for pair in listed for side in ("person_a", "person_b")} | {
        pair["rival"]["person"] for pair in listed if pair["rival"]
    }


def test_people_who_differ_in_the_given_name_only_are_asked_about_as_such_unless_their_pnc_ids_differ() -> None:
    ids = ["a", "b", "c", "d"]
    people = pa.table({"person_id": ["P", "P", "Q", "Q"], "person_record_id": ids, "certainty": ["certain"] * 4})
    for pncs, why, chance in (
        ([None] * 4, "alike but for the given name", TWO_NAMES),
        (["1", None, "2", None], "different PNC ids", KEPT_APART),
    ):
        with DuckDBEngine() as engine, tempfile.TemporaryDirectory() as folder:
            engine.register("person", people)
            engine.register("person_record", pa.table({
                "person_record_id": ids, "source": ["crime"] * 4, "record_key": ids, "date_of_birth": [date(1990, 5, 1)] * 4,
                "date_of_birth_precision": ["day"] * 4, "handling": ["ordinary"] * 4, "pnc_id": pa.array(pncs, pa.string()),
                "stated_on": [date(2017, 1, 1)] * 4,
            }))  # fmt: skip
            engine.register(
                "person_summary", pa.table({"person_id": ["P", "Q"], "date_of_birth": [date(1990, 5, 1)] * 2})
            )
            engine.register("link", pa.table({
                "person_record_id_l": ["a"], "person_record_id_r": ["c"], "match_weight": [5.0], "match_probability": [0.97], "other_given": [True],
            }))  # fmt: skip
            _gather(engine, Lake.open(Path(folder) / "lake", create=True), ())
            (row,) = engine.fetch("SELECT * FROM candidate").to_pylist()
        assert why in row["why"]
        assert (row["kind"], row["chance"]) == ("join", chance)
