"""Does every look leave a line that names what was seen, and by which agreement? Walked from the map of addresses and from each page's links."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.service.conftest import Town, version_in
from tests.service.test_stranger import fill, ids, make_ids, ours  # noqa: F401 - `ids` is a fixture

pytestmark = pytest.mark.service

READERS = (
    "sergeant@police", "officer@police", "partnership@police", "youth-worker@charity", "charity-manager@charity", "teacher@school",
    "auditor@police", "administrator@police", "council-manager@council",
)  # fmt: skip

SHORT = ("sergeant@police", "youth-worker@charity", "administrator@police")
"""Those whose pages the short run walks."""

TABLES = {
    "cases": "cases_case", "packages": "cases_package", "referrals": "cases_referral", "disclosures": "cases_disclosure", "people": "agencies_user",
    "teams": "agencies_team", "agreements": "agencies_agreement", "notices": "notices_notice",
}  # fmt: skip
"""First part of an address → the table of the item whose number follows."""

LINK = re.compile(rf'(?:href|action)="/({"|".join(TABLES)})/(\d+|K-\w+)/')

LISTS = (
    "search/?q=Jordan",
    "cases/?q=Jordan",
    "inbox/?q=Jordan&state=all",
    "people/?q=a",
    "referrals/?side=out",
    "inbox/?state=all",
)


def lines_of(act: Any) -> tuple[Any, list[Any]]:
    """What somebody's click answers, and the lines that it left."""
    from headwater.service.audit.models import Entry

    before = Entry.objects.order_by("-id").values_list("id", flat=True).first() or 0
    answer = act()
    return answer, list(Entry.objects.filter(id__gt=before))


def shown_on(page: str, address: str) -> set[tuple[str, str]]:
    """Table and number of what a page leads to, and of what its own address names."""
    from headwater.service.cases.models import Package

    numbers = dict(Package.objects.values_list("reference", "pk"))
    own = LINK.findall(f'href="{address}')
    return {(TABLES[first], str(numbers.get(number, number))) for first, number in [*LINK.findall(page), *own]}


@pytest.mark.parametrize("key", [one if one in SHORT else pytest.param(one, marks=pytest.mark.full) for one in READERS])
def test_each_page_names_in_the_log_what_it_shows(town: Town, ids: dict[str, dict[str, Any]], key: str) -> None:  # noqa: F811
    from headwater.service.cases.models import Case, Package, Referral

    case = Case.objects.get(pk=ids["cases"]["number"])
    town.referred(case, categories=["identity", "plan", "wishes", "documents"])
    parts = {("cases_referral", str(pk)): case_id for pk, case_id in Referral.objects.values_list("pk", "case_id")}
    parts |= {("cases_package", str(pk)): case_id for pk, case_id in Package.objects.values_list("pk", "case_id")}
    client, missed, seen = town.client(key), [], 0
    for address in [*(fill(route, pattern, ids) for route, pattern in ours()), *(f"/{one}" for one in LISTS)]:
        answer, lines = lines_of(lambda address=address: client.get(address))  # type: ignore[misc]
        if answer.status_code != 200 or answer.streaming:
            continue
        page = answer.content.decode().partition("<main")[2]
        named = {(line.item_type, item) for line in lines for item in line.items}
        cases = {line.case for line in lines if line.case} | {
            int(item) for table, item in named if table == "cases_case"
        }
        cases |= {parts[item] for item in named if parts.get(item)}  # A package names whom its case is about.
        for item in sorted(shown_on(page, address)):
            if item[0] == "agencies_team" and not address.startswith("/teams/"):
                continue  # The name of a team beside a person is nobody's data.
            seen += 1
            inside = (item[0] == "cases_case" and int(item[1]) in cases) or parts.get(item, 0) in cases
            if item not in named and not inside:
                missed.append((address, *item))
    assert not missed
    assert seen > 2


def partner(town: Town) -> tuple[Any, Any, Any, dict[str, dict[str, Any]]]:
    """The charity's worker, the case that was referred to her, and the request."""
    from headwater.service.cases.models import Case

    ids = make_ids(town)  # noqa: F811
    case = Case.objects.get(pk=ids["cases"]["number"])
    asked = town.referred(case, categories=["identity", "plan", "wishes", "documents"])
    return town.client("youth-worker@charity"), case, asked, ids


LOOKS = ("", "plan/", "timeline/", "meetings/", "documents/", "agencies/", "notes/add/", "plan/print/", "wishes/")


@pytest.mark.parametrize("page", LOOKS)
def test_a_partner_s_look_names_the_agreement(town: Town, page: str) -> None:
    client, case, asked, _ = partner(town)
    answer, lines = lines_of(lambda: client.get(f"/cases/{case.pk}/{page}"))
    assert answer.status_code == 200
    (line, *_) = [one for one in lines if one.verb == "consult" and one.case == case.pk]
    assert line.agreement == asked.agreement_id
    assert line.basis == "referral"
    assert "identity" in line.categories


