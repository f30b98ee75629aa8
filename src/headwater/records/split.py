"""Where does each record of a byte stream begin and end? Answered with numpy, chunk by chunk, for any size of file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

CHUNK = 16 * 1024 * 1024
LONGEST_RECORD = 64 * 1024 * 1024

_NEWLINE, _RETURN, _QUOTE, _BACKSLASH = 10, 13, 34, 92
_COMMA = 44

Offsets = npt.NDArray[np.int64]


class SplitError(Exception):
    """The stream as a whole cannot be split into records; the message says why."""


@dataclass(frozen=True)
class Piece:
    """Some whole records: their bytes, where each begins and ends in them, and the offset of the first in the file."""

    content: bytes
    starts: Offsets
    ends: Offsets
    offset: int
    fields: Offsets | None = None
    """For CSV: how many fields each record has."""


def split_lines(stream: BinaryIO, *, chunk: int = CHUNK) -> Iterator[Piece]:
    """Yield the non-blank lines of a stream, split at line feeds only."""
    yield from _split(stream, None, chunk)


def split_csv(stream: BinaryIO, delimiter: str, *, chunk: int = CHUNK) -> Iterator[Piece]:
    """Yield the records of a CSV stream: a line end inside quotes does not end a record.

    A quote that is never closed would swallow the rest of the file. So a record that begins with an unbalanced quote
    and runs past `chunk` bytes, or to the end of the file, is cut at its first line end and counted as one (broken)
    record with no fields; splitting goes on with the next line.
    """
    yield from _split(stream, ord(delimiter), chunk)


def _split(stream: BinaryIO, delimiter: int | None, chunk: int) -> Iterator[Piece]:
    rest = b""
    offset = 0
    while True:
        block = stream.read(chunk)
        content = rest + block
        if not content:
            return
        last = not block
        if last and not content.endswith(b"\n"):
            content += b"\n"
        piece, used = _cut(content, delimiter, offset)
        if used == 0 and (last or (delimiter is not None and len(content) >= 2 * chunk)):
            piece, used = _cut_broken(content, offset)
        if used == 0 and len(content) > LONGEST_RECORD:
            raise SplitError(f"has a record longer than {LONGEST_RECORD // 1024 // 1024} MB at byte {offset}")
        if piece is not None:
            yield piece
        rest, offset = content[used:], offset + used
        if last:
            if not rest:
                return
            while rest:
                piece, used = _cut(rest, delimiter, offset)
                if used == 0:
                    piece, used = _cut_broken(rest, offset)
                if piece is not None:
                    yield piece
                rest, offset = rest[used:], offset + used
            return


def _cut(content: bytes, delimiter: int | None, offset: int) -> tuple[Piece | None, int]:
    """The whole records at the head of `content`, and how many bytes they take."""
    codes = np.frombuffer(content, dtype=np.uint8)
    breaks = codes == _NEWLINE
    inside = None
    if delimiter is not None:
        quotes = codes == _QUOTE
        inside = np.logical_xor.accumulate(quotes)
        breaks &= ~inside
    ends = np.flatnonzero(breaks).astype(np.int64)
    if ends.size == 0:
        return None, 0
    starts = np.concatenate((np.zeros(1, np.int64), ends[:-1] + 1))
    used = int(ends[-1]) + 1
    fields = None
    if delimiter is not None and inside is not None:
        seen = np.concatenate((np.zeros(1, np.int64), np.cumsum((codes == delimiter) & ~inside, dtype=np.int64)))
        fields = seen[ends] - seen[starts] + 1
    trimmed = ends - ((ends > starts) & (codes[np.maximum(ends - 1, 0)] == _RETURN))
    filled = trimmed > starts
    if not filled.any():
        return None, used
    return Piece(
        content[:used], starts[filled], trimmed[filled], offset, None if fields is None else fields[filled]
    ), used


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


def split_json_array(stream: BinaryIO, *, chunk: int = CHUNK) -> Iterator[Piece]:
    """Yield the elements of one top-level JSON array, however large. Raises SplitError when it is not one, or cut off."""
    head = stream.read(chunk)
    skipped = len(head) - len(head.lstrip(b"\xef\xbb\xbf \t\r\n"))
    if head[skipped : skipped + 1] != b"[":
        raise SplitError("is not a JSON array: it does not begin with [")
    rest, offset = head[skipped + 1 :], skipped + 1
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
    codes = np.frombuffer(content, dtype=np.uint8)
    if codes.size == 0:
        return None, 0, False
    position = np.arange(codes.size, dtype=np.int64)
    plain = np.maximum.accumulate(np.where(codes != _BACKSLASH, position, -1))
    before = np.concatenate((np.array([-1], np.int64), plain[:-1]))
    escaped = ((position - 1 - before) % 2) == 1
    inside = np.logical_xor.accumulate((codes == _QUOTE) & ~escaped)
    opens = ((codes == 91) | (codes == 123)) & ~inside
    closes = ((codes == 93) | (codes == 125)) & ~inside
    depth = np.cumsum(opens.astype(np.int64) - closes.astype(np.int64))
    finish = np.flatnonzero((depth == -1) & closes)
    closed = finish.size > 0
    stop = int(finish[0]) if closed else codes.size
    commas = np.flatnonzero((codes[:stop] == _COMMA) & (depth[:stop] == 0) & ~inside[:stop]).astype(np.int64)
    ends = np.concatenate((commas, np.array([stop], np.int64))) if closed else commas
    if ends.size == 0:
        return None, 0, False
    starts = np.concatenate((np.zeros(1, np.int64), ends[:-1] + 1))
    used = int(ends[-1]) + 1
    solid = ~np.isin(codes, np.array([9, 10, 13, 32], np.uint8))
    upto = np.concatenate((np.zeros(1, np.int64), np.cumsum(solid, dtype=np.int64)))
    filled = upto[ends] > upto[starts]
    if not filled.any():
        return None, used, closed
    return Piece(content[:used], starts[filled], ends[filled], offset), used, closed
