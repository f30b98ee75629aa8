"""Every way to the facts about areas: by postcode and ward, by level and measure, by keyboard, by ear, on paper. The map never says more or
less than the table, and nobody outside is asked."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from headwater.areas.teams import read_teams
from tests.e2e.axe import run_axe
from tests.e2e.conftest import MakeFolder
from tests.e2e.service.conftest import Live, serving, sign_in_on
from tests.e2e.service.steps import check, follow
from tests.e2e.service.test_areas import drawn, watch
from tests.service.areas.made_up import load_made_up, write_wards_and_postcodes

pytestmark = [pytest.mark.browser, pytest.mark.service, pytest.mark.full]


@pytest.fixture(scope="module")
def warded(make_data: MakeFolder) -> Iterator[Live]:
    """A service whose catalogue has wards and postcodes, both made up."""
    data = make_data("wards")
    folder = data.parent
    write_wards_and_postcodes(folder / "catalogue")
    with serving(data, {"HEADWATER_CATALOGUE": str(folder / "catalogue")}) as live:
        load_made_up(live.data / "measures", folder)
        yield live


@pytest.fixture
def page(browser: Browser, warded: Live) -> Iterator[Page]:
    """An officer who asks nobody but the service, and whose browser finds no fault."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=warded.address)
    opened = context.new_page()
    asked, faults = watch(opened)
    sign_in_on(opened, warded, "officer@police")
    yield opened
    outside = [url for url in asked if not url.startswith((f"{warded.address}/", "data:"))]
    context.close()
    assert outside == []
    assert faults == []


def facts_of(page: Page, query: str) -> dict[str, str]:
    """Code → words, from the file."""
    text = page.request.get(f"/areas/?{query}&format=csv").body().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    return {row[0]: row[3] for row in rows[1:]}


def choose(page: Page, **told: str) -> None:
    """Fill in the form above the table, and show."""
    for label, value in told.items():
        field = page.get_by_label(label, exact=True)
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    follow(page, page.get_by_role("button", name="Show", exact=True))


def test_a_postcode_leads_to_its_area_on_the_map_and_in_the_table(page: Page) -> None:
    code = sorted(read_teams().areas)[0]
    page.goto("/areas/")
    choose(page, **{"Areas": "small-area"})
    choose(page, **{"Name, postcode or code": "zz1 1aa"})
    page.locator("[data-map][data-drawn]").wait_for()
    check(page)
    assert [code] == list(facts_of(page, "level=small-area&q=zz1+1aa"))
    follow(page, page.get_by_role("rowheader").get_by_role("link"))
    expect(page.get_by_text(code).first).to_be_visible()
    check(page)


def test_a_postcode_that_is_not_known_says_how_to_search(page: Page) -> None:
    page.goto("/areas/?level=ward&q=ZZ9+9ZZ")
    expect(page.get_by_text("No ward fits “ZZ9 9ZZ”")).to_be_visible()
    check(page)


def test_a_ward_is_found_by_its_name_and_a_postcode_by_its_ward(page: Page) -> None:
    page.goto("/areas/?level=ward")
    drawn(page, 85)
    check(page)
    choose(page, **{"Name, postcode or code": "made-up ward 3"})
    expect(page.get_by_role("rowheader").first).to_contain_text("Made-up Ward 3")
    page.goto("/areas/?level=ward&q=ZZ11AA")
    expect(page.get_by_role("rowheader")).to_have_count(1)
    follow(page, page.get_by_role("rowheader").get_by_role("link"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Made-up Ward")
    check(page)


@pytest.mark.parametrize(("level", "count"), [("small-area", 1680), ("ward", 85), ("team", 170), ("npu", 8)])
@pytest.mark.parametrize("measure", ["label", "imd2019.crime_rank", "population2020.young_people"])
def test_the_map_reads_out_what_the_table_says(page: Page, level: str, count: int, measure: str) -> None:
    page.goto(f"/areas/?level={level}")
    choose(page, Measure=measure)
    drawn(page, count)
    told = facts_of(page, f"level={level}&measure={measure}")
    canvas = page.locator("[data-map] canvas")
    canvas.focus()
    page.keyboard.press("Enter")
    said = page.locator("[data-map-told]")
    expect(said).to_contain_text("Open its page")
    words = said.inner_text().removesuffix("Open its page").strip()
    code = words.rpartition("): ")[0].rpartition("(")[2]
    assert words.endswith(f"({code}): {told[code]}.")
    legend = page.locator(".ramp li").all_inner_texts()
    assert sum(int(line.rpartition("(")[2].split(" area")[0].replace(",", "")) for line in legend) == len(told)


def test_the_page_is_walked_by_keyboard_alone(page: Page) -> None:
    page.goto("/areas/?level=team")
    drawn(page, 170)
    seen = []
    for _ in range(60):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate(
                "document.activeElement.className + ' ' + document.activeElement.textContent.slice(0, 30).trim()"
            )
        )
        if "Whole force" in seen[-1]:
            break
    at = {
        name: next(number for number, one in enumerate(seen) if name in one)
        for name in ("Go to the map", "maplibregl-canvas", "Closer", "Whole force")
    }
    assert list(at.values()) == sorted(at.values()), "table, then map, then its buttons; the map lets go of the focus"
    assert at["maplibregl-canvas"] > 25, "every line of the table comes before the map"
    before = page.locator("[data-map]").get_attribute("data-drawn")
    page.get_by_role("button", name="Closer").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.locator("[data-map]")).not_to_have_attribute("data-drawn", str(before), timeout=20_000)
    page.get_by_role("button", name="Whole force").focus()
    page.keyboard.press("Enter")
    drawn(page, 170)


