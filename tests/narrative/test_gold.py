"""How well are sentences read that a police hand wrote without knowing the reader's cues? Figures on `gold.jsonl`.

Six hundred sentences as officers, call handlers, teachers, nurses, social workers, housing officers, neighbours and
children put things, written and labelled by hand, apart from the rules, the cues, the catalogue and the text generator.
One half is open: whoever changes a rule, a cue or a term may look at what is misread there. The other half is untouched:
nobody changes a rule, a cue or a term because of what is wrong in it, and only its figures may be looked at. So what fails
here shows figures and never a sentence.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

import pytest

from tests.narrative.labelled import FLAGS, label, parse, read_gold, read_labelled, score

HALVES = ("open", "untouched")
# F1 of each flag in the untouched half, a little under what was measured in 2026-11: negated .927 (.899 before
# `phenomena_open.jsonl`), historical .925, hypothetical .932 (.889 before `suppositions_open.jsonl`), other .900, withdrawn .750. The
# goal is .90 for the first four: it is reached. Bars go up with what is measured, never down.
BARS = {"negated": 0.91, "historical": 0.9, "hypothetical": 0.92, "other": 0.9, "withdrawn": 0.73}
SENTENCES = {
    "negated": 50,
    "historical": 40,
    "hypothetical": 40,
    "experiencer": 50,
    "withdrawn": 20,
    "affirmed": 50,
    "log": 30,
    "slip": 20,
}


@cache
def _flags(half: str) -> dict[str, float]:
    """F1 of each flag, and the share of terms that are given to the right person."""
    return {what: round(f1, 3) for what, (_, _, f1) in score(read_gold(half)).items()}


@cache
def _right(half: str) -> dict[str, float]:
    """By phenomenon: the share of terms for which all flags and the person are right."""
    right: dict[str, list[bool]] = defaultdict(list)
    for sentence, term, flags, about in label(read_gold(half)):
        right[sentence.phenomenon].append(flags == term.flags and about == (term.about or "subject"))
    return {phenomenon: round(sum(each) / len(each), 3) for phenomenon, each in sorted(right.items())}


@pytest.mark.parametrize("half", HALVES)
def test_both_halves_hold_as_many_sentences_of_each_phenomenon(half: str) -> None:
    sentences = read_gold(half)
    assert len(sentences) == 300
    assert Counter(sentence.phenomenon for sentence in sentences) == SENTENCES


def test_every_sentence_is_in_one_half_and_only_once_in_all_files() -> None:
    rows = [json.loads(line) for line in Path(__file__).with_name("gold.jsonl").read_text("utf-8").splitlines()]
    assert len(rows) == 600
    assert {row["half"] for row in rows} == set(HALVES)
    files = sorted(path.name for path in Path(__file__).parent.glob("*.jsonl"))
    assert len(files) > 1
    seen = Counter(" ".join(s.text.casefold().split()) for name in files for s in read_labelled(name))
    ours = [" ".join(parse("", "", row["text"]).text.casefold().split()) for row in rows]
    assert sum(seen[text] > 1 for text in ours) == 0, "a sentence of gold.jsonl stands twice"


@pytest.mark.parametrize("half", HALVES)
def test_every_marked_term_stands_in_its_text_and_has_labels_that_agree(half: str) -> None:
    for sentence in read_gold(half):
        assert 1 <= len(sentence.terms) <= 3
        assert "[[" not in sentence.text
        assert "]]" not in sentence.text
        for term in sentence.terms:
            assert sentence.text[term.start : term.end] == term.words
            assert term.flags <= set(FLAGS.values())
            assert ("other" in term.flags) == (term.about is not None)


@pytest.mark.parametrize("flag", BARS)
def test_the_untouched_half_is_read_well(flag: str) -> None:
    figures = _flags("untouched")
    assert figures[flag] >= BARS[flag], f"untouched: {figures}, terms all right: {_right('untouched')}"


@pytest.mark.parametrize("half", HALVES)
def test_figures_are_known_for_every_phenomenon_of_both_halves(half: str) -> None:
    assert set(_right(half)) == set(SENTENCES)
    assert set(_flags(half)) == {*BARS, "about"}
