"""Does the statistical description find groups that are there, and say so where there are none?"""

from __future__ import annotations

import numpy as np
import pytest

from headwater.areas.description import describe


def test_groups_that_are_there_are_found_the_same_each_time() -> None:
    rng = np.random.default_rng(1)
    values = np.concatenate(
        [rng.normal(middle, 0.3, (size, 2)) for middle, size in (((1, 1), 80), ((5, 1), 60), ((1, 6), 40))]
    )
    found, again = (describe(np.abs(values), ["burglary", "children"], 3, refits=5) for _ in range(2))
    assert found.sizes == (80, 60, 40)
    assert (found.group == again.group).all()
    assert len(set(found.group[:80])) == 1
    assert found.stability > 0.95
    assert found.silhouette > 0.5
    assert found.words[1].startswith("more burglary")
    assert "more children" in found.words[2]
    assert "well apart" in found.caution


def test_a_cloud_is_not_called_groups() -> None:
    found = describe(np.random.default_rng(2).uniform(0, 1, (300, 6)), [f"m{n}" for n in range(6)], 6, refits=5)
    assert "no clear groups" in found.caution
    assert "set no posts" in found.caution


@pytest.mark.parametrize(
    ("values", "groups", "words"),
    [
        ([[1.0, np.nan]] * 5, 2, "no value of b"),
        ([[1.0, 2.0]] * 2, 2, "2 areas cannot"),
        ([[1.0]] * 5, 2, "each of the 2 measures"),
    ],
)
def test_what_cannot_be_described_is_told(values: list[list[float]], groups: int, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        describe(values, ["a", "b"], groups)
