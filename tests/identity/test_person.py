"""Is a person doubted when their records cannot all be true? Small tables, all made up."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa

from headwater.engine import DuckDBEngine
from headwater.identity.person import make_people

COLUMNS = {
    "person_record_id": pa.string(), "given_name": pa.string(), "family_name": pa.string(), "date_of_birth": pa.date32(),
    "date_of_birth_precision": pa.string(), "sex": pa.string(), "ethnicity": pa.string(), "pnc_id": pa.string(),
    "died_on": pa.date32(), "stated_on": pa.date32(), "source": pa.string(), "handling": pa.string(),
}  # fmt: skip
SAID: dict[str, Any] = {
    "given_name": "Ann", "family_name": "Up", "date_of_birth": date(1985, 5, 2), "date_of_birth_precision": "day",
    "sex": "female", "stated_on": date(2016, 3, 4), "source": "crime", "handling": "ordinary",
}  # fmt: skip


def summary(*records: dict[str, Any]) -> dict[str, Any]:
    """What is known about one person of these records."""
    rows = [SAID | {"person_record_id": f"r{number}"} | record for number, record in enumerate(records)]
    with DuckDBEngine() as engine:
        engine.register(
            "person_record",
            pa.table({name: pa.array([row.get(name) for row in rows], kind) for name, kind in COLUMNS.items()}),
        )
        engine.create(
            "person",
            "SELECT 'P' AS person_id, person_record_id, 'certain' AS certainty, false AS cut FROM person_record",
        )
        engine.create(
            "relationship",
            "SELECT 'r0' AS person_record_id, 'r0' AS other_person_record_id, 'parent' AS kind, true AS lives_together, "
            "'e' AS event_id, DATE '2016-01-01' AS stated_on WHERE false",
        )
        engine.create("event", "SELECT 'e' AS event_id, 'ordinary' AS handling")
        make_people(engine)
        found: dict[str, Any] = engine.fetch("SELECT * FROM person_summary").to_pylist()[0]
    return found


def test_records_that_agree_make_a_certain_person() -> None:
    found = summary({}, {"source": "custody"})
    assert (found["certainty"], found["doubts"]) == ("certain", [])


def test_two_pnc_ids_make_a_doubtful_person() -> None:
    found = summary({"pnc_id": "81/34U"}, {"pnc_id": "82/35V"})
    assert found["certainty"] == "doubtful"
    assert "The records hold more than one PNC id." in found["doubts"]


def test_dates_of_birth_of_a_father_and_a_son_make_a_doubtful_person() -> None:
    found = summary(*[{}] * 40, {"date_of_birth": date(2007, 11, 23)})
    assert found["certainty"] == "doubtful"
    assert "Two of the dates of birth are too far apart for a slip of the pen." in found["doubts"]


def test_a_slip_in_a_date_of_birth_is_said_and_no_more() -> None:
    for slip in (date(1985, 2, 5), date(1986, 5, 2), date(1958, 5, 2)):
        found = summary(*[{}] * 9, {"date_of_birth": slip})
        assert (found["certainty"], found["doubts"]) == ("likely", ["The records give 2 different dates of birth."])
        assert found["date_of_birth"] == date(1985, 5, 2)


def test_a_record_older_than_the_birth_makes_a_doubtful_person() -> None:
    found = summary({}, {"stated_on": date(1984, 1, 1), "date_of_birth": None, "date_of_birth_precision": "none"})
    assert found["certainty"] == "doubtful"
    assert "A record is older than the date of birth that the records give." in found["doubts"]


def test_what_only_intelligence_says_is_not_told_by_a_doubt() -> None:
    found = summary({}, {}, {"date_of_birth": date(2007, 11, 23), "handling": "intelligence"})
    assert found["doubts"] == []
