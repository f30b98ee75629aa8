"""Can what is asked be said anew before it is sent, and after a question, without anybody reading more than was sent?"""

from __future__ import annotations

from typing import Any

import pytest

from tests.service.conftest import Town, read_and_send, version_in

pytestmark = pytest.mark.service


def draft(town: Town, to: str = "Fresh Start") -> Any:
    from headwater.service.cases.actions.referrals import refer

    return refer(
        town.case(),
        acting=town.actor("officer@police"),
        receiver=town.agency(to),
        ask="Budgeting.",
        categories=["wishes"],
        send=False,
    )


def test_a_draft_is_changed_and_still_not_sent(town: Town) -> None:
    asked = draft(town)
    officer, address = town.client("officer@police"), f"/referrals/{asked.pk}/change/"
    assert address in officer.get(f"/referrals/{asked.pk}/").content.decode()
    told = {"ask": "Budgeting and a mentor.", "categories": ["plan"], "outside_email": ""}
    assert read_and_send(officer, address, told).status_code == 302
    asked.refresh_from_db()
    assert (asked.state, asked.ask, asked.categories) == ("draft", told["ask"], ["identity", "plan", "reasons"])
    assert town.client("youth-worker@charity").get(f"/referrals/{asked.pk}/").status_code == 404


def test_what_came_back_is_widened_within_the_agreement_and_seen_once_it_is_sent(town: Town) -> None:
    from headwater.service.agencies.models import Agreement
    from headwater.service.cases.actions.referrals import return_for_information

    asked = town.referred(town.case(), categories=["wishes"], accepted=False)
    return_for_information(asked, acting=town.actor("youth-worker@charity"), words="Who is at home?")
    officer, address = town.client("officer@police"), f"/referrals/{asked.pk}/change/"
    assert "Who is at home?" in officer.get(address).content.decode()
    agreement = Agreement.objects.get(pk=asked.agreement_id)
    beyond = next(one for one in ("health", "documents", "evidence", "contact") if one not in agreement.categories)
    told = {"ask": "WIDER help.", "categories": ["plan", "wishes"], "outside_email": "", "information": "His mother."}
    refused = read_and_send(officer, address, told | {"categories": [beyond]})
    assert refused.status_code == 422
    assert "does not let this pass" in refused.content.decode()
    youth = town.client("youth-worker@charity")
    assert "WIDER" not in youth.get(f"/referrals/{asked.pk}/").content.decode()
    assert read_and_send(officer, address, told).status_code == 302
    page = youth.get(f"/referrals/{asked.pk}/").content.decode()
    assert "WIDER help." in page
    assert "His mother." in page
    asked.refresh_from_db()
    assert (asked.state, asked.categories) == ("sent", ["identity", "plan", "reasons", "wishes"])
    assert officer.get(address).status_code == 409, "what is sent is not changed"


def test_who_is_asked_or_only_helps_cannot_change_it(town: Town) -> None:
    asked = draft(town)
    for key in ("pcso@police", "youth-worker@charity", "charity-manager@charity", "sergeant-coventry@police"):
        assert town.client(key).get(f"/referrals/{asked.pk}/change/").status_code == 404, key


def test_two_who_change_or_send_it_at_once_are_told(town: Town) -> None:
    asked = draft(town)
    officer, sergeant = town.client("officer@police"), town.client("sergeant@police")
    change, send = f"/referrals/{asked.pk}/change/", f"/referrals/{asked.pk}/send/"
    read = version_in(officer.get(change).content.decode())
    seen = version_in(sergeant.get(send).content.decode())
    told = {"ask": "A mentor.", "categories": ["plan"], "outside_email": "", "version": read}
    assert officer.post(change, told).status_code == 302
    clash = sergeant.post(change, told | {"ask": "Evenings.", "categories": []})
    page = clash.content.decode()
    assert clash.status_code == 422
    assert "<strong>They wrote:</strong> A mentor." in page
    assert "<strong>They wrote:</strong> The plan: goals and actions" in page
    unseen = sergeant.post(send, {"information": "", "version": seen})
    assert unseen.status_code == 422
    assert "A mentor." in unseen.content.decode()
    asked.refresh_from_db()
    assert asked.state == "draft"
    assert read_and_send(sergeant, send, {"information": ""}).status_code == 302
