"""What does one command use, with all that it starts? Clock, processor, memory, bytes moved.

What measures imports nothing of Headwater: a child's peak counts from the memory of the process that started it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import processor

HEADWATER = (sys.executable, "-c", "from headwater.cli import main; main()")
EVERY_SECONDS = 0.25
"""How often the memory of a tree of processes is looked at; a single process's own peak comes from the system, unsampled."""


def run_measured(call: list[str], folder: Path) -> dict[str, Any]:
    """Run one command in `folder`; stops with its message when it fails.

    `seconds` on the clock, `cpu_seconds` (user and system, with children), `peak_bytes` (highest resident memory: of the
    process as the system tells it, or of it and its children together as seen every quarter of a second, whichever is more),
    `read_bytes` and `written_bytes` through system calls, cached or not, where the system tells; `others_share` of the
    processor that others took meanwhile.
    """
    settings = {name: value for name, value in os.environ.items() if not name.startswith("HEADWATER_")}
    before = processor.look(folder)
    with tempfile.TemporaryFile() as said:
        begun = time.perf_counter()
        process = subprocess.Popen(call, cwd=folder, env=settings, stdout=said, stderr=subprocess.STDOUT)
        tree = _Tree(process.pid)
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        seconds = time.perf_counter() - begun
        tree.stop()
        moved = _read_io(process.pid)
        # getrusage(RUSAGE_CHILDREN) knows only the highest peak of all children so far; wait4 gives that of this one.
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            told = said.read().decode("utf-8", "replace")
            sys.exit(f"`{' '.join(call[-8:])}` ended with {process.returncode}:\n{told[-4000:]}")
    after = processor.look(folder)
    cpu = usage.ru_utime + usage.ru_stime
    found: dict[str, Any] = {
        "seconds": round(seconds, 2), "cpu_seconds": round(cpu, 2), "peak_bytes": max(usage.ru_maxrss * 1024, tree.peak), **moved,
    }  # fmt: skip
    if before and after:
        used = after.since(before)
        found["others_share"] = round(max(used.all - cpu, 0) / max(used.all + used.idle, 1e-9), 3)
    return found


class _Tree:
    """Looks at the resident memory of a process and its children, together, until it is told to stop."""

    def __init__(self, process: int) -> None:
        self.peak = 0
        self._process = process
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        if Path("/proc/self/statm").exists():
            self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()

    def _look(self) -> None:
        page = os.sysconf("SC_PAGE_SIZE")
        while not self._ended.wait(EVERY_SECONDS):
            waiting, total = [self._process], 0
            while waiting:
                place = Path("/proc") / str(waiting.pop())
                try:
                    total += int((place / "statm").read_text().split()[1]) * page
                    waiting += [int(part) for one in place.glob("task/*/children") for part in one.read_text().split()]
                except (OSError, IndexError):  # It has just ended.
                    continue
            self.peak = max(self.peak, total)


def _read_io(process: int) -> dict[str, int]:
    """Bytes read and written by a process that has ended and is not yet waited for, with its children."""
    try:
        lines = (Path("/proc") / str(process) / "io").read_text().splitlines()
    except OSError:
        return {}
    told = dict(line.split(": ") for line in lines)
    return {"read_bytes": int(told["rchar"]), "written_bytes": int(told["wchar"])}
