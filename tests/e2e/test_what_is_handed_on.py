"""Do the pages that leave the desk, and the reports, stand up to the same tests as the drafts?"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.e2e.axe import run_axe, unfold

pytestmark = [pytest.mark.browser, pytest.mark.full]


@pytest.fixture(scope="module")
def demo() -> Iterator[Path]:
    """A demonstration of 4,000 people, and the transparency records of one trigger."""
    folder = Path(tempfile.mkdtemp(prefix="headwater-demo-"))
    folder.chmod(0o711)  # As root, the database's user passes through.
    for arguments in (
        ["demo", "--people", "4000", "--seed", "4", "--data", str(folder / "data"), "--quiet", "--no-serve"],
        ["transparency", "tipt", str(folder / "record-public"), "--public"],
        ["transparency", "tipt", str(folder / "record-full")],
    ):
        subprocess.run([sys.executable, "-m", "headwater.cli", *arguments], check=True, stdout=subprocess.DEVNULL)
    yield folder
    time.sleep(6)  # The database's supervisor lets go of the folder.
    shutil.rmtree(folder, ignore_errors=True)


def pages(demo: Path) -> list[Path]:
    handed = demo / "data" / "handed-on"
    return [
        demo / "data" / "report" / "index.html",
        demo / "data" / "report-public" / "index.html",
        demo / "record-public" / "index.html",
        demo / "record-full" / "index.html",
        *sorted(handed.glob("*/teams/*.html"))[:2],
        *sorted(handed.glob("*/packages/*.html"))[:4],
    ]


@pytest.mark.parametrize("width", [390, 1280], ids=["phone", "desk"])
def test_axe_finds_no_violation_and_nothing_scrolls_sideways(browser: Browser, demo: Path, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    found = pages(demo)
    assert len(found) > 6
    for path in found:
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
