"""Which narratives must be read again after a load? Those of every record that the new batches touch; no other can have changed."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from headwater.engine import Engine
from headwater.records import Lake, holds_all_of, open_layers, without, write_layers

TABLES = {
    "event": ("event_id",),
    "narrative": ("narrative_id", "event_id", "person_record_id"),
    "involvement": ("event_id", "person_record_id"),
    "relationship": ("event_id",),
    "person_record": ("person_record_id",),
}
"""What reading a narrative looks at, and the columns by which it is found."""


@dataclass(frozen=True)
class Earlier:
    """A reading that is there already: its folder, and the batches that it read."""

    folder: Path
    state: list[str]


def find_earlier(lake: Lake, method: str, lexicon: str, state: Collection[str]) -> Earlier | None:
    """The newest reading with this method and lexicon of which every batch is still in the lake as it was."""
    for folder in lake.list_derived("narrative"):
        said = json.loads((folder / "done.json").read_text("utf-8"))
        if (said.get("method"), said.get("lexicon")) == (method, lexicon) and set(said["state"]) <= set(state):
            return Earlier(folder, said["state"])
    return None


def find_touched(engine: Engine, lake: Lake, fresh: Collection[str]) -> int:
    """Make table `touched_narrative` (id): all narratives whose mentions can be others since the batches `fresh` came.

    A record that a batch brings again takes the place of its older version whole. So whatever any version of such a record
    names is touched: its narratives, its events with all their narratives, its people with all narratives about them or about an
    event that they had a part in.
    """
    batches = {name.rsplit(":", 1)[0] for name in fresh}
    for name in TABLES:
        files = lake.batch_files(name)
        _open(engine, name, f"sent_{name}", files)
        _open(engine, name, f"came_{name}", [path for path in files if path.parent.name in batches])
    engine.create(
        "touched_record", " UNION ".join(f"SELECT DISTINCT source, record_key FROM came_{name}" for name in TABLES)
    )
    near = holds_all_of(engine, lake, fresh)
    for name, columns in TABLES.items():
        rows = f"near_{name}" if near and lake.batch_files(name) else f"sent_{name}"
        engine.create(
            f"touched_{name}_row",
            f"SELECT DISTINCT {', '.join(columns)} FROM {rows} SEMI JOIN touched_record USING (source, record_key)",
        )
    engine.create(
        "touched_event",
        "SELECT event_id FROM touched_event_row UNION SELECT event_id FROM touched_narrative_row UNION SELECT event_id FROM touched_involvement_row UNION "
        "SELECT event_id FROM touched_relationship_row UNION "
        "SELECT event_id FROM sent_involvement SEMI JOIN touched_person_record_row USING (person_record_id)",
    )
    return engine.create(
        "touched_narrative",
        "SELECT narrative_id AS id FROM touched_narrative_row UNION "
        "SELECT narrative_id FROM narrative SEMI JOIN touched_event USING (event_id) UNION "
        "SELECT narrative_id FROM narrative SEMI JOIN touched_person_record_row USING (person_record_id)",
    )


def _open(engine: Engine, name: str, known_as: str, files: Sequence[Path]) -> None:
    if files:
        engine.read_parquet(known_as, files)
    else:
        empty = ", ".join(f"'' AS {column}" for column in (*TABLES[name], "source", "record_key"))
        engine.define(known_as, f"SELECT {empty} WHERE false")


def keep_mentions(engine: Engine, earlier: Earlier, folder: Path) -> None:
    """Add to what was read now, in `folder`, what `earlier` found in all other narratives."""
    open_layers(engine, earlier.folder, "mention", ("narrative_id",), "mention_earlier")
    engine.read_parquet("mention_read", [folder / "mention.parquet"])
    engine.create(
        "mention_now",
        f"SELECT * FROM mention_earlier_since {without('touched_narrative', ['narrative_id'])} UNION ALL BY NAME SELECT * FROM mention_read",
    )
    write_layers(
        engine, earlier.folder, folder, "mention",
        gone="SELECT id FROM touched_narrative UNION SELECT id FROM mention_earlier_gone ORDER BY id",
        since='SELECT * FROM mention_now ORDER BY narrative_id, start, "end", concept',
    )  # fmt: skip
