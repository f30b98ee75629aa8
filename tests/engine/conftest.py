"""One Spark for all tests of this folder; without pyspark or Java they are skipped and say what is missing.

Where SPARK_REQUIRED is set, as in continuous integration, they fail instead.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from headwater.engine import EngineMissing, SparkEngine
from headwater.engine.spark import check_spark

HASTY_JAVA = (
    "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:ReservedCodeCacheSize=256m -Xms1g -Xmn500m -XX:MetaspaceSize=400m"
)
"""Hundreds of short queries: a Java that compiles once and roughly takes half the processor time of one that does it well. With room for
what it has compiled and for what a query leaves behind it takes a sixth less again: it neither compiles twice nor tidies up so often."""


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkEngine]:
    try:
        check_spark()
    except EngineMissing as reason:
        if os.environ.get("SPARK_REQUIRED"):
            pytest.fail(f"The tests of the Spark engine are required here and cannot run. {reason}")
        pytest.skip(str(reason))
    spill: Path = tmp_path_factory.mktemp("spark")
    os.environ.setdefault("SPARK_SUBMIT_OPTS", HASTY_JAVA)
    with SparkEngine(memory="1500MB", threads=2, spill=spill) as engine:
        engine.session.conf.set("spark.sql.shuffle.partitions", "2")
        yield engine
