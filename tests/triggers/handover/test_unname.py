"""Are names taken out of words, and only names? Everybody here is made up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.triggers.handover.unname import ANOTHER, Unnaming

HIDDEN = [("Will Otherman", "brother or sister"), ("An Li", "partner"), ("Manfred Otherman", "step-parent")]
NAMES = Unnaming(HIDDEN, ["Nadia", "Nadiaham"])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("She will not see an officer in May.", "She will not see an officer in May."),
        ("Will came home.", "[brother or sister] came home."),
        ("WILL OTHERMAN came home.", "[brother or sister] came home."),
        ("Will  Otherman came home.", "[brother or sister] came home."),
        ("manfred hit her", "[step-parent] hit her"),
        ("Manfred’s shouting", "[step-parent]’s shouting"),
        ("Mr Otherman rang", f"Mr [{ANOTHER}] rang"),
        ("Manfredson is not he", "Manfredson is not he"),
        ("Nadia rang", "Nadia rang"),
        ("", ""),
    ],
)
def test_a_name_is_written_as_the_part_and_a_word_of_every_day_stays(text: str, told: str) -> None:
    assert NAMES.any(text) == told


def test_where_professionals_are_named_only_whole_names_are_taken_out() -> None:
    assert NAMES.whole("Led by Will Smith; Manfred Otherman asked.") == "Led by Will Smith; [step-parent] asked."


def test_the_mark_stays_on_its_words_and_a_name_that_it_cuts_is_marked_whole() -> None:
    text = "When Manfred Otherman came he was drunk and Will ran"
    told, start, end = NAMES.any_marked(text, text.index("was"), text.index(" and"))
    assert told == "When [step-parent] came he was drunk and [brother or sister] ran"
    assert told[start:end] == "was drunk"
    told, start, end = NAMES.any_marked(text, text.index("fred"), text.index("fred") + 2)
    assert told[start:end] == "[step-parent]"
    told, start, end = NAMES.any_marked(text, text.index("drunk"), len(text))
    assert told[start:end] == "drunk and [brother or sister] ran"


@given(st.lists(st.sampled_from(["Will", "manfred otherman", "was", "drunk", "An Li", "will"]), max_size=8), st.data())
def test_a_mark_is_always_inside_the_text_and_on_the_same_plain_words(words: list[str], data: st.DataObject) -> None:
    text = " ".join(words)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    told, first, last = NAMES.any_marked(text, start, end)
    assert told == NAMES.any(text)
    assert 0 <= first <= last <= len(told)
    if "drunk" in text[start:end]:
        assert "drunk" in told[first:last]


def test_a_mark_that_ends_between_two_names_that_are_told_once_stays_inside() -> None:
    told, start, end = NAMES.any_marked("Will Will", 0, 5)
    assert (told, start, end) == ("[brother or sister]", 0, len(told))


@given(st.text("ab .'[]", max_size=20), st.text("ab .'[]", max_size=20))
def test_no_whole_name_is_left_whatever_stands_around_it(before: str, after: str) -> None:
    assert "manfred otherman" not in NAMES.any(f"{before} Manfred Otherman {after}").lower()


@given(st.text())
def test_without_anybody_to_hide_nothing_changes(text: str) -> None:
    assert Unnaming([], ["Nadia"]).any(text) in (text, Unnaming([], []).any(text))
