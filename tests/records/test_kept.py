"""Are the current rows the same, whether an earlier day's were kept or all are worked out?"""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from headwater.engine import DuckDBEngine
from headwater.records import Lake, current, hide_later, load, open_and_keep, open_records
from headwater.records.schema import TABLES
from tests.records.samples import (
    crime_file,
    crime_row,
    incident,
    incident_file,
    intelligence_file,
    notice,
    notice_file,
)

DAYS = (None, date(2016, 3, 10), date(2016, 9, 15), date(2017, 1, 1))


def rows(lake: Lake, as_of: date | None, used: list[bool], *, twice: bool = False) -> dict[str, pa.Table]:
    """All current rows by table, in order; `used` is told whether kept ones were. `twice`: opened as they stand today before."""
    with DuckDBEngine() as engine:
        if twice and as_of:
            open_records(engine, lake, soon=as_of)
            hide_later(engine, lake, as_of)
        else:
            open_records(engine, lake, as_of)
        made = engine.fetch("SELECT view_name FROM duckdb_views() WHERE view_name = 'event_before'")
        used.append(len(made) > 0)
        return {name: engine.fetch(f"SELECT * FROM {name} ORDER BY ALL") for name in [*TABLES, "later_address_record"]}


@pytest.fixture
def lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lake:
    """A lake of which the rows were kept, and to which records came since: new ones, one issued anew without a person, and
    one that takes over a reference that another record has."""
    monkeypatch.setattr(current, "MANY", 9.0)  # In so small a lake everything is touched.
    first, later = tmp_path / "first", tmp_path / "later"
    first.mkdir()
    later.mkdir()
    crime_file(
        first,
        crime_row(),
        crime_row(person=2, ROLE="SUS", FORENAMES="Rob"),
        crime_row("20DY/000002/16", REPORTED_AT="20/12/2016 10:00"),
        crime_row("20DY/000003/16"),
    )
    incident_file(first, incident())
    notice_file(first, notice(), notice("PN/2", created="2016-09-01 10:00"))
    intelligence_file(first, "IR1|1|20160304|5x3x2|1|B|P|1|SUBJECT|A B|20080109|F||||||T|HELD-BACK words")
    crime_file(
        later,
        crime_row(version=2, FORENAMES="Anne"),
        crime_row("20DY/000009/16", person=3, REPORTED_AT="20/09/2016 10:00"),
        crime_row("20DY/000003/16", MO_TEXT="The same version, told otherwise."),
    )
    found = Lake.open(tmp_path / "lake")
    with DuckDBEngine() as engine:
        load(found, [first], engine=engine)
        with found.hold():
            open_and_keep(engine, found)
        load(found, [later], engine=engine)
    return found


@pytest.mark.parametrize("twice", [False, True])
@pytest.mark.parametrize("as_of", DAYS)
def test_kept_rows_and_what_came_since_are_the_current_rows(lake: Lake, as_of: date | None, twice: bool) -> None:
    used: list[bool] = []
    kept = rows(lake, as_of, used, twice=twice)
    shutil.rmtree(lake.folder / "derived")
    anew = rows(lake, as_of, used)
    assert used == [True, False]
    assert len(anew["person_record"]) > 3
    for name in anew:
        assert kept[name].equals(anew[name]), name


def test_kept_rows_hold_whatever_the_order_of_their_columns(lake: Lake) -> None:
    """Another engine that kept them may have read the batches with their columns in another order."""
    expected = rows(lake, None, [])
    for path in lake.folder.glob("derived/current/*/*.parquet"):
        table = pq.read_table(path)
        pq.write_table(table.select(table.column_names[::-1]), path)
    used: list[bool] = []
    for name, found in rows(lake, None, used).items():
        columns = expected[name].column_names
        order = [(column, "ascending") for column in columns]
        assert found.select(columns).sort_by(order).equals(expected[name].sort_by(order)), name
    assert used == [True]


def test_a_text_of_intelligence_is_current_and_yet_nowhere_but_in_its_batch(lake: Lake) -> None:
    texts = [row["text"] for row in rows(lake, None, [])["narrative"].to_pylist()]
    assert "HELD-BACK words" in texts
    kept = next((lake.folder / "derived" / "current").glob("*/narrative.parquet"))
    assert "HELD-BACK" not in str(pq.read_table(kept).to_pylist())


def test_a_record_issued_anew_takes_the_place_of_the_old_one_whole(lake: Lake) -> None:
    people = rows(lake, None, [])["person_record"].to_pylist()
    named = [row["given_name"] for row in people if row["record_key"] == "20DY/000001/16"]
    assert named == ["Anne"]


def test_kept_rows_are_not_used_when_a_batch_is_no_longer_as_it_was(lake: Lake) -> None:
    used: list[bool] = []
    manifest = next(lake.batches.glob("000001-*")) / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text("utf-8")) | {"erased": 1}), encoding="utf-8")
    rows(lake, None, used)
    assert used == [False]


def test_kept_rows_are_not_used_when_much_is_new(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    used: list[bool] = []
    monkeypatch.setattr(current, "MANY", 0.1)
    rows(lake, None, used)
    assert used == [False]


def test_rows_are_kept_anew_only_when_much_is_lacking(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    with DuckDBEngine() as engine, lake.hold():
        monkeypatch.setattr(current, "LITTLE", 0.99)
        open_and_keep(engine, lake)
        assert len(lake.list_derived("current")) == 1
        monkeypatch.setattr(current, "LITTLE", 0.0)
        open_and_keep(engine, lake)
    assert len(lake.list_derived("current")) == 2
    used: list[bool] = []
    kept = rows(lake, None, used)
    shutil.rmtree(lake.folder / "derived")
    anew = rows(lake, None, used)
    assert all(kept[name].equals(anew[name]) for name in anew)
    assert used == [True, False]


def test_looking_back_a_long_way_leaves_what_is_kept_as_it_is(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of most records something is hidden then, so that what is kept is of no use to this search; it is to the next."""
    monkeypatch.setattr(current, "MANY", 0.0)
    monkeypatch.setattr(current, "LITTLE", 0.99)

    def look() -> list[tuple[str, int]]:
        return [(path.name, path.stat().st_ino) for folder in lake.list_derived("current") for path in folder.iterdir()]

    before, day = look(), DAYS[1]
    with DuckDBEngine() as engine, lake.hold():
        open_and_keep(engine, lake, soon=day)
        assert hide_later(engine, lake, day)
        found = {name: engine.fetch(f"SELECT * FROM {name} ORDER BY ALL") for name in TABLES}
    assert look() == before
    anew = rows(lake, day, [])
    assert all(found[name].equals(anew[name]) for name in found)
