"""Can a hidden count be reckoned from others? An attacker who knows the rule lays every level and the file side by side."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.areas.levels import NPU, SMALL_AREA, TEAM, WARD, Level
from headwater.areas.measures import Kept
from headwater.areas.planning.work import work_in_events
from headwater.service.areas.disclosed import Told, tell_counts, tell_work
from headwater.triggers.counting.disclosure import NOT_SHOWN, DisclosureRule
from tests.service.conftest import Town

RULE = DisclosureRule(smallest=5, round_to=5)
FEW = st.lists(
    st.lists(st.one_of(st.integers(0, 9), st.integers(0, 60)), min_size=1, max_size=6), min_size=1, max_size=5
)


def levels_of(teams: list[list[int]]) -> tuple[dict[str, float], dict[str, Level]]:
    """Counts by small area; teams as given, wards across them, one unit over all."""
    counts = {
        f"{team}.{number}": float(count) for team, inside in enumerate(teams) for number, count in enumerate(inside)
    }
    of = {
        SMALL_AREA: {code: code for code in counts}, TEAM: {code: f"T{code.partition('.')[0]}" for code in counts},
        WARD: {code: f"W{code.partition('.')[2]}" for code in counts}, NPU: dict.fromkeys(counts, "npu"),
    }  # fmt: skip
    return counts, {
        name: Level(name, name, f"{name}s", {one: one for one in where.values()}, where, dict.fromkeys(where.values(), "")) for name, where in of.items()
    }  # fmt: skip


def left_for(told: Told, code: str, level: Level) -> range:
    """The values that a hidden count can have for somebody who reckons with the team's sum and what is shown of the other small areas."""
    team = level.of[code]
    others = [told.rule.bounds(told.small[one]) for one in level.parts()[team] if one != code]
    least, most = told.rule.bounds(told.teams[team])
    low = max(0, least - sum(top for _, top in others))
    high = min(told.rule.smallest - 1, most - sum(bottom for bottom, _ in others))
    return range(low, high + 1)


@given(FEW)
def test_the_sum_of_a_team_leaves_four_values_for_every_hidden_count(teams: list[list[int]]) -> None:
    counts, levels = levels_of(teams)
    told = tell_counts(RULE, counts, levels[TEAM])
    for code, count in counts.items():
        if count < 5:
            assert told.small[code] in (None, NOT_SHOWN)
        if told.small[code] is None:
            assert len(left_for(told, code, levels[TEAM])) >= 4, (code, told)


def test_without_the_rule_the_sum_gives_the_count_away() -> None:
    """The attack works where sums are true: it is the protection that stops it."""
    counts, levels = levels_of([[3, 20, 30]])
    open_sum = Told(RULE, {code: None if count < 5 else int(count) for code, count in counts.items()}, {"T0": 53}, {})
    exact = open_sum.teams["T0"] - sum(count for count in open_sum.small.values() if count)  # type: ignore[operator]
    assert exact == 3
    told = tell_counts(RULE, counts, levels[TEAM])
    assert len(left_for(told, "0.0", levels[TEAM])) >= 4


@given(FEW, st.randoms())
def test_wards_and_units_tell_nothing_that_small_areas_and_teams_do_not(
    teams: list[list[int]], rng: random.Random
) -> None:
    """Two forces that show the same of small areas and teams show the same of everything else."""
    counts, levels = levels_of(teams)
    told = tell_counts(RULE, counts, levels[TEAM])
    for _ in range(20):
        code = rng.choice(sorted(counts))
        other = tell_counts(RULE, {**counts, code: float(max(0, counts[code] + rng.randint(-4, 4)))}, levels[TEAM])
        if (other.small, other.teams) == (told.small, told.teams):
            assert all(other.at(level) == told.at(level) for level in levels.values())


@given(FEW)
def test_sums_stay_near_the_truth(teams: list[list[int]]) -> None:
    counts, levels = levels_of(teams)
    told = tell_counts(RULE, counts, levels[TEAM])
    for team, inside in levels[TEAM].parts().items():
        shown = told.teams[team]
        if shown not in (None, NOT_SHOWN):
            # Two by rounding, and a step for each move that protects a hidden count.
            assert abs((shown or 0) - sum(counts[code] for code in inside)) <= 2 + 5 * len(inside)


def counts_in(file: bytes) -> Mapping[str, str]:
    rows = csv.reader(io.StringIO(file.decode("utf-8-sig")))
    next(rows)
    return {row[0]: row[3] for row in rows}


