"""How do confirmed packages leave the desk? A folder with a part for each team, logged before it is there, whole or not at all."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections import defaultdict
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

import pyarrow.parquet as pq

from headwater.engine import Progress, is_running
from headwater.records import Lake
from headwater.triggers.handover.log import Disclosed, log_disclosure
from headwater.triggers.handover.pdf import set_package
from headwater.triggers.handover.share import to_share
from headwater.triggers.handover.tables import team_csv, to_tables
from headwater.triggers.packages.package import Package, TeamList
from headwater.triggers.packages.team_lists import list_entry
from headwater.triggers.pages.layout import write_assets, write_package, write_team_list
from headwater.triggers.rules.definition import Trigger


class HandOverError(Exception):
    """Nothing was handed on; the message says why."""


def _quiet(stage: str, done: int, total: int) -> None:
    pass


def hand_over(
    lake: Lake,
    packages: Sequence[Package],
    target: Path,
    trigger: Trigger,
    *,
    run: str,
    purpose: str,
    progress: Progress = _quiet,
) -> dict[str, int]:
    """Write what is released to `target`/TEAM: package pages, JSON and PDF, the team's list as page and CSV, and Parquet tables.

    Returns team → number of packages. Every file is named in the lake's disclosure log with its digest and the receiving team
    before the folder is there; a killed run leaves no half folder. Raises HandOverError when there is nothing to hand on or the
    folder is there already, NotConfirmed for a draft.
    """
    if target.exists():
        raise HandOverError(f"{target} is there already. Name a new folder, so that nothing is written over.")
    shared = [to_share(package) for package in packages]
    if not shared:
        raise HandOverError("Nothing is confirmed, so nothing can be handed on. Confirm drafts first: headwater review")
    teams: dict[str, list[Package]] = defaultdict(list)
    for package in shared:
        teams[package.team.team_id].append(package)
    working = target.with_name(f".{target.name}.{os.getpid()}.part")
    _sweep(target)
    working.mkdir(parents=True, mode=0o700)
    try:
        for number, (team_id, found) in enumerate(sorted(teams.items()), start=1):
            progress("Writing packages", number, len(teams))
            _write_team(working / team_id, found, trigger)
        files = [
            Disclosed(
                str(path.relative_to(working)),
                hashlib.sha256(path.read_bytes()).hexdigest(),
                teams[team_id][0].team.name,
                _about(path, teams[team_id]),
            )
            for team_id in sorted(teams)
            for path in sorted((working / team_id).rglob("*"))
            if path.is_file() and "assets" not in path.parts
        ]
        log_disclosure(lake, files, purpose=purpose, run=run)
        working.replace(target)
    except OSError as fault:
        if fault.errno and not fault.filename:  # A full disk often does not say which.
            fault.filename = str(target.parent)
        raise
    finally:
        shutil.rmtree(working, ignore_errors=True)
    return {found[0].team.name: len(found) for _, found in sorted(teams.items())}


def _sweep(target: Path) -> None:
    """Remove what a killed hand-over to the same folder left half done, and nothing of one that is still at work."""
    for left in target.parent.iterdir() if target.parent.is_dir() else ():
        told = re.fullmatch(rf"\.{re.escape(target.name)}\.(\d+)\.part", left.name)
        if told and (int(told[1]) == os.getpid() or not is_running(int(told[1]))):
            shutil.rmtree(left, ignore_errors=True)


def _about(path: Path, packages: Sequence[Package]) -> list[str]:
    names = [package.package_id for package in packages]
    return [path.stem] if path.stem in names else names


def _write_team(folder: Path, packages: Sequence[Package], trigger: Trigger) -> None:
    folder.mkdir(mode=0o700)
    write_assets(folder)
    style = (resources.files("headwater.triggers.handover") / "static" / "confirmed.css").read_text("utf-8")
    (folder / "assets" / "confirmed.css").write_text(style, encoding="utf-8")
    first = packages[0]
    write_team_list(
        folder,
        TeamList(
            team_id=first.team.team_id, name=first.team.name, npu=first.team.npu, as_of=first.as_of, made_up=first.made_up, confirmed=True,
            trigger_title=trigger.title, entries=[list_entry(package) for package in packages],
        ),
    )  # fmt: skip
    for package in packages:
        write_package(folder, package)
        (folder / "packages" / f"{package.package_id}.json").write_text(
            package.model_dump_json(indent=1) + "\n", encoding="utf-8"
        )
        (folder / "packages" / f"{package.package_id}.pdf").write_bytes(set_package(package))
    (folder / "list.csv").write_text(team_csv(packages), encoding="utf-8-sig", newline="")
    for name, table in to_tables(packages).items():
        pq.write_table(table, folder / f"{name}.parquet")
