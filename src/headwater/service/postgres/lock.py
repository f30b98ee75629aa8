"""Locks as files: one is gone with its process, also after kill -9."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def shared(path: Path) -> Iterator[None]:
    """Hold the lock together with others until the block ends; waits while somebody holds it alone."""
    with _held(path, fcntl.LOCK_SH):
        yield


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold the lock alone until the block ends; waits for everybody who holds it."""
    with _held(path, fcntl.LOCK_EX):
        yield


def is_held(path: Path) -> bool:
    """Whether somebody holds the lock, alone or with others."""
    try:
        with _held(path, fcntl.LOCK_EX | fcntl.LOCK_NB):
            return False
    except BlockingIOError:
        return True


@contextmanager
def _held(path: Path, how: int) -> Iterator[None]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, how)
        yield
    finally:
        os.close(descriptor)
