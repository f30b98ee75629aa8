"""Reads for the desk's pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from headwater.records import Lake
from headwater.service.agencies.access import Actor
from headwater.service.desk.access import (
    catalogue_changed,
    drafts_of,
    every_draft,
    newest_runs,
    own_teams,
    run_changed,
    trigger_of,
)
from headwater.triggers.desk import Decision, State, about, counted, judge_draft, read_decisions
from headwater.triggers.packages.package import Package

PAGE = 50
OPEN = ("waiting", "in work")
CACHED = 50_000
"""Drafts of which a process remembers what it worked out."""

Versions = tuple[int, int]
"""When the run was finished, and when the catalogue was changed."""

Place = tuple[int, int, str]
"""Where a draft stands in the published order: newest strong evidence first, then newest, then by number."""


@dataclass(frozen=True)
class Row:
    """A draft with how far it is."""

    draft: Package
    state: State


@dataclass(frozen=True)
class Queue:
    """One page of the drafts. `has_before` and `has_after`: whether there are rows on either side of it."""

    rows: list[Row]
    count: int
    has_before: bool
    has_after: bool


def list_queue(
    actor: Actor, lake: Lake, *, trigger: str = "", state: str = "", team: str = "", q: str = "", after: str = "", before: str = ""
) -> Queue:  # fmt: skip
    """The drafts of the newest run of each trigger, or of one, narrowed; the page behind or before the draft of a number.

    The page begins at a place in the order, not at a row: a draft that was decided meanwhile, and so has left the list, still marks it.
    """
    decisions: dict[str, list[Decision]] = {}
    for one in read_decisions(lake):
        decisions.setdefault(one.package_id, []).append(one)
    rows: list[tuple[Place, Row]] = []
    own = own_teams(actor)
    places: dict[str, Place] = {}
    for name, folder in newest_runs(lake).items():
        versions = (run_changed(folder), catalogue_changed())
        for draft in drafts_of(folder, own):
            number = draft.package_id
            place = places[number] = _place(folder, versions, number)
            if trigger in ("", name) and (not team or draft.team.name == team) and _has_words(draft, q):
                judged = _judge(folder, versions, number, tuple(decisions.get(number, ())))
                if not state or judged.status in (OPEN if state == "open" else (state,)):
                    rows.append((place, Row(draft, judged)))
    rows.sort(key=lambda row: row[0])
    if before in places:
        page = [row for row in rows if row[0] < places[before]][-PAGE:]
    elif after in places:
        page = [row for row in rows if row[0] > places[after]][:PAGE]
    else:
        page = rows[:PAGE]
    first, last = (page[0][0], page[-1][0]) if page else (None, None)
    return Queue(
        [row for _, row in page], len(rows), has_before=first is not None and rows[0][0] < first, has_after=last is not None and rows[-1][0] > last,
    )  # fmt: skip


def _has_words(draft: Package, words: str) -> bool:
    return words.casefold() in f"{draft.subject.name} {draft.package_id}".casefold()


@lru_cache(maxsize=CACHED)
def _place(folder: Path, versions: Versions, number: str) -> Place:
    draft = every_draft(folder, versions[0])[number]
    days = [(item.occurred_on.toordinal(), item.strength) for item in counted(draft) if item.occurred_on]
    strong = max((day for day, strength in days if strength == "strong"), default=0)
    return -strong, -max((day for day, _ in days), default=0), number


@lru_cache(maxsize=CACHED)
def _judge(folder: Path, versions: Versions, number: str, decisions: tuple[Decision, ...]) -> State:
    """The same draft, rules and decisions give the same state."""
    return judge_draft(every_draft(folder, versions[0])[number], decisions, trigger_of(folder))


def names_of(actor: Actor, lake: Lake) -> tuple[list[tuple[str, str]], list[str]]:
    """Triggers (id, title) and teams, for filters."""
    runs, own = newest_runs(lake), own_teams(actor)
    teams = {draft.team.name for folder in runs.values() for draft in drafts_of(folder, own)}
    return [(name, trigger_of(folder).title) for name, folder in runs.items()], sorted(teams)


def decisions_about(lake: Lake, draft: Package) -> Sequence[Decision]:
    """What was decided about a draft so far, oldest first."""
    return about(read_decisions(lake), draft.package_id)


def state_of(folder: Path, draft: Package, decisions: Sequence[Decision]) -> State:
    """How far a draft is after these decisions about it."""
    return judge_draft(draft, decisions, trigger_of(folder))
