"""Does a clock that fails keep no other from going, and is a mail that went never sent again?"""

from __future__ import annotations

import logging
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from tests.service.conftest import Town

pytestmark = pytest.mark.service

WORDS = "Jordan Example"


def fail() -> int:
    raise ValueError(f"violates: {WORDS}")


def test_a_retention_that_fails_stops_no_other_clock_and_sends_no_mail_twice(
    service: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """On real transactions: what one clock has done is kept, whatever the next does."""
    from django.core import mail
    from django.utils import timezone

    from headwater.service import retention
    from headwater.service.audit.actions import acting_as
    from headwater.service.notices.models import Mail
    from headwater.service.running.clocks import look_at_clocks

    monkeypatch.setattr(retention, "remove_expired", fail)
    with acting_as("test"):
        waiting = Mail.objects.create(to="x@nowhere.example", subject="Once", body="x")
        Mail.objects.filter(pk=waiting.pk).update(at=timezone.now() - timedelta(minutes=9))
    mail.outbox = []
    try:
        with caplog.at_level(logging.ERROR, "headwater.clocks"):
            first, second = look_at_clocks(), look_at_clocks()
        assert "retention" not in first | second
        assert {"mails", "urgent notices", "referrals", "work of people who moved"} <= set(first)
        assert [one.subject for one in mail.outbox].count("Once") == 1
        waiting.refresh_from_db()
        assert waiting.sent_at is not None
        assert "The clock of retention has failed: ValueError" in caplog.text
        assert WORDS not in caplog.text
    finally:
        with acting_as("test"):
            waiting.delete()


def test_each_mail_is_kept_by_itself(service: Path) -> None:
    """A mail that cannot even be written (its subject has two lines) costs the next one nothing."""
    from django.core import mail
    from django.utils import timezone

    from headwater.service.audit.actions import acting_as
    from headwater.service.notices.models import Mail
    from headwater.service.notices.outbox import deliver_late_mails

    mail.outbox = []
    with acting_as("test"):
        made = [Mail.objects.create(to="x@nowhere.example", subject=words, body="x") for words in ("a\nb", "Good")]
        Mail.objects.filter(pk__in=[one.pk for one in made]).update(at=timezone.now() - timedelta(minutes=9))
        try:
            deliver_late_mails()
            found = {one.subject: (one.attempts, one.sent_at is not None, one.fault) for one in Mail.objects.all()}
        finally:
            Mail.objects.filter(pk__in=[one.pk for one in made]).delete()
    assert found["a\nb"] == (1, False, "BadHeaderError")
    assert found["Good"][:2] == (1, True)


def test_two_workers_do_not_look_at_the_clocks_together(service: Path) -> None:
    from django.db import connection

    from headwater.service.running.clocks import look_at_clocks

    inside, leave = threading.Event(), threading.Event()
    seen: list[dict[str, object]] = []

    def wait() -> int:
        inside.set()
        leave.wait(20)
        return 1

    def first() -> None:
        seen.append(look_at_clocks(clocks={"waits": wait}))
        connection.close()

    other = threading.Thread(target=first)
    other.start()
    assert inside.wait(20)
    assert look_at_clocks(clocks={"one": lambda: 1}) == {}
    leave.set()
    other.join()
    assert seen == [{"waits": 1}]
    assert look_at_clocks(clocks={"one": lambda: 1}) == {"one": 1}
    connection.close()


def test_of_a_task_that_failed_only_kind_and_place_are_kept(town: Town) -> None:
    from django_tasks_db.models import DBTaskResult

    from headwater.service.notices.tasks import deliver

    deliver.enqueue(0)
    task = DBTaskResult.objects.latest("enqueued_at")
    try:
        fail()
    except ValueError as fault:
        task.set_failed(fault)
    task.refresh_from_db()
    assert task.status == "FAILED"
    assert task.traceback.startswith("ValueError")
    assert "in fail" in task.traceback
    assert WORDS not in task.traceback
