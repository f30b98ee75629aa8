"""Is every row accounted for, whatever the file is like?"""

from __future__ import annotations

import errno
import gzip
import os
import sys
from functools import partial
from pathlib import Path

import pytest

from headwater.catalogue import shelf
from headwater.engine import DuckDBEngine
from headwater.records import FileFault, Lake, LakeBusy, LakeError, load, open_records, raw_row
from headwater.records.batch import BatchReport
from headwater.records.split import split_csv
from tests.records.samples import (
    CRIME_COLUMNS,
    crime_file,
    crime_row,
    incident,
    incident_file,
    intelligence_file,
    notice,
    notice_file,
)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake.open(tmp_path / "lake")


def load_one(lake: Lake, path: Path) -> BatchReport:
    with DuckDBEngine() as engine:
        return load(lake, [path], engine=engine).batches[0]


def fetch(lake: Lake, sql: str) -> list[dict[str, object]]:
    with DuckDBEngine() as engine:
        open_records(engine, lake)
        return engine.fetch(sql).to_pylist()


def test_rows_in_are_accepted_and_quarantined_and_exact_repeats(lake: Lake, tmp_path: Path) -> None:
    path = crime_file(
        tmp_path, crime_row(), crime_row(), crime_row(person=2), "too,few", crime_row("X", REPORTED_AT="soon")
    )
    report = load_one(lake, path)
    assert (report.rows_in, report.accepted, report.quarantined, report.exact_repeats) == (5, 2, 2, 1)


def test_a_quarantined_row_names_source_row_column_value_and_reason(lake: Lake, tmp_path: Path) -> None:
    load_one(lake, crime_file(tmp_path, crime_row(), crime_row("X", REPORTED_AT="31/02/2016 10:00")))
    with DuckDBEngine() as engine:
        engine.read_parquet("q", lake.batch_files("quarantine"))
        row = engine.fetch("SELECT * FROM q").to_pylist()[0]
    assert (row["source"], row["row_no"], row["column"], row["value"]) == (
        "crime",
        2,
        "REPORTED_AT",
        "31/02/2016 10:00",
    )
    assert "is not a date written like" in row["reason"]
    assert "31/02/2016" in row["raw"]


def test_the_same_file_again_changes_nothing(lake: Lake, tmp_path: Path) -> None:
    path = crime_file(tmp_path, crime_row())
    load_one(lake, path)
    before = {p: p.stat().st_mtime_ns for p in lake.batches.rglob("*")}
    with DuckDBEngine() as engine:
        report = load(lake, [path], engine=engine)
    assert report.batches == []
    assert report.already_loaded == [str(path)]
    assert {p: p.stat().st_mtime_ns for p in lake.batches.rglob("*")} == before


def test_a_row_that_an_earlier_file_brought_is_an_exact_repeat(lake: Lake, tmp_path: Path) -> None:
    load_one(lake, crime_file(tmp_path, crime_row()))
    report = load_one(lake, crime_file(tmp_path, crime_row(), crime_row(person=2), name="crime_2017.csv"))
    assert (report.accepted, report.exact_repeats) == (1, 1)


def test_a_later_version_wins_and_what_it_leaves_out_is_gone(lake: Lake, tmp_path: Path) -> None:
    load_one(lake, crime_file(tmp_path, crime_row(), crime_row(person=2)))
    load_one(lake, crime_file(tmp_path, crime_row(version=2, OUTCOME="1"), name="crime_update.csv"))
    assert fetch(lake, "SELECT result_code, version FROM event") == [{"result_code": "1", "version": 2}]
    assert [r["person_record_id"] for r in fetch(lake, "SELECT person_record_id FROM person_record")] == [
        "crime:20DY/000001/16:1"
    ]


def test_an_older_version_that_comes_late_does_not_win(lake: Lake, tmp_path: Path) -> None:
    load_one(lake, crime_file(tmp_path, crime_row(version=3, STATUS="CANCELLED")))
    load_one(lake, crime_file(tmp_path, crime_row(version=1), name="crime_old.csv"))
    assert fetch(lake, "SELECT status FROM event") == [{"status": "cancelled"}]


