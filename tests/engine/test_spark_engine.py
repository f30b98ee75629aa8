"""Does the Spark engine keep what every engine promises, also when a worker is lost?"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from headwater.engine import CannotTranslate, DuckDBEngine, EngineFault, SparkEngine

pytestmark = pytest.mark.full

DAYS = 5_000


def both(spark: SparkEngine, sql: str, table: pa.Table, **parameters: Any) -> tuple[list[Any], list[Any]]:
    """The rows of a query over table `given` on Spark and on DuckDB."""
    with DuckDBEngine(threads=1) as duck:
        found = []
        for engine in (spark, duck):
            engine.register("given", table)
            found.append(engine.fetch(sql, parameters or None).to_pylist())
    return found[0], found[1]


def test_a_table_may_be_made_from_the_one_that_it_replaces(spark: SparkEngine) -> None:
    assert spark.create("numbers", "SELECT unnest([1, 2, 3]) AS n") == 3
    assert spark.create("numbers", "SELECT n + 1 AS n FROM numbers WHERE n > $least", {"least": 1}) == 2
    spark.run("CREATE OR REPLACE TEMP TABLE numbers AS SELECT n * 2 AS n FROM numbers")
    assert sorted(spark.fetch("SELECT n FROM numbers")["n"].to_pylist()) == [6, 8]


def test_a_view_reads_what_its_tables_hold_when_it_is_read(spark: SparkEngine) -> None:
    """On both engines, also when it took the place of a table; a table that is dropped takes its room with it."""
    found = []
    with DuckDBEngine(threads=1) as duck:
        for engine in (spark, duck):
            engine.create("below", "SELECT 1 AS n")
            engine.create("seen", "SELECT 7 AS n")
            engine.define("seen", "SELECT n + 1 AS n, upper('ß') AS s FROM below")
            seen = [engine.fetch("SELECT * FROM seen").to_pylist()]
            engine.create("below", "SELECT 5 AS n")
            engine.define("above", "SELECT max(n) AS n FROM seen")
            engine.define("seen", "SELECT n + 2 AS n FROM below")
            seen.append(engine.fetch("SELECT n FROM above").to_pylist())
            engine.create("seen", "SELECT n FROM seen")
            engine.drop("below")
            seen.append(engine.fetch("SELECT n FROM seen").to_pylist())
            found.append(seen)
    assert found[0] == found[1]
    assert found[0][1:] == [[{"n": 7}], [{"n": 7}]]
    with pytest.raises(ValueError, match="no table"):
        spark.drop("above")


def test_what_was_made_on_the_way_is_let_go_with_its_room(spark: SparkEngine) -> None:
    spark.create("before", "SELECT 1 AS n")
    with spark.passing("Kept"):
        spark.create("Kept", "SELECT 2 AS n")
        spark.create("on_the_way", "SELECT 3 AS n")
        spark.register("given", pa.table({"n": [4]}))
    assert spark.fetch("SELECT b.n + k.n AS n FROM before b, kept k")["n"].to_pylist() == [3]
    for name in ("on_the_way", "given"):
        assert not spark.session.catalog.tableExists(name)


def test_files_of_other_columns_are_read_as_one_and_one_file_is_written_in_order(
    spark: SparkEngine, tmp_path: Path
) -> None:
    pq.write_table(pa.table({"a": [3, 1], "b": ["x", None]}), tmp_path / "one [1].parquet")
    pq.write_table(pa.table({"a": [2]}), tmp_path / "two.parquet")
    spark.read_parquet("files", [tmp_path / "one [1].parquet", tmp_path / "two.parquet"])
    written = tmp_path / "new" / "all.parquet"
    assert spark.write_parquet("SELECT * FROM files ORDER BY b, a DESC", written) == 3
    assert pq.read_table(written).to_pylist() == [{"a": 3, "b": "x"}, {"a": 2, "b": None}, {"a": 1, "b": None}]
    assert written.stat().st_mode & 0o777 == 0o600
    with pytest.raises(ValueError, match="narrative"):
        spark.read_parquet("narrative", [])


def test_a_parameter_without_a_value_and_what_spark_cannot_say_are_refused(spark: SparkEngine) -> None:
    with pytest.raises(ValueError, match="as_of"):
        spark.fetch("SELECT $as_of AS day")
    with pytest.raises(CannotTranslate, match="Only queries"):
        spark.run("DELETE FROM numbers")


def test_a_column_of_which_nothing_is_known_can_be_kept(spark: SparkEngine) -> None:
    assert spark.create("hollow", "SELECT 1 AS a, NULL AS b") == 1
    assert spark.fetch("SELECT a, b FROM hollow UNION ALL SELECT 2, 3").num_rows == 2


def test_dates_are_counted_alike_also_around_leap_days(spark: SparkEngine) -> None:
    dice = random.Random(1)
    first = [date(1995, 1, 1) + timedelta(days=dice.randrange(9000)) for _ in range(DAYS)]
    second = [
        day + timedelta(days=dice.choice((0, 1, 27, 28, 29, 30, 31, 365, 366, dice.randrange(-4000, 9000))))
        for day in first
    ]
    leap = [
        date(2000, 2, 29),
        date(2001, 2, 28),
        date(2004, 2, 29),
        date(2000, 1, 31),
        date(2000, 3, 31),
        date(1999, 12, 31),
    ]
    table = pa.table({"a": first + [x for x in leap for _ in leap], "b": second + leap * len(leap)})
    parts = [
        f"date_{way}('{unit}', a, b) AS {way}_{unit}" for way in ("sub", "diff") for unit in ("day", "month", "year")
    ]
    mine, theirs = both(
        spark, f"SELECT a, b, {', '.join(parts)}, CAST(a - to_months(7) AS DATE) AS before FROM given ORDER BY a, b", table
    )  # fmt: skip
    assert mine == theirs


def test_nulls_lists_and_best_of_groups_are_alike(spark: SparkEngine) -> None:
    table = pa.table({"g": [1, 1, 1, 2, 2, 3], "x": ["b", None, "a", None, None, "c"], "y": [1, 9, 2, 3, 4, None]})
    mine, theirs = both(
        spark,
        "SELECT g, list_sort(list(x)) AS l, list_sort(list(DISTINCT x) FILTER (WHERE y > 1)) AS d, max_by(x, y) AS best, min_by(x, y) AS least, "
        "max_by(x, ROW(y, x)) AS pair, list_sort(list(x))[7] AS beyond, count(*) FILTER (x = 'a') AS n FROM given GROUP BY ALL ORDER BY g",
        table,
    )
    assert mine == theirs
    mine, theirs = both(spark, "SELECT x, y FROM given ORDER BY x DESC, y", table)
    assert mine == theirs
    mine, theirs = both(
        spark,
        "SELECT g, y FROM given WHERE g < 3 UNION ALL BY NAME SELECT x, g FROM given WHERE g = $g ORDER BY ALL",
        table,
        g=3,
    )
    assert mine == theirs
    mine, theirs = both(
        spark,
        "SELECT * EXCLUDE (x), g / 2 AS half, g // 2 AS whole FROM given "
        "QUALIFY row_number() OVER (PARTITION BY g ORDER BY y DESC) = 1 ORDER BY g",
        table,
    )
    assert mine == theirs


def test_lists_are_asked_alike(spark: SparkEngine) -> None:
    lists: list[list[str | None] | None] = [[], ["a"], ["a", "b"], ["b", None], [None], None, ["ß", "É"]]
    kind = pa.list_(pa.string())
    table = pa.table(
        {
            "number": range(len(lists) ** 2),
            "x": pa.array([one for one in lists for _ in lists], kind),
            "y": pa.array(lists * len(lists), kind),
        }
    )
    mine, theirs = both(
        spark,
        "SELECT len(x) AS n, len(x) > 1 AS several, list_has_all(x, y) AS holds, list_has_any(x, y) AS touches, "
        "list_transform(x, lambda part: upper(part) || len(y)) AS up, list_sort(list_distinct(list_transform(y, lambda p: strip_accents(p)))) AS plain "
        "FROM given ORDER BY number",
        table,
    )
    assert mine == theirs


def test_a_digest_tells_where_one_value_ends(spark: SparkEngine) -> None:
    """NULLs and ends of lists count, and so does which value is which."""
    table = pa.table(
        {
            "a": ["x", None, "x", "y"],
            "b": [None, "x", "x", "y"],
            "c": [["p"], ["p"], ["p", "q"], []],
            "d": [["q"], ["q"], [], ["p", "q"]],
        }
    )
    counts = "SELECT count(DISTINCT hash(a, b)) AS ab, count(DISTINCT hash(c, d)) AS cd, count(hash(a)) AS n "
    counts += "FROM given"
    assert both(spark, counts, table)[0] == [{"ab": 4, "cd": 3, "n": 4}]


def double(rows: pa.Table) -> pa.Table:
    return pa.table({"n": [2 * number for number in rows["n"].to_pylist()]})


def die_once(rows: pa.Table, mark: str) -> pa.Table:
    """Kill the worker that reads the rows, the first time."""
    try:
        os.close(os.open(mark, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return double(rows)
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("still alive")


def die_always(rows: pa.Table) -> pa.Table:
    os.kill(os.getpid(), signal.SIGKILL)
    return rows


SCHEMA = pa.schema([("n", pa.int64())])


def test_a_function_over_batches_runs_on_the_executors(spark: SparkEngine) -> None:
    spark.register("batch", pa.table({"n": list(range(1000))}))
    assert spark.map_arrow("doubled", "SELECT n FROM batch", double, SCHEMA, rows=64) == 1000
    assert spark.fetch("SELECT n FROM doubled ORDER BY n")["n"].to_pylist() == list(range(0, 2000, 2))


def test_a_worker_that_is_killed_loses_nothing(spark: SparkEngine, tmp_path: Path) -> None:
    spark.register("batch", pa.table({"n": list(range(1000))}))
    mark = tmp_path / "died"
    assert spark.map_arrow("doubled", "SELECT n FROM batch", partial(die_once, mark=str(mark)), SCHEMA) == 1000
    assert mark.exists()
    assert spark.fetch("SELECT count(*) AS rows, sum(n) AS total FROM doubled").to_pylist() == [
        {"rows": 1000, "total": 999_000}
    ]


def test_workers_that_are_always_killed_end_in_one_clear_error(spark: SparkEngine) -> None:
    spark.register("batch", pa.table({"n": list(range(10))}))
    with pytest.raises(EngineFault, match=r"4 times.*same command again"):
        spark.map_arrow("never", "SELECT n FROM batch", die_always, SCHEMA)


CLUSTER = """
import os, signal, sys
from pathlib import Path
from functools import partial
import pyarrow as pa
from pyspark.sql import SparkSession
from headwater.engine import SparkEngine
from headwater.engine.spark import find_java

