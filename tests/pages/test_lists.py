"""Do a team's list and a run's index hold every draft and team once, and say something useful when there is none?"""

from __future__ import annotations

import pytest

from headwater.triggers.pages import NoSuchPage, render_index, render_team_list
from headwater.triggers.pages.render import count_pages
from tests.pages.people import make_index, make_team_list
from tests.pages.reading import read_page


def links(html: str) -> list[str]:
    page = read_page(html)
    return [link.attributes["href"] for link in page.find("a") if link.attributes["href"].startswith("../packages/")]


@pytest.mark.parametrize(("entries", "pages"), [(0, 1), (1, 1), (100, 1), (101, 2), (10_000, 100)])
def test_the_pages_of_a_list_hold_every_draft_once_and_in_order(entries: int, pages: int) -> None:
    team_list = make_team_list(entries)
    assert count_pages(team_list) == pages
    found = [link for page in range(1, pages + 1) for link in links(render_team_list(team_list, page))]
    assert found == [f"../packages/{entry.package_id}.html" for entry in team_list.entries]


def test_a_list_asked_for_whole_loses_no_draft() -> None:
    assert len(links(render_team_list(make_team_list(1234)))) == 1234


@pytest.mark.parametrize("page", [0, -1, 3])
def test_a_page_that_is_not_there_is_an_error(page: int) -> None:
    with pytest.raises(NoSuchPage, match="2 pages"):
        render_team_list(make_team_list(150), page)


def test_an_empty_list_says_what_to_do() -> None:
    page = read_page(render_team_list(make_team_list(0)))
    assert page.find("table") == []
    assert "No drafts." in page.text()
    assert "headwater search" in page.text()


def test_a_line_says_who_why_how_sure_and_for_whom() -> None:
    page = read_page(render_team_list(make_team_list(12)))
    lines = [row.text() for row in page.find("tbody")[0].find("tr")]
    assert "Contact safely" in lines[0]
    assert "One person? Likely" in lines[1]
    assert "Update for Early Help, Dudley North" in lines[2]
    assert "One person? Doubtful" in lines[3]
    assert "none strong" in lines[6]
    assert "not known, Vale Hill Top" in lines[10]


def test_the_list_says_that_nobody_is_ranked() -> None:
    assert "nobody is ranked" in render_team_list(make_team_list(2))


def test_the_index_groups_teams_by_unit_and_names_those_without_drafts() -> None:
    page = read_page(render_index(make_index()))
    assert [heading.text() for heading in page.find("h2")] == [
        "What was searched",
        "Dudley",
        "Walsall",
        "How this was found",
    ]
    assert "61 drafts for 4 teams" in page.text()
    assert "1 team of Walsall without drafts" in page.text()
    assert "Wren Edge." in page.text()
    assert [link.text() for link in page.find("a") if link.attributes["href"].startswith("teams/")] == [
        "Copper Bridge End",
        "Sandpiper Rise",
        "Vale Hill Top",
        "Quarry Green",
    ]


def test_the_index_says_what_was_searched_and_links_the_report() -> None:
    page = read_page(render_index(make_index()))
    assert "20,314 people in 3 sources" in page.text()
    assert "Crime records Rows read48,211" in page.text()
    assert any(link.attributes["href"] == "run.html" for link in page.find("a"))


def test_an_index_without_drafts_or_sources_says_what_to_do() -> None:
    page = read_page(render_index(make_index(found=False)))
    assert "found nobody to whom it applies" in page.text()
    assert "headwater load" in page.text()
    assert "Report of this run" not in page.text()
