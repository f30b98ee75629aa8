"""Which runs does the lake hold, and which packages did each draft?"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

from headwater.records import Lake
from headwater.triggers.packages.package import Package

KEEP = 14
"""So many of the newest runs of each trigger stay in any case, if nobody says another number."""


class NotFound(Exception):
    """No run in this lake holds such a package; the same words whether it never was or is not to be seen."""


def list_runs(lake: Lake) -> list[Path]:
    """The folders of all finished runs, newest first."""
    return _newest_first(_finished(lake))


def list_holders(lake: Lake) -> list[Path]:
    """All folders that hold packages, newest first: those of finished runs, and what was set aside of runs that were removed."""
    runs = _finished(lake)
    there = {folder.name for folder in runs}
    removed = [path.parent for path in aside(lake).glob("*/run.json") if path.parent.name not in there]
    return _newest_first([*runs, *removed])


def aside(lake: Lake) -> Path:
    """Where packages lie that were handed on or answered and whose run was removed, in a folder for each run."""
    return lake.folder / "desk" / "packages"


def next_number(lake: Lake) -> int:
    """The number of a run that is made now: it stands in `run.json` and says which run is newer than which, whatever becomes of the
    times of files in a copy of the lake, and also when the clock was put back."""
    return 1 + max((read_number(folder)[0] for folder in list_holders(lake)), default=0)


def read_number(folder: Path) -> tuple[int, str]:
    """The number of a run and when it was made, as it says itself; 0 and nothing where it does not: it was made before there were numbers."""
    try:
        said: dict[str, Any] = json.loads((folder / "run.json").read_text("utf-8"))
        return int(said.get("number", 0)), str(said.get("at", ""))
    except (FileNotFoundError, ValueError, TypeError, AttributeError):
        return 0, ""


def part_name(run: str) -> tuple[date, str]:
    """The day and the trigger of a run, from its name; raises ValueError for a name that no search gives."""
    day, (trigger, _, inputs) = date.fromisoformat(run[:10]), run[11:].rpartition("-")
    if run[10:11] != "-" or not trigger or not inputs:
        raise ValueError(f"{run} is no name of a run")
    return day, trigger


def _finished(lake: Lake) -> list[Path]:
    return [path.parent for path in lake.runs.glob("*/report.json") if not path.parent.name.startswith(".")]


def _newest_first(folders: Iterable[Path]) -> list[Path]:
    found = []
    for folder in folders:
        for name in ("report.json", "run.json"):
            with suppress(FileNotFoundError):  # It has the other one, or was removed as it was looked at.
                found.append((*read_number(folder), (folder / name).stat().st_mtime_ns, folder.name, folder))
                break
    return [folder for *_, folder in sorted(found, reverse=True)]


def find_run(lake: Lake, run: str | None = None) -> Path:
    """The folder of the run of that name, or the newest; raises NotFound."""
    for folder in list_runs(lake):
        if run in (None, folder.name):
            return folder
    raise NotFound(
        "This lake holds no run. Search first: headwater search FOLDER"
        if run is None
        else f"There is no run {run} in this lake. Its runs are the folders in {lake.runs}."
    )


def list_numbers(folder: Path) -> list[str]:
    """The numbers of a run's drafts (K-…), in order."""
    return sorted(path.stem for path in (folder / "packages").glob("K-*.json"))


def read_packages(folder: Path) -> Iterator[Package]:
    """The drafts of a run, by number."""
    for number in list_numbers(folder):
        yield read_package(folder, number)


def read_package(folder: Path, number: str) -> Package:
    """The draft of that number, which the run must have."""
    return Package.model_validate_json((folder / "packages" / f"{number}.json").read_text("utf-8"))


def read_newest(lake: Lake, numbers: Collection[str]) -> tuple[dict[str, Package], dict[str, Path]]:
    """The newest package of each of these numbers, also where its run was removed and the package set aside; and the files of those
    that cannot be read. A number that nobody has is in neither, and no other package is read."""
    found: dict[str, Package] = {}
    unreadable: dict[str, Path] = {}
    left = set(numbers)
    for folder in list_holders(lake):
        if not left:
            break
        there = left.intersection(list_numbers(folder))
        left -= there
        for number in sorted(there):
            try:
                found[number] = read_package(folder, number)
            except ValueError:
                unreadable[number] = folder / "packages" / f"{number}.json"
    return found, unreadable


def find_package(lake: Lake, subject: str, run: str | None = None) -> Package:
    """The package of a package id (K-…), person id (P-…) or place id (A-…), from the run of that name or else the newest that has
    it, also where that run was removed and the package set aside; raises NotFound."""
    for folder in list_holders(lake):
        if run not in (None, folder.name):
            continue
        if subject.startswith("K-"):
            if subject in list_numbers(folder):
                return read_package(folder, subject)
            continue
        for package in read_packages(folder):
            if subject == package.subject.person_id:
                return package
    raise NotFound(
        f"There is no package {subject} in {'this lake' if run is None else 'a run ' + run + ' of this lake'}. "
        "Take a number (K-…) from a page of a search, or search first."
    )
