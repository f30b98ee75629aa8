"""Does what has had its time go, with its old values, and does nothing else?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.service.conftest import Town, run_on_commit

pytestmark = pytest.mark.service


def long_ago(days: int) -> Any:
    from django.utils import timezone

    return timezone.now() - timedelta(days)


def forgotten(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, list[int]]]:
    """What the eraser is asked to forget; its own connection cannot see rows of a test that is rolled back."""
    from headwater.service.audit import actions

    told: list[tuple[str, list[int]]] = []
    monkeypatch.setattr(actions, "forget", lambda table, items, why: told.append((table, list(items))))
    return told


def test_old_mails_and_notices_go_with_their_old_values(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    from headwater.service.notices.models import Mail, Notice
    from headwater.service.retention import remove_expired

    told = forgotten(monkeypatch)
    case = town.case()
    town.referred(case)
    mail, notice = Mail.objects.latest("id"), Notice.objects.latest("id")
    Mail.objects.filter(pk=mail.pk).update(sent_at=long_ago(31))
    Notice.objects.filter(pk=notice.pk).update(acknowledged_at=long_ago(91))
    remove_expired()
    run_on_commit()
    assert ("notices_mail", [mail.pk]) in told
    assert ("notices_notice", [notice.pk]) in told
    assert not Mail.objects.filter(pk=mail.pk).exists()


def test_a_mail_that_could_never_be_sent_is_not_kept(town: Town) -> None:
    """It holds a link; the address may be wrong."""
    from headwater.service.notices.actions import GIVE_UP_AFTER, send_mail
    from headwater.service.notices.models import Mail
    from headwater.service.retention import remove_expired

    mail = send_mail("x@nowhere.example", "x", more="Your code is 123456.")
    Mail.objects.filter(pk=mail.pk).update(attempts=GIVE_UP_AFTER, at=long_ago(31))
    remove_expired()
    assert not Mail.objects.filter(pk=mail.pk).exists()


def test_what_was_not_taken_on_goes_even_where_no_search_lies_beside_the_service(town: Town) -> None:
    from headwater.service.cases.models import Package, Subject
    from headwater.service.retention import NOT_TAKEN_ON_DAYS, remove_expired

    package = town.package()
    sent = town.client("sergeant@police").post(f"/packages/{package.reference}/not-needed/", {"reason": "moved"})
    assert sent.status_code == 302
    Package.objects.filter(pk=package.pk).update(decided_at=long_ago(2 * NOT_TAKEN_ON_DAYS + 1), returned_at=None)
    remove_expired()
    remove_expired()
    assert not Package.objects.filter(pk=package.pk).exists()
    assert not Subject.objects.filter(pk=package.subject_id).exists()


def test_traces_of_sittings_go(town: Town) -> None:
    from allauth.usersessions.models import UserSession
    from django.contrib.sessions.models import Session
    from django_tasks_db.models import DBTaskResult

    from headwater.service.notices.tasks import deliver
    from headwater.service.retention import remove_expired

    user = town.user("officer@police")
    Session.objects.create(session_key="old", session_data="x", expire_date=long_ago(1))
    Session.objects.create(session_key="new", session_data="x", expire_date=long_ago(-1))
    for key, days in (("old", 3), ("new", 0)):
        made = UserSession.objects.create(user=user, session_key=key, ip="192.0.2.1", user_agent="x")
        UserSession.objects.filter(pk=made.pk).update(created_at=long_ago(days))
    deliver.enqueue(0)
    task = DBTaskResult.objects.latest("enqueued_at")
    DBTaskResult.objects.filter(pk=task.pk).update(status="SUCCESSFUL", finished_at=long_ago(31))
    remove_expired()
    assert list(Session.objects.filter(session_key__in=["old", "new"]).values_list("session_key", flat=True)) == ["new"]
    assert list(UserSession.objects.filter(user=user).values_list("session_key", flat=True)) == ["new"]
    assert not DBTaskResult.objects.filter(pk=task.pk).exists()


def test_nothing_that_is_worked_on_goes(town: Town) -> None:
    from django.apps import apps

    from headwater.service.retention import remove_expired
    from tests.service.test_stranger import make_ids

    make_ids(town)
    models = list(apps.get_app_config("cases").get_models())
    before = {model: model._default_manager.count() for model in models}
    remove_expired()
    assert {model: model._default_manager.count() for model in models} == before
