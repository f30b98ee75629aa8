"""Does the whole search say the same on Spark as on DuckDB?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from headwater.engine import DuckDBEngine, SparkEngine
from spark_parity import Searched, compare_runs, prepare_lake, search_copy

pytestmark = [pytest.mark.full, pytest.mark.timeout(3600)]

PEOPLE = 2_000


@pytest.fixture(scope="module")
def searched(spark: SparkEngine, tmp_path_factory: pytest.TempPathFactory) -> tuple[Searched, Searched]:
    folder: Path = tmp_path_factory.mktemp("parity")
    loaded = prepare_lake(folder, PEOPLE, seed=7)
    with DuckDBEngine(memory="2GB", threads=2) as duck:
        theirs = search_copy(duck, loaded, folder / "duckdb")
    return search_copy(spark, loaded, folder / "spark"), theirs


def test_packages_tables_and_match_weights_are_the_same_on_both_engines(searched: tuple[Searched, Searched]) -> None:
    mine, theirs = searched
    assert compare_runs(mine, theirs) == {}


def test_the_force_gives_both_engines_something_to_find(searched: tuple[Searched, Searched]) -> None:
    mine, theirs = searched
    assert mine.run.name == theirs.run.name
    packages = [json.loads(path.read_text("utf-8")) for path in (mine.run / "packages").glob("*.json")]
    assert len(packages) > 5
    for table in ("evidence", "counted", "firing", "subject", "lives_with", "child_text"):
        assert len(mine.tables[table]) > 0, table
