"""Are facts said in plain words, and never left blank?"""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.triggers.packages import words
from headwater.triggers.packages.package import Quote


def test_a_day_is_said_in_full() -> None:
    assert words.say_day(date(2017, 3, 7)) == "7 March 2017"
    assert words.say_day(None) == "not known"


@pytest.mark.parametrize(("years", "said"), [(None, "not known"), (0, "under 1 year"), (1, "1 year"), (14, "14 years")])
def test_an_age_is_said_in_words(years: int | None, said: str) -> None:
    assert words.say_age(years) == said


@pytest.mark.parametrize(("number", "said"), [(0, "no drafts"), (1, "1 draft"), (10_000, "10,000 drafts")])
def test_a_number_agrees_with_its_noun(number: int, said: str) -> None:
    assert words.say_count(number, "draft", "drafts") == said


@pytest.mark.parametrize(
    ("parts", "said"), [([], "not known"), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_a_list_is_said_as_a_sentence_would(parts: list[str], said: str) -> None:
    assert words.say_list(parts) == said


@pytest.mark.parametrize(
    ("handling", "said"),
    [
        ("intelligence:3x5x2:2/B/C", "graded 2/B/C by 3x5x2"),
        ("intelligence:most-restrictive", "handle as most restrictive"),
    ],
)
def test_grades_are_said_in_words(handling: str, said: str) -> None:
    assert words.say_handling(handling) == said


@pytest.mark.parametrize("text", [None, "", "  "])
def test_what_is_blank_is_not_known(text: str | None) -> None:
    assert words.say_or_not_known(text) == "not known"


@given(st.text(), st.text(), st.text())
def test_a_quote_in_three_parts_is_the_whole_passage(before: str, marked: str, after: str) -> None:
    quote = Quote(text=before + marked + after, start=len(before), end=len(before + marked), cue=None)
    assert words.split_quote(quote) == (before, marked, after)
