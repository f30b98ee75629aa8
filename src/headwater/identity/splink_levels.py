"""Which levels of a comparison are an exact match? Splink asks its own SQL, for every prediction anew; here it asks once."""

from __future__ import annotations

from typing import Any

from splink.internals.comparison_level import ComparisonLevel

ASKED = ("_is_exact_match", "_exact_match_colnames")
"""What Splink brings a level's condition into normal form for, each time. With long conditions that takes seconds for each share
of the pairs, and the answer follows from the condition alone."""


def remember_levels() -> None:
    """Let Splink remember the answers as long as this process lives. A version of Splink that asks otherwise is left as it is."""
    for name in ASKED:
        asked = vars(ComparisonLevel).get(name)
        if isinstance(asked, property) and asked.fget and not hasattr(asked.fget, "answers"):
            setattr(ComparisonLevel, name, property(_remembering(asked.fget)))


def _remembering(ask: Any) -> Any:
    answers: dict[tuple[str, str | None, bool], Any] = {}

    def answer(level: ComparisonLevel) -> Any:
        key = (level.sql_condition, level.sqlglot_dialect, level._is_else_level)
        if key not in answers:
            answers[key] = ask(level)
        return answers[key]

    answer.answers = answers  # type: ignore[attr-defined]
    return answer
