"""A process that begins as a copy of one which has loaded all modules and done nothing else: in all else a process like any other.

Hundreds of commands are run to be killed or to fail, and half of what a small one takes is loading the same modules again.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(
    ["headwater.cli.main", "headwater.cli.work", "headwater.triggers.search", "headwater.identity.link", "splink"]
)


def run_copied(
    main: Callable[[], None], words: Sequence[str], environment: Mapping[str, str], folder: Path, seconds: float
) -> subprocess.CompletedProcess[str]:
    """Run `main`, a function of a module, in this folder and environment with these words of a command line, to its end.

    Told as `subprocess.run` tells it. Raises `subprocess.TimeoutExpired` after so many seconds.
    """
    with tempfile.TemporaryDirectory(prefix="headwater-said-") as name:
        said = [Path(name) / "out", Path(name) / "err"]
        process = _CONTEXT.Process(target=_become, args=(main, [*words], {**environment}, folder, said))
        process.start()
        process.join(seconds)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired([*words], seconds)
        out, err = (path.read_text("utf-8") if path.exists() else "" for path in said)
        return subprocess.CompletedProcess([*words], process.exitcode, out, err)


def _become(
    main: Callable[[], None], words: list[str], environment: dict[str, str], folder: Path, said: list[Path]
) -> None:
    """In the copy: see and say what a new process would, and run."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    for place, path in enumerate(said, 1):
        file = os.open(path, os.O_WRONLY | os.O_CREAT)
        os.dup2(file, place)
        os.close(file)
    sys.argv = ["headwater", *words]
    main()
