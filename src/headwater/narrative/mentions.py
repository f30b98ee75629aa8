"""Which mentions do the lake's narratives hold? Reads them in slices and keeps the result beside the other derived tables."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.engine import Engine, Progress, write_atomically
from headwater.narrative.background import Background
from headwater.narrative.increment import find_earlier, find_touched, keep_mentions
from headwater.narrative.lexicon import Lexicon
from headwater.narrative.names import name_people
from headwater.narrative.reading import read_detail
from headwater.narrative.rules import rules_version
from headwater.records import Lake, fingerprint, open_layers

METHOD = "22"
"""Goes up when the code that reads changes, so that what was derived before is made again."""

SLICE = 100_000
"""How many narratives are read at a time: each slice asks again who is named, which takes as long as the force is large."""

SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("mention_id", "narrative_id", "event_id", "source", "handling", "concept")]
    + [(name, pa.int64()) for name in ("start", "end")]
    + [(name, pa.bool_()) for name in ("negated", "historical", "hypothetical", "withdrawn")]
    + [(name, pa.string()) for name in ("experiencer", "about")]
    + [(name, pa.bool_()) for name in ("elsewhere", "named")]
    + [("cue", pa.string())]
)
"""The columns of a mention."""
COLUMNS = tuple(SCHEMA.names)

CHILD_UNDER, MINOR_UNDER = 16, 18
"""A text about somebody younger is about a child (who has no partner and no prison of its own), or about a minor ("the woman"
in it is somebody else)."""

# Who else the record names, and what they are to the one that the text is about. One name of two people says nothing.
_TEXTS = f"""
    WITH kin AS (
        SELECT n.narrative_id, r.person_record_id, r.kind FROM to_read n JOIN relationship r
            ON r.event_id = n.event_id AND r.other_person_record_id = n.person_record_id
        UNION
        SELECT n.narrative_id, r.other_person_record_id, CASE r.kind WHEN 'child' THEN 'parent' WHEN 'parent' THEN 'child' ELSE r.kind END
        FROM to_read n JOIN relationship r ON r.event_id = n.event_id AND r.person_record_id = n.person_record_id
        WHERE r.kind IN ('child', 'parent', 'sibling', 'partner', 'ex_partner')
    ),
    called AS (
        SELECT n.narrative_id, trim(p.given_name) AS name,
               CASE WHEN p.person_record_id = n.person_record_id THEN 'subject'
                    WHEN k.kind = 'parent' THEN CASE p.sex WHEN 'female' THEN 'mother' WHEN 'male' THEN 'father' ELSE 'parent' END
                    WHEN k.kind IN ('step_parent', 'foster_carer') THEN 'step_parent'
                    WHEN k.kind IN ('partner', 'ex_partner', 'sibling', 'child', 'grandparent') THEN k.kind
                    WHEN k.kind = 'other_family' THEN 'relative' ELSE 'unknown' END AS role,
               CASE p.sex WHEN 'female' THEN 'f' WHEN 'male' THEN 'm' ELSE 'n' END AS gender
        FROM to_read n JOIN involvement i ON i.event_id = n.event_id JOIN person_record p ON p.person_record_id = i.person_record_id
        LEFT JOIN kin k ON k.narrative_id = n.narrative_id AND k.person_record_id = p.person_record_id
        WHERE n.person_record_id IS NOT NULL AND length(trim(p.given_name)) > 1
    ),
    clear AS (
        SELECT narrative_id, min(name) AS name, min(role) AS role, min(gender) AS gender FROM called
        GROUP BY narrative_id, lower(split_part(name, ' ', 1)) HAVING count(DISTINCT role) = 1
    ),
    named AS (
        SELECT narrative_id, list({{'name': name, 'role': role, 'gender': gender}}) AS names FROM clear GROUP BY narrative_id
    )
    SELECT n.narrative_id, n.event_id, n.source, n.handling, coalesce(n.text, '') AS text,
           coalesce(year(n.written_at), 0) AS year,
           coalesce(date_sub('year', p.date_of_birth, CAST(n.written_at AS DATE)) < {CHILD_UNDER}, false) AS child,
           coalesce(date_sub('year', p.date_of_birth, CAST(n.written_at AS DATE)) < {MINOR_UNDER}, false) AS minor,
           c.names
    FROM to_read n LEFT JOIN person_record p USING (person_record_id) LEFT JOIN named c ON c.narrative_id = n.narrative_id
