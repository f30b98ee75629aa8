"""An agency cannot help: it says why, the sender sees it at once, and the reason is counted."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.service.conftest import SignIn
from tests.e2e.service.steps import begin_case, check, follow, refer

pytestmark = [pytest.mark.browser, pytest.mark.service, pytest.mark.full]


def test_a_referral_is_returned_answered_and_declined(sign_in: SignIn) -> None:
    officer, social = sign_in("officer@police"), sign_in("council-manager@council", width=320, height=700)
    case = begin_case(officer, "Robin Decline")
    refer(officer, case, "Made-up Council")
    referral = officer.url

    social.goto("/referrals/")
    social.get_by_role("link", name="Robin Decline").click()
    follow(social, social.get_by_role("link", name="Answer", exact=True))
    check(social)
    social.get_by_label("We cannot help").check()
    social.get_by_role("button", name="Send the answer").click()
    expect(social.get_by_role("alert")).to_contain_text("If you cannot help: choose why.")
    check(social)
    social.get_by_label("We need to know more first").check()
    social.get_by_label("Anything to add?").fill("Which evenings?")
    social.get_by_role("button", name="Send the answer").click()

    officer.goto(referral)
    expect(officer.get_by_text("Returned for information")).to_be_visible()
    expect(officer.get_by_text("Which evenings?")).to_be_visible()
    check(officer)
    follow(officer, officer.get_by_role("link", name="Add what they asked for, and send"))
    check(officer)
    officer.get_by_label("What they asked to know").fill("Fridays.")
    officer.get_by_role("button", name="Send it again").click()

    social.goto("/referrals/")
    social.get_by_role("link", name="Robin Decline").click()
    expect(social.get_by_text("Fridays.")).to_be_visible()
    social.get_by_role("link", name="Answer", exact=True).click()
    social.get_by_label("We cannot help").check()
    social.get_by_label("If you cannot help: why?").select_option(label="We have no capacity now")
    social.get_by_role("button", name="Send the answer").click()
    expect(social.get_by_text("You see nothing of the person")).to_be_visible()
    check(social)
    assert social.goto(case).status == 404  # type: ignore[union-attr]

    officer.goto(referral)
    expect(officer.get_by_text("We have no capacity now")).to_be_visible()
    sergeant = sign_in("sergeant@police")
    sergeant.goto("/caseload/")
    expect(sergeant.get_by_text("Made-up Council: We have no capacity now (1)")).to_be_visible()
    check(sergeant)
