"""What do the reference pages of schema and sources say? Written from the schema and the mapping files themselves.

Run `python -m headwater.records.reference docs/reference` after a change; a test fails when the pages are stale.
"""

from __future__ import annotations

import sys
from pathlib import Path

from headwater.records.mapping import SourceMapping, read_sources
from headwater.records.schema import LINEAGE, TABLES, Column


def describe_schema() -> str:
    """The page `schema.md`."""
    lines = [
        "# The canonical schema",
        "",
        "Every source is mapped to these tables. All of it is personal data. *Sensitive* marks, beyond that, what the Data "
        "Protection Act 2018 s.35 or plain care calls for (health, origin, sex life, where a protected person lives, the "
        "grades of intelligence, free text). A code list is a file of `catalogue/codes/`; a code that is in no list becomes "
        "`unmapped`, stays as recorded in the raw row (classes, roles and marks beside it too), and is counted in the report.",
        "",
    ]
    for table in TABLES.values():
        lines += [f"## {table.name}", "", table.meaning, "", f"Key: `{table.key}`. Then the lineage columns below.", ""]
        lines += _table(table.columns)
    lines += ["## Lineage", "", "Every row of every table carries these as well.", ""]
    lines += _table(LINEAGE)
    return "\n".join(lines).rstrip() + "\n"


def _table(columns: tuple[Column, ...]) -> list[str]:
    rows = ["| Column | Type | Meaning | Unit | Code list | Required | Sensitive |", "|---|---|---|---|---|---|---|"]
    for c in columns:
        cells = (
            c.name,
            c.type,
            c.meaning,
            c.counted_in,
            c.codes or "",
            "yes" if c.required else "",
            "yes" if c.sensitive else "",
        )
        rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return [*rows, ""]


def describe_sources() -> str:
    """The page `sources.md`."""
    lines = ["# Sources", "", "The exports that Headwater reads as it is delivered, from their mapping files.", ""]
    for source in read_sources().values():
        lines += _source(source)
    return "\n".join(lines).rstrip() + "\n"


def _source(source: SourceMapping) -> list[str]:
    shape = {
        "csv": f"CSV, parted by `{source.format.delimiter}`",
        "jsonl": "JSON, one object a line",
        "json": "one JSON array",
    }
    lines = [
        f"## {source.title}",
        "",
        f"{source.note} Owner: {source.owner}.",
        "",
        f"- id: `{source.id}`; files: {', '.join(f'`{name}`' for name in source.files)}",
        f"- form: {shape[source.format.kind]}, {source.format.encoding}; dates: {', '.join(f'`{form}`' for form in source.date_forms)}",
        f"- issued anew by: `{source.record_key}`, version `{source.version}`; handling: {source.handling}",
        f"- fills: {', '.join(sorted({rule.table for rule in source.rows}))}",
        "",
        "| Column | Type | Required | Meaning |",
        "|---|---|---|---|",
    ]
    for name, column in source.columns.items():
        lines.append(f"| {name} | {column.type} | {'yes' if column.required else ''} | {column.meaning} |")
    return [*lines, ""]


def write_reference(folder: Path) -> None:
    """Write both pages."""
    (folder / "schema.md").write_text(describe_schema(), encoding="utf-8")
    (folder / "sources.md").write_text(describe_sources(), encoding="utf-8")


if __name__ == "__main__":
    write_reference(Path(sys.argv[1]))
