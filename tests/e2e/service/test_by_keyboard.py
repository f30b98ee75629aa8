"""The main work by keyboard alone: every step is reached by Tab, seen, and done by Enter or Space."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.service.conftest import Live, SignIn
from tests.e2e.service.steps import begin_case, bring_package, refer

pytestmark = [pytest.mark.browser, pytest.mark.service, pytest.mark.full]


def tab_to(page: Page, words: str) -> None:
    """Press Tab until this link, field or button has the focus; it must be visible there."""
    for _ in range(120):
        page.keyboard.press("Tab")
        told = page.evaluate(
            "(document.activeElement.labels?.[0]?.innerText || document.activeElement.innerText || '').trim()"
        )
        if told.startswith(words):
            shown = page.evaluate(
                "(() => { const s = getComputedStyle(document.activeElement); return s.outlineStyle !== 'none' || s.boxShadow !== 'none' })()"
            )
            assert shown, f"nobody sees that {words} has the focus"
            return
    raise AssertionError(f"the keyboard does not reach {words} on {page.url}")


def enter(page: Page) -> None:
    """Follow or send what has the focus."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_note_is_written_by_keyboard_alone(sign_in: SignIn) -> None:
    officer = sign_in("officer@police")
    case = begin_case(officer, "Kim Keyboard")
    officer.goto("/")
    officer.keyboard.press("Tab")
    assert officer.evaluate("document.activeElement.innerText") == "Skip to the content"
    tab_to(officer, "Cases")
    enter(officer)
    tab_to(officer, "Kim Keyboard")
    enter(officer)
    tab_to(officer, "Write a note")
    enter(officer)
    tab_to(officer, "In a few words")
    officer.keyboard.type("By keyboard")
    tab_to(officer, "The note")
    officer.keyboard.type("Without a mouse.")
    tab_to(officer, "Save the note")
    enter(officer)
    expect(officer.get_by_text("Without a mouse.")).to_be_visible()
    assert case in officer.url


def test_a_package_is_found_and_taken_on_by_keyboard_alone(sign_in: SignIn, live: Live) -> None:
    bring_package(live, "Toni Tabkey", "K-keyboard0001")
    sergeant = sign_in("sergeant@police")
    sergeant.goto("/")
    tab_to(sergeant, "Inbox")
    enter(sergeant)
    tab_to(sergeant, "Toni Tabkey")
    enter(sergeant)
    tab_to(sergeant, "The same as a table")
    sergeant.keyboard.press("Enter")
    expect(sergeant.locator("details[open] table").first).to_be_visible()
    sergeant.goto(sergeant.url)
    tab_to(sergeant, "Take it on")
    enter(sergeant)
    tab_to(sergeant, "Who leads?")
    sergeant.keyboard.type("PC Omar")
    tab_to(sergeant, "Open the case")
    enter(sergeant)
    expect(sergeant.get_by_role("status")).to_contain_text("The case is open.")
    expect(sergeant.get_by_text("Omar Officer").first).to_be_visible()


def test_a_mistake_in_a_form_is_found_and_mended_by_keyboard_alone(sign_in: SignIn) -> None:
    officer = sign_in("officer@police")
    case = begin_case(officer, "Ren Mistake")
    officer.goto(f"{case}actions/add/")
    tab_to(officer, "What will be done?")
    officer.keyboard.type("Open a bank account")
    tab_to(officer, "Add")
    enter(officer)
    # The summary has the focus; its first link leads to the first fault, and what was typed is still there.
    assert officer.evaluate("document.activeElement.hasAttribute('data-error-summary')")
    tab_to(officer, "Who does it")
    officer.keyboard.press("Enter")
    assert officer.evaluate("document.activeElement.labels[0].innerText") == "Who does it?"
    officer.keyboard.type("PC Omar")
    for name, text in (("Day", "1"), ("Month", "12"), ("Year", "2099")):
        tab_to(officer, name)
        officer.keyboard.type(text)
    tab_to(officer, "Add")
    enter(officer)
    expect(officer.get_by_text("Open a bank account").first).to_be_visible()


def test_a_referral_is_answered_by_keyboard_alone(sign_in: SignIn) -> None:
    officer = sign_in("officer@police")
    case = begin_case(officer, "Ray Answered")
    refer(officer, case, "Made-up Homes")
    housing = sign_in("housing-officer@housing")
    tab_to(housing, "R-")
    enter(housing)
    tab_to(housing, "Answer")
    enter(housing)
    tab_to(housing, "We help")
    housing.keyboard.press("Space")
    tab_to(housing, "Anything to add?")
    housing.keyboard.type("Yes, from Monday.")
    tab_to(housing, "Send the answer")
    enter(housing)
    tab_to(housing, "Go to the case")
    enter(housing)
    expect(housing.get_by_role("heading", name="Ray Answered", level=1)).to_be_visible()
