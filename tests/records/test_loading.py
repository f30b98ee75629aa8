"""Is every row accounted for, whatever the file is like?"""

from __future__ import annotations

import gzip
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from headwater.engine import DuckDBEngine
from headwater.records import FileFault, Lake, LakeBusy, LakeError, load, open_records, raw_row
from headwater.records.load import BatchReport
from tests.records.samples import crime_file, crime_row, incident, incident_file, intelligence_file, notice, notice_file


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
    assert "is not a date of the form" in row["reason"]
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
    ("crime_1.csv.gz", gzip.compress(b"x" * 100000)[:60], "cut-off gzip"),
    ("crime_1.csv.gz", b"plain text", "is not a gzip file"),
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


KILLED = """
    import os, signal, sys
    from pathlib import Path
    from headwater.engine import DuckDBEngine
    from headwater.records import Lake, load
    seen = 0
    def tell(stage, done, total):
        global seen
        seen += 1
        if seen == int(sys.argv[3]):
            os.kill(os.getpid(), signal.SIGKILL)
    with DuckDBEngine() as engine:
        load(Lake.open(Path(sys.argv[1])), [Path(sys.argv[2])], engine=engine, progress=tell)
"""


@pytest.mark.parametrize("point", [1, 2, 3, 4])
def test_a_load_killed_at_any_point_and_started_again_ends_as_if_undisturbed(tmp_path: Path, point: int) -> None:
    exports = tmp_path / "exports"
    exports.mkdir()
    crime_file(exports, *(crime_row(f"C{i}", person=1) for i in range(50)))
    incident_file(exports, incident(), incident("2-040316"))
    script = tmp_path / "killed.py"
    script.write_text(textwrap.dedent(KILLED))
    disturbed, calm = tmp_path / "disturbed", tmp_path / "calm"
    died = subprocess.run([sys.executable, str(script), str(disturbed), str(exports), str(point)], check=False)
    assert died.returncode == -signal.SIGKILL
    for folder in (disturbed, calm):
        with DuckDBEngine() as engine:
            load(Lake.open(folder), [exports], engine=engine)
    assert contents(disturbed) == contents(calm)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        os.fspath(path.relative_to(folder)): path.read_bytes()
        for path in sorted((folder / "batches").rglob("*"))
        if path.is_file()
    }
