"""Does every record come out whole, wherever a chunk ends and whatever stands in it?"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.records.split import Piece, SplitError, split_csv, split_json_array, split_lines

CHUNKS = st.integers(1, 200)
FIELDS = st.text(st.sampled_from('a7é" ,;|\r\n'), max_size=8)
ROWS = st.lists(st.lists(FIELDS, min_size=3, max_size=3), min_size=1, max_size=12)


def records(pieces: Iterable[Piece]) -> list[bytes]:
    return [
        piece.content[start:end]
        for piece in pieces
        for start, end in zip(piece.starts.tolist(), piece.ends.tolist(), strict=True)
    ]


def as_csv(rows: list[list[str]], ending: str) -> bytes:
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator=ending, quoting=csv.QUOTE_ALL).writerows(rows)
    return written.getvalue().encode()


@given(rows=ROWS, chunk=CHUNKS, ending=st.sampled_from(["\n", "\r\n"]), closed=st.booleans())
def test_csv_records_are_those_that_were_written(rows: list[list[str]], chunk: int, ending: str, closed: bool) -> None:
    content = as_csv(rows, ending)
    content = content if closed else content.removesuffix(ending.encode())
    longest = max(len(as_csv([row], ending)) for row in rows)
    pieces = list(split_csv(io.BytesIO(content), ",", chunk=max(chunk, longest)))
    read = [next(csv.reader(io.StringIO(record.decode(), newline=""))) for record in records(pieces)]
    assert read == rows
    for piece in pieces:
        assert piece.fields is not None
        assert set(piece.fields.tolist()) == {3}
        assert content[piece.offset :].startswith(piece.content.rstrip(b"\r\n"))


PLAIN = st.sampled_from(["a,b,c", '"a, a",b,c', '"say ""b""",b,c'])
# Of a quote that opens a field and one that ends a line together nobody can say whether they are a field of two lines.
STRAYS = st.sampled_from([['6" blade', 'said "no', "5' 6\""], ['"struck her']])


@given(st.data(), STRAYS, st.integers(60, 4000))
def test_a_stray_quote_never_swallows_the_rows_around_it(data: st.DataObject, strays: list[str], chunk: int) -> None:
    row = st.tuples(PLAIN, st.none() | st.sampled_from(strays))
    lines = data.draw(st.lists(row, min_size=1, max_size=30))
    rows = [line if stray is None else f"{line},{stray}" for line, stray in lines]
    found = records(split_csv(io.BytesIO("".join(row + "\n" for row in rows).encode()), ",", chunk=chunk))
    assert found == [row.encode() for row in rows]


@given(
    lines=st.lists(st.text(st.sampled_from("a\u00e9\" {}\r"), max_size=9), max_size=12), chunk=CHUNKS, begin=st.integers(0, 3)
)  # fmt: skip
def test_lines_are_those_that_were_written(lines: list[str], chunk: int, begin: int) -> None:
    content = "\n".join(lines).encode()
    pieces = list(split_lines(io.BytesIO(content), chunk=chunk, begin=begin))
    assert records(pieces) == [
        stripped for line in lines if (stripped := (line[:-1] if line.endswith("\r") else line).encode())
    ]
    for piece in pieces:
        for start, end in zip(piece.starts.tolist(), piece.ends.tolist(), strict=True):
            at = piece.offset - begin
            assert content[at + start : at + end] == piece.content[start:end]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.sampled_from('a"\\[]{},\n\u00e9 '), max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(st.sampled_from('k"'), max_size=2), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@given(elements=st.lists(JSON, max_size=8), chunk=CHUNKS, indent=st.none() | st.integers(0, 2))
def test_elements_of_a_json_array_are_those_that_were_written(
    elements: list[object], chunk: int, indent: int | None
) -> None:
    content = json.dumps(elements, indent=indent).encode()
    pieces = list(split_json_array(io.BytesIO(content), chunk=chunk))
    assert [json.loads(record) for record in records(pieces)] == elements
    for piece in pieces:
        for start, end in zip(piece.starts.tolist(), piece.ends.tolist(), strict=True):
            assert content[piece.offset + start : piece.offset + end] == piece.content[start:end]


@pytest.mark.parametrize("content", [b"{}", b"[1, 2", b'[{"a": "]"}', b"[1] [2]"])
def test_what_is_not_one_json_array_is_refused(content: bytes) -> None:
    with pytest.raises(SplitError):
        list(split_json_array(io.BytesIO(content), chunk=2))
