"""Who used the processor? What was measured, and everybody else on the machine: a figure is worth little where others were at work."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Use:
    """Seconds of processor time since the machine began: `measured`, `ours` (with the one who measures), `all`; and `idle`."""

    measured: float
    ours: float
    all: float
    idle: float

    def since(self, before: Use) -> Use:
        """What was used between two looks."""
        return Use(*(getattr(self, name) - getattr(before, name) for name in ("measured", "ours", "all", "idle")))

    @property
    def others_share(self) -> float:
        """The share of the machine that others took."""
        return max(self.all - self.ours, 0) / (self.all + self.idle)


def look(data: Path) -> Use | None:
    """The use so far; measured are the processes that serve this folder, with their children. None where the system does not tell (only Linux does)."""
    if not Path("/proc/stat").exists():
        return None
    tick = os.sysconf("SC_CLK_TCK")
    found = {number: (parent, seconds / tick, command) for number, parent, seconds, command in _processes()}
    served = {number for number, (_, _, command) in found.items() if str(data) in command}
    served = _with_children(served, found) - {os.getpid()}
    times = [int(part) / tick for part in Path("/proc/stat").read_text().split("\n")[0].split()[1:9]]
    idle = times[3] + times[4]
    measured = sum(found[number][1] for number in served)
    return Use(measured, measured + sum(os.times()[:2]), sum(times) - idle, idle)


def _processes() -> Iterator[tuple[int, int, int, str]]:
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            told = (folder / "stat").read_text().rpartition(")")[2].split()
            yield int(folder.name), int(told[1]), int(told[11]) + int(told[12]), (folder / "cmdline").read_text()
        except OSError:  # It has just ended.
            continue


def _with_children(found: set[int], processes: dict[int, tuple[int, float, str]]) -> set[int]:
    while more := {number for number, (parent, _, _) in processes.items() if parent in found} - found:
        found = found | more
    return found
