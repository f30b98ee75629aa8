"""Does somebody who comes too late read what happened, and keep what they typed? Strangers learn nothing by it."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.service.conftest import Town

pytestmark = pytest.mark.service

TYPED = {"note": "MARKED: his aunt has moved in.", "reason": "help-in-place", "once": "", "words": "MARKED words"}
PACKAGE = "/packages/K-example0001/"


def test_whoever_answers_a_package_second_reads_who_was_first_and_what_they_typed(town: Town) -> None:
    town.case()
    client = town.client("partnership@police")
    for page in ("not-needed", "take-on", "wrong-person", "wrong-evidence", "pass-on"):
        answer = client.post(f"{PACKAGE}{page}/", TYPED)
        text = answer.content.decode()
        assert answer.status_code == 409
        assert "Answered already by Sergeant Sam Sergeant on" in text
        assert "taken on" in text
        assert f'href="{PACKAGE}"' in text
        assert "MARKED: his aunt has moved in." in text
        assert "help-in-place" not in text
    read = client.get(f"{PACKAGE}not-needed/")
    assert read.status_code == 409
    assert "What you wrote" not in read.content.decode()
    assert "Answered already by you" in town.client("sergeant@police").get(f"{PACKAGE}take-on/").content.decode()


@pytest.mark.parametrize(
    "who", ["officer@police", "sergeant-coventry@police", "youth-worker@charity", "auditor@police"]
)
def test_whoever_could_never_answer_it_learns_nothing(town: Town, who: str) -> None:
    town.case()
    client = town.client(who)
    pages = [client.post(address, TYPED) for address in (f"{PACKAGE}not-needed/", "/packages/K-none/not-needed/")]
    assert [page.status_code for page in pages] == [404, 404]
    assert "Answered already" not in pages[0].content.decode()


def test_a_request_that_is_answered_says_so_on_both_sides(town: Town) -> None:
    asked = town.referred(town.case())
    answer = town.client("charity-manager@charity").post(
        f"/referrals/{asked.pk}/answer/", {**TYPED, "answer": "decline"}
    )
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Answered already by Youth worker Yusuf Youth, Made-up Fresh Start, on" in text
    assert "MARKED words" in text
    withdraw = town.client("officer@police").post(f"/referrals/{asked.pk}/withdraw/", {"why": "MARKED why"})
    assert withdraw.status_code == 409
    assert "MARKED why" in withdraw.content.decode()
    for who in ("social-worker@council", "sergeant-coventry@police", "pcso@police"):
        assert town.client(who).post(f"/referrals/{asked.pk}/withdraw/", {}).status_code == 404, who


def test_nobody_answers_the_own_request(town: Town) -> None:
    asked = town.referred(town.case(), accepted=False)
    for method in ("get", "post"):
        answer = getattr(town.client("officer@police"), method)(f"/referrals/{asked.pk}/answer/", {"answer": "accept"})
        assert answer.status_code == 404
    asked.refresh_from_db()
    assert asked.state == "sent"


def test_what_was_typed_into_a_closed_case_can_be_copied(town: Town) -> None:
    from headwater.service.cases.actions.cases import close

    case = town.case()
    close(case, acting=town.actor("sergeant@police"), outcome="better", words="x", learned="x")
    answer = town.client("officer@police").post(f"/cases/{case.pk}/notes/add/", {"words": "Met", "text": "MARKED <b>"})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "It was closed on" in text
    assert "MARKED &lt;b&gt;" in text
    assert town.client("sergeant-coventry@police").post(f"/cases/{case.pk}/notes/add/", {}).status_code == 404


def test_the_same_answer_sent_twice_leads_to_the_same_page(town: Town) -> None:
    client = town.client("sergeant@police")
    told: dict[str, Any] = {"reason": "help-in-place", "note": "", "once": str(uuid.uuid4())}
    first, second = (client.post(f"{PACKAGE}not-needed/", told) for _ in range(2))
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.headers["Location"] == second.headers["Location"]
    assert town.client("partnership@police").post(f"{PACKAGE}not-needed/", told).status_code == 409
