"""Do the ways that leave work out find what the plain way finds?"""

from __future__ import annotations

import numpy as np
import pytest

from headwater.narrative import places, read
from headwater.narrative.finding import Finder, Owned
from headwater.narrative.links import Links
from headwater.narrative.patterns import read_pattern
from headwater.narrative.phrases import Entry, Found, PhraseBook
from headwater.narrative.rules import MARKS, Layers, read_rules
from headwater.narrative.words import Ints, split_words

TEXTS = [
    "He has never, to my knowledge, been drunk.",
    "Mum has left. She has not been drunk since.",
    "",
    "“Drunk”: Łukasz has been drunk twice, has he not 😀",
    "has has drunk drunk",
]
GAPS = ("has ..2 drunk", "has ..1 been ..2 since", "(never|not) ..4 drunk", "has ..0 has ..1 drunk")


def columns(found: Found) -> list[list[int]]:
    return [column.tolist() for column in found.in_order().columns()]


@pytest.mark.parametrize("share", [0, 1 << 40])
def test_tables_answer_alike_however_much_is_asked(share: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "_FEW", share)
    monkeypatch.setattr(places, "_MANY", share)
    chance, size = np.random.default_rng(5), 300
    at = np.sort(chance.integers(0, size, 60))
    spans = Found(at, at + chance.integers(1, 4, 60), at).in_order()
    low = chance.integers(0, size, 40)
    high = np.clip(low + chance.integers(-1, 9, 40), 0, size)
    members = set(at.tolist())
    expected = [not members & set(range(a, b)) for a, b in zip(low.tolist(), high.tolist(), strict=True)]
    assert places.Places(at, size).none_between(low, high).tolist() == expected
    over = [any(f < a < e for f, e in zip(spans.first, spans.last, strict=True)) for a in low.tolist()]
    assert places.Cover(spans, size).reach_over(low).tolist() == over
    ranks = places.Ranks(at, size)
    assert ranks.below(low).tolist() == np.searchsorted(at, low).tolist()
    assert ranks.up_to(low).tolist() == np.searchsorted(at, low, side="right").tolist()


@pytest.mark.parametrize("kept", [[0], [1, 3], [2], [0, 1, 2, 3, 4]])
def test_the_words_of_some_texts_are_those_of_these_alone(kept: list[int]) -> None:
    flags = np.isin(np.arange(len(TEXTS)), kept)
    some, alone = split_words(TEXTS).only(flags), split_words([TEXTS[number] for number in kept])
    for name in ("characters", "kinds", "text_start", "start", "end", "code", "text", "kind"):
        assert getattr(some, name).tolist() == getattr(alone, name).tolist(), name


def test_only_parts_that_cannot_be_joined_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    finder = Finder([Owned(read_pattern(written), number) for number, written in enumerate(GAPS)])
    words = split_words(TEXTS)
    result = finder.find(words, finder.know(words))
    assert set(result.owner.tolist()) >= {0, 2, 3}

    def find_all(self: Links, ended: Found, signs: Ints) -> Found:
        part = self._book.parts_of(ended)
        return Found(part.first, part.last, part.owner - self._parts_from)

    monkeypatch.setattr(Links, "find_parts", find_all)
    assert columns(finder.find(words, finder.know(words))) == columns(result)


def test_what_single_words_mark_is_told_apart() -> None:
    entries = [Entry((("has", "has left"),), 0), Entry((("has", "drunk"),), 1), Entry((("drunk",),), 2)]
    plain, apart = PhraseBook(entries), PhraseBook(entries)
    alone = apart.set_apart(np.array([1, 2, 0], np.uint16))
    words = split_words(TEXTS)
    known = plain.look_up(words.code)
    every, rest = plain.scan(words, known)[0], apart.scan(words, known)[0]
    single = np.flatnonzero((every.last - every.first == 1) & (every.owner < 2))
    others = np.setdiff1d(np.arange(len(every)), single)
    assert columns(rest) == columns(every.keep(others))
    for owner in (0, 1):
        marked = np.flatnonzero(alone[known] & (1 << owner)).tolist()
        assert marked == every.first[single][every.owner[single] == owner].tolist()


def test_a_layer_of_marks_is_not_asked_for_spans() -> None:
    rules, words = read_rules(), split_words(["He was hit."])
    known = rules.finder.know(words)
    layers = Layers(*rules.finder.find_apart(words, known), known, rules)
    with pytest.raises(ValueError, match="MARKS"):
        layers.spans(MARKS[0])


def test_words_that_a_book_does_not_know_stand_nowhere() -> None:
    book = PhraseBook([Entry((("drunk",),), 0)])
    known = book.look_up(split_words(["drunk zebra drunk"]).code)
    assert book.find_words(("drunk", "zebra"), known).tolist() == [0, 2]


LOG = "16:43:06 OP321 CALLER SAYS HER AUNT IN LONDON IS INSIDE\n16:47:51 OP322 AREA SEARCH NO TRACE"


@pytest.mark.parametrize("others", [[], ["DOMESTIC 22:31 VIOLENCE"], ["seen at 1400hrs", "DOMESTIC 22:31 VIOLENCE"]])
def test_a_log_is_read_alike_in_any_company(others: list[str]) -> None:
    result = read([LOG, *others]).to_pylist()
    [prison] = [row for row in result if row["text"] == 0]
    assert (prison["concept"], prison["negated"], prison["cue"]) == ("imprisonment", False, "HER AUNT")
