"""Does the capacity estimate carry measured growth on as it says, and refuse what says nothing of growth?"""

from __future__ import annotations

import math

import pytest

from capacity import Assumptions, cores_for, estimate, fit, read_growth, read_night, together

GIVEN = Assumptions(headroom=1.0, engine_memory_mb=2000.0)
ROWS = [
    {
        "people": people, "stage": stage, "seconds": start + factor * people**exponent, "peak_bytes": 2e9 + 1000 * people,
        "written_bytes": 5000 * people, "batches_bytes": 600 * people, "derived_bytes": 400 * people, "runs_bytes": 300 * people,
    }
    for people in (20_000, 100_000, 1_000_000)
    for stage, start, factor, exponent in (("link", 0, 1e-4, 1.1), ("read", 5, 2e-4, 1.0), ("search", 0, 1e-4, 1.0), ("synth", 0, 9.0, 1.0))
]  # fmt: skip
"""As `growth.py` keeps them: with the stage that makes the force up, which no force needs."""


def test_the_two_largest_sizes_tell_the_growth_and_it_is_never_less_than_in_proportion() -> None:
    growth = read_growth(ROWS, GIVEN)
    assert set(growth.seconds) == {"link", "read", "search"}
    assert math.isclose(growth.seconds["link"].exponent, 1.1)
    assert math.isclose(growth.seconds["link"].at(9_000_000), 1e-4 * 9_000_000**1.1, rel_tol=1e-9)
    # Five seconds at any size make the small force dear: over all sizes this stage would seem to grow less than the force.
    assert growth.seconds["read"].exponent == 1.0
    assert math.isclose(growth.seconds["read"].at(2_000_000), 2 * 205.0)
    assert (growth.seconds["read"].smallest, growth.seconds["read"].largest) == (20_000, 1_000_000)


def test_what_growth_prints_is_read_as_what_it_keeps() -> None:
    assert read_growth([*ROWS, {"exponents": [], "machine": {}}], GIVEN) == read_growth(ROWS, GIVEN)


def test_memory_within_the_limit_of_the_engine_does_not_grow_and_the_rest_does() -> None:
    memory = read_growth(ROWS, GIVEN).memory
    assert math.isclose(memory.at(1_000_000), 3e9)
    assert math.isclose(memory.at(9_000_000), 2e9 + 9e9)


def test_one_size_tells_nothing_of_growth() -> None:
    with pytest.raises(ValueError, match="two sizes"):
        fit([(1000, 1.0), (1000, 1.1)])


def test_an_estimate_says_how_far_beyond_the_measured_it_goes_and_what_disk_and_spark_cost() -> None:
    found = estimate(read_growth(ROWS, GIVEN), 9_000_000, GIVEN, spark_ratio=3.0)
    assert found["beyond_measured"] == 9.0
    seconds = 1e-4 * 9_000_000**1.1 + 9 * 205.0 * GIVEN.text_factor + 9 * 100.0
    assert found["hours_on_measured_machine"] == round(seconds / 3600, 2)
    assert found["lake_gib"] == round(9e6 * 1000 * GIVEN.text_factor / 2**30, 1)
    assert found["spill_gib_at_most"] == round(9e6 * 3 * 5000 / 2**30, 1)
    assert found["runs_kept_gib"] == round(9e6 * 300 * GIVEN.nights_kept / 2**30, 1)
    assert found["spark"]["core_hours"] == pytest.approx(3 * found["core_hours"], abs=0.1)


def test_with_more_people_in_the_records_than_live_there_everything_grows() -> None:
    growth = read_growth(ROWS, GIVEN)
    more = Assumptions(headroom=1.0, engine_memory_mb=2000.0, residents_in_records=2.0)
    once, twice = estimate(growth, 9_000_000, more), estimate(growth, 18_000_000, GIVEN)
    assert {**twice, "people": 9_000_000} == once


def test_executors_wait_for_what_only_one_core_can_do() -> None:
    growth = read_growth(ROWS, GIVEN)
    hours = estimate(growth, 9_000_000, GIVEN)["hours_on_measured_machine"]
    few, more = (
        estimate(growth, 9_000_000, Assumptions(headroom=1.0, serial_share=share), spark_ratio=30.0)["spark"]["executors"]
        for share in (0.0, 0.9)
    )  # fmt: skip
    assert few == math.ceil(hours * 2 * 30 / 4 / 4 / 0.8)
    assert more == math.ceil(hours * 2 * 30 * 0.1 / (4 - 0.9 * hours) / 4 / 0.8)
    slow = Assumptions(headroom=1.0, serial_share=0.5, window_hours=0.1)
    assert estimate(growth, 9_000_000, slow, spark_ratio=3.0)["spark"]["executors"] is None


def test_a_night_costs_the_share_that_was_measured_and_its_folders_add_up() -> None:
    said = {
        "forces": [
            {"people": 1000, "ratio_of_seconds": 0.9, "nights": [{"derived_bytes": 9}]},
            {"people": 200_000, "ratio_of_seconds": 0.2, "nights": [{"derived_bytes": 1e7}, {"derived_bytes": 2e7}]},
        ]
    }
    night = read_night(said)
    found = estimate(read_growth(ROWS, GIVEN), 9_000_000, GIVEN, night=night)
    assert found["hours_of_a_night"] == pytest.approx(0.2 * found["hours_on_measured_machine"], abs=0.01)
    assert found["nights_derived_gib"] == round(9e6 * 100 * GIVEN.nights_kept / 2**30, 1)


def test_what_cannot_be_shared_out_sets_the_limit() -> None:
    given = Assumptions(window_hours=4.0, serial_share=0.1, speed_up=1.0, measured_cores=2)
    assert cores_for(3.0, given) == 2
    assert cores_for(10.0, given) == 6  # 1 hour alone, 9 hours of two cores in the 3 that are left
    assert cores_for(41.0, given) is None


def test_several_forces_one_after_another_need_the_memory_of_the_largest() -> None:
    growth = read_growth(ROWS, GIVEN)
    each = [estimate(growth, people, GIVEN) for people in (3_000_000, 1_000_000)]
    found = together(each, GIVEN)
    assert found["memory_gib_one_after_another"] == each[0]["memory_gib"]
    assert found["memory_gib_all_at_once"] == pytest.approx(each[0]["memory_gib"] + each[1]["memory_gib"], abs=0.1)
    assert found["spill_gib_at_most_one_after_another"] == each[0]["spill_gib_at_most"]
    assert found["lake_gib"] == pytest.approx(each[0]["lake_gib"] + each[1]["lake_gib"], abs=0.1)