os.environ["JAVA_HOME"] = str(find_java())
os.environ["PYSPARK_PYTHON"] = sys.executable
os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
folder = Path(sys.argv[1])
session = (
    SparkSession.builder.master("local-cluster[2,1,1024]").config("spark.ui.enabled", "false").config("spark.driver.memory", "1g")
    .config("spark.executor.memory", "600m").config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
    .config("spark.sql.shuffle.partitions", "4").config("spark.executorEnv.PYTHONPATH", os.environ.get("PYTHONPATH", ""))
    .config("spark.ui.showConsoleProgress", "false").getOrCreate()
)

def kill_executor(rows, mark):
    '''Kill the Java process that this worker belongs to: the executor, with all that it holds.'''
    try:
        os.close(os.open(mark, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return rows
    process = os.getpid()
    for _ in range(4):
        fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
        process = int(fields[1])
        if Path(f"/proc/{process}/comm").read_text().strip() == "java":
            os.kill(process, signal.SIGKILL)
            break
    raise RuntimeError("the executor is gone")

with SparkEngine(session, spill=folder) as engine:
    engine.register("batch", pa.table({"n": list(range(2000))}))
    engine.create("kept", "SELECT n, n % 10 AS g FROM batch")
    rows = engine.map_arrow("mapped", "SELECT n FROM kept", partial(kill_executor, mark=str(folder / "killed")), pa.schema([("n", pa.int64())]), rows=100)
    print("rows", rows, engine.fetch("SELECT sum(n) AS n FROM mapped JOIN kept USING (n)")["n"][0].as_py(), (folder / "killed").exists())
session.stop()
"""


@pytest.mark.timeout(900)
def test_an_executor_that_is_killed_takes_no_table_with_it(spark: SparkEngine, tmp_path: Path) -> None:
    """Two executors in processes of their own (Spark's local-cluster); one is killed in the middle of a table."""
    import pyspark

    if not (Path(pyspark.__file__).parent / "sbin").exists() and not os.environ.get("SPARK_HOME"):
        os.environ.setdefault("SPARK_HOME", str(Path(pyspark.__file__).parent))
    done = subprocess.run(
        [sys.executable, "-c", CLUSTER, str(tmp_path)], capture_output=True, text=True, check=False, timeout=800
    )
    assert f"rows 2000 {sum(range(2000))} True" in done.stdout, (done.stdout[-500:], done.stderr[-3000:])
