"""Are those kept apart who look alike in records: twins, fathers and sons, guests of one hostel, people of a default date?"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from headwater.engine import DuckDBEngine
from headwater.identity import decide
from headwater.identity.compare import compare
from headwater.identity.features import prepare_features
from headwater.identity.join import join
from headwater.identity.model import read_model
from headwater.identity.quality import measure_overlinking
from headwater.records import Lake

TEXTS = (
    "person_record_id", "local_person_id", "given_name", "middle_name", "family_name", "alias_name", "date_of_birth_precision", "sex",
    "ethnicity", "pnc_id", "phone", "source", "record_key",
)  # fmt: skip
GIVEN = [
    "Adam", "Hassan", "Hussain", "Jamal", "Jamil", "Amina", "Amira", "Jayden", "Jake", "Harjit", "Sana", "Sonia", "Daniel", "Peter",
]  # fmt: skip
"""Names that many bear in every test, so that each is a name in use and no slip of the pen."""


def crowd() -> list[dict[str, Any]]:
    """People of no interest: each of the given names with many family names, born on other days, without a home."""
    return [
        {
            "given_name": given, "family_name": f"{letter}{other}ton", "date_of_birth": date(1950 + number, 1 + (place * 5) % 12, 2 + place),
            "sex": "male",
        }
        for number, given in enumerate(GIVEN)
        for place, (letter, other) in enumerate(zip("BCDFGHKLMNPR", "aeioauaeioua", strict=True))
    ]  # fmt: skip


def found_as_one(one: dict[str, Any], other: dict[str, Any], *more: dict[str, Any]) -> bool:
    """Whether the first two records are joined."""
    people = link_people([one, other, *more])
    return people[0] == people[1]


def compare_people(engine: DuckDBEngine, said: list[dict[str, Any]]) -> None:
    """Compare the records by the stored model; `line` and `premises` say where a record's home is."""
    rows = [
        {"source": "crime", "date_of_birth": None, "record_key": f"k{number}"}
        | row
        | {"person_record_id": f"r{number:03}"}
        for number, row in enumerate([*said, *crowd()])
    ]
    for row in rows:
        row.setdefault("date_of_birth_precision", "day" if row["date_of_birth"] else "none")
    homes = [row for row in rows if "line" in row]
    columns: dict[str, Any] = {name: pa.array([row.get(name) for row in rows], pa.string()) for name in TEXTS}
    columns["date_of_birth"] = pa.array([row["date_of_birth"] for row in rows], pa.date32())
    for name in ("died_on", "stated_on"):
        columns[name] = pa.array([None] * len(rows), pa.date32())
    engine.register("person_record", pa.table(columns))
    engine.register("home", pa.table({
        "id": [row["person_record_id"] for row in homes], "line": [row["line"] for row in homes],
        "premises": pa.array([row.get("premises", "house") for row in homes], pa.string()),
    }))  # fmt: skip
    engine.create(
        "address_record",
        "SELECT id AS address_record_id, id AS person_record_id, 'home' AS purpose, line, 'B1 1CV' AS postcode, NULL::VARCHAR AS uprn, "
        "NULL::VARCHAR AS lsoa, premises, false AS protected, DATE '2016-01-01' AS stated_on, NULL::DATE AS valid_from, NULL::DATE AS valid_to, "
        "'ordinary' AS handling FROM home",
    )
    prepare_features(engine)
    compare(engine, read_model())


def link_people(said: list[dict[str, Any]], lake: Lake | None = None) -> list[str]:
    """The found person of each record."""
    with DuckDBEngine() as engine:
        compare_people(engine, said)
        join(engine, lake)
        people = {row["person_record_id"]: row["person_id"] for row in engine.fetch("SELECT * FROM person").to_pylist()}
    return [people[f"r{number:03}"] for number in range(len(said))]


HOME = {"line": "12 Foundry Lane", "family_name": "Aldermoor", "date_of_birth": date(2004, 6, 9)}


def test_the_same_child_in_two_systems_is_joined() -> None:
    said = HOME | {"given_name": "Hassan", "sex": "male"}
    assert found_as_one(said, said | {"source": "missing"})
    assert found_as_one(said, said | {"given_name": "Hasan"})