"""


def _quiet(stage: str, done: int, total: int) -> None:
    pass


def read_narratives(
    engine: Engine, lake: Lake, *, full: bool = False, progress: Progress = _quiet, catalogue: Path | None = None
) -> Path:
    """Read the current narratives (records must be open); returns the folder that holds their mentions.

    Where the lake holds what an earlier reading with this lexicon found, only narratives of records that came or changed since
    are read; what is found is the same as if all were. `full` reads all of them.

    The same batches, lexicon, cues and method, and the same earlier reading, give the same folder with the same bytes, but for `made.json`; when it
    is there it is reused. Rows of intelligence carry their handling and no cue: nothing of their text is copied. `catalogue` is
    a force's own folder, whose `narrative/lexicon.yaml` replaces the built-in one. Raises LexiconError when that cannot be read.
    """
    lexicon = Lexicon.from_catalogue(catalogue)
    version, state = rules_version(catalogue), lake.state()
    name = fingerprint([METHOD, version, *state])
    if (lake.derived("narrative", name) / "done.json").exists():
        return lake.derived("narrative", name)
    earlier = None if full else find_earlier(lake, METHOD, version, state)
    if earlier:
        if earlier.state == state:
            return earlier.folder
        name = fingerprint([name, "built on", earlier.folder.name])
        find_touched(engine, lake, set(state) - set(earlier.state))
        engine.create("to_read", "SELECT n.* FROM narrative n JOIN touched_narrative t ON t.id = n.narrative_id")
    else:
        engine.define("to_read", "SELECT * FROM narrative")
    with lake.make_derived("narrative", name) as working:
        target = working / "mention.parquet"
        narratives, mentions = _write(engine, lexicon, target, progress)
        if earlier:
            keep_mentions(engine, earlier, working)
        with write_atomically(working / "done.json") as path:
            said = {
                "lexicon": version, "method": METHOD, "state": state, "narratives": narratives, "mentions": mentions,
                "built_on": earlier.folder.name if earlier else None,
            }  # fmt: skip
            path.write_text(json.dumps(said, sort_keys=True), encoding="utf-8")
    return lake.derived("narrative", name)


def open_narrative(engine: Engine, folder: Path) -> None:
    """Make the table `mention` known to the engine."""
    open_layers(engine, folder, "mention", ("narrative_id",))


def _write(engine: Engine, lexicon: Lexicon, path: Path, progress: Progress) -> tuple[int, int]:
    total = int(engine.fetch("SELECT count(*) AS n FROM to_read")["n"][0].as_py())
    progress("Reading narratives", 0, total)
    engine.map_arrow("mention_read", _TEXTS, partial(read_rows, lexicon=lexicon), SCHEMA, rows=SLICE)
    mentions = engine.write_parquet('SELECT * FROM mention_read ORDER BY narrative_id, start, "end", concept', path)
    progress("Reading narratives", total, total)
    return total, mentions


def read_rows(texts: pa.Table, lexicon: Lexicon) -> pa.Table:
    """The mentions, with the columns of SCHEMA, in narratives: rows of the query above, some thousands at a time."""
    listed = texts["names"].combine_chunks()
    people = pc.list_flatten(listed)
    names = pa.table(
        {"text": pc.list_parent_indices(listed).cast(pa.int64())}
        | {field: pc.struct_field(people, field) for field in ("name", "role", "gender")}
    )
    return _with_lineage(read_slice(texts, names, lexicon), texts)


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
    return pa.table({name: columns[name] for name in COLUMNS}).cast(SCHEMA)
