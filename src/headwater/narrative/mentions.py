"""Which mentions do the lake's narratives hold? Reads them in slices and keeps the result beside the other derived tables."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from headwater.engine import Engine, Progress, write_atomically
from headwater.narrative.background import Background
from headwater.narrative.lexicon import Lexicon
from headwater.narrative.names import name_people
from headwater.narrative.reading import read_detail
from headwater.narrative.rules import rules_version
from headwater.records.lake import Lake, fingerprint

METHOD = "16"
"""Goes up when the code that reads changes, so that what was derived before is made again."""

SLICE = 100_000
"""How many narratives are read at a time: each slice asks again who is named, which takes as long as the force is large."""

COLUMNS = (
    "mention_id",
    "narrative_id",
    "event_id",
    "source",
    "handling",
    "concept",
    "start",
    "end",
    "negated",
    "historical",
    "hypothetical",
    "withdrawn",
    "experiencer",
    "about",
    "elsewhere",
    "named",
    "cue",
)


CHILD_UNDER, MINOR_UNDER = 16, 18
"""A text about somebody younger is about a child (who has no partner and no prison of its own), or about a minor ("the woman"
in it is somebody else)."""

_SLICE = "n.narrative_id >= $begin AND (n.narrative_id < $end OR $end IS NULL)"
_TEXTS = f"""
    SELECT n.narrative_id, n.event_id, n.source, n.handling, coalesce(n.text, '') AS text,
           coalesce(year(n.written_at), 0) AS year,
           coalesce(date_sub('year', p.date_of_birth, CAST(n.written_at AS DATE)) < {CHILD_UNDER}, false) AS child,
           coalesce(date_sub('year', p.date_of_birth, CAST(n.written_at AS DATE)) < {MINOR_UNDER}, false) AS minor
    FROM narrative n LEFT JOIN person_record p USING (person_record_id) WHERE {_SLICE} ORDER BY n.narrative_id
"""
# Who else the record names, and what they are to the one that the text is about. One name of two people says nothing.
_NAMES = f"""
    WITH slice AS (
        SELECT n.narrative_id, n.event_id, n.person_record_id, row_number() OVER (ORDER BY n.narrative_id) - 1 AS text
        FROM narrative n WHERE {_SLICE}
    ),
    kin AS (
        SELECT s.text, r.person_record_id, r.kind FROM slice s JOIN relationship r
            ON r.event_id = s.event_id AND r.other_person_record_id = s.person_record_id
        UNION
        SELECT s.text, r.other_person_record_id, CASE r.kind WHEN 'child' THEN 'parent' WHEN 'parent' THEN 'child' ELSE r.kind END
        FROM slice s JOIN relationship r ON r.event_id = s.event_id AND r.person_record_id = s.person_record_id
        WHERE r.kind IN ('child', 'parent', 'sibling', 'partner', 'ex_partner')
    ),
    called AS (
        SELECT s.text, trim(p.given_name) AS name,
               CASE WHEN p.person_record_id = s.person_record_id THEN 'subject'
                    WHEN k.kind = 'parent' THEN CASE p.sex WHEN 'female' THEN 'mother' WHEN 'male' THEN 'father' ELSE 'parent' END
                    WHEN k.kind IN ('step_parent', 'foster_carer') THEN 'step_parent'
                    WHEN k.kind IN ('partner', 'ex_partner', 'sibling', 'child', 'grandparent') THEN k.kind
                    WHEN k.kind = 'other_family' THEN 'relative' ELSE 'unknown' END AS role,
               CASE p.sex WHEN 'female' THEN 'f' WHEN 'male' THEN 'm' ELSE 'n' END AS gender
        FROM slice s JOIN involvement i ON i.event_id = s.event_id JOIN person_record p ON p.person_record_id = i.person_record_id
        LEFT JOIN kin k ON k.text = s.text AND k.person_record_id = p.person_record_id
        WHERE s.person_record_id IS NOT NULL AND length(trim(p.given_name)) > 1
    )
    SELECT CAST(text AS BIGINT) AS text, min(name) AS name, min(role) AS role, min(gender) AS gender FROM called
    GROUP BY text, lower(split_part(name, ' ', 1)) HAVING count(DISTINCT role) = 1 ORDER BY text, name
