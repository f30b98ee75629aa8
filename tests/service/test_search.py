"""Does search find what its hint promises, and tell nobody what they were not given?"""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from tests.service.conftest import Town

pytestmark = pytest.mark.service


def found(town: Town, key: str, words: str) -> str:
    page: str = town.client(key).get("/search/", {"q": words}).content.decode()
    return page.partition("</form>")[2]


@pytest.mark.parametrize("words", ["Jor", "jord", "Exam", "Jordan Exa", "Mr Example", "Miss Jordan Example", "Mr. Jor"])
def test_a_beginning_or_a_title_finds_somebody(town: Town, words: str) -> None:
    case = town.case()
    assert case.reference in found(town, "officer@police", words)
    for address in ("/cases/", "/inbox/?state=all&"):
        page = town.client("sergeant@police").get(address, {"q": words, "state": "all"}).content.decode()
        assert "Jordan Example" in page, address


@pytest.mark.parametrize(
    "words", ["Jo", "ord", "Jrd", "Mr", "Mr Smith", "Jordans Exit", "Jor Smi", "Hou", "Mad", "Dudl", "exm"]
)
def test_it_finds_no_more_than_that(town: Town, words: str) -> None:
    case = town.case()
    assert case.reference not in found(town, "officer@police", words)


def test_packages_that_wait_are_found_by_a_beginning(town: Town) -> None:
    assert "K-example0001" in found(town, "sergeant@police", "Jorda")
    assert "K-example0001" in found(town, "sergeant@police", "k-EXAMPLE0001")
    assert "K-example0001" not in found(town, "sergeant-coventry@police", "Jorda")


def test_numbers_of_referrals_and_disclosures_find_them_for_who_may_see_them(town: Town) -> None:
    from headwater.service.cases.actions.sight import disclose_urgently

    case = town.case()
    asked = town.referred(case, accepted=False)
    told: dict[str, Any] = {"basis": "vital-interests", "reason": "x"}
    disclosed = disclose_urgently(case, acting=town.actor("sergeant@police"), receiver=town.agency("School"), **told)
    may = {
        asked.reference: ("officer@police", "youth-worker@charity"), disclosed.reference: ("sergeant@police", "teacher@school"),
    }  # fmt: skip
    addresses = {asked.reference: f"/referrals/{asked.pk}/", disclosed.reference: f"/disclosures/{disclosed.pk}/"}
    for reference, readers in may.items():
        for who in (
            "officer@police",
            "sergeant@police",
            "youth-worker@charity",
            "teacher@school",
            "nurse@health",
            "sergeant-coventry@police",
        ):
            listed = addresses[reference] in found(town, who, reference.lower())
            opens = town.client(who).get(addresses[reference]).status_code == 200
            assert listed == opens, (who, reference)
            assert listed or who not in readers, (who, reference)


def test_a_request_that_is_over_shows_its_receiver_no_name(town: Town) -> None:
    from headwater.service.cases.actions.referrals import decline

    asked = town.referred(town.case(), accepted=False)
    assert "Jordan Example" in found(town, "youth-worker@charity", asked.reference)
    decline(asked, acting=town.actor("youth-worker@charity"), reason="no-capacity", words="")
    page = found(town, "youth-worker@charity", asked.reference)
    assert asked.reference in page
    assert "Jordan" not in page
    assert "Jordan Example" in found(town, "officer@police", asked.reference)


def test_a_partner_finds_by_no_address_that_it_was_not_given(town: Town) -> None:
    case = town.case()
    town.referred(case, categories=["plan"])
    for words, there in (("Jord", True), ("Jordan house", False), ("Jor Mad", False)):
        assert (case.reference in found(town, "youth-worker@charity", words)) == there, words
        page = town.client("youth-worker@charity").get("/cases/", {"q": words}).content.decode()
        assert (case.reference in page) == there, words


def test_subjects_that_were_there_before_are_indexed_anew(town: Town) -> None:
    from importlib import import_module

    from django.apps import apps

    from headwater.service.audit.actions import name_actor
    from headwater.service.cases.models import Subject

    case = town.case()
    Subject.objects.update(tokens=[])
    assert case.reference not in found(town, "officer@police", "Jord")
    name_actor(user=None, agency=None, role="test")
    import_module("headwater.service.cases.migrations.0007_found_by_beginnings").index_anew(apps, None)
    name_actor(user=None, agency=None, role="test")
    assert case.reference in found(town, "officer@police", "Jord")


def test_what_is_restricted_is_marked_in_search_lists_and_exports(town: Town) -> None:
    from headwater.service.cases.actions.cases import restrict

    case = town.case()
    officer = town.client("officer@police")
    assert "Restricted" not in found(town, "officer@police", "Jordan")
    asked = town.referred(case, accepted=False)
    restrict(case, acting=town.actor("sergeant@police"), restriction="other", people=[])
    assert "Restricted" in found(town, "officer@police", "Jordan")
    for address in ("/", "/cases/", "/referrals/?side=out", f"/referrals/{asked.pk}/"):
        assert ">Restricted</strong>" in officer.get(address).content.decode(), address
    for address in ("/cases/?format=csv", "/referrals/?side=out&format=csv", "/inbox/?state=all&format=csv"):
        rows = list(csv.DictReader(io.StringIO(officer.get(address).content.decode("utf-8-sig"))))
        mine = [row for row in rows if "Jordan Example" in row.values() or asked.reference in row.values()]
        assert [row["Restricted"] for row in mine] == ["yes"], address
    assert case.reference not in found(town, "pcso@police", "Jordan")
