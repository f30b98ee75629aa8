"""Are differently written addresses known as one place, and different places kept apart?"""

from __future__ import annotations

import pyarrow as pa
import pytest

from headwater.areas import prepare_addresses
from headwater.areas.address import spell_out
from headwater.engine import DuckDBEngine

Row = tuple[str, str | None, str | None, str | None, str | None]


def spelled(line: str | None) -> str | None:
    with DuckDBEngine() as engine:
        found = engine.fetch(f"SELECT {spell_out('line')} AS line FROM (SELECT $line::VARCHAR AS line)", {"line": line})
    return found["line"][0].as_py()


def places(rows: list[Row]) -> dict[str, str | None]:
    """The place of each (id, line, postcode, uprn, lsoa)."""
    names = ("address_record_id", "line", "postcode", "uprn", "lsoa")
    with DuckDBEngine() as engine:
        columns = {name: pa.array([row[at] for row in rows], pa.string()) for at, name in enumerate(names)}
        for name in ("person_record_id", "purpose"):
            columns[name] = pa.nulls(len(rows), pa.string())
        engine.register("address_record", pa.table(columns))
        prepare_addresses(engine)
        found = engine.fetch("SELECT * FROM address_place").to_pylist()
    return {row["address_record_id"]: row["address_key"] for row in found}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Flat 1, 90 Yewtree Gardens", "FL 1, 90 YEWTREE GDNS"),
        ("12 High Street", "12 High St."),
        ("3 St Ann's Road", "3 ST ANNS RD"),
        ("7 Yew Tree Avenue", "7 Yewtree Ave"),
        ("2 Café Close", "2 Cafe Cl"),
    ],
)
def test_two_ways_to_write_one_line_are_one(one: str, other: str) -> None:
    assert spelled(one) == spelled(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Flat 1, 90 Yewtree Gardens", "Flat 2, 90 Yewtree Gardens"),
        ("12 High Street", "12 High Road"),
        ("1 Station Road", "11 Station Road"),
        ("3 St Ann's Road", "3 Street Ann's Road"),
    ],
)
def test_two_places_stay_two(one: str, other: str) -> None:
    assert spelled(one) != spelled(other)


def test_a_line_of_no_letters_or_digits_is_no_address() -> None:
    assert spelled(" -, ") is None
    assert spelled(None) is None


def test_a_record_without_a_uprn_takes_the_one_that_others_give_for_its_line_and_postcode() -> None:
    found = places([("a", "90 Yewtree Gardens", "B5 1AA", "100", None), ("b", "90 YEWTREE GDNS", "b51aa", None, None)])
    assert found["a"] == found["b"] == "u100"


def test_a_line_with_two_uprns_lends_neither() -> None:
    found = places(
        [
            ("a", "90 Yewtree Gardens", "B5 1AA", "100", None), ("b", "90 Yewtree Gardens", "B5 1AA", "200", None),
            ("c", "90 Yewtree Gardens", "B5 1AA", None, None),
        ]
    )  # fmt: skip
    assert found["c"] not in (found["a"], found["b"])


def test_the_same_line_in_another_postcode_is_another_place() -> None:
    found = places([("a", "1 High Street", "B5 1AA", None, None), ("b", "1 High Street", "WV1 1AA", None, None)])
    assert found["a"] != found["b"]


def test_a_line_without_a_postcode_takes_that_of_its_small_area_only_when_it_is_the_only_one() -> None:
    one = ("a", "1 High Street", "B5 1AA", None, "E01000001")
    lacking = ("c", "1 High St", None, None, "E01000001")
    assert places([one, lacking])["c"] == places([one, lacking])["a"]
    assert places([one, ("b", "1 High Street", "B5 2BB", None, "E01000001"), lacking])["c"] is None
