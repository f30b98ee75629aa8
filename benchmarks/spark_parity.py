"""Does the whole search say the same on Spark as on DuckDB? Packages, match weights and tables, row by row.

    python benchmarks/spark_parity.py --people 20000

One made-up force is loaded once; two copies of the lake are searched, one by each engine. One JSON object on standard
output (what differs, and the seconds of each engine), a short table on standard error. Needs the extra `spark` and a Java.
"""

from __future__ import annotations

import argparse
import json
import math
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from headwater.engine import DuckDBEngine, Engine, EngineMissing, SparkEngine
from headwater.engine.spark import check_spark
from headwater.records import Lake, load
from headwater.synthetic import make_force
from headwater.triggers.search import search

TABLES = (
    "evidence",
    "counted",
    "firing",
    "subject",
    "excluded",
    "news",
    "moved",
    "lives_with",
    "known_event",
    "child_text",
)
"""Tables of the engine that are compared after the search, beside the files of the lake."""

DIGESTS = ("row_mark", "digest")
"""Columns that are an engine's own numbers: only whether two of one engine are equal means anything."""

WEIGHTS = 1e-6
"""How far two match weights, or two probabilities, may lie apart."""

Row = tuple[Any, ...]


@dataclass
class Searched:
    """What one engine made of the records: its lake, tables, and seconds by stage."""

    lake: Lake
    run: Path
    tables: dict[str, pa.Table]
    seconds: float
    stages: dict[str, float] = field(default_factory=dict)


def prepare_lake(folder: Path, people: int, seed: int) -> Lake:
    """A lake with the records of a made-up force, not yet searched."""
    make_force(folder / "force", people=people, seed=seed)
    lake = Lake.open(folder / "loaded", create=True)
    with DuckDBEngine(memory="2GB", spill=folder / "spill") as engine:
        load(lake, [folder / "force" / "exports"], engine=engine)
    return lake


def search_copy(engine: Engine, loaded: Lake, folder: Path, trigger: str = "tipt") -> Searched:
    """Search a copy of a loaded lake with this engine."""
    shutil.copytree(loaded.folder, folder)
    folder.chmod(0o700)
    lake = Lake.open(folder)
    marks: list[tuple[str, float]] = []
    begun = time.perf_counter()
    report = search(
        lake, engine=engine, trigger_id=trigger, made_up=True, progress=lambda stage, done, total: marks.append((stage, time.perf_counter()))
    )  # fmt: skip
    ended = time.perf_counter()
    stages: dict[str, float] = {}
    for (stage, at), (_, after) in zip(marks, [*marks[1:], ("", ended)], strict=True):
        stages[stage] = stages.get(stage, 0.0) + after - at
    tables = {name: engine.fetch(f"SELECT * FROM {name}") for name in TABLES}
    return Searched(lake, report.folder, tables, ended - begun, stages)


def compare_runs(mine: Searched, theirs: Searched) -> dict[str, list[str]]:
    """What differs, by table or kind of file; nothing in it when the two are equal."""
    found = {
        "packages": differ_in_files(mine.run / "packages", theirs.run / "packages"),
        "team lists": differ_in_files(mine.run / "teams", theirs.run / "teams"),
        "report": differ_in_files(mine.run, theirs.run, "report.json"),
    }
    for kind, name in (("identity", "*"), ("narrative", "mention")):
        for path in sorted(theirs.lake.folder.glob(f"derived/{kind}/*/{name}.parquet")):
            other = mine.lake.folder / path.relative_to(theirs.lake.folder)
            found[path.stem] = (
                differ_in_rows(_without_digests(pq.read_table(other)), _without_digests(pq.read_table(path)))
                if other.exists()
                else [f"{other} is not there"]
            )
    for name in TABLES:
        found[name] = differ_in_rows(mine.tables[name], theirs.tables[name])
    return {name: lines for name, lines in found.items() if lines}


def _without_digests(table: pa.Table) -> pa.Table:
    return table.drop_columns([name for name in DIGESTS if name in table.column_names])


def differ_in_files(mine: Path, theirs: Path, pattern: str = "*.json") -> list[str]:
    """What differs between the JSON files of two folders: missing ones, and the first place that differs in each other."""
    names = [sorted(path.name for path in folder.glob(pattern)) for folder in (mine, theirs)]
    lines = [f"only one engine wrote {name}" for name in sorted(set(names[0]) ^ set(names[1]))]
    for name in sorted(set(names[0]) & set(names[1])):
        one, other = (json.loads((folder / name).read_text("utf-8")) for folder in (mine, theirs))
        if place := first_difference(one, other):
            lines.append(f"{name}: {place}")
    return lines


