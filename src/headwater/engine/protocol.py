"""What must an engine be able to do? A few verbs over named tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pyarrow as pa

if TYPE_CHECKING:
    from headwater.engine.duckdb import DuckDBEngine

Progress = Callable[[str, int, int], None]
"""Told how far a long piece of work is: its stage in words, how much is done, out of how much (0 = not known)."""

BATCH = 20_000
"""About how many rows `map_arrow` hands over at a time."""


def quote_identifier(name: str) -> str:
    """`name` as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def quote_text(text: str) -> str:
    """`text` as a quoted SQL string. For catalogue values and file paths; a user's text goes in as a parameter."""
    return "'" + text.replace("'", "''") + "'"


class CannotTranslate(Exception):
    """A statement has no equal on Spark; the message says which part, and how to write it so that both engines take it."""


class Engine(Protocol):
    """Runs SQL in DuckDB's dialect over named tables."""

    def run(self, sql: str, parameters: Mapping[str, Any] | None = None) -> None:
        """Run statements for their effect."""

    def fetch(self, sql: str, parameters: Mapping[str, Any] | None = None) -> pa.Table:
        """Run one query and return its rows as an Arrow table."""

    def create(self, name: str, sql: str, parameters: Mapping[str, Any] | None = None) -> int:
        """Make table `name` from a query, replacing one of that name; returns its number of rows."""

    def define(self, name: str, sql: str) -> None:
        """Make view `name` of a query, replacing a table or view of that name: worked out where it is read, never kept."""

    def drop(self, name: str) -> None:
        """Let go of table `name`, which must not be a view, and of the room that it takes."""

    def passing(self, *kept: str) -> AbstractContextManager[None]:
        """Tables made within are let go at its end, with the room that they take: all but the `kept` and those that were there before.

        A view of a table that was let go cannot be read any more. Where the work fails nothing is let go.
        """

    def register(self, name: str, table: pa.Table) -> None:
        """Make an Arrow table known as `name`."""

    def read_parquet(self, name: str, paths: Sequence[Path]) -> None:
        """Make view `name` over Parquet files (union by column name)."""

    def write_parquet(self, sql: str, path: Path) -> int:
        """Write the rows of a query to one Parquet file, whole or not at all; returns the number of rows."""

    def map_arrow(
        self, name: str, sql: str, function: Callable[[pa.Table], pa.Table], schema: pa.Schema,
        parameters: Mapping[str, Any] | None = None, *, rows: int = BATCH,
    ) -> int:  # fmt: skip
        """Make table `name` of what `function` makes of a query's rows, about `rows` at a time; returns its number of rows.

        On a cluster it runs where the rows are, so it must be a function that can be pickled and that looks at nothing
        but its rows. Which rows come together, and in what order the answers stand, is not settled.
        """

    def splink_api(self) -> Any:
        """Splink's back end for this engine's own tables."""

    def expression(self, sql: str) -> str:
        """A condition or other scalar expression in DuckDB's dialect, as this engine says it."""

    def in_process(self) -> AbstractContextManager[DuckDBEngine]:
        """A DuckDB engine in this process, for work on one file after the other, such as loading exports."""
