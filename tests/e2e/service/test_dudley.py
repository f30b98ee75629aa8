"""The worked example in a real browser: a young man in council accommodation, from the sergeant's inbox to the close of the case."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.e2e.service.conftest import SignIn
from tests.e2e.service.steps import check, fill_day, follow

pytestmark = [pytest.mark.browser, pytest.mark.service]


def test_from_inbox_to_close(sign_in: SignIn) -> None:
    today = datetime.now(UTC).date()
    sergeant, officer, youth = (
        sign_in("sergeant@police"),
        sign_in("officer@police", width=390, height=840),
        sign_in("youth-worker@charity"),
    )

    # The sergeant finds the package for her wards and takes it on.
    check(sergeant)
    follow(sergeant, sergeant.get_by_role("navigation", name="Main").get_by_role("link", name="Inbox"))
    check(sergeant)
    sergeant.get_by_role("link", name="Jordan Example").click()
    expect(sergeant.get_by_role("heading", name="Why now")).to_be_visible()
    expect(sergeant.get_by_role("heading", name="What argues against")).to_be_visible()
    check(sergeant)
    follow(sergeant, sergeant.get_by_role("link", name="Take it on"))
    check(sergeant)
    sergeant.get_by_label("Who leads?").select_option(label="PC Omar Officer")
    sergeant.get_by_label("Every 4 weeks").check()
    sergeant.get_by_role("button", name="Open the case").click()
    expect(sergeant.get_by_role("status")).to_contain_text("The case is open.")
    check(sergeant)
    case = re.sub(r"^https?://[^/]+", "", sergeant.url)

    # The officer, on a phone, learns of it, asks what he wants, and agrees a plan with him.
    officer.goto("/notices/")
    check(officer)
    officer.get_by_role("button", name="Open what C-").first.click()
    expect(officer.get_by_role("heading", name="Jordan Example", level=1)).to_be_visible()
    check(officer)
    officer.goto(f"{case}consent/")
    officer.get_by_label("The person agrees", exact=True).check()
    officer.get_by_role("button", name="Save").click()
    follow(officer, officer.get_by_role("link", name="Write it down"))
    check(officer)
    officer.get_by_label("What does the person want?").fill("I would like to work with cars. And my money back.")
    officer.get_by_role("button", name="Save").click()
    officer.get_by_role("link", name="Plan", exact=True).click()
    officer.get_by_role("link", name="Add a goal").click()
    officer.get_by_label("What do we want to reach?").fill("Money he can manage, and work he likes")
    follow(officer, officer.get_by_role("button", name="Save"))
    check(officer)

    # A charity is called in: budgeting, work training, a mentor.
    officer.goto(f"{case}refer/")
    check(officer)
    officer.get_by_label("Whom do you ask?").select_option(label="Made-up Fresh Start")
    officer.get_by_label("What do you ask them to do?").fill(
        "Help with budgeting and benefits, work training, a mentor."
    )
    for what in ("The plan: goals and actions", "What the person wants, strengths and needs"):
        officer.get_by_label(what).check()
    officer.get_by_role("button", name="Send").click()
    expect(officer.get_by_text("Whose move: Made-up Fresh Start")).to_be_visible()
    check(officer)

    # The youth worker sees who it is and what is asked, and no more, until she accepts.
    youth.goto("/referrals/")
    check(youth)
    youth.get_by_role("link", name="Jordan Example").click()
    expect(youth.get_by_text("Help with budgeting and benefits")).to_be_visible()
    expect(youth.get_by_text("work with cars")).to_have_count(0)
    check(youth)
    follow(youth, youth.get_by_role("link", name="Answer", exact=True))
    check(youth)
    youth.get_by_label("We help").check()
    youth.get_by_role("button", name="Send the answer").click()
    youth.get_by_role("link", name="Go to the case").click()
    expect(youth.get_by_text("I would like to work with cars.").first).to_be_visible()
    expect(youth.get_by_text("1 Made-up House")).to_have_count(0)
    check(youth)
    youth.get_by_role("link", name="Plan", exact=True).click()
    follow(youth, youth.get_by_role("link", name="Add an action").last)
    check(youth)
    youth.get_by_label("What will be done?").fill("Budget on paper, every Tuesday with Yusuf")
    youth.get_by_label("Who does it?").select_option(label="Youth worker Yusuf Youth")
    fill_day(youth, today + timedelta(14))
    youth.get_by_label("For which goal?").select_option(label="Money he can manage, and work he likes")
    youth.get_by_role("button", name="Add").click()
    expect(youth.get_by_text("Budget on paper, every Tuesday with Yusuf").first).to_be_visible()
    check(youth)

    # He keeps his appointments; it is in one timeline, whoever wrote it.
    youth.goto(f"{case}contacts/add/")
    check(youth)
    youth.get_by_label("With whom?").fill("Jordan")
    youth.get_by_label("Met").check()
    fill_day(youth, today)
    youth.get_by_label("What was said?").fill("On time. Proud of his first budget.")
    youth.get_by_role("button", name="Save").click()
    officer.goto(f"{case}timeline/")
    expect(officer.get_by_text("On time. Proud of his first budget.")).to_be_visible()
    check(officer)

    # The plan on paper: the page says who lives there and asks first.
    officer.goto(f"{case}plan/print/")
    check(officer)
    officer.get_by_role("button", name="Show it as a page").click()
    expect(officer.get_by_role("alert")).to_be_visible()
    officer.get_by_label("I have checked who lives there").check()
    officer.get_by_role("button", name="Show it as a page").click()
    expect(officer.get_by_role("heading", name="Plan of Jordan Example")).to_be_visible()
    check(officer)
    officer.goto(f"{case}plan/print/")
    officer.get_by_label("I have checked who lives there").check()
    with officer.expect_download() as got:
        officer.get_by_role("button", name="Download it as PDF").click()
    content = got.value.path().read_bytes()
    assert content.startswith(b"%PDF-")

    # Done, reviewed, closed with an outcome and what was learned.
    youth.goto(f"{case}plan/")
    youth.get_by_role("link", name="Done or not done?").click()
    youth.get_by_label("It is done").check()
    youth.get_by_label("What was done, or why not?").fill("Benefits are paid again.")
    youth.get_by_role("button", name="Save").click()
    officer.goto(f"{case}review/")
    check(officer)
    officer.get_by_label("What is better?").fill("Keeps every appointment; no offence since the summer.")
    officer.get_by_role("button", name="Save the review").click()
    sergeant.goto(f"{case}close/")
    check(sergeant)
    sergeant.get_by_label("Things are better, and are likely to stay so").check()
    sergeant.get_by_label("What has changed?").fill("He works, manages his money, and has stopped offending.")
    sergeant.get_by_label("What did you learn").fill("He had asked for work with cars two years ago. Ask first.")
    sergeant.get_by_role("button", name="Close it").click()
    expect(sergeant.get_by_text("Closed on")).to_be_visible()
    check(sergeant)
    assert youth.goto(case).status == 404  # type: ignore[union-attr]
    check(youth)
