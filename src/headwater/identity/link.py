"""Who is who? Compares person records, joins those that are one person, and says how sure that is."""

from __future__ import annotations

import json
import warnings
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.engine import DuckDBEngine, Progress, write_atomically
from headwater.identity.blocking import PAIRS, find_pairs
from headwater.identity.cluster import Constraints, cluster_records
from headwater.identity.decisions import list_decisions
from headwater.identity.features import prepare_features
from headwater.identity.household import make_households
from headwater.identity.model import name_of, open_linker, read_model, store_model, train_model
from headwater.identity.person import make_people
from headwater.records import Lake, fingerprint

METHOD = "12"
"""Goes up when the code that joins records changes, so that what was derived before is made again."""

PAIRS_AT_ONCE = 5_000_000
"""How many pairs are compared at a time: some 2 GB of what Splink reckons of them."""

JOIN = 0.95
"""Match probability from which a link joins two records."""

TABLES = ("person", "person_summary", "residence", "household_member", "tie", "link")


def _quiet(stage: str, done: int, total: int) -> None:
    pass


def link(engine: DuckDBEngine, lake: Lake, *, seen_from: date | None = None, progress: Progress = _quiet) -> Path:
    """Link the current records (they must be open); returns the folder of the derived tables.

    The same batches, model and decisions give the same folder with the same bytes; when it is there it is reused.
    """
    model = read_model(lake)
    decisions = list_decisions(lake)
    name = fingerprint(
        [METHOD, name_of(model)]
        + [str(manifest["batch"]) for manifest in lake.manifests()]
        + ([seen_from.isoformat()] if seen_from else [])
        + [f"{d.record_a}|{d.record_b}|{d.verdict}" for d in decisions]
    )
    folder = lake.derived("identity", name)
    if (folder / "done.json").exists():
        return folder
    with lake.make_derived("identity", name) as working:
        progress("Preparing names and addresses", 0, 0)
        count = prepare_features(engine)
        progress("Comparing person records", 0, count)
        compare(engine, model)
        progress("Joining records into people", 0, count)
        join(engine, lake)
        make_people(engine)
        progress("Working out households", 0, count)
        make_households(engine)
        for table in TABLES:
            order = "1, 2" if table == "link" else "ALL"  # A pair comes once, so its two records settle the order.
            engine.write_parquet(f"SELECT * FROM {table} ORDER BY {order}", working / f"{table}.parquet")
        with write_atomically(working / "done.json") as path:
            path.write_text(json.dumps({"model": name_of(model), "records": count, "method": METHOD}), encoding="utf-8")
    return folder


def open_identity(engine: DuckDBEngine, folder: Path) -> None:
    """Make the identity tables known to the engine: person, person_summary, residence, household_member, tie, link."""
    for table in TABLES:
        engine.read_parquet(table, [folder / f"{table}.parquet"])


def train(engine: DuckDBEngine, lake: Lake, *, progress: Progress = _quiet) -> Path:
    """Learn a model from the current records of this lake and keep it there; later links use it."""
    progress("Learning how records agree", 0, 0)
    prepare_features(engine)
    return store_model(lake, train_model(engine))


