"""Does any page ask the database more than fifteen questions, however long its lists? Walked from the map of addresses."""

from __future__ import annotations

from typing import Any

import pytest

from tests.service.conftest import Town
from tests.service.test_stranger import fill, ids, ours  # noqa: F401 - `ids` is a fixture

pytestmark = pytest.mark.service

MOST = 15
READERS = (
    "sergeant@police",
    "officer@police",
    "partnership@police",
    "administrator@police",
    "auditor@police",
    "analyst@police",
    "teacher@school",
)


def asked(client: Any, address: str) -> list[str]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as caught:
        client.get(address)
    return [
        query["sql"]
        for query in caught.captured_queries
        if not query["sql"].startswith(("SAVEPOINT", "RELEASE", "ROLLBACK"))
    ]


def test_no_page_asks_more_than_fifteen_questions(town: Town, ids: dict[str, dict[str, Any]]) -> None:  # noqa: F811
    from headwater.service.cases.models import Case

    many_cases_beside(Case.objects.get(pk=ids["cases"]["number"]))
    clients = {key: town.client(key) for key in READERS}
    over = {}
    for route, pattern in ours():
        address = fill(route, pattern, ids)
        for key, client in clients.items():
            client.get(address)  # Templates are compiled, the session has been seen.
            queries = asked(client, address)
            if len(queries) > MOST:
                over[f"{address} for {key}"] = (len(queries), queries)
    assert not over, "\n".join(
        f"{name}: {count}\n  " + "\n  ".join(sql[:160] for sql in queries) for name, (count, queries) in over.items()
    )


def many_cases_beside(case: Any) -> None:
    from headwater.service.cases.models import Case, CaseSubject, Subject

    subjects = Subject.objects.bulk_create(Subject(name=f"Made-up {n}", tokens=["made"]) for n in range(60))
    made = Case.objects.bulk_create(
        Case(team=case.team, opened_by=case.opened_by, why="x", next_review_on=case.next_review_on, lead=case.lead)
        for _ in subjects
    )
    CaseSubject.objects.bulk_create(
        CaseSubject(case=one, subject=subject) for one, subject in zip(made, subjects, strict=True)
    )