def test_twins_whose_names_are_alike_are_two_people() -> None:
    pairs = [("Hassan", "Hussain"), ("Jamal", "Jamil"), ("Amina", "Amira"), ("Jayden", "Jake"), ("Sana", "Sonia")]
    rows = [
        HOME | {"given_name": name, "family_name": family, "line": f"{number + 20} Foundry Lane", "sex": "male"}
        for number, (pair, family) in enumerate(
            zip(pairs, ("Aldermoor", "Northgate", "Beacon", "Canalside", "Foundryman"), strict=True)
        )
        for name in pair
    ]
    people = link_people(rows)
    assert len(set(people)) == len(people)


def test_a_link_tells_whether_the_given_names_are_of_no_kin() -> None:
    names = ("Jamal", "Daniel", "Jamall")
    with DuckDBEngine() as engine:
        compare_people(engine, [HOME | {"given_name": name, "sex": "male", "phone": "07700900123"} for name in names])
        found = {
            (row["person_record_id_l"], row["person_record_id_r"]): row["other_given"]
            for row in engine.fetch("SELECT * FROM link").to_pylist()
        }
    assert found["r000", "r001"]
    assert found["r001", "r002"]
    assert not found["r000", "r002"]


def link_lots(*, other_given: bool, phone_weight: float) -> int:
    """How many people are made of two lots of two records, the lots tied by one link."""
    ids = ["a", "b", "c", "d"]
    none = pa.nulls(4, pa.string())
    with DuckDBEngine() as engine:
        engine.register("linkable", pa.table({
            "unique_id": ids, "event_key": ids, "pnc_id": none, "birth_number": pa.array([20040609] * 4, pa.int64()), "given": none,
            "family": none, "address_key": none, "phone": none, "birth": pa.array([date(2004, 6, 9)] * 4, pa.date32()),
        }))  # fmt: skip
        engine.register("link", pa.table({
            "person_record_id_l": ["a", "c", "b"], "person_record_id_r": ["b", "d", "c"], "match_weight": [20.0, 20.0, 6.0],
            "match_probability": [1.0, 1.0, 0.98], "pnc_weight": [0.0] * 3, "phone_weight": [0.0, 0.0, phone_weight],
            "local_number_weight": [0.0] * 3, "other_given": [False, False, other_given],
        }))  # fmt: skip
        join(engine, None)
        return int(engine.fetch("SELECT count(DISTINCT person_id) AS n FROM person")["n"][0].as_py())


def test_two_given_names_that_several_records_each_state_are_two_people_unless_a_number_says_otherwise() -> None:
    assert link_lots(other_given=True, phone_weight=0.0) == 2
    assert link_lots(other_given=True, phone_weight=11.0) == 1
    assert link_lots(other_given=False, phone_weight=0.0) == 1


def test_father_and_son_of_one_name_in_one_home_are_two_people() -> None:
    father = HOME | {"given_name": "Peter", "sex": "male", "date_of_birth": date(1971, 2, 1)}
    son = HOME | {"given_name": "Peter", "sex": "male"}
    assert not found_as_one(father, son)
    assert not found_as_one(father, son, father | {"date_of_birth": None}), "a record without a date is no bridge"


def test_a_record_without_a_date_of_birth_is_given_to_neither_father_nor_son() -> None:
    father, son = (
        {**HOME, "given_name": "Peter", "sex": "male", "date_of_birth": day}
        for day in (date(1971, 3, 2), date(2001, 8, 9))
    )
    either = {**father, "date_of_birth": None}
    people = link_people([father, father, son, son, either])
    assert people[0] == people[1]
    assert people[2] == people[3]
    assert len({people[0], people[2], people[4]}) == 3