def compare(engine: DuckDBEngine, model: dict[str, Any]) -> int:
    """Make table `link`: pairs of records with match weight, probability and the weight of each comparison.

    Two records of one event are never a pair: one event names a person once. Weights are rounded to 1e-6. Pairs are
    compared some millions at a time, by date of birth: what Splink reckons of a pair is many times what is kept of it, and
    of the records it takes out those that the share needs.
    """
    parts = ", ".join(
        f"round({_weight(comparison)}, 6) AS {comparison['output_column_name']}_weight"
        for comparison in model["comparisons"]
    )
    count = find_pairs(engine, model["blocking_rules_to_generate_predictions"])
    shares = max(1, -(-count // PAIRS_AT_ONCE))
    records = int(engine.fetch("SELECT count(*) AS n FROM candidate_number")["n"][0].as_py())
    links = 0
    with open_linker(engine, model) as linker, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for share in range(shares):
            some = f"pairs_of_share_{share}"  # Splink remembers tables by name.
            engine.create(
                some,
                "SELECT '0' AS match_key, a.unique_id AS join_key_l, b.unique_id AS join_key_r "
                f"FROM {PAIRS} p JOIN candidate_number a ON a.number = p.l JOIN candidate_number b ON b.number = p.r "
                f"WHERE a.place >= {records * share // shares} AND a.place < {records * (share + 1) // shares}",
            )
            linker.table_management.register_blocked_pairs_for_predict(linker._db_api.register(some))
            predicted = linker.inference.predict(threshold_match_probability=0.5)
            links += engine.create(
                "link_of_share" if share else "link",
                "SELECT least(unique_id_l, unique_id_r) AS person_record_id_l, greatest(unique_id_l, unique_id_r) AS "
                f"person_record_id_r, round(match_weight, 6) AS match_weight, round(match_probability, 6) AS match_probability, "
                f"{parts}, 'model' AS decided_by FROM {predicted.physical_name} WHERE event_key_l <> event_key_r",
            )
            if share:
                engine.run("INSERT INTO link SELECT * FROM link_of_share")
            predicted.drop_table_from_database_and_remove_from_cache()
            engine.run(f"DROP TABLE {some}")
    for done in ("link_of_share", PAIRS):
        engine.run(f"DROP TABLE IF EXISTS {done}")
    return links


def _weight(comparison: dict[str, Any]) -> str:
    name = comparison["output_column_name"]
    adjusted = any("tf_adjustment_column" in level for level in comparison["comparison_levels"])
    return f"mw_{name} + mw_tf_adj_{name}" if adjusted else f"mw_{name}"


def join(engine: DuckDBEngine, lake: Lake | None, threshold: float = JOIN) -> None:
    """Make table `person` (person_id, person_record_id, certainty) from `link`, what cannot be, and what was decided."""
    records = engine.fetch("SELECT unique_id, event_key, pnc_id FROM linkable ORDER BY unique_id")
    engine.create("numbered", "SELECT unique_id, row_number() OVER (ORDER BY unique_id) - 1 AS number FROM linkable")
    # From here on numbers stand for records: there are many times more links than records.
    engine.create(
        "edge",
        "SELECT a.number AS a, b.number AS b, l.match_weight AS weight, l.match_probability AS probability FROM link l "
        "JOIN numbered a ON a.unique_id = l.person_record_id_l JOIN numbered b ON b.unique_id = l.person_record_id_r",
    )
    edges = engine.fetch("SELECT a, b, weight FROM edge WHERE probability >= $threshold", {"threshold": threshold})
    count = records.num_rows
    decisions = list_decisions(lake) if lake else []
    place = _places(records["unique_id"], [record for d in decisions for record in (d.record_a, d.record_b)])
    pairs = [
        (place[d.record_a], place[d.record_b], d.verdict)
        for d in decisions
        if d.record_a in place and d.record_b in place
    ]
    apart = frozenset((a, b) for a, b, verdict in pairs if verdict == "not the same person")
    together = tuple((a, b) for a, b, verdict in pairs if verdict == "same person")
    left, right = (np.asarray(edges[name].to_numpy(), np.int64) for name in ("a", "b"))
    weight = np.asarray(edges["weight"].to_numpy(), np.float64)
    del edges
    if apart:
        keep = ~np.isin(left * count + right, [a * count + b for a, b in apart])
        left, right, weight = left[keep], right[keep], weight[keep]
    labels, cut = cluster_records(
        count, left, right, weight,
        Constraints(_codes(records["event_key"]), _codes(records["pnc_id"]), apart, together),
    )  # fmt: skip
    engine.register(
        "labelled",
        pa.table({"unique_id": records["unique_id"], "number": np.arange(count), "label": labels, "cut": cut}),
    )
    # A record that links to somebody else as strongly as to its own person could be either's.
    engine.create(
        "standing",
        """
        SELECT number, max(probability) FILTER (WHERE own) AS best,
               coalesce(max(weight) FILTER (WHERE NOT own) >= max(weight) FILTER (WHERE own) - 1, false) AS torn
        FROM (
            SELECT e.a AS number, e.weight, e.probability, x.label = y.label AS own
            FROM edge e JOIN labelled x ON x.number = e.a JOIN labelled y ON y.number = e.b
            UNION ALL
            SELECT e.b, e.weight, e.probability, x.label = y.label
            FROM edge e JOIN labelled x ON x.number = e.a JOIN labelled y ON y.number = e.b
        )
        GROUP BY number
        """,
    )
    engine.run("DROP TABLE edge")
    engine.create(
        "person",
        "SELECT 'P-' || left(md5(min(c.unique_id) OVER (PARTITION BY c.label)), 16) AS person_id, "
        "c.unique_id AS person_record_id, CASE WHEN count(*) OVER (PARTITION BY c.label) = 1 THEN 'certain' WHEN s.torn THEN 'doubtful' "
        "WHEN s.best >= 0.999 THEN 'certain' WHEN s.best >= 0.95 THEN 'likely' ELSE 'doubtful' END AS certainty, c.cut "
        "FROM labelled c LEFT JOIN standing s USING (number)",
    )


def _places(records: pa.ChunkedArray, sought: list[str]) -> dict[str, int]:
    """The place among all records of those that are there; no list of millions is made for a few decisions."""
    if not sought:
        return {}
    found = pc.index_in(pa.array(sought, records.type), value_set=records.combine_chunks()).to_pylist()
    return {record: number for record, number in zip(sought, found, strict=True) if number is not None}


def _codes(column: pa.ChunkedArray) -> np.ndarray[Any, np.dtype[np.int64]]:
    encoded = column.combine_chunks().dictionary_encode()
    return np.asarray(encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False), dtype=np.int64)
