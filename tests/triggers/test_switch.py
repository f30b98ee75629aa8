"""Can a force switch a sensitive input off, and is it told of a switch that there is not?"""

from __future__ import annotations

from pathlib import Path

import pytest

from headwater.engine import DuckDBEngine
from headwater.records import Lake
from headwater.triggers.rules.definition import apply_switches, read_triggers
from headwater.triggers.rules.indicator import RuleError, read_indicators
from headwater.triggers.search import search
from tests.triggers.world import World, a_family, mother


def test_a_switched_off_input_is_no_part_of_the_trigger() -> None:
    indicators, trigger = read_indicators(), read_triggers()["tipt"]
    assert "household_substance_misuse" in trigger.indicators
    without = apply_switches(trigger, indicators, ["household_health"])
    assert "household_substance_misuse" not in without.indicators
    health = {"household_substance_misuse", "household_mental_ill_health", "household_suicide_attempt"}
    assert set(trigger.indicators) - set(without.indicators) - {"parental_separation"} == health


def test_what_ships_off_is_off_until_a_force_switches_it_on_by_name() -> None:
    trigger, indicators = read_triggers()["tipt"], read_indicators()
    off = {name for name, item in indicators.items() if item.ships_off}
    assert off == {"parental_separation"}
    assert "do not measure separation" in indicators["parental_separation"].ships_off
    assert set(trigger.indicators) - set(apply_switches(trigger, indicators, []).indicators) == off
    assert apply_switches(trigger, indicators, [], ["parental_separation"]) == trigger
    with pytest.raises(RuleError, match="no indicator 'repeat_missing' to switch on"):
        apply_switches(trigger, indicators, [], ["repeat_missing"])


def test_an_unknown_switch_is_named_with_those_that_there_are() -> None:
    with pytest.raises(RuleError, match=r"no switch 'health'.*household_health"):
        apply_switches(read_triggers()["tipt"], read_indicators(), ["health"])


def test_every_sensitive_indicator_has_a_switch_a_basis_an_owner_and_a_reason() -> None:
    for indicator in read_indicators().values():
        if indicator.sensitive:
            found = indicator.sensitive_exception
            assert found is not None
            assert all((found.switch, found.basis, found.owner, found.reason))


def test_pages_say_what_the_force_has_switched_off(tmp_path: Path) -> None:
    world = World()
    parent, child = a_family("Switchby")
    world.notice("2016-03-03", child, mother(parent), text="Mother was drunk and could not stand.")
    world.plan("2016-09-09", child, parent=parent)
    lake = Lake.open(tmp_path / "lake", create=True)
    with DuckDBEngine(threads=2) as engine:
        report = search(lake, engine=engine, inputs=[world.export(tmp_path / "exports")], off=["household_health"])
    (page,) = (report.folder / "packages").glob("K-*.html")
    assert "did not look for: drink or drugs in the home, mental ill health of an adult at home," in page.read_text(
        "utf-8"
    )
    assert "misused alcohol" not in page.read_text("utf-8")
    assert "drink or drugs in the home" in (report.folder / "index.html").read_text("utf-8")
