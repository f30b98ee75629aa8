"""How does the command line speak? Results on standard output, everything else on standard error."""

from __future__ import annotations

import json
import logging
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from headwater.engine import Progress as ProgressCallback


class _Out(Console):
    """Standard output. Whoever reads it may stop reading (`| head`): that is no fault."""

    def on_broken_pipe(self) -> None:
        self.quiet = True
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(OK)


out = _Out(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

OK = 0
FAULT = 1
USAGE = 2
BAD_INPUT = 3
LAKE = 4
BUSY = 5
STOPPED = 130

EXIT_CODES = {
    OK: "done",
    FAULT: "an error inside Headwater: please report it",
    USAGE: "the command or a setting was not understood",
    BAD_INPUT: "what was named cannot be used or is not there (a file, a mapping, a trigger, a package); nothing was changed",
    LAKE: "the lake folder cannot be used, holds nothing yet, or there is no room for the work",
    BUSY: "another run is working on this lake",
    STOPPED: "stopped by hand; what was finished is kept",
}

log = logging.getLogger("headwater")


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, message and fields; never names, dates of birth or text of records.

    Of an exception only its places in the code are written: its message may hold a value from a record.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line for one record."""
        line: dict[str, Any] = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
        }
        line.update(getattr(record, "fields", {}))
        if record.exc_info and record.exc_info[2]:
            frames = traceback.extract_tb(record.exc_info[2])
            line["where"] = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
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

    A stage is drawn only once it has lasted two seconds. On a pipe nothing moves: a long stage says every ten seconds
    how far it is and what is left, and how long it took.
    """
    if quiet:
        yield lambda stage, done, total: None
        return
    if not err.is_terminal:
        plain = PlainProgress(lambda line: err.print(line, markup=False))
        try:
            yield plain.tell
        finally:
            plain.end()
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


class PlainProgress:
    """Progress as lines of text, for a pipe or a file. `say` writes a line, `clock` gives seconds."""

    def __init__(self, say: Callable[[str], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._say, self._clock = say, clock
        self._stage: str | None = None
        self._begun = self._said = 0.0

    def tell(self, stage: str, done: int, total: int) -> None:
        """Take note of how far a stage is; speak when it has been quiet for ten seconds."""
        now = self._clock()
        if stage != self._stage:
            self.end()
            self._stage, self._begun, self._said = stage, now, now
        elif now - self._said >= 10:
            self._said = now
            self._say(f"  {stage}: {how_far(done, total, now - self._begun)}")

    def end(self) -> None:
        """Say how long the stage took, when it took more than two seconds."""
        if self._stage is not None and (taken := self._clock() - self._begun) > 2:
            self._say(f"  {self._stage}: {taken:.0f} s")
        self._stage = None


def how_far(done: int, total: int, taken: float) -> str:
    """How far a stage is, in words: the share that is done and the time left at the pace so far."""
    if not total or not done:
        return f"{taken:.0f} s so far"
    left = taken * (total - done) / done
    return f"{100 * done // total} %, {taken:.0f} s so far, about {left:.0f} s left"
