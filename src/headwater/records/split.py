"""Where does each record of a byte stream begin and end? Answered with numpy, chunk by chunk, for any size of file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

CHUNK = 16 * 1024 * 1024
LONGEST_RECORD = 64 * 1024 * 1024

_NEWLINE, _RETURN, _QUOTE, _BACKSLASH = 10, 13, 34, 92
_COMMA = 44

_IS_SPACE = np.isin(np.arange(256), list(b"\t\n\r "))
_IS_MARK = np.isin(np.arange(256), list(b"[]{},"))
_STEP = np.zeros(256, np.int8)
_STEP[list(b"[{")], _STEP[list(b"]}")] = 1, -1
"""For each byte: whether it is white space, whether it builds a JSON array, and how much deeper it leads."""

Offsets = npt.NDArray[np.int64]


class SplitError(Exception):
    """The stream as a whole cannot be split into records; the message says why."""


@dataclass(frozen=True)
class Piece:
    """Some whole records: their bytes, where each begins and ends in them, and where the bytes begin in the file."""

    content: bytes
    starts: Offsets
    ends: Offsets
    offset: int
    fields: Offsets | None = None
    """For CSV: how many fields each record has."""


def split_lines(stream: BinaryIO, *, chunk: int = CHUNK, begin: int = 0) -> Iterator[Piece]:
    """Yield the non-blank lines of a stream, split at line feeds only. `begin` is where the stream begins in its file."""
    yield from _split(stream, None, chunk, begin)


def split_csv(stream: BinaryIO, delimiter: str, *, chunk: int = CHUNK, begin: int = 0) -> Iterator[Piece]:
    """Yield the records of a CSV stream: a line end inside quotes does not end a record.

    A quote in the wrong place (an inch mark, a quote never closed) must not swallow the rows after it. Where one shows,
    the bytes at hand are split again by the letter of RFC 4180: a quote opens a field only at its beginning, and a line
    that fits no record is one (broken) record with no fields.
    """
    yield from _split(stream, _Csv.parted_by(delimiter), chunk, begin)


@dataclass(frozen=True)
class _Csv:
    """The delimiter's code, and what one record, one quoted field and an unfinished record look like (RFC 4180)."""

    delimiter: int
    record: re.Pattern[bytes]
    quoted: re.Pattern[bytes]
    unfinished: re.Pattern[bytes]

    @classmethod
    @cache
    def parted_by(cls, delimiter: str) -> _Csv:
        part = re.escape(delimiter).encode()
        quoted, plain = rb'"(?:[^"]++|"")*+"', rb'[^"%b\n][^%b\n]*+' % (part, part)
        field = rb"(?:%b|%b|)" % (quoted, plain)
        return cls(
            ord(delimiter),
            re.compile(rb"%b(?:%b%b)*+\r?\n" % (field, part, field)),
            re.compile(rb"(?:^|(?<=%b))%b" % (part, quoted)),
            re.compile(rb'(?:%b%b)*+(?:"(?:[^"]++|"")*+"?+\r?|%b|)\Z' % (field, part, plain)),
        )


def _split(stream: BinaryIO, form: _Csv | None, chunk: int, begin: int) -> Iterator[Piece]:
    rest = b""
    offset = begin
    while True:
        block = stream.read(chunk)
        content = rest + block
        if not content:
            return
        last = not block
        if last and not content.endswith(b"\n"):
            content += b"\n"
        while content:
            piece, used = _cut(content, form, offset, last)
            if used == 0 and (last or (form is not None and len(content) >= 2 * chunk)):
                piece, used = _cut_broken(content, offset)
            if used == 0:
                break
            if piece is not None:
                yield piece
            content, offset = content[used:], offset + used
        rest = content
        if len(rest) > LONGEST_RECORD:
            raise SplitError(f"has a record longer than {LONGEST_RECORD // 1024 // 1024} MB at byte {offset:,}")


