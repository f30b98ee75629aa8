"""Does the timeline's picture show every dated point in its lane, at its place, within its frame?"""

from __future__ import annotations

import re
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.triggers.packages.package import TimelineEntry
from headwater.triggers.pages import render_package
from headwater.triggers.pages.timeline import HELP, NARROW, WIDE, Size, draw_timeline, order_entries
from tests.pages.people import AS_OF, make_bare, make_crowded, make_rich
from tests.pages.reading import read_page

SVG = "{http://www.w3.org/2000/svg}"


def entry(on: date | None, lane: str = "Repeatedly missing", **changes: object) -> TimelineEntry:
    return TimelineEntry.model_validate(
        {"on": on, "until": None, "lane": lane, "label": "Missing", "evidence_id": None, "counts": True, **changes}
    )


def draw(entries: list[TimelineEntry], size: Size = WIDE) -> ElementTree.Element:
    svg = draw_timeline(entries, AS_OF, size)
    assert svg is not None
    return ElementTree.fromstring(svg)  # noqa: S314  (our own text)


def texts(svg: ElementTree.Element) -> list[str]:
    return [element.text or "" for element in svg.iter(f"{SVG}text")]


def test_without_a_date_there_is_no_picture() -> None:
    assert draw_timeline([], AS_OF, WIDE) is None
    assert draw_timeline([entry(None)], AS_OF, WIDE) is None
    assert "so there is no picture" in render_package(make_bare())


def test_the_picture_has_a_title_a_description_and_a_table_twin() -> None:
    page = read_page(render_package(make_rich()))
    for picture in page.find("svg", role="img"):
        assert picture.find("title")[0].text() == "Timeline, 24 December 2014 to 7 March 2017"
        assert "6 points counted" in picture.find("desc")[0].text()
    rows = page.find("table", class_="table--line")[0].find("tbody")[0].find("tr")
    assert len(rows) == len(make_rich().timeline)


def test_a_lane_carries_its_name_and_help_comes_last() -> None:
    svg = draw([entry(date(2016, 1, 1), HELP, counts=False), entry(date(2016, 5, 1)), entry(date(2016, 6, 1), "Care")])
    bold = [element.text for element in svg.iter(f"{SVG}text") if element.get("font-weight") == "700"]
    assert bold == ["Repeatedly missing", "Care", "Help"]


def test_counted_and_context_differ_in_shape_not_only_in_colour() -> None:
    svg = draw([entry(date(2015, 1, 1)), entry(date(2016, 5, 1), counts=False)])
    counted, context = list(svg.iter(f"{SVG}circle"))
    assert counted.get("stroke-dasharray") is None
    assert context.get("fill") == "#fff"
    assert context.get("stroke-dasharray") is not None


def test_points_that_would_touch_become_one_mark_with_their_number() -> None:
    svg = draw([entry(date(2010, 1, 1))] + [entry(date(2016, 5, day)) for day in (1, 2, 3)])
    assert len(list(svg.iter(f"{SVG}circle"))) == 2
    assert "3" in texts(svg)


def test_labels_that_only_repeat_the_lane_give_way_to_months() -> None:
    svg = draw([entry(date(2015, 1, 9)), entry(date(2016, 5, 1))])
    assert {"Jan 2015", "May 2016"} <= set(texts(svg))
    assert "Missing" not in texts(svg)


def test_labels_that_are_whole_sentences_give_way_to_months() -> None:
    long = "Somebody who lived with the child was a suspect in a record."
    svg = draw([entry(date(2015, 1, 9), label=long), entry(date(2016, 5, 1), label="Short")])
    assert {"Jan 2015", "May 2016"} <= set(texts(svg))
    assert long not in texts(svg)


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["phone", "desk"])
def test_a_crowded_lane_says_how_many_points_have_no_words(size: Size) -> None:
    svg = draw(make_crowded().timeline, size)
    assert any(re.fullmatch(r"and \d+ more in the table", text) for text in texts(svg))


def test_one_day_alone_can_be_drawn() -> None:
    svg = draw([entry(AS_OF)])
    assert len(list(svg.iter(f"{SVG}circle"))) == 1


def test_the_table_is_newest_first_with_undated_points_last() -> None:
    ordered = order_entries([entry(None), entry(date(2015, 1, 1)), entry(date(2016, 1, 1))])
    assert [line.on for line in ordered] == [date(2016, 1, 1), date(2015, 1, 1), None]


days = st.dates(date(1990, 1, 1), AS_OF)
entries = st.lists(
    st.builds(
        lambda on, long, lane, label, counts: entry(
            on, lane, until=on + timedelta(days=long) if long else None, label=label, counts=counts
        ),
        days,
        st.one_of(st.none(), st.integers(0, 4000)),
        st.sampled_from(["A", "A kind with a very long title that no phone can show in one line of words", HELP]),
        st.text(min_size=1, max_size=60),
        st.booleans(),
    ),
    min_size=1,
    max_size=40,
)


@settings(max_examples=120, deadline=None)
@given(entries=entries, size=st.sampled_from([NARROW, WIDE]))
def test_every_mark_lies_within_the_frame_and_none_is_lost(entries: list[TimelineEntry], size: Size) -> None:
    text = draw_timeline(entries, AS_OF, size)
    assert text is not None
    svg = read_page(text).children[0]
    assert not isinstance(svg, str)
    height = float(svg.attributes["height"])
    shown = 0
    for mark in [*svg.find("circle"), *svg.find("rect")]:
        at = mark.attributes
        left = float(at["x"]) if "x" in at else float(at["cx"]) - float(at["r"])
        right = left + (float(at["width"]) if "width" in at else 2 * float(at["r"]))
        top = float(at["y"]) if "y" in at else float(at["cy"]) - float(at["r"])
        assert left >= 0
        assert right <= size.width
        assert 0 <= top <= height
        shown += 1
    numbers = [int(t.text()) for t in svg.find("text") if t.attributes.get("font-size") == "13"]
    assert shown - len(numbers) + sum(numbers) == len(entries)
