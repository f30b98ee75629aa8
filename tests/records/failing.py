"""Loads of one source that fail in a process of their own, which finds them by their names."""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

from headwater.engine import Room
from headwater.records.batch import Closed
from headwater.records.intake import SourceFiles
from headwater.records.load import begin_taking


def begin_killed(told: tuple[Path, Room]) -> Callable[[SourceFiles], Iterator[int | Closed]]:
    """The process that loads crimes is killed when its first batch is whole."""

    def take(work: SourceFiles) -> Iterator[int | Closed]:
        for answer in begin_taking(told)(work):
            if work.mapping.id == "crime" and isinstance(answer, Closed):
                os.kill(os.getpid(), signal.SIGKILL)
            yield answer

    return take


def begin_full(told: tuple[Path, Room]) -> Callable[[SourceFiles], Iterator[int | Closed]]:
    """The disk is full when the second batch of crimes is whole."""

    def take(work: SourceFiles) -> Iterator[int | Closed]:
        batches = 0
        for answer in begin_taking(told)(work):
            batches += isinstance(answer, Closed)
            if work.mapping.id == "crime" and batches == 2:
                raise OSError(errno.ENOSPC, "No space left on device", str(told[0]))
            yield answer

    return take
