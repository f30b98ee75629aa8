"""What machine does the largest force need, and what one service that runs several forces kept apart? From measured growth.

    python benchmarks/capacity.py growth.json
    python benchmarks/capacity.py growth.json --parity parity.json --residents 9000000 --together 2950000 2850000 2350000

`growth.json` is a list of {"people", "stage", "seconds", "peak_bytes"} as measured (at least two sizes for each stage);
`parity.json` is what `spark_parity.py` prints. For each stage a power law is fitted, seconds = a x people^b (least squares on
logarithms), and carried on to the size asked for; what lies beyond the largest measured size is said to be so. Assumptions
are options, and are printed with the answer. A table on standard error, one JSON object on standard output.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from growth import SEARCH


@dataclass(frozen=True)
class Law:
    """seconds = factor x people^exponent, fitted over measurements from `smallest` to `largest` people."""

    factor: float
    exponent: float
    smallest: int
    largest: int

    def at(self, people: float) -> float:
        """The value at this number of people."""
        return self.factor * people**self.exponent


@dataclass(frozen=True)
class Assumptions:
    """What is taken for granted; every one can be given as an option."""

    window_hours: float = 4.0
    """From the last export of the night to the morning briefing."""
    headroom: float = 1.5
    """How much more memory and time is planned than estimated."""
    measured_cores: int = 2
    """Cores of the machine on which growth was measured."""
    speed_up: float = 0.8
    """What each further core adds, as a share of one (joins and the reader are parallel, clusters of people and pages are not)."""
    serial_share: float = 0.1
    """Share of the time that no further core makes shorter (Amdahl 1967): joining pairs into people, assembling packages."""
    executor_cores: int = 4
    price_per_core_hour: float = 0.04
    """In the currency of the answer; a list price of a general-purpose cloud machine, without storage."""
    bytes_per_person: float = 2_500.0
    """Parquet in the lake for each resident: some three times what the made-up force of a million takes (877: batches 590, derived
    tables 287), whose free text repeats itself as that of a real force does not."""


def fit(points: Sequence[tuple[int, float]]) -> Law:
    """The power law through measured (people, value); raises ValueError for fewer than two sizes or values of nothing."""
    known = [(people, value) for people, value in points if people > 0 and value > 0]
    sizes = sorted({people for people, _ in known})
    if len(sizes) < 2:
        raise ValueError(f"two sizes at least are needed to see growth; there are {len(sizes)}")
    xs, ys = [math.log(people) for people, _ in known], [math.log(value) for _, value in known]
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    exponent = sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / sum((a - x) ** 2 for a in xs)
    return Law(math.exp(y - exponent * x), exponent, sizes[0], sizes[-1])


def read_growth(rows: Sequence[dict[str, Any]]) -> tuple[dict[str, Law], Law]:
    """The law of each stage's seconds, and that of the peak memory over all stages of a search; making a force up is none."""
    seconds: dict[str, list[tuple[int, float]]] = defaultdict(list)
    peaks: dict[int, float] = defaultdict(float)
    for row in rows:
        if row["stage"] not in SEARCH:
            continue
        seconds[row["stage"]].append((row["people"], row["seconds"]))
        peaks[row["people"]] = max(peaks[row["people"]], row["peak_bytes"])
    return {stage: fit(points) for stage, points in seconds.items()}, fit(list(peaks.items()))


