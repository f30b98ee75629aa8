"""How do other systems get confirmed packages? A team list as CSV that no spreadsheet takes for formulas, and Parquet tables."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date

import pyarrow as pa

from headwater.triggers.desk.sheet import safe_cell
from headwater.triggers.packages.package import Package

_LIST = ("package_id", "name", "age", "area", "why_now", "update_for", "answer_by", "contact_safely")

PACKAGES = pa.schema(
    [("package_id", pa.string()), ("trigger", pa.string()), ("trigger_version", pa.string()), ("purpose", pa.string()), ("made_up", pa.bool_()),
     ("as_of", pa.date32()), ("confirmed_at", pa.string()), ("subject_kind", pa.string()), ("name", pa.string()), ("date_of_birth", pa.date32()),
     ("address", pa.string()), ("address_withheld", pa.bool_()), ("team_id", pa.string()), ("team", pa.string()), ("npu", pa.string()),
     ("why_now", pa.string()), ("contact_safely", pa.string()), ("update_for", pa.string()), ("urgent_on", pa.date32()), ("answer_by", pa.date32())]
)  # fmt: skip
EVIDENCE = pa.schema(
    [("package_id", pa.string()), ("evidence_id", pa.string()), ("indicator", pa.string()), ("occurred_on", pa.date32()), ("recorded_on", pa.date32()),
     ("strength", pa.string()), ("sureness", pa.string()), ("role", pa.string()), ("sentence", pa.string()), ("records", pa.list_(pa.string()))]
)  # fmt: skip
HOUSEHOLD = pa.schema(
    [
        ("package_id", pa.string()),
        ("name", pa.string()),
        ("relationship", pa.string()),
        ("age", pa.int32()),
        ("certainty", pa.string()),
    ]
)


def team_csv(packages: Sequence[Package]) -> str:
    """A team's list, one row a package; any cell that a spreadsheet could take for a formula has a quote in front."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_LIST)
    for package in packages:
        subject = package.subject
        cells = (
            package.package_id, subject.name, "" if subject.age is None else str(subject.age), subject.area, package.why_now,
            package.update_for.lead if package.update_for else "", _iso(package.answer_by), package.contact_safely or "",
        )  # fmt: skip
        writer.writerow([safe_cell(cell) for cell in cells])
    return text.getvalue()


def _iso(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def to_tables(packages: Sequence[Package]) -> dict[str, pa.Table]:
    """Tables `packages`, `evidence` and `household` for other systems, keyed by package_id."""
    rows: dict[str, list[dict[str, object]]] = {"packages": [], "evidence": [], "household": []}
    for package in packages:
        subject, who = package.subject, package.confirmed
        rows["packages"].append(
            {
                "package_id": package.package_id, "trigger": package.method.trigger, "trigger_version": package.method.trigger_version,
                "purpose": package.method.purpose, "made_up": package.made_up, "as_of": package.as_of, "confirmed_at": who.at if who else None,
                "subject_kind": subject.kind, "name": subject.name, "date_of_birth": subject.date_of_birth, "address": subject.address,
                "address_withheld": subject.address_withheld, "team_id": package.team.team_id, "team": package.team.name, "npu": package.team.npu,
                "why_now": package.why_now, "contact_safely": package.contact_safely,
                "update_for": package.update_for.lead if package.update_for else None, "urgent_on": package.urgent_on, "answer_by": package.answer_by,
            }
        )  # fmt: skip
        rows["evidence"] += [
            {
                "package_id": package.package_id, "evidence_id": item.evidence_id, "indicator": item.indicator, "occurred_on": item.occurred_on,
                "recorded_on": item.recorded_on, "strength": item.strength, "sureness": item.sureness, "role": item.role, "sentence": item.sentence,
                "records": [f"{record.source} {record.reference}" for record in item.records],
            }
            for kind in package.evidence for item in kind.items
        ]  # fmt: skip
        rows["household"] += [
            {
                "package_id": package.package_id,
                "name": one.name,
                "relationship": one.relationship,
                "age": one.age,
                "certainty": one.certainty,
            }
            for one in package.household
        ]
    schemas = {"packages": PACKAGES, "evidence": EVIDENCE, "household": HOUSEHOLD}
    return {name: pa.Table.from_pylist(found, schemas[name]) for name, found in rows.items()}
