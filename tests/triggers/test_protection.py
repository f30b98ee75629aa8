"""Is a protected address taken out of words, however it is written?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.triggers.finding.protection import WITHHELD, Protected, Secrets, mask

SECRETS = ["Flat 1, 90 Yewtree Gardens", "B12 4XY"]


@pytest.mark.parametrize(
    "text",
    [
        "She is at Flat 1, 90 Yewtree Gardens now.", "SHE IS AT FL 1, 90 YEWTREE GDNS", "collected from 90 Yew Tree Gdns at six",
        "They live off Yewtree Gardens", "the house in yewtree", "to B124XY by taxi", "to b12 4xy by taxi", "90, Yew-Tree Gdns",
    ],
)  # fmt: skip
def test_no_way_of_writing_it_stays(text: str) -> None:
    masked = mask(text, SECRETS)
    assert WITHHELD in masked
    squeezed = "".join(letter for letter in masked.lower() if letter.isalnum())
    assert "yewtree" not in squeezed
    assert "b124xy" not in squeezed


def test_other_words_stay_as_they_are() -> None:
    text = "Mum said that dad hit her at 12 High Street, B1 1AA, on 90 occasions."
    assert mask(text, SECRETS) == text


def test_a_line_of_only_a_number_and_a_kind_of_street_is_still_masked() -> None:
    assert "The Street" not in mask("seen in The Street today", ["The Street"])


@given(st.text(), st.lists(st.sampled_from(["1 High Street", "B5 1AA", "Rose Cottage", "12", "( ["]), max_size=4))
def test_any_text_can_be_masked_and_masking_twice_changes_nothing_more(text: str, secrets: list[str]) -> None:
    once = mask(text, secrets)
    assert mask(once, secrets) == once


def test_secrets_of_people_and_of_events_are_put_together_longest_first() -> None:
    known = Protected({"P-1": {"B5 1AA"}}, {"crime:1": {"Flat 1, 90 Yewtree Gardens"}})
    assert known.known_to(["P-1", "P-2"], ["crime:1"]) == ["Flat 1, 90 Yewtree Gardens", "B5 1AA"]


def test_many_secrets_are_looked_for_as_one_after_the_other_would_be() -> None:
    streets = [
        "Oak Rd",
        "Ash Close",
        "12 Yew Tree Lane",
        "Elm Villa, 3 Elm St",
        "B1 1AA",
        "Flat 2, 9 Ox Way",
        "4",
        "7 Al Rd",
        "--",
    ]
    lines = [f"{number} {name} Street" for number, name in enumerate(("Harbour", "Harbourne", "Quay", "Quayside"))]
    texts = [
        "Seen at 12 Yewtree Ln, then HARBOURNE street", "No. 4 in b11aa by Quay-side St", "Elm Villa and 9 Ox Way", "Al Rd. Ash", "Nothing", "",
    ]  # fmt: skip
    for plain in (streets + lines, lines[::-1] + streets, []):
        ready = Secrets(plain).plus(["1 Nothing Road"])
        assert [mask(text, ready) for text in texts] == [mask(text, [*plain, "1 Nothing Road"]) for text in texts]
    assert mask(texts[0], Secrets(streets + lines)) != texts[0]


def test_what_was_found_in_a_text_is_remembered_without_what_another_subject_withholds() -> None:
    text = "from 5 Rose Lane to 9 Elm Close and 3 Oak Drive"
    everywhere = Secrets(["5 Rose Lane"])
    one, other = everywhere.plus(["9 Elm Close"]), everywhere.plus(["3 Oak Drive"])
    first = mask(text, one)
    assert "Elm" not in first
    assert "Oak" in first
    second = mask(text, other)
    assert "Oak" not in second
    assert "Elm" in second
    assert mask(text, one) == first
    assert mask(text, everywhere) == f"from [{WITHHELD}] to 9 Elm Close and 3 Oak Drive"


def test_more_texts_than_are_remembered_are_masked_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("headwater.triggers.finding.protection._REMEMBERED", 2)
    secrets = Secrets(["5 Rose Lane"])
    texts = ["at 5 Rose Lane", "at home", "in Rose Lane", "at 5 Rose Lane"]
    masked = [mask(text, secrets) for text in texts]
    assert masked == [f"at [{WITHHELD}]", "at home", f"in [{WITHHELD}]", f"at [{WITHHELD}]"]
