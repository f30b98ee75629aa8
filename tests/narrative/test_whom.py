"""Whom is a mention about, and does that one live elsewhere? Sentences as officers, teachers and children write them."""

from __future__ import annotations

import numpy as np
import pytest

from headwater.narrative import read_detail
from headwater.narrative.background import Background, Names


def roles(text: str, concept: str, *, child: bool | None = None) -> list[tuple[str, bool]]:
    background = None if child is None else Background(children=np.array([child]))
    table = read_detail([text], background=background).to_pylist()
    return [(row["about"], row["elsewhere"]) for row in table if row["concept"] == concept]


@pytest.mark.parametrize(
    ("text", "concept", "role"),
    [
        ("Mum told the school that dad was back inside.", "imprisonment", "father"),
        ("Dad's in prison.", "imprisonment", "father"),
        ("He got a letter from dad in prison.", "imprisonment", "father"),
        ("Since father's imprisonment the family have struggled.", "imprisonment", "father"),
        ("Mum's partner is a serving prisoner at HMP Stafford.", "imprisonment", "step_parent"),
        ("Grandmother now has the children as mum is in HMP Foston Hall.", "imprisonment", "mother"),
        ("His dad got 3 years.", "imprisonment", "father"),
        ("Her partner drinks every night.", "alcohol_misuse", "partner"),
        ("She worries about mum drinking.", "alcohol_misuse", "mother"),
        ("Problems with mum's drinking again.", "alcohol_misuse", "mother"),
        ("Dad and his mates were drunk.", "alcohol_misuse", "father"),
        ("Mum's breath smelt of alcohol.", "alcohol_misuse", "mother"),
        ("He left his mum's address drunk.", "alcohol_misuse", "subject"),
        ("Parental substance misuse.", "drug_misuse", "parent"),
        ("Children exposed to drug use.", "drug_misuse", "household"),
        ("Says that Dad hits Mum.", "domestic_abuse", "mother"),
        ("Mum's boyfriend hits her.", "domestic_abuse", "mother"),
        ("Children witnessed mother being assaulted by ex.", "domestic_abuse", "mother"),
        ("Child witnessed domestic abuse.", "domestic_abuse", "household"),
        ("Domestic violence in the home.", "domestic_abuse", "household"),
        ("There was a domestic at the house next door.", "domestic_abuse", "neighbour"),
        ("She says that mum's boyfriend hurts her.", "physical_abuse", "subject"),
        ("Dad's friend deals drugs from our house.", "drug_misuse", "associate"),
        ("The child told the teacher that mummy's friend hits her.", "physical_abuse", "subject"),
        ("Mum told school she is leaving dad because he hits her.", "physical_abuse", "mother"),
        ("Dad has not been around since I was a baby and he takes drugs.", "drug_misuse", "father"),
        ("He has an alcoholic father.", "alcohol_misuse", "father"),
        ("Lives with drunken parents.", "alcohol_misuse", "parent"),
        ("Mum's house stinks of weed.", "drug_misuse", "mother"),
        ("Alcohol abuse by both parents.", "alcohol_misuse", "parent"),
        ("Argument between mother and her partner.", "domestic_abuse", "mother"),
        ("Father has spent most of the child's life in prison.", "imprisonment", "father"),
        ("My dad shouts and I hide, I am drunk with fear.", "alcohol_misuse", "subject"),
        ("The neighbour disclosed that the partner is violent.", "domestic_abuse", "neighbour"),
        ("Says the neighbour has disclosed that her husband is violent.", "domestic_abuse", "neighbour"),
        ("Mother disclosed that the partner is violent.", "domestic_abuse", "mother"),
        ("Child disclosed that dad hits mum.", "domestic_abuse", "mother"),
        ("The lady at number 9 has disclosed sexual abuse.", "sexual_abuse", "neighbour"),
        ("Fighting between the parents next door.", "domestic_abuse", "neighbour"),
        ("A domestic next door again.", "domestic_abuse", "neighbour"),
        ("Caller can hear a child being hit through the wall at number 7.", "physical_abuse", "neighbour"),
        ("He was slapped by his father.", "physical_abuse", "subject"),
        ("She has been kicked by mum.", "physical_abuse", "subject"),
        ("Her friend has a restraining order against the ex.", "domestic_abuse", "associate"),
    ],
)
def test_the_one_it_is_about_is_found(text: str, concept: str, role: str) -> None:
    assert {about for about, _ in roles(text, concept)} == {role}