def estimate(
    laws: dict[str, Law], memory: Law, people: int, given: Assumptions, spark_ratio: float | None
) -> dict[str, Any]:
    """What one force of this size needs: hours and memory on one machine as measured, cores for the window, and a cluster."""
    stages = {stage: law.at(people) for stage, law in laws.items()}
    hours = sum(stages.values()) * given.headroom / 3600
    cores = cores_for(hours, given)
    found: dict[str, Any] = {
        "people": people,
        "beyond_measured": round(people / max(law.largest for law in laws.values()), 2),
        "seconds_by_stage": {stage: round(value, 1) for stage, value in stages.items()},
        "hours_on_measured_machine": round(hours, 2),
        "memory_gib": round(memory.at(people) * given.headroom / 2**30, 1),
        "lake_gib": round(people * given.bytes_per_person * given.headroom / 2**30, 1),
        "cores_for_window": cores,
        "core_hours": round(hours * given.measured_cores, 1),
    }
    if spark_ratio:
        core_hours = found["core_hours"] * spark_ratio
        executors = max(1, math.ceil(core_hours / given.window_hours / given.executor_cores))
        found["spark"] = {
            "core_hours": round(core_hours, 1),
            "executors": executors,
            "executor_cores": given.executor_cores,
            "price_a_night": round(core_hours * given.price_per_core_hour, 2),
        }
    return found


def cores_for(hours: float, given: Assumptions) -> int | None:
    """How many cores of one machine bring the search into the window; None when no number does."""
    serial = hours * given.serial_share
    if serial >= given.window_hours:
        return None
    wanted = (hours - serial) / (given.window_hours - serial)
    return max(
        given.measured_cores, math.ceil(given.measured_cores + (wanted - 1) * given.measured_cores / given.speed_up)
    )


def together(each: Sequence[dict[str, Any]], given: Assumptions) -> dict[str, Any]:
    """One service, several forces kept apart: a lake, a key and a process for each, never two forces in one process."""
    hours = sum(item["hours_on_measured_machine"] for item in each)
    return {
        "forces": len(each),
        "people": sum(item["people"] for item in each),
        "hours_one_after_another": round(hours, 2),
        "machines_as_measured": math.ceil(hours / given.window_hours),
        "memory_gib_one_after_another": max(item["memory_gib"] for item in each),
        "memory_gib_all_at_once": round(sum(item["memory_gib"] for item in each), 1),
        "lakes_gib": round(sum(item["lake_gib"] for item in each), 1),
        "core_hours": round(sum(item["core_hours"] for item in each), 1),
    }


def main() -> int:
    """Print the estimate with its assumptions."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("growth", type=Path)
    parser.add_argument("--parity", type=Path, help="what spark_parity.py printed: how much longer Spark takes")
    parser.add_argument(
        "--residents", type=int, default=9_000_000, help="of the largest force (London: 8.9 million, ONS mid-2023)"
    )
    parser.add_argument(
        "--together", type=int, nargs="+", default=[2_950_000, 2_850_000, 2_350_000, 1_450_000],
        help="residents of the forces that one service runs",
    )  # fmt: skip
    for name, value in asdict(Assumptions()).items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(value), default=value)
    chosen = vars(parser.parse_args())
    given = Assumptions(**{name: chosen[name] for name in asdict(Assumptions())})
    ratio = None
    if chosen["parity"]:
        seconds = json.loads(chosen["parity"].read_text("utf-8"))["seconds"]
        ratio = seconds["spark"] / seconds["duckdb"]
    laws, memory = read_growth(json.loads(chosen["growth"].read_text("utf-8")))
    largest = estimate(laws, memory, chosen["residents"], given, ratio)
    each = [estimate(laws, memory, people, given, ratio) for people in chosen["together"]]
    answer = {
        "assumptions": asdict(given) | {"spark_takes_times": ratio},
        "growth": {stage: asdict(law) for stage, law in laws.items()} | {"peak_bytes": asdict(memory)},
        "largest_force": largest,
        "each_of_several": each,
        "several_together": together(each, given),
    }
    tell = [("assumption", name, value) for name, value in answer["assumptions"].items()]
    tell += [
        ("growth", stage, f"people^{law.exponent:.2f}, measured {law.smallest:,} to {law.largest:,}")
        for stage, law in laws.items()
    ]
    tell += [("largest force", name, value) for name, value in largest.items()]
    tell += [("several forces", name, value) for name, value in answer["several_together"].items()]
    for kind, name, value in tell:
        print(f"{kind:15} {name:32} {value}", file=sys.stderr)
    json.dump(answer, sys.stdout, indent=2)
    print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
