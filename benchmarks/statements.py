"""Which statements of the engine take the time of a command, and which line of the code asks for them?

    python benchmarks/statements.py --most 15 -- link --full --data .headwater/demo

Runs a command of `headwater` in this process and times every statement that DuckDB is given. A table on standard error, most
seconds first: seconds by the clock and of the processor, how often, the line, and the head of the statement. What the statement
does inside is told by DuckDB's own profiler: see docs/how-to/profile.md.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from headwater.engine import DuckDBEngine

SOURCE = Path(__file__).parents[1] / "src" / "headwater"
METHODS = ("run", "fetch", "_count", "write_parquet", "map_arrow")


@dataclass
class Spent:
    """What all runs of one statement took."""

    times: int = 0
    seconds: float = 0.0
    processor: float = 0.0


def watch(spent: dict[tuple[str, str], Spent]) -> None:
    """Time every statement from now on, by the line that asks for it and the statement's head."""
    for name in METHODS:
        setattr(DuckDBEngine, name, _timed(getattr(DuckDBEngine, name), spent))


def _timed(method: Callable[..., Any], spent: dict[tuple[str, str], Spent]) -> Callable[..., Any]:
    def call(engine: DuckDBEngine, *told: Any, **named: Any) -> Any:
        begun, processor = time.perf_counter(), time.process_time()
        try:
            return method(engine, *told, **named)
        finally:
            sql = next((word for word in told if isinstance(word, str) and " " in word), str(told[0] if told else ""))
            row = spent[_line(sys._getframe(1)), " ".join(sql.split())]
            row.times += 1
            row.seconds += time.perf_counter() - begun
            row.processor += time.process_time() - processor

    return call


def _line(frame: FrameType | None) -> str:
    """The nearest line outside the engine."""
    while frame is not None:
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(SOURCE) and path.parent.name != "engine":
            return f"{path.relative_to(SOURCE)}:{frame.f_lineno}"
        frame = frame.f_back
    return "a library"


def tell(spent: dict[tuple[str, str], Spent], most: int) -> None:
    """The table, most seconds first."""
    total = sum(row.seconds for row in spent.values())
    print(f"{total:.1f} s in {sum(row.times for row in spent.values()):,} statements", file=sys.stderr)
    for (line, sql), row in sorted(spent.items(), key=lambda item: -item[1].seconds)[:most]:
        print(
            f"{row.seconds:8.2f} s {row.processor:8.2f} s {row.times:>6,} times  {line:<32} {sql[:90]}", file=sys.stderr
        )


def main() -> None:
    """Run the command and tell."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--most", type=int, default=15, help="how many statements to tell (default: 15)")
    parser.add_argument("words", nargs="+", help="the words after `headwater`, behind --")
    chosen = parser.parse_args()
    from headwater.cli.main import main as run

    spent: dict[tuple[str, str], Spent] = defaultdict(Spent)
    watch(spent)
    sys.argv = ["headwater", *chosen.words]
    try:
        run()
    finally:
        tell(spent, chosen.most)


if __name__ == "__main__":
    main()
