"""What of an earlier link still holds? Pairs of records that have not changed are carried over; the others are compared anew.

A night brings one record in a thousand. Of all pairs that the blocking rules name, only those with at least one record
that is new or changed can have changed themselves, but for one thing: how rare a name is depends on all records. So a
pair that is carried over keeps the weight of the night on which it was compared, until the next full run.
"""

from __future__ import annotations

import json
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from headwater.engine import Engine
from headwater.identity.blocking import PAIRS, find_pairs_of
from headwater.identity.carry import LAYERS, find_rows
from headwater.identity.decisions import list_decided_records
from headwater.identity.model import columns_of_link, open_linker
from headwater.identity.repeats import link_repeats, set_repeats_aside
from headwater.records import Lake, open_layers, renew_layers, show_layers, write_layers

NIGHTS = 31
"""After so many increments on one full run the next run is full: until then names may have become more or less rare."""

FEW = 3
"""So many of the earlier links are looked at."""

LITTLE = 0.02
"""Up to this share of new and changed records the newest link is as good as any."""

PAIR = ("person_record_id_l", "person_record_id_r")
"""What names the two records of a link."""

JOINED_BY = (
    *PAIR,
    "match_weight",
    "match_probability",
    "pnc_weight",
    "phone_weight",
    "local_number_weight",
    "other_given",
)
"""What joining records into people reads of a link."""

RECORD = ("unique_id",)
"""What names the record in a table of one row a record."""

IN_LAYERS = {
    "link": PAIR, "component": RECORD, "person": ("person_record_id",), "person_summary": ("person_id",),
    "residence": ("person_id",), "household_member": ("household_id", "person_id"), "tie": ("person_id", "other_person_id"),
    "home_kind": ("address_key",),
}  # fmt: skip
"""Of these tables a night keeps only what is not as in the full run, see `write_layers`; with the columns that name whom a row is about."""

SHARE = 0.2
"""From this share of new and changed records on, a full run is as quick."""

MOST_CHANGED = 150_000
"""More new and changed records than this are not compared at once: what is reckoned of their pairs would not fit in memory."""


@dataclass(frozen=True)
class Earlier:
    """A link that is there already: its folder and what its `done.json` says it was built on."""

    folder: Path
    inputs: str
    full: str
    nights: int
    state: tuple[str, ...]
    """What the lake held; see `Lake.state`."""

    def list_altered(self, lake: Lake) -> set[str]:
        """The batches that the lake holds, but not as they were for this link."""
        return {held.rsplit(":", 1)[0] for held in set(lake.state()) - set(self.state)} & {
            held.rsplit(":", 1)[0] for held in self.state
        }


def list_earlier(lake: Lake, method: str, model: str) -> list[Earlier]:
    """The links of this method and model that the lake holds, the newest first."""
    found = []
    for folder in lake.list_derived("identity"):
        said = json.loads((folder / "done.json").read_text("utf-8"))
        if (said.get("method"), said.get("model")) == (method, model) and "inputs" in said:
            found.append(Earlier(folder, said["inputs"], said["full"], said["nights"], tuple(said["state"])))
    return found


def find_nearest(engine: Engine, links: list[Earlier], records: int) -> tuple[Earlier, int] | None:
    """Of the newest few links since the last full run, that one included, the one since which the fewest of the `records` came from
    another row, and how many that is; its tables are those of `find_rows`. The newest may be of a search as of a day long ago; where
    little has changed since it, no other is looked at. None when there is none, and when too many nights have been built on that
    full run. `mark_rows` must have been called."""
    full = next((place for place, earlier in enumerate(links) if earlier.nights == 0), len(links))
    near = links[: full + 1][:FEW]
    if not near or max(earlier.nights for earlier in near) >= NIGHTS:
        return None
    came: dict[Earlier, int] = {}
    for earlier in near:
        came[earlier] = _find_rows_since(engine, earlier)
        if came[earlier] <= LITTLE * records:
            break
    nearest = min(came, key=lambda earlier: came[earlier])
    if nearest != earlier:
        _find_rows_since(engine, nearest)
    return nearest, came[nearest]


