"""Is every address at the same place, whether places were kept on an earlier day or all are found anew?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from headwater.areas import keep_addresses, prepare_addresses
from headwater.engine import DuckDBEngine
from headwater.records import Lake, current, hide_later, keep_current, load, open_records
from tests.records.samples import crime_file, crime_row

TABLES = ("address_place", "address_spelled")

FIRST = (
    crime_row(),
    crime_row("20DY/000002/16", SCENE_ADDRESS="2 Made Up St", SCENE_POSTCODE="DY1 0CC", ADDRESS="2 Made Up Street", UPRN="990000000007"),
    crime_row("20DY/000003/16", SCENE_ADDRESS="3 Made Up Street", ADDRESS="4 Elsewhere Road", UPRN=""),
)  # fmt: skip
"""A scene has no UPRN of its own: it takes that of homes of the same line and postcode."""

LATER = {
    "another UPRN for one line": ([crime_row("20DY/000009/16", UPRN="990000000002")], None, True),
    "the only UPRN goes": ([crime_row(version=2, UPRN="", SURNAME="Other")], None, True),
    "a UPRN comes": (
        [crime_row("20DY/000009/16", ADDRESS="3, made up ST", POSTCODE="DY10CC", UPRN="990000000009")], None, True,
    ),
    "nothing of these lines": ([crime_row("20DY/000009/16", SCENE_ADDRESS="9 New Lane", ADDRESS="9 New Lane")], None, False),
    "the UPRN may not be seen": (
        [crime_row("20DY/000009/16", REPORTED_AT="05/03/2016 10:00", SCENE_ADDRESS="9 New Lane", ADDRESS="8 New Lane")],
        date(2016, 3, 4), False,
    ),
}  # fmt: skip
"""What came since, the day on which it is looked at, and whether an address that was there is elsewhere since."""


@pytest.fixture
def engine() -> Iterator[DuckDBEngine]:
    with DuckDBEngine() as found:
        yield found


@pytest.fixture
def lake(engine: DuckDBEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lake:
    """A lake of which the current records, and the places of their addresses, were kept."""
    monkeypatch.setattr(current, "MANY", 9.0)  # In so small a lake everything is touched.
    (tmp_path / "first").mkdir()
    crime_file(tmp_path / "first", *FIRST)
    found = Lake.open(tmp_path / "lake")
    load(found, [tmp_path / "first"], engine=engine)
    open_records(engine, found)
    with found.hold():
        keep_current(engine, found)
        keep_addresses(engine, found)
    return found


def count_differing(engine: DuckDBEngine, one: str, other: str) -> int:
    """How many rows one of two tables has and the other has not."""
    either = [f"(SELECT * FROM {a} EXCEPT ALL SELECT * FROM {b})" for a, b in ((one, other), (other, one))]
    return len(engine.fetch(" UNION ALL ".join(either)))


@pytest.mark.parametrize("what", LATER)
def test_kept_places_and_those_found_since_are_the_places(
    engine: DuckDBEngine, lake: Lake, tmp_path: Path, what: str
) -> None:
    rows, as_of, moves = LATER[what]
    prepare_addresses(engine, lake)
    engine.create("place_then", "SELECT * FROM address_place")
    (tmp_path / "later").mkdir()
    crime_file(tmp_path / "later", *rows)
    load(lake, [tmp_path / "later"], engine=engine)
    open_records(engine, lake, soon=as_of)
    assert as_of is None or hide_later(engine, lake, as_of)
    prepare_addresses(engine, lake)
    assert engine.fetch("SELECT near FROM opened")["near"].to_pylist() == [True]
    for table in TABLES:
        engine.create(f"{table}_kept", f"SELECT * FROM {table}")
    prepare_addresses(engine)
    assert len(engine.fetch("SELECT * FROM address_place")) >= len(FIRST)
    for table in TABLES:
        assert count_differing(engine, table, f"{table}_kept") == 0
    moved = "SELECT 1 FROM place_then t JOIN address_place n USING (address_record_id) WHERE t.address_key IS DISTINCT FROM n.address_key"
    assert (len(engine.fetch(moved)) > 0) == moves


def test_what_is_kept_is_the_place_of_each_address_and_kept_once(engine: DuckDBEngine, lake: Lake) -> None:
    (folder,) = lake.list_derived("addresses")
    written = (folder / "place.parquet").stat().st_mtime_ns
    open_records(engine, lake)
    keep_addresses(engine, lake)
    assert (folder / "place.parquet").stat().st_mtime_ns == written
    prepare_addresses(engine, lake)
    engine.create("address_place_kept", "SELECT * FROM address_place")
    prepare_addresses(engine)
    assert len(engine.fetch("SELECT * FROM address_place WHERE address_key IS NOT NULL")) > 3
    assert count_differing(engine, "address_place", "address_place_kept") == 0
