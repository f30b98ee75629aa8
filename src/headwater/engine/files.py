"""How does a file come into being whole or not at all? Written beside its place, synced, then renamed into it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq


@contextmanager
def write_atomically(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; when the block ends well it becomes `path`, else it is removed.

    The file is readable by its owner only. A crash leaves either the old file or the new one.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield temporary
        temporary.chmod(0o600)
        with temporary.open("rb") as handle:
            os.fsync(handle.fileno())
        temporary.replace(path)
    except OSError as fault:
        fault.filename = fault.filename or str(path)
        raise
    finally:
        temporary.unlink(missing_ok=True)


def append_lines(handle: BinaryIO, lines: bytes) -> None:
    """Add whole lines at the end of a log (opened for appending), all or none, on disk when this returns.

    A line that broke off before gets its end first.
    When the disk is full the file is cut back to what it was, so that no line stands there whose writer was told of a fault.
    """
    size = handle.seek(0, os.SEEK_END)
    torn = bool(size) and os.pread(handle.fileno(), 1, size - 1) != b"\n"
    left = memoryview((b"\n" if torn else b"") + lines)
    try:
        while left:  # Past the handle's buffer, which would write again what did not fit when it is closed.
            left = left[os.write(handle.fileno(), left) :]
        os.fsync(handle.fileno())
    except OSError:
        with suppress(OSError):
            os.ftruncate(handle.fileno(), size)
        raise


class RowWriter:
    """Appends rows to one new Parquet file as they come, in memory for no more than what is given at once.

    For a folder that itself becomes visible whole: the file is on disk when `close()` returns, not before. The same
    rows, given in the same portions, make the same bytes.
    """

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._handle = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        self._writer = pq.ParquetWriter(self._handle, schema, compression="zstd")
        self._rows = 0

    def write(self, rows: pa.Table) -> None:
        """Append rows as one row group."""
        self._writer.write_table(rows, row_group_size=max(1, rows.num_rows))
        self._rows += rows.num_rows

    def close(self) -> int:
        """Finish the file and put it on disk; returns how many rows it holds."""
        if not self._handle.closed:
            self._writer.close()
            self._handle.flush()
            os.fsync(self._handle.fileno())
            self._handle.close()
        return self._rows

    def abandon(self) -> None:
        """Let go of the file as it is, for a folder that is thrown away; never fails, so that the first fault is told."""
        with suppress(OSError, ValueError):
            self._writer.close()
        with suppress(OSError):
            self._handle.close()
