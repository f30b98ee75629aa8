"""The worker: tasks as they come, and clocks once a minute. `python -m headwater.service.running.work DATA [PARENT]`."""

from __future__ import annotations

import itertools
import logging
import sys
import threading
import time
from pathlib import Path

from headwater.service.running.clocks import look_at_clocks
from headwater.service.running.parent import end_with
from headwater.service.running.prepare import check_guards, check_tables, database_up

log = logging.getLogger("headwater.worker")
EVERY = 60
"""Seconds between two looks at the clocks."""

SLOW_EVERY = 10
"""Looks between two looks at the slow clocks."""


def work(data: Path, *, parent: int | None = None) -> None:
    """Work until stopped; ends by itself when `parent` is gone. Raises NotReady, DatabaseFault, SecretError."""
    with database_up(data):
        check_tables()
        check_guards()
        from django.core.management import call_command
        from django.db import connections

        connections.close_all()
        threading.Thread(target=_watch_clocks, daemon=True, name="clocks").start()
        if parent is not None:
            end_with(parent)
        call_command("db_worker", interval=1, verbosity=0)


def _watch_clocks() -> None:
    from django.db import connections

    for look in itertools.count():
        try:
            look_at_clocks(slow=look % SLOW_EVERY == 0)
        except Exception as fault:  # A fault of one minute must not end the next.
            log.error("The clocks could not be looked at: %s", type(fault).__name__)
        connections.close_all()
        time.sleep(EVERY)


if __name__ == "__main__":
    work(Path(sys.argv[1]), parent=int(sys.argv[2]) if len(sys.argv) > 2 else None)
