"""Does what `headwater demo` makes stand up: the pages of its drafts, what leaves the desk, the reports, and an answer that comes back?

One demonstration serves all questions, for it is a whole search by every trigger. What changes it comes last.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, expect

from headwater.engine import DuckDBEngine
from headwater.identity import list_decisions, open_identity
from headwater.records import Lake, open_records
from headwater.triggers.runs.find import find_package, find_run
from tests.e2e.axe import run_axe, unfold
from tests.e2e.conftest import MakeFolder
from tests.e2e.service.conftest import Live, serving, sign_in_on
from tests.e2e.service.steps import check, in_service, read_feedback
from tests.pages.reading import read_page

pytestmark = [pytest.mark.browser, pytest.mark.service, pytest.mark.full]


@pytest.fixture(scope="module")
def demo(make_folder: MakeFolder) -> Path:
    """A demonstration of 4,000 people, and the transparency records of one trigger."""
    folder = make_folder("demo")
    for arguments in (
        ["demo", "--people", "4000", "--seed", "4", "--data", str(folder / "data"), "--quiet", "--no-serve"],
        ["transparency", "tipt", str(folder / "record-public"), "--public"],
        ["transparency", "tipt", str(folder / "record-full")],
    ):
        subprocess.run([sys.executable, "-m", "headwater.cli", *arguments], check=True, stdout=subprocess.DEVNULL)
    return folder


@pytest.fixture(scope="module")
def run(demo: Path) -> Path:
    """The run of its main trigger."""
    found = find_run(Lake.open(demo / "data" / "lake", create=False))
    assert list((found / "packages").glob("*.html"))
    return found


def list_drafts(run: Path) -> list[Path]:
    """The pages of a run in which most can go wrong."""
    largest_first = sorted((run / "packages").glob("*.html"), key=lambda path: (-path.stat().st_size, path.name))
    return [run / "index.html", run / "guide.html", *sorted((run / "teams").glob("*.html"))[:6], *largest_first[:12]]


def list_leaving(demo: Path) -> list[Path]:
    """Pages that leave the desk, and reports."""
    handed = demo / "data" / "handed-on"
    found = [
        demo / "data" / "report" / "index.html",
        demo / "data" / "report-public" / "index.html",
        demo / "record-public" / "index.html",
        demo / "record-full" / "index.html",
        *sorted(handed.glob("*/teams/*.html"))[:2],
        *sorted(handed.glob("*/packages/*.html"))[:4],
    ]
    assert len(found) > 6
    return found


def test_every_page_is_marked_whole_and_linked(run: Path) -> None:
    for path in sorted(run.rglob("*.html")):
        page = read_page(path.read_text(encoding="utf-8"))
        status = page.find("div", class_="draft")[0].text()
        assert "Draft: not confirmed" in status
        assert "Made up" in status
        for tag in ("dd", "td", "th", "li", "h1", "h2", "h3"):
            assert all(element.text() for element in page.find(tag)), f"an empty {tag} in {path.name}"
        for element in page.walk():
            target = element.attributes.get("href", "").split("#")[0]
            assert not target or (path.parent / unquote(target)).is_file(), f"{path.name} links to {target}"


@pytest.mark.parametrize("width", [390, 1280], ids=["phone", "desk"])
def test_axe_finds_no_violation_and_nothing_scrolls_sideways(
    browser: Browser, demo: Path, run: Path, width: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    for path in [*list_drafts(run), *list_leaving(demo)]:
        page.goto(path.as_uri())
        unfold(page)
        assert run_axe(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    page.close()


def test_a_page_that_leaves_links_to_nothing_that_stays_behind(demo: Path) -> None:
    for path in (demo / "data" / "handed-on").rglob("*.html"):
        text = path.read_text("utf-8")
        assert "guide.html" not in text
        assert "This is a draft" not in text
        assert "Draft: not confirmed" not in text


def test_the_records_of_a_line_about_somebody_else_are_parted(browser: Browser, demo: Path) -> None:
    """The answer is a reviewer's decision in the lake, which the next joining respects."""
    data = demo / "data"
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
    found = read_feedback(data)
    assert found["triggers"][0]["answered"] - found["triggers"][0]["right"] == 1


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
