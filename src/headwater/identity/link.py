"""Who is who? Compares person records, joins those that are one person, and says how sure that is."""

from __future__ import annotations

import json
import warnings
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from headwater.engine import Engine, Progress, write_atomically
from headwater.identity.cluster import Constraints, cluster_records
from headwater.identity.decisions import list_decisions
from headwater.identity.features import prepare_features
from headwater.identity.household import make_households
from headwater.identity.model import name_of, open_linker, read_model, store_model, train_model
from headwater.identity.person import make_people
from headwater.records import Lake, fingerprint, open_records

METHOD = "11"
"""Goes up when the code that joins records changes, so that what was derived before is made again."""

JOIN = 0.95
"""Match probability from which a link joins two records."""

TABLES = ("person", "person_summary", "residence", "household_member", "tie", "link")


def _quiet(stage: str, done: int, total: int) -> None:
    pass


def link(engine: Engine, lake: Lake, *, seen_from: date | None = None, progress: Progress = _quiet) -> Path:
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
            engine.write_parquet(f"SELECT * FROM {table} ORDER BY ALL", working / f"{table}.parquet")
        with write_atomically(working / "done.json") as path:
            path.write_text(json.dumps({"model": name_of(model), "records": count, "method": METHOD}), encoding="utf-8")
    return folder


def open_identity(engine: Engine, folder: Path) -> None:
    """Make the identity tables known to the engine: person, person_summary, residence, household_member, tie, link."""
    for table in TABLES:
        engine.read_parquet(table, [folder / f"{table}.parquet"])


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


def compare(engine: Engine, model: dict[str, Any]) -> int:
    """Make table `link`: pairs of records with match weight, probability and the weight of each comparison.

    Two records of one event are never a pair: one event names a person once. Weights are rounded to 1e-6.
    """
    with open_linker(engine, model) as linker, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        predicted = linker.inference.predict(threshold_match_probability=0.5)
        parts = ", ".join(
            f"round({_weight(comparison)}, 6) AS {comparison['output_column_name']}_weight"
            for comparison in model["comparisons"]
        )
        return engine.create(
            "link",
            "SELECT least(unique_id_l, unique_id_r) AS person_record_id_l, greatest(unique_id_l, unique_id_r) AS "
            f"person_record_id_r, round(match_weight, 6) AS match_weight, round(match_probability, 6) AS match_probability, "
            f"{parts}, 'model' AS decided_by FROM {predicted.physical_name} WHERE event_key_l <> event_key_r ORDER BY 1, 2",
        )


def _weight(comparison: dict[str, Any]) -> str:
    name = comparison["output_column_name"]
    adjusted = any("tf_adjustment_column" in level for level in comparison["comparison_levels"])
    return f"mw_{name} + mw_tf_adj_{name}" if adjusted else f"mw_{name}"


def join(engine: Engine, lake: Lake | None, threshold: float = JOIN) -> None:
    """Make table `person` (person_id, person_record_id, certainty) from `link`, what cannot be, and what was decided."""
    records = engine.fetch("SELECT unique_id, event_key, pnc_id FROM linkable ORDER BY unique_id")
    engine.create("numbered", "SELECT unique_id, row_number() OVER (ORDER BY unique_id) - 1 AS number FROM linkable")
    edges = engine.fetch(
        "SELECT a.number AS a, b.number AS b, l.match_weight AS weight FROM link l "
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
    if apart:
        keep = np.array([(a, b) not in apart for a, b in zip(left.tolist(), right.tolist(), strict=True)], dtype=bool)
        left, right, weight = left[keep], right[keep], weight[keep]
    labels, cut = cluster_records(
        len(place), left, right, weight,
        Constraints(_codes(records["event_key"]), _codes(records["pnc_id"]), apart, together),
    )  # fmt: skip
    engine.register("labelled", pa.table({"unique_id": records["unique_id"], "label": labels, "cut": cut}))
    engine.create(
        "strongest",
        "SELECT record, max(match_probability) AS best FROM (SELECT person_record_id_l AS record, match_probability FROM link l "
        "JOIN labelled a ON a.unique_id = l.person_record_id_l JOIN labelled b ON b.unique_id = l.person_record_id_r "
        "AND a.label = b.label UNION ALL SELECT person_record_id_r, match_probability FROM link l "
        "JOIN labelled a ON a.unique_id = l.person_record_id_l JOIN labelled b ON b.unique_id = l.person_record_id_r "
        "AND a.label = b.label) GROUP BY record",
    )
    # A record that links to somebody else as strongly as to its own person could be either's.
    engine.create(
        "torn",
        "SELECT record FROM (SELECT l.person_record_id_l AS record, l.match_weight AS weight, a.label = b.label AS own FROM link l "
        "JOIN labelled a ON a.unique_id = l.person_record_id_l JOIN labelled b ON b.unique_id = l.person_record_id_r "
        "UNION ALL SELECT l.person_record_id_r, l.match_weight, a.label = b.label FROM link l "
        "JOIN labelled a ON a.unique_id = l.person_record_id_l JOIN labelled b ON b.unique_id = l.person_record_id_r) "
        "GROUP BY record HAVING max(weight) FILTER (WHERE NOT own) >= max(weight) FILTER (WHERE own) - 1",
    )
    engine.create(
        "person",
        "SELECT 'P-' || left(md5(min(c.unique_id) OVER (PARTITION BY c.label)), 16) AS person_id, "
        "c.unique_id AS person_record_id, CASE WHEN count(*) OVER (PARTITION BY c.label) = 1 THEN 'certain' WHEN t.record IS NOT NULL THEN 'doubtful' "
        "WHEN s.best >= 0.999 THEN 'certain' WHEN s.best >= 0.95 THEN 'likely' ELSE 'doubtful' END AS certainty, c.cut "
        "FROM labelled c LEFT JOIN strongest s ON s.record = c.unique_id LEFT JOIN torn t ON t.record = c.unique_id",
    )


def _codes(column: pa.ChunkedArray) -> np.ndarray[Any, np.dtype[np.int64]]:
    encoded = column.combine_chunks().dictionary_encode()
    return np.asarray(encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False), dtype=np.int64)
