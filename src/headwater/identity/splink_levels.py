"""Which levels of a comparison are an exact match? Splink asks its own SQL, for every prediction anew; here it asks once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlglot
from splink.internals.comparison_level import ComparisonLevel
from sqlglot import exp

ASKED = ("_is_exact_match", "_exact_match_colnames")
"""What Splink brings a level's condition into normal form for, each time. With long conditions that takes seconds for each share
of the pairs, and the answer follows from the condition alone."""


def remember_levels() -> None:
    """Let Splink remember the answers as long as this process lives. A version of Splink that asks otherwise is left as it is."""
    for name in ASKED:
        asked = vars(ComparisonLevel).get(name)
        if isinstance(asked, property) and asked.fget and not hasattr(asked.fget, "answers"):
            setattr(ComparisonLevel, name, property(_remembering(asked.fget, short=name == "_is_exact_match")))


def _is_plainly_inexact(level: ComparisonLevel) -> bool:
    """Whether one look at the condition says that it is no exact match: where something that must hold is an alternative or
    compares otherwise than by "=". Bringing such a condition into normal form takes seconds and says the same."""
    if level._is_else_level:
        return True
    condition = sqlglot.parse_one(level.sql_condition.lower(), read=level.sqlglot_dialect)
    return any(isinstance(one, (exp.Or, exp.GT, exp.GTE, exp.LT, exp.LTE)) for one in _must_hold(condition))


def _must_hold(condition: exp.Expr) -> Iterator[exp.Expr]:
    """The parts of a condition that must all hold, also those in brackets of their own."""
    bare = condition.unnest()
    if isinstance(bare, exp.And):
        yield from _must_hold(bare.left)
        yield from _must_hold(bare.right)
    else:
        yield bare


def _remembering(ask: Any, *, short: bool) -> Any:
    answers: dict[tuple[str, str | None, bool], Any] = {}

    def answer(level: ComparisonLevel) -> Any:
        key = (level.sql_condition, level.sqlglot_dialect, level._is_else_level)
        if key not in answers:
            answers[key] = False if short and _is_plainly_inexact(level) else ask(level)
        return answers[key]

    answer.answers, answer.asks = answers, ask  # type: ignore[attr-defined]
    return answer