def test_embedded_newlines_quotes_and_commas_stay_one_row(lake: Lake, tmp_path: Path) -> None:
    text = 'First line,\r\nsecond "line".\n\nFourth'
    report = load_one(lake, crime_file(tmp_path, crime_row(MO_TEXT=text), crime_row("X2")))
    assert report.rows_in == 2
    assert text in [row["text"] for row in fetch(lake, "SELECT text FROM narrative")]


def test_a_stray_quote_does_not_swallow_the_file(lake: Lake, tmp_path: Path) -> None:
    broken = crime_row("BAD").replace("Partner struck", '"Partner struck')
    path = crime_file(tmp_path, crime_row("A"), broken, *(crime_row(f"B{i}") for i in range(20)))
    report = load_one(lake, path)
    assert report.rows_in == report.accepted + report.quarantined + report.exact_repeats
    assert report.accepted >= 20
    assert report.quarantined >= 1


@pytest.mark.parametrize(("value", "day", "precision"), [
    ("02/05/1985", "1985-05-02", "day"), ("01/01/1900", None, "none"), ("01/01/1985", "1985-01-01", "year"), ("", None, "none"),
    ("99/99/1985", None, "none"),
])  # fmt: skip
def test_dates_of_birth_keep_only_what_they_say(
    lake: Lake, tmp_path: Path, value: str, day: str | None, precision: str
) -> None:
    load_one(lake, crime_file(tmp_path, crime_row(DOB=value)))
    row = fetch(lake, "SELECT date_of_birth::VARCHAR AS day, date_of_birth_precision AS precision FROM person_record")[
        0
    ]
    assert (row["day"], row["precision"]) == (day, precision)


def test_an_optional_bad_value_is_emptied_and_counted_and_the_row_kept(lake: Lake, tmp_path: Path) -> None:
    report = load_one(lake, crime_file(tmp_path, crime_row(DOB="99/99/1985")))
    assert report.accepted == 1
    assert report.notes == {"DOB is not a date; emptied": 1}


def test_what_stands_in_an_intelligence_file_is_counted_and_never_said(lake: Lake, tmp_path: Path) -> None:
    line = "IR1|1|20160304|3x5x2|1|B|P|1|MARKED WORDS|A B|20080109|F||||||T|x"
    report = load_one(lake, intelligence_file(tmp_path, line))
    assert report.unmapped == {"role": {"(not said: intelligence)": 1}}


def test_unmapped_codes_are_reported_and_the_row_kept(lake: Lake, tmp_path: Path) -> None:
    report = load_one(lake, crime_file(tmp_path, crime_row(ROLE="WIZ", HO_CODE="999Z")))
    assert report.unmapped == {"ho_recorded_crime": {"999Z": 1}, "role": {"WIZ": 1}}
    assert fetch(lake, "SELECT role, role_as_recorded FROM involvement") == [
        {"role": "unmapped", "role_as_recorded": "WIZ"}
    ]


def test_windows_1252_and_byte_order_marks_are_read(lake: Lake, tmp_path: Path) -> None:
    path = intelligence_file(tmp_path, "IR1|1|20160304|3x5x2|1|B|P|1|SUBJECT|ZOË Chloé|20080109|F||||||T|Café “x”")
    load_one(lake, path)
    assert fetch(lake, "SELECT text FROM narrative") == [{"text": "Café “x”"}]
    other = crime_file(tmp_path, crime_row())
    other.write_bytes(b"\xef\xbb\xbf" + other.read_bytes())
    assert load_one(lake, other).accepted == 1


def test_bytes_that_are_not_utf_8_quarantine_their_row_only(lake: Lake, tmp_path: Path) -> None:
    path = crime_file(tmp_path, crime_row("A"), crime_row("B", MO_TEXT="CAFE"), crime_row("C"))
    path.write_bytes(path.read_bytes().replace(b"CAFE", b"caf\xe9"))
    report = load_one(lake, path)
    assert (report.accepted, report.quarantine_reasons) == (2, {"(whole row) holds bytes that are not utf-8": 1})


