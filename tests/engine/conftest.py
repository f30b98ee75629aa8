"""One Spark for all tests of this folder; without pyspark or Java they are skipped and say what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from headwater.engine import EngineMissing, SparkEngine
from headwater.engine.spark import check_spark


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkEngine]:
    try:
        check_spark()
    except EngineMissing as reason:
        pytest.skip(str(reason))
    spill: Path = tmp_path_factory.mktemp("spark")
    with SparkEngine(memory="2GB", threads=2, spill=spill) as engine:
        yield engine
