"""Do `tune` and `excluded` say what would change, and who was not started anew, without changing anything?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from headwater.triggers.measuring.tuning import change
from headwater.triggers.rules.definition import read_triggers
from headwater.triggers.rules.indicator import RuleError, read_indicators
from tests.cli.conftest import Copied, Run
from tests.triggers.world import World, a_family, mother, present, victim


def test_settings_go_where_they_are_said_to_go() -> None:
    tipt, indicators = read_triggers()["tipt"], read_indicators()

    def rules(*settings: str) -> dict[str, tuple[int, str, str]]:
        return {
            rule.id: (rule.at_least, rule.within, rule.newest_within)
            for rule in change(tipt, indicators, settings).rules
        }

    was = rules()
    assert rules("window=12mo") == was | {"kinds": (2, "12mo", "36mo")}
    assert rules("statutory.newest=6mo") == was | {"statutory": (1, "24mo", "6mo")}
    assert rules("times=3", "kinds.newest=1y")["kinds"] == (3, "24mo", "1y")
    assert change(tipt, indicators, ["under_years=18"]).subject.under_years == 18
    assert "repeat_missing" not in change(tipt, indicators, ["without=repeat_missing"]).indicators


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("window", "is no setting. Write NAME=VALUE"),
        ("window=2 years", "no span of time: write 90d, 24mo or 2y"),
        ("speed=3", "There are window, newest, times"),
        ("other.window=2y", "with a rule of statutory, kinds"),
        ("times=many", "no whole number"),
        ("without=luck", "does not use 'luck'"),
    ],
)
def test_a_setting_that_there_is_not_is_refused_in_words(setting: str, words: str) -> None:
    with pytest.raises(RuleError, match=words):
        change(read_triggers()["tipt"], read_indicators(), [setting])


def tell_two(world: World) -> None:
    """One child for whom two kinds of harm lie fifteen months apart, and one whose plan is open."""
    for name, second in (("Wideham", "2017-01-01"), ("Narrowham", "2016-01-01")):
        woman, child = a_family(name)
        world.crime("2015-10-01", victim(woman), present(child), flags="DA", scene=child.home)
        world.notice(second, child, mother(woman), text="Mother was drunk and could not stand.")
        if name == "Narrowham":
            world.plan("2015-11-11", child, "CHILD_IN_NEED", lead="Made-up team")


@pytest.fixture
def searched(run: Run, copy_searched: Copied, tmp_path: Path) -> Run:
    copy_searched(tell_two, tmp_path)
    return run


def test_tune_names_who_would_leave_and_hides_small_groups(searched: Run) -> None:
    said = searched("tune", "tipt", "--set", "window=12mo", "--as-of", "2017-03-31")
    assert "2 now; 1 then: 0 would enter, 1 would leave." in said.out
    assert "Nothing was changed." in said.out
    assert "fewer than 5" in said.out
    found = json.loads(searched("tune", "tipt", "--set", "window=12mo", "--as-of", "2017-03-31", "--json").out)
    assert [len(names) for names in found["leave"].values()] == [1]
    assert {row["before"] for row in found["equality"] if row["group"] == "total"} == {"fewer than 5"}
    assert {row["before"] for row in found["equality"] if row["group"] != "total"} == {"not shown"}


def test_excluded_counts_every_reason_and_lists_whom_it_is_about(searched: Run) -> None:
    said = searched("excluded").out
    assert "open_plan (made an update): 1. a plan or care episode is open\n  K-" in said
    assert "died (taken out): 0." in said
    assert searched("excluded", "--reason", "luck").code == 2
    listed = json.loads(searched("excluded", "--reason", "open_plan", "--json").out)["exclusions"]
    assert [(row["exclusion"], len(row["subjects"])) for row in listed] == [("open_plan", 1)]
