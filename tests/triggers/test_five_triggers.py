"""Five triggers, one engine: whom does each find, whom does it leave alone, and what may its page show?

Everybody in these stories is made up. Every story is seen from 31 March 2017.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from headwater.engine import DuckDBEngine
from headwater.records import Lake
from headwater.triggers.packages.package import Package
from headwater.triggers.rules.definition import read_triggers
from headwater.triggers.rules.indicator import ACTS_AGAINST
from headwater.triggers.search import search
from tests.triggers.world import (
    TODAY,
    Home,
    Part,
    Who,
    World,
    a_home,
    caller,
    suspect,
    victim,
)

world = World()


def at_home(name: str, born: str, **more: str) -> Who:
    return Who(f"{name[:4]}a", name, born, "F", a_home(f"{name} Street"), nominal=f"N-{name}", **more)


# Missing: three times in 90 days; three times in 91; three reports of which one is a second report; a man of fifty.

often, too_wide, second_report, grown = (
    at_home("Oftenham", "2003-02-02"), at_home("Widerham", "2003-03-03"), at_home("Secondham", "2003-04-04"), at_home("Grownham", "1967-05-05"),
)  # fmt: skip
for day in ("2016-12-31", "2017-02-01", "2017-03-31"):
    world.missing(day, often)
for day in ("2016-12-29", "2017-02-01", "2017-03-30"):
    world.missing(day, too_wide)
for day, back in (("2017-01-05", "2017-01-09"), ("2017-01-07", "2017-01-09"), ("2017-03-01", "")):
    world.missing(day, second_report, back=back)
for day in ("2017-01-10", "2017-02-10", "2017-03-10"):
    world.missing(day, grown)

# Domestic abuse: three times in a year; twice; three times but with a counter-allegation; a girl of 15.


def harmed(name: str, days: tuple[str, ...], born: str = "1985-06-06", *, counter: str = "") -> Who:
    woman = at_home(name, born)
    man = Who(f"{name[:4]}man", name, "1980-01-07", "M", woman.home)
    for day in days:
        parts = [victim(woman), suspect(man, "PARTNER")]
        world.crime(day, *parts, *([Part(woman, "suspect")] if day == counter else []), flags="DA", scene=woman.home)
    return woman


thrice = harmed("Thriceham", ("2016-05-01", "2016-09-01", "2017-02-01"))
twice = harmed("Twiceham", ("2016-09-01", "2017-02-01"))
countered = harmed("Counterham", ("2016-05-01", "2016-09-01", "2017-02-01"), counter="2016-09-01")
fifteen = harmed("Fifteenham", ("2016-05-01", "2016-09-01", "2017-02-01"), "2001-07-07")

# Calls: five by one woman, from a hospital none; eight to one house of several people; a street without a number.

five_calls, from_hospital = at_home("Callersham", "1950-08-08"), at_home("Wardham", "1951-08-08")
hospital = Home("1 Made-up Hospital Way", "DY9 9ZZ", "HOSPITAL")
for month in range(1, 6):
    world.incident(f"2016-{month + 6:02}-10", caller(five_calls), place=a_home("Somewhere Lane"))
    world.incident(f"2016-{month + 6:02}-11", caller(from_hospital), place=hospital)
world.incident("2017-03-01", caller(five_calls), place=a_home("Somewhere Lane"))
house, street = a_home("Eightcalls Road"), Home("Nonumber Street", "DY8 8YY")
for month in range(1, 13, 1):
    year = 2016 if month > 3 else 2017
    world.incident(f"{year}-{month:02}-15", place=house)
    world.incident(f"{year}-{month:02}-16", place=street)

# Charged or convicted three times as an adult; arrested three times; three as a child; one acquitted. And welfare evidence beside it.


def in_custody(name: str, born: str, results: tuple[tuple[str, str], ...]) -> Who:
    man = Who(f"{name[:4]}o", name, born, "M", a_home(f"{name} Street"), nominal=f"N-{name}", pnc="")
    for day, result in zip(("2015-10-01", "2016-06-01", "2017-01-01"), results, strict=True):
        disposal, court = result
        world.custody(day, man, disposal=disposal, court=court, court_on=f"2017-02-{day[5:7]}" if court else "")
    return man


charged = in_custody(
    "Chargeham", "1990-02-03", (("BAILED_CHARGED", ""), ("BAILED_CHARGED", "FINE"), ("BAILED_CHARGED", ""))
)
arrested = in_custody("Arrestham", "1990-03-04", (("NFA", ""), ("RUI", ""), ("BAILED_CHARGED", "")))
a_child = in_custody(
    "Childham", "2000-04-05", (("BAILED_CHARGED", ""), ("BAILED_CHARGED", "FINE"), ("BAILED_CHARGED", ""))
)
acquitted = in_custody(
    "Acquitham", "1990-05-06", (("BAILED_CHARGED", ""), ("BAILED_CHARGED", "ACQUITTED"), ("BAILED_CHARGED", ""))
)
his_child = Who("Chargeson", "Chargeham", "2009-09-09", "M", charged.home)
world.notice(
    "2016-11-11",
    his_child,
    Part(charged, "parent", "FATHER"),
    text="Father was drunk.",
    voice="Marked words of his child.",
)
world.missing("2017-01-02", charged)


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    folder = tmp_path_factory.mktemp("five")
    world.export(folder / "exports")
    return Lake.open(folder / "lake")


def drafts(lake: Lake, trigger: str, **more: date) -> list[Package]:
    with DuckDBEngine(threads=2) as engine:
        report = search(
            lake,
            engine=engine,
            inputs=[lake.folder.parent / "exports"],
            trigger_id=trigger,
            as_of=more.get("as_of", TODAY),
            made_up=True,
        )
    return [
        Package.model_validate_json(path.read_text("utf-8"))
        for path in sorted((report.folder / "packages").glob("K-*.json"))
    ]


def families(packages: list[Package]) -> set[str]:
    return {package.subject.name.split()[-1] for package in packages if package.subject.kind == "person"}


def test_three_episodes_in_90_days_at_any_age_are_frequent_missing(lake: Lake) -> None:
    assert families(drafts(lake, "frequent_missing")) == {"Oftenham", "Grownham"}


def test_three_events_in_a_year_make_a_repeat_victim_of_16_or_over(lake: Lake) -> None:
    packages = drafts(lake, "repeat_domestic_abuse")
    assert families(packages) == {"Thriceham"}
    assert str(packages[0].contact_safely).startswith("Domestic abuse is recorded")
    assert packages[0].answer_by == date(2017, 4, 7)


def test_repeat_callers_and_addresses_are_found_by_one_trigger(lake: Lake) -> None:
    packages = drafts(lake, "repeat_calls")
    assert families(packages) == {"Callersham"}
    (place,) = (package for package in packages if package.subject.kind == "place")
    assert place.subject.name == f"{house.line}, {house.postcode}"
    assert place.subject.age is None
    assert place.subject.person_id.startswith("A-")
    assert place.team.name != "No team found"


def test_only_adults_who_were_charged_or_convicted_are_candidates_for_a_cohort(lake: Lake) -> None:
    assert families(drafts(lake, "offender_cohort")) == {"Chargeham"}


def test_what_is_known_for_welfare_is_on_no_page_that_acts_against_somebody(lake: Lake) -> None:
    (package,) = drafts(lake, "offender_cohort")
    text = package.model_dump_json()
    assert "Chargeson" not in text
    assert "drunk" not in text
    assert "Marked words" not in text
    assert {kind.indicator for kind in package.evidence} == {"charge_or_conviction"}
    assert package.household == package.lived_with_before == package.helps_already == package.said == []
    for trigger in read_triggers().values():
        if trigger.purpose in ACTS_AGAINST:
            assert "open_plan" not in {item.id for item in trigger.exclusions}, (
                "a plan is help, and its being there is welfare"
            )


def test_every_trigger_says_who_owns_it_what_it_is_for_when_it_ends_and_what_teams_can_answer() -> None:
    triggers = read_triggers()
    assert set(triggers) == {"tipt", "frequent_missing", "repeat_domestic_abuse", "repeat_calls", "offender_cohort"}
    for trigger in triggers.values():
        assert trigger.owner
        assert trigger.help
        assert trigger.review_by > date(2017, 1, 1)
        assert trigger.limit.new_packages_per_team >= 1


def test_a_trigger_is_data_alone(lake: Lake, tmp_path: Path) -> None:
    """A force's own file is enough for a trigger that the product does not have."""
    own = tmp_path / "catalogue" / "triggers"
    own.mkdir(parents=True)
    (own / "two_missing.yaml").write_text(
        "{id: two_missing, title: Twice missing, version: '1', owner: A made-up owner, help: A talk., purpose: missing, review_by: 2030-01-01,\n"
        " limit: {new_packages_per_team: 3, answer_within_days: 5}, indicators: [missing_episode], subject: {under_years: 18},\n"
        " rules: [{id: two, count: occurrences, at_least: 2, within: 90d, newest_within: 90d, things: reports}], exclusions: [died], exceptions: []}",
        encoding="utf-8",
    )
    with DuckDBEngine(threads=2) as engine:
        report = search(
            lake, engine=engine, inputs=[lake.folder.parent / "exports"], trigger_id="two_missing", as_of=TODAY, catalogue=tmp_path / "catalogue",
            made_up=True,
        )  # fmt: skip
    found = [
        Package.model_validate_json(path.read_text("utf-8")) for path in (report.folder / "packages").glob("K-*.json")
    ]
    assert families(found) == {"Oftenham", "Widerham", "Secondham"}
