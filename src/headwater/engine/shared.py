"""What does an expression say of a batch of values? DuckDB itself is asked, wherever the batch is.

Engines differ in small things: a Jaro-Winkler similarity counts transpositions otherwise, a regular expression knows other
letters, `upper('ß')` is one letter here and two there. An engine that is not DuckDB hands such an expression and the
values over to this function, in the process that holds them: the answers are the same because they are the same code.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import duckdb
import pyarrow as pa


def argument(number: int) -> str:
    """The name by which an expression calls its argument of this number, from 0."""
    return f"a{number}"


def evaluate(expression: str, columns: Sequence[pa.Array]) -> pa.Array:
    """The values of a scalar expression in DuckDB's dialect, row by row; `a0`, `a1` ... are the columns, of one length."""
    batch = pa.table({argument(number): column for number, column in enumerate(columns)})
    found = _connection().from_arrow(batch).project(f"{expression} AS answer").to_arrow_table()["answer"]
    return found.combine_chunks() if found.num_chunks != 1 else found.chunk(0)


@cache
def _connection() -> duckdb.DuckDBPyConnection:
    """One small connection for each process; one thread, so that rows stay in their order."""
    connection = duckdb.connect(":memory:")
    for setting in (
        "threads = 1",
        "preserve_insertion_order = true",
        "autoinstall_known_extensions = false",
        "autoload_known_extensions = false",
        "enable_progress_bar = false",
    ):
        connection.execute(f"SET {setting}")
    return connection
