"""What has changed since the search before? The drafts that are new, those that are gone, and how much of the joining was done anew."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from headwater.records import Lake
from headwater.triggers.runs.find import list_numbers, list_runs, part_name


@dataclass(frozen=True)
class Since:
    """An earlier run of the same trigger, by the name of its folder and its day, and the numbers (K-…) of drafts that it had not (`new`), or
    had and this one has not (`gone`)."""

    run: str
    as_of: date
    new: list[str]
    gone: list[str]


@dataclass(frozen=True)
class Joining:
    """How many of the person records were compared, and whether all were: otherwise the joining was built on an earlier one."""

    records: int
    compared: int
    full: bool


def find_since(lake: Lake, run: str, trigger: str, drafts: Iterable[str]) -> Since | None:
    """What the run of that name and trigger, with these numbers of drafts, has and has not beside the newest other run of the trigger; None where
    there is no other."""
    for folder in list_runs(lake):
        with suppress(ValueError):
            day, name = part_name(folder.name)
            if folder.name != run and name == trigger:
                now, before = set(drafts), set(list_numbers(folder))
                return Since(folder.name, day, sorted(now - before), sorted(before - now))
    return None


def read_joining(identity: Path) -> Joining:
    """What the folder of an identity says of how it was made."""
    said = json.loads((identity / "done.json").read_text("utf-8"))
    return Joining(said["records"], said["compared"], said["built_on"] is None)
