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
from headwater.triggers.counting.disclosure import (
    NOT_SHOWN,
    TOTAL,
    DisclosureRule,
    Published,
    Register,
    open_register,
    read_disclosure_rule,
    save_register,
)
from headwater.triggers.counting.equality import Group, publish_groups, with_empty_groups
from headwater.triggers.rules.definition import read_triggers
from headwater.triggers.rules.indicator import RuleError

RULE = read_disclosure_rule()
COUNTS = st.lists(st.integers(0, 14), min_size=2, max_size=6)


def publish(counts: tuple[int, ...]) -> Published:
    cells = {f"c{number}": count for number, count in enumerate(counts)}
    return Register(RULE).publish("t", cells | {TOTAL: sum(counts)})


@pytest.mark.parametrize(("cells", "most"), [(1, 40), (2, 40), (3, 22), (4, 12)])
def test_an_attacker_who_knows_the_rule_and_tries_every_table_pins_no_hidden_count(cells: int, most: int) -> None:
    """The attacker publishes every table there can be and keeps those that give the very numbers seen. (Tables that reach the edge
    of what is tried are left out: larger ones would fit too.)"""
    fits: dict[tuple[int | None, ...], list[set[int]]] = {}
    for counts in itertools.product(range(most), repeat=cells):
        seen = fits.setdefault(tuple(publish(counts).values()), [set() for _ in counts])
        for found, count in zip(seen, counts, strict=True):
            found.add(count)
    tried = 0
    for shown, seen in fits.items():
        if max(map(max, seen)) < most - 6:
            for count, left in zip(shown, seen, strict=False):
                if count is None:
                    tried += 1
                    assert len(left) >= RULE.smallest - 1, (shown, left)
    assert tried


@settings(max_examples=400)
@given(COUNTS)
@example([2, 4, 12])
@example([4, 4])
@example([4, 4, 4, 4, 4, 4, 4])
def test_a_number_is_right_within_its_rounding_or_one_step_further_and_only_small_ones_are_hidden(
    counts: list[int],
) -> None:
    shown = publish(tuple(counts))
    assert NOT_SHOWN not in shown.values()
    for number, count in enumerate(counts):
        told = shown[f"c{number}"]
        assert (told is None) == (count < RULE.smallest)
        assert told is None or abs(told - count) <= RULE.round_to + RULE.round_to // 2


@pytest.mark.parametrize("people", [20, 25])
def test_two_tables_of_the_same_people_do_not_give_each_other_away(people: int) -> None:
    """The same attacker with two tables and their total: four women and four men stand beside eight confirmed."""
    fits: dict[tuple[int | None, ...], list[set[int]]] = {}
    for total in range(people - 4, people + 5):
        for first, second in itertools.product(range(total + 1), range(total + 1)):
            tables = {"sex": {"a": first, "b": total - first}, "state": {"c": second, "d": total - second}}
            whole, shown = Register(RULE).publish_together("found", total, tables)
            key = (whole, *shown["sex"].values(), *shown["state"].values())
            for found, count in zip(fits.setdefault(key, [set() for _ in range(4)]), (first, second), strict=False):
                found.add(count)
            assert whole != NOT_SHOWN
            assert (NOT_SHOWN in key) == (whole < 4 * RULE.smallest if whole else True)
    pinned = [
        (key, left)
        for key, seen in fits.items()
        if key[0] == people
        for count, left in zip((key[1], key[3]), seen, strict=False)
        if count is None and len(left) < RULE.smallest - 1
    ]
    assert not pinned
    assert any(None in key for key in fits if key[0] == people)


def test_of_too_few_people_only_the_total_is_told() -> None:
    tables = {"sex": {"female": 4, "male": 4}, "state": {"confirmed": 8, "waiting": 0}}
    total, shown = Register(RULE).publish_together("found", 8, tables)
    assert total == 10
    assert {count for table in shown.values() for count in table.values()} == {NOT_SHOWN}


def test_one_person_of_another_ethnicity_makes_no_row_appear() -> None:
    """The differencing attack by rows: a row that is there today and was not yesterday tells that somebody came."""
    trigger = read_triggers()["tipt"]
    yesterday = [Group("Sex", "female", 40, 30), Group("Ethnicity, as recorded", "White - Roma", 40, 30)]
    came = Group("Ethnicity, as recorded", "Asian/Asian British - Chinese", 1, 1)
    register = Register(RULE)
    before, after = (
        publish_groups(with_empty_groups(groups, trigger), register, trigger.id, what)
        for groups, what in ((yesterday, "found"), ([*yesterday, came], "found"))
    )
    assert before == after
    assert before["Ethnicity, as recorded", came.group] is None
    assert ("Age", "10 to 14") in before
    assert ("Age", "65 and over") not in before


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