def test_what_a_reviewer_said_of_such_a_record_holds_for_it_and_its_like(tmp_path: Path) -> None:
    father, son = (
        {**HOME, "given_name": "Peter", "sex": "male", "date_of_birth": day}
        for day in (date(1971, 3, 2), date(2001, 8, 9))
    )
    either = {**father, "date_of_birth": None}
    lake = Lake.open(tmp_path / "lake")
    alike = link_people([father, father, son, son, either, either, either], lake)
    assert len(set(alike[4:])) == 1
    assert alike[4] not in alike[:4]
    told = {"role": "reviewer", "reason": "Custody photograph seen.", "user": "tester"}
    for of_the_son in ("r002", "r003"):
        decide(lake, record_a=of_the_son, record_b="r004", verdict="not the same person", **told)
    people = link_people([father, father, son, son, either], lake)
    assert people[4] == people[0] != people[2]
    other = Lake.open(tmp_path / "other")
    decide(other, record_a="r000", record_b="r004", verdict="same person", **told)
    people = link_people([father, father, son, son, either, either, either], other)
    assert set(people[4:]) == {people[0]}


def test_a_record_without_a_date_of_birth_is_joined_where_one_person_only_bears_the_name() -> None:
    one = {**HOME, "given_name": "Peter", "sex": "male", "date_of_birth": date(1971, 3, 2)}
    assert found_as_one(one, {**one, "date_of_birth": None}, one)


def test_guests_of_one_hostel_with_one_family_name_and_no_date_are_two_people() -> None:
    guest = {"line": "Canal House Hostel", "premises": "hostel", "family_name": "Singh", "sex": "male"}
    assert not found_as_one(guest | {"given_name": "Harjit"}, guest | {"given_name": "Daniel"})


def test_a_default_date_of_birth_joins_nobody() -> None:
    said = {"family_name": "Khan", "sex": "male", "date_of_birth": date(1980, 1, 1), "date_of_birth_precision": "year"}
    assert not found_as_one(said | {"given_name": "Adam"}, said | {"given_name": "Jamal"})
    assert not found_as_one(
        said | {"given_name": "Adam", "line": "12 Foundry Lane"},
        said | {"given_name": "Jamal", "line": "12 Foundry Lane"},
    )


def test_only_people_who_have_records_are_at_risk_and_a_mixed_person_counts() -> None:
    with DuckDBEngine() as engine:
        for name, owners in (("person", ["x", "x", "y"]), ("truth", ["A", "B", "C"])):
            engine.register(name, pa.table({"person_record_id": ["r1", "r2", "r3"], "person_id": owners}))
        engine.register(
            "at_risk",
            pa.table({"kind": ["k"] * 4, "person_id": ["A", "B", "A", "A"], "other_person_id": ["B", "A", "C", "D"]}),
        )
        found = measure_overlinking(engine, truth="truth", at_risk="at_risk")
    assert found == {"k": {"pairs": 2, "joined": 1, "share": 0.5}}


def test_records_that_say_the_same_weigh_what_each_pair_weighs_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a shuffled order, so that either of two sayings comes first in some pairs; two records of one event are never a pair."""
    sayings = [
        HOME | {"given_name": "Hassan", "sex": "male"},
        HOME | {"given_name": "Hasan", "phone": "07700900123"},
        HOME | {"given_name": "Hussain", "date_of_birth": date(2004, 9, 6)},
        HOME | {"given_name": "Hassan", "middle_name": "Ali", "source": "missing", "date_of_birth": None},
        HOME | {"given_name": "Aldermoor", "family_name": "Hassan", "pnc_id": "04/123A"},
    ]
    said = [sayings[number * 7 % len(sayings)] for number in range(20)]
    said += [HOME | {"given_name": "Hassan", "sex": "male", "record_key": f"k{number}"} for number in (0, 5)]
    each_its_own = (
        "SELECT n.number, n.number AS saying, min(n.number) OVER (PARTITION BY c.event_key) AS event FROM {} c "
        "JOIN candidate_number n USING (unique_id)"
    )
    found = []
    for counted in (True, False):
        if not counted:
            monkeypatch.setattr(
                sys.modules["headwater.identity.compare"], "_number_sayings",
                lambda engine, compared: engine.create("saying", each_its_own.format(compared)),
            )  # fmt: skip
        with DuckDBEngine() as engine:
            compare_people(engine, said)
            found.append(engine.fetch("SELECT * FROM link ORDER BY ALL").to_pylist())
            sayings_found = engine.fetch("SELECT count(DISTINCT saying) AS n FROM saying")["n"][0].as_py()
            assert (sayings_found < len(said) + len(crowd())) == counted
    assert found[0] == found[1]
    assert len(found[0]) > 100
