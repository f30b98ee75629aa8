"""What do the bytes of a piece say? UTF-8 text of each record, and of each CSV field; bad records are named, not lost."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as arrow_csv

from headwater.records.split import Offsets, Piece

_UNDEFINED_IN_WINDOWS_1252 = np.array([0x81, 0x8D, 0x8F, 0x90, 0x9D], np.uint8)
_WIDTH_IN_UTF_8 = np.array(
    [len(bytes([code]).decode("windows-1252", "replace").encode("utf-8")) for code in range(256)], np.int64
)
_NEWLINE = 10

Mask = npt.NDArray[np.bool_]


def in_utf_8(piece: Piece, encoding: str) -> tuple[Piece, Mask]:
    """The same records in UTF-8, and which of them held bytes that the encoding does not have, or a NUL.

    Bytes that mean nothing become the replacement character.
    """
    codes = np.frombuffer(piece.content, dtype=np.uint8)
    bad = np.zeros(piece.starts.size, dtype=bool)
    wrong = codes == 0
    if encoding == "windows-1252":
        wrong |= np.isin(codes, _UNDEFINED_IN_WINDOWS_1252)
    bad[_records_at(np.flatnonzero(wrong), piece)] = True
    if encoding == "windows-1252":
        place = np.concatenate((np.zeros(1, np.int64), np.cumsum(_WIDTH_IN_UTF_8[codes])))
        content = piece.content.decode("windows-1252", "replace").encode("utf-8")
        return replace(piece, content=content, starts=place[piece.starts], ends=place[piece.ends]), bad
    try:
        piece.content.decode("utf-8")
        return piece, bad
    except UnicodeDecodeError:
        return _replaced(piece, codes, bad)


def _replaced(piece: Piece, codes: npt.NDArray[np.uint8], bad: Mask) -> tuple[Piece, Mask]:
    """A piece in which some record is not UTF-8: only records with bytes beyond ASCII are looked at one by one."""
    bounds = list(zip(piece.starts.tolist(), piece.ends.tolist(), strict=True))
    records = [piece.content[start:end] for start, end in bounds]
    for number in _records_at(np.flatnonzero(codes >= 0x80), piece).tolist():
        try:
            records[number].decode("utf-8")
        except UnicodeDecodeError:
            bad[number] = True
            records[number] = records[number].decode("utf-8", "replace").encode("utf-8")
    ends = np.cumsum(np.array([len(record) + 1 for record in records], np.int64)) - 1
    starts = np.concatenate((np.zeros(1, np.int64), ends[:-1] + 1))
    return replace(piece, content=b"\n".join(records) + b"\n", starts=starts, ends=ends), bad


def _records_at(positions: npt.NDArray[np.int64], piece: Piece) -> npt.NDArray[np.int64]:
    """Which records hold these positions; a position between two records counts for none."""
    record = np.searchsorted(piece.starts, positions, side="right") - 1
    held = (record >= 0) & (positions < piece.ends[np.maximum(record, 0)])
    return np.unique(record[held]).astype(np.int64)


def text_of_records(piece: Piece) -> pa.Array:
    """The text of every record of a piece in UTF-8, in order."""
    offsets = np.concatenate((np.zeros(1, np.int64), np.cumsum(piece.ends - piece.starts)))
    packed = np.frombuffer(piece.content, dtype=np.uint8)[_mask(len(piece.content), piece.starts, piece.ends)]
    return pa.LargeStringArray.from_buffers(piece.starts.size, pa.py_buffer(offsets), pa.py_buffer(packed))


def _mask(size: int, starts: Offsets, ends: Offsets) -> Mask:
    steps = np.zeros(size + 1, np.int8)
    np.add.at(steps, starts, 1)
    np.add.at(steps, ends, -1)
    return np.cumsum(steps[:-1], dtype=np.int8).astype(bool)


def fields_of_records(piece: Piece, chosen: Mask, delimiter: str, names: list[str]) -> tuple[pa.Table, Mask]:
    """The fields of the chosen CSV records of a piece in UTF-8 as text columns, and which could not be parsed."""
    starts, ends = piece.starts[chosen], piece.ends[chosen]
    if starts.size == 0:
        return pa.table({name: pa.array([], pa.string()) for name in names}), np.ones(0, dtype=bool)
    codes = np.frombuffer(piece.content, dtype=np.uint8).copy()
    codes[ends] = _NEWLINE
    lines = codes[_mask(codes.size, starts, ends + 1)].tobytes()
    try:
        table = arrow_csv.read_csv(
            io.BytesIO(lines),
            read_options=arrow_csv.ReadOptions(column_names=names, block_size=len(lines) + 1, use_threads=False),
            parse_options=arrow_csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types={name: pa.string() for name in names}, strings_can_be_null=False, null_values=[]
            ),
        )
        if table.num_rows == starts.size:
            return table, np.ones(starts.size, dtype=bool)
    except pa.ArrowInvalid:
        pass
    return _parse_one_by_one(piece, starts, ends, delimiter, names)


def _parse_one_by_one(
    piece: Piece, starts: Offsets, ends: Offsets, delimiter: str, names: list[str]
) -> tuple[pa.Table, Mask]:
    """Used for the rare piece in which quotes are not where they should be: each record stands for itself."""
    good = np.ones(starts.size, dtype=bool)
    rows: list[list[str | None]] = []
    for number, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
        text = piece.content[start:end].decode("utf-8")
        try:
            parsed = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
        except csv.Error:
            parsed = []
        if len(parsed) == 1 and len(parsed[0]) == len(names):
            rows.append(list(parsed[0]))
        else:
            good[number] = False
            rows.append([None] * len(names))
    columns = list(zip(*rows, strict=True))
    table = pa.table({name: pa.array(column, pa.string()) for name, column in zip(names, columns, strict=True)})
    return table, good
