"""Is a level that one look calls inexact inexact for Splink too? Every level of the stored model, and some made to be hard."""

from __future__ import annotations

from typing import Any

import pytest
from splink.internals.comparison_level import ComparisonLevel
from splink.internals.dialects import DuckDBDialect

from headwater.identity.model import read_model
from headwater.identity.splink_levels import _is_plainly_inexact, remember_levels


def _level(condition: str) -> ComparisonLevel:
    return ComparisonLevel(condition, DuckDBDialect())


def _ask_splink(level: ComparisonLevel) -> bool:
    remember_levels()
    asked: Any = vars(ComparisonLevel)["_is_exact_match"]
    return bool(asked.fget.asks(level))


def _conditions() -> list[str]:
    levels = [level for comparison in read_model()["comparisons"] for level in comparison["comparison_levels"]]
    return sorted({level["sql_condition"] for level in levels if level["sql_condition"] != "ELSE"})


def test_what_one_look_calls_inexact_is_inexact_for_splink() -> None:
    levels = [_level(condition) for condition in _conditions()]
    short = [level for level in levels if _is_plainly_inexact(level)]
    assert len(short) > 3
    assert not any(_ask_splink(level) for level in short)


def test_no_level_with_alternatives_is_brought_into_normal_form() -> None:
    asked = [condition for condition in _conditions() if not _is_plainly_inexact(_level(condition))]
    assert asked
    assert not any(" OR " in condition for condition in asked)


def test_an_exact_match_of_the_model_is_still_one() -> None:
    exact = [level for level in map(_level, _conditions()) if _ask_splink(level)]
    assert exact
    assert not any(_is_plainly_inexact(level) for level in exact)


@pytest.mark.parametrize(
    ("condition", "inexact"),
    [
        ("a_l = a_r", False),
        ("(a_l = a_r AND b_l = b_r)", False),
        ("a_l = a_r OR b_l = b_r", True),
        ("a_l = a_r AND (b_l = b_r OR c_l = c_r)", True),
        ("a_l = a_r AND ((b_l = b_r OR c_l = c_r) AND d_l = d_r)", True),
        ("a_l = a_r AND (b_l = b_r AND (c_l = c_r))", False),
        ("jaro_winkler_similarity(a_l, a_r) >= 0.9", True),
        ("a_l = a_r AND b_l > 3", True),
    ],
)
def test_alternatives_and_inequalities_are_inexact(condition: str, inexact: bool) -> None:
    level = _level(condition)
    assert _is_plainly_inexact(level) is inexact
    assert _ask_splink(level) is not inexact
