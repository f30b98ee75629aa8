"""Who is who? Compares person records, joins those that are one person, and says how sure that is."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from headwater.areas import SPELLED
from headwater.engine import Engine, Progress, write_atomically
from headwater.identity.carry import LAYERS, carry_features, keep_features, mark_rows
from headwater.identity.compare import LINKS_IN_ORDER, compare
from headwater.identity.decisions import list_decisions
from headwater.identity.features import name_of_lists, prepare_features
from headwater.identity.household import make_households
from headwater.identity.increment import (
    IN_LAYERS,
    MOST_CHANGED,
    SHARE,
    compare_changed,
    find_nearest,
    keep_layers,
    list_earlier,
)
from headwater.identity.join import join, join_changed
from headwater.identity.model import name_of, read_model, store_model, train_model
from headwater.identity.person import make_people, make_ties
from headwater.identity.rehouse import keep_households
from headwater.records import Lake, fingerprint, open_layers, open_records

METHOD = "17"
"""Goes up when the code that joins records changes, so that what was derived before is made again."""

TABLES = ("person", "person_summary", "residence", "household_member", "tie", "link")
KEPT = ("component", "care_move", "home_kind")
"""What is kept for the next run to build on, with the LAYERS of `headwater.identity.carry`."""


def _quiet(stage: str, done: int, total: int) -> None:
    pass


def link(
    engine: Engine,
    lake: Lake,
    *,
    seen_from: date | None = None,
    full: bool = False,
    progress: Progress = _quiet,
) -> Path:
    """Link the current records (they must be open); returns the folder of the derived tables.

    Where the lake holds an earlier link of this model and method, only records that are new or changed since are prepared and compared;
    see `headwater.identity.carry` and `headwater.identity.increment`. A full run is made when `full` asks for it, when no earlier link fits, when a
    fifth of the records is new, and after a month of increments.

    The same batches, model, decisions and earlier link give the same folder with the same bytes, but for `made.json`; when it is there it is
    reused, a full one before one that was built on another. `done.json` says which it is.
    """
    model, decisions = read_model(lake), list_decisions(lake)
    method = f"{METHOD}-{name_of_lists()}"
    inputs = fingerprint(
        [method, name_of(model), *lake.state()]
        + ([seen_from.isoformat()] if seen_from else [])
        + [f"{d.record_a}|{d.record_b}|{d.verdict}" for d in decisions]
    )
    folder = lake.derived("identity", inputs)
    if (folder / "done.json").exists():
        return folder
    links = [] if full else list_earlier(lake, method, name_of(model))
    for earlier in links:
        if earlier.inputs == inputs:
            return earlier.folder
    progress("Preparing names and addresses", 0, 0)
    mark_rows(engine)
    count = int(engine.fetch("SELECT count(*) AS n FROM person_record")["n"][0].as_py())
    most = min(SHARE * count, MOST_CHANGED)
    built_on, compared = find_nearest(engine, links, count) or (None, count)
    if built_on and compared <= most:
        compared = carry_features(engine, built_on.list_altered(lake))
    if not built_on or compared > most:
        built_on, compared = None, count
        prepare_features(engine)
    name = fingerprint([inputs, "built on", built_on.folder.name]) if built_on else inputs
    with lake.make_derived("identity", name) as working:
        progress("Comparing person records", 0, compared)
        if built_on:
            compare_changed(engine, model, built_on)
            progress("Joining records into people", 0, compared)
            join_changed(engine, lake, built_on)
        else:
            _compare_all(engine, model, working)
            progress("Joining records into people", 0, count)
            join(engine, lake)
            engine.drop("linkable")
            make_people(engine)
        make_ties(engine)
        progress("Working out households", 0, count)
        if built_on:
            keep_households(engine, built_on)
            keep_layers(engine, built_on, working)
        else:
            make_households(engine)
        for table in (*TABLES, *KEPT):
            if table != "link" and not (built_on and table in IN_LAYERS):
                columns = "person_id, person_record_id, certainty" if table == "person" else "*"
                engine.write_parquet(f"SELECT {columns} FROM {table} ORDER BY ALL", working / f"{table}.parquet")
        said = {
            "model": name_of(model), "records": count, "method": method, "inputs": inputs, "state": lake.state(), "compared": compared,
            "built_on": built_on.folder.name if built_on else None, "full": built_on.full if built_on else name,
            "nights": max(1, built_on.nights + bool(compared)) if built_on else 0,  # A decision alone is no night.
        }  # fmt: skip
        with write_atomically(working / "done.json") as path:
            path.write_text(json.dumps(said), encoding="utf-8")
    if not built_on:
        _read_written(engine, lake.derived("identity", name))
    return lake.derived("identity", name)


def _compare_all(engine: Engine, model: dict[str, Any], folder: Path) -> None:
    """Write what was prepared, and the links of all records, to `folder`, and read both from there from now on: a large force has tens of
    links for each record, and little else would find room beside them."""
    with engine.passing():
        compare(engine, model)
        engine.write_parquet(f"SELECT * FROM {LINKS_IN_ORDER}", folder / "link.parquet")
    keep_features(engine, folder)
    _read_written(engine, folder)


def _read_written(engine: Engine, folder: Path) -> None:
    for table in ("link", "address_place"):
        engine.read_parquet(table, [folder / f"{table}.parquet"])


def open_identity(engine: Engine, folder: Path) -> None:
    """Make the identity tables known to the engine: person, person_summary, residence, household_member, tie, link."""
    for table in TABLES:
        open_layers(engine, folder, table, IN_LAYERS[table])


def open_places(engine: Engine, folder: Path) -> None:
    """Make `address_place` and `address_spelled` known as `headwater.areas.prepare_addresses` makes them of the records that were
    linked."""
    open_layers(engine, folder, "address_place", [LAYERS["address_place"]])
    engine.define("address_spelled", SPELLED)


def train(engine: Engine, lake: Lake, *, progress: Progress = _quiet) -> Path:
    """Learn a model from the current records of this lake (they must be open) and keep it there; later links use it.

    It is learnt in this process whatever the engine: pairs are drawn the same way, so there is one model.
    """
    progress("Learning how records agree", 0, 0)
    with engine.in_process() as here:
        if here is not engine:
            open_records(here, lake)
        prepare_features(here)
        return store_model(lake, train_model(here))
