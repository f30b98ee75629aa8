"""An analyst confirms every draft of the newest run."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from headwater.records import Lake
from headwater.triggers.desk import Decision, counted, digest_item, keep_decisions, pieces, seen_of
from headwater.triggers.packages.package import Package
from headwater.triggers.runs.find import list_runs, read_packages


def decisions_about(package: Package, run: str) -> list[Decision]:
    """Every piece confirmed, and the package released."""
    known = pieces(package) | {item.evidence_id: digest_item(item) for item in counted(package)}
    return [
        Decision.model_validate(
            {
                "package_id": package.package_id, "piece": piece, "verdict": "confirmed", "reason": None, "by": "one",
                "at": datetime(2017, 4, 1, tzinfo=UTC), "run": run, "rules": "tipt 4", "seen": known.get(piece, seen_of(package)),
            }
        )
        for piece in [*pieces(package), "release"]
    ]  # fmt: skip


def confirm_all(data: Path) -> int:
    """Confirm all drafts of a lake; returns how many."""
    lake = Lake.open(data / "lake")
    folder = list_runs(lake)[0]
    packages = list(read_packages(folder))
    for package in packages:
        keep_decisions(lake, decisions_about(package, folder.name))
    return len(packages)
