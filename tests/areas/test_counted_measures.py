"""Are crimes of police.uk and events of the lake counted once, in their own area and month, with every row accounted for?"""

from __future__ import annotations

import dataclasses
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from headwater.areas.demand import Window, back, dated_events, load_demand, read_minutes
from headwater.areas.measures import (
    MeasureError,
    load_street_level,
    open_measures,
    read_measure_sets,
    with_none_as_zero,
)
from headwater.areas.measures.counted import share_elsewhere
from headwater.engine import DuckDBEngine

HEAD = "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,Last outcome category,Context"


def street(folder: Path, name: str, *rows: tuple[str, str, str, str]) -> None:
    lines = [f"{id},{month},P,P,1,2,On or near X,{area},N,{kind},," for id, month, area, kind in rows]
    (folder / name).write_text("\n".join((HEAD, *lines)) + "\n", encoding="utf-8")


def test_street_level_rows_are_counted_once_in_their_own_area_and_month(tmp_path: Path) -> None:
    source, kept = tmp_path / "source", tmp_path / "kept"
    source.mkdir()
    street(
        source, "2018-05-force-street.csv", ("x", "2018-05", "E01000001", "Burglary"), ("", "2018-05", "E01000001", "Anti-social behaviour"),
        ("", "2018-05", "E01000001", "Anti-social behaviour"), ("y", "2018-05", "", "Robbery"),
    )  # fmt: skip
    street(
        source, "2018-06-force-street.csv", ("x", "2018-05", "E01000001", "Burglary"),
        ("z", "2018-08", "E01000002", "Violent crime"), ("w", "", "E01000002", "Drugs")
    )  # fmt: skip
    told = load_street_level(source, read_measure_sets()["street_level"], kept)
    assert told["rows"] == 7 == told["counted"] + sum(told["aside"].values())
    assert told["aside"] == {
        "a crime that was there already, by its id": 1,
        "no code of a small area": 1,
        "no month": 1,
    }
    assert told["months"] == {"2018-05": 3, "2018-08": 1}
    assert told["months_missing"] == ["2018-06", "2018-07"]
    assert told["misnamed"] == ["2018-06-force-street.csv holds 2018-08"]
    assert (told["without_id"], told["vintage"], told["licence"]) == (
        2,
        "2018-05 to 2018-08",
        "Open Government Licence v3.0",
    )
    found = open_measures(kept, "street_level")
    assert found.of("crimes", ["E01000001", "E01000002"]).tolist() == [1, 1]
    assert found.of("antisocial", ["E01000001", "E01000002"]).tolist() == [2, 0]
    assert found.of("violence", ["E01000001", "E01000002"]).tolist() == [0, 1]


@pytest.mark.parametrize(("content", "words"), [
    ("Crime ID,Month\nx,2018-05\n", "no column LSOA code, Crime type"),
    (HEAD + "\n", "0 rows and none"),
])  # fmt: skip
def test_another_file_is_refused(tmp_path: Path, content: str, words: str) -> None:
    path = tmp_path / "file.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(MeasureError, match=words):
        load_street_level(path, read_measure_sets()["street_level"], tmp_path / "kept")
    assert not (tmp_path / "kept").exists()


def test_a_folder_without_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MeasureError, match=r"-street\.csv"):
        load_street_level(tmp_path, read_measure_sets()["street_level"], tmp_path / "kept")


def tables(engine: DuckDBEngine) -> None:
    engine.run(
        "CREATE TABLE event AS SELECT *, 'nsir' AS class_list, CASE event_id WHEN 'i2' THEN '304' END AS class_code, "
        "CASE event_id WHEN 'i4' THEN 'intelligence' ELSE 'ordinary' END AS handling "
        "FROM (VALUES ('i1','incident','p1','a1','live'), ('i2','incident','p9','a1','live'), "
        "('i3','incident','p1','a1','cancelled'), ('c1','crime',NULL,'a2','live'), ('c2','crime',NULL,NULL,'live'), "
        "('i4','incident','p1','a1','live'), ('m1','missing','high',NULL,'live'), ('k1','custody',NULL,'a1','live')) "
        "v(event_id,kind,grade,address_record_id,status)"
    )
    engine.run("ALTER TABLE event ADD COLUMN recorded_at TIMESTAMP DEFAULT TIMESTAMP '2017-03-01 10:00:00'")
    engine.run(
        "CREATE TABLE address_record AS SELECT * FROM (VALUES ('a1',NULL,NULL,'E01000001'), ('a2',NULL,NULL,'E01000002'), "
        "('h1','p1',NULL,'E01000002')) v(address_record_id,person_record_id,event_id,lsoa)"
    )
    engine.register("involvement", pa.table({"event_id": ["m1"], "person_record_id": ["p1"]}))
    marked = {
        "event_id": ["c1", "c1", "m1", "i1"],
        "code": ["domestic_abuse"] * 3 + ["knife"],
        "handling": ["ordinary"] * 4,
    }
    engine.register("flag", pa.table(marked))


