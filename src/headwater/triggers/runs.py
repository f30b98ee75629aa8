"""Which runs does the lake hold, and which packages did each draft?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from headwater.engine import make_newest
from headwater.records import Lake
from headwater.triggers.package import Package


class NotFound(Exception):
    """No run in this lake holds such a package; the same words whether it never was or is not to be seen."""


def list_runs(lake: Lake) -> list[Path]:
    """The folders of all finished runs, newest first."""
    finished = [path for path in lake.runs.glob("*/report.json") if not path.parent.name.startswith(".")]
    reports = sorted(finished, key=lambda path: (path.stat().st_mtime_ns, path.parent.name), reverse=True)
    return [path.parent for path in reports]


def mark_newest(lake: Lake, folder: Path) -> None:
    """Make a run that has just been written the newest, also where the clock was put back since another was written."""
    make_newest(folder / "report.json", [run / "report.json" for run in list_runs(lake) if run != folder])


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


def find_package(lake: Lake, subject: str, run: str | None = None) -> Package:
    """The package of a package id (K-…), person id (P-…) or place id (A-…), from the run of that name or else the newest that has
    it; raises NotFound."""
    for folder in list_runs(lake):
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
