"""The main pages at 320 pixels, and a whole piece of work without JavaScript."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.e2e.service.conftest import SignIn
from tests.e2e.service.steps import begin_case, check, fill_day, refer

pytestmark = [pytest.mark.browser, pytest.mark.service, pytest.mark.full]

POLICE = (
    "/", "/inbox/", "/packages/K-example0001/", "/cases/", "/cases/begin/", "/referrals/", "/referrals/?side=out", "/search/?q=nat", "/notices/",
    "/account/", "/design/", "/caseload/", "/disclosures/", "/learned/",
)  # fmt: skip
CASE = (
    "", "plan/", "timeline/", "agencies/", "meetings/", "documents/", "contacts/add/", "notes/add/", "actions/add/", "goals/add/", "wishes/", "consent/",
    "worry/", "review/", "plan/print/", "people/add/", "refer/", "lead/", "restrict/", "close/", "disclose/",
)  # fmt: skip
OTHERS = {
    "partnership@police": ("/", "/agreements/"),
    "administrator@police": ("/", "/people/"),
    "auditor@police": ("/", "/log/"),
    "analyst@police": ("/", "/desk/", "/bring-in/"),
    "council-manager@council": ("/", "/referrals/", "/cases/", "/caseload/"),
}


def test_the_main_pages_fit_320_pixels(sign_in: SignIn) -> None:
    sergeant = sign_in("sergeant@police", width=320, height=640)
    case = begin_case(sergeant, "Nat Narrow-Doublebarrelledname")
    for address in (*POLICE, *(f"{case}{page}" for page in CASE)):
        answer = sergeant.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        check(sergeant)
    for key, addresses in OTHERS.items():
        page = sign_in(key, width=320, height=640)
        for address in addresses:
            answer = page.goto(address)
            assert answer is not None
            assert answer.status == 200, address
            check(page)


def test_work_needs_no_javascript(sign_in: SignIn) -> None:
    today = datetime.now(UTC).date()
    officer, charity = (
        sign_in("officer@police", scripts=False),
        sign_in("charity-manager@charity", scripts=False, width=390),
    )
    case = begin_case(officer, "Nic Noscript", with_axe=False)
    officer.goto("/cases/?lead=me")
    officer.get_by_label("Name", exact=True).fill("Noscript")
    officer.get_by_role("button", name="Filter").click()
    officer.get_by_role("link", name="Nic Noscript").click()
    officer.get_by_role("link", name="Record a contact").click()
    officer.get_by_role("button", name="Save").click()
    expect(officer.get_by_role("alert")).to_contain_text("There is a problem")
    officer.get_by_label("With whom?").fill("Nic")
    officer.get_by_label("Met").check()
    fill_day(officer, today)
    officer.get_by_label("What was said?").fill("At the door; friendly.")
    officer.get_by_role("button", name="Save").click()
    refer(officer, case, "Made-up Fresh Start")

    charity.goto("/referrals/")
    charity.get_by_role("link", name="Nic Noscript").click()
    charity.get_by_role("link", name="Answer", exact=True).click()
    charity.get_by_label("We help").check()
    charity.get_by_role("button", name="Send the answer").click()
    charity.get_by_role("link", name="Go to the case").click()
    charity.get_by_role("link", name="Write a note").click()
    charity.get_by_label("In a few words").fill("First evening")
    charity.get_by_label("The note").fill("Came on time.")
    charity.get_by_role("button", name="Save the note").click()

    officer.goto(f"{case}timeline/")
    expect(officer.get_by_text("Came on time.")).to_be_visible()
    officer.goto(f"{case}plan/")
    officer.get_by_role("link", name="Add a goal").click()
    officer.get_by_label("What do we want to reach?").fill("Evenings that he likes")
    officer.get_by_role("button", name="Save").click()
    officer.get_by_role("link", name="Add an action").last.click()
    officer.get_by_label("What will be done?").fill("Club on Tuesdays")
    officer.get_by_label("Who does it?").select_option(label="PC Omar Officer")
    fill_day(officer, today + timedelta(7))
    officer.get_by_role("button", name="Add").click()
    officer.get_by_role("link", name="Print the plan").click()
    officer.get_by_label("I have checked who lives there").check()
    officer.get_by_role("button", name="Show it as a page").click()
    expect(officer.get_by_role("heading", name="Plan of Nic Noscript")).to_be_visible()
    officer.get_by_role("button", name="Sign out").click()
    assert "/sign-in/" in officer.url or officer.get_by_label("Email").count()