def _find_rows_since(engine: Engine, earlier: Earlier) -> int:
    for table, key in LAYERS.items():
        open_layers(engine, earlier.folder, table, [key], f"{table}_earlier")
    return find_rows(engine)


def compare_changed(engine: Engine, model: dict[str, Any], earlier: Earlier) -> int:
    """Make `link` as `compare` does, from the pairs of `earlier` that still hold and the pairs of changed records.

    Returns how many pairs changed records have. Each pair is compared with the smaller id on the left, as a full run does:
    some rules and levels look at one side only. How rare a name is, is counted over the records that a full run compares. Of
    records that are all alike a few stand for the others here too (see `repeats`); where one of them changed, all of them count
    as changed.
    """
    set_repeats_aside(engine)
    engine.create("likeness_changed", "SELECT DISTINCT likeness FROM alike SEMI JOIN changed USING (unique_id)")
    engine.create("alike", "SELECT a.* FROM alike a SEMI JOIN likeness_changed USING (likeness)")
    for name in ("changed", "stale"):
        engine.create(name, f"SELECT unique_id FROM {name} UNION SELECT unique_id FROM alike")
    engine.create("linkable_changed", "SELECT l.* FROM comparable l SEMI JOIN changed USING (unique_id)")
    find_pairs_of(engine, model["blocking_rules_to_generate_predictions"], "linkable_changed", "comparable")
    engine.create(
        "pair_to_compare", f"SELECT '0' AS match_key, unique_id_l AS join_key_l, unique_id_r AS join_key_r FROM {PAIRS}"
    )
    engine.create(
        "linkable_near",
        f"SELECT * FROM candidate_near SEMI JOIN (SELECT unique_id_l AS unique_id FROM {PAIRS} UNION SELECT unique_id_r FROM {PAIRS}) USING (unique_id)",
    )
    with open_linker(engine, model, "linkable_near") as linker, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for column in _rare_columns(model):
            _count_values(engine, column)
            linker.table_management.register_term_frequency_lookup(linker._db_api.register(f"rare_{column}"), column)
        linker.table_management.register_blocked_pairs_for_predict(linker._db_api.register("pair_to_compare"))
        predicted = linker.inference.predict(threshold_match_probability=0.5)
        found = engine.create("link_compared", f"SELECT {columns_of_link(model)} FROM {predicted.physical_name}")
    engine.drop("candidate_near")
    engine.drop("linkable_near")
    parts = ["link_compared", *link_repeats(engine)]
    engine.define("link_found", " UNION ALL BY NAME ".join(f"SELECT * FROM {part}" for part in parts))
    open_layers(engine, earlier.folder, "link", PAIR, "link_earlier")
    renew_layers(
        engine, "link", PAIR, "link_earlier", gone="SELECT unique_id AS id FROM stale", since="SELECT * FROM link_found"
    )
    show_layers(engine, "link", PAIR, "link_earlier")
    return found


def find_touched(engine: Engine, lake: Lake, earlier: Earlier) -> None:
    """Make `linkable_touched` and `link_touched`: the records whose person can be another than in `earlier`, and their links.

    Those are all records that hang together, now or before, with one that came, went or changed, that has won or lost a link,
    or that a reviewer ever decided about: components are independent of each other, so all others stay as they are.
    """
    open_before(engine, earlier, "component")
    decided = list_decided_records(lake)
    engine.register("decided", pa.table({"unique_id": pa.array(decided, pa.string())}))
    either = "SELECT person_record_id_l AS unique_id FROM {0} UNION SELECT person_record_id_r FROM {0}"
    either_in = "person_record_id_l IN (SELECT unique_id FROM {0}) OR person_record_id_r IN (SELECT unique_id FROM {0})"
    engine.create(
        "link_lost",
        f"SELECT person_record_id_l, person_record_id_r FROM link_earlier WHERE {either_in.format('stale')}",
    )
    engine.create(
        "seed",
        f"SELECT unique_id FROM stale UNION SELECT unique_id FROM reissued UNION SELECT unique_id FROM decided "
        f"UNION {either.format('link_lost')} UNION {either.format('link_found')}",
    )
    engine.create(
        "touched",
        "SELECT unique_id FROM seed UNION SELECT unique_id FROM component_before SEMI JOIN "
        "(SELECT component FROM component_before SEMI JOIN seed USING (unique_id)) USING (component)",
    )
    engine.create("linkable_touched", "SELECT l.* FROM linkable l SEMI JOIN touched USING (unique_id)")
    engine.create("link_touched", f"SELECT {', '.join(JOINED_BY)} FROM link WHERE {either_in.format('touched')}")