@pytest.mark.service
def test_the_files_of_every_level_leave_a_hidden_count_open(town_with_measures: Town) -> None:
    """The third area has three residents aged 10 to 17: from every file, page and map, as many as four numbers stay possible."""
    from headwater.areas.teams import read_teams
    from headwater.service.areas.atlas import read_atlas

    code, client = sorted(read_teams().areas)[2], town_with_measures.client("officer@police")
    files = {
        level: counts_in(client.get(f"/areas/?level={level}&measure=population2020.young_people&format=csv").content) for level in (SMALL_AREA, TEAM, NPU)
    }  # fmt: skip
    level = read_atlas().levels[TEAM]
    team = level.of[code]
    assert files[SMALL_AREA][code] == "fewer than 5"
    others = [files[SMALL_AREA][one] for one in level.parts()[team] if one != code]
    whole = int(files[TEAM][team].replace(",", ""))
    known = [RULE.bounds(int(words.replace(",", ""))) for words in others if words != "Not known"]
    low, high = whole - 2 - sum(top for _, top in known), whole + 2 - sum(bottom for bottom, _ in known)
    assert len(range(max(0, low), min(4, high) + 1)) >= 4
    true_unit = sum(3.0 if one == code else 160.0 for one in level.parts()[team])
    assert whole != true_unit, "the sum is not the true one"
    page = client.get(f"/areas/{team}/").content.decode()
    assert files[TEAM][team] in page
    assert f">{true_unit:,.0f}<" not in page
    told = client.get(f"/areas/values/?level={TEAM}&measure=population2020.young_people").json()["areas"]
    assert {area: words for area, (_, words) in told.items()} == files[TEAM], "the map says what the file says"


def work_told(minutes: dict[str, float], events: dict[str, float], teams: Level) -> Told:
    codes = tuple(minutes)
    columns = {"officer_minutes": np.array(list(minutes.values())), "calls": np.array([events[one] for one in codes])}
    counted, each = work_in_events(Kept("demand", codes, columns, {}), codes, RULE.smallest)
    return tell_work(RULE, dict(zip(codes, counted.tolist(), strict=True)), each, teams)


@given(st.lists(st.integers(0, 12), min_size=2, max_size=8))
def test_minutes_tell_of_no_single_event(events: list[int]) -> None:
    counted, levels = levels_of([events])
    minutes = {code: 90.0 * count for code, count in counted.items()}
    told = work_told(minutes, counted, levels[TEAM])
    if not sum(events):
        assert set(told.small.values()) == {None}
        return
    assert told.each == pytest.approx(90)
    for code, count in counted.items():
        if count < 5:
            assert told.small[code] in (None, NOT_SHOWN)
        elif told.small[code] not in (None, NOT_SHOWN):
            assert (told.small[code] or 0) % 5 == 0


def test_few_long_events_are_hidden_though_they_make_many_minutes() -> None:
    counted, levels = levels_of([[2, 40, 40]])
    told = work_told({"0.0": 2_000.0, "0.1": 1_000.0, "0.2": 1_000.0}, counted, levels[TEAM])
    assert told.small["0.0"] in (None, NOT_SHOWN)


def test_commands_and_service_say_the_same_minutes_of_every_small_area(tmp_path: Path) -> None:
    """Minutes of few and many events, short and long; both reckon need from what is said."""
    from headwater.areas.measures import keep_counts, read_measure_sets
    from headwater.areas.teams import read_teams
    from headwater.cli.areas.small_numbers import protect_shelf
    from headwater.service.areas.atlas import Atlas

    rng = random.Random(4)
    codes = sorted(read_teams().areas)
    calls = {code: float(rng.choice((0, 1, 4, 5, 6, 12, 60))) for code in codes} | {"E01999999": 90.0}
    minutes = {code: calls[code] * rng.choice((10.0, 90.0, 400.0)) for code in calls}
    keep_counts(
        tmp_path,
        read_measure_sets()["demand"],
        {"calls": calls, "officer_minutes": minutes},
        {"counted": 1, "vintage": "x"},
    )
    atlas = Atlas(None, tmp_path)
    shelf, said = protect_shelf(atlas.shelf, atlas.rule)
    by_command = dict(zip(codes, shelf.kept["demand"].of("officer_minutes", codes).tolist(), strict=True))
    assert by_command == pytest.approx(atlas.work())
    assert len(set(by_command.values())) > 5
    hidden = sum(by_command[code] == 0 < calls[code] for code in codes)
    assert f"{hidden:,} small areas with the work of fewer than 5 count as none" in said
    assert all(by_command[code] == 0 for code in codes if calls[code] < 5)