def test_demand_is_the_live_events_and_their_minutes_where_they_happened(tmp_path: Path) -> None:
    minutes = {("incident", "p1"): 100.0, ("incident", ""): 10.0, ("crime", ""): 50.0, ("missing", ""): 1000.0}
    with DuckDBEngine(memory="500MB", threads=1) as engine:
        tables(engine)
        told = load_demand(engine, read_measure_sets()["demand"], tmp_path, minutes, made_up=True)
    assert (told["rows"], told["counted"], told["aside"]) == (5, 4, {"no small area in the record": 1})
    assert told["made_up"] is True
    kept = open_measures(tmp_path, "demand")
    assert kept.of("officer_minutes", ["E01000001", "E01000002"]).tolist() == [110, 1050]
    assert kept.of("missing_episodes", ["E01000001", "E01000002"]).tolist() == [0, 1]
    assert kept.of("calls", ["E01000001", "E01000002"]).tolist() == [2, 0]
    assert kept.of("domestic_abuse", ["E01000001", "E01000002"]).tolist() == [1, 1]


def test_a_force_changes_the_minutes_and_faults_say_which_line(tmp_path: Path) -> None:
    own = tmp_path / "demand" / "officer_minutes.csv"
    own.parent.mkdir()
    head = "kind,grade,minutes,why\n"
    own.write_text(head + "incident,,7,w\ncrime,,8,w\nmissing,,9,w\n", encoding="utf-8")
    assert read_minutes(tmp_path) == {("incident", ""): 7, ("crime", ""): 8, ("missing", ""): 9}
    for text, words in (
        ("incident,,-1,w\n", "line 2"),
        ("incident,,1,w\n", "crime, missing"),
        ("parade,,1,w\n", "'parade'"),
    ):
        own.write_text(head + text, encoding="utf-8")
        with pytest.raises(MeasureError, match=words):
            read_minutes(tmp_path)


def test_the_built_in_minutes_say_why() -> None:
    assert read_minutes()["missing", "high"] > read_minutes()["missing", "low"] > 0


def test_only_the_days_that_were_asked_for_count_and_the_vintage_says_which(tmp_path: Path) -> None:
    minutes = {("incident", ""): 10.0, ("crime", ""): 50.0, ("missing", ""): 1000.0}
    one = read_measure_sets()["demand"]
    with DuckDBEngine(memory="500MB", threads=1) as engine:
        tables(engine)
        engine.run("UPDATE event SET recorded_at = TIMESTAMP '2016-03-01 23:59:00' WHERE event_id = 'i1'")
        engine.run("UPDATE event SET recorded_at = TIMESTAMP '2016-03-02 00:00:00' WHERE event_id = 'i2'")
        year = load_demand(engine, one, tmp_path, minutes, window=Window(months=12))
        assert open_measures(tmp_path, "demand").of("calls", ["E01000001"]).tolist() == [1]
        days = load_demand(engine, one, tmp_path, minutes, window=Window(last=date(2016, 3, 1)))
        assert open_measures(tmp_path, "demand").of("calls", ["E01000001"]).tolist() == [1]
        with pytest.raises(MeasureError, match=r"from 2010-01-01 to 2010-02-01.*go from 2016-03-01 to 2017-03-01"):
            load_demand(engine, one, tmp_path, minutes, window=Window(date(2010, 1, 1), date(2010, 2, 1)))
    assert year["vintage"] == "2016-03-02 to 2017-03-01 (12 months up to the newest record)"
    assert year["aside"] == {"no small area in the record": 1, "outside the days that count": 1}
    assert days["vintage"] == "2016-03-01 to 2016-03-01"
    for told in (year, days):
        assert told["rows"] == 5 == told["counted"] + sum(told["aside"].values())


