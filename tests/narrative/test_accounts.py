"""Does another's account stand when somebody denies it, and is a log's time passed over between the words of a term?"""

from __future__ import annotations

import pytest

from headwater.narrative import Lexicon, read
from headwater.narrative.times import find_times
from headwater.narrative.words import split_words

TERMS = ["hit him", "hitting him", "smokes", "self-harm"]
LEXICON = Lexicon.from_terms({term: [term] for term in TERMS})
FLAGS = {"negated": "n", "historical": "h", "hypothetical": "y", "withdrawn": "w"}


def statuses(text: str) -> list[str]:
    """The statuses of each mention of a term: n negated, h historical, y hypothetical, w withdrawn."""
    return ["".join(letter for flag, letter in FLAGS.items() if row[flag]) for row in read([text], LEXICON).to_pylist()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Child says dad hit him, dad denies this.", [""]),
        ("Child says dad hit him. Dad denies this.", [""]),
        ("Victim states suspect hit him, suspect denies it.", [""]),
        ("Child says dad hit him, denied by dad.", [""]),
        ("Child says mum and dad hit him; both deny it.", [""]),
        # Who denies what nobody else tells, or takes back what was told before.
        ("He smokes, he denies this.", ["n"]),
        ("Self-harm was raised and he denies it.", ["n"]),
        ("He said that mum hit him but he now denies it.", ["w"]),
        ("He said that mum hit him and then denied it.", ["w"]),
        ("Mum reports that he smokes, he denies this.", [""]),
        # Nobody is named, or nothing else is written.
        ("Self-harm, denied this.", ["n"]),
        ("self-harm denied", ["n"]),
        ("Accused of hitting him but denies it.", [""]),
        # What is denied stands behind "it".
        ("He smokes but denies it is a problem.", [""]),
    ],
)
def test_a_denial_takes_back_the_word_of_the_one_who_denies(text: str, expected: list[str]) -> None:
    assert statuses(text) == expected


@pytest.mark.parametrize(
    "time",
    [
        "22:31",
        "9:05",
        "14:02:33",
        "[14:02]",
        "(03:20)",
        "2231HRS",
        "2231 hrs",
        "22:31 OP11",
        "[14:02:33] CH12",
        "\n22:31",
        "22.31",
        "12/03/2016 22:31",
        "[12/03/2016 22:31]",
        "12-03-16 22:31 OP11",
    ],
)
def test_a_time_between_the_words_of_a_term_is_passed_over(time: str) -> None:
    text = f"NO DOMESTIC {time} VIOLENCE REPORTED"
    (row,) = read([text]).to_pylist()
    assert (row["concept"], row["negated"], row["cue"]) == ("domestic_abuse", True, "NO")
    assert text[row["start"] : row["end"]] == f"DOMESTIC {time} VIOLENCE"
    assert len(find_times(split_words([text]))) == 1


@pytest.mark.parametrize("between", ["2231", "OP11", "22.31 OR", "22:31 MALE"])
def test_other_words_and_numbers_are_not_passed_over(between: str) -> None:
    found = read([f"SEXUALLY {between} EXPLOITED"]).to_pylist()
    assert [row["concept"] for row in found] == ["exploitation"]
    assert found[0]["start"] > len("SEXUALLY ")


def test_a_time_at_the_end_of_one_text_joins_it_to_no_other() -> None:
    found = read(["SEXUALLY 22:31", "EXPLOITED", "22:31 EXPLOITED"]).to_pylist()
    assert [(row["text"], row["start"]) for row in found] == [(1, 0), (2, 6)]


def test_terms_of_a_caller_are_found_over_a_time_and_no_gap_of_a_pattern_is() -> None:
    (row,) = read(["HE SAYS DAD HIT 22:31 HIM"], LEXICON).to_pylist()
    assert (row["concept"], row["start"], row["end"]) == ("hit him", 12, 25)
    # A pattern whose words may stand apart reaches over words of its entry, not into the next one.
    assert "suicide_attempt" in read(["LIGATURE AROUND HER OWN NECK"])["concept"].to_pylist()
    assert "suicide_attempt" not in read(["LIGATURE AROUND 22:31 HER OWN NECK"])["concept"].to_pylist()


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("no evidence\n21:05 of domestic abuse", [True]),
        ("NO EVIDENCE OF 21/03/2016 21:05 DOMESTIC ABUSE", [True]),
        ("21:04 caller denies\n21:05 any drug use", [True]),
        ("21:04 No drugs\n21:05 Male has hit his wife", [True, False]),
        ("21:04 caller denies any injury\n21:05 Child seen with bruises", [False]),
        ("21:04 no reply\n21:06 drugs found in kitchen", [False]),
        ("No offences. 21/03/2016 21:05 Domestic violence by dad", [False]),
        ("no knife 12/03/2016 21:05 He hit his wife", [False]),
    ],
)
def test_a_line_with_a_time_goes_on_only_with_a_word_that_no_entry_begins_with(text: str, denied: list[bool]) -> None:
    assert [row["negated"] for row in read([text]).to_pylist()] == denied


def test_a_new_entry_of_a_log_is_not_denied_by_the_one_before() -> None:
    rows = read(["22:30 NO DOMESTIC 22:31 VIOLENCE 22:35 MALE DRUNK"]).to_pylist()
    assert [(row["concept"], row["negated"]) for row in rows] == [("domestic_abuse", True), ("alcohol_misuse", False)]
