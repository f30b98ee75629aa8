"""How right and how fast is it all? Runs each benchmark in turn; `make bench`.

    python benchmarks/run.py                                   (100,000 people, seeds 1, 2, 3: hours, and some 10 GB of disk)
    python benchmarks/run.py --people 2000 --seeds 1 --sizes 2000 --growth 500 2000 --pages 100 --nightly 1000 --beside 1000 --parity 500
        --identity 1000 --views 2      (minutes: does it run?)

Not among them, because each needs something of its own: `pseudopeople_census.py` (a package that needs other versions) and
`service_load.py` (a filled database).

Each benchmark is a process of its own and works in one temporary folder, which is gone afterwards. Tables go to standard
error as they come, one JSON object to standard output at the end.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from machine import describe_machine

HERE = Path(__file__).resolve().parent


def run_benchmark(name: str, arguments: list[str], folder: Path) -> Any:
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


def main() -> int:
    """Run all; returns 1 when one of them could not be run. How good or fast a figure is never makes a failure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
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
    chosen.chart = chosen.chart.absolute()
    results: dict[str, Any] = {"machine": describe_machine()}
    with tempfile.TemporaryDirectory(prefix="headwater-bench-") as name:
        calls = {
            "speed": ["--people", *chosen.sizes],
            "quality": ["--people", chosen.people, "--seeds", *chosen.seeds],
            "growth": [
                "--people",
                *chosen.growth,
                "--keep",
                f"{name}/growth.json",
                "--folder",
                name,
                "--chart",
                str(chosen.chart),
            ],
            "limits": ["--growth", f"{name}/growth.json", "--folder", name],
            "nightly": ["--people", *chosen.nightly],
            "identity_quality": ["--people", chosen.identity, "--seeds", *chosen.seeds],
            "beside_a_script": ["--people", chosen.beside],
            "areas": [],
            "map_view": ["--views", chosen.views],
            "criteria": [],
            "spark_parity": ["--people", chosen.parity],
            "capacity": [
                f"{name}/growth.json",
                "--nightly",
                f"{name}/nightly.json",
                "--parity",
                f"{name}/spark_parity.json",
            ],
            "pages": ["--pages", chosen.pages, "--pdfs", str(max(1, int(chosen.pages) // 10))],
        }
        for benchmark, arguments in calls.items():
            try:
                results[benchmark] = run_benchmark(benchmark, arguments, Path(name))
                (Path(name) / f"{benchmark}.json").write_text(json.dumps(results[benchmark]), encoding="utf-8")
            except (subprocess.CalledProcessError, ValueError) as fault:
                results[benchmark] = {"fault": str(fault)}
    json.dump(results, sys.stdout, indent=2, sort_keys=True)
    print()
    return int(any("fault" in result for result in results.values()))


if __name__ == "__main__":
    sys.exit(main())
