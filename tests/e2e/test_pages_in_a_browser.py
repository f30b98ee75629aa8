"""Can everybody read the pages? Axe, keyboard, narrow screens, paper and no outside request, in a real Chromium."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.axe import run_axe, unfold

pytestmark = pytest.mark.browser

PAGES = {
    "package": "packages/rich.html",
    "bare package": "packages/bare.html",
    "hostile package": "packages/hostile.html",
    "crowded package": "packages/crowded.html",
    "empty team list": "teams/none.html",
    "team list of one": "teams/one.html",
    "long team list": "teams/DY03-2.html",
    "index": "index.html",
    "empty index": "empty.html",
    "guide": "guide.html",
}
PHONE, DESK, SMALL = 390, 1280, 320


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    # A look-up of any other host fails: the pages must not depend on one.
    context = browser.new_context(offline=True, reduced_motion="reduce")
    opened = context.new_page()
    yield opened
    context.close()


def open_page(page: Page, folder: Path, name: str, width: int = DESK) -> None:
    page.set_viewport_size({"width": width, "height": 844 if width < 600 else 900})
    page.goto((folder / PAGES.get(name, name)).as_uri())


@pytest.mark.parametrize("width", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_no_violation(page: Page, run_folder: Path, name: str, width: int) -> None:
    open_page(page, run_folder, name, width)
    unfold(page)
    assert run_axe(page) == []


def test_axe_would_find_a_violation(page: Page, run_folder: Path) -> None:
    open_page(page, run_folder, "index")
    page.evaluate("document.querySelector('main').style.color = '#ddd'")
    assert any("color-contrast" in line for line in run_axe(page))


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_only_for_its_own_files_and_breaks_no_policy(page: Page, run_folder: Path, name: str) -> None:
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("requestfailed", lambda request: complaints.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
    open_page(page, run_folder, name)
    page.evaluate("document.fonts.ready")
    assert asked
    assert [url for url in asked if not url.startswith(run_folder.as_uri() + "/")] == []
    assert complaints == []


def test_the_policy_stops_a_script_and_an_outside_picture(page: Page, run_folder: Path) -> None:
    asked: list[str] = []
    html = (run_folder / "packages" / "rich.html").read_text(encoding="utf-8")
    bad = '<script>document.title = "broken in"</script><img alt="" src="https://outside.invalid/x.png"></main>'
    (run_folder / "packages" / "attacked.html").write_text(html.replace("</main>", bad), encoding="utf-8")
    page.on("requestfinished", lambda request: asked.append(request.url))
    open_page(page, run_folder, "packages/attacked.html")
    assert "broken in" not in page.title()
    assert not any("outside.invalid" in url for url in asked)


@pytest.mark.parametrize("name", ["package", "team list of one"])
def test_the_style_sheet_and_the_typeface_work_from_a_file(page: Page, run_folder: Path, name: str) -> None:
    open_page(page, run_folder, name)
    page.evaluate("document.fonts.ready")
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(20, 34, 43)"
    assert page.evaluate("[...document.fonts].filter(face => face.status === 'loaded').length") >= 1


@pytest.mark.parametrize(("width", "size"), [(PHONE, "17px"), (DESK, "19px")])
def test_body_words_have_the_promised_size(page: Page, run_folder: Path, width: int, size: str) -> None:
    open_page(page, run_folder, "package", width)
    assert page.evaluate("getComputedStyle(document.body).fontSize") == size


@pytest.mark.parametrize(
    "width", [SMALL, DESK, pytest.param(PHONE, marks=pytest.mark.full), pytest.param(700, marks=pytest.mark.full)]
)
@pytest.mark.parametrize("name", PAGES)
def test_nothing_scrolls_sideways(page: Page, run_folder: Path, name: str, width: int) -> None:
    open_page(page, run_folder, name, width)
    unfold(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    cut = page.evaluate(
        """() => [...document.querySelectorAll('main *')].filter(element => {
            const box = element.getBoundingClientRect();
            return box.width > 1 && box.height > 1 && !element.closest('svg') && !element.closest('.hidden, thead')
                && (box.right > innerWidth + 1 || box.left < -1);
        }).map(element => element.outerHTML.slice(0, 80))"""
    )
    assert cut == []


@pytest.mark.parametrize("name", ["package", "long team list", "index"])
def test_every_stop_of_the_tab_key_is_visible_and_marked(page: Page, run_folder: Path, name: str) -> None:
    open_page(page, run_folder, name)
    stops = page.evaluate(
        "[...document.querySelectorAll('a[href], summary')].filter(element => element.checkVisibility()).length"
    )
    seen = 0
    for _ in range(stops):
        page.keyboard.press("Tab")
        mark = page.evaluate(
            """() => {
                const at = document.activeElement, style = getComputedStyle(at), box = at.getBoundingClientRect();
                return {tag: at.tagName, words: at.innerText, outline: style.outlineStyle, wide: style.outlineWidth,
                        back: style.backgroundColor, shown: box.width > 5 && box.bottom > 0 && box.top < innerHeight};
            }"""
        )
        if mark["tag"] == "BODY":
            break
        seen += 1
        assert mark["shown"], mark
        assert mark["outline"] == "solid", mark
        assert mark["wide"] == "3px", mark
        assert mark["back"] == "rgb(255, 213, 74)", mark
    assert seen == stops


def test_the_first_stop_skips_to_the_content(page: Page, run_folder: Path) -> None:
    open_page(page, run_folder, "package")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_fold_opens_by_keyboard(page: Page, run_folder: Path) -> None:
    open_page(page, run_folder, "package")
    fold = page.locator("details", has_text="The same as a table")
    fold.locator("summary").focus()
    page.keyboard.press("Enter")
    assert fold.locator("table").is_visible()


def test_a_phone_sees_one_timeline_and_a_desk_the_other(page: Page, run_folder: Path) -> None:
    for width, seen, hidden in ((PHONE, "narrow", "wide"), (DESK, "wide", "narrow")):
        open_page(page, run_folder, "package", width)
        assert page.locator(f".timeline__{seen}").is_visible()
        assert not page.locator(f".timeline__{hidden}").is_visible()


@pytest.mark.parametrize("width", [PHONE, DESK], ids=["phone", "desk"])
def test_words_in_the_timeline_are_large_enough_and_lie_within_it(page: Page, run_folder: Path, width: int) -> None:
    for name in ("package", "crowded package"):
        open_page(page, run_folder, name, width)
        words = page.evaluate(
            """() => [...document.querySelectorAll('.timeline > svg')].flatMap(svg => {
                if (!svg.checkVisibility()) return [];
                const frame = svg.getBoundingClientRect(), zoom = frame.width / svg.viewBox.baseVal.width;
                return [...svg.querySelectorAll('text')].map(text => {
                    const box = text.getBoundingClientRect();
                    return {words: text.textContent, size: parseFloat(getComputedStyle(text).fontSize) * zoom,
                            out: Math.max(frame.left - box.left, box.right - frame.right, 0)};
                });
            })"""
        )
        assert len(words) > 8
        assert min(word["size"] for word in words) >= 12.5
        assert [word for word in words if word["out"] > 4] == []


def test_a_table_becomes_a_list_on_a_phone_and_keeps_its_labels(page: Page, run_folder: Path) -> None:
    open_page(page, run_folder, "index", PHONE)
    row = page.locator("tbody tr").first
    assert row.evaluate("element => getComputedStyle(element).display") == "block"
    assert "Rows read: " in row.inner_text() or row.locator(".label").first.is_visible()
    open_page(page, run_folder, "index", DESK)
    assert not page.locator("tbody .label").first.is_visible()


def test_ten_thousand_drafts_on_one_page_can_still_be_read(page: Page, run_folder: Path) -> None:
    open_page(page, run_folder, "teams/whole.html", PHONE)
    assert page.locator("tbody tr").count() == 10_000
    page.keyboard.press("End")
    page.wait_for_timeout(500)
    assert page.evaluate("document.scrollingElement.scrollTop") > 100_000
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE


@pytest.mark.parametrize("name", ["package", "crowded package", "long team list", "index"])
def test_a_page_prints_whole_with_its_folds_open(page: Page, run_folder: Path, name: str) -> None:
    open_page(page, run_folder, name)
    pdf = page.pdf(prefer_css_page_size=True)
    assert pdf.startswith(b"%PDF-")
    sheets = len(re.findall(rb"/Type\s*/Page\b", pdf))
    assert 1 <= sheets <= 60
    page.emulate_media(media="print")
    closed = page.evaluate(
        "[...document.querySelectorAll('details > :not(summary)')]"
        ".filter(element => element.getBoundingClientRect().height < 5).length"
    )
    assert closed == 0
    assert page.locator(".draft").is_visible()
