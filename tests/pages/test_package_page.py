"""Does a package's page say what the package says, in the right order, and nothing that it must not?"""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.triggers.packages.package import EvidenceItem, Package, Quote
from headwater.triggers.pages import render_guide, render_index, render_package, render_team_list
from tests.pages.people import (
    HOSTILE,
    LONG_WORD,
    RTL,
    make_bare,
    make_crowded,
    make_hostile,
    make_identity,
    make_index,
    make_item,
    make_quote,
    make_reference,
    make_rich,
    make_team_list,
)
from tests.pages.reading import Element, read_page

SHAPES = {"rich": make_rich, "bare": make_bare, "hostile": make_hostile, "crowded": make_crowded}


@pytest.fixture(params=SHAPES)
def package(request: pytest.FixtureRequest) -> Package:
    return SHAPES[request.param]()


def with_item(item: EvidenceItem) -> Package:
    rich = make_rich()
    kind = rich.evidence[0].model_copy(update={"items": [item]})
    return rich.model_copy(update={"evidence": [kind], "timeline": []})


def where(page: Element, text: str) -> int:
    found = page.find("main")[0].text().find(text)
    assert found >= 0, f"{text!r} is not on the page"
    return found


def test_every_page_says_that_it_is_a_draft_and_made_up(package: Package) -> None:
    pages = [
        render_package(package),
        render_team_list(make_team_list(3)),
        render_index(make_index()),
        render_guide(made_up=True),
    ]
    for html in pages:
        page = read_page(html)
        status = page.find("div", class_="draft")[0].text()
        assert "Draft: not confirmed" in status
        assert "Made up" in status
        title = page.find("title")[0].text()
        assert "Draft: not confirmed" in title
        assert "made up" in title


def test_a_page_of_real_people_does_not_say_made_up() -> None:
    html = render_package(make_rich().model_copy(update={"made_up": False}))
    assert "made up" not in html.lower()
    assert "Draft: not confirmed" in html


def test_the_parts_stand_in_the_order_that_a_tired_reader_needs() -> None:
    page = read_page(render_package(make_rich()))
    headings = [element.text() for element in page.walk() if element.tag in {"h1", "h2"}]
    assert headings == [
        "Contact safely",
        "Tamsin Marlowe",
        "What speaks against these records being one person",
        "An update for Early Help, Dudley North",
        "Why now",
        "What to do next",
        "On this page",
        "Timeline",
        "Evidence",
        "What argues against",
        "Who is at home",
        "What the child said",
        "What helps already",
        "What might help",
        "What we do not know",
        "Intelligence",
        "How this was found",
    ]


def test_contact_safely_comes_before_the_name_and_only_when_given() -> None:
    page = read_page(render_package(make_rich()))
    assert where(page, "Do not call the home number") < where(page, "Tamsin Marlowe")
    assert "Contact safely" not in render_package(make_bare())


def test_what_a_kind_does_not_claim_reads_as_a_sentence() -> None:
    page = read_page(render_package(make_rich()))
    where(page, "It does not say that the child was hurt, or who did what to whom.")


def test_a_withheld_address_is_never_printed_whatever_the_package_holds() -> None:
    html = render_package(make_bare())
    assert "Secret Street" not in html
    assert "Address withheld" in html


def test_the_highlighted_words_are_exactly_those_of_the_quote() -> None:
    page = read_page(render_package(make_rich()))
    marked = [element.text() for element in page.find("mark")]
    assert "HE PUNCHED MUM IN THE FACE" in marked
    assert len(marked) == sum(len(item.quotes) for kind in make_rich().evidence for item in kind.items)


def test_a_quote_says_which_words_decided_how_it_was_read() -> None:
    page = read_page(render_package(make_rich()))
    where(page, "Read as present: the words has usually been decided.")
    where(page, "Read this way: the words not number 12 decided.")


@pytest.mark.parametrize(
    "changes",
    [
        {"handling": "intelligence:3x5x2:1/A/P"},
        {"handling": "intelligence:most-restrictive"},
        {"records": [make_reference(1), make_reference(2, "intelligence", "Intelligence reports")]},
    ],
)
def test_words_of_intelligence_are_never_quoted_even_if_a_package_holds_them(changes: dict[str, object]) -> None:
    item = make_item(1, quotes=[make_quote("a source says ", "MARKED SENTENCE", " of the report")], **changes)
    html = render_package(with_item(item))
    assert "MARKED SENTENCE" not in html
    assert "a source says" not in html
    assert "intelligence is never quoted" in html


def test_what_was_not_counted_is_folded_and_says_why() -> None:
    page = read_page(render_package(make_rich()))
    folded = [fold.text() for fold in page.find("details")]
    assert any("Not counted: It happened next door" in text for text in folded)
    counted = [item for item in page.find("li", class_="item") if "item--context" not in item.attributes["class"]]
    assert all("Not counted" not in item.text() for item in counted)


