"""Does the engine keep its verbs' promises?"""

import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from headwater.engine import DuckDBEngine, Engine, RowWriter, leaves, quote_identifier, quote_text, write_atomically


def test_a_value_goes_in_as_a_parameter_and_never_as_sql() -> None:
    with DuckDBEngine() as engine:
        engine.register("people", pa.table({"name": ["Robert'); DROP TABLE people;--", "Ann"]}))
        found = engine.fetch(
            "SELECT count(*) AS n FROM people WHERE name = $name", {"name": "Robert'); DROP TABLE people;--"}
        )
    assert found["n"].to_pylist() == [1]


def test_quoting_survives_quotes() -> None:
    with DuckDBEngine() as engine:
        engine.create('odd " name', f"SELECT {quote_text(chr(39) * 3)} AS {quote_identifier('a' + chr(34))}")
        assert engine.fetch(f"SELECT * FROM {quote_identifier('odd ' + chr(34) + ' name')}").to_pylist() == [
            {'a"': "'''"}
        ]


def test_the_same_ordered_query_writes_the_same_bytes(tmp_path: Path) -> None:
    sql = "SELECT i, md5(i::VARCHAR) AS h FROM range(200000) t(i) ORDER BY h, i"
    for name in ("one", "two"):
        with DuckDBEngine(threads=2) as engine:
            assert engine.write_parquet(sql, tmp_path / name) == 200000
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_query_larger_than_memory_spills_instead_of_failing(tmp_path: Path) -> None:
    with DuckDBEngine(memory="200MB", threads=1, spill=tmp_path / "spill") as engine:
        rows = engine.create("big", "SELECT i, md5(i::VARCHAR) || md5((i + 1)::VARCHAR) AS h FROM range(3000000) t(i)")
        ordered = engine.fetch("SELECT h FROM big ORDER BY h, i LIMIT 1")
    assert rows == 3000000
    assert ordered.num_rows == 1


def test_reading_no_files_says_which_table_is_missing() -> None:
    with DuckDBEngine() as engine, pytest.raises(ValueError, match="narrative"):
        engine.read_parquet("narrative", [])


def test_a_write_that_fails_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    target = tmp_path / "kept.txt"
    target.write_text("old")

    def fail() -> None:
        with write_atomically(target) as temporary:
            temporary.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]


def test_a_written_file_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    with write_atomically(tmp_path / "private.txt") as temporary:
        temporary.write_text("x")
    assert (tmp_path / "private.txt").stat().st_mode & 0o777 == 0o600


def test_what_a_killed_process_spilled_is_removed_and_what_a_running_one_spills_is_not(tmp_path: Path) -> None:
    script = (
        "import os, signal, sys; from pathlib import Path; from headwater.engine import DuckDBEngine\n"
        "engine = DuckDBEngine(spill=Path(sys.argv[1])); os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False)
    left = list(tmp_path.iterdir())
    assert [path.stat().st_mode & 0o777 for path in left] == [0o700]
    with DuckDBEngine(spill=tmp_path) as first, DuckDBEngine(spill=tmp_path) as second:
        assert not left[0].exists()
        assert len(list(tmp_path.iterdir())) == 2
        assert first.fetch("SELECT 1 AS n").num_rows == second.fetch("SELECT 1 AS n").num_rows == 1
    assert list(tmp_path.iterdir()) == []


def test_rows_appended_in_portions_are_written_in_order_read_back_and_private(tmp_path: Path) -> None:
    schema = pa.schema([("n", pa.int64())])
    writer = RowWriter(tmp_path / "rows.parquet", schema)
    for first in (0, 3):
        writer.write(pa.table({"n": list(range(first, first + 3))}, schema=schema))
    assert writer.close() == writer.close() == 6
    assert (tmp_path / "rows.parquet").stat().st_mode & 0o777 == 0o600
    assert pq.read_table(tmp_path / "rows.parquet")["n"].to_pylist() == list(range(6))
    with DuckDBEngine() as engine:
        engine.read_parquet("rows", [tmp_path / "rows.parquet"])
        assert engine.fetch("SELECT n FROM rows ORDER BY n")["n"].to_pylist() == list(range(6))


def test_a_table_may_take_the_place_of_the_view_that_it_reads_and_a_view_that_of_a_table(tmp_path: Path) -> None:
    with DuckDBEngine() as engine:
        engine.write_parquet("SELECT 1 AS n UNION ALL SELECT 2", tmp_path / "n.parquet")
        for _ in range(2):
            engine.read_parquet("numbers", [tmp_path / "n.parquet"])
            assert engine.create("numbers", "SELECT n + 1 AS n FROM numbers WHERE n > 1") == 1
            assert engine.fetch("SELECT n FROM numbers")["n"].to_pylist() == [3]


def test_a_view_takes_the_place_of_a_table_and_a_table_that_of_a_view() -> None:
    with DuckDBEngine() as engine:
        engine.create("base", "SELECT 1 AS x")
        engine.create("name", "SELECT 5 AS x")
        engine.define("name", "SELECT x + 1 AS x FROM base")
        engine.create("base", "SELECT 2 AS x")
        assert engine.fetch("SELECT x FROM name")["x"].to_pylist() == [3]
        engine.create("name", "SELECT x + 10 AS x FROM name")
        engine.create("base", "SELECT 7 AS x")
        assert engine.fetch("SELECT x FROM name")["x"].to_pylist() == [13]


def test_what_was_made_on_the_way_is_let_go_but_for_what_is_kept_and_what_was_there() -> None:
    with DuckDBEngine() as engine:
        engine.create("before", "SELECT 1 AS n")
        engine.define("seen", "SELECT 1 AS n")
        with engine.passing("kept", "given_kept"):
            engine.create("before", "SELECT 2 AS n")
            engine.create("kept", "SELECT 3 AS n")
            engine.create("on_the_way", "SELECT 4 AS n")
            engine.register("given", pa.table({"n": [5]}))
            engine.register("given_kept", pa.table({"n": [6]}))
            engine.register("taken_over", pa.table({"n": [7]}))
            engine.define("taken_over", "SELECT 8 AS n")
            engine.create("seen", "SELECT n FROM seen")
        left = engine.fetch(
            "SELECT b.n, k.n AS k, g.n AS g, t.n AS t FROM before b, kept k, given_kept g, taken_over t"
        )
        assert left.to_pylist() == [{"n": 2, "k": 3, "g": 6, "t": 8}]
        for name in ("on_the_way", "given", "seen"):
            with pytest.raises(duckdb.CatalogException, match=name):
                engine.fetch(f"SELECT * FROM {name}")


def test_a_function_says_which_tables_it_leaves() -> None:
    @leaves("result")
    def work(engine: Engine, add: int, *, twice: bool = False) -> int:
        engine.create("step", f"SELECT 1 + {add} AS n")
        return engine.create("result", "SELECT n * 2 AS n FROM step" if twice else "SELECT n FROM step")

    with DuckDBEngine() as engine:
        assert work(engine, 2, twice=True) == 1
        assert engine.fetch("SELECT n FROM result")["n"].to_pylist() == [6]
        with pytest.raises(duckdb.CatalogException, match="step"):
            engine.fetch("SELECT * FROM step")


def test_work_that_fails_lets_nothing_go() -> None:
    @leaves()
    def work(engine: Engine) -> None:
        engine.create("half", "SELECT 1 AS n")
        raise RuntimeError

    with DuckDBEngine() as engine:
        with pytest.raises(RuntimeError):
            work(engine)
        assert engine.fetch("SELECT n FROM half")["n"].to_pylist() == [1]
