"""Which drafts may an analyst see? Those of the lake beside the service, for analysts of the force whose lake it is; others get the
same 404 as for what does not exist."""

from __future__ import annotations

import json
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404

from headwater.records import Lake
from headwater.records.lake import LakeError
from headwater.service.agencies.access import Actor, Role
from headwater.service.agencies.models import Team
from headwater.service.cases.models import Package as Handed
from headwater.service.cases.rules import PackageState
from headwater.triggers.packages.package import Package
from headwater.triggers.rules.definition import Trigger, read_triggers
from headwater.triggers.runs.find import list_runs, read_packages

ANALYSTS = (Role.ANALYST,)


def lake_for(actor: Actor) -> Lake | None:
    """The lake beside the service; None where there is none. Raises Http404 for anybody but an analyst of the force whose lake it is."""
    if not actor.has(*ANALYSTS) or actor.user.agency.kind != "police" or not _owns_lake(actor):
        raise Http404
    try:
        return Lake.open(settings.HEADWATER.lake, create=False)
    except LakeError:
        return None


def _owns_lake(actor: Actor) -> bool:
    """Whether the actor's force is the one to whose teams the lake's packages go. Before any team has a number of the lake, none is
    shut out: the first force to arrive sets the service up."""
    owners = set(Team.objects.exclude(lake_team="").values_list("agency_id", flat=True))
    return not owners or actor.agency_id in owners


def newest_runs(lake: Lake) -> dict[str, Path]:
    """Trigger id → its newest run, in the order of the runs."""
    found: dict[str, Path] = {}
    for folder in list_runs(lake):
        with suppress(FileNotFoundError):  # An old one is removed as it is looked at.
            found.setdefault(_trigger_id(folder), folder)
    return found


def trigger_of(folder: Path) -> Trigger:
    """The trigger whose drafts a run holds, as the catalogue has it."""
    return _triggers(settings.HEADWATER.catalogue, catalogue_changed())[_trigger_id(folder)]


def catalogue_changed() -> int:
    """When the force's own catalogue was changed last; the one that comes with the software never is."""
    own = settings.HEADWATER.catalogue
    return max((path.stat().st_mtime_ns for path in own.rglob("*.yaml")), default=0) if own else 0


def run_changed(folder: Path) -> int:
    """When a run was finished."""
    return (folder / "report.json").stat().st_mtime_ns


def own_teams(actor: Actor) -> frozenset[str] | None:
    """The teams whose drafts are for the analyst's own force; None where no other force takes packages, so that all are."""
    held = list(Team.objects.exclude(lake_team="").values_list("agency_id", "lake_team"))
    if all(agency == actor.agency_id for agency, _ in held):
        return None
    return frozenset(team for agency, team in held if agency == actor.agency_id)


def drafts_of(folder: Path, teams: frozenset[str] | None) -> list[Package]:
    """The drafts of a run for these teams."""
    drafts = every_draft(folder, run_changed(folder)).values()
    return [draft for draft in drafts if teams is None or draft.team.team_id in teams]


@lru_cache(maxsize=16)
def every_draft(folder: Path, changed: int) -> dict[str, Package]:
    """The drafts of a run by number, whichever force they are for: nothing of them is shown but by `drafts_of`. A finished run does not
    change, so it is read once."""
    return {draft.package_id: draft for draft in read_packages(folder)}


def draft_for(actor: Actor, package_id: str) -> tuple[Lake, Path, Package]:
    """A draft of a newest run, with its run. Raises Http404."""
    lake = lake_for(actor)
    if lake is None:
        raise Http404
    teams = own_teams(actor)
    for folder in newest_runs(lake).values():
        for draft in drafts_of(folder, teams):
            if draft.package_id == package_id:
                return lake, folder, draft
    raise Http404


def answered_wrong(actor: Actor) -> QuerySet[Handed]:
    """What this analyst released and a team of her force says is about the wrong person, or rests on wrong evidence."""
    rows = Handed.objects.filter(
        state__in=[PackageState.WRONG_PERSON, PackageState.WRONG_EVIDENCE], team__agency_id=actor.agency_id,
        content__confirmed__by=actor.user.email,
    )  # fmt: skip
    return rows.select_related("team").defer("content") if actor.has(*ANALYSTS) else rows.none()


@lru_cache(maxsize=2)
def _triggers(catalogue: Path | None, changed: int) -> dict[str, Trigger]:
    return read_triggers(catalogue)


def _trigger_id(folder: Path) -> str:
    return _read_trigger_id(folder, run_changed(folder))


@lru_cache(maxsize=256)
def _read_trigger_id(folder: Path, changed: int) -> str:
    return str(json.loads((folder / "report.json").read_text("utf-8"))["trigger"]["id"])
