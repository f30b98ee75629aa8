"""How does the command line speak? Results on standard output, everything else on standard error."""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from headwater.engine import Progress as ProgressCallback

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

OK = 0
FAULT = 1
USAGE = 2
BAD_INPUT = 3
LAKE = 4
BUSY = 5

EXIT_CODES = {
    OK: "done",
    FAULT: "an error inside Headwater: please report it",
    USAGE: "the command or a setting was not understood",
    BAD_INPUT: "a file cannot be used; nothing was changed",
    LAKE: "the lake folder cannot be used, or holds nothing yet",
    BUSY: "another run is working on this lake",
}

log = logging.getLogger("headwater")


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, message and fields; never names, dates of birth or text of records."""

    def format(self, record: logging.LogRecord) -> str:
        """The line for one record."""
        line: dict[str, Any] = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
        }
        line.update(getattr(record, "fields", {}))
        return json.dumps(line, ensure_ascii=False, sort_keys=True)


def start_log(level: str) -> None:
    """Send structured logs to standard error at `level` (off, info, debug)."""
    log.handlers.clear()
    log.propagate = False
    if level == "off":
        log.addHandler(logging.NullHandler())
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    log.addHandler(handler)
    log.setLevel(level.upper())


def show_json(content: object) -> None:
    """Print one JSON object for machines."""
    sys.stdout.write(json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True, default=str) + "\n")


@contextmanager
def show_progress(*, quiet: bool = False) -> Iterator[ProgressCallback]:
    """Yield a callback that draws one line a stage: what, how far, time taken, time left.

    A stage is drawn only once it has lasted two seconds. On a pipe nothing moves: each long stage is one line.
    """
    if quiet:
        yield lambda stage, done, total: None
        return
    if not err.is_terminal:
        yield _plain_progress()
        return
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        console=err,
        transient=True,
    ) as progress:
        tasks: dict[str, TaskID] = {}
        begun: dict[str, float] = {}

        def tell(stage: str, done: int, total: int) -> None:
            now = time.monotonic()
            for other, task in tasks.items():
                if other != stage:
                    progress.update(task, visible=False)
            if stage not in tasks:
                begun[stage] = now
                tasks[stage] = progress.add_task(stage, total=total or None, visible=False)
            progress.update(tasks[stage], completed=done, total=total or None, visible=now - begun[stage] > 2)

        yield tell


def _plain_progress() -> ProgressCallback:
    begun: dict[str, float] = {}
    current: list[str] = []

    def tell(stage: str, done: int, total: int) -> None:
        now = time.monotonic()
        if not current or current[-1] != stage:
            if current and now - begun[current[-1]] > 2:
                err.print(f"  {current[-1]}: {now - begun[current[-1]]:.0f} s")
            current.append(stage)
            begun[stage] = now

    return tell
