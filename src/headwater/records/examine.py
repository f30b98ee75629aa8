"""Can this file be loaded as a whole? Read from end to end before anything of it, or of the files with it, is kept."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from headwater.records.mapping import SourceMapping
from headwater.records.split import Piece, SplitError, split_csv, split_json_array, split_lines

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_SIXTEEN_BIT_MARKS = (b"\xff\xfe", b"\xfe\xff")


class FileFault(Exception):
    """A file cannot be loaded as a whole; nothing of it was. The message says which file, why, and what to do."""


@dataclass(frozen=True)
class Facts:
    """What one look through a whole file says about it."""

    sha256: str
    size: int
    unpacked_size: int
    rows: int
    encoding: str
    mark: bool
    """Whether the text begins with a byte-order mark; it is then UTF-8 whatever the mapping says."""
    header: tuple[str, ...]
    columns_not_in_mapping: tuple[str, ...]


def digest(path: Path) -> str:
    """The file's SHA-256, in hexadecimal digits."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


@contextmanager
def open_stream(path: Path) -> Iterator[tuple[BinaryIO, int]]:
    """The plain bytes of a file, unpacked when it is gzip, after its byte-order mark; and how long that mark is.

    Faults of packing and splitting become FileFault.
    """
    raw: BinaryIO = gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb")  # type: ignore[assignment]  # noqa: SIM115
    with raw as handle:
        try:
            buffered = io.BufferedReader(cast(Any, handle), 1 << 20)
            marked = buffered.peek(3)[:3] == BYTE_ORDER_MARK
            if marked:
                buffered.read(3)
            yield buffered, len(BYTE_ORDER_MARK) if marked else 0
        except (EOFError, zlib.error):
            raise FileFault(f"{path.name} is a cut-off gzip file. Fetch it again, whole; nothing was loaded.") from None
        except gzip.BadGzipFile:
            raise FileFault(
                f"{path.name} is not a gzip file although its name ends in .gz. Rename it or fetch it again; nothing was loaded."
            ) from None
        except SplitError as fault:
            raise FileFault(f"{path.name} {fault}. Export it again; nothing was loaded.") from None


def split_records(mapping: SourceMapping, stream: BinaryIO, begin: int) -> Iterator[Piece]:
    """The records of a stream of this source; for CSV the first one holds the column names."""
    if mapping.format.kind == "csv":
        return split_csv(stream, mapping.format.delimiter, begin=begin)
    return (split_lines if mapping.format.kind == "jsonl" else split_json_array)(stream, begin=begin)


def examine(mapping: SourceMapping, path: Path, sha256: str, tell: Callable[[int], None] = lambda read: None) -> Facts:
    """Read the file through and say what it holds; raises FileFault when it cannot be loaded as a whole.

    `tell` is called with the bytes of the file that have been read so far.
    """
    _look_at_head(mapping, path)
    header: list[str] = []
    spare: list[str] = []
    rows = 0
    end = 0
    is_csv = mapping.format.kind == "csv"
    with open_stream(path) as (stream, mark):
        encoding = "utf-8" if mark else mapping.format.encoding
        for piece in split_records(mapping, stream, mark):
            if is_csv and not header:
                header = _column_names(mapping, piece, encoding)
                spare = _check_columns(mapping, path, header)
                rows -= 1
            rows += int(piece.starts.size)
            end = piece.offset + len(piece.content)
            tell(end)
    if is_csv and not header:
        raise FileFault(f"{path.name} holds no rows, not even column names. Export it again; nothing was loaded.")
    if rows == 0:
        what = "column names but no rows" if is_csv else "no rows"
        raise FileFault(f"{path.name} holds {what}. Export it again; nothing was loaded.")
    return Facts(sha256, path.stat().st_size, end, rows, encoding, bool(mark), tuple(header), tuple(spare))


def _look_at_head(mapping: SourceMapping, path: Path) -> None:
    with open_stream(path) as (stream, _):
        head = stream.read(65536)
    if not head.strip():
        raise FileFault(f"{path.name} is empty. Export it again; nothing was loaded.")
    if head[:2] in _SIXTEEN_BIT_MARKS:
        raise FileFault(f"{path.name} is UTF-16 text. Export it as UTF-8; nothing was loaded.")
    if head.count(0) > len(head) // 500:
        raise FileFault(f"{path.name} is not a text file. Export it as {_form(mapping)}; nothing was loaded.")


def _form(mapping: SourceMapping) -> str:
    return {"csv": "CSV text", "jsonl": "one JSON object a line", "json": "one JSON array"}[mapping.format.kind]


def _column_names(mapping: SourceMapping, piece: Piece, encoding: str) -> list[str]:
    text = piece.content[int(piece.starts[0]) : int(piece.ends[0])].decode(encoding, "replace")
    parsed = next(csv.reader(io.StringIO(text, newline=""), delimiter=mapping.format.delimiter), [])
    return [name.strip() for name in parsed]


def _check_columns(mapping: SourceMapping, path: Path, header: list[str]) -> list[str]:
    missing = [name for name in mapping.columns if name not in header]
    doubled = [name for name, count in Counter(header).items() if count > 1]
    if missing or doubled:
        what = f"lacks the columns {', '.join(missing)}" if missing else f"has {', '.join(doubled)} more than once"
        raise FileFault(
            f"{path.name} {what} (source {mapping.id}, delimiter {mapping.format.delimiter!r}). "
            "Export it with the columns of the mapping file, or mend the mapping; nothing was loaded."
        )
    return [name for name in header if name not in mapping.columns]
