"""Can enough be said in enough ways, and is nothing borrowed from what reads it?"""

from __future__ import annotations

import re
from importlib.resources import files

import hypothesis.strategies as st
import pytest
from hypothesis import given

from headwater.synthetic.names import read_words
from headwater.synthetic.phrases import CONCEPTS, MOST_VARIANTS, PhraseError, Sentences, read_sentences, spread
from headwater.synthetic.scenes import TRAP_STATUSES


def test_every_trap_comes_in_a_dozen_frames_and_every_concept_in_ten_wordings() -> None:
    frames = read_words("frames")
    for status, _ in TRAP_STATUSES:
        lines = [
            line
            for group in frames[status].values()
            for line in (group if isinstance(group, list) else [one for lines in group.values() for one in lines])
        ]
        assert len(set(lines)) >= 12, status
    for concept in CONCEPTS:
        wordings = [variant for line in read_words("concepts")[concept]["state"] for variant in spread(line)]
        assert len(set(wordings)) >= 8, concept


def test_statements_stand_in_different_places_of_a_sentence() -> None:
    lines = read_words("frames")["negated"]["note"]
    begins = [line for line in lines if line.startswith("[[")]
    ends = [line for line in lines if line.rstrip(".").endswith("]]")]
    assert begins
    assert ends
    assert len(begins) + len(ends) < len(lines)


def test_all_templates_can_be_read() -> None:
    sentences = read_sentences()
    assert len(sentences.first) > 20_000
    assert set(sentences.piece_concept) == set(range(-1, len(CONCEPTS)))


@pytest.mark.parametrize("text", ["a {nobody} here", "[[nothing]] is meant"])
def test_a_template_that_means_nothing_is_refused(text: str) -> None:
    with pytest.raises(PhraseError):
        Sentences().add_bank("bad", [(text, -1, 0, -1)])


def test_a_statement_without_its_passage_is_refused() -> None:
    with pytest.raises(PhraseError, match="passage"):
        Sentences().add_bank("bad", [("He drinks.", 0, 0, -1)])


words = st.text(alphabet="abc ", min_size=1, max_size=6)


@given(
    st.lists(
        st.one_of(words, st.lists(words, min_size=2, max_size=4).map(lambda part: f"({'|'.join(part)})")), max_size=6
    )
)
def test_spreading_leaves_no_alternative_and_never_too_many(parts: list[str]) -> None:
    found = spread("".join(parts))
    assert 1 <= len(found) <= MOST_VARIANTS
    assert not any(re.search(r"[()|]", text) for text in found)


def test_the_generator_reads_nothing_of_what_reads_text() -> None:
    for path in files("headwater.synthetic").iterdir():
        if path.name.endswith(".py"):
            code = path.read_text(encoding="utf-8")
            assert "headwater.narrative" not in code
            assert "headwater.catalogue" not in code
