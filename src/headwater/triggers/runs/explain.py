"""How does a package lead back to the bytes of the source rows? Package → evidence → row → batch → file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from headwater.areas import prepare_addresses
from headwater.engine import DuckDBEngine
from headwater.identity import explain_links, open_identity
from headwater.records import Lake, open_records, raw_row, read_sources
from headwater.triggers.finding.protection import find_protected, mask, prepare_protection
from headwater.triggers.packages.package import Package, RecordReference, Statement
from headwater.triggers.runs.find import NotFound


def explain(lake: Lake, engine: DuckDBEngine, package: Package, catalogue: Path | None = None) -> dict[str, Any]:
    """All evidence of a package, what argues against it and who helps already; with, for each record behind it, the file, its
    SHA-256, the row and its very text.

    Rows of an intelligence source are never shown: only that they are held. A row that carries a protected address is not
    shown either; where the words of another row name one, it is masked. `links` says of each two records of the subject
    that were compared and joined how much each comparison weighed. All is read as the search of the package saw it,
    whatever was loaded since; raises NotFound when that joining is gone.
    """
    joined = lake.derived("identity", package.method.identity)
    if not (joined / "done.json").exists():
        raise NotFound(
            f"How the records of {package.package_id} were joined is no longer in this lake. Search again: headwater search {package.method.trigger}"
        )
    open_records(engine, lake, package.as_of)
    prepare_addresses(engine)
    open_identity(engine, joined)
    prepare_protection(engine)
    protected = find_protected(engine)
    carrying = {
        (row["batch"], row["row_no"])
        for row in engine.fetch("SELECT DISTINCT a.batch, a.row_no FROM secret JOIN address_record a USING (address_record_id)").to_pylist()
    }  # fmt: skip
    secrets = protected.everywhere()
    closed = {source.id for source in read_sources(catalogue).values() if source.handling == "intelligence"}

    def show(record: RecordReference) -> dict[str, Any]:
        row = raw_row(engine, lake, record.batch, record.row_no)
        if record.source in closed:
            text = "(text withheld: intelligence)"
        elif (record.batch, record.row_no) in carrying or package.subject.address_withheld:
            text = "(text withheld: it may hold an address that must not be known)"
        else:
            text = mask(row.text, secrets)
        return {
            "source": record.source, "reference": record.reference, "file": row.file, "sha256": row.sha256, "batch": row.batch,
            "row_no": row.row_no, "byte_start": row.byte_start, "byte_end": row.byte_end, "bytes_of": row.bytes_of, "text": text,
        }  # fmt: skip

    return {
        "package_id": package.package_id,
        "person_id": package.subject.person_id,
        "status": package.status,
        "as_of": package.as_of,
        "why_now": package.why_now,
        "method": package.method.model_dump(),
        "evidence": [
            {
                "evidence_id": item.evidence_id, "indicator": item.indicator, "indicator_version": package.method.indicator_versions[item.indicator],
                "occurred_on": item.occurred_on, "strength": item.strength, "sureness": item.sureness, "counts": item.counts,
                "sentence": item.sentence, "rows": [show(record) for record in item.records],
            }
            for kind in package.evidence for item in kind.items
        ],
        "argues_against": [_statement(line, show) for line in package.argues_against],
        "helps_already": [_statement(line, show) for line in package.helps_already],
        "links": explain_links(engine, package.subject.person_id),
        "intelligence": [held.text for held in package.intelligence],
    }  # fmt: skip


def _statement(line: Statement, show: Callable[[RecordReference], dict[str, Any]]) -> dict[str, Any]:
    return {"text": line.text, "rows": [show(record) for record in line.records]}
