"""A command that meets a fault at a named moment: `python -m tests.faults.child FAULT STAGE TIMES WORDS…` runs `headwater WORDS…`.

At the TIMES-th sign of progress whose stage begins with STAGE the fault comes: `kill` ends the process as a power cut does,
`fill` writes the disk full that holds the folder named by FULL in the environment, `limit` lets no file of the process grow any
more, `wait` says `ready` and waits for a line on standard input. `kill inside` ends the process at the TIMES-th step inside such a
stage, DELAY seconds (of the environment) after the step has begun: a step is a statement of the engine, or a file that is opened
for writing, renamed or removed. `none` is an undisturbed run; it writes each stage with its number of signs and of steps to
standard error. With SPREAD in the environment two processes make the drafts, however few there are.
"""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any


def fill_the_disk(folder: Path) -> None:
    """Leave no free byte on the disk that holds this folder."""
    with (folder / "filler").open("ab", buffering=0) as handle:
        for size in (1 << 20, 1 << 12, 1):
            with contextlib.suppress(OSError):
                while handle.write(b"\0" * size) == size:
                    pass


def let_files_grow(size: int) -> None:
    """Let this process write files of up to so many bytes; of the kernel's faults it hears as of any other (EFBIG)."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))


def end() -> None:
    """As a power cut does."""
    os.kill(os.getpid(), signal.SIGKILL)


def watch_steps(step: Callable[[], None]) -> None:
    """Call `step` as each step begins."""
    from headwater.engine import DuckDBEngine

    for name in ("run", "fetch", "_count", "write_parquet"):
        setattr(DuckDBEngine, name, counted(getattr(DuckDBEngine, name), step))

    def audit(event: str, told: tuple[Any, ...]) -> None:
        writes = event in ("os.rename", "os.remove") or (event == "open" and str(told[1] or "r")[0] in "wxa")
        if writes and "__pycache__" not in str(told[0]):  # What Python has compiled it keeps in the first run only.
            step()

    sys.addaudithook(audit)


def counted(method: Callable[..., Any], step: Callable[[], None]) -> Callable[..., Any]:
    """The method, with a call of `step` before it."""

    def call(*told: Any, **named: Any) -> Any:
        step()
        return method(*told, **named)

    return call


def main() -> None:
    fault, where, times = sys.argv[1], sys.argv[2], int(sys.argv[3])
    del sys.argv[1:4]
    from headwater.cli import adjust, desk, work
    from headwater.cli import main as run

    entry = sys.modules["headwater.cli.main"]
    signs: Counter[str] = Counter()
    steps: Counter[str] = Counter()
    now = ""

    def step() -> None:
        steps[now] += 1
        if fault == "kill inside" and now.startswith(where) and steps[now] == times:
            threading.Timer(float(os.environ["DELAY"]), end).start()

    if fault in ("none", "kill inside"):
        watch_steps(step)

    def tell(stage: str, done: int, total: int) -> None:
        nonlocal now
        now = stage
        signs[stage] += 1
        if not stage.startswith(where) or sum(n for name, n in signs.items() if name.startswith(where)) != times:
            return
        if fault == "kill":
            end()
        elif fault == "fill":
            fill_the_disk(Path(os.environ["FULL"]))
        elif fault == "limit":
            let_files_grow(0)
        elif fault == "wait":
            print("ready", flush=True)
            sys.stdin.readline()

    @contextlib.contextmanager
    def show_progress(**_: Any) -> Iterator[Any]:
        yield tell

    def say(text: str, told: Callable[[str], None] = entry._say) -> None:
        let_files_grow(resource.RLIM_INFINITY)  # What is said may go to a file.
        told(text)

    if fault == "limit":
        entry._say = say
    if "SPREAD" in os.environ:
        from headwater.triggers.runs import drafting

        drafting._WORTH, drafting._SHARE = 0, 1
        drafting.count_cores = lambda: 2  # type: ignore[attr-defined]
    for module in (work, desk, adjust):
        if hasattr(module, "show_progress"):
            module.show_progress = show_progress  # type: ignore[attr-defined]
    try:
        run()
    finally:
        if fault == "none":
            print(*(f"SIGN {name}|{count}|{steps[name]}" for name, count in signs.items()), sep="\n", file=sys.stderr)


if __name__ == "__main__":
    main()
