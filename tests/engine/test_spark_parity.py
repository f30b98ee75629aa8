"""Do the whole search, and a night that is built on the one before, say the same on Spark as on DuckDB?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from headwater.engine import DuckDBEngine, SparkEngine
from headwater.records import Lake, load
from headwater.synthetic import make_force
from headwater.triggers.search import search
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


def test_a_night_on_spark_ends_as_a_night_on_duckdb(spark: SparkEngine, tmp_path: Path) -> None:
    """The files of the last year come after a full search; among them are rows that replace earlier ones."""
    make_force(tmp_path / "force", people=500, seed=7)
    exports = sorted((tmp_path / "force" / "exports").iterdir())
    night = [path for path in exports if "_2017" in path.name]
    lake = Lake.open(tmp_path / "loaded", create=True)
    with DuckDBEngine(memory="2GB", threads=2) as duck:
        search(lake, engine=duck, inputs=[path for path in exports if path not in night], made_up=True)
        full = lake.list_derived("identity")[0].name
        load(lake, night, engine=duck)
    with DuckDBEngine(memory="2GB", threads=2) as duck:
        theirs = search_copy(duck, lake, tmp_path / "duckdb")
    mine = search_copy(spark, lake, tmp_path / "spark")
    for made in (mine, theirs):
        said = json.loads((made.lake.list_derived("identity")[0] / "done.json").read_text("utf-8"))
        assert said["built_on"] == full
        assert 0 < said["compared"] < said["records"]
    assert compare_runs(mine, theirs) == {}
    assert len(theirs.tables["evidence"]) > 0
    assert list((theirs.run / "packages").glob("*.json"))
