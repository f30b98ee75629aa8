"""Who is who? Compares person records, joins those that are one person, and says how sure that is."""

from __future__ import annotations

import json
import warnings
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from headwater.engine import DuckDBEngine, Progress, write_atomically
from headwater.identity.cluster import Constraints, cluster_records, hang_together
from headwater.identity.decisions import list_decisions
from headwater.identity.features import prepare_features
from headwater.identity.household import make_households
from headwater.identity.increment import (
    PAIR,
    SHARE,
    Earlier,
    compare_changed,
    find_changes,
    find_nearest,
    find_touched,
    keep_links,
    keep_people,
    list_earlier,
    mark_records,
)
from headwater.identity.model import columns_of_link, name_of, open_linker, read_model, store_model, train_model
from headwater.identity.person import make_people, make_ties
from headwater.identity.repeats import link_repeats, set_repeats_aside
from headwater.records import Lake, fingerprint, open_layers

METHOD = "13"
"""Goes up when the code that joins records changes, so that what was derived before is made again."""

JOIN = 0.95
"""Match probability from which a link joins two records."""

TABLES = ("person", "person_summary", "residence", "household_member", "tie", "link")
KEPT = ("compared", "component")
"""What is kept for the next run to build on."""


def _quiet(stage: str, done: int, total: int) -> None:
    pass


def link(
    engine: DuckDBEngine,
    lake: Lake,
    *,
    seen_from: date | None = None,
    full: bool = False,
    places_known: bool = False,
    progress: Progress = _quiet,
) -> Path:
    """Link the current records (they must be open); returns the folder of the derived tables.

    Where the lake holds an earlier link of this model and method, only records that are new or changed since are compared;
    see `headwater.identity.increment`. A full run is made when `full` asks for it, when no earlier link fits, when a
    fifth of the records is new, and after a month of increments.

    The same batches, model, decisions and earlier link give the same folder with the same bytes; when it is there it is
    reused, a full one before one that was built on another. `done.json` says which it is.
    """
    model, decisions = read_model(lake), list_decisions(lake)
    inputs = fingerprint(
        [METHOD, name_of(model), *lake.state()]
        + ([seen_from.isoformat()] if seen_from else [])
        + [f"{d.record_a}|{d.record_b}|{d.verdict}" for d in decisions]
    )
    folder = lake.derived("identity", inputs)
    if (folder / "done.json").exists():
        return folder
    links = [] if full else list_earlier(lake, METHOD, name_of(model))
    for earlier in links:
        if earlier.inputs == inputs:
            return earlier.folder
    progress("Preparing names and addresses", 0, 0)
    count = prepare_features(engine, places_known=places_known)
    mark_records(engine)
    built_on = find_nearest(engine, links)
    compared = find_changes(engine, built_on) if built_on else count
    if compared > SHARE * count:
        built_on, compared = None, count
    name = fingerprint([inputs, "built on", built_on.folder.name]) if built_on else inputs
    with lake.make_derived("identity", name) as working:
        progress("Comparing person records", 0, compared)
        if built_on:
            compare_changed(engine, model, built_on)
            progress("Joining records into people", 0, compared)
            join_changed(engine, lake, built_on)
            keep_links(engine, built_on, working)
        else:
            compare(engine, model)
            progress("Joining records into people", 0, count)
            join(engine, lake)
            make_people(engine)
            engine.write_parquet("SELECT * FROM link ORDER BY ALL", working / "link.parquet")
        make_ties(engine)
        progress("Working out households", 0, count)
        make_households(engine)
        for table in (*TABLES, *KEPT):
            if table != "link":
                columns = "person_id, person_record_id, certainty" if table == "person" else "*"
                engine.write_parquet(f"SELECT {columns} FROM {table} ORDER BY ALL", working / f"{table}.parquet")
        said = {
            "model": name_of(model), "records": count, "method": METHOD, "inputs": inputs, "compared": compared,
            "built_on": built_on.folder.name if built_on else None, "full": built_on.full if built_on else name,
            "nights": built_on.nights + 1 if built_on else 0,
        }  # fmt: skip
        with write_atomically(working / "done.json") as path:
            path.write_text(json.dumps(said), encoding="utf-8")
    return lake.derived("identity", name)


def open_identity(engine: DuckDBEngine, folder: Path) -> None:
    """Make the identity tables known to the engine: person, person_summary, residence, household_member, tie, link."""
    for table in TABLES:
        if table == "link":
            open_layers(engine, folder, table, PAIR)
        else:
            engine.read_parquet(table, [folder / f"{table}.parquet"])


def train(engine: DuckDBEngine, lake: Lake, *, progress: Progress = _quiet) -> Path:
    """Learn a model from the current records of this lake and keep it there; later links use it."""
    progress("Learning how records agree", 0, 0)
    prepare_features(engine)
    return store_model(lake, train_model(engine))


def compare(engine: DuckDBEngine, model: dict[str, Any]) -> int:
    """Make table `link`: pairs of records with match weight, probability and the weight of each comparison.

    Two records of one event are never a pair: one event names a person once. Weights are rounded to 1e-6. Of records that are
    all alike only some are compared, see `repeats`.
    """
    repeated = set_repeats_aside(engine)
    with open_linker(engine, model, "comparable" if repeated else "linkable") as linker, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        predicted = linker.inference.predict(threshold_match_probability=0.5)
        count = engine.create(
            "link",
            f"SELECT {columns_of_link(model)} FROM {predicted.physical_name} WHERE event_key_l <> event_key_r ORDER BY 1, 2",
        )
    if repeated:
        link_repeats(engine)
    return count


