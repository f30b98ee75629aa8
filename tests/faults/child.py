"""A command that meets a fault at a named moment: `python -m tests.faults.child FAULT STAGE TIMES WORDS…` runs `headwater WORDS…`.

At the TIMES-th sign of progress whose stage begins with STAGE the fault comes: `kill` ends the process as a power cut does,
`fill` writes the disk full that holds the folder named by FULL in the environment, `wait` says `ready` and waits for a line on
standard input. `none` is an undisturbed run; it writes each stage with its number of signs to standard error.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def fill_the_disk(folder: Path) -> None:
    """Leave no free byte on the disk that holds this folder."""
    with (folder / "filler").open("ab", buffering=0) as handle:
        for size in (1 << 20, 1 << 12, 1):
            with contextlib.suppress(OSError):
                while handle.write(b"\0" * size) == size:
                    pass


def main() -> None:
    fault, where, times = sys.argv[1], sys.argv[2], int(sys.argv[3])
    del sys.argv[1:4]
    from headwater.cli import adjust, desk, work
    from headwater.cli.main import main as run

    signs: Counter[str] = Counter()

    def tell(stage: str, done: int, total: int) -> None:
        signs[stage] += 1
        if not stage.startswith(where) or sum(n for name, n in signs.items() if name.startswith(where)) != times:
            return
        if fault == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        elif fault == "fill":
            fill_the_disk(Path(os.environ["FULL"]))
        elif fault == "wait":
            print("ready", flush=True)
            sys.stdin.readline()

    @contextlib.contextmanager
    def show_progress(**_: Any) -> Iterator[Any]:
        yield tell

    for module in (work, desk, adjust):
        if hasattr(module, "show_progress"):
            module.show_progress = show_progress  # type: ignore[attr-defined]
    try:
        run()
    finally:
        if fault == "none":
            print(*(f"SIGN {name}|{count}" for name, count in signs.items()), sep="\n", file=sys.stderr)


if __name__ == "__main__":
    main()
