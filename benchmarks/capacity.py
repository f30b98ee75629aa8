"""What machine does the largest force need, and what one service that runs several forces kept apart? From measured growth.

    python benchmarks/capacity.py growth.json
    python benchmarks/capacity.py growth.json --nightly nightly.json --parity parity.json --residents 9000000 --together 2950000 2850000

`growth.json` is what `growth.py` keeps or prints, with two sizes at least for each stage; `nightly.json` and `parity.json` are what `nightly.py` and
`spark_parity.py` print. Seconds are carried on from the largest measured size with the growth that the two largest sizes show, and never with
less than in proportion: what a stage costs at any size makes small forces dear, and a fit over all sizes would flatter. Of memory
the engine's share stays within its limit, and the rest is taken to grow in proportion. Bytes grow in proportion. What lies beyond the
largest measured size is said to be so. Assumptions are options, and are printed with the answer. A table on standard error, one JSON
object on standard output.
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
from machine import describe_machine


@dataclass(frozen=True)
class Law:
    """value(people) = fixed + (value at the largest - fixed) x (people / largest)^exponent, measured from `smallest` to `largest` people."""

    at_largest: float
    exponent: float
    smallest: int
    largest: int
    fixed: float = 0.0

    def at(self, people: float) -> float:
        """The value at this number of people."""
        return self.fixed + (self.at_largest - self.fixed) * (people / self.largest) ** self.exponent


@dataclass(frozen=True)
class Growth:
    """How a full search grows: seconds by stage, peak memory in bytes, and the bytes that one writes (`written`, in all stages; most of it
    is spilled and gone afterwards) or leaves for good (`lake`: records and what is derived of them; `run`: pages and packages)."""

    seconds: dict[str, Law]
    memory: Law
    written: Law | None
    lake: Law | None
    run: Law | None


@dataclass(frozen=True)
class Assumptions:
    """What is taken for granted; every one can be given as an option."""

    window_hours: float = 4.0
    """From the last export of the night to the morning briefing."""
    headroom: float = 1.5
    """How much more memory, time and disk is planned than estimated."""
    measured_cores: int = 2
    """Cores of the machine on which growth was measured."""
    engine_memory_mb: float = 4000.0
    """The engine's limit while growth was measured (`HEADWATER_MEMORY`); what needs more is spilled to disk."""
    speed_up: float = 0.8
    """What each further core adds, as a share of one (joins and the reader are parallel, clusters of people and pages are not)."""
    serial_share: float = 0.1
    """Share of the time that no further core makes shorter (Amdahl 1967): joining pairs into people, assembling packages."""
    executor_cores: int = 4
    executor_memory_gib: float = 8.0
    """Of one executor: as `docs/how-to/run-on-a-cluster.md` starts it; measured with one executor of a made-up force of 20,000 only."""
    price_per_core_hour: float = 0.04
    """In the currency of the answer; a list price of a general-purpose cloud machine, without storage."""
    text_factor: float = 3.0
    """How many times the bytes of a made-up force's records a real force's take, whose free text is longer and does not repeat itself: so many
    times the room of the lake, and the seconds of the stages that go through the text, are planned."""
    residents_in_records: float = 1.0
    """People in the made-up force for each resident of the real one: its records are made for all who live there, so one for one."""
    nights_kept: int = 31
    """So many nights' folders stay on disk before somebody removes them."""


OF_TEXT = ("load", "read")
"""Stages that go through all text."""


def fit(points: Sequence[tuple[int, float]], *, fixed: float = 0.0) -> Law:
    """The law through measured (people, value), see the head of this file; raises ValueError for fewer than two sizes or values of nothing."""
    known = {people: value for people, value in sorted(points) if people > 0 and value > 0}
    sizes = list(known)
    if len(sizes) < 2:
        raise ValueError(f"two sizes at least are needed to see growth; there are {len(sizes)}")
    before, largest = sizes[-2:]
    exponent = 1.0 if fixed else math.log(known[largest] / known[before]) / math.log(largest / before)
    return Law(known[largest], max(1.0, exponent), sizes[0], largest, min(fixed, known[largest]))


def read_growth(rows: Sequence[dict[str, Any]], given: Assumptions) -> Growth:
    """The laws of a search, from the rows that `growth.py` keeps; making a force up is no part of it."""
    seconds: dict[str, list[tuple[int, float]]] = defaultdict(list)
    peaks: dict[int, float] = defaultdict(float)
    written: dict[int, float] = defaultdict(float)
    kept: dict[int, float] = {}
    runs: dict[int, float] = {}
    for row in rows:
        if row.get("stage") not in SEARCH:  # What `growth.py` prints ends with exponents.
            continue
        people = row["people"]
        seconds[row["stage"]].append((people, row["seconds"]))
        peaks[people] = max(peaks[people], row["peak_bytes"])
        written[people] += row.get("written_bytes", 0)
        if row["stage"] == "search" and "runs_bytes" in row:
            kept[people], runs[people] = row["batches_bytes"] + row["derived_bytes"], row["runs_bytes"]

    def proportional(values: dict[int, float]) -> Law | None:
        largest = max(values, default=0)
        return Law(values[largest], 1.0, min(values), largest) if largest and values[largest] else None

    return Growth(
        {stage: fit(points) for stage, points in seconds.items()}, fit(list(peaks.items()), fixed=given.engine_memory_mb * 1e6),
        proportional(written), proportional(kept), proportional(runs),
    )  # fmt: skip


