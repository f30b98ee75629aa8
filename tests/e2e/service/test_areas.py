"""The map and the plans as people meet them: what is drawn is counted, nothing is asked of anybody else, keys and phone will do."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from headwater.areas.teams import read_teams
from tests.e2e.service.conftest import Live, SignIn
from tests.e2e.service.steps import check, follow
from tests.service.areas.made_up import load_made_up

pytestmark = [pytest.mark.browser, pytest.mark.service]


@pytest.fixture(scope="module")
def mapped(live: Live, tmp_path_factory: pytest.TempPathFactory) -> Live:
    """The running service with made-up measures."""
    load_made_up(live.data / "measures", tmp_path_factory.mktemp("files"))
    return live


def watch(page: Page) -> tuple[list[str], list[str]]:
    """What the page asks for, and what it complains of."""
    asked: list[str] = []
    faults: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
    return asked, faults


def drawn(page: Page, count: int) -> None:
    """The map is at rest with so many areas on it."""
    expect(page.locator("[data-map]")).to_have_attribute("data-drawn", str(count), timeout=20_000)
    assert page.locator("[data-map]").get_attribute("data-fault") is None


@pytest.mark.parametrize(("level", "count"), [("small-area", 1680), ("team", 170), ("npu", 8)])
def test_every_area_is_drawn_and_nobody_else_is_asked(mapped: Live, sign_in: SignIn, level: str, count: int) -> None:
    page = sign_in("sergeant@police")
    asked, faults = watch(page)
    page.goto(f"/areas/?level={level}")
    drawn(page, count)
    check(page)
    told = page.locator("[data-map-told]").bounding_box()
    assert told is not None
    assert told["height"] <= 12, "no room is kept for words that are not there yet"
    assert any(url.endswith(".js") and "worker" in url for url in asked), "the worker comes from a file of ours"
    assert [url for url in asked if not url.startswith((f"{mapped.address}/", "data:"))] == []
    assert faults == []


def test_a_hidden_count_is_hatched(mapped: Live, sign_in: SignIn) -> None:
    page = sign_in("sergeant@police")
    page.goto("/areas/?level=small-area&measure=population2020.young_people")
    drawn(page, 1680)
    expect(page.locator("[data-map]")).to_have_attribute("data-hatched", "1", timeout=20_000)
    expect(page.locator(".ramp")).to_contain_text("Hidden: a small count (1 area)")


def test_the_map_is_read_by_keyboard(mapped: Live, sign_in: SignIn) -> None:
    page = sign_in("officer@police")
    code = sorted(read_teams().areas)[0]
    page.goto(f"/areas/?level=small-area&q={code}")
    drawn_one = page.locator("[data-map][data-drawn]")
    expect(drawn_one).to_be_visible(timeout=20_000)
    canvas = page.get_by_role("region", name="Map of small areas: Places by policing need")
    canvas.focus()
    expect(page.locator(".map__middle")).to_have_css("visibility", "visible")
    page.keyboard.press("Enter")
    told = page.locator("[data-map-told]")
    expect(told).to_contain_text(f"({code}): Complex policing need")
    follow(page, told.get_by_role("link", name="Open its page"))
    expect(page.get_by_role("heading", name="Complex policing need")).to_be_visible()
    check(page)


def test_the_map_on_a_phone_and_without_scripts(mapped: Live, sign_in: SignIn) -> None:
    phone = sign_in("pcso@police", width=320, height=640)
    for address in ("/areas/?level=team", "/areas/DY07/", f"/areas/{sorted(read_teams().areas)[0]}/"):
        phone.goto(address)
        check(phone)
    plain = sign_in("pcso@police", scripts=False)
    plain.goto("/areas/")
    plain.get_by_label("Measure", exact=True).select_option("population2020.residents")
    plain.get_by_label("Name, postcode or code").fill("Dudley")
    plain.get_by_label("Order").select_option("least")
    plain.get_by_role("button", name="Show").click()
    expect(plain.get_by_text("The map needs JavaScript; the table holds the same facts.")).to_be_visible()
    expect(plain.get_by_role("row")).to_have_count(21)
    expect(plain.get_by_role("button", name="Closer")).to_have_count(0)
    expect(plain.locator("[data-map]")).to_be_hidden()


def test_without_webgl_the_page_says_so(mapped: Live, sign_in: SignIn) -> None:
    page = sign_in("officer@police")
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    page.goto("/areas/")
    expect(page.get_by_text("This browser cannot draw the map. The table holds the same facts.")).to_be_visible()
    check(page)


def test_a_plan_from_a_staffing_file_to_the_board(mapped: Live, sign_in: SignIn, tmp_path: Path) -> None:
    posts = tmp_path / "posts.csv"
    posts.write_text("area,role,posts\n" + "".join(f"{team},PC,5\n{team},PCSO,2\n" for team in read_teams().teams))
    page = sign_in("planner@police")
    page.goto("/areas/")
    follow(page, page.get_by_role("link", name="Plans of posts"))
    check(page)
    follow(page, page.get_by_role("link", name="Bring in the posts of today"))
    page.get_by_label("What is this file called?").fill("Posts on 1 April")
    for name, value in (("Day", "1"), ("Month", "4"), ("Year", "2026")):
        page.get_by_label(name, exact=True).fill(value)
    page.get_by_label("The file").set_input_files(posts)
    check(page)
    follow(page, page.get_by_role("button", name="Bring it in"))
    follow(page, page.get_by_role("link", name="Make a plan"))
    page.get_by_label("PC: at least, in each place").fill("9")
    page.get_by_role("button", name="Work out the posts").click()
    expect(page.get_by_role("alert")).to_contain_text("What is this plan called")
    check(page)
    page.get_by_label("What is this plan called?").fill("Two in every team")
    page.get_by_label("PC: at least, in each place").fill("2")
    follow(page, page.get_by_role("button", name="Work out the posts"))
    expect(page.get_by_role("heading", name="Two in every team", level=1)).to_be_visible()
    expect(page.get_by_text("beside Posts on 1 April").first).to_be_visible()
    check(page)
    units, first = page.locator("details.unit"), page.locator("details.unit").first
    expect(units).to_have_count(8)
    expect(page.locator("details.unit[open]")).to_have_count(0)
    expect(first.locator("> summary")).to_contain_text("Birmingham East 33 places")
    expect(first.locator("> summary")).to_contain_text("PC 165 to ")
    expect(first.get_by_role("rowheader").first).to_be_hidden()
    first.locator("> summary").focus()
    page.keyboard.press("Enter")
    expect(first.get_by_role("rowheader").first).to_be_visible()
    check(page)
    page.keyboard.press("Enter")
    page.emulate_media(media="print")
    for number in range(8):
        expect(units.nth(number).get_by_role("rowheader").last).to_be_visible()
    page.emulate_media(media="screen")
    with page.expect_download() as got:
        page.get_by_role("link", name="report for the board (PDF)").click()
    assert got.value.path().read_bytes().startswith(b"%PDF")
    follow(page, page.get_by_role("link", name="Publish"))
    check(page)
    page.get_by_label("Who decided?").fill("Chief Superintendent A. Example")
    page.get_by_label("What was decided, and why?").fill("Agreed at the board.")
    follow(page, page.get_by_role("button", name="Publish"))
    expect(page.get_by_text("Agreed at the board.")).to_be_visible()
    expect(page.get_by_role("link", name="Change weights and rules")).to_have_count(0)
    page.set_viewport_size({"width": 320, "height": 640})
    check(page)
