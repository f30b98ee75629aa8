"""How fast and how right is a whole search beside what a capable analyst would script today?

    python benchmarks/beside_a_script.py --people 50000

One made-up force, one run: `headwater search EXPORTS` into an empty lake, and `peers/search_with_pandas.py EXPORTS` (pandas,
recordlinkage, medspaCy in an environment of its own inside the temporary folder), each as a whole process from exports to
pages, one after the other; the script once for each way of reading narratives that it knows (`--readings`). Every list of
people is held against the same truth: those for whom the trigger's rules hold on error-free records
(`headwater.triggers.measuring.measure`). A found person is the true person who owns most of the records that were joined. Processor
seconds are given beside wall seconds: they tell more where others are at work on the machine. One JSON object on standard
output, a short table on standard error. No test depends on any of it.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from machine import describe_machine

# What measures memory stays small: nothing of Headwater is imported before both have run.
HEADWATER = [sys.executable, "-c", "from headwater.cli import main; main()"]
PEER = Path(__file__).parent / "peers" / "search_with_pandas.py"
PACKAGES = ("pandas>=2.2,<4", "recordlinkage>=0.16", "medspacy>=1.3,<2")
GOAL = 20

Figures = dict[str, Any]


def run_whole(words: list[str], folder: Path) -> Figures:
    """Wall and processor seconds and peak memory (MiB) of one process with its children; stops with what it said when it fails."""
    settings = {name: value for name, value in os.environ.items() if not name.startswith("HEADWATER_")}
    begun = time.perf_counter()
    with (
        (folder / "said").open("wb+") as said,
        subprocess.Popen(words, cwd=folder, env=settings, stdout=said, stderr=said) as process,
    ):
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - begun
        if process.returncode:
            said.seek(0)
            sys.exit(f"{' '.join(words)} ended with {process.returncode}:\n{said.read().decode('utf-8', 'replace')}")
    return {
        "seconds": round(seconds, 2),
        "processor_seconds": round(usage.ru_utime + usage.ru_stime, 2),
        "peak_mib": usage.ru_maxrss // 1024,
    }


def install_peer(folder: Path, python: str | None) -> str:
    """The interpreter of an environment that holds the peer's packages."""
    if python:
        return str(Path(python).absolute())
    place = folder / "environment"
    install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-cache-dir", *PACKAGES]
    for step in ([sys.executable, "-m", "venv", str(place)], [str(place / "bin" / "python"), *install]):
        subprocess.run(step, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=1800, cwd=folder)
    return str(place / "bin" / "python")


def owners_of(groups: dict[str, list[str]], owner: dict[str, str]) -> list[str]:
    """For each group of records the true person who owns most of them; of several the first by number."""
    found = []
    for name, records in groups.items():
        counted = Counter(owner[record] for record in records if record in owner)
        found.append(min(counted, key=lambda one: (-counted[one], one)) if counted else name)
    return found


def judge(force: Path, data: Path, peer: Path) -> dict[str, Figures]:
    """Precision and recall of both lists against the truth."""
    import pyarrow.parquet as pq

    from headwater.engine import DuckDBEngine
    from headwater.records import Lake, as_of_default
    from headwater.triggers.measuring.measure import compare, find_true_subjects
    from headwater.triggers.runs.find import list_runs, read_packages

    lake = Lake.open(data / "lake")
    truth = pq.read_table(force / "truth" / "person_record.parquet").to_pydict()
    owner = dict(zip(truth["person_record_id"], truth["person_id"], strict=True))
    with DuckDBEngine(spill=data / "spill") as engine:
        true = find_true_subjects(lake, engine, force, as_of_default(lake))
        groups: dict[str, list[str]] = {}
        wanted = {package.subject.person_id for package in read_packages(list_runs(lake)[0])}
        for row in engine.fetch("SELECT person_id, person_record_id FROM searched_person ORDER BY ALL").to_pylist():
            if row["person_id"] in wanted:
                groups.setdefault(row["person_id"], []).append(row["person_record_id"])
    theirs = {
        str(number): package["records"]
        for number, package in enumerate(json.loads((peer / "packages.json").read_text("utf-8")))
    }
    return {"headwater": compare(owners_of(groups, owner), true), "peer": compare(owners_of(theirs, owner), true)}


def measure(people: int, seed: int, processes: int, readings: list[str], folder: Path, python: str) -> Figures:
    """Both on one force of this size."""
    force, data = folder / f"force{people}", folder / f"data{people}"
    run_whole([*HEADWATER, "synth", str(force), "--people", str(people), "--seed", str(seed), "--quiet"], folder)
    ours = run_whole(
        [*HEADWATER, "search", str(force / "exports"), "--data", str(data), "--made-up", "--quiet"], folder
    )
    as_of = next((data / "lake" / "runs").glob("[!.]*")).name[:10]
    scripts: dict[str, Figures] = {}
    for reading in readings:
        peer = folder / f"peer{people}-{reading}"
        words = [python, str(PEER), str(force / "exports"), str(peer), "--as-of", as_of, "--processes", str(processes)]
        theirs = run_whole([*words, "--reading", reading], folder)
        quality = judge(force, data, peer)
        scripts[reading] = (
            theirs
            | quality["peer"]
            | {
                "by_stage": json.loads((peer / "seconds.json").read_text("utf-8")),
                "headwater_times_as_fast": round(theirs["seconds"] / ours["seconds"], 2),
                "by_processor_seconds": round(theirs["processor_seconds"] / ours["processor_seconds"], 2),
            }
        )
        ours |= quality["headwater"]
    return {
        "people": people,
        "as_of": as_of,
        "headwater": ours,
        "peer": scripts,
        "processes_that_read": processes,
        "goal": GOAL,
    }


def tell(result: Figures) -> None:
    """The short table, on standard error."""
    for size in result["sizes"]:
        print(f"A made-up force of {size['people']:,} people, as of {size['as_of']}", file=sys.stderr)
        for name, row in {"Headwater": size["headwater"], **size["peer"]}.items():
            faster = f"  Headwater {row['headwater_times_as_fast']} times as fast" if "by_stage" in row else ""
            print(
                f"  {name:<10}{row['seconds']:>9.1f} s {row['processor_seconds']:>9.1f} s of processor {row['peak_mib']:>7,} MiB   precision "
                f"{row['precision']}  recall {row['recall']}  ({row['found']} found, {row['true']} true){faster}",
                file=sys.stderr,
            )


def main() -> None:
    """Run both at each size; print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--people", type=int, nargs="+", default=[50_000], help="sizes of force (default: 50000)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2, help="processes in which the peer reads texts (default: 2)")
    parser.add_argument(
        "--peer-python", help="an interpreter that has the peer's packages; without it they are installed"
    )
    parser.add_argument(
        "--readings", nargs="+", default=["usual", "lean", "lean-once"], help="how the script reads narratives"
    )
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="headwater-beside-") as name:
        folder = Path(name)
        python = install_peer(folder, chosen.peer_python)
        sizes = [
            measure(people, chosen.seed, chosen.processes, chosen.readings, folder, python) for people in chosen.people
        ]
        result = {"machine": describe_machine(), "sizes": sizes}
    tell(result)
    json.dump(result, sys.stdout, indent=2, sort_keys=True)
    print()


if __name__ == "__main__":
    main()
