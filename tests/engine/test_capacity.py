"""Does the capacity estimate carry measured growth on as it says, and refuse what says nothing of growth?"""

from __future__ import annotations

import math

import pytest

from capacity import Assumptions, cores_for, estimate, fit, read_growth, together

ROWS = [
    {"people": people, "stage": stage, "seconds": factor * people**exponent, "peak_bytes": 3000 * people}
    for people in (20_000, 100_000, 1_000_000)
    for stage, factor, exponent in (("link", 1e-4, 1.1), ("read", 2e-4, 1.0), ("synth", 9.0, 1.0))
]
"""As `growth.py` keeps them: with the stage that makes the force up, which no force needs."""


def test_a_power_law_is_found_again() -> None:
    laws, memory = read_growth(ROWS)
    assert math.isclose(laws["link"].exponent, 1.1)
    assert math.isclose(laws["link"].at(9_000_000), 1e-4 * 9_000_000**1.1, rel_tol=1e-9)
    assert (laws["read"].smallest, laws["read"].largest) == (20_000, 1_000_000)
    assert math.isclose(memory.at(2_000_000), 6e9, rel_tol=1e-9)


def test_one_size_tells_nothing_of_growth() -> None:
    with pytest.raises(ValueError, match="two sizes"):
        fit([(1000, 1.0), (1000, 1.1)])


def test_an_estimate_says_how_far_beyond_the_measured_it_goes_and_what_spark_costs() -> None:
    laws, memory = read_growth(ROWS)
    given = Assumptions(headroom=1.0)
    found = estimate(laws, memory, 9_000_000, given, spark_ratio=3.0)
    assert found["beyond_measured"] == 9.0
    seconds = 1e-4 * 9_000_000**1.1 + 2e-4 * 9_000_000
    assert found["hours_on_measured_machine"] == round(seconds / 3600, 2)
    assert found["spark"]["core_hours"] == pytest.approx(3 * found["core_hours"], abs=0.1)


def test_what_cannot_be_shared_out_sets_the_limit() -> None:
    given = Assumptions(window_hours=4.0, serial_share=0.1, speed_up=1.0, measured_cores=2)
    assert cores_for(3.0, given) == 2
    assert cores_for(10.0, given) == 6  # 1 hour alone, 9 hours of two cores in the 3 that are left
    assert cores_for(41.0, given) is None


def test_several_forces_one_after_another_need_the_memory_of_the_largest() -> None:
    laws, memory = read_growth(ROWS)
    each = [estimate(laws, memory, people, Assumptions(), None) for people in (3_000_000, 1_000_000)]
    found = together(each, Assumptions())
    assert found["memory_gib_one_after_another"] == each[0]["memory_gib"]
    assert found["memory_gib_all_at_once"] == pytest.approx(each[0]["memory_gib"] + each[1]["memory_gib"], abs=0.1)
