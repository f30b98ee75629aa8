"""How do time and memory grow with the number of people, stage by stage?

    python benchmarks/growth.py --people 50000 200000 1000000 --keep growth.json --chart docs/images/growth.svg
    python benchmarks/growth.py --people 50000 --stages load link --folder /data/growth --leave      (one size, two stages)
    python benchmarks/growth.py --keep growth.json --chart docs/images/growth.svg --only-chart       (draw again)

Each stage (synth, load, link, read, search) is the command that a user types, in a process of its own. Measured are the
seconds on the clock, the processor seconds and the highest resident memory of the process with all that it started, and what
it read and wrote. What is measured goes into the file of `--keep` at once: a run that was stopped goes on where it stopped,
also with its lake when `--folder` names a place that stays. Written to standard output: a JSON list with one object a size and
stage; a table with the growth exponents goes to standard error. Where others are at work on the machine believe the processor
seconds: the share of it that others took stands beside each figure.
"""

from __future__ import annotations

import argparse
import json
import math
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from chart import draw_growth
from machine import describe_machine
from measured import HEADWATER, run_measured

STAGES = ("synth", "load", "link", "read", "search")
SEARCH = STAGES[1:]
"""What the whole search of a force is made of; making the force up is no part of it."""

Figures = dict[str, Any]


def call_of(stage: str, people: int, folder: Path) -> list[str]:
    """The command of one stage, as a user types it."""
    lake = ["--quiet", "--data", str(folder / "data")]
    calls = {
        "synth": ["synth", str(folder / "force"), "--people", str(people), "--seed", "1", "--quiet"],
        "load": ["load", str(folder / "force" / "exports"), *lake],
        "link": ["link", *lake],
        "read": ["read", *lake],
        "search": ["search", "--made-up", *lake],
    }
    return [*HEADWATER, *calls[stage]]


def measure_size(people: int, stages: Sequence[str], folder: Path, kept: Keep) -> None:
    """Measure the stages of one size that are not measured yet, with those before them that have left nothing to go on from."""
    last = max((STAGES.index(stage) for stage in stages if kept.find(people, stage) is None), default=-1)
    folder.mkdir(parents=True, exist_ok=True)
    for stage in STAGES[: last + 1]:
        mark = folder / f"{stage}.done"
        if mark.exists() and (stage not in stages or kept.find(people, stage)):
            continue
        _clear(stage, folder)
        print(f"{people:,} people: {stage}", file=sys.stderr, flush=True)
        figures = run_measured(call_of(stage, people, folder), folder)
        mark.touch()
        now = describe_machine()
        kept.put(
            {
                "people": people,
                "stage": stage,
                **figures,
                **count_bytes(folder),
                "at": now["at"],
                "commit": now["commit"],
            }
        )
    if last >= STAGES.index("link"):
        kept.count(people, count_rows(folder / "data" / "lake"))


def _clear(stage: str, folder: Path) -> None:
    """Take away what a stage that was stopped, and all after it, may have left, so that it is measured whole."""
    for later in STAGES[STAGES.index(stage) :]:
        (folder / f"{later}.done").unlink(missing_ok=True)
    places = {
        "synth": ["force", "data"], "load": ["data"], "link": ["data/lake/derived"],
        "read": ["data/lake/derived/narrative"], "search": ["data/lake/runs"],
    }  # fmt: skip
    for place in places[stage]:
        shutil.rmtree(folder / place, ignore_errors=True)


def count_bytes(folder: Path) -> Figures:
    """Bytes of the exports, of the records as they are kept, of what is derived from them, and of the runs."""
    places = {
        "exports": "force/exports",
        "batches": "data/lake/batches",
        "derived": "data/lake/derived",
        "runs": "data/lake/runs",
    }
    return {
        f"{name}_bytes": sum(path.stat().st_size for path in (folder / place).rglob("*") if path.is_file())
        for name, place in places.items()
    }


# In a process of its own: what measures memory imports nothing of Headwater. Footers of Parquet tell the rows.
COUNT_CODE = """
import json, sys
from collections import Counter
from pathlib import Path
import pyarrow.parquet as pq
lake, rows = Path(sys.argv[1]), Counter()
for place in ("batches/*", "derived/identity/*", "derived/narrative/*"):  # Not the current rows, which are rows of batches.
    for path in lake.glob(place + "/*.parquet"):
        rows[path.stem] += pq.read_metadata(path).num_rows
for path in lake.glob("runs/*/packages"):
    rows["package"] = len(list(path.glob("*.json")))
print(json.dumps(rows))
"""


def count_rows(lake: Path) -> Figures:
    """Rows of the lake by table. Records are the rows that were loaded into the eight canonical tables; `link` are pairs more likely than not."""
    said = subprocess.run([sys.executable, "-c", COUNT_CODE, str(lake)], check=True, capture_output=True)
    rows: dict[str, int] = json.loads(said.stdout)
    tables = (
        "person_record",
        "address_record",
        "event",
        "involvement",
        "relationship",
        "flag",
        "narrative",
        "handling",
    )
    return {
        "records": sum(rows.get(name, 0) for name in tables), "person_records": rows.get("person_record", 0), "narratives": rows.get("narrative", 0),
        "links": rows.get("link", 0), "people_found": rows.get("person_summary", 0), "mentions": rows.get("mention", 0),
        "packages": rows.get("package", 0),
    }  # fmt: skip


