"""How is a large derived table kept when little of it is new? What a full run wrote, what of it no longer holds, and what came since."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from headwater.engine import Engine


def open_layers(engine: Engine, folder: Path, table: str, keys: Sequence[str], name: str | None = None) -> None:
    """Make the `table` of a derived folder known as `name`, whether one run wrote it or a run and increments on it.

    Its parts are `name`_before, `name`_gone (column `id`) and `name`_since: a row of the first holds unless one of its
    `keys` is in the second; the third holds as it is.
    """
    name = name or table
    before = folder / f"{table}_before.parquet"
    if before.exists():
        engine.read_parquet(f"{name}_before", [before])
        engine.read_parquet(f"{name}_gone", [folder / f"{table}_gone.parquet"])
        engine.read_parquet(f"{name}_since", [folder / f"{table}.parquet"])
    else:
        engine.read_parquet(f"{name}_before", [folder / f"{table}.parquet"])
        engine.define(f"{name}_gone", "SELECT '' AS id WHERE false")
        engine.define(f"{name}_since", f"SELECT * FROM {name}_before WHERE false")
    engine.define(
        name,
        f"SELECT * FROM {name}_before {without(f'{name}_gone', keys)} UNION ALL BY NAME SELECT * FROM {name}_since",
    )


def renew_layers(engine: Engine, table: str, keys: Sequence[str], before: str, *, gone: str, since: str) -> None:
    """Make `table`_gone and `table`_since, which `write_layers` is to write: those of an earlier run, opened as `before`, without the rows of
    which one of `keys` is in column `id` of the query `gone`, and with those of the query `since`, which may be about no others.
    """
    engine.create(f"{table}_leaving", gone)
    engine.create(f"{table}_gone", f"SELECT id FROM {before}_gone UNION SELECT id FROM {table}_leaving")
    engine.create(
        f"{table}_since",
        f"SELECT * FROM {before}_since {without(f'{table}_leaving', keys)} UNION ALL BY NAME {since}",
    )


def show_layers(engine: Engine, table: str, keys: Sequence[str], before: str) -> None:
    """Make `table` known as it is after `renew_layers`: a view."""
    engine.define(
        table,
        f"SELECT * FROM {before}_before {without(f'{table}_gone', keys)} UNION ALL BY NAME SELECT * FROM {table}_since",
    )


def write_layers(engine: Engine, earlier: Path, folder: Path, table: str, *, gone: str, since: str) -> None:
    """Write the `table` of an increment on the derived folder `earlier` into `folder`, from the queries `gone` and `since`.

    What the full run wrote is the same file in both folders, no copy: either folder can be removed and the other stays whole.
    """
    name = f"{table}_before.parquet"
    before = earlier / name if (earlier / name).exists() else earlier / f"{table}.parquet"
    try:
        os.link(before, folder / name)
    except OSError:  # Not every file system can have one file in two folders.
        shutil.copyfile(before, folder / name)
    engine.write_parquet(gone, folder / f"{table}_gone.parquet")
    engine.write_parquet(since, folder / f"{table}.parquet")


def without(gone: str, keys: Sequence[str]) -> str:
    """SQL that follows a table: only its rows of which no key is in column `id` of `gone`."""
    return " ".join(f"ANTI JOIN {gone} AS without_{key} ON without_{key}.id = {key}" for key in keys)
