"""What do the bytes of a piece say? Text of each record, and of each CSV field; bad records are named, not lost."""

from __future__ import annotations

import csv
import io

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as arrow_csv

from headwater.records.split import Offsets, Piece

_UNDEFINED_IN_WINDOWS_1252 = np.array([0x81, 0x8D, 0x8F, 0x90, 0x9D], np.uint8)
_WIDTH_IN_UTF_8 = np.array(
    [len(bytes([code]).decode("windows-1252", "replace").encode("utf-8")) for code in range(256)], np.int64
)

Mask = npt.NDArray[np.bool_]


def undecodable(piece: Piece, encoding: str) -> Mask:
    """Which records hold bytes that the encoding does not have, or a NUL."""
    codes = np.frombuffer(piece.content, dtype=np.uint8)
    bad = np.zeros(piece.starts.size, dtype=bool)
    wrong = codes == 0
    if encoding == "windows-1252":
        wrong |= np.isin(codes, _UNDEFINED_IN_WINDOWS_1252)
    for position in _first_of_each(np.flatnonzero(wrong), piece.starts):
        bad[position] = True
    if encoding == "utf-8":
        position = 0
        while position < len(piece.content):
            try:
                piece.content[position:].decode("utf-8")
                break
            except UnicodeDecodeError as fault:
                record = int(np.searchsorted(piece.starts, position + fault.start, side="right")) - 1
                if record < 0:
                    position += fault.start + 1
                    continue
                bad[record] = True
                position = max(int(piece.ends[record]), position + fault.start + 1)
    return bad


def _first_of_each(positions: npt.NDArray[np.int64], starts: Offsets) -> npt.NDArray[np.int64]:
    records = np.unique(np.searchsorted(starts, positions, side="right") - 1)
    return records[records >= 0].astype(np.int64)


def text_of_records(piece: Piece, encoding: str, bad: Mask) -> pa.Array:
    """The text of every record, in order; undecodable bytes of bad records become the replacement character."""
    content, starts, ends = piece.content, piece.starts, piece.ends
    if encoding == "windows-1252":
        codes = np.frombuffer(content, dtype=np.uint8)
        place = np.concatenate((np.zeros(1, np.int64), np.cumsum(_WIDTH_IN_UTF_8[codes])))
        content, starts, ends = content.decode("windows-1252", "replace").encode("utf-8"), place[starts], place[ends]
    elif bad.any():
        texts = [content[a:b].decode("utf-8", "replace") for a, b in zip(starts.tolist(), ends.tolist(), strict=True)]
        return pa.array(texts, pa.large_string())
    codes = np.frombuffer(content, dtype=np.uint8)
    lengths = ends - starts
    offsets = np.concatenate((np.zeros(1, np.int64), np.cumsum(lengths)))
    keep = _mask(codes.size, starts, ends)
    packed = codes[keep]
    return pa.LargeStringArray.from_buffers(len(lengths), pa.py_buffer(offsets), pa.py_buffer(packed))


def _mask(size: int, starts: Offsets, ends: Offsets) -> Mask:
    steps = np.zeros(size + 1, np.int8)
    np.add.at(steps, starts, 1)
    np.add.at(steps, ends, -1)
    return np.cumsum(steps[:-1], dtype=np.int8).astype(bool)


def fields_of_records(texts: pa.Array, delimiter: str, names: list[str]) -> tuple[pa.Table, Mask]:
    """The fields of CSV records as text columns, and which records could not be parsed (their fields are null)."""
    count = len(texts)
    good = np.ones(count, dtype=bool)
    if count == 0:
        return pa.table({name: pa.array([], pa.string()) for name in names}), good
    joined = ("\n".join(texts.to_pylist()) + "\n").encode("utf-8")
    try:
        table = arrow_csv.read_csv(
            io.BytesIO(joined),
            read_options=arrow_csv.ReadOptions(column_names=names, block_size=len(joined) + 1, use_threads=False),
            parse_options=arrow_csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types={name: pa.string() for name in names}, strings_can_be_null=False, null_values=[]
            ),
        )
        if table.num_rows == count:
            return table, good
    except pa.ArrowInvalid:
        pass
    return _parse_one_by_one(texts, delimiter, names)


def _parse_one_by_one(texts: pa.Array, delimiter: str, names: list[str]) -> tuple[pa.Table, Mask]:
    """Used for the rare piece in which quotes are not where they should be: each record stands for itself."""
    good = np.ones(len(texts), dtype=bool)
    rows: list[list[str | None]] = []
    for number, text in enumerate(texts.to_pylist()):
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
