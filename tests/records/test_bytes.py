"""Do the bytes that a row is said to stand at give exactly that row?"""

from __future__ import annotations

import csv
import gzip
import io
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headwater.engine import DuckDBEngine
from headwater.records import Lake, load, raw_row
from headwater.records.mapping import read_sources
from tests.records.samples import CRIME_COLUMNS, crime_file, crime_row, notice, notice_file

_ENGINE = DuckDBEngine(memory="500MB", threads=1)
CUSTODY_COLUMNS = list(read_sources()["custody"].columns)
TEXT = st.text(st.sampled_from('aé"“ ,\r\n'), max_size=10)


def unpacked(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def assert_every_row_is_where_it_is_said_to_be(folder: Path, path: Path, rows: int) -> None:
    lake = Lake.open(folder / "lake")
    report = load(lake, [path], engine=_ENGINE).batches[0]
    assert report.rows_in == rows
    content = unpacked(path)
    for number in range(1, rows + 1):
        row = raw_row(_ENGINE, lake, report.batch, number)
        assert content[row.byte_start : row.byte_end].decode(row.encoding) == row.text
        assert row.bytes_of == ("the unpacked file" if path.suffix == ".gz" else "the file")
        # Nothing of the row is left outside: before it stands a line end or the mark, after it a line end or nothing.
        assert content[row.byte_end : row.byte_end + 1] in (b"\r", b"\n", b"")
        assert content[row.byte_start - 1 : row.byte_start] == b"\n"


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(
    texts=st.lists(TEXT, min_size=1, max_size=4), source=st.sampled_from(["crime", "custody"]), mark=st.booleans(),
    packed=st.booleans(), ending=st.sampled_from(["\n", "\r\n"]), closed=st.booleans(),
)  # fmt: skip
def test_csv_with_mark_gzip_windows_1252_quoted_newlines_and_either_line_end(
    texts: list[str], source: str, mark: bool, packed: bool, ending: str, closed: bool
) -> None:
    names, key, text_column = (
        (CRIME_COLUMNS, "CRIME_NO", "MO_TEXT")
        if source == "crime"
        else (CUSTODY_COLUMNS, "CUSTODY_NO", "DETENTION_NOTES")
    )
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator=ending, quoting=csv.QUOTE_ALL)
    writer.writerow(names)
    for number, text in enumerate(texts):
        writer.writerow((dict.fromkeys(names, "") | {key: str(number), text_column: text}).values())
    whole = written.getvalue() if closed else written.getvalue().removesuffix(ending)
    content = (
        b"\xef\xbb\xbf" + whole.encode() if mark else whole.encode("utf-8" if source == "crime" else "windows-1252")
    )
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / (f"{source}_1.csv.gz" if packed else f"{source}_1.csv")
        path.write_bytes(gzip.compress(content) if packed else content)
        assert_every_row_is_where_it_is_said_to_be(Path(name), path, len(texts))


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_json_elements_begin_and_end_at_their_braces(tmp_path: Path, mark: bytes) -> None:
    path = notice_file(tmp_path, notice(), notice("PN/2", narrative="naïve"))
    path.write_bytes(mark + json.dumps(json.loads(path.read_text()), indent=2, ensure_ascii=False).encode())
    lake = Lake.open(tmp_path / "lake")
    batch = load(lake, [path], engine=_ENGINE).batches[0].batch
    for number in (1, 2):
        row = raw_row(_ENGINE, lake, batch, number)
        said = path.read_bytes()[row.byte_start : row.byte_end]
        assert said.decode() == row.text
        assert (said[:1], said[-1:]) == (b"{", b"}")


def test_a_byte_order_mark_makes_a_file_utf_8_whatever_its_source_usually_sends(tmp_path: Path) -> None:
    names = CUSTODY_COLUMNS
    row = dict.fromkeys(names, "") | {"CUSTODY_NO": "1", "ARRIVED": "04-Mar-2016 10:00", "SURNAME": "Zoë"}
    path = tmp_path / "custody_1.csv"
    path.write_bytes(b"\xef\xbb\xbf" + (",".join(names) + "\n" + ",".join(row.values()) + "\n").encode())
    lake = Lake.open(tmp_path / "lake")
    report = load(lake, [path], engine=_ENGINE).batches[0]
    assert (report.accepted, report.encoding, report.byte_order_mark) == (1, "utf-8", True)
    assert "Zoë" in raw_row(_ENGINE, lake, report.batch, 1).text


def test_a_file_of_another_encoding_is_set_aside_row_by_row_in_reasonable_time(tmp_path: Path) -> None:
    path = crime_file(tmp_path, *(crime_row(f"C{n}", MO_TEXT="CAFE") for n in range(20_000)))
    path.write_bytes(path.read_bytes().replace(b"CAFE", b"caf\xe9"))
    report = load(Lake.open(tmp_path / "lake"), [path], engine=_ENGINE).batches[0]
    assert (report.rows_in, report.quarantined) == (20_000, 20_000)
