"""Does any page ask the database more than fifteen questions, however long its lists? Walked from the map of addresses."""

from __future__ import annotations

from typing import Any

import pytest

from tests.service.conftest import Town
from tests.service.test_stranger import fill, ids, ours  # noqa: F401 - `ids` is a fixture

pytestmark = pytest.mark.service

MOST = 15
SHORT = ("sergeant@police", "youth-worker@charity", "administrator@police")
LONG = (
    "officer@police",
    "partnership@police",
    "auditor@police",
    "analyst@police",
    "teacher@school",
    "charity-manager@charity",
)


LISTS = (
    "search/?q=made", "search/?q=made-up", "inbox/?state=all&q=made", "cases/?state=all", "cases/?order=review", "cases/?due=late", "cases/?lead=me",
    "cases/?q=made", "referrals/?side=out", "referrals/?side=out&move=ours", "referrals/?move=ours", "notices/?state=open",
)  # fmt: skip
"""Lists with a filter, which the map of addresses does not tell."""


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


@pytest.mark.parametrize("key", [*SHORT, *(pytest.param(one, marks=pytest.mark.full) for one in LONG)])
def test_no_page_asks_more_than_fifteen_questions(
    town: Town,
    ids: dict[str, dict[str, Any]],  # noqa: F811
    key: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from allauth.mfa.models import Authenticator
    from django.conf import settings

    from headwater.service.cases.models import Case

    monkeypatch.setattr(settings, "SECOND_FACTOR", True)  # As a real installation asks.
    Authenticator.objects.create(user=town.user(key), type="totp", data={})

    case = Case.objects.get(pk=ids["cases"]["number"])
    many_cases_beside(case)
    many_referrals_to(town, case)
    many_lines_in(case)
    client = town.client(key)
    client.get("/")  # The session has been seen.
    over = {}
    for address in [*(fill(route, pattern, ids) for route, pattern in ours()), *(f"/{one}" for one in LISTS)]:
        queries = asked(client, address)
        if len(queries) > MOST:
            over[address] = queries
    assert not over, "\n".join(
        f"{name}: {len(found)}\n  " + "\n  ".join(sql[:110] for sql in found) for name, found in over.items()
    )


def many_lines_in(case: Any) -> None:
    """Twenty of each thing that a case holds; the twentieth must cost no question of its own."""
    from django.utils import timezone

    from headwater.service.cases.models import Action, Document, Entry, Goal, Meeting, Member, Review, Worry

    day, by, agency = case.next_review_on, case.opened_by, case.team.agency
    goal = Goal.objects.create(case=case, words="x")
    for made in (
        [Action(case=case, goal=goal, words="x", agency=agency, owner=by, due_on=day) for _ in range(20)],
        [
            Document(case=case, title="x", file="x", kind="txt", size=1, digest="x", agency=agency, by=by)
            for _ in range(20)
        ],
        [Entry(case=case, at=timezone.now(), kind="note", agency=agency, by=by, words="x") for _ in range(20)],
        [Meeting(case=case, on=day, agenda="x") for _ in range(20)],
        [Member(case=case, name="x", relationship="x") for _ in range(20)],
        [Review(case=case, held_on=day, better="x", by=by) for _ in range(20)],
        [Worry(case=case, level="some", why="x", by=by) for _ in range(20)],
    ):
        type(made[0])._default_manager.bulk_create(made)


def many_referrals_to(town: Town, case: Any) -> None:
    """A long list of requests to the charity, of which it works on half, the case among them."""
    from headwater.service.agencies.models import Agreement
    from headwater.service.cases.models import Case, Referral

    agreement = Agreement.objects.get(receiver=town.agency("Fresh Start"))
    Referral.objects.bulk_create(
        Referral(
            case=one, sender=case.team.agency, sender_team=case.team, by=case.opened_by, receiver=agreement.receiver, agreement=agreement, ask="x",
            categories=["identity", "plan"], state=("sent", "accepted")[number % 2], sent_at=case.opened_at, answer_by=case.next_review_on,
        )
        for number, one in enumerate([case, case, *Case.objects.filter(team=case.team).order_by("pk")[:38]])
    )  # fmt: skip


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