def first_difference(one: Any, other: Any, at: str = "") -> str | None:
    """The first place at which two JSON values differ, with both values; None when they are equal."""
    if type(one) is not type(other):
        return f"{at or 'all'} is {one!r:.200} and {other!r:.200}"
    if isinstance(one, dict):
        for key in sorted(set(one) | set(other)):
            if key not in one or key not in other:
                return f"{at}.{key} is in one only"
            if found := first_difference(one[key], other[key], f"{at}.{key}"):
                return found
        return None
    if isinstance(one, list):
        for number, (a, b) in enumerate(zip(one, other, strict=False)):
            if found := first_difference(a, b, f"{at}[{number}]"):
                return found
        return None if len(one) == len(other) else f"{at} has {len(one)} and {len(other)} entries"
    return None if one == other else f"{at} is {one!r:.200} and {other!r:.200}"


def differ_in_rows(mine: pa.Table, theirs: pa.Table) -> list[str]:
    """What differs between two tables whatever the order of their rows; numbers that are no integers to within WEIGHTS."""
    if sorted(mine.column_names) != sorted(theirs.column_names):
        return [f"columns {sorted(set(mine.column_names) ^ set(theirs.column_names))} are in one only"]
    names = sorted(theirs.column_names)
    floats = {number for number, name in enumerate(names) if pa.types.is_floating(theirs.schema.field(name).type)}
    one, other = (_rows(table.select(names)) for table in (mine, theirs))
    exact = [number for number in range(len(names)) if number not in floats]
    counted = [Counter(tuple(row[number] for number in exact) for row in rows) for rows in (one, other)]
    lines = _tell("only the first has", names, exact, counted[0] - counted[1])
    lines += _tell("only the second has", names, exact, counted[1] - counted[0])
    if floats and not lines:
        order: Callable[[Row], str] = lambda row: repr([row[number] for number in exact])  # noqa: E731
        worst: tuple[float, str] = (0.0, "")
        for a, b in zip(sorted(one, key=order), sorted(other, key=order), strict=True):
            for number in floats:
                worst = max(worst, (_apart(a[number], b[number]), f"{names[number]} of {order(a)[:200]}"))
        if worst[0] > WEIGHTS + 1e-12:
            lines.append(f"{worst[1]} differs by {worst[0]:.3g}")
    return lines


def _rows(table: pa.Table) -> list[Row]:
    return [tuple(_settled(value) for value in row.values()) for row in table.to_pylist()]


def _settled(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_settled(item) for item in value)
    return int(value) if hasattr(value, "as_integer_ratio") and not isinstance(value, float) else value


def _apart(one: float | None, other: float | None) -> float:
    if one is None or other is None:
        return 0.0 if one is other else math.inf
    return abs(one - other)


def _tell(words: str, names: Sequence[str], exact: Sequence[int], rows: Counter[Row]) -> list[str]:
    shown = [
        ", ".join(f"{names[number]}={value!r}" for number, value in zip(exact, row, strict=True))
        for row, _ in rows.most_common(3)
    ]
    return [f"{words} {rows.total()} rows, for example: {row}"[:1500] for row in shown[:1]] + [
        f"    {row}"[:1500] for row in shown[1:]
    ]


def main() -> int:
    """Compare both engines on one force and print what differs; whether anything does never makes a failure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--memory", default="3GB")
    chosen = parser.parse_args()
    try:
        check_spark()
    except EngineMissing as reason:
        print(json.dumps({"not_measured": str(reason)}))
        return 0
    with tempfile.TemporaryDirectory(prefix="headwater-parity-") as name:
        folder = Path(name)
        loaded = prepare_lake(folder, chosen.people, chosen.seed)
        with DuckDBEngine(memory=chosen.memory, spill=folder / "spill") as duck:
            theirs = search_copy(duck, loaded, folder / "duckdb")
        with SparkEngine(memory=chosen.memory, spill=folder / "spill") as spark:
            mine = search_copy(spark, loaded, folder / "spark")
        found = compare_runs(mine, theirs)
        packages = len(list((theirs.run / "packages").glob("*.json")))
    for label, searched in (("DuckDB", theirs), ("Spark", mine)):
        print(f"{label:8} {searched.seconds:8.1f} s", file=sys.stderr)
    for table, lines in found.items():
        print(f"{table} differs:", *lines, sep="\n  ", file=sys.stderr)
    result = {
        "people": chosen.people, "packages": packages, "differs": found, "seconds": {"duckdb": theirs.seconds, "spark": mine.seconds},
        "stages": {"duckdb": theirs.stages, "spark": mine.stages},
    }  # fmt: skip
    json.dump(result, sys.stdout, indent=2)
    print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
