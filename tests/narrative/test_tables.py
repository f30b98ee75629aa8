"""Do the tables that make the reader fast answer as the plain way does?"""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.narrative.background import Names
from headwater.narrative.finding import Finder, Owned
from headwater.narrative.names import name_people
from headwater.narrative.patterns import read_pattern
from headwater.narrative.phrases import CodeTable, Entry, Found, PhraseBook, spread
from headwater.narrative.places import Cover, Places, Ranks, among, outermost
from headwater.narrative.words import LONG, TEXT_END, split_words

SIZE = 12
SPANS = st.lists(st.tuples(st.integers(0, SIZE - 1), st.integers(1, 4)), max_size=12).map(
    lambda pairs: sorted((first, min(first + length, SIZE)) for first, length in pairs)
)


def found(spans: list[tuple[int, int]]) -> Found:
    table = np.array(spans, np.int64).reshape(-1, 2)
    return Found(table[:, 0], table[:, 1], np.zeros(len(table), np.int64))


def code_of(word: str, *others: str) -> int:
    words = split_words([*others, word])
    assert words.code[-1] == TEXT_END
    return int(words.code[-2])


@pytest.mark.parametrize(
    "word", ["a", "drunk", "neighbour", "x" * LONG, "y" * (LONG + 1), "z" * 500, "naïve", "Łódź", "ab’"]
)
def test_a_word_has_one_number_in_any_company(word: str) -> None:
    alone = code_of(word)
    for others in (["plain"], ["“wide” ✓"], ["😀"], ["", "Łódź " * 20]):
        assert code_of(word, *others) == alone
    assert code_of(word.upper()) == alone


@settings(max_examples=50)
@given(st.sets(st.text(st.sampled_from("abēł4_"), min_size=1, max_size=20), max_size=30), st.integers(1, 40))
def test_different_words_have_different_numbers(words: set[str], times: int) -> None:
    distinct = {word * times for word in words}
    assert len({code_of(word) for word in distinct}) == len(distinct)


@settings(max_examples=50)
@given(
    st.dictionaries(st.integers(0, 2**64 - 1), st.integers(0, 2**31), max_size=60), st.lists(st.integers(0, 2**64 - 1))
)
def test_a_code_table_answers_as_a_dictionary_does(entries: dict[int, int], others: list[int]) -> None:
    asked = [*entries, *others]
    table = CodeTable.of(entries)
    for same in (table, CodeTable.from_arrays(table.to_arrays())):
        answers = same.find(np.array(asked, np.uint64)).tolist()
        assert answers == [entries.get(code, -1) for code in asked]


@settings(max_examples=50)
@given(
    st.dictionaries(st.integers(0, 2**32 - 1), st.integers(0, 2**20), max_size=60), st.lists(st.integers(0, 2**32 - 1))
)
def test_a_table_of_short_codes_answers_as_a_dictionary_does(entries: dict[int, int], others: list[int]) -> None:
    asked = [*entries, *others]
    table = CodeTable(np.array(list(entries), np.uint32), np.array(list(entries.values()), np.int64))
    for same in (table, CodeTable.from_arrays(table.to_arrays())):
        answers = same.find(np.array(asked, np.uint32)).tolist()
        assert answers == [entries.get(code, -1) for code in asked]


@pytest.mark.parametrize("kind", [np.uint32, np.uint64])
@pytest.mark.parametrize("count", [1_000, 6_553, 50_000])
def test_a_table_of_many_codes_holds_all_of_them_and_nothing_else(kind: type[np.unsignedinteger], count: int) -> None:
    codes = np.unique(np.random.default_rng(1).integers(0, np.iinfo(kind).max, 2 * count, kind))
    held, others = codes[::2], codes[1::2]
    table = CodeTable(held, np.arange(len(held)))
    for same in (table, CodeTable.from_arrays(table.to_arrays())):
        assert (same.find(held) == np.arange(len(held))).all()
        assert (same.find(others) == -1).all()


def test_codes_one_behind_the_other_are_no_trouble() -> None:
    codes = np.arange(40_000, dtype=np.uint32)
    assert (CodeTable(codes, np.arange(40_000)).find(codes) == codes).all()


def test_a_finder_may_know_nothing_but_patterns_with_gaps() -> None:
    finder = Finder([Owned(read_pattern("has ..3 drunk", {}), 7)])
    words = split_words(["mum has never been drunk", "she has left"])
    result = finder.find(words, finder.know(words))
    assert [column.tolist() for column in result.columns()] == [[1], [5], [7]]


