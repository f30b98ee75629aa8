"""Which mentions do the lake's narratives hold? Reads them in slices and keeps the result beside the other derived tables."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from headwater.engine import Engine, Progress, write_atomically
from headwater.narrative.lexicon import Lexicon
from headwater.narrative.reading import read_detail
from headwater.narrative.rules import rules_version
from headwater.records.lake import Lake, fingerprint

METHOD = "2"
"""Goes up when the code that reads changes, so that what was derived before is made again."""

SLICE = 20_000
"""How many narratives are read at a time."""

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
    "cue",
)


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
                texts = engine.fetch(
                    "SELECT narrative_id, event_id, source, handling, coalesce(text, '') AS text, "
                    "coalesce(year(written_at), 0) AS year FROM narrative WHERE narrative_id >= $begin "
                    "AND (narrative_id < $end OR $end IS NULL) ORDER BY narrative_id",
                    {"begin": begin, "end": end},
                )
                table = _with_lineage(read_slice(texts, lexicon), texts)
                writer = writer or pq.ParquetWriter(temporary, table.schema, compression="zstd")
                if len(table):
                    writer.write_table(table)
                mentions += len(table)
                done += len(texts)
            if writer is None:
                empty = engine.fetch(
                    "SELECT narrative_id, event_id, source, handling, text, 0 AS year FROM narrative WHERE false"
                )
                pq.write_table(_with_lineage(read_slice(empty, lexicon), empty), temporary, compression="zstd")
        finally:
            if writer is not None:
                writer.close()
    progress("Reading narratives", done, total)
    return done, mentions


def read_slice(texts: pa.Table, lexicon: Lexicon) -> pa.Table:
    """The mentions in the column `text`, written in `year`; as `read_detail`."""
    return read_detail(texts["text"].to_pylist(), lexicon, years=texts["year"].to_pylist())


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
