"""Where the SQL runs: DuckDB in this process, or Spark. One dialect (DuckDB's), few verbs, nothing else knows the engine."""

from headwater.engine.duckdb import DuckDBEngine, OutOfRoom, Room
from headwater.engine.files import RowWriter, append_lines, write_atomically
from headwater.engine.leaves import leaves
from headwater.engine.processes import WorkerLost
from headwater.engine.protocol import CannotTranslate, Engine, Progress, quote_identifier, quote_text
from headwater.engine.scratch import is_running
from headwater.engine.spark import EngineFault, EngineMissing, SparkEngine

__all__ = [
    "CannotTranslate",
    "DuckDBEngine",
    "Engine",
    "EngineFault",
    "EngineMissing",
    "OutOfRoom",
    "Progress",
    "Room",
    "RowWriter",
    "SparkEngine",
    "WorkerLost",
    "append_lines",
    "is_running",
    "leaves",
    "quote_identifier",
    "quote_text",
    "write_atomically",
]
