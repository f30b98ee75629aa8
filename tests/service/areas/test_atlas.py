"""Does the page of areas say the same by table, map and file, and to nobody what is not theirs?"""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from headwater.areas.boundaries import BoundariesError
from tests.service.conftest import Town

pytestmark = pytest.mark.service


def page_of(client: Any, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return str(answer.content.decode())


def table_of(client: Any, address: str) -> list[dict[str, str]]:
    text = client.get(address).content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def values_of(client: Any, address: str) -> dict[str, Any]:
    return dict(client.get(address).json())


@pytest.mark.parametrize("key", ["sergeant@police", "youth-worker@charity", "auditor@police", "planner@police"])
def test_everybody_who_is_signed_in_sees_areas(town_with_measures: Town, key: str) -> None:
    page = page_of(town_with_measures.client(key), "/areas/")
    assert "170 areas" in page
    assert "Complex policing need" in page
    assert page.index("<table") < page.index('id="map"'), "the table comes before the map"


def test_nobody_else_does(town: Town) -> None:
    for address in ("/areas/", "/areas/values/", "/areas/DY07/", "/areas/plans/"):
        assert "/sign-in/" in town.client(None).get(address).headers["Location"]


@pytest.mark.parametrize("level", ["small-area", "team", "npu"])
@pytest.mark.parametrize(
    "measure", ["label", "imd2019.crime_rank", "population2020.residents", "population2020.young_people"]
)
def test_table_and_map_say_the_same(town_with_measures: Town, level: str, measure: str) -> None:
    client = town_with_measures.client("officer@police")
    asked = f"?level={level}&measure={measure}"
    rows = {row["Code"]: row for row in table_of(client, f"/areas/{asked}&format=csv")}
    told = values_of(client, f"/areas/values/{asked}")
    title = next(
        name
        for name in next(iter(rows.values()))
        if name not in ("Code", "Name", "Where", "Class", "Source", "Made up")
    )
    assert {code: words for code, (_, words) in told["areas"].items()} == {
        code: row[title] for code, row in rows.items()
    }
    classes = {number: words for number, words, _ in told["classes"]}
    for code, (number, _) in told["areas"].items():
        if number >= 0:
            assert classes[number] == rows[code]["Class"]
    assert all(row["Source"] and row["Made up"] == "yes" for row in rows.values())


def test_a_small_count_of_people_is_said_nowhere(town_with_measures: Town) -> None:
    """The third area has three residents aged 10 to 17, all others 160."""
    from headwater.areas.teams import read_teams

    code = sorted(read_teams().areas)[2]
    client = town_with_measures.client("officer@police")
    asked = "level=small-area&measure=population2020.young_people"
    assert values_of(client, f"/areas/values/?{asked}")["areas"][code] == [-1, "fewer than 5"]
    row = next(row for row in table_of(client, f"/areas/?{asked}&format=csv") if row["Code"] == code)
    assert "fewer than 5" in row.values()
    assert "3" not in row.values()
    least = [row["Code"] for row in table_of(client, f"/areas/?{asked}&order=least&format=csv")]
    assert least[0] == code, "it stands where every hidden number stands"
    page = page_of(client, f"/areas/{code}/")
    line = page[page.index("Residents aged 10 to 17") :][:400]
    assert "fewer than 5" in line
    assert ">3<" not in line


def test_an_area_without_a_number_says_not_known(town_with_measures: Town) -> None:
    from headwater.areas.teams import read_teams

    code = sorted(read_teams().areas)[-1]
    client = town_with_measures.client("officer@police")
    assert values_of(client, "/areas/values/?level=small-area")["areas"][code] == [-2, "Not known"]
    assert "This area has no label" in page_of(client, f"/areas/{code}/")


def test_counts_are_those_of_what_the_reader_may_open(town_with_measures: Town) -> None:
    from headwater.service.cases.actions.cases import begin_case, restrict
    from headwater.service.cases.models import Case

    town, asked = town_with_measures, "/areas/values/?level=team&measure=own.cases"
    sergeant = town.actor("sergeant@police")
    team = town.package().team
    before = Case.objects.filter(team=team, state="open", restricted=False).count()
    made = [
        begin_case(acting=sergeant, team=team, subject={"name": f"Nobody {number}"}, why="x", review_every=28)
        for number in range(6 - before)
    ]
    code = team.lake_team
    assert values_of(town.client("officer@police"), asked)["areas"][code] == [0, "5"]
    restrict(made[0], acting=sergeant, restriction="other", people=[])
    restrict(made[1], acting=sergeant, restriction="other", people=[])
    assert values_of(town.client("officer@police"), asked)["areas"][code] == [-1, "fewer than 5"], (
        "locked cases are in no number"
    )
    others = values_of(town.client("officer@police"), asked)["areas"]["CV12"]
    assert others == [-3, "Not shown to you"]
    stranger = town.client("sergeant-coventry@police")
    assert values_of(stranger, asked)["areas"][code] == [-3, "Not shown to you"]
    assert "Open cases" not in page_of(stranger, f"/areas/{code}/")
    for key in ("youth-worker@charity", "analyst@police", "auditor@police", "planner@police"):
        assert "own.cases" not in page_of(town.client(key), "/areas/?level=team"), key


def test_a_measure_that_one_may_not_see_shows_another(town_with_measures: Town) -> None:
    page = page_of(town_with_measures.client("youth-worker@charity"), "/areas/?level=team&measure=own.cases")
    assert "Open cases" not in page


@pytest.mark.parametrize(
    ("words", "found"), [("lark hill", 1), ("DY07", 1), ("dudley", 24), ("no such", 0), ("<script>", 0)]
)
def test_search_by_name_code_and_unit(town: Town, words: str, found: int) -> None:
    client = town.client("officer@police")
    rows = table_of(client, f"/areas/?level=team&q={words}&format=csv")
    assert len(rows) == found if found < 2 else len(rows) > 10
    told = values_of(client, f"/areas/values/?level=team&q={words}")
    assert told["found"] == sorted(row["Code"] for row in rows)
    assert '<script>"' not in page_of(client, f"/areas/?level=team&q={words}")


def test_a_small_area_is_found_by_its_team(town: Town) -> None:
    rows = table_of(town.client("officer@police"), "/areas/?level=small-area&q=lark hill top&format=csv")
    assert 3 < len(rows) < 40
    assert all("Lark Hill Top" in row["Where"] for row in rows)


@pytest.mark.parametrize("order", ["most", "least"])
def test_the_table_is_in_the_order_that_was_asked_for(town_with_measures: Town, order: str) -> None:
    rows = table_of(
        town_with_measures.client("officer@police"),
        f"/areas/?level=npu&measure=population2020.residents&order={order}&format=csv",
    )
    numbers = [int(row["Residents"].replace(",", "")) for row in rows]
    assert numbers == sorted(numbers, reverse=order == "most")


def test_every_page_of_the_table_together_holds_every_area_once(town: Town) -> None:
    client, address, seen = town.client("officer@police"), "/areas/?level=team&order=code", []
    while address:
        page = page_of(client, address)
        seen += re.findall(r'rowheader"><a href="/areas/([^/]+)/', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = "/areas/" + following[1].replace("&amp;", "&") if following else ""
    assert len(seen) == len(set(seen)) == 170


@pytest.mark.parametrize(
    "query",
    ["page=99999", "page=-1", "page=x", "level=<b>", "order=zzz", "measure=../..", "level=npu&measure=own.cases"],
)
def test_an_address_that_makes_no_sense_shows_something_that_does(town_with_measures: Town, query: str) -> None:
    assert "<b>" not in page_of(town_with_measures.client("officer@police"), f"/areas/?{query}")


@pytest.mark.parametrize(("level", "count"), [("small-area", 1680), ("team", 170), ("npu", 8)])
def test_outlines_come_from_here_and_may_be_kept(town: Town, level: str, count: int) -> None:
    client = town.client("youth-worker@charity")
    address = re.search(r'data-outlines="([^"]+)"', page_of(client, f"/areas/?level={level}"))
    assert address is not None
    answer = client.get(address[1])
    assert answer.headers["Cache-Control"].startswith("private")
    found = json.loads(answer.content)
    assert len({one["properties"]["code"] for one in found["features"]}) == count
    assert "Crown copyright" in found["attribution"]
    assert client.get(f"/areas/outlines/{level}/0000000000000000/").status_code == 404


def test_without_outlines_the_page_says_so_and_the_table_stands(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    from headwater.service.areas import atlas

    def none(folder: Path, catalogue: Path | None) -> Path:
        raise BoundariesError("Install the extra: pip install 'headwater[demo]'")

    monkeypatch.setattr(atlas, "copy_boundaries", none)
    page = page_of(town.client("officer@police"), "/areas/")
    assert "There is no map: Install the extra" in page
    assert "data-map" not in page
    assert page.count('rowheader"><a href="/areas/') == 25


def test_an_area_page_gives_label_reason_and_peers(town_with_measures: Town) -> None:
    from headwater.areas.teams import read_teams

    code = sorted(read_teams().areas)[0]
    page = page_of(town_with_measures.client("officer@police"), f"/areas/{code}/")
    assert "Complex policing need: crime is in the most deprived tenth of the country" in page
    assert "1st of 1,678 from the most deprived" in page
    assert "with its neighbours" in page
    assert "It would lose its own label, Complex policing need," in page
    assert "Crown copyright" not in page or "data-map" in page
    other = page_of(town_with_measures.client("officer@police"), f"/areas/{sorted(read_teams().areas)[1]}/")
    assert "Nearest label before its own:" in other


def test_who_works_there_is_for_the_own_force(town: Town) -> None:
    assert "Sam Sergeant" in page_of(town.client("sergeant-coventry@police"), "/areas/DY07/")
    assert "Sam Sergeant" not in page_of(town.client("youth-worker@charity"), "/areas/DY07/")


def test_a_part_is_told_with_its_own_per_cent_and_a_class_as_a_shade(town_with_measures: Town) -> None:
    client = town_with_measures.client("officer@police")
    answer = client.get("/areas/?level=team")
    shown, page = answer.context["view"].shown, answer.content.decode()
    row = answer.context["rows"][0]
    part, whole = re.match(r"(\d+) of (\d+) small areas", row.words).groups()  # type: ignore[union-attr]
    assert row.words == f"{part} of {whole} small areas ({int(part) / int(whole):.0%})"
    assert row.class_words in dict(shown.steps).values()
    assert f"Shade: {row.class_words}" in page
    assert row.words in client.get("/areas/values/?level=team").json()["areas"][row.code]


def test_a_level_that_is_not_there_says_so(town: Town) -> None:
    client = town.client("officer@police")
    assert "There are no wards here" in page_of(client, "/areas/?level=ward")
    assert "This shows teams." in page_of(client, "/areas/?level=ward")
    assert "kind “&lt;x&gt;” here" in page_of(client, "/areas/?level=<x>")
    for address in ("/areas/", "/areas/?level=team", "/areas/?level=small-area"):
        assert "There are no " not in page_of(client, address)


def test_what_is_no_area_is_not_found(town: Town) -> None:
    for code in ("E01999999", "x%00y", "..", "DY07 "):
        assert town.client("officer@police").get(f"/areas/{code}/").status_code == 404, code


def test_the_page_allows_no_eval_and_no_worker_but_its_own(town: Town) -> None:
    policy = town.client("officer@police").get("/areas/").headers["Content-Security-Policy"]
    assert "worker-src 'self'" in policy
    assert "unsafe" not in policy
    assert "blob:" not in policy


def test_a_postcode_or_a_ward_is_found_at_every_level(tmp_path: Path) -> None:
    from headwater.areas.levels import NPU, SMALL_AREA, TEAM, WARD
    from headwater.service.areas.atlas import Atlas
    from headwater.service.areas.selectors import rows_of
    from tests.service.areas.made_up import write_wards_and_postcodes

    atlas = Atlas(write_wards_and_postcodes(tmp_path / "catalogue"), tmp_path)
    first = atlas.codes[0]
    for level in (SMALL_AREA, WARD, TEAM, NPU):
        found = rows_of(atlas, atlas.levels[level], None, q=" zz1 1aa", order="name")
        assert [row.code for row in found] == [atlas.levels[level].of[first]]
    assert [row.name for row in rows_of(atlas, atlas.levels[WARD], None, q="made-up ward 17", order="name")] == [
        "Made-up Ward 17"
    ]
    assert rows_of(atlas, atlas.levels[WARD], None, q="ZZ9 9ZZ", order="name") == []
