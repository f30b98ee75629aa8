"""A restricted case: a locked line for the team, nothing for anybody else; not in counts, search, export or notices."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.service.conftest import Live, SignIn
from tests.e2e.service.steps import add_action, begin_case, check, reference_of, restrict

pytestmark = [pytest.mark.browser, pytest.mark.service, pytest.mark.full]

NAME = "Sky Hidden"


def led_by(page: Page, who: str) -> int:
    """How many cases somebody leads, as the caseload counts them."""
    page.goto("/caseload/")
    check(page)
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=who, exact=True)).first
    return int(row.get_by_role("cell").first.inner_text()) if row.count() else 0


def test_a_restricted_case_is_a_locked_line_and_leaks_nowhere(sign_in: SignIn, live: Live) -> None:
    sergeant, pcso, partnership = (
        sign_in("sergeant@police"),
        sign_in("pcso@police", width=390),
        sign_in("partnership@police"),
    )
    case = begin_case(sergeant, NAME)
    reference = reference_of(case)
    add_action(sergeant, case, "Sit with Sky on Friday", "PCSO Pat Support", datetime.now(UTC).date())
    pcso.goto("/")
    expect(pcso.get_by_text("Sit with Sky on Friday")).to_be_visible()
    before = led_by(partnership, "Nobody yet") + led_by(partnership, "Sam Sergeant")
    restrict(sergeant, case, "A relative of a member of staff")

    # The team sees that there is something, and whom to ask.
    pcso.goto("/cases/")
    expect(pcso.get_by_role("link", name=reference)).to_be_visible()
    expect(pcso.get_by_text(NAME)).to_have_count(0)
    check(pcso)
    pcso.goto(case)
    expect(pcso.get_by_role("heading", name=f"{reference} is locked")).to_be_visible()
    expect(pcso.get_by_text("Sergeant Sam Sergeant")).to_be_visible()
    check(pcso)
    for page in (
        "timeline",
        "plan",
        "agencies",
        "documents",
        "meetings",
        "wishes",
        "refer",
        "plan/print",
        "actions/add",
    ):
        assert pcso.goto(f"{case}{page}/").status == 404, page  # type: ignore[union-attr]

    # No name, no word: not on the front page, in counts, search, export or notices.
    pcso.goto("/")
    expect(pcso.get_by_text("Sky")).to_have_count(0)
    assert led_by(partnership, "Nobody yet") + led_by(partnership, "Sam Sergeant") == before - 1
    for words in ("Sky Hidden", reference):
        pcso.goto(f"/search/?q={words}")
        expect(pcso.get_by_text("Nothing that you may see fits.")).to_be_visible()
        check(pcso)
    pcso.goto("/cases/?q=Sky+Hidden")
    expect(pcso.get_by_text("0 cases with this filter.")).to_be_visible()
    exported = pcso.request.get(f"{live.address}/cases/?format=csv&state=all").text()
    assert NAME not in exported
    assert reference not in exported
    told = len(pcso.request.get(f"{live.address}/notices/").text().split(reference))
    add_action(sergeant, case, "Ask her aunt", "Sergeant Sam Sergeant", datetime.now(UTC).date())
    assert len(pcso.request.get(f"{live.address}/notices/").text().split(reference)) == told
    pcso.goto("/notices/")
    expect(pcso.get_by_text(NAME)).to_have_count(0)

    # Others see nothing at all: the same page as for what does not exist.
    for key in ("sergeant-coventry@police", "youth-worker@charity"):
        stranger = sign_in(key)
        answer = stranger.goto(case)
        assert answer is not None
        assert answer.status == 404
        locked = stranger.get_by_role("main").inner_text()
        stranger.goto("/cases/99999999/")
        assert stranger.get_by_role("main").inner_text() == locked
        check(stranger)
        stranger.goto("/cases/?state=all")
        expect(stranger.get_by_text(reference)).to_have_count(0)
