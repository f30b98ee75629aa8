"""End with the process that started this one: when it was killed, no half of a service goes on answering."""

from __future__ import annotations

import os
import threading
import time


def end_with(parent: int) -> None:
    """From now on, end this process as soon as `parent` is gone."""
    threading.Thread(target=_watch, args=(parent,), daemon=True, name="parent-watch").start()


def _watch(parent: int) -> None:
    while True:
        try:
            os.kill(parent, 0)
        except ProcessLookupError:
            os._exit(0)
        time.sleep(2)
