"""Are records of published data joined as well as the documentation says? Febrl dataset 3, trained without labels here."""

from __future__ import annotations

import pytest

from identity_quality import measure_febrl


@pytest.mark.full
def test_pairs_of_febrl_dataset_3_are_found() -> None:
    found = measure_febrl()
    assert found["f1"] >= 0.995
    assert found["precision"] >= 0.999
