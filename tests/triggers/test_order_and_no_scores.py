"""In which order do packages come, and is there anywhere a number that ranks children?

Order is by the newest strong evidence, then the newest of any, then by number. How much was found orders nobody. Everybody
is made up.
"""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest

from tests.triggers.world import Found, Who, World, a_family, mother, present, victim

world = World()


def much(name: str, strong: str) -> Who:
    """A child with many kinds of evidence, the newest strong one of that day."""
    parent, child = a_family(name)
    for day in ("2015-08-01", "2015-10-01", "2015-12-01"):
        world.crime(day, victim(parent), present(child), flags="DA", scene=child.home)
        world.notice(
            day,
            child,
            mother(parent),
            text="Mother was drunk and could not stand. Father is in prison.",
            boxes=("PHYS", "SEX"),
        )
    world.crime(strong, victim(parent), present(child), flags="DA", scene=child.home)
    return child


def little(name: str, strong: str, other: str) -> Who:
    """A child with just two kinds of evidence: strong of one day, moderate of another."""
    parent, child = a_family(name)
    world.crime(strong, victim(parent), present(child), flags="DA", scene=child.home)
    world.notice(other, child, mother(parent), text="Mother was drunk and could not stand.")
    return child


def nothing_strong(name: str, newest: str) -> Who:
    """A child with two kinds of evidence of which none is strong."""
    parent, child = a_family(name)
    world.notice("2015-11-11", child, mother(parent), text="Mother was drunk and could not stand.")
    world.crime(newest, victim(parent), flags="DA", scene=child.home)
    return child


most = much("Larkspur", "2016-01-15")
newest_strong = little("Marigold", "2016-11-01", "2016-02-02")
older_strong_newer_other = little("Narcissus", "2016-10-01", "2017-03-03")
older_strong_older_other = little("Oleander", "2016-10-01", "2016-04-04")
only_moderate_but_newest = nothing_strong("Primrose", "2017-03-30")
twin, other_twin = little("Rosemary", "2016-09-01", "2016-05-05"), little("Saffron", "2016-09-01", "2016-05-05")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Found:
    return world.search(tmp_path_factory.mktemp("order"))


def listed(found: Found) -> list[dict[str, object]]:
    lists = [text for name, text in found.files().items() if re.fullmatch(r"teams/.*\.json", name)]
    assert len(lists) == 1
    entries: list[dict[str, object]] = json.loads(lists[0])["entries"]
    return entries


def test_newest_strong_evidence_comes_first_then_newest_of_any_and_the_most_evidence_comes_where_its_date_puts_it(
    found: Found,
) -> None:
    twins = sorted((twin, other_twin), key=found.id)
    order = [newest_strong, older_strong_newer_other, older_strong_older_other, *twins, most, only_moderate_but_newest]
    assert [entry["package_id"] for entry in listed(found)] == [found.package(child).package_id for child in order]
    counted = {child.family: len(found.counts(child)) for child in order}
    assert counted[most.family] > max(count for name, count in counted.items() if name != most.family)


def test_a_page_lists_its_drafts_in_the_same_order(found: Found) -> None:
    (page,) = [
        text for name, text in found.files().items() if re.fullmatch(r"teams/.*\.html", name) and "packages/K-" in text
    ]
    links = re.findall(r"packages/(K-\w+)\.html", page)
    assert list(dict.fromkeys(links)) == [entry["package_id"] for entry in listed(found)]


def numbers(part: object, path: str = "") -> dict[str, float]:
    """Every number of a JSON document, by where it stands."""
    if isinstance(part, bool):
        return {}
    if isinstance(part, int | float):
        return {path: part}
    inside = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    return {
        name: number
        for key, value in inside
        for name, number in numbers(value, f"{path}.{'' if isinstance(key, int) else key}").items()
    }


def test_the_only_numbers_of_a_package_are_ages_rows_and_places_in_quotes(found: Found) -> None:
    allowed = {
        ".subject.age", ".subject.records_joined", ".household..age", ".evidence..items..age_at_event", ".evidence..items..records..row_no",
        ".evidence..items..quotes..start", ".evidence..items..quotes..end", ".argues_against..records..row_no", ".helps_already..records..row_no",
    }  # fmt: skip
    for package in found.packages:
        assert set(numbers(package.model_dump(mode="json"))) <= allowed


def test_the_only_numbers_of_a_team_list_are_ages(found: Found) -> None:
    for entry in listed(found):
        assert set(numbers(entry)) <= {".age"}


def test_no_field_is_called_a_score_total_rank_or_risk(found: Found) -> None:
    names = set()
    for name, text in found.files().items():
        if name.endswith(".json") and name.startswith(("packages/", "teams/")):
            names |= set(re.findall(r'"(\w+)":', text))
    assert len(names) > 40
    forbidden = {"score", "scores", "total", "rank", "risk", "severity", "priority", "weight", "number"}
    assert [name for name in names if forbidden & set(name.split("_"))] == []


class Words(HTMLParser):
    """The words that a reader sees, and those that only a screen reader reads."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.words += [value or "" for name, value in attrs if name in ("aria-label", "title", "alt")]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def shown(page: str) -> str:
    """The text of a page without its style."""
    words = Words()
    words.feed(re.sub(r"<style.*?</style>", "", page, flags=re.DOTALL))
    return re.sub(r"\s+", " ", " ".join(words.words))


def test_no_page_counts_adversities_or_speaks_of_a_score_but_to_say_that_there_is_none(found: Found) -> None:
    pages = {
        name: shown(text)
        for name, text in found.files().items()
        if name.startswith(("packages/", "teams/")) and name.endswith(".html")
    }
    assert len(pages) >= 8
    for name, text in pages.items():
        told = text.replace("It gives no score and ranks nobody.", "").replace("nothing else: nobody is ranked.", "")
        assert not re.search(
            r"\bscor(e|es|ed|ing)\b|\brank|\brisk (level|rating|band)|\bout of (ten|10)\b",
            told,
            re.IGNORECASE,
        ), name
        assert not re.search(
            r"\b(\d+|one|two|three|four|five|six|seven) (different |distinct )?(kinds?|adversit\w+|ACEs?)\b", told, re.IGNORECASE
        ), name  # fmt: skip


def test_the_child_with_the_most_evidence_has_no_other_words_and_colours_than_the_one_with_the_least(
    found: Found,
) -> None:
    def marks(who: Who) -> set[str]:
        page = found.files()[f"packages/{found.package(who).package_id}.html"]
        return set(re.findall(r'class="([^"]*)"', page.split('<section class="part"')[0]))

    assert marks(most) == marks(newest_strong)
