"""Does what has had its time go, with its old values, and does nothing else?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.service.conftest import Town, as_admin, run_on_commit

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
    from headwater.service.notices.actions import send_mail
    from headwater.service.notices.models import Mail
    from headwater.service.notices.outbox import GIVE_UP_AFTER
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


@pytest.fixture
def waiting(service: Path) -> Iterator[Any]:
    """A package that waits for a team of nobody, kept for good as in a real installation; what is left of it goes afterwards."""
    from django.db import connection

    from headwater.service.agencies.models import Agency, Team, today
    from headwater.service.audit.actions import name_actor
    from headwater.service.cases.models import Package, Subject

    name_actor(user=None, agency=None, role="test")
    team = Team.objects.create(name="A team of nobody", agency=Agency.objects.get(kind="police"))
    subject = Subject.objects.create(name="Secret Name")
    made = Package.objects.create(
        reference="K-taken-back", subject=subject, team=team, trigger="x", trigger_title="x", run="x", why_now="Secret reason",
        newest_on=today(), content={"secret": "Secret content"}, digest="x",
    )  # fmt: skip
    yield made
    name_actor(user=None, agency=None, role="test")
    Package.objects.filter(reference=made.reference).delete()
    subject.delete()
    team.delete()
    connection.close()


def old_words(folder: Path, table: str, number: int) -> int:
    """How many lines about an item still have their old values."""
    held = "SELECT count(*) FROM audit_value v JOIN audit_entry e ON e.id = v.entry_id WHERE e.item_type = %s AND e.items = ARRAY[%s]"
    return int(as_admin(folder, held, table, str(number))[0][0])


def faults(folder: Path) -> list[Any]:
    return as_admin(folder, "SELECT * FROM audit_faults()")


def test_what_the_desk_takes_back_leaves_no_old_words(service: Path, waiting: Any) -> None:
    from headwater.service.cases.actions.bring import take_back

    assert old_words(service, "cases_package", waiting.pk) == 1
    assert take_back(waiting.reference) == "waiting"
    assert old_words(service, "cases_package", waiting.pk) == 0
    assert faults(service) == []


def test_the_worker_forgets_what_another_process_could_not(
    service: Path, waiting: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from headwater.service.audit import actions
    from headwater.service.cases.actions.bring import take_back
    from headwater.service.retention import forget_what_is_gone

    monkeypatch.setattr(actions, "may_forget", lambda: False)
    take_back(waiting.reference)
    assert old_words(service, "cases_package", waiting.pk) == 2
    assert forget_what_is_gone() >= 2
    assert old_words(service, "cases_package", waiting.pk) == 0
    assert forget_what_is_gone() == 0
    assert faults(service) == []


def test_the_worker_s_clock_forgets_what_is_gone(service: Path, waiting: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from headwater.service.audit import actions
    from headwater.service.cases.actions.bring import take_back
    from headwater.service.running.clocks import look_at_clocks

    monkeypatch.setattr(actions, "may_forget", lambda: False)
    take_back(waiting.reference)
    assert int(str(look_at_clocks()["old values"])) >= 2
    assert old_words(service, "cases_package", waiting.pk) == 0


def test_who_held_a_role_stays_known_after_it_ended(service: Path, waiting: Any) -> None:
    from headwater.service.agencies.models import Membership, User
    from headwater.service.retention import forget_what_is_gone

    user = User.objects.filter(agency=waiting.team.agency).first()
    held = Membership.objects.create(user=user, team=waiting.team, role="officer")
    number = held.pk
    held.delete()
    forget_what_is_gone()
    assert old_words(service, "agencies_membership", number) == 2


def test_somebody_who_is_taken_off_a_household_goes_with_their_old_words(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    from headwater.service.cases.actions.cases import write_member
    from headwater.service.cases.models import Member

    told = forgotten(monkeypatch)
    case = town.case()
    member = Member.objects.create(case=case, name="x", relationship="uncle")
    number = member.pk
    write_member(case, acting=town.actor("officer@police"), content={}, member=member, gone=True)
    run_on_commit()
    assert told == [("cases_member", [number])]
    assert not Member.objects.filter(pk=number).exists()
