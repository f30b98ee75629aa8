"""Are numbers grouped, hidden and placed as the words beside them say?"""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.service.areas.rules import class_by_quarters, place_in, say_place, spread

NUMBERS = st.lists(st.integers(0, 30).map(float), min_size=1, max_size=60)


@given(NUMBERS)
def test_every_value_has_one_class_and_equal_values_the_same(values: list[float]) -> None:
    steps = class_by_quarters(values, say={value: f"{value:g}" for value in values})
    lows = [low for low, _ in steps]
    assert lows == sorted(set(lows), reverse=True)
    assert min(values) == lows[-1], "the last class takes the least value"
    assert 1 <= len(steps) <= 4


@given(NUMBERS)
def test_the_words_of_a_class_hold_for_each_value_in_it(values: list[float]) -> None:
    steps = class_by_quarters(values, say={value: f"{value:g}" for value in values})
    high = math.inf
    for low, words in steps:
        least, _, most = words.partition(" to ")
        inside = [value for value in values if low <= value < high]
        assert float(least) == min(inside)
        assert float(most or least) == max(inside)
        high = low


@given(st.lists(st.floats(0, 0.03), min_size=1, max_size=60))
def test_no_number_that_is_said_stands_in_the_words_of_two_classes(values: list[float]) -> None:
    say = {value: f"{value:.2%}" for value in values}
    steps = class_by_quarters(values, say=say)
    ends = [[float(end.rstrip("%")) for end in words.split(" to ")] for _, words in steps]
    for above, below in itertools.pairwise(ends):
        assert min(above) > max(below)
    class_of = {(say[value], next(at for at, (low, _) in enumerate(steps) if value >= low)) for value in values}
    assert len(class_of) == len(set(say.values())), "what is said alike has one class"


def test_values_that_are_said_alike_are_in_one_class() -> None:
    values = [0.0249, 0.0080_4, 0.0079_6, 0.0053]
    assert class_by_quarters(values, say={value: f"{value:.2%}" for value in values}) == [
        (0.0249, "2.49%"),
        (0.0079_6, "0.80%"),
        (0.0053, "0.53%"),
    ]


def test_many_areas_with_nothing_do_not_swallow_the_rest() -> None:
    values = [0.0] * 90 + [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    assert [words for _, words in class_by_quarters(values, say={value: f"{value:g}" for value in values})] == [
        "5 to 6",
        "3 to 4",
        "1 to 2",
        "0",
    ]


def test_each_step_of_the_ramp_is_lighter_than_the_one_before() -> None:
    def light(colour: str) -> float:
        red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
        return 0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2

    for number in range(1, 6):
        shades = [light(one) for one in spread(number)]
        assert shades == sorted(shades)
        assert len(set(shades)) == number


def test_a_place_counts_those_that_are_better_and_the_area_itself() -> None:
    values = {"a": 3.0, "b": 5.0, "c": 5.0, "d": math.nan}
    assert place_in(values, "a", ["b", "c", "d"], higher_first=True) == (3, 3)
    assert place_in(values, "b", ["a", "c"], higher_first=True) == (1, 3)
    assert place_in(values, "a", ["b"], higher_first=False) == (1, 2)
    assert place_in(values, "d", ["a"], higher_first=True) is None


@pytest.mark.parametrize(
    ("place", "words"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (112, "112th"), (1_021, "1,021st")],
)
def test_a_place_in_words(place: int, words: str) -> None:
    assert say_place(place) == words
