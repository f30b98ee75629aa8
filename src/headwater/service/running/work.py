"""The worker: tasks as they come, and clocks once a minute. `python -m headwater.service.running.work DATA [PARENT]`."""

from __future__ import annotations

import itertools
import logging
import os
import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from headwater.service.running.prepare import check_guards, database_up

log = logging.getLogger("headwater.worker")
EVERY = 60
"""Seconds between two looks at the clocks."""

REMOVE_EVERY = 10
"""Looks between two removals: periods of days need no minute, and to find what nobody refers to whole tables are read."""


def work(data: Path, *, parent: int | None = None) -> None:
    """Work until stopped; ends by itself when `parent` is gone. Raises NotReady, DatabaseFault, SecretError."""
    with database_up(data):
        check_guards()
        from django.core.management import call_command
        from django.db import connections

        connections.close_all()
        threading.Thread(target=_watch_clocks, daemon=True, name="clocks").start()
        if parent is not None:
            threading.Thread(target=_end_with, args=(parent,), daemon=True, name="parent-watch").start()
        call_command("db_worker", interval=1, verbosity=0)


def look_at_clocks(*, remove: bool = True) -> dict[str, int]:
    """Everything that is due by now: mails that wait, urgent notices, referrals without an answer, answers to the search, retention."""
    from django.conf import settings
    from django.db import connection, transaction

    from headwater.service.agencies.actions import remind_of_reviews
    from headwater.service.audit.actions import acting_as
    from headwater.service.audit.witness import is_due, keep_head
    from headwater.service.cases.actions.feedback import return_answers
    from headwater.service.cases.actions.referrals import watch_clocks
    from headwater.service.notices.actions import deliver_late_mails, escalate_urgent
    from headwater.service.retention import forget_what_is_gone, remove_expired

    if is_due(settings.DATA):
        keep_head(settings.DATA)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(7238202)")  # One worker at a time looks at the clocks.
        if cursor.fetchone() != (True,):
            return {}
        with acting_as("worker: clocks"):
            escalated, lapsed = watch_clocks()
            done = {
                "mails": deliver_late_mails(), "notices": escalate_urgent(), "escalated": escalated, "lapsed": lapsed, "answers": return_answers(),
                "removed": remove_expired() if remove else 0,
                "reminders": remind_of_reviews(_tell_of_review),
            }  # fmt: skip
    return done | {"forgotten": forget_what_is_gone() if remove else 0}


def _tell_of_review(users: Iterable[Any], words: str, agreement: Any) -> None:
    from django.urls import reverse

    from headwater.service.notices.actions import tell

    tell(users, words, link=reverse("agreement", args=[agreement.pk]))


def _watch_clocks() -> None:
    from django.db import connections

    for look in itertools.count():
        try:
            look_at_clocks(remove=look % REMOVE_EVERY == 0)
        except Exception as fault:  # A fault of one minute must not end the next.
            log.error("The clocks could not be looked at: %s", type(fault).__name__)
        connections.close_all()
        time.sleep(EVERY)


def _end_with(parent: int) -> None:
    while True:
        try:
            os.kill(parent, 0)
        except ProcessLookupError:
            os._exit(0)
        time.sleep(2)


if __name__ == "__main__":
    work(Path(sys.argv[1]), parent=int(sys.argv[2]) if len(sys.argv) > 2 else None)
