"""How right and how fast is it all? Runs each benchmark in turn and keeps what it measured; `make bench`.

    python benchmarks/run.py                                   (100,000 people, seeds 1, 2, 3: hours, and some 10 GB of disk)
    python benchmarks/run.py --only pages criteria             (some of them)
    python benchmarks/run.py --people 2000 --seeds 1 --sizes 2000 --growth 500 2000 --pages 100 --nightly 1000 --beside 1000 --parity 500
        --identity 1000 --views 2 --keep /tmp/small            (minutes: does it run?)

Not among them, because each needs something of its own: `pseudopeople_census.py` (a package that needs other versions) and
`service_load.py` (a filled database).

Each benchmark is a process of its own and works in one temporary folder, which is gone afterwards. What it measured goes into the
folder of `--keep` at once, with the day, the commit and the machine, and `index.md` there lists all. What is there already of the same commit
and the same sizes is not measured again, so a run that was stopped goes on where it stopped; `--again` measures all anew.
Tables go to standard error as they come, one JSON object to standard output at the end.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from machine import describe_machine, find_commit

HERE = Path(__file__).resolve().parent
Measured = dict[str, Any]
"""What one benchmark measured: `figures`, its own JSON; `arguments`; `minutes`; and `machine` with day and commit."""


class Kept:
    """The folder in which each benchmark leaves what it measured, a file each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        folder.mkdir(parents=True, exist_ok=True)

    def find(self, name: str) -> Measured | None:
        """What was measured last, if anything was."""
        path = self.folder / f"{name}.json"
        return json.loads(path.read_text("utf-8")) if path.exists() else None

    def put(self, name: str, measured: Measured) -> None:
        """Keep it, whole or not at all, and list it."""
        path = self.folder / f"{name}.json"
        part = path.with_suffix(".part")
        part.write_text(json.dumps(measured, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        part.replace(path)
        (self.folder / "index.md").write_text(self._list_all(), encoding="utf-8")

    def _list_all(self) -> str:
        rows = [
            f"| [`{path.stem}`]({path.name}) | {_question(path.stem)} | {found['machine']['at']} | {found['machine']['commit']} | "
            f"{' '.join(found['arguments']) or 'none'} | {found['minutes']:.1f} |"
            for path in sorted(self.folder.glob("*.json"))
            for found in [json.loads(path.read_text("utf-8"))]
        ]
        return "\n".join([_HEAD, *rows, ""])


_HEAD = """# What `make bench` measured

Each line is one benchmark: the file holds all its figures, with the machine. The day is in UTC. `make bench` writes this page.
What the figures mean, and beside what: [Measured quality](../quality.md), [Measured speed](../performance.md).

| Benchmark | What it asks | When | Commit | Arguments | Minutes |
|---|---|---|---|---|---|"""


def _question(name: str) -> str:
    return (ast.get_docstring(ast.parse((HERE / f"{name}.py").read_text("utf-8"))) or "").splitlines()[0]


def run_benchmark(name: str, arguments: Sequence[str], folder: Path) -> Any:
    """The JSON that one benchmark prints; its table goes straight to standard error."""
    settings = {name: value for name, value in os.environ.items() if not name.startswith("HEADWATER_")}
    settings |= {"TMPDIR": str(folder), "HOME": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    print(f"== {name}", file=sys.stderr, flush=True)
    done = subprocess.run(
        [sys.executable, str(HERE / f"{name}.py"), *arguments],
        cwd=folder,
        env=settings,
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(done.stdout)


def list_benchmarks(chosen: argparse.Namespace) -> dict[str, list[str]]:
    """Every benchmark in its order, with what is asked of it."""
    return {
        "speed": ["--people", *chosen.sizes],
        "quality": ["--people", chosen.people, "--seeds", *chosen.seeds],
        "growth": ["--people", *chosen.growth],
        "limits": [],
        "nightly": ["--people", *chosen.nightly],
        "identity_quality": ["--people", chosen.identity, "--seeds", *chosen.seeds],
        "beside_a_script": ["--people", chosen.beside],
        "areas": [],
        "map_view": ["--views", chosen.views],
        "criteria": [],
        "spark_parity": ["--people", chosen.parity],
        "capacity": [],
        "pages": ["--pages", chosen.pages, "--pdfs", str(max(1, int(chosen.pages) // 10))],
    }


def say_where(name: str, folder: Path, chart: Path) -> list[str]:
    """The arguments that tell a benchmark where to work, and where what those before it measured lies."""
    return {
        "growth": ["--folder", str(folder), "--chart", str(chart.absolute())],
        "limits": ["--growth", str(folder / "growth.json"), "--folder", str(folder)],
        "capacity": [
            str(folder / "growth.json"),
            "--nightly",
            str(folder / "nightly.json"),
            "--parity",
            str(folder / "spark_parity.json"),
        ],
    }.get(name, [])


BUILDS_ON = {"limits": ("growth",), "capacity": ("growth", "nightly", "spark_parity")}
"""Benchmarks that read what others measured."""


def measure_all(chosen: argparse.Namespace, kept: Kept) -> dict[str, Any]:
    """Run what is asked for and not kept yet; what each measured, or the fault that ended it."""
    results: dict[str, Any] = {}
    calls = list_benchmarks(chosen)
    for name in chosen.only or calls:
        arguments = calls[name]
        found = None if chosen.again else kept.find(name)
        if found and (found["machine"]["commit"], found["arguments"]) == (find_commit(), arguments):
            results[name] = found
            continue
        with tempfile.TemporaryDirectory(
            prefix="headwater-bench-"
        ) as folder:  # Gone when the benchmark is over: some need 10 GB.
            for other in BUILDS_ON.get(name, ()):
                if before := kept.find(other):
                    (Path(folder) / f"{other}.json").write_text(json.dumps(before["figures"]), encoding="utf-8")
            begun = time.perf_counter()
            try:
                where = say_where(name, Path(folder), chosen.chart)
                figures = run_benchmark(name, [*arguments, *where], Path(folder))
            except (subprocess.CalledProcessError, ValueError) as fault:
                results[name] = {"fault": str(fault)}
                continue
        minutes = round((time.perf_counter() - begun) / 60, 1)
        results[name] = {"machine": describe_machine(), "arguments": arguments, "minutes": minutes, "figures": figures}
        kept.put(name, results[name])
    return results


def main() -> int:
    """Run all; returns 1 when one of them could not be run. How good or fast a figure is never makes a failure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", nargs="+", default=[], help="just these benchmarks")
    parser.add_argument("--again", action="store_true", help="measure anew what this commit was measured for already")
    parser.add_argument(
        "--keep", type=Path, default=HERE.parent / "docs/reference/bench", help="the folder of what was measured"
    )
    parser.add_argument("--people", default="100000", help="people in each force of the quality figures")
    parser.add_argument("--seeds", nargs="+", default=["1", "2", "3"], help="one force for each")
    parser.add_argument(
        "--sizes", nargs="+", default=["20000", "100000"], help="people in each force of the speed figures"
    )
    parser.add_argument(
        "--growth", nargs="+", default=["50000", "200000", "1000000"], help="people in each force of the growth figures"
    )
    parser.add_argument("--pages", default="10000", help="how many package pages are written, and a tenth as many PDFs")
    parser.add_argument(
        "--nightly", nargs="+", default=["50000", "200000"], help="people in each force that grows by night"
    )
    parser.add_argument("--beside", default="50000", help="people in the force that an analyst's script searches too")
    parser.add_argument("--identity", default="20000", help="people in each force of the figures of joining")
    parser.add_argument("--views", default="5", help="how many new browsers open the map of areas")
    parser.add_argument("--parity", default="20000", help="people in the force that both engines search")
    parser.add_argument(
        "--chart", type=Path, default=Path("growth.svg"), help="the chart of time and memory by size and stage"
    )
    chosen = parser.parse_args()
    if unknown := sorted(set(chosen.only) - set(list_benchmarks(chosen))):
        parser.error(f"no benchmark is called {', '.join(unknown)}; there are: {', '.join(list_benchmarks(chosen))}")
    results = measure_all(chosen, Kept(chosen.keep))
    json.dump(results, sys.stdout, indent=2, sort_keys=True)
    print()
    return int(any("fault" in result for result in results.values()))


if __name__ == "__main__":
    sys.exit(main())