@pytest.mark.parametrize("table", ["event", "person_record", "address_record", "involvement", "narrative", "handling"])
def test_every_row_made_from_a_report_carries_its_grades(lake: Lake, tmp_path: Path, table: str) -> None:
    load_one(lake, intelligence_file(
        tmp_path, "IR1|1|20160304|3x5x2|1|B|P|1|SUBJECT|A B|20080109|F|||1 Made Up Street|DY1 0CC||T|x",
        "IR2|1|20160304|5X5X5|e|4|5|1|ASSOCIATE|A B|20080109|F|||1 Made Up Street|DY1 0CC||T|x",
    ))  # fmt: skip
    rows = fetch(lake, f"SELECT handling FROM {table} ORDER BY record_key")
    assert [row["handling"] for row in rows] == ["intelligence:3x5x2:1/B/P", "intelligence:5x5x5:E/4/5"]


@pytest.mark.parametrize("grades", [
    "|||", "3x5x2|1|B|", "3x5x2|1||P", "3x5x2||B|P", "|1|B|P", "3x5x2|4|B|P", "3x5x2|1|F|P", "3x5x2|1|B|X", "5x5x5|B|2|9",
    "5x5x5|F|2|1", "5x5x5|B|6|1", "4x4|1|B|P", "3x5x2|B|1|P",
])  # fmt: skip
def test_a_missing_or_unknown_grade_means_the_most_restrictive(lake: Lake, tmp_path: Path, grades: str) -> None:
    load_one(lake, intelligence_file(tmp_path, f"IR1|1|20160304|{grades}|1|SUBJECT|A B|20080109|F||||||T|x"))
    for table in ("event", "person_record", "involvement", "narrative", "handling"):
        assert fetch(lake, f"SELECT handling FROM {table}") == [{"handling": "intelligence:most-restrictive"}]


def test_flags_and_relationships_that_a_force_takes_from_intelligence_carry_its_grades(
    lake: Lake, tmp_path: Path
) -> None:
    text = shelf("sources", "intelligence.yaml").read_text(encoding="utf-8") + (
        '  - table: flag\n    when: ["{TITLE}"]\n    set: {flag_id: "i:{REPORT_REF}", event_id: "intelligence:{REPORT_REF}", code: gang}\n'
        '  - table: relationship\n    other_role: subject\n    when: [{of: "{SUBJECT_ROLE}", is: [ASSOCIATE]}]\n'
        '    set: {relationship_id: "i:{REPORT_REF}:{SUBJECT_SEQ}", person_record_id: "intelligence:{REPORT_REF}:{SUBJECT_SEQ}",\n'
        '      kind: other_family, event_id: "intelligence:{REPORT_REF}", stated_on: {of: "{SUBMITTED}", as: date}}\n'
    )
    own = tmp_path / "own" / "sources"
    own.mkdir(parents=True)
    (own / "intelligence.yaml").write_text(text)
    path = intelligence_file(tmp_path, *(
        f"IR1|1|20160304|3x5x2|1|B|C|{n}|{role}|A B|20080109|F||||||T|x" for n, role in ((1, "SUBJECT"), (2, "ASSOCIATE"))
    ))  # fmt: skip
    with DuckDBEngine() as engine:
        load(lake, [path], engine=engine, catalogue=tmp_path / "own")
    for table in ("flag", "relationship"):
        assert fetch(lake, f"SELECT DISTINCT handling FROM {table}") == [{"handling": "intelligence:3x5x2:1/B/C"}]


def test_intelligence_without_a_grade_gets_the_most_restrictive_handling(lake: Lake, tmp_path: Path) -> None:
    load_one(lake, intelligence_file(
        tmp_path, "IR1|1|20160304|3x5x2|1|B|P|1|SUBJECT|A B|20080109|F||||||T|x", "IR2|1|20160304|3x5x2|1||P|1|SUBJECT|A B|20080109|F||||||T|x",
        "IR3|1|20160304|5x5x5|B|2|9|1|SUBJECT|A B|20080109|F||||||T|x",
    ))  # fmt: skip
    for table in ("event", "person_record", "involvement", "narrative", "handling"):
        labels = [row["handling"] for row in fetch(lake, f"SELECT handling FROM {table} ORDER BY record_key")]
        assert labels == ["intelligence:3x5x2:1/B/P", "intelligence:most-restrictive", "intelligence:most-restrictive"]


