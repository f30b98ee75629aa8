"""Does the engine keep its six verbs' promises?"""

from pathlib import Path

import pyarrow as pa
import pytest

from headwater.engine import DuckDBEngine, quote_identifier, quote_text, write_atomically


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
