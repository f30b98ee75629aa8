"""Work for processes of their own, which find it by its name."""

from __future__ import annotations

import errno
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path


def begin_squaring(told: int) -> Callable[[int], list[tuple[int, int]]]:
    """The square of a number, with what was told added, and who found it."""
    return lambda piece: [(piece * piece + told, os.getpid())]


def begin_failing(told: str) -> Callable[[int], Iterator[int]]:
    """Writes to a full disk at piece 3."""

    def do(piece: int) -> Iterator[int]:
        if piece == 3:
            raise OSError(errno.ENOSPC, "No space left on device", told)
        yield piece

    return do


def begin_nothing(told: str) -> Callable[[int], Iterator[int]]:
    """Cannot begin."""
    raise ValueError(told)


def begin_dying(told: None) -> Callable[[int], Iterator[int]]:
    """Is killed at piece 3."""

    def do(piece: int) -> Iterator[int]:
        if piece == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        yield piece

    return do


def begin_telling(told: Path) -> Callable[[int], Iterator[int]]:
    """Writes its number to a file of that folder, then takes its time and looks whether its caller is there."""

    def do(piece: int) -> Iterator[int]:
        from headwater.engine.processes import alone

        (told / str(os.getpid())).touch()
        while not alone():
            time.sleep(0.01)
        raise SystemExit
        yield piece

    return do


def begin_counting(told: None) -> Callable[[int], Iterator[tuple[int, int]]]:
    """Answers as often as the piece says."""
    return lambda piece: ((piece, number) for number in range(piece))
