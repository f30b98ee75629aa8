"""Does a sentence take back, date or deny only what it speaks of? Each of these was once read as doing so to something else."""

from __future__ import annotations

import pytest

from headwater.narrative.reading import read

FLAGS = ("negated", "historical", "hypothetical", "withdrawn")


def flags_of(text: str, words: str) -> set[str]:
    """The flags of the mentions in `text` that lie within `words`."""
    start = text.index(words)
    found = [row for row in read([text]).to_pylist() if start <= row["start"] and row["end"] <= start + len(words)]
    assert found, f"nothing was found in {words!r}"
    return {flag for row in found for flag in FLAGS if row[flag]}


@pytest.mark.parametrize(
    ("text", "words", "flags"),
    [
        # A that-clause is denied itself, and nothing before it taken back.
        (
            "Mum had been punched by her partner. It is not the case that she had a bruised arm.",
            "Mum had been punched by her partner",
            set(),
        ),
        ("Mum had been punched by her partner. It is not the case that she had a bruised arm.", "bruised", {"negated"}),
        (
            "Mum had been punched by her partner. That is not the case.",
            "Mum had been punched by her partner",
            {"withdrawn"},
        ),
        ("She had bruises. It was alleged that he drank; this was found to be untrue.", "bruises", set()),
        (
            "Mum had been slapped by her partner. He said he never was neglected.",
            "Mum had been slapped by her partner",
            set(),
        ),
        ("Mum had been slapped by her partner. He said he never was neglected.", "neglected", {"negated"}),
        ("She said dad hit her. It never was.", "hit her", {"withdrawn"}),
        # Words that take back need what they take back; as a name or with another object they take back nothing.
        ("Suspect threw a punch outside Discount Barn 2, causing a cut lip.", "cut lip", set()),
        ("Caller said he hit her. Discount the last line.", "hit her", {"withdrawn"}),
        ("Dad has gone back to the crack.", "crack", set()),
        ("He hit her. She has gone back on her statement.", "hit her", {"withdrawn"}),
        # Who has kicked somebody has not kicked a habit.
        ("Caller states partner has kicked her and is still at address.", "kicked her", set()),
        ("He has beaten her.", "beaten her", set()),
        ("He has kicked the heroin habit.", "heroin habit", {"historical"}),
        # What somebody does not believe of anybody is denied.
        ("Caller does not believe a man at the address is taking cocaine.", "taking cocaine", {"negated"}),
        ("Officers do not think an unknown female has a drug habit.", "drug habit", {"negated"}),
        # An entry of a log can end with "her"; what the next one says is another matter.
        ("21:27:28 OP379 SAYS HE HAS HIT HER\n21:31:45 OP379 AREA SEARCH NO TRACE", "HIT HER", set()),
    ],
)
def test_only_what_is_spoken_of(text: str, words: str, flags: set[str]) -> None:
    assert flags_of(text, words) == flags
