"""Work for processes of their own, which find it by its name."""

from __future__ import annotations

import errno
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path


def begin_squaring(told: int) -> Callable[[int], tuple[int, int]]:
    """The square of a number, with what was told added, and who found it."""
    return lambda piece: (piece * piece + told, os.getpid())


def begin_failing(told: str) -> Callable[[int], int]:
    """Writes to a full disk at piece 3."""

    def do(piece: int) -> int:
        if piece == 3:
            raise OSError(errno.ENOSPC, "No space left on device", told)
        return piece

    return do


def begin_nothing(told: str) -> Callable[[int], int]:
    """Cannot begin."""
    raise ValueError(told)


def begin_dying(told: None) -> Callable[[int], int]:
    """Is killed at piece 3."""

    def do(piece: int) -> int:
        if piece == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        return piece

    return do


def begin_telling(told: Path) -> Callable[[int], int]:
    """Writes its number to a file of that folder, then takes its time and looks whether its caller is there."""

    def do(piece: int) -> int:
        from headwater.engine.processes import alone

        (told / str(os.getpid())).touch()
        while not alone():
            time.sleep(0.01)
        raise SystemExit

    return do