class Keep:
    """What is measured so far, in a file that is written anew after each stage."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self.rows: list[Figures] = json.loads(path.read_text("utf-8")) if path and path.exists() else []

    def find(self, people: int, stage: str) -> Figures | None:
        """The figures of one size and stage."""
        return next((row for row in self.rows if (row["people"], row["stage"]) == (people, stage)), None)

    def put(self, figures: Figures) -> None:
        """Keep the figures of one size and stage, instead of older ones."""
        key = (figures["people"], figures["stage"])
        self.rows = [row for row in self.rows if (row["people"], row["stage"]) != key] + [figures]
        self._write()

    def count(self, people: int, rows: Figures) -> None:
        """Write how many rows there were beside every stage of a size."""
        for row in self.rows:
            if row["people"] == people:
                row |= rows
        self._write()

    def _write(self) -> None:
        self.rows.sort(key=lambda row: (row["people"], STAGES.index(row["stage"])))
        if self._path:
            beside = self._path.with_suffix(".part")
            beside.write_text(json.dumps(self.rows, indent=1) + "\n", encoding="utf-8")
            beside.replace(self._path)


def add_whole(rows: list[Figures]) -> list[Figures]:
    """Beside the stages the whole search of each size of which all four were measured: times added up, the highest memory."""
    whole = []
    for people in sorted({row["people"] for row in rows}):
        stages = [row for row in rows if row["people"] == people and row["stage"] in SEARCH]
        if len(stages) == len(SEARCH):
            whole.append(
                {
                    "people": people, "stage": "whole search", "peak_bytes": max(row["peak_bytes"] for row in stages),
                    **{name: round(sum(row[name] for row in stages), 2) for name in ("seconds", "cpu_seconds")},
                }
            )  # fmt: skip
    return rows + whole


def fit_exponent(points: Sequence[tuple[float, float]]) -> float | None:
    """The k of y = c·xᵏ, by least squares over the logarithms; None with fewer than two sizes."""
    logs = [(math.log(x), math.log(y)) for x, y in points if x > 0 and y > 0]
    if len({x for x, _ in logs}) < 2:
        return None
    mean_x, mean_y = (sum(point[axis] for point in logs) / len(logs) for axis in (0, 1))
    return sum((x - mean_x) * (y - mean_y) for x, y in logs) / sum((x - mean_x) ** 2 for x, _ in logs)


def fit_all(rows: Sequence[Figures]) -> list[Figures]:
    """The growth exponents of each stage over all sizes: of clock seconds, processor seconds and memory."""
    stages = [stage for stage in (*STAGES, "whole search") if any(row["stage"] == stage for row in rows)]
    return [
        {
            "stage": stage,
            **{
                name: round(found, 3)
                for name in ("seconds", "cpu_seconds", "peak_bytes")
                if (found := fit_exponent([(row["people"], row[name]) for row in rows if row["stage"] == stage])) is not None
            },
        }
        for stage in stages
    ]  # fmt: skip


def tell(rows: Sequence[Figures], exponents: Sequence[Figures]) -> None:
    """The table, on standard error."""

    def say(text: str) -> None:
        print(text, file=sys.stderr)

    say(
        f"{'people':>10}  {'stage':<13}{'clock s':>9}{'cpu s':>9}{'peak MiB':>10}{'read MiB':>10}{'written':>9}  others"
    )
    for row in rows:
        moved = [f"{row[name] / 2**20:,.0f}" if name in row else "" for name in ("read_bytes", "written_bytes")]
        others = f"{row['others_share']:.0%}" if row.get("others_share") is not None else ""
        say(
            f"{row['people']:>10,}  {row['stage']:<13}{row['seconds']:>9,.1f}{row['cpu_seconds']:>9,.1f}{row['peak_bytes'] / 2**20:>10,.0f}"
            f"{moved[0]:>10}{moved[1]:>9}  {others:>6}"
        )
    for found in exponents:
        if "seconds" in found:
            say(
                f"{found['stage']:<13} grows with people to the power {found['seconds']:.2f} on the clock, "
                f"{found['cpu_seconds']:.2f} of the processor, {found['peak_bytes']:.2f} in memory"
            )


def main() -> None:
    """Measure what is not measured yet, print, draw."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--people", type=int, nargs="+", default=[50_000, 200_000, 1_000_000], help="sizes of force")
    parser.add_argument("--stages", nargs="+", choices=STAGES, default=list(STAGES), help="which stages (default: all)")
    parser.add_argument(
        "--keep", type=Path, help="JSON file of what is measured; what stands there is not measured again"
    )
    parser.add_argument("--folder", type=Path, help="where forces and lakes are made (default: a temporary folder)")
    parser.add_argument("--leave", action="store_true", help="leave forces and lakes in --folder")
    parser.add_argument("--chart", type=Path, help="draw this SVG file")
    parser.add_argument("--only-chart", action="store_true", help="measure nothing; draw and print what is kept")
    chosen = parser.parse_args()
    kept = Keep(chosen.keep)
    with tempfile.TemporaryDirectory(prefix="headwater-growth-") as name:
        for people in [] if chosen.only_chart else sorted(chosen.people):
            folder = (chosen.folder or Path(name)).resolve() / str(people)
            measure_size(people, chosen.stages, folder, kept)
            if not (chosen.leave and chosen.folder):
                shutil.rmtree(folder, ignore_errors=True)
    rows = add_whole(kept.rows)
    exponents = fit_all(rows)
    tell(rows, exponents)
    if chosen.chart:
        machine = describe_machine()
        days = sorted({str(row["at"])[:10] for row in kept.rows if "at" in row})
        when = f", measured on {' and '.join(days)}" if days else ""
        chosen.chart.write_text(
            draw_growth(rows, f"{machine['cores']} cores, {machine['memory_gib']} GiB{when}"), encoding="utf-8"
        )
    json.dump([*rows, {"exponents": exponents, "machine": describe_machine()}], sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