def test_every_item_stands_on_the_page_once_newest_first_and_the_older_ones_are_folded() -> None:
    package = make_crowded(40)
    page = read_page(render_package(package))
    items = page.find("li", class_="item")
    assert len(items) == 40
    assert len({item.attributes["id"] for item in items}) == 40
    counted = [item for item in items if "item--context" not in item.attributes["class"]]
    days = [item.find("time")[0].attributes["datetime"] for item in counted]
    assert days == sorted(days, reverse=True)
    assert "17 older lines that were counted" in page.text()


def test_nothing_that_a_reader_looks_up_is_blank(package: Package) -> None:
    page = read_page(render_package(package))
    for tag in ("dd", "td", "th", "li", "h1", "h2", "h3", "figcaption", "summary"):
        for element in page.find(tag):
            assert element.text(), f"an empty {tag} on the page"


def test_an_unknown_fact_is_said_to_be_not_known() -> None:
    page = read_page(render_package(make_bare()))
    facts = {div.find("dt")[0].text(): div.find("dd")[0].text() for div in page.find("div") if div.find("dt")}
    assert page.find("h1")[0].text() == "Not known"
    assert facts["Age"] == "not known on 7 March 2017"
    assert facts["Born"] == "not known"
    assert facts["Sex"] == "not known"
    assert "Date not known" in page.text()


def test_no_text_of_a_record_becomes_markup() -> None:
    page = read_page(render_package(make_hostile()))
    tags = {element.tag for element in page.walk()}
    assert not tags & {"script", "img", "iframe", "object", "form", "button", "input", "style"}
    assert HOSTILE.replace("\n", " ") in page.text()
    assert RTL in page.text()
    assert LONG_WORD in page.text()
    handlers = [name for element in page.walk() for name in element.attributes if name.startswith("on")]
    assert handlers == []


def test_a_page_asks_nothing_of_the_network_and_runs_no_script(package: Package) -> None:
    page = read_page(render_package(package))
    for element in page.walk():
        for name in ("src", "href", "action", "srcset", "data", "poster"):
            target = element.attributes.get(name, "")
            assert not re.match(r"(?i)([a-z]+:|//)", target), f"{element.tag} {name}={target}"
        assert "style" not in element.attributes
    policy = next(e for e in page.find("meta") if e.attributes.get("http-equiv"))
    assert policy.attributes["content"].startswith("default-src 'none';")
    assert "script" not in policy.attributes["content"]


def test_ids_are_unique_and_every_link_within_the_page_has_an_end(package: Package) -> None:
    page = read_page(render_package(package))
    ids = [element.attributes["id"] for element in page.walk() if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    for element in page.walk():
        target = element.attributes.get("href", "")
        if target.startswith("#"):
            assert target[1:] in ids
        for ident in element.attributes.get("aria-labelledby", "").split():
            assert ident in ids


def test_headings_never_skip_a_level(package: Package) -> None:
    page = read_page(render_package(package))
    levels = [int(element.tag[1]) for element in page.walk() if re.fullmatch(r"h[1-6]", element.tag)]
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))


def test_the_same_package_gives_the_same_bytes(package: Package) -> None:
    assert render_package(package) == render_package(package.model_copy(deep=True))


def test_ages_and_dates_are_said_in_words() -> None:
    page = read_page(render_package(make_rich()))
    where(page, "14 years on 7 March 2017")
    assert not re.search(r"\d{4}-\d{2}-\d{2}", page.text())


def test_one_record_is_not_called_a_joined_person() -> None:
    page = read_page(render_package(make_bare()))
    where(page, "One record nothing was joined")


words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40)


@settings(max_examples=60, deadline=None)
@given(before=words, marked=words, after=words, sentence=words, name=words, reference=words)
def test_any_text_is_shown_as_it_is(
    before: str, marked: str, after: str, sentence: str, name: str, reference: str
) -> None:
    quote = Quote(text=before + marked + after, start=len(before), end=len(before + marked), cue=None)
    record = make_reference().model_copy(update={"reference": reference})
    package = with_item(make_item(1, sentence=sentence, quotes=[quote], records=[record]))
    package = package.model_copy(update={"subject": make_identity(name="A" + name)})
    page = read_page(render_package(package))
    assert page.find("h1")[0].text() == " ".join(("A" + name).split())
    assert page.find("mark")[0].text() == " ".join(marked.split())
    assert page.find("blockquote")[0].text() == " ".join((before + marked + after).split())
    assert " ".join(sentence.split()) in page.text()


def test_a_package_without_evidence_tells_the_analyst_to_reject_it() -> None:
    page = read_page(render_package(make_rich().model_copy(update={"evidence": [], "timeline": []})))
    where(page, "A draft without evidence should not exist")


def test_lines_of_one_day_keep_one_order_whatever_the_order_they_came_in() -> None:
    rich = make_rich()
    lines = [make_item(number, occurred_on=date(2016, 5, 1), recorded_on=date(2016, 5, 2)) for number in range(1, 6)]
    pages = []
    for order in (lines, lines[::-1]):
        kind = rich.evidence[0].model_copy(update={"items": order})
        page = read_page(render_package(rich.model_copy(update={"evidence": [kind], "timeline": []})))
        pages.append([item.text() for item in page.find("li", class_="item")])
    assert pages[0] == pages[1]
