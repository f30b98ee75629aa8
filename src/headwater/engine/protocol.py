"""What must an engine be able to do? Seven verbs over named tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

Progress = Callable[[str, int, int], None]
"""Told how far a long piece of work is: its stage in words, how much is done, out of how much (0 = not known)."""


def quote_identifier(name: str) -> str:
    """`name` as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def quote_text(text: str) -> str:
    """`text` as a quoted SQL string. For catalogue values and file paths; a user's text goes in as a parameter."""
    return "'" + text.replace("'", "''") + "'"


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

    def register(self, name: str, table: pa.Table) -> None:
        """Make an Arrow table known as `name`."""

    def read_parquet(self, name: str, paths: Sequence[Path]) -> None:
        """Make view `name` over Parquet files (union by column name)."""

    def write_parquet(self, sql: str, path: Path) -> int:
        """Write the rows of a query to one Parquet file, whole or not at all; returns the number of rows."""
