"""The engine for one machine: DuckDB in process, within a memory limit, spilling to a folder of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from headwater.engine.files import write_atomically
from headwater.engine.processes import count_cores
from headwater.engine.protocol import BATCH, quote_identifier, quote_text
from headwater.engine.scratch import open_scratch


@dataclass(frozen=True)
class Room:
    """How much an engine may use: see DuckDBEngine."""

    memory: str
    threads: int
    spill: Path


OutOfRoom: type[Exception] = duckdb.OutOfMemoryException
"""Raised when neither the memory limit nor the disk to spill to is enough for a query."""


class DuckDBEngine:
    """One DuckDB connection in memory. Use as a context manager, or call `close()`.

    `memory` is DuckDB's limit (for example "4GB"), `threads` how many cores it may use, `spill` the folder for what
    does not fit: each engine spills into a folder of its own there, readable by its owner only, removed at the end; what a
    killed process left is removed by the next engine. Nothing is fetched from the network and no extension is installed.
    """

    def __init__(self, *, memory: str = "4GB", threads: int | None = None, spill: Path | None = None) -> None:
        self._spill = open_scratch(spill)
        self._memory, self._threads = memory, threads
        self._mapped = 0
        self._registered: set[str] = set()
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

    def room(self, parts: int) -> Room:
        """What each of so many engines may use that together have as much as this one, which does nothing meanwhile."""
        amount = re.fullmatch(r"([\d.]+)\s*(\D+)", self._memory.strip())
        memory = f"{float(amount[1]) / parts:.3f}{amount[2]}" if amount else self._memory
        return Room(memory, max(1, (self._threads or count_cores()) // parts), Path(self._spill.name))

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
        self._drop_view(name)
        self.run(f"ALTER TABLE {made} RENAME TO {target}")
        return rows

    def _drop_view(self, name: str) -> None:
        self.run(f"DROP VIEW {quote_identifier(name)}")
        self._registered.discard(name)

    def _has_view(self, name: str) -> bool:
        found = self.fetch("SELECT count(*) AS n FROM duckdb_views() WHERE view_name = $name", {"name": name})
        return bool(found["n"][0].as_py())

    def _count(self, sql: str, parameters: Mapping[str, Any] | None = None) -> int:
        row = self.connection.execute(sql, dict(parameters) if parameters else None).fetchone()
        return int(row[0]) if row else 0

    def define(self, name: str, sql: str) -> None:
        """Make view `name` of a query, replacing a table or view of that name: worked out where it is read, never kept."""
        said = f"CREATE OR REPLACE TEMP VIEW {quote_identifier(name)} AS {sql}"
        try:
            self.run(said)
        except duckdb.CatalogException:
            if not self._has_table(name):
                raise
            self.run(f"DROP TABLE {quote_identifier(name)}")
            self.run(said)
        self._registered.discard(name)

    def drop(self, name: str) -> None:
        """Let go of table `name`, which must not be a view, and of the room that it takes."""
        self.run(f"DROP TABLE {quote_identifier(name)}")

    @contextmanager
    def passing(self, *kept: str) -> Iterator[None]:
        """Tables made within are let go at its end, with the room that they take: all but the `kept` and those that were there before."""
        before, registered = self._list_tables(), set(self._registered)
        yield
        for name in self._list_tables() - before - set(kept):
            self.drop(name)
        for name in self._registered - registered - set(kept):
            self.connection.unregister(name)
            self._registered.remove(name)

    def _list_tables(self) -> set[str]:
        return set(self.fetch("SELECT table_name FROM duckdb_tables() WHERE temporary")["table_name"].to_pylist())

    def register(self, name: str, table: pa.Table) -> None:
        """Make an Arrow table known as `name`."""
        self.connection.register(name, table)
        self._registered.add(name)

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

    def map_arrow(
        self, name: str, sql: str, function: Callable[[pa.Table], pa.Table], schema: pa.Schema,
        parameters: Mapping[str, Any] | None = None, *, rows: int = BATCH,
    ) -> int:  # fmt: skip
        """Make table `name` of what `function` makes of a query's rows, about `rows` at a time; returns its number of rows."""
        self._mapped += 1
        path = Path(self._spill.name) / f"mapped-{self._mapped}.parquet"
        count = 0
        with pq.ParquetWriter(path, schema, compression="zstd") as writer:
            found = self.connection.sql(sql, params=dict(parameters) if parameters else None)
            for batch in found.to_arrow_reader(rows):
                made = function(pa.Table.from_batches([batch])).cast(schema)
                count += made.num_rows
                if made.num_rows:
                    writer.write_table(made)
        self.read_parquet(name, [path])
        return count

    def splink_api(self) -> Any:
        """Splink's back end for this engine's own tables."""
        from splink import DuckDBAPI

        return DuckDBAPI(connection=self.connection)

    def expression(self, sql: str) -> str:
        """A condition or other expression over columns, as this engine says it."""
        return sql

    @contextmanager
    def in_process(self) -> Iterator[DuckDBEngine]:
        """The engine for work on one file after the other: this one."""
        yield self