def test_nested_notices_give_people_relationships_and_flags(lake: Lake, tmp_path: Path) -> None:
    load_one(lake, notice_file(tmp_path, notice(), notice("PN/2", people=[])))
    assert fetch(lake, "SELECT kind, lives_together FROM relationship") == [{"kind": "parent", "lives_together": True}]
    assert len(fetch(lake, "SELECT * FROM person_record")) == 2
    assert {row["code"] for row in fetch(lake, "SELECT code FROM flag")} == {"domestic_abuse", "alcohol"}


def test_a_broken_json_line_is_quarantined_and_the_rest_loaded(lake: Lake, tmp_path: Path) -> None:
    path = incident_file(tmp_path, incident(), incident("2-040316"))
    path.write_text(path.read_text() + '{"log": "3\n[1]\n')
    report = load_one(lake, path)
    assert (report.accepted, report.quarantined) == (2, 2)


@pytest.mark.parametrize(("name", "content", "words"), [
    ("crime_1.csv", b"", "is empty"),
    ("crime_1.csv", b"CRIME_NO,VERSION\n1,1\n", "lacks the columns HO_CODE"),
    ("crime_1.csv", bytes(range(256)) * 40, "is not a text file"),
    ("crime_1.csv.gz", gzip.compress(b"x" * 100000, mtime=0)[:60], "cut-off gzip"),
    ("crime_1.csv.gz", b"plain text", "is not a gzip file"),
    ("crime_1.csv", "CRIME_NO,".encode("utf-16"), "is UTF-16"),
    ("crime_1.csv", (",".join(CRIME_COLUMNS) + "\n").encode(), "holds column names but no rows"),
    ("crime_1.csv", (",".join([*CRIME_COLUMNS, "SEX"]) + "\n").encode(), "has SEX more than once"),
    ("incidents_1.jsonl", b"\n \n\n", "is empty"),
    ("protection_notices_1.json", b"[]", "holds no rows"),
    ("protection_notices_1.json", b'{"ref": 1}', "is not a JSON array"),
    ("protection_notices_1.json", b'[{"ref": "1"}, {"ref": ', "is cut off"),
])  # fmt: skip
def test_a_fault_of_the_whole_file_is_one_error_and_changes_nothing(
    lake: Lake, tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with DuckDBEngine() as engine, pytest.raises(FileFault, match=words):
        load(lake, [path], engine=engine)
    assert lake.manifests() == []
    assert list(lake.batches.glob("*")) == []


def test_a_file_of_no_known_source_is_named(lake: Lake, tmp_path: Path) -> None:
    path = tmp_path / "holiday.csv"
    path.write_text("a,b\n1,2\n")
    with DuckDBEngine() as engine:
        assert load(lake, [path], engine=engine).not_recognised == [str(path)]


def test_the_raw_row_comes_back_to_the_byte(lake: Lake, tmp_path: Path) -> None:
    path = crime_file(tmp_path, crime_row("A", MO_TEXT="naïve"), crime_row("B"))
    batch = load_one(lake, path).batch
    with DuckDBEngine() as engine:
        row = raw_row(engine, lake, batch, 2)
    assert path.read_bytes()[row.byte_start : row.byte_end].decode() == row.text == crime_row("B")


def test_a_lake_that_others_can_read_is_refused(tmp_path: Path) -> None:
    Lake.open(tmp_path / "lake").folder.chmod(0o755)
    with pytest.raises(LakeError, match="chmod 700"):
        Lake.open(tmp_path / "lake")


def test_a_second_writer_is_told_to_wait(lake: Lake, tmp_path: Path) -> None:
    path = crime_file(tmp_path, crime_row())
    with lake.hold(), DuckDBEngine() as engine, pytest.raises(LakeBusy, match="Another run"):
        load(lake, [path], engine=engine)


def test_a_lake_whose_file_system_keeps_no_locks_is_not_written_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two runs could write at once, from two machines."""

    def refuse(descriptor: int, how: int) -> None:
        raise OSError(errno.ENOTSUP, "Operation not supported")

    lake = Lake.open(tmp_path / "lake")
    monkeypatch.setattr("headwater.records.lake.fcntl.flock", refuse)
    with pytest.raises(LakeError, match="keeps no locks") as told, lake.hold():
        pass
    assert not isinstance(told.value, LakeBusy)


@pytest.mark.parametrize("fault", [gzip.compress(b"A,B\n" * 9, mtime=0)[:-9], b"A,B\n1,2\n"])
def test_a_fault_in_one_file_loads_none_of_the_files_that_came_with_it(
    lake: Lake, tmp_path: Path, fault: bytes
) -> None:
    good = crime_file(tmp_path, crime_row())
    bad = tmp_path / "missing_2016.csv.gz"
    bad.write_bytes(fault)
    with DuckDBEngine() as engine, pytest.raises(FileFault, match=r"missing_2016\.csv\.gz"):
        load(lake, [good, bad], engine=engine)
    assert lake.manifests() == []


def test_a_gzip_file_cut_off_after_many_good_rows_is_refused_whole(lake: Lake, tmp_path: Path) -> None:
    path = crime_file(tmp_path, *(crime_row(f"C{n}", MO_TEXT=os.urandom(40).hex()) for n in range(2000)))
    cut = tmp_path / "crime_cut.csv.gz"
    cut.write_bytes(gzip.compress(path.read_bytes(), mtime=0)[:-2000])
    with DuckDBEngine() as engine, pytest.raises(FileFault, match="cut-off gzip"):
        load(lake, [cut], engine=engine)
    assert list(lake.batches.glob("*")) == []


def test_small_files_loaded_together_leave_what_each_alone_would(tmp_path: Path) -> None:
    paths = [
        crime_file(tmp_path, crime_row(f"C{n}"), crime_row("SAME"), "too,few", name=f"crime_{n}.csv") for n in range(4)
    ]
    together, apart = Lake.open(tmp_path / "together"), Lake.open(tmp_path / "apart")
    with DuckDBEngine() as engine:
        load(together, paths, engine=engine)
        for path in paths:
            load(apart, [path], engine=engine)
    assert [m["exact_repeats"] for m in together.manifests()] == [0, 2, 2, 2]
    files = sorted(path.relative_to(together.folder) for path in together.batches.rglob("*.*"))
    assert files == sorted(path.relative_to(apart.folder) for path in apart.batches.rglob("*.*"))
    for file in files:
        assert (together.folder / file).read_bytes() == (apart.folder / file).read_bytes()


def test_a_file_larger_than_a_portion_is_loaded_whole(
    lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules["headwater.records.intake"], "CHUNK", 4096)
    monkeypatch.setattr("headwater.records.examine.split_csv", partial(split_csv, chunk=4096))
    rows = [
        crime_row(f"C{n // 2}", person=n % 2 + 1, REL_TO_VICTIM="" if n % 2 else "PARTNER", MO_TEXT='a "b"\nc')
        for n in range(400)
    ]
    rows = rows[::2] + rows[1::2]  # The two people of a crime stand far apart.
    report = load_one(lake, crime_file(tmp_path, *rows, rows[0]))
    assert (report.rows_in, report.accepted, report.exact_repeats) == (401, 400, 1)
    assert fetch(lake, "SELECT count(*) AS n, count(DISTINCT event_id) AS events FROM relationship") == [
        {"n": 200, "events": 200}
    ]


def test_the_same_content_under_two_names_is_loaded_once(lake: Lake, tmp_path: Path) -> None:
    one = crime_file(tmp_path, crime_row(), name="crime_1.csv")
    two = crime_file(tmp_path, crime_row(), name="crime_2.csv")
    with DuckDBEngine() as engine:
        report = load(lake, [one, two], engine=engine)
    assert ([batch.file for batch in report.batches], report.already_loaded) == (["crime_1.csv"], [str(two)])


def test_references_to_what_is_not_there_are_kept_and_counted_until_it_comes(lake: Lake, tmp_path: Path) -> None:
    first = crime_file(
        tmp_path, crime_row("A", LOG_NO="1-040316"), crime_row("B", LOG_NO="1-040316"), name="crime_1.csv"
    )
    with DuckDBEngine() as engine:
        assert load(lake, [first], engine=engine).dangling == {"crime": 2}
        later = incident_file(tmp_path, incident(crime_no="NOT-YET"))
        assert load(lake, [later], engine=engine).dangling == {"command_and_control": 1}
    assert len(fetch(lake, "SELECT * FROM event WHERE linked_reference = '1-040316'")) == 2


def test_a_code_that_must_be_given_and_is_empty_keeps_its_row_and_is_reported(lake: Lake, tmp_path: Path) -> None:
    report = load_one(lake, crime_file(tmp_path, crime_row(STATUS="")))
    assert report.unmapped == {"status": {"(empty)": 1}}
    assert fetch(lake, "SELECT status FROM event") == [{"status": "unmapped"}]


@pytest.mark.parametrize(
    ("value", "kept_back"), [("Y", True), ("y", True), ("N", False), ("", None), ("PERHAPS", True)]
)
def test_an_address_whose_protection_cannot_be_read_is_protected(
    lake: Lake, tmp_path: Path, value: str, kept_back: bool | None
) -> None:
    report = load_one(lake, crime_file(tmp_path, crime_row(PROTECTED=value)))
    assert fetch(lake, "SELECT protected FROM address_record WHERE purpose = 'home'") == [{"protected": kept_back}]
    assert bool(report.notes) is (value == "PERHAPS")


@pytest.mark.parametrize(("name", "value", "reason"), [
    ("people", "nobody", "people is not a list"), ("location", [1], "location is not an object"),
    ("opened", {"at": 1}, "opened is not a date written like 2016-12-31T23:59:58 or 2016-12-31"),
])  # fmt: skip
def test_a_json_value_of_the_wrong_shape_sets_its_row_aside(
    lake: Lake, tmp_path: Path, name: str, value: object, reason: str
) -> None:
    report = load_one(lake, incident_file(tmp_path, incident("1", **{name: value}), incident("2")))
    assert (report.accepted, report.quarantine_reasons) == (1, {reason: 1})


def test_a_bad_value_inside_a_list_is_emptied_and_counted(lake: Lake, tmp_path: Path) -> None:
    people = [
        {"seq": 1, "role": "CALLER", "name": "UP, Ann", "dob": "1985-99-02"},
        {"seq": 2, "role": "CALLER", "dob": "1900-01-01"},
    ]
    report = load_one(lake, incident_file(tmp_path, incident(people=people)))
    assert report.notes == {"people.dob is not a date; emptied": 1, "people.dob is a default date; emptied": 1}


def test_two_people_of_one_number_in_a_row_are_told(lake: Lake, tmp_path: Path) -> None:
    people = [{"seq": 1, "role": "CALLER", "name": f"UP, {name}"} for name in ("Ann", "Ben")]
    report = load_one(lake, incident_file(tmp_path, incident(people=people)))
    assert report.notes["person_record named twice in one row; the first kept"] == 1
    assert fetch(lake, "SELECT given_name FROM person_record") == [{"given_name": "Ann"}]


def test_column_names_that_differ_only_in_case_or_sound_like_ours_do_no_harm(lake: Lake, tmp_path: Path) -> None:
    path = crime_file(tmp_path, crime_row())
    lines = path.read_text().splitlines()
    path.write_text(f"row_no,Sex,fault,raw,{lines[0]}\n9,x,y,z,{lines[1]}\n")
    report = load_one(lake, path)
    assert (report.accepted, report.columns_not_in_mapping) == (1, ["row_no", "Sex", "fault", "raw"])
    assert fetch(lake, "SELECT sex, row_no FROM person_record") == [{"sex": "female", "row_no": 1}]
