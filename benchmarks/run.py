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
import re
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
"""What one benchmark measured: `figures`, its own JSON; `arguments`; `built_on`, whose figures it read; `minutes`; and `machine` with day and
commit."""


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
            f"{' '.join(found['arguments']) or 'none'} | {_say_basis(found)} | {found['minutes']:.1f} |"
            for path in sorted(self.folder.glob("*.json"))
            for found in [json.loads(path.read_text("utf-8"))]
        ]
        return "\n".join([_HEAD, *rows, ""])


_HEAD = """# What `make bench` measured

Each line is one benchmark: the file holds all its figures, with the machine. The day is in UTC. `make bench` writes this page.
What the figures mean, and beside what: [Measured quality](../quality.md), [Measured speed](../performance.md).

| Benchmark | What it asks | When | Commit | Arguments | Built on | Minutes |
|---|---|---|---|---|---|---|"""


def _say_basis(found: Measured) -> str:
    return "; ".join(f"{other} of {when}" for other, when in found["built_on"].items()) or "itself"


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
    said = done.stdout.decode("utf-8")
    begins = re.search(r"^[\[{]", said, re.MULTILINE)  # What it starts may have told something before.
    return json.loads(said[begins.start() if begins else 0 :])


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


def say_where(name: str, folder: Path, chosen: argparse.Namespace) -> list[str]:
    """The arguments that tell a benchmark where to work, and where what those before it measured lies."""
    growth = str(folder / "growth.json")
    if name == "growth":
        return ["--folder", str(folder), "--chart", str(chosen.chart.absolute())]
    if name == "areas":
        return ["--data", str(chosen.areas_data.absolute())]
    if name == "limits":
        return ["--growth", growth, "--folder", str(folder)]
    if name == "capacity":
        more = {"--nightly": folder / "nightly.json", "--parity": folder / "spark_parity.json"}
        return [growth, *(word for option, path in more.items() if path.exists() for word in (option, str(path)))]
    return []


BUILDS_ON = {"limits": ("growth",), "capacity": ("growth", "nightly", "spark_parity")}
"""Benchmarks that read what others measured: the first must be there, the others may."""


def measure_all(chosen: argparse.Namespace, kept: Kept) -> dict[str, Any]:
    """Run what is asked for and not kept yet; what each measured, or the fault that ended it."""
    results: dict[str, Any] = {}
    calls = list_benchmarks(chosen)
    for name in chosen.only or calls:
        known = None if chosen.again else kept.find(name)
        if known and _still_holds(known, calls[name], _find_basis(name, kept)):
            results[name] = known
            continue
        if name == "areas" and not chosen.areas_data:
            results[name] = {
                "not_measured": "The data of all small areas of England are needed: give their folder with --areas-data."
            }
            continue
        try:
            results[name] = _measure(name, calls[name], chosen, kept)
        except (subprocess.CalledProcessError, LookupError, ValueError) as fault:
            results[name] = {"fault": str(fault)}
        else:
            kept.put(name, results[name])
    return results


def _still_holds(known: Measured, arguments: list[str], basis: dict[str, str]) -> bool:
    """Measured of this very commit and as it is asked for now, on figures that are still the ones kept. Two states with changes may differ."""
    commit = find_commit()
    same = (known["machine"]["commit"], known["arguments"], known["built_on"]) == (commit, arguments, basis)
    return same and "with changes" not in commit


def _find_basis(name: str, kept: Kept) -> dict[str, str]:
    """Of the benchmarks that this one reads, those that are measured: when, and of which commit."""
    found = {other: kept.find(other) for other in BUILDS_ON.get(name, ())}
    return {
        other: f"{measured['machine']['commit']}, {measured['machine']['at']}"
        for other, measured in found.items()
        if measured and "not_measured" not in measured["figures"]
    }


def _measure(name: str, arguments: list[str], chosen: argparse.Namespace, kept: Kept) -> Measured:
    basis, needed = _find_basis(name, kept), BUILDS_ON.get(name, ())[:1]
    if missing := [other for other in needed if other not in basis]:
        raise LookupError(f"{name} reads what {missing[0]} measured, and that is not there: measure {missing[0]} first")
    # The folder is gone when the benchmark is over: some need 10 GB.
    with tempfile.TemporaryDirectory(prefix="headwater-bench-") as working:
        folder = Path(working)
        folder.chmod(0o711)  # Where root measures, the database runs as another account and must pass through.
        for other in basis:
            figures = (kept.find(other) or {})["figures"]
            (folder / f"{other}.json").write_text(json.dumps(figures), encoding="utf-8")
        begun = time.perf_counter()
        figures = run_benchmark(name, [*arguments, *say_where(name, folder, chosen)], folder)
    minutes = round((time.perf_counter() - begun) / 60, 1)
    return {
        "machine": describe_machine(), "arguments": arguments, "built_on": basis, "minutes": minutes, "figures": figures,
    }  # fmt: skip


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
    parser.add_argument(
        "--areas-data", type=Path, help="published data of all small areas (docs/reference/performance.md)"
    )
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
