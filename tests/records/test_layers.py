"""Does a table of which little changed hold what it should, and stay whole when what it was built on is gone?"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from headwater.engine import DuckDBEngine
from headwater.records import open_layers, write_layers


@pytest.fixture
def engine() -> Iterator[DuckDBEngine]:
    with DuckDBEngine() as found:
        yield found


def read(engine: DuckDBEngine, folder: Path) -> list[tuple[str, str]]:
    open_layers(engine, folder, "pair", ("a", "b"))
    return [(row["a"], row["b"]) for row in engine.fetch("SELECT * FROM pair ORDER BY ALL").to_pylist()]


def test_rows_that_no_longer_hold_are_out_and_what_came_since_is_in(engine: DuckDBEngine, tmp_path: Path) -> None:
    first, second, third = (tmp_path / name for name in ("first", "second", "third"))
    for folder in (first, second, third):
        folder.mkdir()
    engine.write_parquet("SELECT * FROM (VALUES ('k', 'l'), ('l', 'm'), ('n', 'o')) t(a, b)", first / "pair.parquet")
    assert read(engine, first) == [("k", "l"), ("l", "m"), ("n", "o")]
    write_layers(engine, first, second, "pair", gone="SELECT 'm' AS id", since="SELECT 'm' AS a, 'z' AS b")
    assert read(engine, second) == [("k", "l"), ("m", "z"), ("n", "o")]
    write_layers(
        engine, second, third, "pair",
        gone="SELECT unnest(['m', 'k']) AS id", since="SELECT 'p' AS a, 'q' AS b",
    )  # fmt: skip
    assert read(engine, third) == [("n", "o"), ("p", "q")]
    shutil.rmtree(first)
    shutil.rmtree(second)
    assert read(engine, third) == [("n", "o"), ("p", "q")]


def test_what_a_full_run_wrote_is_shared_and_not_copied(engine: DuckDBEngine, tmp_path: Path) -> None:
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    engine.write_parquet("SELECT 'k' AS a, 'l' AS b", tmp_path / "first" / "pair.parquet")
    write_layers(
        engine, tmp_path / "first", tmp_path / "second", "pair",
        gone="SELECT '' AS id WHERE false", since="SELECT 'm' AS a, 'n' AS b",
    )  # fmt: skip
    assert (tmp_path / "second" / "pair_before.parquet").samefile(tmp_path / "first" / "pair.parquet")
