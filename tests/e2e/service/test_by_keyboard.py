"""The main pages by keyboard alone, without JavaScript, and on a very narrow screen."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.service.conftest import SignIn
from tests.e2e.service.steps import begin_case, check

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


@pytest.mark.parametrize("scripts", [True, False])
def test_the_main_pages_fit_320_pixels_and_need_no_script(sign_in: SignIn, scripts: bool) -> None:
    officer = sign_in("officer@police", width=320, height=640, scripts=scripts)
    case = begin_case_without_axe(officer) if not scripts else begin_case(officer, "Nat Narrow")
    for address in (
        "/", "/inbox/", "/cases/", "/referrals/", "/search/?q=nat", "/notices/", "/account/", "/design/", case, f"{case}plan/", f"{case}timeline/",
        f"{case}agencies/", f"{case}meetings/", f"{case}documents/", f"{case}contacts/add/", f"{case}actions/add/", f"{case}plan/print/", f"{case}refer/",
    ):  # fmt: skip
        answer = officer.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        if scripts:
            check(officer)


def begin_case_without_axe(page: Page) -> str:
    page.goto("/cases/begin/")
    page.get_by_label("For which team?").select_option(label="Lark Hill Top")
    page.get_by_label("Name", exact=True).fill("Nat Noscript")
    page.get_by_label("Why now?").fill("Told at the door.")
    page.get_by_label("Every 4 weeks").check()
    page.get_by_label("I have searched").check()
    page.get_by_role("button", name="Begin the case").click()
    expect(page.get_by_role("heading", name="Nat Noscript", level=1)).to_be_visible()
    return "/" + page.url.split("/", 3)[3]