"""


def _quiet(stage: str, done: int, total: int) -> None:
    pass


def read_narratives(engine: Engine, lake: Lake, *, progress: Progress = _quiet, catalogue: Path | None = None) -> Path:
    """Read the current narratives (records must be open); returns the folder that holds `mention.parquet`.

    The same batches, lexicon, cues and method give the same folder with the same bytes; when it is there it is reused.
    Rows of intelligence carry their handling and no cue: nothing of their text is copied. `catalogue` is a force's own
    folder, whose `narrative/lexicon.yaml` replaces the built-in one. Raises LexiconError when that cannot be read.
    """
    lexicon = Lexicon.from_catalogue(catalogue)
    version = rules_version(catalogue)
    name = fingerprint([METHOD, version] + [str(manifest["batch"]) for manifest in lake.manifests()])
    folder = lake.derived("narrative", name)
    if (folder / "done.json").exists():
        return folder
    with lake.make_derived("narrative", name) as working:
        narratives, mentions = _write(engine, lexicon, working / "mention.parquet", progress)
        with write_atomically(working / "done.json") as path:
            counts = {"lexicon": version, "method": METHOD, "narratives": narratives, "mentions": mentions}
            path.write_text(json.dumps(counts, sort_keys=True), encoding="utf-8")
    return folder


def open_narrative(engine: Engine, folder: Path) -> None:
    """Make the table `mention` known to the engine."""
    engine.read_parquet("mention", [folder / "mention.parquet"])


def _write(engine: Engine, lexicon: Lexicon, path: Path, progress: Progress) -> tuple[int, int]:
    bounds = engine.fetch(
        "SELECT narrative_id, place FROM (SELECT narrative_id, row_number() OVER (ORDER BY narrative_id) AS place "
        f"FROM narrative) WHERE place % {SLICE} = 1 ORDER BY place"
    )["narrative_id"].to_pylist()
    total = int(engine.fetch("SELECT count(*) AS n FROM narrative")["n"][0].as_py())
    mentions = done = 0
    with write_atomically(path) as temporary:
        writer: pq.ParquetWriter | None = None
        try:
            for place, begin in enumerate(bounds):
                progress("Reading narratives", done, total)
                end = bounds[place + 1] if place + 1 < len(bounds) else None
                slice_ = {"begin": begin, "end": end}
                texts = engine.fetch(_TEXTS, slice_)
                table = _with_lineage(read_slice(texts, engine.fetch(_NAMES, slice_), lexicon), texts)
                writer = writer or pq.ParquetWriter(temporary, table.schema, compression="zstd")
                if len(table):
                    writer.write_table(table)
                mentions += len(table)
                done += len(texts)
            if writer is None:
                slice_ = {"begin": "", "end": ""}
                empty = engine.fetch(_TEXTS, slice_)
                found = read_slice(empty, engine.fetch(_NAMES, slice_), lexicon)
                pq.write_table(_with_lineage(found, empty), temporary, compression="zstd")
        finally:
            if writer is not None:
                writer.close()
    progress("Reading narratives", done, total)
    return done, mentions


def read_slice(texts: pa.Table, names: pa.Table, lexicon: Lexicon) -> pa.Table:
    """The mentions in the column `text` of `texts`, written in `year`, about a child where `child` says so; `names` has
    rows (text, name, role, gender). As `read_detail`."""
    background = Background(
        texts["year"].to_numpy().astype(np.int64),
        texts["child"].to_numpy().astype(np.bool_),
        texts["minor"].to_numpy().astype(np.bool_),
        name_people(names),
    )
    return read_detail(texts["text"].to_pylist(), lexicon, background=background)


def _with_lineage(found: pa.Table, texts: pa.Table) -> pa.Table:
    """The mentions with the lineage of their narratives; rows of intelligence without their cue."""
    origin = texts.select(["narrative_id", "event_id", "source", "handling"]).take(found["text"])
    ordinary = pc.equal(origin["handling"], "ordinary")
    start = found["start"].cast(pa.string())
    columns = {name: found[name] for name in found.column_names} | {name: origin[name] for name in origin.column_names}
    columns["mention_id"] = pc.binary_join_element_wise(
        pc.binary_join_element_wise(origin["narrative_id"], start, "#"), found["concept"], ":"
    )
    columns["cue"] = pc.if_else(ordinary, found["cue"], pa.scalar(None, pa.string()))
    return pa.table({name: columns[name] for name in COLUMNS})