def _cut(content: bytes, form: _Csv | None, offset: int, last: bool) -> tuple[Piece | None, int]:
    """The whole records at the head of `content`, and how many bytes they take."""
    codes = np.frombuffer(content, dtype=np.uint8)
    breaks = codes == _NEWLINE
    inside = None
    if form is not None:
        quotes = codes == _QUOTE
        inside = np.logical_xor.accumulate(quotes)
        lines = breaks
        breaks = lines & ~inside
    ends = np.flatnonzero(breaks).astype(np.int64)
    if form is not None and inside is not None and _misled(codes, form.delimiter, inside, lines, ends):
        return _cut_by_rule(content, form, offset, last)
    if ends.size == 0:
        return None, 0
    starts = np.concatenate((np.zeros(1, np.int64), ends[:-1] + 1))
    used = int(ends[-1]) + 1
    fields = None
    if form is not None and inside is not None:
        parts = np.flatnonzero((codes == form.delimiter) & ~inside)
        fields = np.searchsorted(parts, ends) - np.searchsorted(parts, starts) + 1
    return _piece_of_lines(content[:used], codes, starts, ends, offset, fields), used


def _piece_of_lines(
    content: bytes, codes: npt.NDArray[np.uint8], starts: Offsets, ends: Offsets, offset: int, fields: Offsets | None
) -> Piece | None:
    """Records that end at line feeds, without a carriage return before it and without the blank ones."""
    trimmed = ends - ((ends > starts) & (codes[np.maximum(ends - 1, 0)] == _RETURN))
    filled = trimmed > starts
    if not filled.any():
        return None
    return Piece(content, starts[filled], trimmed[filled], offset, None if fields is None else fields[filled])


def _misled(
    codes: npt.NDArray[np.uint8],
    delimiter: int,
    inside: npt.NDArray[np.bool_],
    lines: npt.NDArray[np.bool_],
    ends: Offsets,
) -> bool:
    """Whether a quote stands where RFC 4180 has none, in a record of several lines or in what is not yet a record."""
    at = np.flatnonzero(codes == _QUOTE)
    if at.size == 0:
        return False
    opens = inside[at]
    before = np.where(at > 0, codes[at - 1], _NEWLINE)
    after = codes[np.minimum(at + 1, codes.size - 1)]
    good = np.where(
        opens,
        (before == delimiter) | (before == _NEWLINE) | (before == _QUOTE),
        (after == delimiter) | (after == _NEWLINE) | (after == _RETURN) | (after == _QUOTE) | (at == codes.size - 1),
    )
    wrong = at[~good]
    if wrong.size == 0:
        return False
    record = np.searchsorted(ends, wrong)
    if record[-1] == ends.size:
        return True
    starts = np.concatenate((np.zeros(1, np.int64), ends[:-1] + 1))
    swallowed = np.flatnonzero(lines & inside)
    return bool(np.any(np.searchsorted(swallowed, starts[record]) < np.searchsorted(swallowed, ends[record])))


def _cut_by_rule(content: bytes, form: _Csv, offset: int, last: bool) -> tuple[Piece | None, int]:
    """As `_cut`, one record after the other: slower, and right where a quote stands in a wrong place."""
    starts: list[int] = []
    ends: list[int] = []
    fields: list[int] = []
    position = 0
    part = bytes([form.delimiter])
    while position < len(content):
        found = form.record.match(content, position)
        if found:
            end = found.end() - 1
            count = form.quoted.sub(b"", content[position:end]).count(part) + 1
        elif not last and form.unfinished.match(content, position):
            break
        else:
            end = content.find(b"\n", position)
            end = len(content) - 1 if end < 0 else end
            count = 0
        starts.append(position)
        ends.append(end)
        fields.append(count)
        position = end + 1
    if not starts:
        return None, 0
    columns = (np.array(starts, np.int64), np.array(ends, np.int64))
    codes = np.frombuffer(content, dtype=np.uint8)
    return _piece_of_lines(content[:position], codes, *columns, offset, np.array(fields, np.int64)), position


