"""Do lists work with no rows, one and very many; is search forgiving and discreet?"""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest

from tests.service.conftest import Town

pytestmark = pytest.mark.service


def many_cases(town: Town, number: int) -> Any:
    """So many cases of the Dudley team, made as one."""
    from django.db import connection

    from headwater.service.cases.models import Case, CaseSubject, Subject

    case = town.case()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cases_case")
    subjects = Subject.objects.bulk_create(Subject(name=f"Made-up {n:05}", tokens=["made"]) for n in range(number))
    cases = Case.objects.bulk_create(
        Case(team=case.team, opened_by=case.opened_by, why="=1+1", next_review_on=case.next_review_on, lead=case.lead)
        for _ in subjects
    )
    CaseSubject.objects.bulk_create(
        CaseSubject(case=one, subject=subject) for one, subject in zip(cases, subjects, strict=True)
    )
    return case


def test_every_row_of_a_long_list_is_on_exactly_one_page(town: Town) -> None:
    many_cases(town, 173)
    client = town.client("sergeant@police")
    for order in ("moved", "review", "opened"):
        seen: list[str] = []
        address = f"/cases/?order={order}"
        while address:
            page = client.get(address).content.decode()
            seen += re.findall(r'href="/cases/(\d+)/"', page)
            following = re.search(r'rel="next" href="([^"]+)"', page)
            address = f"/cases/{following[1].replace('&amp;', '&')}" if following else ""
        assert len(seen) == len(set(seen)) >= 174, order
    back = re.search(r'rel="prev" href="([^"]+)"', page)
    assert back
    assert client.get(f"/cases/{back[1].replace('&amp;', '&')}").content.decode().count("<tr role") >= 51


def test_the_inbox_can_be_read_by_the_day_on_which_an_answer_is_due(town: Town) -> None:
    from headwater.service.agencies.models import today
    from headwater.service.cases.models import Package

    first = town.package()
    for number, days in enumerate((None, 3, 1)):
        Package.objects.create(
            reference=f"K-due{number}", subject=first.subject, team=first.team, trigger="tipt", trigger_title="TIPT", run="r", why_now="x",
            newest_on=today(), content=first.content, digest="d", answer_by=today() + timedelta(days) if days else None,
        )  # fmt: skip
    Package.objects.filter(pk=first.pk).update(answer_by=today() + timedelta(2))
    page = town.client("sergeant@police").get("/inbox/?order=due").content.decode()
    assert re.findall(r"K-(due\d|example0001)/", page) == ["due2", "example0001", "due1", "due0"]


def test_a_list_says_what_to_do_when_it_is_empty(town: Town) -> None:
    assert "No package waits" in town.client("sergeant-coventry@police").get("/inbox/").content.decode()
    assert "Show open cases" in town.client("sergeant@police").get("/cases/?q=nobody").content.decode()


def test_an_export_holds_what_the_list_shows_is_logged_and_starts_no_formula(town: Town) -> None:
    from headwater.service.audit.models import Entry

    case = town.case()
    subject = case.subject
    subject.name = "=cmd()"
    subject.save()
    answer = town.client("sergeant@police").get("/cases/?format=csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][:2] == ["Case", "Name"]
    assert "'=cmd()" in {row[1] for row in rows}
    line = Entry.objects.filter(verb="export").latest("id")
    assert str(case.pk) in line.items


def test_an_export_that_is_cut_says_so_in_its_last_line(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    from headwater.service.audit.models import Entry
    from headwater.service.design import lists

    many_cases(town, 4)
    monkeypatch.setattr(lists, "EXPORTED_TO", 3)
    answer = town.client("sergeant@police").get("/cases/?format=csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 1 + 3 + 1
    assert "was cut here" in rows[-1][0]
    line = Entry.objects.filter(verb="export").latest("id")
    assert len(line.items) == 3


@pytest.mark.parametrize(
    "words", ["Jordan Example", "jordan", "Jordn Exampel", "EXAMPLE", "Jordy", "made-up house dudley"]
)
def test_search_forgives_one_slip_in_a_word(town: Town, words: str) -> None:
    case = town.case()
    page = town.client("officer@police").get("/search/", {"q": words}).content.decode()
    assert case.reference in page, words


@pytest.mark.parametrize("words", ["Jrdn Exmple", "Smith", "C-999999", "%", "'; DROP TABLE", "\x00"])
def test_search_finds_no_more_than_that(town: Town, words: str) -> None:
    case = town.case()
    answer = town.client("officer@police").get("/search/", {"q": words})
    assert answer.status_code in (200, 400)
    assert case.reference not in answer.content.decode()


def test_a_withheld_address_finds_nobody(town: Town) -> None:
    case = town.case()
    subject = case.subject
    subject.address_withheld = True
    subject.save()
    assert case.reference not in town.client("officer@police").get("/search/", {"q": "made-up house"}).content.decode()


def test_a_later_run_adds_what_is_new_and_overwrites_nothing_of_people(town: Town) -> None:
    from datetime import timedelta

    from headwater.service.agencies.models import today
    from headwater.service.cases.actions.bring import bring_in
    from headwater.service.cases.actions.cases import write_wishes
    from headwater.service.cases.models import Package
    from headwater.service.demo.example import make_example

    package = town.package()
    same = make_example(package.team.lake_team, package.team.name, "Dudley", today())
    again = bring_in([same], run="again")
    assert (again.new, again.updated, again.unchanged, again.without_team) == (0, 0, 1, 0)
    case = town.case()
    write_wishes(case, acting=town.actor("officer@police"), wishes="Cars.", strengths="", needs="")
    kind = same.evidence[1]
    item = kind.items[0].model_copy(
        update={"evidence_id": "EV-new", "occurred_on": today() - timedelta(1), "sentence": "Missing once more."}
    )
    later = same.model_copy(
        update={
            "evidence": [same.evidence[0], kind.model_copy(update={"items": [*kind.items, item]}), *same.evidence[2:]]
        }
    )
    assert bring_in([later], run="later").updated == 1
    fresh = Package.objects.get(reference=package.reference)
    assert fresh.news[-1]["added"] == ["Missing once more."]
    assert fresh.state == "taken on"
    case.refresh_from_db()
    assert case.wishes == "Cars."
    assert case.entries.filter(kind="news", text__contains="Missing once more.").exists()


def test_a_draft_never_comes_in(town: Town) -> None:
    from headwater.service.agencies.models import today
    from headwater.service.cases.actions.bring import bring_in
    from headwater.service.demo.example import make_example
    from headwater.triggers.handover import NotConfirmed

    draft = make_example("DY07", "x", "Dudley", today()).model_copy(
        update={"status": "draft", "confirmed": None, "package_id": "K-draft"}
    )
    with pytest.raises(NotConfirmed):
        bring_in([draft], run="x")


def test_who_manages_finds_the_caseload_in_the_navigation(town: Town) -> None:
    for key, finds in (("sergeant@police", True), ("charity-manager@charity", True), ("pcso@police", False)):
        page = town.client(key).get("/").content.decode()
        menu = page.partition('aria-label="Main"')[2].partition("</nav>")[0]
        assert ('href="/caseload/"' in menu) is finds, key
