"""Does an urgent disclosure tell the lines that were ticked, as they were read, to those who may read them, and nothing else?"""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.service.conftest import Town

pytestmark = pytest.mark.service

LINE = re.compile(r'name="(\w+)" value="([0-9a-f]{20})" id="\w+"( checked)?><label [^>]*>([^<]*)<')


def lines_of(page: str) -> dict[str, tuple[str, str, bool]]:
    """The words of each line that the form offers → its question, its key, and whether it is ticked."""
    return {words: (name, key, bool(ticked)) for name, key, ticked, words in LINE.findall(page)}


def ticked(page: str, *parts: str) -> dict[str, list[str]]:
    """What a form holds when, beside who it is, the lines with these parts are ticked."""
    told: dict[str, list[str]] = {}
    for words, (name, key, by_itself) in lines_of(page).items():
        if by_itself or any(part in words for part in parts):
            told.setdefault(name, []).append(key)
    return told


def tell(town: Town, case: Any, *parts: str, to: str = "Council", **more: Any) -> Any:
    client, address = town.client("sergeant@police"), f"/cases/{case.pk}/disclose/"
    told = {"receiver": town.agency(to).pk, "basis": "vital-interests", "reason": "He waits outside."}
    return client.post(address, told | ticked(client.get(address).content.decode(), *parts) | more)


