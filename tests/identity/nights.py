"""A made-up force whose records come night by night: new ones, some issued anew, some taken out, some decided about.

The canonical tables are dealt out as the sources would have sent them; the lake they belong to holds a manifest a night
and no rows, so that linking alone is what takes time.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from headwater.engine import DuckDBEngine
from headwater.identity import Verdict, decide, link
from headwater.identity.features import prepare_features
from headwater.identity.household import make_households
from headwater.records import Lake, load, open_layers
from headwater.records.schema import TABLES
from headwater.synthetic import make_force

FIRST = 0.94
"""The share of records that is there before the first night."""


def send(engine: DuckDBEngine, folder: Path, people: int, seed: int) -> None:
    """Make tables sent_event and so on: everything that the sources of a made-up force ever sent, all versions."""
    make_force(folder / "force", people=people, seed=seed)
    loaded = Lake.open(folder / "loaded")
    load(loaded, [folder / "force" / "exports"], engine=engine)
    for name in TABLES:
        engine.read_parquet("all_rows", loaded.batch_files(name))
        engine.create(f"sent_{name}", "SELECT * FROM all_rows")


PREPARED = ("linkable", "address_place", "address_kind", "given_in_use", "shared_phone", "shared_local")
"""What a night makes known of names and addresses."""


def count_feature_faults(engine: DuckDBEngine) -> int:
    """How many rows of what a night has just made known of names and addresses are not what a full preparation gives, or the other way
    round. The tables are the new ones afterwards."""
    columns = {}
    for name in PREPARED:
        columns[name] = ", ".join(
            f'"{column}"' for column in engine.fetch(f"SELECT * FROM {name} LIMIT 0").column_names
        )
        engine.create(f"{name}_carried", f"SELECT * FROM {name}")
    prepare_features(engine)
    faults = 0
    for name, listed in columns.items():
        now, carried = f"SELECT {listed} FROM {name}", f"SELECT {listed} FROM {name}_carried"
        faults += len(engine.fetch(f"({now} EXCEPT ALL {carried}) UNION ALL ({carried} EXCEPT ALL {now})"))
    return faults


@dataclass(frozen=True)
class Likeness:
    """How two links of the same records agree: pairs of records that are one person in both, in either, and in the full run."""

    both: int
    either: int
    full: int

    @property
    def apart(self) -> float:
        """The pairs that only one of them has, as a share of the pairs of the full run."""
        return (self.either - self.both) / self.full


class Nights:
    """What was sent (see `send`), dealt out by chance: most before the first of `nights` nights, the others on one of them."""

    def __init__(self, engine: DuckDBEngine, folder: Path, nights: int, seed: int = 1) -> None:
        self.engine, self.nights = engine, nights
        self.night_by_night, self.anew = Lake.open(folder / "nightly"), Lake.open(folder / "anew")
        engine.create("taken_out", "SELECT '' AS source, '' AS record_key, 0 AS night WHERE false")
        units = " UNION ".join(f"SELECT source, record_key, version FROM sent_{name}" for name in TABLES)
        engine.create(
            "sent_on",
            f"""
            SELECT source, record_key, version,
                   CASE WHEN version > 1 THEN 1 + CAST(floor(luck * {nights}) AS BIGINT)
                        WHEN luck < {FIRST} THEN 0 ELSE 1 + CAST(floor((luck - {FIRST}) / (1 - {FIRST}) * {nights}) AS BIGINT) END AS night
            FROM (SELECT *, (hash(source, record_key, version, {seed}) % 1000000) / 1000000.0 AS luck FROM ({units}))
            """,
        )

    def take_out(self, night: int, record_key: str) -> None:
        """From this night on the record is not in the lake, as if it had been erased."""
        self.engine.run(
            f"INSERT INTO taken_out SELECT DISTINCT source, record_key, {night} FROM sent_event WHERE record_key = '{record_key}'"
        )

    def open(self, night: int) -> None:
        """Make the canonical tables as they stand after this night, and tell both lakes that something has come."""
        self.engine.create(
            "standing",
            f"SELECT source, record_key, max(version) AS version FROM sent_on WHERE night <= {night} "
            f"AND record_key NOT IN (SELECT record_key FROM taken_out WHERE night <= {night}) GROUP BY source, record_key",
        )
        for name, table in TABLES.items():
            self.engine.create(
                name,
                f"SELECT t.* FROM sent_{name} t SEMI JOIN standing USING (source, record_key, version) "
                f"QUALIFY row_number() OVER (PARTITION BY {table.key} ORDER BY batch DESC, row_no) = 1",
            )
        self.say(f"{night:06d}-night")

    def say(self, batch: str) -> None:
        """Tell both lakes that a batch has come."""
        for lake in (self.night_by_night, self.anew):
            folder = lake.batches / batch
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "manifest.json").write_text(json.dumps({"batch": batch}), encoding="utf-8")

    def decide(self, record_a: str, record_b: str, verdict: Verdict) -> None:
        """A reviewer's decision, in both lakes."""
        for lake in (self.night_by_night, self.anew):
            decide(
                lake, record_a=record_a, record_b=record_b, verdict=verdict, role="reviewer", reason="seen", user="a"
            )

    def count_household_faults(self) -> int:
        """How many rows of `residence` and `household_member`, as the link that has just been made and opened has them, are not what
        the same people and ties give when all are worked out anew, or the other way round. The tables are the new ones afterwards."""
        tables = ("residence", "household_member")
        for table in tables:
            self.engine.create(f"{table}_linked", f"SELECT * FROM {table}")
        make_households(self.engine)
        faults = 0
        for table in tables:
            either = [
                f"(SELECT * FROM {one} EXCEPT ALL SELECT * FROM {other})"
                for one, other in ((table, f"{table}_linked"), (f"{table}_linked", table))
            ]
            faults += len(self.engine.fetch(" UNION ALL ".join(either)))
            assert len(self.engine.fetch(f"SELECT 1 FROM {table}")) > 100
        return faults

    def compare(self) -> Likeness:
        """Link what stands as a night does and from the beginning: how alike are the two?"""
        nightly, full = link(self.engine, self.night_by_night), link(self.engine, self.anew, full=True)
        for name, folder in (("one", nightly), ("other", full)):
            open_layers(self.engine, folder, "person", ("person_record_id",), f"{name}_person")
            self.engine.create(
                f"{name}_pair",
                f"SELECT a.person_record_id AS a, b.person_record_id AS b FROM {name}_person a JOIN {name}_person b "
                "ON a.person_id = b.person_id AND a.person_record_id < b.person_record_id",
            )
        row = self.engine.fetch(
            "SELECT count(*) FILTER (o.a IS NOT NULL AND f.a IS NOT NULL) AS both_have, count(*) AS either_has, count(f.a) AS full_has "
            "FROM one_pair o FULL JOIN other_pair f ON f.a = o.a AND f.b = o.b"
        ).to_pylist()[0]
        return Likeness(row["both_have"], row["either_has"], row["full_has"])
