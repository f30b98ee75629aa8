"""What does one loaded file leave in the lake? Its canonical rows, its raw rows, its quarantine, and a manifest."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from headwater.engine import RowWriter
from headwater.records.examine import Facts, FileFault
from headwater.records.lake import Lake, write_json
from headwater.records.schema import TABLES

HASH_BYTES = 16

_ARROW = {
    "VARCHAR": pa.string(),
    "BIGINT": pa.int64(),
    "DATE": pa.date32(),
    "TIMESTAMP": pa.timestamp("us"),
    "BOOLEAN": pa.bool_(),
}
_ORIGIN = [("source", pa.string()), ("batch", pa.string())]
SCHEMAS: dict[str, pa.Schema] = {
    name: pa.schema([(column.name, _ARROW[column.type]) for column in table.all_columns])
    for name, table in TABLES.items()
} | {
    "raw": pa.schema(
        [
            *_ORIGIN,
            ("row_no", pa.int64()),
            ("byte_start", pa.int64()),
            ("byte_end", pa.int64()),
            ("row_hash", pa.binary(HASH_BYTES)),
            ("recorded_on", pa.date32()),
            ("raw", pa.large_string()),
        ]
    ),
    "quarantine": pa.schema(
        [
            *_ORIGIN,
            ("file", pa.string()),
            ("row_no", pa.int64()),
            ("column", pa.string()),
            ("value", pa.string()),
            ("reason", pa.string()),
            ("raw", pa.large_string()),
        ]
    ),
}
"""The Parquet schema of every file of a batch."""


@dataclass
class BatchReport:
    """What became of one file: `rows_in` = `accepted` + `quarantined` + `exact_repeats`."""

    batch: str
    source: str
    file: str
    sha256: str
    size: int
    mapping: str
    encoding: str = "utf-8"
    byte_order_mark: bool = False
    unpacked_size: int = 0
    rows_in: int = 0
    accepted: int = 0
    quarantined: int = 0
    exact_repeats: int = 0
    data_from: str | None = None
    data_to: str | None = None
    tables: dict[str, int] = field(default_factory=dict)
    unmapped: dict[str, dict[str, int]] = field(default_factory=dict)
    notes: dict[str, int] = field(default_factory=dict)
    quarantine_reasons: dict[str, int] = field(default_factory=dict)
    columns_not_in_mapping: list[str] = field(default_factory=list)

    def note(self, words: str, count: int) -> None:
        """Count something that a reader should know; nothing when the count is 0."""
        if count:
            self.notes[words] = self.notes.get(words, 0) + count

    def miss(self, codes: str, code: str, count: int) -> None:
        """Count a code that is not in its list."""
        found = self.unmapped.setdefault(codes, {})
        found[code] = found.get(code, 0) + count


@dataclass(frozen=True)
class Closed:
    """A batch that is whole, in its working folder."""

    report: BatchReport
    folder: Path

    @property
    def number(self) -> int:
        """Its place among the batches of the lake, from 1."""
        return int(self.report.batch.split("-", 1)[0])

    def keep(self, lake: Lake) -> None:
        """Give the folder its name, by one rename: from now on it is a batch of the lake. Batches are kept in the order of their numbers."""
        self.folder.replace(lake.batches / self.report.batch)
        _sync(lake.batches)


class Batch:
    """A batch being written, in a working folder that becomes the batch at once when it is whole, see `Closed`."""

    def __init__(self, lake: Lake, path: Path, facts: Facts, report: BatchReport) -> None:
        self.path, self.facts, self.report = path, facts, report
        self._batches = lake.batches
        self._folder = lake.batches / f".{report.batch}.{os.getpid()}.part"
        self._writers: dict[str, RowWriter] = {}
        self.reasons: Counter[str] = Counter()
        self.days: Counter[date] = Counter()
        self.rows_read = 0
        self._closed = False

    def begin(self) -> None:
        """Make the working folder."""
        self._batches.mkdir(exist_ok=True, mode=0o700)
        self._folder.mkdir(mode=0o700)

    def abandon(self) -> None:
        """Remove the working folder, if it is there and was not closed."""
        for writer in self._writers.values():
            writer.abandon()
        if not self._closed:
            shutil.rmtree(self._folder, ignore_errors=True)

    def add(self, name: str, rows: pa.Table) -> None:
        """Append rows to one of the batch's files; `source`, `batch` and `file` are put in here."""
        if rows.num_rows == 0:
            return
        schema = SCHEMAS[name]
        own = {"source": self.report.source, "batch": self.report.batch, "file": self.report.file}
        columns = [
            rows[part.name].cast(part.type)
            if part.name not in own
            else pa.array([own[part.name]], part.type).take(pa.array([0] * rows.num_rows, pa.int8()))
            for part in schema
        ]
        if name not in self._writers:
            self._writers[name] = RowWriter(self._folder / f"{name}.parquet", schema)
        self._writers[name].write(pa.table(columns, schema=schema))

    @property
    def folder(self) -> Path:
        """Where the batch is being written."""
        return self._folder

    def close(self) -> Closed:
        """Write what is left and, last, the manifest: nothing is missing but the name."""
        report = self.report
        if report.rows_in != report.accepted + report.quarantined + report.exact_repeats:
            raise AssertionError(
                f"rows in ({report.rows_in}) are not accepted + quarantined + exact repeats in {report.file}"
            )
        if report.rows_in != self.facts.rows:
            raise FileFault(f"{report.file} changed while it was being loaded. Load it again; nothing was loaded.")
        for name in ("raw", "quarantine"):
            if name not in self._writers:
                self._writers[name] = RowWriter(self._folder / f"{name}.parquet", SCHEMAS[name])
        for name, writer in self._writers.items():
            rows = writer.close()
            if name in TABLES:
                report.tables[name] = rows
        report.data_from, report.data_to = (
            (min(self.days).isoformat(), max(self.days).isoformat()) if self.days else (None, None)
        )
        report.quarantine_reasons = dict(sorted(self.reasons.items()))
        report.unmapped = {name: dict(sorted(codes.items())) for name, codes in sorted(report.unmapped.items())}
        report.notes = dict(sorted(report.notes.items()))
        write_json(self._folder / "manifest.json", self.manifest())
        self._closed = True
        return Closed(report, self._folder)

    def manifest(self) -> dict[str, Any]:
        """The report as it is written."""
        return asdict(self.report)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
