"""Which drafts wait for an analyst, told cheaply: from the teams' lists of the newest runs and the decisions, without reading a draft.

A draft waits while nobody has said whether it is handed on, nor that it is about the wrong person. One that was decided and that a newer
search shows otherwise is open again on the desk itself, where each draft is judged; here it counts as decided.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from django.http import Http404

from headwater.records import Lake
from headwater.service.agencies.access import Actor
from headwater.service.desk.access import lake_for, newest_runs, own_teams, run_changed
from headwater.triggers.desk import IDENTITY, RELEASE, decisions_changed, read_decisions
from headwater.triggers.package import TeamList


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
    own, (begun, ended) = own_teams(actor), _decided(lake.folder, decisions_changed(lake))
    found = [
        one if one.number not in begun else Waiting(**{**vars(one), "begun": True})
        for folder in newest_runs(lake).values()
        for one in _listed(folder, run_changed(folder))
        if one.number not in ended and (own is None or one.team_id in own)
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
def _decided(lake: Path, changed: tuple[int, int]) -> tuple[frozenset[str], frozenset[str]]:
    """Drafts about which anything was decided, and those that wait no more."""
    begun: set[str] = set()
    newest: dict[tuple[str, str], str] = {}
    for one in read_decisions(Lake.open(lake, create=False)):
        begun.add(one.package_id)
        newest[one.package_id, one.piece] = one.verdict
    ended = {
        number for (number, piece), verdict in newest.items() if piece == RELEASE or (piece == IDENTITY and verdict == "rejected")
    }  # fmt: skip
    return frozenset(begun), frozenset(ended)
