"""How near is each stage to what the machine can do at best? Bytes it moved ÷ the speed of disk and of memory.

    python benchmarks/limits.py --growth growth.json --folder /data

Measures on this machine: reading a file of 1 GiB in order that is not in the cache (where the system can drop it), reading
it again from the cache, and copying memory. Then says of each measured stage how long two things would take alone, and how
many times longer the stage took: what it needs at least, which is to read what the stage before left and to write what it leaves itself
(no program can do with less: the physical limit); and all that it moved, what it spilled and read again with it. One JSON object
on standard output, a table on standard error.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from machine import describe_machine

SIZE = 1 << 30
BLOCK = 1 << 22


def measure_disk(folder: Path, size: int = SIZE) -> dict[str, float]:
    """Bytes a second: written and synced, read from disk, read again from the system's cache."""
    block = np.random.default_rng(1).integers(0, 256, BLOCK, dtype=np.uint8).tobytes()
    with tempfile.NamedTemporaryFile(dir=folder, prefix="headwater-limits-") as file:
        begun = time.perf_counter()
        for _ in range(size // BLOCK):
            file.write(block)
        file.flush()
        os.fsync(file.fileno())
        found = {"disk_write": size / (time.perf_counter() - begun)}
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        for name in ("disk_read", "cached_read"):
            begun = time.perf_counter()
            with Path(file.name).open("rb", buffering=0) as again:
                while again.read(BLOCK):
                    pass
            found[name] = size / (time.perf_counter() - begun)
    return found


def measure_memory(size: int = SIZE // 4) -> float:
    """Bytes a second that one core copies in memory, the best of five."""
    source, target = np.ones(size, np.uint8), np.empty(size, np.uint8)
    best = float("inf")
    for _ in range(5):
        begun = time.perf_counter()
        np.copyto(target, source)
        best = min(best, time.perf_counter() - begun)
    return size / best


LEFT = ("exports_bytes", "batches_bytes", "derived_bytes", "runs_bytes")
"""What stages leave on disk, as `growth.py` counts it."""

READS = {
    "load": LEFT[:1],
    "link": LEFT[1:2],
    "read": LEFT[1:3],
    "search": LEFT[1:3],
}
"""Which of it a stage has to go through, at most."""


def compare(rows: list[dict[str, Any]], speeds: dict[str, float]) -> list[dict[str, Any]]:
    """For each measured stage the seconds that the bytes it needs take from disk, and all that it moved from disk and in memory; and how many
    times longer it took. `needed` is 0 where the stage before was not measured."""
    found = []
    before: dict[int, dict[str, Any]] = {}
    for row in rows:
        if "read_bytes" not in row:
            continue
        last = before.get(row["people"], {})
        before[row["people"]] = row
        goes_in = sum(last.get(name, 0) for name in READS.get(row["stage"], ()))
        comes_out = max(0, sum(row.get(name, 0) for name in LEFT) - sum(last.get(name, 0) for name in LEFT))
        whole = bool(last) or row["stage"] == "synth"
        needed = (goes_in / speeds["disk_read"] + comes_out / speeds["disk_write"]) if whole else 0.0
        disk = row["read_bytes"] / speeds["disk_read"] + row["written_bytes"] / speeds["disk_write"]
        memory = (row["read_bytes"] + row["written_bytes"]) / speeds["memory_copy"]
        found.append(
            {
                "people": row["people"], "stage": row["stage"], "read_bytes": row["read_bytes"], "written_bytes": row["written_bytes"],
                "needed_bytes": goes_in + comes_out if whole else 0, "seconds": row["seconds"], "seconds_needed": round(needed, 2),
                "seconds_of_disk": round(disk, 2), "seconds_of_memory": round(memory, 3),
                "times_needed": round(row["seconds"] / needed, 1) if needed else None,
                "times_disk": round(row["seconds"] / disk, 1), "times_memory": round(row["seconds"] / memory, 1),
            }
        )  # fmt: skip
    return found


def main() -> None:
    """Measure; compare; print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--growth", type=Path, help="what growth.py has kept (its --keep)")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()), help="where the disk is measured")
    chosen = parser.parse_args()
    speeds = measure_disk(chosen.folder) | {"memory_copy": measure_memory()}
    rows = json.loads(chosen.growth.read_text("utf-8")) if chosen.growth else []
    stages = compare(rows, speeds)
    for name, speed in speeds.items():
        print(f"{name.replace('_', ' '):<14}{speed / 2**20:>10,.0f} MiB a second", file=sys.stderr)
    for row in stages:
        print(
            f"{row['people']:>10,} {row['stage']:<8}{row['seconds']:>9,.1f} s; what it needs {row['seconds_needed']:>7,.1f} s of disk "
            f"(× {row['times_needed'] or 0:,.0f}); all it moved {row['seconds_of_disk']:>7,.1f} s of disk (× {row['times_disk']:,.0f}), "
            f"{row['seconds_of_memory']:>6,.2f} s of memory (× {row['times_memory']:,.0f})",
            file=sys.stderr,
        )
    result = {
        "machine": describe_machine(), "bytes_a_second": {name: round(speed) for name, speed in speeds.items()}, "stages": stages,
    }  # fmt: skip
    json.dump(result, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