@pytest.mark.parametrize(("day", "months", "first"), [
    (date(2017, 3, 31), 1, date(2017, 3, 1)), (date(2017, 3, 30), 1, date(2017, 3, 1)), (date(2016, 2, 29), 12, date(2015, 3, 1)),
    (date(2017, 5, 31), 12, date(2016, 6, 1)), (date(2017, 1, 15), 36, date(2014, 1, 16)),
])  # fmt: skip
def test_months_are_counted_back_from_the_last_day(day: date, months: int, first: date) -> None:
    assert back(day, months) == first


@pytest.mark.parametrize(("window", "words"), [
    (Window(date(2017, 1, 1), None, 3), "not both"), (Window(date(2018, 1, 1)), "is after the last"), (Window(months=0), "0 months"),
])  # fmt: skip
def test_days_that_cannot_be_are_told(window: Window, words: str) -> None:
    with pytest.raises(MeasureError, match=words):
        window.days(date(2012, 1, 1), date(2017, 3, 1))


def test_events_keep_their_day_for_counts_with_decay() -> None:
    with DuckDBEngine(memory="500MB", threads=1) as engine:
        tables(engine)
        engine.run("UPDATE event SET recorded_at = TIMESTAMP '2016-03-01 23:59:00' WHERE event_id = 'i1'")
        found = dated_events(engine, "incident")
        assert dated_events(engine, "missing") == [(date(2017, 3, 1), "E01000002", 1)]
    assert found == [(date(2016, 3, 1), "E01000001", 1), (date(2017, 3, 1), "E01000001", 1)]


def test_an_area_of_the_force_without_a_counted_event_has_none_and_is_not_unknown(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    street(source, "2018-05-force-street.csv", ("x", "2018-05", "E01000003", "Burglary"))
    load_street_level(source, read_measure_sets()["street_level"], tmp_path / "kept")
    kept = open_measures(tmp_path / "kept", "street_level")
    whole = with_none_as_zero(kept, ["E01000009", "E01000003", "E01000001"])
    assert whole.areas == ("E01000001", "E01000003", "E01000009")
    assert whole.of("burglary", ["E01000003", "E01000001", "E01000009"]).tolist() == [1, 0, 0]
    assert str(whole.of("burglary", ["E01000002"])) == "[nan]"  # Not of the force: nothing is known of it.
    elsewhere = with_none_as_zero(kept, ["E01000001", "E01000002"])
    assert elsewhere is kept  # Another force's file tells nothing of this one.
    assert (share_elsewhere(kept, ["E01000003"]), share_elsewhere(kept, ["E01000001"])) == (0, 1)
    published = dataclasses.replace(kept, manifest={})
    assert with_none_as_zero(published, ["E01000003", "E01000001"]) is published


def test_a_parquet_file_of_the_sites_interface_is_counted_as_the_csv_file_is(tmp_path: Path) -> None:
    rows = [
        ("x", "2018-05", "E01000001", "violent-crime"), ("x", "2018-05", "E01000001", "violent-crime"),
        (None, "2018-05", "E01000001", "anti-social-behaviour"), ("y", "2018-05", None, "robbery"), ("z", "2018-05", "E01000002", "shoplifting"),
    ]  # fmt: skip
    names = ["persistent_id", "month", "lsoa21_code", "category"]
    path = tmp_path / "police.parquet"
    pq.write_table(pa.table({name: [row[at] for row in rows] for at, name in enumerate(names)}), path)
    told = load_street_level(path, read_measure_sets()["street_level"], tmp_path / "kept")
    assert (told["rows"], told["counted"], told["without_id"]) == (5, 3, 1)
    assert told["aside"] == {"a crime that was there already, by its id": 1, "no code of a small area": 1}
    found = open_measures(tmp_path / "kept", "street_level")
    assert {name: found.of(name, ["E01000001", "E01000002"]).tolist() for name in ("crimes", "violence", "antisocial")} == {
        "crimes": [1, 1], "violence": [1, 0], "antisocial": [1, 0],
    }  # fmt: skip
    pq.write_table(pa.table({"month": ["2018-05"]}), path)
    with pytest.raises(MeasureError, match=r"no column Crime ID \(or persistent_id\)"):
        load_street_level(path, read_measure_sets()["street_level"], tmp_path / "kept")
    path.write_bytes(b"\xff\xfe no table")
    with pytest.raises(MeasureError, match="no Parquet file"):
        load_street_level(path, read_measure_sets()["street_level"], tmp_path / "kept")
