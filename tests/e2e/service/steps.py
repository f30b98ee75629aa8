"""Steps that journeys share: each is what a user does, said once."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date

from playwright.sync_api import Page, expect

from tests.e2e.axe import run_axe
from tests.e2e.service.conftest import Live


def check(page: Page) -> None:
    """No violation, and nothing that must be scrolled sideways."""
    assert run_axe(page) == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url


def fill_day(page: Page, day: date) -> None:
    """Three boxes."""
    for name, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        page.get_by_label(name, exact=True).fill(str(value))


def begin_case(page: Page, name: str, team: str = "Lark Hill Top") -> str:
    """Somebody begins a case about somebody; its address."""
    page.goto("/cases/begin/")
    check(page)
    page.get_by_label("For which team?").select_option(label=team)
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Why now?").fill("A neighbour told us.")
    page.get_by_label("Every 4 weeks").check()
    page.get_by_label("I have searched").check()
    page.get_by_role("button", name="Begin the case").click()
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
    return re.sub(r"^https?://[^/]+", "", page.url)


def refer(page: Page, case: str, to: str, *, email: str = "") -> None:
    """Ask another agency."""
    page.goto(f"{case}refer/")
    page.get_by_label("Whom do you ask?").select_option(label=to)
    page.get_by_label("What do you ask them to do?").fill("Please help with evenings.")
    if email:
        page.get_by_label("E-mail address, when they have no account here").fill(email)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text(f"Whose move: {to}")).to_be_visible()


def in_service(live: Live, script: str, *, seconds: int = 60) -> str:
    """Run a script beside the service, as an operator would; what it printed."""
    whole = f"""
from pathlib import Path
from headwater.service.running.prepare import database_up
with database_up(Path({str(live.data)!r})):
    from headwater.service.audit.actions import acting_as
    with acting_as("test"):
{chr(10).join("        " + line for line in script.strip().splitlines())}
"""
    done = subprocess.run([sys.executable, "-c", whole], capture_output=True, text=True, check=True, timeout=seconds)
    return done.stdout
