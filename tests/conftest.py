"""What holds for every test, and in which order files are run."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# No test depends on how fast or busy a machine is.
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")

TESTS = Path(__file__).parent

LONGEST = (
    "engine/test_spark_parity.py",
    "identity/test_increments.py",
    "e2e/test_a_demonstration.py",
    "engine/test_spark_engine.py",
    "engine/test_comparison_functions.py",
    "e2e/service/test_areas_ways.py",
    "faults/test_killed_stages.py",
    "faults/test_killed_nights.py",
    "faults/test_disk_full.py",
    "triggers/test_nights.py",
    "identity/test_fairness.py",
    "synthetic/test_made_up_force.py",
    "triggers/test_quality.py",
    "triggers/test_killed_night.py",
)
"""The files that take longest in `make test-full`, the longest first."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first: of two processes neither is left alone with a long one in the end."""
    places = {TESTS / name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path, len(LONGEST)))
