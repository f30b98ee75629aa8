"""Where the SQL runs: DuckDB in this process. One dialect, few verbs, nothing else knows the engine."""

from headwater.engine.duckdb import DuckDBEngine, OutOfRoom
from headwater.engine.files import RowWriter, append_lines, write_atomically
from headwater.engine.protocol import Engine, Progress, quote_identifier, quote_text

__all__ = [
    "DuckDBEngine",
    "Engine",
    "OutOfRoom",
    "Progress",
    "RowWriter",
    "append_lines",
    "quote_identifier",
    "quote_text",
    "write_atomically",
]
