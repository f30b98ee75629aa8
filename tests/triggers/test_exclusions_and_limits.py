"""What becomes of those who are not started anew, and of more packages than a team can answer? Nothing is silence.

Everybody in these stories is made up. Every story is seen from 31 March 2017.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from headwater.catalogue import read_text
from headwater.engine import DuckDBEngine
from headwater.records import Lake
from headwater.triggers.answers.store import Answer, keep_answers, read_answers
from headwater.triggers.packages.naming import name_package
from headwater.triggers.packages.package import Package, TeamList
from headwater.triggers.search import SearchReport, search
from tests.triggers.world import TODAY, Home, Who, World, a_family, mother, present, victim

world = World()


def two_kinds(name: str, newest: str) -> Who:
    """A child for whom the trigger fires, in one team with all others of this module."""
    woman, child = a_family(name)
    world.crime("2016-01-01", victim(woman), present(child), flags="DA", scene=child.home)
    world.notice(newest, child, mother(woman), text="Mother was drunk and could not stand.")
    return child


first, second, third = (
    two_kinds("Firstham", "2017-01-03"),
    two_kinds("Secondby", "2017-01-02"),
    two_kinds("Thirdton", "2017-01-01"),
)
with_law = two_kinds("Lawfulham", "2016-02-02")
world.plan("2016-09-09", with_law, "CP_NEGLECT")
led = two_kinds("Ledbyham", "2016-03-03")
world.plan("2016-01-05", led, "CHILD_IN_NEED", lead="Made-up social work team")
gone = two_kinds("Goneham", "2016-04-04").but(nominal="N-Gone")
far = Home("7 Faraway Street", "EX1 1AA", lsoa="E01020000")
world.notice("2016-12-12", gone, text="Seen at home.")
world.notice("2017-02-02", gone.at(far), text="Seen at the new home.")
dead = two_kinds("Deadham", "2016-05-05").but(nominal="N-Dead")
world.missing("2017-01-01", dead, harm="FATAL")


class Place:
    """One lake with these stories, and a catalogue in which a team is given one new package at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        world.export(folder / "exports")
        self.lake = Lake.open(folder / "lake")
        own = folder / "catalogue" / "triggers"
        own.mkdir(parents=True)
        text = read_text("triggers", "tipt.yaml")
        assert "new_packages_per_team: 12" in text
        (own / "tipt.yaml").write_text(
            text.replace("new_packages_per_team: 12", "new_packages_per_team: 1"), encoding="utf-8"
        )

    def search(self) -> SearchReport:
        with DuckDBEngine(threads=2) as engine:
            return search(
                self.lake, engine=engine, inputs=[self.folder / "exports"], as_of=TODAY, catalogue=self.folder / "catalogue", made_up=True
            )  # fmt: skip

    def answer(self, child: Package, answer: Any, on: str, **more: str) -> Answer:
        return Answer(
            package_id=child.package_id,
            trigger="tipt",
            team="Team of made-up people",
            answer=answer,
            answered_on=date.fromisoformat(on),
            **more,
        )


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(tmp_path_factory.mktemp("limits"))


@pytest.fixture(scope="module")
def report(place: Place) -> SearchReport:
    return place.search()


def packages(report: SearchReport) -> dict[str, Package]:
    found = [
        Package.model_validate_json(path.read_text("utf-8")) for path in (report.folder / "packages").glob("K-*.json")
    ]
    return {package.subject.name.split()[-1]: package for package in found}


def lists(report: SearchReport) -> dict[str, TeamList]:
    found = [TeamList.model_validate_json(path.read_text("utf-8")) for path in (report.folder / "teams").glob("*.json")]
    return {team.team_id: team for team in found}


def test_above_the_limit_packages_wait_in_published_order_with_length_and_oldest_date(report: SearchReport) -> None:
    (team,) = (team for team in lists(report).values() if team.waiting)
    assert [entry.name.split()[-1] for entry in team.waiting] == ["Secondby", "Thirdton"]
    assert team.waiting_since == date(2017, 1, 1)
    page = (report.folder / "teams" / f"{team.team_id}.html").read_text("utf-8")
    assert "Two drafts wait" in page or "2 drafts wait" in page
    assert "since 1 January 2017" in page
    assert report.waiting == 2


