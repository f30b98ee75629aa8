"""The analyst's desk: decisions about drafts, kept for good, and what is released of them. No terminal, no page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from headwater.records import Lake
from headwater.triggers.desk.decision import IDENTITY, REASONS, RELEASE, TOLD, Decision, counted, digest_item, pieces
from headwater.triggers.desk.judge import State, confirm, judge_draft, seen_of
from headwater.triggers.desk.leave import also_leaves
from headwater.triggers.desk.store import (
    DeskConflict,
    about,
    by_draft,
    claim,
    decisions_changed,
    keep_decisions,
    nobody_begins,
    open_drafts,
    put_aside,
    read_decisions,
)
from headwater.triggers.packages.package import Package
from headwater.triggers.rules.definition import Trigger
from headwater.triggers.runs.find import list_numbers, read_package, read_packages

__all__ = [
    "IDENTITY",
    "REASONS",
    "RELEASE",
    "TOLD",
    "Decision",
    "DeskConflict",
    "State",
    "about",
    "also_leaves",
    "by_draft",
    "claim",
    "confirm",
    "confirmed_packages",
    "count_answers",
    "counted",
    "decisions_changed",
    "digest_item",
    "judge_draft",
    "keep_decisions",
    "nobody_begins",
    "open_drafts",
    "pieces",
    "put_aside",
    "queue",
    "read_decisions",
    "seen_of",
]


def queue(lake: Lake, folder: Path, trigger: Trigger) -> list[tuple[Package, State]]:
    """The drafts of a run with their states, in published order: newest strong evidence first, then newest, then by number."""
    decisions = by_draft(read_decisions(lake))
    found = [
        (package, judge_draft(package, decisions[package.package_id], trigger)) for package in read_packages(folder)
    ]
    return sorted(found, key=lambda pair: _order(pair[0]))


def count_answers(lake: Lake, folder: Path, trigger: Trigger) -> Counter[str]:
    """How many drafts of a run stand how (`waiting`, `in work`, `confirmed`, `rejected`). Only those about which something was decided are
    read: after most searches that is none of thousands."""
    decisions = by_draft(read_decisions(lake))
    return Counter(
        judge_draft(read_package(folder, number), decisions[number], trigger).status
        if number in decisions
        else "waiting"
        for number in list_numbers(folder)
    )


def _order(package: Package) -> tuple[int, int, str]:
    days = [item.occurred_on.toordinal() for item in counted(package) if item.occurred_on]
    strong = [
        item.occurred_on.toordinal() for item in counted(package) if item.occurred_on and item.strength == "strong"
    ]
    return -max(strong, default=0), -max(days, default=0), package.package_id


def confirmed_packages(lake: Lake, folder: Path, trigger: Trigger) -> Iterator[Package]:
    """What analysts have released of a run's drafts, in published order."""
    decisions = by_draft(read_decisions(lake))
    for package, _ in queue(lake, folder, trigger):
        released = confirm(package, decisions[package.package_id], trigger)
        if released is not None:
            yield released
