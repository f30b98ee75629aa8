"""Where does an engine put what does not fit in memory? A folder of its own, swept when its process is gone."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

_PREFIX = "headwater-spill-"


def open_scratch(folder: Path | None) -> tempfile.TemporaryDirectory[str]:
    """A new folder below `folder` (or the system's), readable by its owner only; removes what dead processes left there."""
    if folder:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _sweep(folder)
    return tempfile.TemporaryDirectory(prefix=f"{_PREFIX}{os.getpid()}-", dir=folder, ignore_cleanup_errors=True)


def _sweep(folder: Path) -> None:
    """Remove what processes that no longer run have spilled."""
    for left in folder.glob(f"{_PREFIX}*"):
        number = left.name.removeprefix(_PREFIX).split("-")[0]
        if number.isdigit() and not is_running(int(number)):
            shutil.rmtree(left, ignore_errors=True)


def is_running(process: int) -> bool:
    """Whether a process of this number runs on this machine."""
    if process <= 0:
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
