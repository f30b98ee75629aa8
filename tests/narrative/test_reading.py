"""Does `read` keep its promise: what it answers, for which input, whatever the text is like?"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from headwater.narrative import Lexicon, LexiconError, TextsError, read, read_detail, reading
from headwater.narrative.rules import ROLES

TERMS = {
    "alcohol": ["drunk", "in drink", "drinking", "drink"],
    "violence": ["hit", "hit him", "hit him with a bottle"],
    "bottle": ["bottle", "a bottle"],
    "café": ["café", "naïve"],
    "self harm": ["self-harm", "o.d."],
}
LEXICON = Lexicon.from_terms(TERMS)
CONTEXT = [
    "no",
    "not",
    "never",
    "denies",
    "but",
    "if",
    "was",
    "Mum",
    "dad's",
    "who",
    "she",
    "I",
    "and",
    "10th",
    "é",
    "🙂",
]
SIGNS = [".", ",", "?", ":", "14:05", "'s", "’s", "-", "("]
SPACES = ["history of", "his dad's", "! ", "\n", "\r\n", "\n\n", "\x00", "\u200b", "e\u0301"]
PIECES = st.sampled_from([*(term for terms in TERMS.values() for term in terms), *CONTEXT, *SIGNS, *SPACES])
TEXTS = st.lists(PIECES | st.text(max_size=12), max_size=14).map(" ".join) | st.lists(PIECES, max_size=9).map("".join)


def rows(text: str, lexicon: Lexicon = LEXICON) -> list[dict[str, object]]:
    table: list[dict[str, object]] = read([text], lexicon).to_pylist()
    return table


def found(text: str, lexicon: Lexicon = LEXICON) -> list[tuple[str, str]]:
    return [(row["concept"], text[row["start"] : row["end"]]) for row in read([text], lexicon).to_pylist()]


def test_the_table_has_the_columns_that_were_promised() -> None:
    table = read(["He was drunk."], LEXICON)
    assert table.schema == pa.schema(
        [
            ("text", pa.int64()),
            ("concept", pa.string()),
            ("start", pa.int64()),
            ("end", pa.int64()),
            ("negated", pa.bool_()),
            ("historical", pa.bool_()),
            ("hypothetical", pa.bool_()),
            ("withdrawn", pa.bool_()),
            ("experiencer", pa.string()),
            ("cue", pa.string()),
        ]
    )
    assert table.to_pylist() == [
        {
            "text": 0,
            "concept": "alcohol",
            "start": 7,
            "end": 12,
            "negated": False,
            "historical": False,
            "hypothetical": False,
            "withdrawn": False,
            "experiencer": "subject",
            "cue": None,
        }
    ]


def test_the_detail_adds_whom_it_is_about_and_whether_that_one_lives_elsewhere() -> None:
    table = read_detail(["His father, who lives elsewhere, was drunk."], LEXICON)
    assert table.column_names[:12] == [*reading.SCHEMA.names, "about", "elsewhere"]
    row = table.to_pylist()[0]
    assert (row["experiencer"], row["about"], row["elsewhere"], row["cue"]) == ("other", "father", True, "His father")


@pytest.mark.parametrize("texts", [[], [""], ["", "", ""], ["Nothing of the kind."], ["\n \t"]])
def test_texts_that_say_nothing_give_an_empty_table_of_the_same_kind(texts: list[str]) -> None:
    table = read(texts, LEXICON)
    assert len(table) == 0
    assert table.schema == reading.SCHEMA


def test_an_empty_lexicon_finds_nothing() -> None:
    assert len(read(["He was drunk."], Lexicon.from_terms({}))) == 0
    assert len(read(["He was drunk."], Lexicon.from_terms({"alcohol": []}))) == 0


@pytest.mark.parametrize("texts", [[None], ["drunk", None], [b"drunk"], [1.5], "drunk", b"drunk"])
def test_what_is_no_text_is_refused_with_a_sentence(texts: Sequence[str]) -> None:
    with pytest.raises(TextsError, match="string"):
        read(texts, LEXICON)


@pytest.mark.parametrize("terms", [{"a": [""]}, {"a": ["  "]}, {"a": [None]}, {"a": "drunk"}, {"a": [3]}])
def test_a_term_that_is_no_term_is_refused_with_its_concept(terms: dict[str, list[str]]) -> None:
    with pytest.raises(LexiconError, match="'a'"):
        Lexicon.from_terms(terms)


def test_any_sequence_of_strings_will_do() -> None:
    expected = read(["He was drunk.", "No bottle."], LEXICON)
    assert read(("He was drunk.", "No bottle."), LEXICON).equals(expected)


def test_rows_come_by_text_start_end_and_concept() -> None:
    table = read(["A bottle. Drunk.", "x", "He hit him with a bottle, drunk."], LEXICON)
    keys = [(row["text"], row["start"], row["end"], row["concept"]) for row in table.to_pylist()]
    assert keys == sorted(keys)
    assert {key[0] for key in keys} == {0, 2}


def test_within_a_concept_the_longest_match_counts_and_concepts_may_overlap() -> None:
    assert found("He hit him with a bottle.") == [("violence", "hit him with a bottle"), ("bottle", "a bottle")]
    assert found("He hit him.") == [("violence", "hit him")]
    assert found("He was in drink, not drinking.") == [("alcohol", "in drink"), ("alcohol", "drinking")]


def test_only_whole_words_count() -> None:
    assert found("Drunkenly, a white bottleneck; whitter. drinks; undrunk") == []
    assert found("drunk,drunk.(drunk)“drunk”/drunk-drunk") == [("alcohol", "drunk")] * 6


def test_case_does_not_matter() -> None:
    assert found("DRUNK Drunk dRuNk CAFÉ") == [("alcohol", w) for w in ("DRUNK", "Drunk", "dRuNk")] + [("café", "CAFÉ")]


def test_white_space_in_a_term_is_any_white_space() -> None:
    assert found("He was in\n   drink.") == [("alcohol", "in\n   drink")]


def test_places_are_characters_of_the_given_string() -> None:
    text = "🙂👨‍👩‍👧 Zoë’s naïve e\u0301 \U0001f468: drunk 🍺 in the café"
    assert found(text) == [("café", "naïve"), ("alcohol", "drunk"), ("café", "café")]


def test_a_cue_is_cut_from_the_text_as_it_is_written() -> None:
    assert rows("Zoë DENIES being 🙂 drunk.")[0]["cue"] == "DENIES being"


def test_a_mention_is_never_read_across_two_texts() -> None:
    assert found("in") == []
    assert len(read(["He was in", "drink"], Lexicon.from_terms({"a": ["in drink"]}))) == 0
    assert not read(["There was no", "drink"], LEXICON)["negated"][0].as_py()


def test_a_very_long_text_is_read_to_its_end() -> None:
    text = "The weather was fine. " * 60_000 + "He was not drunk."
    assert [(row["start"], row["negated"]) for row in rows(text)] == [(len(text) - 6, True)]


def test_a_very_long_word_is_no_trouble() -> None:
    assert found("x" * 200_000 + " drunk " + "drunk" * 10_000) == [("alcohol", "drunk")]


def test_borders_of_the_stretches_that_are_read_at_once_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"Mum was {'not ' * (n % 2)}drunk. He hit him with a bottle {'x' * (n % 7)}." for n in range(300)]
    whole = read_detail(texts, LEXICON)
    for size in (1, 50, 777):
        monkeypatch.setattr(reading, "CHUNK", size)
        assert read_detail(texts, LEXICON).equals(whole)


def test_many_texts_are_read_as_each_alone() -> None:
    texts = [f"{'No ' * (n % 3 == 0)}bottle {n}, {'his mother ' * (n % 2)}drunk" for n in range(2_000)]
    table = read(texts, LEXICON).to_pylist()
    picked = random.Random(3).sample(range(2_000), 40)
    for number in picked:
        assert [row | {"text": 0} for row in table if row["text"] == number] == rows(texts[number])


def test_texts_that_say_nothing_between_others_change_nothing() -> None:
    texts = ["Nothing to report." if n % 5 else f"Mum said no, dad {n} was in drink and hit him." for n in range(100)]
    alone = [row | {"text": n} for n, text in enumerate(texts) for row in read_detail([text], LEXICON).to_pylist()]
    assert read_detail(texts, LEXICON).to_pylist() == alone


def test_the_same_texts_give_the_same_bytes() -> None:
    texts = ["Mum told us that dad is back inside.", "No sign of drink.", "🙂 He hit mum."] * 20

    def written() -> bytes:
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, reading.DETAIL_SCHEMA) as writer:
            writer.write_table(read_detail(texts))
        return bytes(sink.getvalue().to_pybytes())

    assert written() == written()


@settings(max_examples=150, deadline=None)
@given(TEXTS)
@example("")
@example("no drink\x00drunk")
@example("\ud800 drunk")
def test_any_string_is_read_and_the_places_give_the_words(text: str) -> None:
    for row in read_detail([text], LEXICON).to_pylist():
        words = " ".join(text[row["start"] : row["end"]].split()).lower()
        assert words in TERMS[row["concept"]]
        assert row["experiencer"] == ("subject" if row["about"] == "subject" else "other")
        assert row["about"] in ROLES
        assert (
            row["cue"] is None
            or row["cue"].encode("utf-8", "replace").decode() in text.encode("utf-8", "replace").decode()
        )


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60) | TEXTS)
def test_any_string_is_read_with_the_catalogue_too(text: str) -> None:
    for row in read([text]).to_pylist():
        assert 0 <= row["start"] < row["end"] <= len(text)
        assert text[row["start"] : row["end"]].strip() == text[row["start"] : row["end"]]


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXTS, max_size=6))
def test_several_texts_give_what_each_gives_alone(texts: list[str]) -> None:
    alone = [
        row | {"text": number} for number, text in enumerate(texts) for row in read_detail([text], LEXICON).to_pylist()
    ]
    assert read_detail(texts, LEXICON).to_pylist() == alone


@settings(max_examples=60, deadline=None)
@given(
    st.lists(PIECES.filter(lambda piece: piece.isprintable()), max_size=8).map(" ".join),
    st.sampled_from(["The weather was fine.", "Log closed.", "He was drunk.", "A bottle stood on the table."]),
)
def test_a_sentence_that_follows_leaves_the_one_before_as_it_was(first: str, second: str) -> None:
    """But for withdrawals, which look back on purpose, and for where somebody lives, which holds for the whole text."""
    before = rows(f"{first}.")
    after = rows(f"{first}.\n\n{second}")
    assert after[: len(before)] == before


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_mentions_of_one_concept_never_overlap(text: str) -> None:
    end: dict[object, int] = {}
    for row in read([text], LEXICON).to_pylist():
        assert row["start"] >= end.get(row["concept"], 0)
        end[row["concept"]] = row["end"]


def statuses(text: str, concept: str) -> set[str]:
    """Which of the four statuses hold for the mentions of a concept."""
    rows = [row for row in read([text]).to_pylist() if row["concept"] == concept]
    assert rows, text
    return {name for row in rows for name in ("negated", "historical", "hypothetical", "withdrawn") if row[name]}


@pytest.mark.parametrize(
    ("text", "concept", "status"),
    [
        # A denial that could look back at a subject denies what follows when a mention begins in it.
        ("She has not used cocaine since.", "drug_misuse", {"negated"}),
        ("He hasn't taken drugs.", "drug_misuse", {"negated"}),
        ("There has been no time in prison.", "imprisonment", {"negated"}),
        ("In no time he was drunk.", "alcohol_misuse", set()),
        # The offence came before the sentence: it is no second thing.
        ("Her brother got 18 months for dealing cocaine.", "drug_misuse", {"historical"}),
        ("Stepdad was jailed for common assault.", "physical_abuse", {"historical"}),
        ("Stepdad got 3 years for burglary.", "imprisonment", set()),
        ("When her mother was a little girl she was beaten.", "physical_abuse", {"historical"}),
        # What is not believed is not affirmed; an accident is no maltreatment.
        ("Nan does not think that he was slapped.", "physical_abuse", {"negated"}),
        ("He says the bruise came from falling off a wall.", "physical_abuse", {"negated"}),
        ("The bruise was caused by his uncle.", "physical_abuse", set()),
    ],
)
def test_grammar_decides_how_a_mention_is_meant(text: str, concept: str, status: set[str]) -> None:
    assert statuses(text, concept) == status


_WORDS = st.sampled_from(["ab", "abc", "b", "ba", "c", "Ab", "bA"])


def plainly_found(text: str, terms: list[str]) -> list[tuple[int, int]]:
    """From left to right the longest of the terms that begins at a word and ends at one, then on behind it."""
    words = [(found.start(), found.end()) for found in re.finditer(r"\w+", text)]
    spans, at = [], 0
    while at < len(words):
        lengths = [
            size
            for size in range(1, len(words) - at + 1)
            if [text[a:b].lower() for a, b in words[at : at + size]] in [term.lower().split() for term in terms]
        ]
        if lengths:
            spans.append((words[at][0], words[at + max(lengths) - 1][1]))
        at += max(lengths, default=1)
    return spans


@given(
    text=st.lists(_WORDS, max_size=12).map(" ".join),
    terms=st.lists(st.lists(_WORDS, min_size=1, max_size=4).map(" ".join), min_size=1, max_size=6),
)
def test_terms_are_found_as_a_plain_search_finds_them(text: str, terms: list[str]) -> None:
    found = read([text], Lexicon.from_terms({"concept": terms})).to_pylist()
    assert [(row["start"], row["end"]) for row in found] == plainly_found(text, terms)
