"""Is a place treated as a place? It wants nothing, agrees to nothing and is nobody whom somebody could tell."""

from __future__ import annotations

import re

import pytest

from tests.service.conftest import Town

pytestmark = pytest.mark.service

PERSON = re.compile(
    r"What Jordan|Wrong person|wrong person|a parent been told|Consent|At home|around the family|"
    r"does the person|the person wants|to the person|Agree with the person|same person"
)


def words_of(page: str) -> str:
    return re.sub(r"<[^>]*>", "", page.partition("<main")[2])


@pytest.fixture
def place(town: Town) -> Town:
    """The worked example as if it were about a place."""
    package = town.package()
    package.subject.kind, package.content["subject"]["kind"] = "place", "place"
    package.subject.save()
    package.save()
    return town


def test_a_package_about_a_place_asks_of_no_person(place: Town) -> None:
    client = place.client("sergeant@police")
    for address in ("", "wrong-person/", "take-on/"):
        page = words_of(client.get(f"/packages/K-example0001/{address}").content.decode())
        assert not PERSON.search(page), (address, PERSON.search(page))
    answer = client.post(
        "/packages/K-example0001/wrong-person/", {"evidence_id": "", "note": "It is the house beside it."}
    )
    assert answer.status_code == 302
    page = words_of(client.get("/packages/K-example0001/").content.decode())
    assert "Wrong place by" in page
    assert place.package().state == "wrong person", "what goes back to the search stays the same"


def test_a_case_about_a_place_asks_what_people_there_want(place: Town) -> None:
    case = place.case()
    client = place.client("officer@police")
    for address in ("", "plan/", "wishes/", "household/add/", "review/"):
        page = words_of(client.get(f"/cases/{case.pk}/{address}").content.decode())
        assert not PERSON.search(page), (address, PERSON.search(page))
    assert "What people there want" in words_of(client.get(f"/cases/{case.pk}/").content.decode())


def test_a_case_about_a_person_asks_the_person(town: Town) -> None:
    case = town.case()
    client = town.client("officer@police")
    page = words_of(client.get(f"/cases/{case.pk}/").content.decode())
    for words in ("What Jordan", "Consent", "At home"):
        assert words in page


def test_who_is_eighteen_is_no_child(town: Town) -> None:
    page = words_of(town.client("sergeant@police").get("/packages/K-example0001/").content.decode())
    assert "What the person said" in page
    assert "What the child said" not in page
