"""What is due by now? Each clock by itself: one that fails is told of in the service's log and keeps no other from going."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

log = logging.getLogger("headwater.clocks")

ONE_AT_A_TIME = 7238202
"""The number of the lock that one worker holds while it looks at the clocks."""

Clock = Callable[[], object]


def look_at_clocks(*, slow: bool = True, clocks: Mapping[str, Clock] | None = None) -> dict[str, object]:
    """Let every clock go that is due, and say what each did; a clock that failed says nothing. Without the slow ones unless told. Nothing
    is done while another worker is at it."""
    from headwater.service.audit.actions import acting_as
    from headwater.service.config.faults import kind_and_places

    done: dict[str, object] = {}
    with _alone() as alone:
        for name, clock in (clocks or (every_clock() | (slow_clocks() if slow else {}))).items() if alone else ():
            try:
                with acting_as("worker: clocks"):
                    done[name] = clock()
            except Exception as fault:
                log.error("The clock of %s has failed: %s", name, kind_and_places(fault))
    return done


def every_clock() -> dict[str, Clock]:
    """What is looked at each minute. Mails come last, because a mail server can take its time."""
    from headwater.service.agencies.actions import remind_of_reviews
    from headwater.service.cases.actions.feedback import return_answers
    from headwater.service.cases.actions.referral_clock import watch_clocks
    from headwater.service.notices.actions import escalate_urgent
    from headwater.service.notices.outbox import deliver_late_mails

    return {
        "the end of the log": _keep_head, "urgent notices": escalate_urgent, "referrals": watch_clocks, "answers to the search": return_answers,
        "reviews of agreements": lambda: remind_of_reviews(_tell_of_review), "mails": deliver_late_mails,
    }  # fmt: skip


def slow_clocks() -> dict[str, Clock]:
    """What counts days and reads whole tables: no minute is needed."""
    from headwater.service.cases.actions.people import hand_back_lost_work
    from headwater.service.retention import forget_what_is_gone, remove_expired

    return {
        "work of people who moved": hand_back_lost_work,
        "retention": remove_expired,
        "old values": forget_what_is_gone,
    }


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether nobody else looks at the clocks now; held over all their transactions, and gone with the connection."""
    from django.db import connection

    def ask(words: str) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {words}(%s)", [ONE_AT_A_TIME])
            return bool(cursor.fetchone()[0])

    got = ask("pg_try_advisory_lock")
    try:
        yield got
    finally:
        if got:
            ask("pg_advisory_unlock")


def _keep_head() -> bool:
    from django.conf import settings

    from headwater.service.audit.witness import is_due, keep_head

    if due := is_due(settings.DATA):
        keep_head(settings.DATA)
    return due


def _tell_of_review(users: Iterable[Any], words: str, agreement: Any) -> None:
    from django.urls import reverse

    from headwater.service.notices.actions import tell

    tell(users, words, link=reverse("agreement", args=[agreement.pk]))
