"""Which rows hold now? The newest version of everything the sources issued, as tables of the engine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from headwater.engine import Engine, quote_identifier
from headwater.records.lake import Lake, LakeError
from headwater.records.schema import TABLES


def open_records(engine: Engine, lake: Lake) -> None:
    """Make the eight canonical tables known to the engine under their own names, current rows only, and `raw`.

    Current means: of each `record_key` the highest version; within it, one row for each key, of the newest batch. What
    an older version had and the newest one has not (a person taken off a crime) is gone from these tables, not from
    the lake. Raises LakeError when nothing has been loaded.
    """
    if not lake.manifests():
        raise LakeError(f"The lake {lake.folder} holds no records yet. Load some: headwater load FOLDER")
    present = [name for name in TABLES if lake.batch_files(name)]
    for name in present:
        engine.read_parquet(f"all_{name}", lake.batch_files(name))
    units = " UNION ".join(f"SELECT DISTINCT source, record_key, version FROM all_{name}" for name in present)
    engine.create(
        "current_unit", f"SELECT source, record_key, max(version) AS version FROM ({units}) GROUP BY source, record_key"
    )
    for name, table in TABLES.items():
        if name not in present:
            columns = ", ".join(f"NULL::{c.type} AS {quote_identifier(c.name)}" for c in table.all_columns)
            engine.create(name, f"SELECT {columns} WHERE false")
            continue
        engine.create(
            name,
            f"SELECT t.* FROM all_{name} t JOIN current_unit u ON u.source = t.source AND u.record_key = t.record_key "
            f"AND u.version = t.version QUALIFY row_number() OVER "
            f"(PARTITION BY t.{table.key} ORDER BY t.batch DESC, t.row_no) = 1",
        )
    engine.read_parquet("raw", lake.batch_files("raw"))


def as_of_default(lake: Lake) -> date:
    """The newest load's newest date; raises LakeError when nothing has been loaded.

    A batch's newest date leaves out single rows dated far after all others (later than 31 days after the day by which
    99.5 % of its rows were recorded), so that one typing slip does not move a whole search into the future.
    """
    dates = [str(manifest["data_to"]) for manifest in lake.manifests() if manifest.get("data_to")]
    if not dates:
        raise LakeError(f"The lake {lake.folder} holds no records yet. Load some: headwater load FOLDER")
    return date.fromisoformat(max(dates))


@dataclass(frozen=True)
class RawRow:
    """One row of an export exactly as it came, and where it stands."""

    source: str
    batch: str
    row_no: int
    file: str
    sha256: str
    byte_start: int
    byte_end: int
    text: str


def raw_row(engine: Engine, lake: Lake, batch: str, row_no: int) -> RawRow:
    """The row of an export behind a canonical row; raises LakeError when the lake does not hold it."""
    manifest = next((m for m in lake.manifests() if m["batch"] == batch), None)
    path = lake.batches / batch / "raw.parquet"
    if manifest is None or not path.exists():
        raise LakeError(f"The lake holds no batch {batch}.")
    engine.read_parquet("one_raw", [path])
    rows = engine.fetch(
        "SELECT source, byte_start, byte_end, raw FROM one_raw WHERE row_no = $row_no", {"row_no": row_no}
    ).to_pylist()
    if not rows:
        raise LakeError(f"Batch {batch} has no row {row_no}.")
    row = rows[0]
    return RawRow(
        row["source"], batch, row_no, str(manifest["file"]), str(manifest["sha256"]),
        row["byte_start"], row["byte_end"], row["raw"],
    )  # fmt: skip


def count_dangling_references(engine: Engine) -> int:
    """How many events quote a reference that no loaded event has (records open)."""
    return int(
        engine.fetch(
            "SELECT count(*) AS n FROM event e WHERE linked_reference IS NOT NULL "
            "AND NOT EXISTS (SELECT 1 FROM event o WHERE o.reference = e.linked_reference)"
        )["n"][0].as_py()
    )