def test_a_partner_s_list_and_search_name_the_agreement(town: Town) -> None:
    client, case, asked, _ = partner(town)
    for address, verb in (
        ("/cases/", "consult"), ("/cases/?q=Jordan", "search"), ("/cases/?format=csv", "export"), ("/search/?q=Jordan", "search"), ("/", "consult"),
    ):  # fmt: skip
        _, lines = lines_of(lambda address=address: client.get(address))  # type: ignore[misc]
        found = [one for one in lines if one.verb == verb and one.item_type == "cases_case"]
        assert [(one.items, one.agreement, one.categories) for one in found] == [
            ([str(case.pk)], asked.agreement_id, ["identity"])
        ], address
        assert found[0].basis.startswith("words " if verb == "search" else "")


def test_a_partner_s_print_export_and_download_name_the_agreement(town: Town) -> None:
    from django.core.files.base import ContentFile

    from headwater.service.cases.models import Document

    client, case, asked, ids = partner(town)  # noqa: F811
    address = f"/cases/{case.pk}"
    ticks = re.findall(r'name="safe" value="([^"]+)"', client.get(f"{address}/plan/print/").content.decode())
    _, lines = lines_of(lambda: client.post(f"{address}/plan/print/", {"checked": "on", "safe": ticks}))
    (printed,) = [one for one in lines if one.verb == "print" and one.item_type == "cases_case"]
    assert (printed.agreement, printed.categories) == (asked.agreement_id, ["identity", "plan"])
    assert (printed.basis, printed.case) == ("referral", case.pk)
    _, lines = lines_of(lambda: client.get(f"{address}/timeline/?format=csv"))
    (exported,) = [one for one in lines if one.verb == "export"]
    assert (exported.agreement, exported.case, exported.item_type) == (asked.agreement_id, case.pk, "cases_entry")
    document = Document.objects.get(pk=ids["cases"]["document_id"])
    document.file.save("a.txt", ContentFile(b"x"))
    answer, lines = lines_of(lambda: client.get(f"{address}/documents/{document.pk}/"))
    assert answer.status_code == 200
    (taken,) = [one for one in lines if one.verb == "export"]
    assert (taken.agreement, taken.categories) == (asked.agreement_id, ["documents"])


def test_what_a_partner_changes_names_the_agreement(town: Town) -> None:
    client, case, asked, _ = partner(town)
    address = f"/cases/{case.pk}/wishes/"
    told = {
        "version": version_in(client.get(address).content.decode()),
        "wishes": "To paint",
        "strengths": "",
        "needs": "",
    }
    answer, lines = lines_of(lambda: client.post(address, told))
    assert answer.status_code == 302
    assert {one.agreement for one in lines if one.verb in ("collect", "alter") and one.case == case.pk} == {
        asked.agreement_id
    }


def test_a_partner_s_answer_names_the_agreement(town: Town) -> None:
    asked = town.referred(town.case(), categories=["identity", "plan"], accepted=False)
    client = town.client("youth-worker@charity")
    answer, lines = lines_of(
        lambda: client.post(f"/referrals/{asked.pk}/answer/", {"answer": "accept", "words": "Yes"})
    )
    assert answer.status_code == 302
    assert {one.agreement for one in lines if one.item_type == "cases_referral"} == {asked.agreement_id}


def test_each_agreement_has_a_line_with_what_it_gave() -> None:
    from headwater.service.cases.rules import Sight

    plan, both, own = frozenset({"plan"}), frozenset({"plan", "identity"}), frozenset({"notes"})
    sight = Sight("part", both, "referral", ((3, plan), (7, both)))
    assert sight.rests_on(both) == [(3, plan), (7, frozenset({"identity"}))]
    assert sight.rests_on(plan) == [(3, plan)]
    assert sight.rests_on(own) == [(None, own)]
    assert sight.rests_on(frozenset()) == [(3, frozenset())]
    assert Sight("whole", both, "team").rests_on(plan) == [(None, plan)]


def test_a_filter_for_a_name_is_logged_as_a_search_without_the_name(town: Town) -> None:
    case = town.case()
    for key, address in (
        ("officer@police", "/cases/?q=Jordan"), ("sergeant@police", "/inbox/?q=Jordan&state=all"), ("administrator@police", "/people/?q=sergeant"),
    ):  # fmt: skip
        client = town.client(key)
        _, lines = lines_of(lambda client=client, address=address: client.get(address))  # type: ignore[misc]
        (line,) = [one for one in lines if one.verb == "search"]
        assert line.items
        assert line.basis.startswith("words ")
        assert "jordan" not in line.basis.casefold()
    assert case.pk


def test_whoever_is_around_a_family_is_named_in_the_log(town: Town) -> None:
    """A package page leads to the open case about the same person, so the look at that is a look too."""
    from headwater.service.cases.models import Case, CaseSubject

    package = town.package()
    other = Case.objects.create(
        team=package.team, opened_by=town.user("officer@police"), why="x", next_review_on=package.newest_on
    )
    CaseSubject.objects.create(case=other, subject=package.subject)
    _, lines = lines_of(lambda: town.client("sergeant@police").get(f"/packages/{package.reference}/"))
    assert [str(other.pk)] in [one.items for one in lines if one.item_type == "cases_case"]