def test_a_word_that_a_book_does_not_know_is_none_of_those_asked_for() -> None:
    book = PhraseBook([Entry((("drunk",),), 0)])
    known = book.look_up(split_words(["drunk zebra"]).code)
    assert book.is_one_of(("drunk",))[known[:2]].tolist() == [True, False]
    assert book.is_one_of(("drunk", "zebra"))[known[:2]].tolist() == [True, False]


@settings(max_examples=50)
@given(st.lists(st.integers(0, SIZE), max_size=20), st.booleans())
def test_ranks_are_those_of_a_binary_search(numbers: list[int], in_order: bool) -> None:
    values = np.array(sorted(numbers) if in_order else numbers, np.int64)
    asked = np.arange(SIZE + 1)
    ranks = Ranks(values, SIZE)
    assert ranks.below(asked).tolist() == np.searchsorted(values, asked, side="left").tolist()
    assert ranks.up_to(asked).tolist() == np.searchsorted(values, asked, side="right").tolist()


@settings(max_examples=50)
@given(SPANS, SPANS, st.lists(st.integers(0, SIZE), max_size=8))
def test_a_cover_answers_as_looking_at_each_span_does(
    spans: list[tuple[int, int]], asked: list[tuple[int, int]], at: list[int]
) -> None:
    cover = Cover(found(spans), SIZE)
    inside = [any(first <= low and high <= last for first, last in spans) for low, high in asked]
    strictly = [
        any(first <= low and high <= last and (first, last) != (low, high) for first, last in spans)
        for low, high in asked
    ]
    assert cover.contains(found(asked)).tolist() == inside
    assert cover.contains_strictly(found(asked)).tolist() == strictly
    over = [any(first < place < last for first, last in spans) for place in at]
    assert cover.reach_over(np.array(at, np.int64)).tolist() == over
    kept = [not any(f <= low and high <= e and (f, e) != (low, high) for f, e in spans) for low, high in spans]
    assert outermost(found(spans), SIZE).tolist() == kept


@settings(max_examples=50)
@given(st.sets(st.integers(0, SIZE)), st.lists(st.tuples(st.integers(0, SIZE), st.integers(0, SIZE)), max_size=8))
def test_places_answer_as_a_set_does(members: set[int], asked: list[tuple[int, int]]) -> None:
    places = Places(np.array(sorted(members), np.int64), SIZE)
    low, high = (
        (np.array(side, np.int64) for side in zip(*asked, strict=True)) if asked else (np.zeros(0, np.int64),) * 2
    )
    assert places.none_between(low, high).tolist() == [not members & set(range(a, b)) for a, b in asked]
    assert places.last_before(low).tolist() == [max((m for m in members if m < a), default=-1) for a, _ in asked]
    assert among(low, sorted(members)).tolist() == [a in members for a, _ in asked]


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 4))))
def test_spread_writes_out_runs(runs: list[tuple[int, int]]) -> None:
    low, counts = (
        (np.array(side, np.int64) for side in zip(*runs, strict=True)) if runs else (np.zeros(0, np.int64),) * 2
    )
    assert spread(low, counts).tolist() == [number for start, count in runs for number in range(start, start + count)]


NAMED = st.tuples(
    st.integers(0, 3),
    st.sampled_from(["Katherine", "Kate", "Kathryn Ann", "Robert", "Bob", "Roberta", "Zed", "katherine"]),
    st.sampled_from(["mother", "father", "subject", "unknown"]),
    st.sampled_from("fmn"),
)


@settings(max_examples=50)
@given(st.lists(NAMED, max_size=9, unique_by=lambda row: (row[0], re.split(" ", row[1])[0].lower())))
def test_nicknames_are_those_that_are_nobody_elses(rows: list[tuple[int, str, str, str]]) -> None:
    from headwater.narrative.names import _read_nicknames

    short = _read_nicknames()
    assert "kate" in short["katherine"]

    def others(name: str) -> tuple[str, ...]:
        return short.get(name.split(" ")[0].lower(), ())

    taken = {(text, name.split(" ")[0].lower()) for text, name, *_ in rows}
    times = Counter((text, other) for text, name, *_ in rows for other in others(name))
    plain = list(rows)
    for text, name, role, gender in rows:
        plain += [
            (text, other, role, gender)
            for other in others(name)
            if (text, other) not in taken and times[text, other] == 1
        ]
    expected = Names.from_rows(plain)
    columns = zip(*rows, strict=True) if rows else ([], [], [], [])
    types = (pa.int64(), pa.string(), pa.string(), pa.string())
    table = pa.table(
        {
            name: pa.chunked_array([pa.array(list(column), kind)])
            for name, column, kind in zip(("text", "name", "role", "gender"), columns, types, strict=True)
        }
    )
    result = name_people(table)
    assert result.name == expected.name
    for column in ("text", "role", "gender"):
        assert getattr(result, column).tolist() == getattr(expected, column).tolist()
