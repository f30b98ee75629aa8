"""How would an analyst who knew the truth decide? Plays a review of a made-up force, to show the desk and to test it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from headwater.records import Lake
from headwater.triggers.desk.decision import IDENTITY, RELEASE, Decision, counted, digest_item, pieces
from headwater.triggers.desk.judge import seen_of
from headwater.triggers.desk.store import about, keep_decisions, read_decisions
from headwater.triggers.packages.package import Package

BY = "made-up analyst"


def play_review(
    lake: Lake, packages: Sequence[Package], run: str, *, wrong: Collection[str], wrong_items: Collection[str]
) -> None:
    """Decide about every draft as the truth has it: `wrong` are the numbers of drafts that should not be, `wrong_items` the ids of
    evidence that the truth does not hold. A draft that was decided already is left alone."""
    known = read_decisions(lake)
    for package in packages:
        if about(known, package.package_id):
            continue
        bad = {item.evidence_id for item in counted(package) if item.evidence_id in wrong_items}
        decisions = [_one(package, run, IDENTITY, None, pieces(package)[IDENTITY])]
        decisions += [
            _one(package, run, item.evidence_id, "wrong event" if item.evidence_id in bad else None, digest_item(item))
            for item in counted(package)
        ]
        decisions.append(
            _one(package, run, RELEASE, "wrong event" if package.package_id in wrong else None, seen_of(package))
        )
        keep_decisions(lake, decisions)


def _one(package: Package, run: str, piece: str, reason: str | None, seen: str) -> Decision:
    """Rejected for this reason, or confirmed when there is none."""
    return Decision.model_validate(
        {
            "package_id": package.package_id, "piece": piece, "verdict": "rejected" if reason else "confirmed", "reason": reason,
            "note": "Made up: played from the known truth.", "by": BY, "at": datetime.now(UTC), "run": run,
            "rules": f"{package.method.trigger} {package.method.trigger_version}", "seen": seen,
        }
    )  # fmt: skip
