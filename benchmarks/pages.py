"""How long do the pages of a large run take, and the PDFs of what is handed over?

    python benchmarks/pages.py --pages 10000 --pdfs 1000

A made-up force is searched; its drafts, given numbers of their own over again until there are enough, are written as a
run writes them (JSON and page) and set as the hand-over sets them (PDF). One JSON object on standard output.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from machine import describe_machine
from measured import HEADWATER


def make_drafts(people: int, folder: Path) -> list[Any]:
    """The drafts of a made-up force of this size."""
    from headwater.triggers.packages.package import Package

    force, data = folder / "force", folder / "data"
    for call in (
        ["synth", str(force), "--people", str(people), "--seed", "1", "--quiet"],
        ["search", str(force / "exports"), "--quiet", "--data", str(data)],
    ):
        subprocess.run([*HEADWATER, *call], check=True, capture_output=True, cwd=folder)
    found = sorted((data / "lake" / "runs").glob("*/packages/*.json"))
    return [Package.model_validate_json(path.read_text("utf-8")) for path in found]


def over_again(drafts: list[Any], count: int) -> list[Any]:
    """`count` drafts, each with a number of its own."""
    return [
        draft.model_copy(update={"package_id": f"{draft.package_id}-{number:06d}"})
        for number, draft in enumerate(islice(cycle(drafts), count))
    ]


def timed(job: Callable[[], int]) -> dict[str, Any]:
    """Seconds on the clock and of the processor, with child processes; and how many bytes the job says it wrote."""
    clock, cpu = time.perf_counter(), _processor()
    written = job()
    return {
        "seconds": round(time.perf_counter() - clock, 2),
        "cpu_seconds": round(_processor() - cpu, 2),
        "bytes": written,
    }


def _processor() -> float:
    return sum(
        used.ru_utime + used.ru_stime
        for used in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    )


def measure(people: int, pages: int, pdfs: int) -> dict[str, Any]:
    """Time both, in a temporary folder."""
    from headwater.triggers.handover.pdf import set_package
    from headwater.triggers.pages import write_package

    with tempfile.TemporaryDirectory(prefix="headwater-pages-") as name:
        folder = Path(name)
        drafts = make_drafts(people, folder)
        if not drafts:
            sys.exit(f"A force of {people:,} people gave no drafts; name more people.")
        many, target = over_again(drafts, pages), folder / "run"

        def write() -> int:
            for package in many:
                page = write_package(target, package)
                page.with_suffix(".json").write_text(package.model_dump_json(indent=1) + "\n", encoding="utf-8")
            return sum(path.stat().st_size for path in (target / "packages").iterdir())

        written = timed(write)
        papers = timed(lambda: sum(len(set_package(package)) for package in over_again(drafts, pdfs)))
    return {
        "machine": describe_machine(), "drafts": len(drafts), "load_average": round(os.getloadavg()[0], 1),
        "pages": {"count": pages, **written}, "pdfs": {"count": pdfs, **papers},
    }  # fmt: skip


def main() -> None:
    """Measure; print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--people", type=int, default=20_000, help="people in the force whose drafts are written")
    parser.add_argument("--pages", type=int, default=10_000, help="how many packages are written as page and JSON")
    parser.add_argument("--pdfs", type=int, default=1_000, help="how many are set as PDF")
    chosen = parser.parse_args()
    found = measure(chosen.people, chosen.pages, chosen.pdfs)
    for name in ("pages", "pdfs"):
        row = found[name]
        print(
            f"{row['count']:,} {name}: {row['seconds']} s on the clock, {row['cpu_seconds']} s of the processor",
            file=sys.stderr,
        )
    json.dump(found, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
