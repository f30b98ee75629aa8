"""Can a person who decides remove a closed case whose time is over, wholly, and no other?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from headwater.service.cases.rules import kept_until
from tests.service.conftest import Town, as_admin

pytestmark = pytest.mark.service

NAME = "Zebedee Removable"


def test_a_case_is_kept_six_years_and_to_the_25th_birthday() -> None:
    assert kept_until(date(2020, 2, 29), []) == date(2026, 3, 1)
    assert kept_until(date(2020, 5, 1), [date(1980, 1, 1)]) == date(2026, 5, 1)
    assert kept_until(date(2020, 5, 1), [date(1980, 1, 1), date(2012, 2, 29)]) == date(2037, 3, 1)


def long_closed(town: Town, *, born: date | None = date(1980, 1, 1), years: float = 6.1) -> Any:
    """A case with something in every place, closed long ago."""
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.utils import timezone

    from headwater.service.cases.actions import cases, plan
    from headwater.service.cases.models import Case, Package

    officer, team = town.actor("officer@police"), town.package().team
    case = cases.begin_case(
        acting=officer, team=team, subject={"name": NAME, "born_on": born}, why=f"About {NAME}", review_every=28
    )
    plan.add_document(case, acting=officer, title="Letter", upload=SimpleUploadedFile("a.txt", b"Dear all"))
    told = {"name": f"Mother of {NAME}", "relationship": "x", "age_words": "", "lives_here": True, "suspected": False}
    cases.write_member(case, acting=officer, content=told)
    cases.write_member(case, acting=officer, content=told, member=case.household.get(), gone=True)
    town.referred(case)
    first = town.package()
    first.pk, first.reference, first.subject, first.case = None, "K-removable1", case.subject, case
    first.state, first.why_now = "taken on", f"{NAME} needs help"
    first.save()
    assert Package.objects.filter(case=case).exists()
    cases.close(case, acting=town.actor("sergeant@police"), outcome="better", words=NAME, learned="x")
    Case.objects.filter(pk=case.pk).update(closed_at=timezone.now() - timedelta(365.25 * years))
    return case


def old_words(service: Path) -> int:
    """How many lines of the log still have old values that name the person."""
    held = "SELECT count(*) FROM audit_value WHERE concat(old, new) LIKE %s"
    return int(as_admin(service, held, f"%{NAME}%")[0][0])


@pytest.fixture
def kept(service: Path) -> Any:
    """On real transactions: the eraser has a connection of its own."""
    from headwater.service.audit.actions import acting_as

    with acting_as("test"):
        yield long_closed(Town())


def test_a_case_that_is_due_goes_with_all_that_belongs_to_it_and_the_log_stays(
    kept: Any, service: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from django.apps import apps

    from headwater.cli.main import app
    from headwater.service.audit.actions import name_actor
    from headwater.service.audit.models import Entry as Line
    from headwater.service.cases.models import Case, Package, Subject

    number, letter = kept.pk, service / "documents" / kept.documents.get().file.name
    assert letter.exists()
    lines = Line.objects.filter(case=number).count()
    app(["retention", "--data", str(service)], standalone_mode=False)
    listed = capsys.readouterr().out
    assert kept.reference in listed
    assert NAME not in listed
    why = "Reviewed by the records board"
    app(["retention", "remove", kept.reference, "--why", why, "--yes", "--data", str(service)], standalone_mode=False)
    assert f"{kept.reference} is gone" in capsys.readouterr().out
    name_actor(user=None, agency=None, role="test")
    assert not Case.objects.filter(pk=number).exists()
    assert not Package.objects.filter(reference="K-removable1").exists()
    assert not Subject.objects.filter(name=NAME).exists()
    assert not letter.exists()
    for model in apps.get_app_config("cases").get_models():
        if any(field.name == "case" for field in model._meta.fields):
            assert not model._default_manager.filter(case=number).exists(), model
    assert old_words(service) == 0, "the eraser has forgotten every old value, also of what was deleted earlier"
    assert as_admin(service, "SELECT * FROM audit_faults()") == [], "the log still holds"
    assert Line.objects.filter(case=number).count() > lines
    assert Line.objects.filter(basis=f"decided: {why}").exists()
    held = 'SELECT count(*) FROM audit_value v JOIN audit_entry e ON e.id = v.entry_id WHERE e."case" = %s'
    assert as_admin(service, held, number)[0][0] == 0


def test_a_removal_that_was_stopped_before_the_eraser_goes_on(
    kept: Any, service: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from headwater.service.cases.actions import removal

    def stopped(*_: Any, **__: Any) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(removal, "forget", stopped)
        with pytest.raises(KeyboardInterrupt):
            removal.remove_case(kept.reference, why="Reviewed")
    assert removal.remove_case(kept.reference, why="Reviewed") > 10
    assert old_words(service) == 0


def reopened(town: Town) -> Any:
    from headwater.service.cases.actions.cases import reopen
    from headwater.service.cases.models import Case

    case = long_closed(town)
    reopen(Case.objects.get(pk=case.pk), acting=town.actor("sergeant@police"), why="x")
    return case


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (reopened, "is open"),
        (lambda town: long_closed(town, years=5.9), "is kept until"),
        (lambda town: long_closed(town, born=date(2015, 1, 1)), "is kept until 1 January 2040"),
    ],
)
def test_what_is_open_or_not_due_is_refused(town: Town, make: Callable[[Town], Any], words: str) -> None:
    from headwater.service.cases.actions.removal import cases_to_decide, remove_case
    from headwater.service.cases.models import Case
    from headwater.service.design.send import Refused

    case = make(town)
    assert case.reference not in [one.reference for one in cases_to_decide()]
    with pytest.raises(Refused, match=words):
        remove_case(case.reference, why="x")
    assert Case.objects.filter(pk=case.pk).exists()


@pytest.mark.parametrize("told", ["C-999999", "R-000001", "C-x", "nothing"])
def test_what_is_no_case_is_refused(town: Town, told: str) -> None:
    from headwater.service.cases.actions.removal import remove_case
    from headwater.service.design.send import Refused

    with pytest.raises(Refused, match=r"no case|no reference"):
        remove_case(told, why="x")


@pytest.mark.parametrize("why", ["", "Removable is 45 now"])
def test_a_reason_is_needed_and_names_nobody(town: Town, why: str) -> None:
    from headwater.service.cases.actions.removal import remove_case
    from headwater.service.cases.models import Case
    from headwater.service.design.send import Refused

    case = long_closed(town)
    with pytest.raises(Refused, match="without a name"):
        remove_case(case.reference, why=why)
    assert Case.objects.filter(pk=case.pk).exists()