def test_a_statutory_event_and_an_update_are_never_held_back(report: SearchReport) -> None:
    found = packages(report)
    assert found["Lawfulham"].urgent_on == date(2016, 9, 9)
    assert not found["Lawfulham"].waits
    assert found["Ledbyham"].update_for is not None
    assert not found["Ledbyham"].waits
    assert [name for name, package in sorted(found.items()) if package.waits] == ["Secondby", "Thirdton"]


def test_who_moved_away_becomes_a_proposal_to_tell_the_other_force(report: SearchReport) -> None:
    package = packages(report)["Goneham"]
    assert package.tell_another is not None
    assert package.tell_another.small_area == "E01020000"
    assert package.team.team_id == "other-force"
    assert "propose it to the force there" in (report.folder / "packages" / f"{package.package_id}.html").read_text(
        "utf-8"
    )
    assert report.told_elsewhere == 1


def test_every_exclusion_is_counted_and_can_be_listed_by_reason(report: SearchReport) -> None:
    content = json.loads((report.folder / "report.json").read_text("utf-8"))
    counts = {row["exclusion"]: row["people"] for row in content["exclusions"]}
    assert counts == {"died": 1, "open_plan": 1, "earlier_offer": 0, "cool_down": 0, "moved_away": 1, "age": 0}
    assert [row["exclusion"] for row in content["excluded_people"]] == ["died"]


def test_an_earlier_offer_and_a_cool_down_make_an_update_and_never_silence(tmp_path: Path) -> None:
    place = Place(tmp_path)
    before = packages(place.search())
    keep_answers(
        place.lake,
        [
            place.answer(before["Firstham"], "taken on", "2017-02-02"),
            place.answer(before["Secondby"], "not needed", "2017-02-02", reason="Seen and well."),
            place.answer(before["Lawfulham"], "not needed", "2016-10-01"),
            place.answer(before["Thirdton"], "not needed", "2016-09-30"),
        ],
    )
    after = packages(place.search())
    assert set(after) == set(before)
    taken, not_needed = after["Firstham"].update_for, after["Secondby"].update_for
    assert taken is not None
    assert taken.lead == "Team of made-up people"
    assert "has taken this package on" in taken.reason
    assert not_needed is not None
    assert "not needed" in not_needed.reason
    assert after["Thirdton"].update_for is None, "six months have gone by"
    assert not after["Thirdton"].waits, "the two before it are updates now"
    assert after["Lawfulham"].update_for is not None, "its plan was on record before the answer"


def test_a_statutory_event_after_the_answer_ends_the_cool_down(tmp_path: Path) -> None:
    place = Place(tmp_path)
    before = packages(place.search())
    keep_answers(
        place.lake,
        [
            place.answer(before["Lawfulham"], "not needed", "2016-09-08"),
            place.answer(before["Firstham"], "not needed", "2016-12-31"),
        ],
    )
    with DuckDBEngine(threads=2) as engine:
        later = search(
            place.lake,
            engine=engine,
            inputs=[place.folder / "exports"],
            as_of=date(2016, 12, 31),
            catalogue=place.folder / "catalogue",
            made_up=True,
        )
    after = packages(later)
    assert after["Lawfulham"].update_for is None
    assert after["Lawfulham"].urgent_on == date(2016, 9, 9)


def test_answers_are_kept_once_and_survive_a_torn_line(tmp_path: Path) -> None:
    place = Place(tmp_path)
    one = Answer(
        package_id=name_package("tipt", "P-1"),
        trigger="tipt",
        team="A",
        answer="taken on",
        answered_on=date(2017, 1, 1),
    )
    assert [keep_answers(place.lake, [one, one]), keep_answers(place.lake, [one])] == [1, 0]
    path = place.lake.folder / "desk" / "answers.jsonl"
    assert path.stat().st_mode & 0o777 == 0o600
    with path.open("a", encoding="utf-8") as handle:
        handle.write('{"package_id": "K-')
    assert read_answers(place.lake) == [one]
    other = one.model_copy(update={"answer": "not needed"})
    assert keep_answers(place.lake, [other]) == 1
    assert read_answers(place.lake) == [one, other]
