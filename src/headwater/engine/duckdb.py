"""The engine for one machine: DuckDB in process, within a memory limit, spilling to a folder of its own."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb
import pyarrow as pa

from headwater.engine.files import write_atomically
from headwater.engine.protocol import quote_identifier, quote_text

OutOfRoom: type[Exception] = duckdb.OutOfMemoryException
"""Raised when neither the memory limit nor the disk to spill to is enough for a query."""

_PREFIX = "headwater-spill-"


def _sweep(folder: Path) -> None:
    """Remove what processes that no longer run have spilled."""
    for left in folder.glob(f"{_PREFIX}*"):
        number = left.name.removeprefix(_PREFIX).split("-")[0]
        if number.isdigit() and not _runs(int(number)):
            shutil.rmtree(left, ignore_errors=True)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class DuckDBEngine:
    """One DuckDB connection in memory. Use as a context manager, or call `close()`.

    `memory` is DuckDB's limit (for example "4GB"), `threads` how many cores it may use, `spill` the folder for what
    does not fit: each engine spills into a folder of its own there, readable by its owner only, removed at the end; what a
    killed process left is removed by the next engine. Nothing is fetched from the network and no extension is installed.
    """

    def __init__(self, *, memory: str = "4GB", threads: int | None = None, spill: Path | None = None) -> None:
        if spill:
            spill.mkdir(parents=True, exist_ok=True, mode=0o700)
            _sweep(spill)
        self._spill = tempfile.TemporaryDirectory(prefix=f"{_PREFIX}{os.getpid()}-", dir=spill)
        self.connection = duckdb.connect(":memory:")
        settings: dict[str, Any] = {
            "memory_limit": memory,
            "temp_directory": self._spill.name,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "preserve_insertion_order": False,
            "enable_progress_bar": False,
        }
        if threads:
            settings["threads"] = threads
        for name, value in settings.items():
            self.connection.execute(f"SET {name} = {quote_text(str(value))}")

    def __enter__(self) -> DuckDBEngine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection and remove what was spilled."""
        self.connection.close()
        self._spill.cleanup()

    def run(self, sql: str, parameters: Mapping[str, Any] | None = None) -> None:
        """Run statements for their effect."""
        self.connection.execute(sql, dict(parameters) if parameters else None)

    def fetch(self, sql: str, parameters: Mapping[str, Any] | None = None) -> pa.Table:
        """Run one query and return its rows as an Arrow table."""
        return self.connection.sql(sql, params=dict(parameters) if parameters else None).to_arrow_table()

    def create(self, name: str, sql: str, parameters: Mapping[str, Any] | None = None) -> int:
        """Make table `name` from a query, replacing one of that name; returns its number of rows."""
        target = quote_identifier(name)
        try:
            return self._count(f"CREATE OR REPLACE TEMP TABLE {target} AS {sql}", parameters)
        except duckdb.CatalogException:
            if not self._has_view(name):
                raise
        # The query may read the view that it replaces, so the view goes last.
        made = quote_identifier(f"{name} being made")
        rows = self._count(f"CREATE OR REPLACE TEMP TABLE {made} AS {sql}", parameters)
        self.run(f"DROP VIEW {target}")
        self.run(f"ALTER TABLE {made} RENAME TO {target}")
        return rows

    def _has_view(self, name: str) -> bool:
        found = self.fetch("SELECT count(*) AS n FROM duckdb_views() WHERE view_name = $name", {"name": name})
        return bool(found["n"][0].as_py())

    def _count(self, sql: str, parameters: Mapping[str, Any] | None = None) -> int:
        row = self.connection.execute(sql, dict(parameters) if parameters else None).fetchone()
        return int(row[0]) if row else 0

    def define(self, name: str, sql: str) -> None:
        """Make view `name` of a query, replacing a table or view of that name: worked out where it is read, never kept."""
        if self._has_table(name):
            self.run(f"DROP TABLE {quote_identifier(name)}")
        self.run(f"CREATE OR REPLACE TEMP VIEW {quote_identifier(name)} AS {sql}")

    def register(self, name: str, table: pa.Table) -> None:
        """Make an Arrow table known as `name`."""
        self.connection.register(name, table)

    def read_parquet(self, name: str, paths: Sequence[Path]) -> None:
        """Make view `name` over Parquet files (union by column name)."""
        if not paths:
            raise ValueError(f"no Parquet files given for {name}")
        files = "[" + ", ".join(quote_text(str(path)) for path in paths) + "]"
        self.define(name, f"SELECT * FROM read_parquet({files}, union_by_name = true)")

    def _has_table(self, name: str) -> bool:
        found = self.fetch("SELECT count(*) AS n FROM duckdb_tables() WHERE table_name = $name", {"name": name})
        return bool(found["n"][0].as_py())

    def write_parquet(self, sql: str, path: Path) -> int:
        """Write the rows of a query to one Parquet file, whole or not at all; returns the number of rows.

        The query's order is kept, so a query with a full ordering gives the same bytes every time.
        """
        with write_atomically(path) as temporary:
            self.run("SET preserve_insertion_order = true")
            try:
                row = self.connection.execute(
                    f"COPY ({sql}) TO {quote_text(str(temporary))} (FORMAT parquet, COMPRESSION zstd)"
                ).fetchone()
            finally:
                self.run("SET preserve_insertion_order = false")
        return int(row[0]) if row else 0
