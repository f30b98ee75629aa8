"""Which rows were set aside, where do they stand, and why? What a force needs to mend its export."""

from __future__ import annotations

from dataclasses import dataclass

from headwater.engine import Engine
from headwater.records.lake import Lake, LakeError

NOT_SAID = "(not said: intelligence)"
"""What stands in place of anything that an intelligence file brought."""

LONGEST_VALUE = 40


@dataclass(frozen=True)
class RowSetAside:
    """One fault of one row: where it stands and what is wrong with it."""

    batch: str
    file: str
    row_no: int
    column: str
    value: str | None
    reason: str


def rows_set_aside(engine: Engine, lake: Lake, source: str, *, closed: bool) -> list[RowSetAside]:
    """Every fault of every row of this source that was set aside, in order of loading.

    Of a source whose rows are `closed` (intelligence) the values are left out: a shifted column would show the report's
    own words. Values are cut to 40 characters. Raises LakeError when the lake holds nothing of the source.
    """
    batches = [str(manifest["batch"]) for manifest in lake.manifests() if manifest["source"] == source]
    if not batches:
        raise LakeError(f"The lake {lake.folder} holds no rows of {source}. Load some: headwater load FOLDER")
    files = [path for name in batches if (path := lake.batches / name / "quarantine.parquet").exists()]
    if not files:
        return []
    engine.read_parquet("set_aside", files)
    rows = engine.fetch(
        f'SELECT batch, file, row_no, "column", left("value", {LONGEST_VALUE}) AS value, reason FROM set_aside '
        'ORDER BY batch, row_no, "column", reason'
    ).to_pylist()
    return [RowSetAside(**row | ({"value": NOT_SAID} if closed else {})) for row in rows]
