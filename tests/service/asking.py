"""Whom a test asks as, and every address that there is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.service.conftest import Town
from tests.service.test_stranger import fill, make_ids, ours


def some(*keys: str | None, short: int = 1) -> list[Any]:
    """Readers of whom the short run asks the first; the others are asked in `make test-full`."""
    return [*keys[:short], *(pytest.param(key, marks=pytest.mark.full) for key in keys[short:])]


def addresses(town: Town) -> Iterator[tuple[str, bool]]:
    """Every address, with whether it has an item in it."""
    ids = make_ids(town)
    for route, pattern in ours():
        yield fill(route, pattern, ids), bool(pattern.pattern.converters)
