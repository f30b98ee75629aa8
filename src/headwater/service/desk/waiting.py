"""Which drafts wait for an analyst, told cheaply: from the teams' lists of the newest runs and the decisions. They are the open ones of the desk's list.

A draft waits while nobody has said whether it is handed on, nor that it is about the wrong person: for that no draft is read. One that was
decided may be open again, because a newer search shows it otherwise: such a draft is read and judged once for each decision and run.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from django.http import Http404

from headwater.records import Lake
from headwater.service.agencies.access import Actor
from headwater.service.desk.access import catalogue_changed, lake_for, newest_runs, own_teams, run_changed, trigger_of
from headwater.triggers.desk import IDENTITY, RELEASE, Decision, decisions_changed, judge_draft, read_decisions
from headwater.triggers.packages.package import TeamList
from headwater.triggers.runs.find import read_package

REMEMBERED = 50_000
"""Decided drafts of which a process remembers whether they are open again."""


@dataclass(frozen=True)
class Waiting:
    """One draft as the lists of a run tell it. `since`: from which day on the records meet the trigger's rule."""

    number: str
    name: str
    why_now: str
    trigger: str
    team_id: str
    team: str
    urgent: bool
    since: date
    begun: bool = False


def waiting_drafts(actor: Actor) -> list[Waiting] | None:
    """The drafts of the own force that wait: urgent ones first, then those that have waited longest. None where no lake is to be seen."""
    try:
        lake = lake_for(actor)
    except Http404:
        return None
    if lake is None:
        return None
    own, changed = own_teams(actor), decisions_changed(lake)
    begun, ended = _decided(lake.folder, changed)
    found = []
    for folder in newest_runs(lake).values():
        finished = run_changed(folder)
        done = _done(lake.folder, changed, folder, (finished, catalogue_changed())) if ended else frozenset()
        found += [
            one if one.number not in begun else Waiting(**{**vars(one), "begun": True})
            for one in _listed(folder, finished)
            if one.number not in done and (own is None or one.team_id in own)
        ]
    return sorted(found, key=lambda one: (not one.urgent, one.since, one.number))


def numbers_on_desk(actor: Actor) -> frozenset[str]:
    """The numbers of all drafts of the own force in the newest runs, decided or not; none where no lake is to be seen."""
    try:
        lake = lake_for(actor)
    except Http404:
        return frozenset()
    runs, own = newest_runs(lake).values() if lake is not None else (), own_teams(actor)
    listed = (one for folder in runs for one in _listed(folder, run_changed(folder)))
    return frozenset(one.number for one in listed if own is None or one.team_id in own)


def count_waiting(actor: Actor) -> int:
    """How many there are; for the number in the navigation."""
    return len(waiting_drafts(actor) or ())


@lru_cache(maxsize=16)
def _listed(folder: Path, changed: int) -> tuple[Waiting, ...]:
    """The drafts in the teams' lists of a run; a finished run does not change, so its lists are read once."""
    lists = [
        TeamList.model_validate_json(path.read_text("utf-8")) for path in sorted((folder / "teams").glob("*.json"))
    ]
    return tuple(
        Waiting(
            entry.package_id, entry.name, entry.why_now, one.trigger_title, one.team_id, one.name, entry.urgent,
            entry.ready_on or entry.newest or one.as_of,
        )
        for one in lists
        for entry in [*one.entries, *one.waiting]
    )  # fmt: skip


@lru_cache(maxsize=2)
def _decided(lake: Path, changed: tuple[int, int]) -> tuple[frozenset[str], dict[str, tuple[Decision, ...]]]:
    """Drafts about which anything was decided; and, with all that was decided about it, each on which the last word was said."""
    about: dict[str, list[Decision]] = {}
    for one in read_decisions(Lake.open(lake, create=False)):
        about.setdefault(one.package_id, []).append(one)
    ended = {number: tuple(decisions) for number, decisions in about.items() if _has_ended(decisions)}
    return frozenset(about), ended


def _has_ended(decisions: list[Decision]) -> bool:
    newest = {one.piece: one.verdict for one in decisions}
    return RELEASE in newest or newest.get(IDENTITY) == "rejected"


@lru_cache(maxsize=16)
def _done(lake: Path, changed: tuple[int, int], folder: Path, versions: tuple[int, int]) -> frozenset[str]:
    """The drafts of a run that wait no more."""
    _, ended = _decided(lake, changed)
    listed = {one.number for one in _listed(folder, versions[0])}
    return frozenset(
        number for number, decisions in ended.items() if number in listed and not _is_open(folder, versions, number, decisions)
    )  # fmt: skip


@lru_cache(maxsize=REMEMBERED)
def _is_open(folder: Path, versions: tuple[int, int], number: str, decisions: tuple[Decision, ...]) -> bool:
    """Whether a draft on which the last word was said is open all the same."""
    state = judge_draft(read_package(folder, number), decisions, trigger_of(folder))
    return state.status in ("waiting", "in work")