def estimate(
    growth: Growth, people: int, given: Assumptions, *, night: dict[str, float] | None = None, spark_ratio: float | None = None
) -> dict[str, Any]:  # fmt: skip
    """What one force of this size needs: hours, memory and disk on one machine as measured, cores for the window, a night and a cluster.

    `night`: what `nightly.py` measured, as `read_night` gives it. Without what was not measured, that part is left out.
    """
    known = people * given.residents_in_records
    stages = {
        stage: law.at(known) * (given.text_factor if stage in OF_TEXT else 1.0) for stage, law in growth.seconds.items()
    }
    hours = sum(stages.values()) * given.headroom / 3600
    found: dict[str, Any] = {
        "people": people,
        "beyond_measured": round(known / max(law.largest for law in growth.seconds.values()), 2),
        "seconds_by_stage": {stage: round(value, 1) for stage, value in stages.items()},
        "hours_on_measured_machine": round(hours, 2),
        "memory_gib": round(growth.memory.at(known) * given.headroom / 2**30, 1),
        "cores_for_window": cores_for(hours, given),
        "core_hours": round(hours * given.measured_cores, 1),
        "price": round(hours * given.measured_cores * given.price_per_core_hour, 2),
    }

    def gib(law: Law | None, times: float = 1.0) -> float | None:
        return round(law.at(known) * times * given.headroom / 2**30, 1) if law else None

    disk = {
        "lake_gib": gib(growth.lake, given.text_factor),
        "spill_gib_at_most": gib(growth.written),
        "runs_kept_gib": gib(growth.run, given.nights_kept),
    }
    if night:
        found["hours_of_a_night"] = round(hours * night["ratio"], 2)
        disk["nights_derived_gib"] = round(
            known * night["derived_bytes_per_person"] * given.nights_kept * given.headroom / 2**30, 1
        )
    found |= {name: value for name, value in disk.items() if value is not None}
    if spark_ratio:
        found["spark"] = _on_spark(hours, given, spark_ratio)
    return found


def _on_spark(hours: float, given: Assumptions, ratio: float) -> dict[str, Any]:
    """Executors that end a full search within the window, where the part that no core makes shorter runs as long as on one machine."""
    core_hours = hours * given.measured_cores * ratio
    left = given.window_hours - hours * given.serial_share
    executors = (
        math.ceil(core_hours * (1 - given.serial_share) / left / given.executor_cores / given.speed_up)
        if left > 0
        else None
    )
    return {
        "core_hours": round(core_hours, 1),
        "executors": executors,
        "executor_cores": given.executor_cores,
        "executors_memory_gib": executors and executors * given.executor_memory_gib,
        "price": round(core_hours * given.price_per_core_hour, 2),
    }


def read_night(said: dict[str, Any]) -> dict[str, float]:
    """Of the largest force that `nightly.py` measured: a night's seconds as a share of a full run's, and what it leaves on disk for each person."""
    force = max(said["forces"], key=lambda each: each["people"])
    return {
        "people": force["people"], "ratio": force["ratio_of_seconds"],
        "derived_bytes_per_person": max(night["derived_bytes"] for night in force["nights"]) / force["people"],
    }  # fmt: skip


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
    found = {
        "forces": len(each),
        "people": sum(item["people"] for item in each),
        "hours_one_after_another": round(hours, 2),
        "machines_as_measured": math.ceil(hours / given.window_hours),
        "memory_gib_one_after_another": max(item["memory_gib"] for item in each),
        "memory_gib_all_at_once": round(sum(item["memory_gib"] for item in each), 1),
        "core_hours": round(sum(item["core_hours"] for item in each), 1),
        "price": round(sum(item["price"] for item in each), 2),
    }
    for name in ("hours_of_a_night", "lake_gib", "runs_kept_gib", "nights_derived_gib"):
        if all(name in item for item in each):
            found[name] = round(sum(item[name] for item in each), 2)
    if all("spill_gib_at_most" in item for item in each):
        found["spill_gib_at_most_one_after_another"] = max(item["spill_gib_at_most"] for item in each)
    return found


def main() -> int:
    """Print the estimate with its assumptions."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("growth", type=Path)
    parser.add_argument("--nightly", type=Path, help="what nightly.py printed: what a night costs beside a full run")
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
    night = read_night(json.loads(chosen["nightly"].read_text("utf-8"))) if chosen["nightly"] else None
    growth = read_growth(json.loads(chosen["growth"].read_text("utf-8")), given)
    largest = estimate(growth, chosen["residents"], given, night=night, spark_ratio=ratio)
    each = [estimate(growth, people, given, night=night, spark_ratio=ratio) for people in chosen["together"]]
    answer = {
        "machine": describe_machine(),
        "assumptions": asdict(given) | {"spark_takes_times": ratio, "night": night},
        "growth": {stage: asdict(law) for stage, law in growth.seconds.items()} | {"peak_bytes": asdict(growth.memory)},
        "largest_force": largest,
        "each_of_several": each,
        "several_together": together(each, given),
    }
    tell = [("assumption", name, value) for name, value in answer["assumptions"].items()]
    tell += [
        ("growth", stage, f"people^{law.exponent:.2f} from {law.largest:,} on, measured {law.smallest:,} to {law.largest:,}")
        for stage, law in growth.seconds.items()
    ]  # fmt: skip
    tell += [("largest force", name, value) for name, value in largest.items()]
    tell += [("several forces", name, value) for name, value in answer["several_together"].items()]
    for kind, name, value in tell:
        print(f"{kind:15} {name:36} {value}", file=sys.stderr)
    json.dump(answer, sys.stdout, indent=2)
    print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
