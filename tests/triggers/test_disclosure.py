"""Can anybody work out a small number from what is published? An attacker tries every table that fits, and every difference."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from headwater.records import Lake
from headwater.records.lake import LakeError
from headwater.triggers.disclosure import (
    NOT_SHOWN,
    TOTAL,
    DisclosureRule,
    Published,
    Register,
    open_register,
    read_disclosure_rule,
    save_register,
)
from headwater.triggers.indicator import RuleError

RULE = read_disclosure_rule()
COUNTS = st.lists(st.integers(0, 14), min_size=2, max_size=6)


def what_fits(shown: int | None) -> range:
    """Every true count that the number may stand for."""
    if shown == NOT_SHOWN:
        return range(200)
    fits = [count for count in range(200) if RULE.shown(count) == shown]
    return range(fits[0], fits[-1] + 1)


def left_for(shown: Published, cell: str) -> set[int]:
    """What an attacker who knows the rule and every published number still holds possible for one cell."""
    others = [what_fits(count) for name, count in shown.items() if name not in (cell, TOTAL)]
    sums = {sum(ends) for ends in itertools.product(*((fits[0], fits[-1]) for fits in others))}
    total = what_fits(shown[TOTAL])
    return {
        count for count in what_fits(shown[cell]) if count + min(sums) <= total[-1] and count + max(sums) >= total[0]
    }


@settings(max_examples=400)
@given(COUNTS)
@example([2, 4, 12])
@example([4, 4, 4, 4, 12])
@example([4, 4])
@example([4, 4, 4, 4, 4, 4, 4])
def test_a_hidden_count_cannot_be_worked_out_from_the_other_cells_and_the_total(counts: list[int]) -> None:
    cells = {f"c{number}": count for number, count in enumerate(counts)}
    shown = Register(RULE).publish("t", cells | {TOTAL: sum(counts)})
    for cell, count in cells.items():
        if shown[cell] is None:
            left = left_for(shown, cell)
            assert count in left
            assert len(left) >= RULE.smallest - 1, shown


def test_hardly_anything_is_hidden_that_is_not_small() -> None:
    """Over all tables of three cells up to 14: the price of the protection."""
    tables = [dict(zip("abc", counts, strict=True)) for counts in itertools.product(range(15), repeat=3)]
    hidden = sum(
        NOT_SHOWN in Register(RULE).publish("t", cells | {TOTAL: sum(cells.values())}).values() for cells in tables
    )
    assert 0 < hidden / len(tables) < 0.1


def test_a_table_of_one_cell_hides_its_total_too() -> None:
    assert [RULE.shown(count) for count in (0, 4, 5, 7, 8, 12, 13)] == [None, None, 5, 5, 10, 10, 15]


@given(st.integers(0, 60), st.lists(st.integers(-4, 4), min_size=1, max_size=12))
def test_the_differencing_attack_no_change_of_a_few_people_ever_shows(first: int, steps: list[int]) -> None:
    """Two runs a day apart, or with a setting on and off: a number moves only when five people or more have changed since it
    was published."""
    register = Register(RULE)
    true = behind = first
    published = register.publish("equality", {"ethnicity: any other": first})["ethnicity: any other"]
    for step in steps:
        true = max(true + step, 0)
        now = register.publish("equality", {"ethnicity: any other": true})["ethnicity: any other"]
        if now != published:
            assert abs(true - behind) >= RULE.smallest
        if abs(true - behind) >= RULE.smallest:
            behind = true
        published = now


def test_one_person_more_at_the_edge_of_rounding_does_not_show() -> None:
    """7 rounds to 5 and 8 to 10: without the register the difference would say that one person came."""
    register = Register(RULE)
    assert [register.publish("t", {"x": count})["x"] for count in (7, 8, 11, 12, 8, 7)] == [5, 5, 5, 10, 10, 5]


def test_the_register_is_kept_and_a_broken_one_stops_publishing(tmp_path: Path) -> None:
    lake = Lake.open(tmp_path / "lake")
    register = open_register(lake, RULE)
    register.publish("t", {"x": 7})
    save_register(lake, register)
    assert open_register(lake, RULE).publish("t", {"x": 8}) == {"x": 5}
    path = lake.folder / "desk" / "published.json"
    assert path.stat().st_mode & 0o077 == 0
    path.write_text("{", encoding="utf-8")
    with pytest.raises(LakeError, match="no number may be published"):
        open_register(lake, RULE)


def test_a_rule_that_gives_hidden_counts_away_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValidationError):
        DisclosureRule(smallest=5, round_to=3)
    (tmp_path / "disclosure.yaml").write_text("{smallest: 10, round_to: 5}", encoding="utf-8")
    with pytest.raises(RuleError, match="round_to must be at least smallest"):
        read_disclosure_rule(tmp_path)
    (tmp_path / "disclosure.yaml").write_text("{smallest: 10, round_to: 10}", encoding="utf-8")
    assert read_disclosure_rule(tmp_path).shown(9) is None
