"""How well are records of others' making joined? pseudopeople's sample data: made-up Americans, truth known, no rule of ours in it.

    pip install --target FOLDER pseudopeople          (into a folder of its own: it brings other versions of what we use)
    PYTHONPATH=FOLDER python benchmarks/pseudopeople_census.py --write DATA
    python benchmarks/pseudopeople_census.py --measure DATA

The first call writes noised datasets as CSV with pseudopeople's own defaults (seed 0): the decennial census of 2020, social
security (creation of a number) and W2 and 1099 forms of 2020. The second joins their rows and prints one JSON object. The weights
are learned without labels from the same rows, as for Febrl, and, as a second figure, are the stored ones.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

from headwater.engine import DuckDBEngine
from headwater.identity.compare import compare
from headwater.identity.features import prepare_features
from headwater.identity.join import join
from headwater.identity.model import read_model, train_model
from headwater.identity.quality import EVERYBODY, measure_groups

FILES = ("census", "social_security", "w2")


def write_samples(folder: Path) -> None:
    """Write pseudopeople's three sample datasets, noised by its defaults, as CSV."""
    import pseudopeople  # type: ignore[import-not-found]  # Only this call needs it; it is no dependency of ours.

    folder.mkdir(parents=True, exist_ok=True)
    made = {
        "census": pseudopeople.generate_decennial_census(seed=0),
        "social_security": pseudopeople.generate_social_security(seed=0, year=2020),
        "w2": pseudopeople.generate_taxes_w2_and_1099(seed=0, year=2020),
    }
    for name, frame in made.items():
        frame.to_csv(folder / f"{name}.csv", index=False)


def open_samples(engine: DuckDBEngine, folder: Path, names: tuple[str, ...]) -> None:
    """Put the rows into the canonical tables; the social security number stands as telephone, race as the group.

    All of the sample lives in postcode 00000, so the street stands for the postcode.
    """
    for name in FILES:
        engine.create(
            f"sample_{name}",
            f"SELECT *, '{name}' || row_number() OVER () AS id FROM read_csv('{folder / name}.csv', all_varchar = true, header = true)",
        )
    date = "coalesce(try_strptime({0}, '%m/%d/%Y'), try_strptime({0}, '%Y%m%d'), try_strptime({0}, '%Y-%m-%d'))::DATE"
    census = (
        "SELECT id, simulant_id, 'census' AS source, first_name, middle_initial AS middle, last_name, "
        + date.format("date_of_birth")
        + " AS born, sex, NULL AS ssn, concat_ws(' ', unit_number, street_number, street_name) AS line, "
        + "street_name AS street, DATE '2020-04-01' AS day FROM sample_census"
    )
    security = (
        "SELECT id, simulant_id, 'social_security', first_name, middle_name, last_name, "
        + date.format("date_of_birth")
        + ", sex, ssn, NULL, NULL, DATE '2020-12-31' FROM sample_social_security WHERE event_type = 'creation'"
    )
    w2 = (
        "SELECT id, simulant_id, 'w2', first_name, middle_initial, last_name, NULL::DATE, NULL, ssn, "
        "concat_ws(' ', mailing_address_unit_number, mailing_address_street_number, mailing_address_street_name), mailing_address_street_name, "
        "DATE '2020-12-31' FROM sample_w2"
    )
    chosen = [text for name, text in zip(FILES, (census, security, w2), strict=True) if name in names]
    engine.create("sample", " UNION ALL ".join(chosen))
    engine.create(
        "person_record",
        "SELECT id AS person_record_id, NULL::VARCHAR AS local_person_id, first_name AS given_name, middle AS middle_name, last_name AS family_name, "
        "NULL::VARCHAR AS alias_name, born AS date_of_birth, CASE WHEN born IS NULL THEN 'none' ELSE 'day' END AS date_of_birth_precision, "
        "lower(sex) AS sex, NULL::VARCHAR AS ethnicity, NULL::VARCHAR AS pnc_id, ssn AS phone, day AS stated_on, NULL::DATE AS died_on, source, "
        "id AS record_key FROM sample",
    )
    engine.create(
        "address_record",
        "SELECT id AS address_record_id, id AS person_record_id, 'home' AS purpose, nullif(line, '') AS line, "
        "nullif(regexp_replace(upper(street), '[^A-Z0-9]', '', 'g'), '') AS postcode, "
        "NULL::VARCHAR AS uprn, NULL::VARCHAR AS lsoa, NULL::VARCHAR AS premises, false AS protected, day AS stated_on, NULL::DATE AS valid_from, "
        "NULL::DATE AS valid_to, 'ordinary' AS handling FROM sample",
    )
    engine.create(
        "truth",
        "SELECT s.id AS person_record_id, s.simulant_id AS person_id, c.race FROM sample s LEFT JOIN (SELECT simulant_id, min(race_ethnicity) AS race "
        "FROM sample_census GROUP BY 1) c USING (simulant_id)",
    )


def measure_samples(folder: Path, names: tuple[str, ...], *, stored: bool) -> dict[str, Any]:
    """Pairwise figures of the joined rows, for everybody and by race as the census has it."""
    begun = time.process_time()
    with DuckDBEngine() as engine:
        open_samples(engine, folder, names)
        records = prepare_features(engine)
        compare(engine, read_model() if stored else train_model(engine))
        join(engine, None)
        found = measure_groups(engine, truth="truth", group="race")
    return {
        "datasets": names, "records": records, "weights": "stored" if stored else "learned from these rows",
        "processor_seconds": round(time.process_time() - begun, 1),
        "all": found.pop(EVERYBODY), "groups": found,
    }  # fmt: skip


def main() -> None:
    """Write the samples, or measure them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", type=Path, help="folder for the samples; needs pseudopeople")
    parser.add_argument("--measure", type=Path, help="folder with the samples")
    chosen = parser.parse_args()
    if chosen.write:
        write_samples(chosen.write)
    if chosen.measure:
        results = [
            measure_samples(chosen.measure, names, stored=stored)
            for names in (("census", "social_security"), FILES)
            for stored in (False, True)
        ]
        json.dump(results, sys.stdout, indent=2, default=str)
        print()


if __name__ == "__main__":
    main()
