"""Does a request to another agency reach somebody, and is it said beforehand what its agreement lets pass?"""

from __future__ import annotations

from typing import Any

import pytest

from tests.service.conftest import Town

pytestmark = pytest.mark.service


def ask(town: Town, case: Any, **more: Any) -> Any:
    told = {"receiver": town.agency("Boxing").pk, "ask": "Evenings at the club", "outside_email": "", **more}
    return town.client("officer@police").post(f"/cases/{case.pk}/refer/", told)


def test_an_agency_where_nobody_signs_in_is_asked_by_mail_or_not_at_all(town: Town) -> None:
    from headwater.service.cases.models import Referral
    from headwater.service.notices.models import Mail

    case = town.case()
    for more in ({}, {"draft": "1"}):
        refused = ask(town, case, **more)
        assert refused.status_code == 422
        assert "an address at outside.example" in refused.content.decode()
        assert 'href="#id_outside_email"' in refused.content.decode()
    assert not Referral.objects.filter(case=case).exists()
    assert ask(town, case, outside_email="coach@outside.example").status_code == 302
    assert Mail.objects.filter(to="coach@outside.example").exists()


def test_a_draft_to_an_agency_that_everybody_has_left_is_not_sent_to_nobody(town: Town) -> None:
    from headwater.service.agencies.models import Membership
    from headwater.service.cases.actions.referrals import refer, send_referral
    from headwater.service.design.send import Refused

    officer, fresh_start = town.actor("officer@police"), town.agency("Fresh Start")
    draft = refer(town.case(), acting=officer, receiver=fresh_start, ask="x", categories=[], send=False)
    Membership.objects.filter(team__agency=fresh_start, role__startswith="partner").delete()
    with pytest.raises(Refused, match="Nobody at Made-up Fresh Start can sign in"):
        send_referral(draft, acting=officer)


def test_the_form_says_what_each_agreement_lets_pass_and_who_is_asked_by_mail(town: Town) -> None:
    case = town.case()
    page = town.client("officer@police").get(f"/cases/{case.pk}/refer/").content.decode()
    rows = {row.split("</dt>")[0].rpartition(">")[2]: row for row in page.split("govuk-summary-list__row")[1:]}
    assert "Health" in rows["Made-up Health Trust"].split("</dd>")[0].split("<dd")[1]
    assert "Who lives at home" in rows["Made-up Homes"]
    assert "Who lives at home" not in rows["Made-up Fresh Start"]
    assert "Nothing more" in rows["Made-up Boxing Club"]
    assert "Name and date of birth" not in rows["Made-up Boxing Club"].split("</dd>")[0]
    assert "give an e-mail address at outside.example" in rows["Made-up Boxing Club"]
    assert "e-mail" not in rows["Made-up Homes"].split("</dd>")[0]


def test_an_agency_that_is_full_cannot_be_chosen_and_says_who_could_help(town: Town) -> None:
    fresh_start = town.agency("Fresh Start")
    fresh_start.takes_referrals, fresh_start.why_full = False, "Until May; ask the club."
    fresh_start.save()
    page = town.client("officer@police").get(f"/cases/{town.case().pk}/refer/").content.decode()
    assert "It takes no referrals now. Until May; ask the club." in page
    assert f'<option value="{fresh_start.pk}">' not in page


def test_the_agencies_of_a_case_read_what_another_sees_in_plain_words(town: Town) -> None:
    case = town.case()
    asked = town.referred(case, categories=["plan", "wishes"])
    officer = town.client("officer@police")
    page = officer.get(f"/cases/{case.pk}/agencies/").content.decode()
    assert "sees: Name and date of birth; Why the person may need help" in page
    assert "identity" not in page
    agreement = town.client("charity-manager@charity").get(f"/agreements/{asked.agreement_id}/").content.decode()
    assert "Address and how to get in touch" in agreement
    assert "identity" not in agreement


def test_the_timeline_names_an_agency_that_answered_by_a_mailed_link_once(town: Town) -> None:
    from tests.service.test_outside_link import opened, send

    asked, address = send(town)
    opened(town, address).post(address, {"answer": "accept", "words": ""})
    page = town.client("officer@police").get(f"/cases/{asked.case_id}/timeline/").content.decode()
    assert "By mailed link, Made-up Boxing Club" in page
    assert "Made-up Boxing Club, Made-up Boxing Club" not in page