@pytest.mark.parametrize(
    ("text", "elsewhere"),
    [
        ("Father, who lives in Leeds, drinks heavily.", True),
        ("Dad no longer lives with them. He drinks.", True),
        ("Dad drinks and sees him every other weekend at his own flat.", True),
        ("She stays at dad's every weekend and he gets drunk.", True),
        ("Mum visits dad in prison. Mum drinks.", False),
        ("Father drinks.", False),
    ],
)
def test_who_lives_elsewhere_is_known_by_words_that_say_so(text: str, elsewhere: bool) -> None:
    assert {where for _, where in roles(text, "alcohol_misuse")} == {elsewhere}


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("Operation Encompass notification received.", "domestic_abuse"),
        ("Not at school, in prison visit today.", "imprisonment"),
        ("Strong smell of cannabis in the house.", "drug_misuse"),
    ],
)
def test_in_a_text_about_a_child_what_no_child_bears_is_the_households(text: str, concept: str) -> None:
    assert {about for about, _ in roles(text, concept, child=True)} == {"household"}
    assert {about for about, _ in roles(text, concept, child=False)} == {"subject"}


def test_a_name_of_the_record_is_that_persons() -> None:
    names = Names.from_rows([(0, "Karen", "mother", "f")])
    row = read_detail(["Karen was drunk."], background=Background(names=names)).to_pylist()[0]
    assert (row["about"], row["experiencer"], row["cue"]) == ("mother", "other", "Karen")


def test_words_that_only_look_alike_name_nothing() -> None:
    for text in (
        "Baby had been drinking milk.",
        "He was inside the car.",
        "A crack in the window.",
        "Remanded on bail.",
    ):
        assert not read_detail([text]).to_pylist(), text


@pytest.mark.parametrize(
    ("text", "elsewhere"),
    [
        ("Tia does not see her father any more and he uses crack.", True),
        ("He never visits dad, who drinks heavily and uses cocaine.", True),
        ("Tia did not see her father use crack.", False),
        ("Dad lives in Leeds. He uses heroin.", True),
        ("Dad uses heroin.", False),
    ],
)
def test_whom_a_child_does_not_see_lives_elsewhere(text: str, elsewhere: bool) -> None:
    assert {far for who, far in roles(text, "drug_misuse") if who == "father"} == {elsewhere}


def test_a_name_right_behind_a_verb_is_its_object() -> None:
    names = Names.from_rows([(0, "Tia", "subject", "f")])
    text = "Dad kicked Orla and she cried."
    (row,) = read_detail([text], background=Background(children=np.array([True]), names=names)).to_pylist()
    assert row["about"] == "unknown"


@pytest.mark.parametrize(
    "text",
    [
        "Mother does not abuse alcohol.",
        "She abuses substances.",
        "Dad abused both drink and pills.",
        "Abusing prescription drugs.",
    ],
)
def test_to_abuse_a_substance_is_no_violence(text: str) -> None:
    assert roles(text, "physical_abuse") == []


def test_a_name_in_the_next_clause_does_not_suffer_it() -> None:
    text = "Says that the stepfather kicks her when mum is at work."
    assert roles(text, "physical_abuse", child=True) == [("subject", False)]


@pytest.mark.parametrize(
    ("text", "concept", "role"),
    [
        ("Her dad hears voices at night.", "mental_ill_health", "father"),
        ("Mum says dad drinks.", "alcohol_misuse", "father"),
        ("Mum hears dad drinking.", "alcohol_misuse", "father"),
    ],
)
def test_a_verb_of_telling_that_is_part_of_what_is_told_tells_nothing(text: str, concept: str, role: str) -> None:
    assert roles(text, concept, child=True)[:1] == [(role, False)]


@pytest.mark.parametrize(
    ("text", "concept", "past"),
    [
        ("Mother came off her tablets and is hearing voices.", "mental_ill_health", False),
        ("Mum is on antipsychotics and has stopped taking them.", "mental_ill_health", False),
        ("Her gran died last month.", "bereavement", False),
        ("He was an alcoholic and has stopped drinking.", "alcohol_misuse", True),
    ],
)
def test_to_leave_off_medicine_is_no_end_and_a_death_of_last_month_is_no_past(
    text: str, concept: str, past: bool
) -> None:
    found = [row["historical"] for row in read_detail([text]).to_pylist() if row["concept"] == concept]
    assert found[:1] == [past]