def _cut_broken(content: bytes, offset: int) -> tuple[Piece | None, int]:
    end = content.find(b"\n")
    end = len(content) if end < 0 else end
    piece = Piece(
        content[: end + 1],
        np.zeros(1, np.int64),
        np.array([end], np.int64),
        offset,
        np.zeros(1, np.int64),
    )
    return piece, min(end + 1, len(content))


def split_json_array(stream: BinaryIO, *, chunk: int = CHUNK, begin: int = 0) -> Iterator[Piece]:
    """Yield the elements of one top-level JSON array, however large. Raises SplitError when it is not one, or cut off."""
    head = stream.read(chunk)
    skipped = len(head) - len(head.lstrip(b" \t\r\n"))
    if head[skipped : skipped + 1] != b"[":
        raise SplitError("is not a JSON array: it does not begin with [")
    rest, offset = head[skipped + 1 :], begin + skipped + 1
    while True:
        piece, used, closed = _cut_elements(rest, offset)
        if piece is not None:
            yield piece
        if closed:
            if rest[used:].strip() or stream.read(chunk).strip():
                raise SplitError(f"has more after the end of the JSON array, at byte {offset + used}")
            return
        rest, offset = rest[used:], offset + used
        block = stream.read(chunk)
        if not block:
            raise SplitError("is cut off: the JSON array is not closed with ]")
        if len(rest) > LONGEST_RECORD:
            raise SplitError(f"has an element longer than {LONGEST_RECORD // 1024 // 1024} MB at byte {offset}")
        rest += block


def _cut_elements(content: bytes, offset: int) -> tuple[Piece | None, int, bool]:
    """The whole elements at the head of `content`, how many bytes they take, and whether the array is closed.

    Only brackets, braces and commas are looked at, and quotes to tell which of them stand in a text.
    """
    codes = np.frombuffer(content, dtype=np.uint8)
    marks = np.flatnonzero(_IS_MARK[codes])
    marks = marks[np.searchsorted(_real_quotes(codes), marks) % 2 == 0]
    kinds = codes[marks]
    depth = np.cumsum(_STEP[kinds], dtype=np.int64)
    finish = np.flatnonzero(depth == -1)
    closed = finish.size > 0
    commas = marks[(kinds == _COMMA) & (depth == 0)]
    if closed:
        stop = marks[finish[0]]
        ends = np.append(commas[commas < stop], stop)
    else:
        ends = commas
    if ends.size == 0:
        return None, 0, False
    starts = np.concatenate((np.zeros(1, np.int64), ends[:-1] + 1))
    used = int(ends[-1]) + 1
    solid = np.flatnonzero(~_IS_SPACE[codes[:used]])
    first, after = np.searchsorted(solid, starts), np.searchsorted(solid, ends)
    filled = after > first
    if not filled.any():
        return None, used, closed
    return Piece(content[:used], solid[first[filled]], solid[after[filled] - 1] + 1, offset), used, closed


def _real_quotes(codes: npt.NDArray[np.uint8]) -> Offsets:
    """Where the quotes stand that no backslash escapes: those behind an even number of backslashes, or none."""
    quotes: Offsets = np.flatnonzero(codes == _QUOTE)
    slashes = np.flatnonzero(codes == _BACKSLASH)
    if slashes.size == 0 or quotes.size == 0:
        return quotes
    # The last backslash before each quote, and where the run of backslashes begins that it belongs to.
    begins = np.ones(slashes.size, np.bool_)
    begins[1:] = np.diff(slashes) > 1
    run = slashes[np.maximum.accumulate(np.where(begins, np.arange(slashes.size), 0))]
    last = np.maximum(np.searchsorted(slashes, quotes) - 1, 0)
    escaped = (slashes[last] == quotes - 1) & ((quotes - run[last]) % 2 == 1)
    real: Offsets = quotes[~escaped]
    return real
