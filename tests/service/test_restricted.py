"""Does a restricted case leak past its lock: by its package, its referral, a form sent half-filled, or the hour behind broken glass?"""

from __future__ import annotations

import pytest

from tests.service.conftest import Town, read_and_send

pytestmark = pytest.mark.service

NAME = "Jordan Example"


def restricted(town: Town):  # type: ignore[no-untyped-def]
    """The worked example, restricted by the sergeant to herself and the lead."""
    from headwater.service.cases.actions.cases import restrict

    case = town.case()
    restrict(case, acting=town.actor("sergeant@police"), restriction="domestic-abuse", people=[])
    return case


def make_restricted_package(town: Town, *, restricted: bool = True):  # type: ignore[no-untyped-def]
    from headwater.service.cases.models import Package

    first = town.package()
    first.pk, first.reference, first.restricted, first.restriction = None, "K-second0001", restricted, "domestic-abuse"
    first.why_now, first.state = "He hit her SECRETLY.", "waiting"
    first.save()
    return Package.objects.get(reference="K-second0001")


def test_a_package_is_locked_with_its_case(town: Town) -> None:
    case = restricted(town)
    for key in ("pcso@police", "partnership@police"):
        client = town.client(key)
        assert client.get("/packages/K-example0001/").status_code == 404, key
        for address in ("/inbox/?state=all", "/inbox/?state=all&format=csv", "/search/?q=Jordan", f"/cases/{case.pk}/"):
            assert NAME not in client.get(address).content.decode(), f"{address} for {key}"
    assert town.client("officer@police").get("/packages/K-example0001/").status_code == 200, "the lead is named"


def test_a_restricted_package_that_joins_an_open_case_restricts_it(town: Town) -> None:
    from headwater.service.cases.actions.packages import take_on

    case = town.case()
    take_on(
        make_restricted_package(town),
        acting=town.actor("sergeant@police"),
        lead=town.user("officer@police"),
        review_every=28,
    )
    case.refresh_from_db()
    assert case.restricted
    page = town.client("pcso@police").get(f"/cases/{case.pk}/").content.decode()
    assert "SECRETLY" not in page
    assert "is locked" in page
    assert town.client("officer@police").get(f"/cases/{case.pk}/").status_code == 200


def test_a_form_without_a_choice_unlocks_nothing(town: Town) -> None:
    case = restricted(town)
    sent = read_and_send(town.client("sergeant@police"), f"/cases/{case.pk}/restrict/", {"people": ""})
    case.refresh_from_db()
    assert sent.status_code == 422
    assert case.restricted
    assert (
        read_and_send(
            town.client("sergeant@police"), f"/cases/{case.pk}/restrict/", {"restriction": "none"}
        ).status_code
        == 302
    )
    case.refresh_from_db()
    assert not case.restricted
    assert not case.grants.exists()


def test_whoever_broke_the_glass_cannot_make_it_last(town: Town) -> None:
    from datetime import timedelta

    from django.utils import timezone

    from headwater.service.cases.models import BreakGlass, Grant

    case = restricted(town)
    partnership = town.client("partnership@police")
    assert partnership.post(f"/cases/{case.pk}/break-glass/", {"reason": "He is at the desk."}).status_code == 302
    assert NAME in partnership.get(f"/cases/{case.pk}/").content.decode()
    own = town.user("partnership@police")
    assert partnership.post(f"/cases/{case.pk}/restrict/", {"restriction": "none"}).status_code == 404
    assert (
        partnership.post(f"/cases/{case.pk}/restrict/", {"restriction": "other", "people": [own.pk]}).status_code == 404
    )
    assert partnership.post(f"/cases/{case.pk}/lead/", {"lead": own.pk}).status_code == 404
    assert not Grant.objects.filter(user=own).exists()
    BreakGlass.objects.update(until=timezone.now() - timedelta(seconds=1))
    for address in ("plan/", "timeline/?format=csv", "documents/", "agencies/", "disclose/", "wishes/"):
        assert partnership.get(f"/cases/{case.pk}/{address}").status_code == 404, address
    assert "is locked" in partnership.get(f"/cases/{case.pk}/").content.decode()


