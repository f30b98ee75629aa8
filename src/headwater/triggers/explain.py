"""How does a package lead back to the bytes of the source rows? Package → evidence → row → batch → file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from headwater.engine import Engine
from headwater.records import Lake, raw_row, read_sources
from headwater.triggers.package import Package


class NotFound(Exception):
    """No run in this lake holds such a package; the same words whether it never was or is not to be seen."""


def find_package(lake: Lake, subject: str) -> Package:
    """The package of a package id (K-…) or person id (P-…), from the newest run that has it; raises NotFound."""
    runs = sorted(
        lake.runs.glob("*/report.json"), key=lambda path: (path.stat().st_mtime_ns, path.parent.name), reverse=True
    )
    for report in runs:
        for path in sorted((report.parent / "packages").glob("K-*.json")):
            if subject.startswith("K-") and path.stem != subject:
                continue
            package = Package.model_validate_json(path.read_text("utf-8"))
            if subject in (package.package_id, package.subject.person_id):
                return package
    raise NotFound(
        f"There is no package {subject} in this lake. Take a number (K-…) from a page of a search, or search first."
    )


def explain(lake: Lake, engine: Engine, package: Package, catalogue: Path | None = None) -> dict[str, Any]:
    """All evidence of a package with, for each record behind it, the file, its SHA-256, the row and its very text.

    Rows of an intelligence source are never shown: only that they are held. Rows with a protected address in a package
    that withholds one are shown without that row's text.
    """
    closed = {source.id for source in read_sources(catalogue).values() if source.handling == "intelligence"}
    evidence = []
    for kind in package.evidence:
        for item in kind.items:
            rows = []
            for record in item.records:
                row = raw_row(engine, lake, record.batch, record.row_no)
                hidden = record.source in closed or package.subject.address_withheld
                why = "intelligence" if record.source in closed else "it may hold the address that is withheld"
                rows.append(
                    {
                        "source": record.source, "reference": record.reference, "file": row.file, "sha256": row.sha256, "batch": row.batch,
                        "row_no": row.row_no, "byte_start": row.byte_start, "byte_end": row.byte_end,
                        "text": f"(text withheld: {why})" if hidden else row.text,
                    }
                )  # fmt: skip
            evidence.append(
                {
                    "evidence_id": item.evidence_id, "indicator": item.indicator, "indicator_version": package.method.indicator_versions[item.indicator],
                    "occurred_on": item.occurred_on, "strength": item.strength, "sureness": item.sureness, "counts": item.counts,
                    "sentence": item.sentence, "rows": rows,
                }
            )  # fmt: skip
    return {
        "package_id": package.package_id,
        "person_id": package.subject.person_id,
        "status": package.status,
        "why_now": package.why_now,
        "method": package.method.model_dump(),
        "evidence": evidence,
        "intelligence": [held.text for held in package.intelligence],
    }
