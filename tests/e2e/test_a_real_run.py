"""Do the pages that a whole search writes stand up to the same tests as the pages drawn for testing?"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser

from headwater.engine import DuckDBEngine
from headwater.records import Lake
from headwater.synthetic import make_force
from headwater.triggers.search import search
from tests.e2e.axe import run_axe, unfold
from tests.pages.reading import read_page

pytestmark = [pytest.mark.browser, pytest.mark.full]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made-up")
    make_force(folder / "force", people=3000, seed=4, progress=lambda stage, done, total: None)
    with DuckDBEngine(threads=2) as engine:
        report = search(Lake.open(folder / "lake"), engine=engine, inputs=[folder / "force" / "exports"], made_up=True)
    assert report.drafts > 0
    return report.folder


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
def test_axe_finds_no_violation_and_nothing_scrolls_sideways(browser: Browser, run: Path, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    largest_first = sorted((run / "packages").glob("*.html"), key=lambda path: (-path.stat().st_size, path.name))
    paths = [run / "index.html", run / "guide.html", *sorted((run / "teams").glob("*.html"))[:6], *largest_first[:12]]
    for path in paths:
        page.goto(path.as_uri())
        unfold(page)
        assert run_axe(page) == [], path.name
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path.name
    page.close()
