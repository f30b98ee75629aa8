"""What else of a draft leaves with its pieces, and what must go when a piece is taken out? Words go with the record they stand in."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from headwater.triggers.packages.package import EvidenceItem, EvidenceKind, Package, ProgrammeFit, Statement

RECORD_GOES = ("wrong person", "withdrawn", "not proportionate")
"""Reasons that speak against the record itself, not only against how it was read: nothing else of it is passed on either."""


def also_leaves(package: Package) -> dict[str, str]:
    """What leaves beside the pieces → how it is told: `home:` and a person id, `said:` and an event id. Each can be held back."""
    found = {
        f"home:{member.person_id}": f"At home: {member.name}, {member.relationship}" for member in package.household
    }
    for saying in package.said:
        name = f"said:{saying.record.event_id}"
        found[name] = f"{found[name]} / {saying.text}" if name in found else f"What the subject said: {saying.text}"
    return found


def digest_of_rest(package: Package) -> str:
    """A short digest of it: somebody who came to the home, or new words, have been seen by nobody."""
    told = sorted(f"{name} {text}" for name, text in also_leaves(package).items())
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]


def without(package: Package, kept: Sequence[EvidenceKind], rejected: Mapping[str, str], held: Collection[str]) -> dict[str, Any]:  # fmt: skip
    """The parts of a package, beside its evidence, as they are when these pieces are rejected or held back.

    Somebody of the home who is held back moves to those who lived there before: they are not handed on, and their names are taken out of
    quoted words.
    """
    gone = {
        record.event_id
        for kind in package.evidence
        for item in kind.items
        if item.evidence_id in held or rejected.get(item.evidence_id) in RECORD_GOES
        for record in item.records
    }
    away = [member for member in package.household if f"home:{member.person_id}" in held]
    left = [item for kind in kept for item in kind.items]
    protective = [
        kind.model_copy(update={"items": items})
        for kind in package.protective
        if (items := [item for item in kind.items if not _of(item, gone)])
    ]
    urgent = [item.recorded_on for item in left if item.statutory and item.strength == "strong"]
    return {
        "said": [
            saying
            for saying in package.said
            if saying.record.event_id not in gone and f"said:{saying.record.event_id}" not in held
        ],
        "argues_against": [line for line in package.argues_against if not _of(line, gone)],
        "helps_already": [line for line in package.helps_already if not _of(line, gone)],
        "not_known": [line for line in package.not_known if not _of(line, gone)],
        "protective": protective,
        "household": [member for member in package.household if member not in away],
        "lived_with_before": [*package.lived_with_before, *away],
        "programmes": _programmes(package, [*kept, *protective]),
        "urgent_on": max(urgent, default=None) if package.urgent_on else None,
    }


def _of(part: EvidenceItem | Statement, gone: Collection[str]) -> bool:
    return any(record.event_id in gone for record in part.records)


def _programmes(package: Package, kept: Sequence[EvidenceKind]) -> list[ProgrammeFit]:
    """The kinds of help that still may fit: one whose answer rests on a kind of evidence of which nothing is left is not proposed,
    and the day that an answer names is the newest that is left."""
    days = {
        kind.title: max((item.occurred_on for item in kind.items if item.occurred_on), default=None) for kind in kept
    }
    before = {kind.title for kind in [*package.evidence, *package.protective]}
    found = []
    for fit in package.programmes:
        text = fit.model_dump_json()
        named = [title for title in before if re.search(rf"\({re.escape(title)}(?:, \d{{4}}-\d\d-\d\d)?\)", text)]
        if any(days.get(title) is None for title in named):
            continue
        for title in named:
            text = re.sub(rf"\({re.escape(title)}, \d{{4}}-\d\d-\d\d\)", f"({title}, {days[title]})", text)
        found.append(ProgrammeFit.model_validate_json(text))
    return found
