"""Reads for the desk's pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from headwater.records import Lake
from headwater.service.agencies.access import Actor
from headwater.service.desk.access import drafts_of, newest_runs, own_teams, trigger_of
from headwater.triggers.desk import Decision, State, about, counted, judge_draft, read_decisions
from headwater.triggers.package import Package

PAGE = 50


@dataclass(frozen=True)
class Row:
    """A draft with how far it is."""

    draft: Package
    state: State


@dataclass(frozen=True)
class Queue:
    """One page of the drafts, newest strong evidence first."""

    rows: list[Row]
    count: int
    following: str
    before: str | None
    """The draft before the page before; empty for the first page, None when this is the first."""


def list_queue(actor: Actor, lake: Lake, *, trigger: str, state: str, team: str, q: str, after: str) -> Queue:
    """The drafts of the newest run of each trigger, or of one, narrowed; a page after the draft of that number."""
    decisions: dict[str, list[Decision]] = {}
    for one in read_decisions(lake):
        decisions.setdefault(one.package_id, []).append(one)
    rows, own = [], own_teams(actor)
    for name, folder in newest_runs(lake).items():
        if trigger not in ("", name):
            continue
        rule = trigger_of(folder)
        for draft in drafts_of(folder, own):
            if (team and draft.team.name != team) or (
                q and q.casefold() not in f"{draft.subject.name} {draft.package_id}".casefold()
            ):
                continue
            rows.append(Row(draft, judge_draft(draft, decisions.get(draft.package_id, []), rule)))
    if state:
        rows = [row for row in rows if row.state.status in (("waiting", "in work") if state == "open" else (state,))]
    rows.sort(key=_order)
    numbers = [row.draft.package_id for row in rows]
    begin = numbers.index(after) + 1 if after in numbers else 0
    page = rows[begin : begin + PAGE]
    following = page[-1].draft.package_id if begin + PAGE < len(rows) else ""
    return Queue(page, len(rows), following, (numbers[begin - PAGE - 1] if begin > PAGE else "") if begin else None)


def _order(row: Row) -> tuple[int, int, str]:
    days = [(item.occurred_on.toordinal(), item.strength) for item in counted(row.draft) if item.occurred_on]
    return (
        -max((day for day, strength in days if strength == "strong"), default=0),
        -max((day for day, _ in days), default=0),
        row.draft.package_id,
    )


def names_of(actor: Actor, lake: Lake) -> tuple[list[tuple[str, str]], list[str]]:
    """Triggers (id, title) and teams, for filters."""
    runs, own = newest_runs(lake), own_teams(actor)
    teams = {draft.team.name for folder in runs.values() for draft in drafts_of(folder, own)}
    return [(name, trigger_of(folder).title) for name, folder in runs.items()], sorted(teams)


def decisions_about(lake: Lake, draft: Package) -> Sequence[Decision]:
    """What was decided about a draft so far, oldest first."""
    return about(read_decisions(lake), draft.package_id)


def state_of(lake: Lake, folder: Path, draft: Package) -> State:
    """How far a draft is."""
    return judge_draft(draft, decisions_about(lake, draft), trigger_of(folder))
