"""Steps that journeys share: each is what a user does, said once."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.e2e.axe import run_axe
from tests.e2e.service.conftest import Live


def check(page: Page) -> None:
    """No violation, and nothing that must be scrolled sideways."""
    assert run_axe(page) == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url


def follow(page: Page, what: Locator) -> None:
    """Click on what leads to another page, and be there."""
    with page.expect_navigation():
        what.click()


def fill_day(page: Page, day: date) -> None:
    """Three boxes."""
    for name, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        page.get_by_label(name, exact=True).fill(str(value))


def begin_case(page: Page, name: str, team: str = "Lark Hill Top", *, with_axe: bool = True) -> str:
    """Somebody begins a case about somebody; its address."""
    page.goto("/cases/begin/")
    if with_axe:
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


def reference_of(case: str) -> str:
    """The number that people quote, of a case's address."""
    return f"C-{int(case.strip('/').split('/')[-1]):06}"


def add_action(page: Page, case: str, words: str, who: str, due: date) -> None:
    """Something to do, by somebody."""
    page.goto(f"{case}actions/add/")
    check(page)
    page.get_by_label("What will be done?").fill(words)
    page.get_by_label("Who does it?").select_option(label=who)
    fill_day(page, due)
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_text(words).first).to_be_visible()


def restrict(page: Page, case: str, why: str) -> None:
    """Only those who are named may see it."""
    page.goto(f"{case}restrict/")
    check(page)
    page.get_by_label(why).check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("restricted", exact=False).first).to_be_visible()


def in_service(live: Live, script: str, *, seconds: int = 60, more: dict[str, str] | None = None) -> str:
    """Run a script beside the service, as an operator would, with these settings; what it printed."""
    whole = f"""
from pathlib import Path
from headwater.service.running.prepare import database_up
with database_up(Path({str(live.data)!r})):
    from headwater.service.audit.actions import acting_as
    with acting_as("test"):
{chr(10).join("        " + line for line in script.strip().splitlines())}
"""
    done = subprocess.run(
        [sys.executable, "-c", whole],
        capture_output=True,
        text=True,
        timeout=seconds,
        env={**os.environ, **(more or {})},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


BRING = """
from headwater.service.agencies.models import Team, today
from headwater.service.cases.actions.bring import bring_in
from headwater.service.demo.example import make_example
team = Team.objects.get(lake_team="DY10")
one = make_example("DY10", team.name, "Dudley", today())
subject = one.subject.model_copy(update={{"name": {name!r}, "person_id": "P-{reference}", "other_names": []}})
print(bring_in([one.model_copy(update={{"package_id": {reference!r}, "subject": subject}})], run="test").new)
"""


def bring_package(live: Live, name: str, reference: str) -> None:
    """One more confirmed package about somebody of this name comes to a Dudley team."""
    assert in_service(live, BRING.format(name=name, reference=reference)).strip() == "1"


def read_feedback(data: Path) -> dict[str, Any]:
    """What `headwater feedback` says."""
    command = [sys.executable, "-m", "headwater.cli", "feedback", "--data", str(data), "--json"]
    found: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return found
