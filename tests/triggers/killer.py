"""`headwater WORDS…` that kills itself as a power cut would, just before it writes, renames or has removed a certain file.

The first word says which, as a pattern over "write PATH", "rename PATH" and "remove FOLDER"; where it is empty nothing happens. A folder
is left when two of its files are gone.
"""

from __future__ import annotations

import os
import re
import signal
import sys
from pathlib import Path
from typing import Any


def main() -> None:
    where = re.compile(sys.argv.pop(1))
    removed: int | None = None

    def watch(event: str, told: tuple[Any, ...]) -> None:
        nonlocal removed
        doing = ""
        if event == "os.rename":
            doing = f"rename {os.fspath(told[1])}"
        elif event == "open" and isinstance(told[0], (str, os.PathLike)) and str(told[1] or "r")[0] in "wxa":
            doing = f"write {os.fspath(told[0])}"
        elif event == "shutil.rmtree":
            if where.search(f"remove {os.fspath(told[0])}") and Path(told[0]).is_dir():
                removed = 0
        elif event == "os.remove" and removed is not None:
            removed += 1
        else:
            return
        if removed == 3 or (doing and where.search(doing)):
            os.kill(os.getpid(), signal.SIGKILL)

    if where.pattern:
        sys.addaudithook(watch)
    from headwater.cli import main as run

    run()
