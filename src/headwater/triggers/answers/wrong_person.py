"""A team says that a line of its package is about somebody else: the records of that line are parted from the subject's other records."""

from __future__ import annotations

from headwater.engine import Engine
from headwater.identity import Decision, decide, open_identity
from headwater.records import Lake, open_records
from headwater.triggers.runs.find import find_package


def part_records(
    lake: Lake, engine: Engine, *, package_id: str, evidence_id: str, reason: str, role: str, user: str
) -> Decision | None:
    """Keep a reviewer's decision that a record of this evidence and another of the subject's are not the same person.

    The next search joins anew and respects it. None when there is nothing to part: the line names somebody of the home and not the
    subject, or all of the subject's records stand in it. Raises NotFound for a package that no run of the lake holds, DecisionError
    without a reason.
    """
    package = find_package(lake, package_id)
    events = [
        record.event_id
        for kind in [*package.evidence, *package.protective]
        for item in kind.items
        if item.evidence_id == evidence_id
        for record in item.records
    ]
    joined = lake.derived("identity", package.method.identity)
    if not events or not (joined / "done.json").exists():
        return None
    open_records(engine, lake)
    open_identity(engine, joined)
    found = engine.fetch(
        """
        SELECT p.person_record_id AS record, bool_or(list_contains($events, i.event_id)) AS of_line, min(i.event_id) AS event
        FROM person p LEFT JOIN involvement i USING (person_record_id)
        WHERE p.person_id = $person GROUP BY ALL ORDER BY of_line DESC NULLS LAST, event, record
        """,
        {"person": package.subject.person_id, "events": events},
    ).to_pylist()
    of_line = [row["record"] for row in found if row["of_line"]]
    others = [row["record"] for row in found if not row["of_line"]]
    if not of_line or not others:
        return None
    return decide(
        lake,
        record_a=of_line[0],
        record_b=others[0],
        verdict="not the same person",
        role=role,
        reason=reason,
        user=user,
    )
