"""Is what was gathered read back as it was, whole or cut into shares, here or in another process?"""

from __future__ import annotations

import pickle
from datetime import date

import pyarrow as pa
import pytest

from headwater.triggers.finding.gathered import Gathered
from headwater.triggers.runs.shares import cut_shares

PEOPLE = ["P-3", "P-1", "P-4", "P-2", "P-5"]
"""In the order of a search; of P-4 nothing was gathered."""

TEXTS = pa.DictionaryArray.from_arrays(
    pa.array([0, None, 1, 0, 2], pa.int32()), pa.array(["one", "two", "three"], pa.large_string())
)
EVENTS = pa.table(
    {
        "person_id": ["P-1", "P-1", "P-2", "P-3", "P-5"],
        "on": pa.array([date(1969, 12, 31), None, date(2017, 2, 28), date(1, 1, 1), date(9999, 12, 31)], pa.date32()),
        "counts": [True, None, False, True, True],
        "row_no": [1, 2, None, 4, 5],
        "text": TEXTS,
    }
)
GATHERED = Gathered({"events": EVENTS, "nothing": EVENTS.slice(0, 0)})


def wanted(person: str) -> list[dict[str, object]]:
    return [row for row in EVENTS.to_pylist() if row["person_id"] == person]


def test_rows_hold_the_values_of_the_tables_in_their_order() -> None:
    rows = dict(GATHERED.rows_of(PEOPLE))
    assert list(rows) == PEOPLE
    assert rows == {person: {"events": wanted(person), "nothing": []} for person in PEOPLE}
    assert dict(GATHERED.rows_of(["P-1"], {"nothing"})) == {"P-1": {"nothing": []}}


@pytest.mark.parametrize("size", [1, 2, 5, 64])
def test_shares_hold_everybody_once_with_their_own_rows_and_texts_and_no_others(size: int) -> None:
    shares = list(cut_shares(GATHERED, PEOPLE, size))
    assert [person for people, _ in shares for person in people] == PEOPLE
    for people, found in shares:
        assert sorted(found.parts["events"]["person_id"].to_pylist()) == sorted(
            row["person_id"] for person in people for row in wanted(person)
        )
        sent = pickle.loads(pickle.dumps(found))  # noqa: S301
        rows = {person: {"events": wanted(person), "nothing": []} for person in people}
        assert dict(found.rows_of(people)) == dict(sent.rows_of(people)) == rows
        texts = {text for chunk in sent.parts["events"]["text"].chunks for text in chunk.dictionary.to_pylist()}
        assert texts == {row["text"] for person in people for row in wanted(person)} - {None}


def test_nobody_has_no_shares() -> None:
    assert list(cut_shares(GATHERED, [], 64)) == []
