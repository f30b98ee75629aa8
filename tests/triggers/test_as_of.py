"""Does a search from an earlier day see only what was on record by then?

The measure is the same search over a lake in which the later rows were never loaded. Everybody is made up.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from headwater.triggers.packages.package import Package
from tests.triggers.world import (
    Found,
    Who,
    World,
    a_family,
    a_home,
    child_of_the_home,
    father,
    mother,
    pnc,
    present,
    suspect,
    victim,
)

THEN = date(2016, 6, 30)


def tell(world: World, later: bool) -> tuple[Who, Who]:
    """One family until June 2016 and, when `later`, what was put on record about it afterwards."""
    world.crime("2016-02-02", victim(parent), present(child), flags="DA", scene=child.home)
    world.notice("2016-05-05", child, mother(parent), text="Mother was drunk and could not stand.")
    world.plan("2016-03-03", child, "CIN", lead="Early Family Team")
    world.crime("2016-02-02", victim(other_parent), present(other), flags="DA", scene=other.home)
    if later:
        world.crime(
            "2016-06-01", victim(parent.at(new_home)), suspect(partner, "PARTNER"), present(child.at(new_home)), flags="DA", reported="2016-08-01",
            text="Her partner hit her, he was drunk.",
        )  # fmt: skip
        world.notice(
            "2016-09-09", child.at(new_home), mother(parent.at(new_home)), father(partner), child_of_the_home(baby, "SIBLING"),
            boxes=("PHYS",), text="Late words: father was drunk.", voice="Late words of the child.",
        )  # fmt: skip
        world.plan("2016-10-10", child.at(new_home), "CP_PHYSICAL", lead="Later Family Team")
        world.missing("2016-11-11", child.but(given="Lateralias", home=new_home), informant=parent, relation="MOTHER")
        world.custody("2016-06-20", partner, disposal="RUI", court="IMPRISONMENT", court_on="2016-12-12")
        world.intelligence("2016-11-30", child.at(new_home), "Late intelligence.")
        world.crime("2016-06-15", victim(other), code="20B", outcome="1", reported="2016-07-01")
    return child, other


parent, child = a_family("Greengarter")
parent, child = parent.but(nominal="N1"), child.but(nominal="N2", pnc=pnc(2015, 6666))
other_parent, other = a_family("Hempnettle")
new_home = a_home("Later Lane")
partner, baby = (
    Who("Partnero", "Latecomer", "1982-12-12", "M", new_home),
    Who("Infanto", "Latecomer", "2016-01-01", "M", new_home),
)


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bool, date], Found]:
    kept: dict[tuple[bool, date], Found] = {}

    def search(later: bool, as_of: date) -> Found:
        if (later, as_of) not in kept:
            world = World()
            tell(world, later)
            kept[later, as_of] = world.search(tmp_path_factory.mktemp("as_of"), as_of=as_of)
        return kept[later, as_of]

    return search


Search = Callable[[bool, date], Found]


def hidden(package: Package) -> dict[str, object]:
    """A package without the numbers that name a lake's batches and people."""
    content = package.model_dump(mode="json", exclude={"package_id": True, "timeline": {"__all__": {"evidence_id"}}})
    content["subject"].pop("person_id")
    for member in content["household"]:
        member.pop("person_id")
    for kind in content["evidence"]:
        for item in kind["items"]:
            item.pop("evidence_id")
    for part in (content["evidence"], content["argues_against"], content["helps_already"]):
        _forget_rows(part)
    return content


def _forget_rows(part: object) -> None:
    if isinstance(part, dict):
        for name in ("batch", "row_no"):
            part.pop(name, None)
        for value in part.values():
            _forget_rows(value)
    elif isinstance(part, list):
        for value in part:
            _forget_rows(value)


def test_seen_from_today_the_later_rows_matter_so_that_these_tests_can_fail(searched: Search) -> None:
    now = searched(True, date(2017, 3, 31))
    assert now.fires(other)
    package = now.package(child)
    assert {kind.indicator for kind in package.evidence} >= {
        "physical_abuse",
        "household_substance_misuse",
        "household_domestic_abuse",
    }
    assert package.subject.address == f"{new_home.line}, {new_home.postcode}"
    assert {"Partnero Latecomer", "Infanto Latecomer"} <= {member.name for member in package.household}
    assert package.intelligence


@pytest.mark.parametrize(
    "part",
    [
        "why_now",
        "evidence",
        "timeline",
        "household",
        "helps_already",
        "update_for",
        "argues_against",
        "not_known",
        "intelligence",
        "team",
        "contact_safely",
    ],
)
def test_a_package_seen_from_june_holds_no_part_of_what_was_recorded_later(searched: Search, part: str) -> None:
    then, truth = searched(True, THEN).package(child), searched(False, THEN).package(child)
    assert hidden(then)[part] == hidden(truth)[part]


@pytest.mark.parametrize(
    "part",
    [
        "name",
        "other_names",
        "address",
        "address_since",
        "area",
        "age",
        "sex",
        "date_of_birth",
        "records_joined",
        "sources_joined",
    ],
)
def test_who_somebody_is_seen_from_june_rests_on_nothing_recorded_later(searched: Search, part: str) -> None:
    then, truth = searched(True, THEN).package(child), searched(False, THEN).package(child)
    assert getattr(then.subject, part) == getattr(truth.subject, part)


@pytest.mark.parametrize(
    "word",
    ["Later", "Late words", "Lateralias", "Latecomer", "Partnero", "Infanto", "IR/0000", "2016-12-12", "December 2016"],
)
def test_no_file_of_a_run_seen_from_june_holds_a_word_recorded_later(searched: Search, word: str) -> None:
    files = {
        name: text for name, text in searched(True, THEN).files().items() if name.startswith(("packages/", "teams/"))
    }
    assert len(files) >= 4
    assert [name for name, text in files.items() if word in text] == []


def test_a_crime_reported_later_about_an_earlier_day_fires_only_once_it_is_reported(searched: Search) -> None:
    assert not searched(True, THEN).fires(other)
    assert searched(True, date(2016, 6, 30)).report.people >= 4
    assert searched(True, date(2017, 3, 31)).fires(other)


def test_evidence_is_the_same_as_if_the_later_rows_had_never_been_loaded(searched: Search) -> None:
    def told(found: Found) -> list[tuple[object, ...]]:
        return sorted(
            (row["indicator"], str(row["occurred_on"]), row["event_id"], row["strength"], row["sentence"])
            for row in found.rows
        )

    assert told(searched(True, THEN)) == told(searched(False, THEN))
