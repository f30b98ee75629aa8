"""A package is about somebody else: the answer goes back to the search, where feedback counts it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from headwater.engine import DuckDBEngine
from headwater.identity import list_decisions, open_identity
from headwater.records import Lake, open_records
from headwater.triggers.runs import find_package
from tests.e2e.service.conftest import Live, SignIn, serving, sign_in_on
from tests.e2e.service.steps import bring_package, check, in_service

pytestmark = [pytest.mark.browser, pytest.mark.service, pytest.mark.full]


def test_wrong_person_goes_back_to_the_search(sign_in: SignIn, live: Live) -> None:
    Lake.open(live.data / "lake")
    bring_package(live, "Kit Mistaken", "K-mistaken0001")
    sergeant = sign_in("sergeant@police", width=320, height=700, scripts=False)
    sergeant.goto("/inbox/")
    sergeant.get_by_role("link", name="Kit Mistaken").click()
    sergeant.get_by_role("link", name="Wrong person").click()
    sergeant.get_by_role("button", name="Send the answer").click()
    expect(sergeant.get_by_role("alert")).to_contain_text("How do you know")
    sergeant.get_by_label("He was dealt with for taking food from a shop.").check()
    sergeant.get_by_label("How do you know?").fill("I know both: that was his cousin.")
    sergeant.get_by_role("button", name="Send the answer").click()
    expect(sergeant.get_by_role("status")).to_contain_text("the answer went back to the search")
    seeing = sign_in("sergeant@police")
    seeing.goto("/packages/K-mistaken0001/")
    expect(seeing.get_by_text("Wrong person").first).to_be_visible()
    check(seeing)
    until = time.monotonic() + 30
    while not any(one["answered"] > one["right"] for one in feedback(live.data).get("triggers", [])):
        assert time.monotonic() < until, "the worker did not hand the answer back"
        time.sleep(0.5)


def test_the_records_of_a_line_about_somebody_else_are_parted(browser: Browser) -> None:
    """On what a real search of a made-up force found: the answer is a reviewer's decision there, which the next joining respects."""
    folder = Path(tempfile.mkdtemp(prefix="headwater-wrong-"))
    folder.chmod(0o711)
    data = folder / "data"
    made = [sys.executable, "-m", "headwater.cli", "demo", "--people", "4000", "--seed", "4", "--data", str(data)]
    subprocess.run([*made, "--no-serve", "--quiet"], check=True, capture_output=True, timeout=300)
    with serving(data) as live:
        package, line, sentence = a_line_that_can_be_parted(live)
        sit_in_its_team(live, package)
        before = list_decisions(Lake.open(data / "lake", create=False))
        page = browser.new_context(base_url=live.address, viewport={"width": 390, "height": 844}).new_page()
        sign_in_on(page, live, "sergeant@police")
        page.goto(f"/packages/{package}/wrong-person/")
        check(page)
        page.locator(f"input[value='{line}']").check()
        expect(page.get_by_text(sentence).first).to_be_visible()
        page.get_by_label("How do you know?").fill("I know both: that was a cousin of the same name.")
        page.get_by_role("button", name="Send the answer").click()
        expect(page.get_by_role("status")).to_contain_text("the answer went back to the search")
        until = time.monotonic() + 60
        while len(after := list_decisions(Lake.open(data / "lake", create=False))) == len(before):
            assert time.monotonic() < until, "the worker did not hand the decision back"
            time.sleep(0.5)
        decision = after[-1]
        assert decision.verdict == "not the same person"
        assert decision.reason == "I know both: that was a cousin of the same name."
        assert "Sergeant" not in decision.user, "the lake learns the team, not the name"
    found = feedback(data)
    assert found["triggers"][0]["answered"] - found["triggers"][0]["right"] == 1
    time.sleep(6)  # The database's supervisor lets go of the folder.
    shutil.rmtree(folder, ignore_errors=True)


def feedback(data: Path) -> dict[str, Any]:
    """What `headwater feedback` says."""
    command = [sys.executable, "-m", "headwater.cli", "feedback", "--data", str(data), "--json"]
    found: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return found


def a_line_that_can_be_parted(live: Live) -> tuple[str, str, str]:
    """A package that waits, and a line in it that stands on one of the subject's records but not on all."""
    asked = "Package.objects.filter(state='waiting').exclude(reference__startswith='K-example').values_list('reference', flat=True)"
    waiting = in_service(live, f"from headwater.service.cases.models import Package\nprint(*{asked})").split()
    lake = Lake.open(live.data / "lake", create=False)
    with DuckDBEngine() as engine:
        open_records(engine, lake)
        for number, name in enumerate(waiting):
            package = find_package(lake, name)
            if number == 0:
                open_identity(engine, lake.derived("identity", package.method.identity))  # type: ignore[arg-type]
            for item in (item for kind in package.evidence for item in kind.items):
                found = engine.fetch(
                    """
                    SELECT bool_or(coalesce(list_contains($events, i.event_id), false)) AS of_line
                    FROM person p LEFT JOIN involvement i USING (person_record_id) WHERE p.person_id = $person GROUP BY p.person_record_id
                    """,
                    {"person": package.subject.person_id, "events": [record.event_id for record in item.records]},
                ).to_pylist()
                if {row["of_line"] for row in found} == {True, False}:
                    return name, item.evidence_id, item.sentence
    raise AssertionError("no package that waits has such a line")


def sit_in_its_team(live: Live, package: str) -> None:
    """The sergeant works for the team that has the package too."""
    in_service(
        live,
        "from headwater.service.agencies.models import Membership, User\nfrom headwater.service.cases.models import Package\n"
        f"team = Package.objects.get(reference={package!r}).team\n"
        "Membership.objects.get_or_create(user=User.objects.get(email='sergeant@police.example'), team=team, role='sergeant')",
    )
