"""Does sex, ethnicity, or a name with its origin and religion change for whom the trigger fires?

All stories of the rules and of the misleading patterns are told again with everybody's sex exchanged, everybody's ethnicity
drawn anew, and everybody renamed. Found must be the same people: each has a birthday of his or her own, which tells who is
who. Everybody is made up.
"""

from __future__ import annotations

import copy
import random
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.triggers import test_misleading_patterns, test_trigger_rules
from tests.triggers.world import Found, World

EXCHANGED = {
    "M": "F", "F": "M", "Male": "Female", "Female": "Male", "MOTHER": "FATHER", "FATHER": "MOTHER", "SON": "DAUGHTER", "DAUGHTER": "SON",
    "mother": "father", "father": "mother", "Mother": "Father", "Father": "Mother", "his": "her", "he": "she", "she": "he", "He": "She",
    "She": "He", "him": "her", "uncle": "aunt", "boy": "girl",
}  # fmt: skip
ETHNICITIES = ["W1", "W9", "B1", "B2", "A1", "A2", "A3", "A9", "M1", "O1", "O9", "NS", ""]
SEX, ETHNICITY = {"SEX", "sex", "GENDER"}, {"SELF_ETHNICITY", "ETHNICITY", "ethnicity"}
FAMILY, GIVEN = {"SURNAME", "surname"}, {"FORENAMES", "FORENAME", "forename"}
FULL = {"FULL_NAME", "INFORMANT_NAME", "PARENT1_NAME", "NAME", "name"}
RELATION = {"REL_TO_VICTIM", "to_child", "INFORMANT_RELATIONSHIP", "PARENT1_IS"}
WORDS = {"MO_TEXT", "narrative", "voice", "running_log", "CIRCUMSTANCES", "RETURN_INTERVIEW", "DETENTION_NOTES", "TEXT"}


def exchange_sexes(field: str, value: str) -> str:
    """Everybody is of the other sex, and spoken of so."""
    if field in SEX | RELATION:
        return EXCHANGED.get(value, value)
    if field in WORDS:
        return re.sub(r"\w+", lambda word: EXCHANGED.get(word[0], word[0]), value)
    return value


def exchange_sex_codes(field: str, value: str) -> str:
    """Everybody's sex is coded as the other one; what people are to each other stays."""
    return EXCHANGED.get(value, value) if field in SEX else value


def draw_ethnicities(field: str, value: str) -> str:
    """Everybody's ethnicity is written anew, for each record by itself."""
    return random.choice(ETHNICITIES) if field in ETHNICITY else value


def rename(field: str, value: str) -> str:
    """Everybody has another name: letters change places, so that what was one name stays one name."""
    if field not in FAMILY | GIVEN | FULL:
        return value
    return re.sub(r"[A-Za-z]+", lambda name: _other_name(name[0]), value)


def _other_name(name: str) -> str:
    vowels, consonants = str.maketrans("aeiou", "ouiea"), str.maketrans("bcdfghklmnprstvw", "dghklmnprstvwbcf")
    other = name.lower().translate(vowels).translate(consonants)
    return other.upper() if name.isupper() and len(name) > 1 else other.capitalize()


def told_again(world: World, change: Callable[[str, str], str]) -> World:
    """A copy of the world, each text of each row changed."""
    again = World()
    again.rows = {source: [_changed(row, change) for row in rows] for source, rows in world.rows.items()}
    return again


def _changed(part: Any, change: Callable[[str, str], str], field: str = "") -> Any:
    if isinstance(part, dict):
        return {name: _changed(value, change, name) for name, value in part.items()}
    if isinstance(part, list):
        return [_changed(value, change, field) for value in part]
    return change(field, part) if isinstance(part, str) else copy.copy(part)


def both() -> World:
    """The rules' and the misleading stories in one world."""
    world = World()
    for name, told in (("R", test_trigger_rules.world), ("M", test_misleading_patterns.world)):
        for source, rows in told_again(told, number_apart(name)).rows.items():
            world.rows.setdefault(source, []).extend(rows)
    return world


def number_apart(name: str) -> Callable[[str, str], str]:
    """Two worlds count their records from one; this gives each numbers of its own."""
    return lambda field, value: f"{value}/{name}" if value and field in NUMBERS else value


NUMBERS = {
    "CRIME_NO",
    "LOG_NO",
    "log",
    "crime_no",
    "ref",
    "incident_log",
    "CUSTODY_NO",
    "MISPER_ID",
    "FACT_REF",
    "REPORT_REF",
}


def births(found: Found) -> set[str]:
    """The subjects, by their birthdays."""
    return {
        str(row["date_of_birth"]) for row in found.names if row["person_id"] in found.subjects and row["date_of_birth"]
    }


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Found:
    return both().search(tmp_path_factory.mktemp("before"))


def test_there_are_many_to_be_found_and_many_not(before: Found) -> None:
    assert len(before.subjects) > 20
    assert before.report.people > 2 * len(before.subjects)


@pytest.mark.parametrize(
    "change",
    [exchange_sexes, pytest.param(exchange_sex_codes, marks=pytest.mark.full), draw_ethnicities, rename],
)
def test_the_same_people_are_found_whoever_they_are(
    before: Found, change: Callable[[str, str], str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    random.seed(4)
    world = told_again(both(), change)
    assert world.rows != both().rows
    assert births(world.search(tmp_path_factory.mktemp("again"))) == births(before)


def test_an_event_that_is_moved_does_change_who_is_found_so_that_this_test_can_fail(
    before: Found, tmp_path_factory: pytest.TempPathFactory
) -> None:
    def earlier(field: str, value: str) -> str:
        return (
            value.replace("2016", "2012") if field in {"COMMITTED_FROM", "REPORTED_AT", "created", "START"} else value
        )

    assert births(told_again(both(), earlier).search(tmp_path_factory.mktemp("earlier"))) != births(before)