def test_a_request_from_a_restricted_case_reaches_managers_only(town: Town) -> None:
    from headwater.service.notices.models import Notice

    case = restricted(town)
    asked = town.referred(case, accepted=False)
    worker, manager = town.client("youth-worker@charity"), town.client("charity-manager@charity")
    assert worker.get(f"/referrals/{asked.pk}/").status_code == 404
    assert worker.post(f"/referrals/{asked.pk}/answer/", {"answer": "accept"}).status_code == 404
    listed = worker.get("/referrals/").content.decode() + worker.get("/").content.decode()
    assert asked.reference not in listed
    assert not Notice.objects.filter(user=town.user("youth-worker@charity"), reference=asked.reference).exists()
    assert Notice.objects.filter(user=town.user("charity-manager@charity"), reference=asked.reference).exists()
    assert NAME in manager.get(f"/referrals/{asked.pk}/").content.decode()
    assert manager.post(f"/referrals/{asked.pk}/answer/", {"answer": "accept", "words": ""}).status_code == 302
    assert manager.get(f"/cases/{case.pk}/").status_code == 404, "to see the case itself one must be named"
    named = {"restriction": "domestic-abuse", "people": [town.user("charity-manager@charity").pk]}
    assert read_and_send(town.client("sergeant@police"), f"/cases/{case.pk}/restrict/", named).status_code == 302
    assert manager.get(f"/cases/{case.pk}/").status_code == 200
    assert worker.get(f"/cases/{case.pk}/").status_code == 404
    assert NAME not in worker.get("/referrals/").content.decode()


def test_a_restricted_case_asks_no_agency_without_a_manager(town: Town) -> None:
    from headwater.service.cases.models import Referral
    from headwater.service.design.send import Refused

    case = restricted(town)
    with pytest.raises(Refused, match="manager"):
        town.referred(case, to="Health", accepted=False)
    assert not Referral.objects.filter(case=case).exists()


def test_a_request_that_is_restricted_after_it_was_sent_shows_workers_no_more(town: Town) -> None:
    from headwater.service.cases.actions.cases import restrict

    case = town.case()
    asked = town.referred(case, accepted=False)
    worker = town.client("youth-worker@charity")
    assert NAME in worker.get(f"/referrals/{asked.pk}/").content.decode()
    restrict(case, acting=town.actor("sergeant@police"), restriction="gang-witness", people=[])
    assert worker.get(f"/referrals/{asked.pk}/").status_code == 404
    assert NAME not in worker.get("/referrals/").content.decode()
    assert NAME not in worker.get("/referrals/?format=csv").content.decode()


def test_counts_tell_nothing_of_what_is_locked(town: Town) -> None:
    import re

    case = town.case()
    officer, pcso = town.client("officer@police"), town.client("pcso@police")

    def numbers(client: object) -> list[str]:
        pages = [client.get(address).content.decode() for address in ("/", "/inbox/?state=all", "/cases/?state=all")]  # type: ignore[attr-defined]
        return [number for page in pages for number in re.findall(r"([\d,]+) (?:cases?|packages?)\b", page)]

    before = numbers(pcso)
    from headwater.service.cases.actions.cases import restrict

    restrict(case, acting=town.actor("sergeant@police"), restriction="staff-relative", people=[])
    after = numbers(pcso)
    assert [int(one) for one in after] == [int(one) - 1 for one in before]
    assert officer.get("/cases/").status_code == 200


def test_who_oversees_reads_why_the_glass_was_broken_and_what_was_told_at_once_and_no_more(town: Town) -> None:
    from headwater.service.cases.actions.sight import break_glass, disclose_urgently
    from headwater.service.notices.models import Notice

    case = restricted(town)
    break_glass(case, acting=town.actor("pcso@police"), reason="The school rang: she has not come home.")
    disclose_urgently(
        case, acting=town.actor("sergeant@police"), receiver=town.agency("Council"), basis="vital-interests", reason="He waits at her school.",
    )  # fmt: skip
    auditor = town.client("auditor@police")
    for notice in Notice.objects.filter(user=town.user("auditor@police")):
        assert auditor.get(notice.link).status_code == 200, notice.link
    opened, told = (auditor.get(address).content.decode() for address in ("/oversight/", "/oversight/urgent/"))
    assert "The school rang" in opened
    assert case.reference in opened
    assert "He waits at her school." in told
    assert "who it is" in told.lower() or "name" in told.lower()
    for page in (opened, told, auditor.get("/oversight/urgent/?format=csv").content.decode()):
        assert NAME not in page
    assert case.reference in auditor.get(f"/oversight/?case={case.reference}&days=7").content.decode()
    assert "Nothing fits" in auditor.get("/oversight/?case=C-999999").content.decode()
    assert "Nothing fits" in auditor.get("/oversight/?case=who").content.decode()
    for key in ("sergeant@police", "administrator@police", "council-manager@council"):
        assert town.client(key).get("/oversight/").status_code == 404, key
        assert town.client(key).get("/oversight/urgent/?format=csv").status_code == 404, key
