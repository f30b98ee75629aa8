"""Does a night of linking on Spark, built on the one before, end as a night on DuckDB?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from headwater.engine import DuckDBEngine, Engine, SparkEngine
from headwater.identity import link
from headwater.identity.increment import IN_LAYERS
from headwater.records import Lake, load, open_layers, open_records
from headwater.synthetic import make_force
from spark_parity import differ_in_rows

pytestmark = [pytest.mark.full, pytest.mark.timeout(1800)]

PEOPLE = 250


def link_twice(engine: Engine, folder: Path, exports: list[Path], night: list[Path]) -> list[Path]:
    """The folders of a full link and of the night after it. A night builds on what the same engine made: digests are its own."""
    lake, found = Lake.open(folder, create=True), []
    for files in ([path for path in exports if path not in night], night):
        with DuckDBEngine(threads=2) as duck:
            load(lake, files, engine=duck)
        open_records(engine, lake)
        found.append(link(engine, lake))
    return found


def test_a_night_on_spark_ends_as_a_night_on_duckdb(spark: SparkEngine, tmp_path: Path) -> None:
    make_force(tmp_path / "force", people=PEOPLE, seed=7)
    exports = sorted((tmp_path / "force" / "exports").iterdir())
    night = [path for path in exports if path.name.startswith(("crime_2017", "crime_update_2017"))]
    with DuckDBEngine(threads=2) as duck:
        theirs = link_twice(duck, tmp_path / "duckdb", exports, night)
    mine = link_twice(spark, tmp_path / "spark", exports, night)
    for full, after in (theirs, mine):
        said = json.loads((after / "done.json").read_text("utf-8"))
        assert said["built_on"] == full.name
        assert 0 < said["compared"] < said["records"]
    with DuckDBEngine() as duck:
        for name in ("person", "person_summary", "household_member", "residence", "tie", "link"):
            open_layers(duck, mine[1], name, IN_LAYERS[name], "one")
            open_layers(duck, theirs[1], name, IN_LAYERS[name], "other")
            found = differ_in_rows(duck.fetch("SELECT * FROM one"), duck.fetch("SELECT * FROM other"))
            assert found == [], name
