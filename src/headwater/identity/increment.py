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
from headwater.identity.carry import LAYERS, find_rows
from headwater.identity.decisions import list_decided_records
from headwater.identity.model import columns_of_link, open_linker
from headwater.identity.repeats import link_repeats, set_repeats_aside
from headwater.records import Lake, open_layers, without, write_layers

NIGHTS = 31
"""After so many increments on one full run the next run is full: until then names may have become more or less rare."""

FEW = 3
"""So many of the earlier links are looked at."""

LITTLE = 0.02
"""Up to this share of new and changed records the newest link is as good as any."""

PAIR = ("person_record_id_l", "person_record_id_r")
"""What names the two records of a link."""

RECORD = ("unique_id",)
"""What names the record in a table of one row a record."""

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
    rules: list[Any] = [
        f"({rule}) AND l.unique_id < r.unique_id" for rule in model["blocking_rules_to_generate_predictions"]
    ]
    with open_linker(engine, model, "comparable") as linker, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for column in _rare_columns(model):
            linker.table_management.compute_tf_table(column)
        everybody, right, left, others = (
            linker._db_api.register(name)
            for name in ("comparable", "linkable_changed", "linkable_changed", "comparable")
        )
        pairs = [
            linker.inference.predict_between(
                one, other, blocking_rules_to_generate_predictions=rules, threshold_match_probability=0.5
            ).physical_name
            for one, other in ((everybody, right), (left, others))
        ]
        # Two records that both changed have been compared in the first part; no table of all that did not change is made for the second.
        once = ("", "ANTI JOIN changed ON changed.unique_id = person_record_id_r")
        found = engine.create(
            "link_compared",
            " UNION ALL ".join(
                f"SELECT * FROM (SELECT {columns_of_link(model)} FROM {part} WHERE event_key_l <> event_key_r) {leave}"
                for part, leave in zip(pairs, once, strict=True)
            ),
        )
    parts = ["link_compared", *link_repeats(engine)]
    engine.define("link_found", " UNION ALL BY NAME ".join(f"SELECT * FROM {part}" for part in parts))
    open_layers(engine, earlier.folder, "link", PAIR, "link_earlier")
    engine.create("link_gone", "SELECT unique_id AS id FROM stale UNION SELECT id FROM link_earlier_gone")
    engine.create(
        "link_since",
        f"SELECT * FROM link_earlier_since {without('(SELECT unique_id AS id FROM stale)', PAIR)} UNION ALL BY NAME SELECT * FROM link_found",
    )
    engine.define(
        "link",
        f"SELECT * FROM link_earlier_before {without('link_gone', PAIR)} UNION ALL BY NAME SELECT * FROM link_since",
    )
    return found


def find_touched(engine: Engine, lake: Lake, earlier: Earlier) -> None:
    """Make `linkable_touched` and `link_touched`: the records whose person can be another than in `earlier`, and their links.

    Those are all records that hang together, now or before, with one that came, went or changed, that has won or lost a link,
    or that a reviewer ever decided about: components are independent of each other, so all others stay as they are.
    """
    open_layers(engine, earlier.folder, "component", RECORD, "component_before")
    decided = list_decided_records(lake)
    engine.register("decided", pa.table({"unique_id": pa.array(decided, pa.string())}))
    either = "SELECT person_record_id_l AS unique_id FROM {0} UNION SELECT person_record_id_r FROM {0}"
    engine.create(
        "link_lost",
        "SELECT person_record_id_l, person_record_id_r FROM link_earlier SEMI JOIN stale ON unique_id = person_record_id_l "
        "UNION ALL SELECT person_record_id_l, person_record_id_r FROM link_earlier SEMI JOIN stale ON unique_id = person_record_id_r",
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
    engine.create(
        "link_touched",
        "SELECT l.* FROM link l LEFT JOIN touched a ON a.unique_id = l.person_record_id_l "
        "LEFT JOIN touched b ON b.unique_id = l.person_record_id_r WHERE a.unique_id IS NOT NULL OR b.unique_id IS NOT NULL",
    )


def keep_people(engine: Engine, earlier: Earlier) -> None:
    """Add to `person`, `component` and `person_summary`, which hold who was touched, all others as `earlier` has them."""
    for table in ("person", "person_summary"):
        engine.read_parquet(f"{table}_before", [earlier.folder / f"{table}.parquet"])
    engine.create(
        "people_touched",
        "SELECT DISTINCT b.person_id FROM person_before b JOIN touched t ON t.unique_id = b.person_record_id",
    )
    for table, own, other in (
        ("person_summary", "*", "ANTI JOIN people_touched USING (person_id)"),
        ("person", "person_id, person_record_id, certainty", "ANTI JOIN touched ON unique_id = person_record_id"),
        ("component", "*", "ANTI JOIN touched USING (unique_id)"),
    ):
        engine.create(f"{table}_new", f"SELECT {own} FROM {table}")
        engine.create(table, f"SELECT * FROM {table}_new UNION ALL BY NAME SELECT {own} FROM {table}_before {other}")


def keep_links(engine: Engine, earlier: Earlier, folder: Path) -> None:
    """Write what an increment keeps of pairs and records: of links, of what hangs together, and of rows, names and addresses, only what is
    not as in the full run."""
    write_layers(
        engine, earlier.folder, folder, "link",
        gone="SELECT * FROM link_gone ORDER BY ALL", since="SELECT * FROM link_since ORDER BY ALL",
    )  # fmt: skip
    engine.create(
        "component_gone",
        "SELECT id FROM component_before_gone UNION SELECT unique_id FROM stale UNION SELECT unique_id FROM touched",
    )
    write_layers(
        engine, earlier.folder, folder, "component", gone="SELECT * FROM component_gone ORDER BY id",
        since="SELECT t.* FROM component t SEMI JOIN component_gone ON id = unique_id ORDER BY ALL",
    )  # fmt: skip
    for table, key in LAYERS.items():
        write_layers(
            engine, earlier.folder, folder, table, gone=f"SELECT * FROM {table}_gone ORDER BY id",
            since=f"SELECT * FROM {table}_since ORDER BY {key}",
        )  # fmt: skip


def _rare_columns(model: dict[str, Any]) -> list[str]:
    """The columns in which agreement on a rare value weighs more."""
    levels = [level for comparison in model["comparisons"] for level in comparison["comparison_levels"]]
    return sorted({level["tf_adjustment_column"] for level in levels if "tf_adjustment_column" in level})