def open_before(engine: Engine, earlier: Earlier, table: str) -> None:
    """Make the `table` of an earlier link known as `<table>_before`."""
    open_layers(engine, earlier.folder, table, IN_LAYERS[table], f"{table}_before")


def carry_over(engine: Engine, table: str, gone: str, anew: str) -> None:
    """`renew_layers` of a table that `open_before` opened: what the query `anew` gives stands in the place of all rows about those of whom
    the query `gone` tells."""
    renew_layers(engine, table, IN_LAYERS[table], f"{table}_before", gone=gone, since=anew)


def lay_over(engine: Engine, table: str) -> None:
    """Make `table` what it is now, after `carry_over`: a view."""
    show_layers(engine, table, IN_LAYERS[table], f"{table}_before")


def keep_people(engine: Engine, earlier: Earlier) -> None:
    """Add to `person`, `component` and `person_summary`, which hold who was touched, all others as `earlier` has them.

    `person_touched` is who the touched records are of now, `person_touched_before` whose they were.
    """
    for table in ("person", "person_summary"):
        open_before(engine, earlier, table)
    own = "person_id, person_record_id, certainty"
    engine.create("person_touched", f"SELECT {own} FROM person")
    engine.create(
        "person_touched_before", f"SELECT {own} FROM person_before SEMI JOIN touched ON unique_id = person_record_id"
    )
    for table, gone, anew in (
        (
            "person_summary",
            "SELECT DISTINCT person_id AS id FROM person_touched_before",
            "SELECT * FROM person_summary",
        ),
        ("person", "SELECT unique_id AS id FROM touched", "SELECT * FROM person_touched"),
        ("component", "SELECT unique_id AS id FROM touched", "SELECT * FROM component"),
    ):
        carry_over(engine, table, gone, anew)
        lay_over(engine, table)


def keep_layers(engine: Engine, earlier: Earlier, folder: Path) -> None:
    """Write of each table, and of rows, names and addresses, only what is not as in the full run."""
    for table in (*IN_LAYERS, *LAYERS):
        write_layers(
            engine, earlier.folder, folder, table,
            gone=f"SELECT id FROM {table}_gone ORDER BY id", since=f"SELECT * FROM {table}_since ORDER BY ALL",
        )  # fmt: skip


def _count_values(engine: Engine, column: str) -> None:
    """Make `rare_<column>`, as Splink wants it: what share of all records that are compared has each value of `linkable_near`."""
    engine.create(
        f"rare_{column}",
        f"SELECT {column}, CAST(count(*) AS DOUBLE) / (SELECT count({column}) FROM comparable) AS tf_{column} "
        f"FROM comparable SEMI JOIN (SELECT DISTINCT {column} FROM linkable_near) USING ({column}) GROUP BY {column}",
    )


def _rare_columns(model: dict[str, Any]) -> list[str]:
    """The columns in which agreement on a rare value weighs more."""
    levels = [level for comparison in model["comparisons"] for level in comparison["comparison_levels"]]
    return sorted({level["tf_adjustment_column"] for level in levels if "tf_adjustment_column" in level})