def join(
    engine: DuckDBEngine, lake: Lake | None, threshold: float = JOIN, linkable: str = "linkable", links: str = "link"
) -> None:
    """Make table `person` (person_id, person_record_id, certainty, cut) from `link`, what cannot be, and what was decided.

    `component` says by the smallest record id which records hang together by links and decisions, before any were parted.
    Tables `linkable` and `links` may hold less than everything: whole components, and every link with an end in them.
    """
    records = engine.fetch(f"SELECT unique_id, event_key, pnc_id, birth_number FROM {linkable} ORDER BY unique_id")
    engine.create("numbered", f"SELECT unique_id, row_number() OVER (ORDER BY unique_id) - 1 AS number FROM {linkable}")
    edges = engine.fetch(
        f"SELECT a.number AS a, b.number AS b, l.match_weight AS weight, greatest(pnc_weight, phone_weight, local_number_weight) > 0 "
        f"AS numbered FROM {links} l "
        "JOIN numbered a ON a.unique_id = l.person_record_id_l JOIN numbered b ON b.unique_id = l.person_record_id_r "
        "WHERE l.match_probability >= $threshold ORDER BY 1, 2",
        {"threshold": threshold},
    )
    place = {record: number for number, record in enumerate(records["unique_id"].to_pylist())}
    decisions = list_decisions(lake) if lake else []
    pairs = [
        (place[d.record_a], place[d.record_b], d.verdict)
        for d in decisions
        if d.record_a in place and d.record_b in place
    ]
    apart = frozenset((a, b) for a, b, verdict in pairs if verdict == "not the same person")
    together = tuple((a, b) for a, b, verdict in pairs if verdict == "same person")
    left, right = edges["a"].to_numpy().astype(np.int64), edges["b"].to_numpy().astype(np.int64)
    weight = edges["weight"].to_numpy().astype(np.float64)
    numbered = edges["numbered"].to_numpy().astype(bool)
    if apart:
        keep = np.array([(a, b) not in apart for a, b in zip(left.tolist(), right.tolist(), strict=True)], dtype=bool)
        left, right, weight, numbered = left[keep], right[keep], weight[keep], numbered[keep]
    labels, cut = cluster_records(
        len(place), left, right, weight,
        Constraints(
            _codes(records["event_key"]), _codes(records["pnc_id"]),
            records["birth_number"].to_numpy().astype(np.int64), apart, together,
        ),
        numbered,
    )  # fmt: skip
    whole = hang_together(len(place), left, right, together)
    engine.register(
        "labelled", pa.table({"unique_id": records["unique_id"], "label": labels, "cut": cut, "component": whole})
    )
    engine.create(
        "component", "SELECT unique_id, min(unique_id) OVER (PARTITION BY component) AS component FROM labelled"
    )
    engine.create(
        "own_link",
        f"""
        SELECT l.person_record_id_l AS a, l.person_record_id_r AS b, l.match_weight AS weight, l.match_probability AS probability,
               coalesce(x.label = y.label, false) AS own
        FROM {links} l LEFT JOIN labelled x ON x.unique_id = l.person_record_id_l LEFT JOIN labelled y ON y.unique_id = l.person_record_id_r
        """,
    )
    engine.create(
        "strongest",
        "SELECT record, max(probability) AS best FROM (SELECT a AS record, probability FROM own_link WHERE own "
        "UNION ALL SELECT b, probability FROM own_link WHERE own) GROUP BY record",
    )
    # A record that links to somebody else as strongly as to its own person could be either's.
    engine.create(
        "torn",
        "SELECT record FROM (SELECT a AS record, weight, own FROM own_link UNION ALL SELECT b, weight, own FROM own_link) "
        "GROUP BY record HAVING max(weight) FILTER (WHERE NOT own) >= max(weight) FILTER (WHERE own) - 1",
    )
    engine.create(
        "person",
        "SELECT 'P-' || left(md5(min(c.unique_id) OVER (PARTITION BY c.label)), 16) AS person_id, "
        "c.unique_id AS person_record_id, CASE WHEN count(*) OVER (PARTITION BY c.label) = 1 THEN 'certain' WHEN t.record IS NOT NULL THEN 'doubtful' "
        "WHEN s.best >= 0.999 THEN 'certain' WHEN s.best >= 0.95 THEN 'likely' ELSE 'doubtful' END AS certainty, c.cut "
        "FROM labelled c LEFT JOIN strongest s ON s.record = c.unique_id LEFT JOIN torn t ON t.record = c.unique_id",
    )


def join_changed(engine: DuckDBEngine, lake: Lake, earlier: Earlier) -> None:
    """Make `person`, `component` and `person_summary` as `join` and `make_people` do, anew only where something can have changed."""
    find_touched(engine, lake, earlier)
    join(engine, lake, linkable="linkable_touched", links="link_touched")
    make_people(engine)
    keep_people(engine, earlier)


def _codes(column: pa.ChunkedArray) -> np.ndarray[Any, np.dtype[np.int64]]:
    encoded = column.combine_chunks().dictionary_encode()
    return np.asarray(encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False), dtype=np.int64)
