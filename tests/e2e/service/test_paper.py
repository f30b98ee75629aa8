"""Ctrl+P on a page about somebody: what it holds stays on the screen; only the plan that was asked for goes on paper."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.e2e.service.conftest import Live, SignIn
from tests.e2e.service.steps import add_action, begin_case, bring_package, check, follow, refer

pytestmark = [pytest.mark.browser, pytest.mark.service, pytest.mark.full]

NAME, LEAVE = "Robin Onpaper", "Leave him safely by March"
NOT_HERE = "This page is not for paper."


def on_paper(page: Page) -> str:
    """What stands on the sheets when somebody prints what they look at."""
    return " ".join(
        "\n".join(
            sheet.extract_text() for sheet in PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
        ).split()
    )


def test_no_page_about_somebody_prints_but_the_plan_that_was_asked_for(sign_in: SignIn, live: Live) -> None:
    sergeant = sign_in("sergeant@police")
    case = begin_case(sergeant, NAME, with_axe=False)
    add_action(sergeant, case, LEAVE, "Sergeant Sam Sergeant", datetime.now(UTC).date())
    refer(sergeant, case, "Made-up Fresh Start")
    asked = sergeant.url.removeprefix(live.address)
    bring_package(live, NAME, "K-onpaper001")
    pages = [
        f"{case}{part}"
        for part in (
            "",
            "plan/",
            "timeline/",
            "meetings/",
            "documents/",
            "agencies/",
            "plan/print/",
            "wishes/",
            "household/add/",
        )
    ]
    for address in (
        *pages,
        asked,
        "/packages/K-onpaper001/",
        "/packages/K-onpaper001/take-on/",
        "/",
        "/inbox/",
        "/search/?q=onpaper",
    ):
        sergeant.goto(address)
        expect(sergeant.get_by_text(NOT_HERE)).to_be_hidden()
        sergeant.emulate_media(media="print")
        expect(sergeant.get_by_role("main")).to_be_hidden()
        expect(sergeant.get_by_text(NOT_HERE)).to_be_visible()
        text = on_paper(sergeant)
        assert text.startswith(NOT_HERE), (address, text)
        assert len(text) < 120, (address, text)
        sergeant.emulate_media(media="screen")
    sergeant.goto(f"{case}plan/")
    assert "Print the plan" in on_paper(sergeant)

    # A plain list is for paper.
    sergeant.goto("/cases/")
    assert NAME in on_paper(sergeant)

    # Where somebody dangerous lives there, only what was ticked.
    add_action(sergeant, case, "Library card", "Sergeant Sam Sergeant", datetime.now(UTC).date())
    sergeant.goto(f"{case}household/add/")
    sergeant.get_by_label("Name").fill("A step-father")
    sergeant.get_by_label("Who are they to the person?").fill("step-father")
    sergeant.get_by_label("They live there now").check()
    sergeant.get_by_label("They are suspected of harm at home").check()
    sergeant.get_by_role("button", name="Save").click()
    sergeant.goto(f"{case}plan/")
    follow(sergeant, sergeant.get_by_role("link", name="Print the plan"))
    check(sergeant)
    sergeant.get_by_label("Library card").check()
    sergeant.get_by_label("I have checked who lives there").check()
    follow(sergeant, sergeant.get_by_role("button", name="Show it as a page"))
    expect(sergeant.get_by_role("heading", name=f"Plan of {NAME}")).to_be_visible()
    text = on_paper(sergeant)
    assert "Library card" in text
    assert "not confirmed" not in text
    assert LEAVE not in text
    assert "step-father" not in text