def test_what_is_heard_comes_in_order_table_first(page: Page) -> None:
    page.goto("/areas/?level=team&measure=imd2019.crime_rank")
    drawn(page, 170)
    heads = page.get_by_role("heading").all_inner_texts()
    assert heads[0] == "Areas"
    assert heads.index("Map") > heads.index("Crime: small areas in the most deprived tenth")
    expect(page.get_by_role("table", name="Crime: small areas in the most deprived tenth, by team")).to_be_visible()
    expect(
        page.get_by_role("region", name="Map of teams: Crime: small areas in the most deprived tenth")
    ).to_be_visible()
    expect(page.locator("[data-map-told]")).to_have_attribute("aria-live", "polite")


def test_table_and_map_go_on_paper(page: Page) -> None:
    page.goto("/areas/?level=team")
    drawn(page, 170)
    reader = PdfReader(io.BytesIO(page.pdf(format="A4")))
    text = "\n".join(one.extract_text() for one in reader.pages)
    assert "Lines 1 to 25" in text
    assert "Crown copyright" in text
    assert "What the shades mean" in text
    assert "Closer" not in text
    pictures = [part.get_object() for one in reader.pages for part in one["/Resources"].get("/XObject", {}).values()]
    assert any(len(one.get_data()) > 50_000 for one in pictures if one["/Subtype"] == "/Image"), (
        "the map is on the sheet"
    )


def test_a_phone_and_a_browser_without_scripts_have_every_fact(warded: Live, browser: Browser) -> None:
    for width, scripts in ((320, True), (390, True), (1280, False)):
        context = browser.new_context(
            viewport={"width": width, "height": 700}, base_url=warded.address, java_script_enabled=scripts
        )
        page = context.new_page()
        sign_in_on(page, warded, "officer@police")
        for level in ("ward", "team"):
            page.goto(f"/areas/?level={level}&measure=population2020.residents")
            shown = page.get_by_role("cell").all_inner_texts()
            assert len(shown) == 25
            if scripts:
                page.locator("[data-map][data-drawn]").wait_for()
                check(page)
        context.close()


def test_the_pages_of_plans_ask_nobody_else(warded: Live, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, base_url=warded.address)
    page = context.new_page()
    asked, faults = watch(page)
    sign_in_on(page, warded, "planner@police")
    for address in ("/areas/plans/", "/areas/plans/add/", "/areas/plans/staffing/add/"):
        page.goto(address)
        check(page)
    page.goto("/areas/plans/add/")
    page.get_by_label("What is this plan called?").fill("By ward")
    page.get_by_label("Wards").check()
    page.get_by_label("PC: posts in all").fill("400")
    page.get_by_label("PCSO: posts in all").fill("100")
    page.get_by_label("PCSOs for one PC, at least").fill("0.1")
    page.get_by_label("PCSOs for one PC, at most").fill("0.5")
    page.get_by_label("Seconds that the integer programme may take").fill("30")
    follow(page, page.get_by_role("button", name="Work out the posts"))
    expect(page.get_by_text("Proven best").or_(page.get_by_text("Not proven best")).first).to_be_visible()
    expect(page.get_by_role("heading", name="How much it depends on the weights")).to_be_visible()
    check(page)
    page.emulate_media(media="print")
    assert run_axe(page) == []
    assert [url for url in asked if not url.startswith((f"{warded.address}/", "data:"))] == []
    assert faults == []
    context.close()


def test_while_a_plan_is_worked_out_the_page_says_so(warded: Live, browser: Browser) -> None:
    context = browser.new_context(base_url=warded.address)
    page = context.new_page()
    sign_in_on(page, warded, "planner@police")
    page.goto("/areas/plans/add/")
    status = page.locator("[data-wait-told]")
    expect(status).to_have_attribute("role", "status")
    page.get_by_label("Seconds that the integer programme may take").fill("9")
    page.evaluate(
        "document.querySelector('form[data-waits]').addEventListener('submit', (event) => event.preventDefault())"
    )
    page.get_by_role("button", name="Work out the posts").click()
    expect(status).to_contain_text(
        "The posts are being worked out. The integer programme, where one is needed, ends after 9 seconds at most."
    )
    context.close()