def written(town: Town) -> Any:
    """The worked example with a mother at home, a note, a line about health, and two documents."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from headwater.service.cases.actions import plan

    case, officer = town.case(), town.actor("officer@police")
    case.household.create(name="Made-up Mother", relationship="mother")
    plan.set_goal(case, acting=officer, words="Somewhere safe to sleep", unsafe=True)
    plan.write_note(case, acting=officer, words="Seen", text="NOTE at the bus stop.")
    plan.write_note(case, acting=officer, words="Asthma", text="HEALTH inhaler.", health=True)
    for title in ("Safety plan", "Letter of the school"):
        plan.add_document(case, acting=officer, title=title, upload=SimpleUploadedFile("x.txt", title.encode()))
    return case


def test_nothing_is_ticked_but_who_it_is_and_every_kind_can_be_told_by_line(town: Town) -> None:
    case = written(town)
    page = town.client("sergeant@police").get(f"/cases/{case.pk}/disclose/").content.decode()
    lines = lines_of(page)
    assert [name for name, _, by_itself in lines.values() if by_itself] == ["identity"]
    kinds = {name for name, _, _ in lines.values()}
    assert {"identity", "household", "reasons", "evidence", "health", "plan", "notes", "documents"} <= kinds
    sent = tell(town, case, "inhaler", "Safety plan", "Somewhere safe")
    assert sent.status_code == 302, sent.content.decode()
    read = town.client("social-worker@council").get(sent.headers["Location"]).content.decode()
    for words in ("Jordan Example", "HEALTH inhaler", "Safety plan", "Somewhere safe to sleep – never on paper"):
        assert words in read
    for words in ("NOTE", "Made-up Mother", "Letter of the school", case.why):
        assert words not in read


def test_only_the_documents_that_were_told_can_be_downloaded(town: Town) -> None:
    case = written(town)
    address = tell(town, case, "Safety plan").headers["Location"]
    told, kept = case.documents.order_by("id")
    worker = town.client("social-worker@council")
    assert b"".join(worker.get(f"{address}documents/{told.pk}/")) == b"Safety plan"
    assert worker.get(f"{address}documents/{kept.pk}/").status_code == 404
    assert worker.get(f"/cases/{case.pk}/documents/{told.pk}/").status_code == 404
    assert town.client("youth-worker@charity").get(f"{address}documents/{told.pk}/").status_code == 404


def test_it_never_goes_without_saying_whom_it_is_about(town: Town) -> None:
    from headwater.service.cases.models import Disclosure

    case = written(town)
    refused = tell(town, case, "Somewhere safe", identity=[])
    assert refused.status_code == 422
    assert "Who it is always goes with it" in refused.content.decode()
    assert not Disclosure.objects.exists()


def test_a_line_that_changed_meanwhile_comes_back_instead_of_going_out(town: Town) -> None:
    from headwater.service.cases.models import Disclosure

    case = written(town)
    client, address = town.client("sergeant@police"), f"/cases/{case.pk}/disclose/"
    told = {"receiver": town.agency("Council").pk, "basis": "vital-interests", "reason": "x"}
    read = told | ticked(client.get(address).content.decode(), "Somewhere safe", "Made-up Mother")
    case.goals.update(words="With his father SECRETLY")
    clash = client.post(address, read)
    assert clash.status_code == 422
    page = clash.content.decode()
    assert "Something that you ticked has changed meanwhile" in page
    held = lines_of(page)
    assert held["Made-up Mother, mother"][2], "what did not change stays ticked"
    assert not held["With his father SECRETLY – never on paper"][2]
    case.household.all().delete()
    assert client.post(address, told | ticked(page)).status_code == 422, "a heading that is gone has changed too"
    assert not Disclosure.objects.exists()
    assert client.post(address, told | ticked(client.get(address).content.decode())).status_code == 302
    assert "SECRETLY" not in str(Disclosure.objects.get().told)


def test_about_a_restricted_case_only_managers_and_who_is_named_read_it(town: Town) -> None:
    from headwater.service.cases.actions.cases import restrict
    from headwater.service.cases.models import Grant
    from headwater.service.notices.models import Notice

    case = written(town)
    restrict(case, acting=town.actor("sergeant@police"), restriction="domestic-abuse", people=[])
    sent = tell(town, case, "Safety plan", to="Fresh Start")
    assert sent.status_code == 302, sent.content.decode()
    address = sent.headers["Location"]
    document = f"{address}documents/{case.documents.get(title='Safety plan').pk}/"
    worker, manager = town.client("youth-worker@charity"), town.client("charity-manager@charity")
    reference = f"D-{int(address.strip('/').split('/')[-1]):06d}"
    for place in (address, document):
        assert worker.get(place).status_code == 404
        assert manager.get(place).status_code == 200
    for place in ("/disclosures/", "/disclosures/?format=csv", "/notices/", "/"):
        assert reference not in worker.get(place).content.decode(), place
    assert reference in manager.get("/disclosures/").content.decode()
    assert not Notice.objects.filter(user=town.user("youth-worker@charity"), reference=reference).exists()
    assert Notice.objects.filter(user=town.user("charity-manager@charity"), reference=reference).exists()
    Grant.objects.create(case=case, user=town.user("youth-worker@charity"))
    assert worker.get(address).status_code == 200
    again = tell(town, case, to="Fresh Start").headers["Location"]
    assert Notice.objects.filter(user=town.user("youth-worker@charity"), link=again).exists()


def test_a_case_that_is_restricted_after_it_was_told_shows_workers_no_more(town: Town) -> None:
    from headwater.service.cases.actions.cases import restrict

    case = town.case()
    address = tell(town, case, to="Fresh Start").headers["Location"]
    worker = town.client("youth-worker@charity")
    assert worker.get(address).status_code == 200
    restrict(case, acting=town.actor("sergeant@police"), restriction="domestic-abuse", people=[])
    assert worker.get(address).status_code == 404


def test_an_agency_without_a_manager_is_told_through_somebody_who_is_chosen(town: Town) -> None:
    from headwater.service.agencies.models import Membership, User
    from headwater.service.cases.actions.cases import restrict
    from headwater.service.cases.models import Disclosure
    from headwater.service.notices.models import Notice

    case, nurse = town.case(), town.user("nurse@health")
    team = nurse.live_memberships[0].team
    other = User.objects.create_user("second@health.example", name="Second", agency=nurse.agency)
    Membership.objects.create(user=other, team=team, role="partner worker")
    page = town.client("sergeant@police").get(f"/cases/{case.pk}/disclose/").content.decode()
    assert 'name="reader"' not in page, "only a restricted case asks for a reader"
    restrict(case, acting=town.actor("sergeant@police"), restriction="domestic-abuse", people=[])
    refused = tell(town, case, to="Health")
    assert refused.status_code == 422
    assert "Who reads it there: choose one." in refused.content.decode()
    foreign = tell(town, case, to="Health", reader=town.user("teacher@school").pk)
    assert foreign.status_code == 422, "the reader works where it goes"
    assert not Disclosure.objects.exists()
    sent = tell(town, case, to="Health", reader=nurse.pk)
    assert sent.status_code == 302, sent.content.decode()
    address = sent.headers["Location"]
    assert list(Notice.objects.filter(link=address).values_list("user_id", flat=True)) == [nurse.pk]
    assert town.client("nurse@health").get(address).status_code == 200
    assert town.client("second@health").get(address).status_code == 404
    assert town.client("nurse@health").get(f"/cases/{case.pk}/").status_code == 404


def test_an_address_never_goes_without_how_to_make_contact_there(town: Town) -> None:
    from headwater.service.cases.lines_to_tell import what_can_be_told

    case = town.case()
    case.contact_safely = "Never call after five."
    case.save()
    for line in what_can_be_told(case)["contact"]:
        assert "Never call after five." in line.words
