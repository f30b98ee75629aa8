"""A service with made-up measures beside it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.service.areas.made_up import load_made_up
from tests.service.conftest import Town


@pytest.fixture(scope="module")
def measures(service: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Ranks and residents are loaded while these tests run."""
    load_made_up(service / "measures", tmp_path_factory.mktemp("files"))
    yield
    shutil.rmtree(service / "measures")


@pytest.fixture
def town_with_measures(measures: None, town: Town) -> Town:
    """The made-up town, whose areas have measures."""
    return town
