"""Which runs does nothing need any more? Says first what would go and why the others stay; then removes just that.

A run stays whole while somebody may still work on it. Of one that goes, the packages that were handed on or answered are set
aside first: answers, figures and questions about them come later. What an analyst has rejected, or never looked at, goes.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import stat
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from headwater.engine import write_atomically
from headwater.records import Lake, LakeError, write_json
from headwater.triggers.answers.store import read_answers
from headwater.triggers.desk import RELEASE, Decision, by_draft, judge_draft, nobody_begins, open_drafts, read_decisions
from headwater.triggers.handover.log import read_disclosures
from headwater.triggers.rules.definition import Trigger, read_triggers
from headwater.triggers.runs.find import (
    KEEP,
    aside,
    list_holders,
    list_numbers,
    part_name,
    read_number,
    read_package,
)

FEW = 3
"""So many of the newest folders of each derived stage stay in any case: the next night is built on one of them."""

BUILT_UPON = ("identity", "narrative")
"""The derived stages that leave a folder a night."""


OPEN = "somebody has a draft of it open"
BEGUN = "drafts of it are begun and not decided"
CONFIRMED = "drafts of it are confirmed, and not known to be handed over or answered"


@dataclass(frozen=True)
class OldRun:
    """A run that can go, and the numbers of its drafts that are set aside first."""

    folder: Path
    trigger: str
    as_of: date
    drafts: int
    set_aside: list[str]


@dataclass(frozen=True)
class KeptRun:
    """A run that stays though it is not among the newest: why, in words → the drafts for whose sake, if any."""

    folder: Path
    why: dict[str, list[str]]


@dataclass(frozen=True)
class Plan:
    """What can go, and what stays: `newest` says of how many runs of each trigger that they are among the newest."""

    old: list[OldRun]
    derived: list[Path]
    kept: list[KeptRun]
    newest: dict[str, int]

    @property
    def folders(self) -> list[Path]:
        """All that would be removed."""
        return [*(run.folder for run in self.old), *self.derived]


def plan_removal(lake: Lake, *, keep: int = KEEP, catalogue: Path | None = None) -> Plan:
    """What can be removed when the newest `keep` runs of each trigger stay. Nothing is changed, and nobody is kept out: while another run
    is at work the answer is of one moment.

    Raises LakeError where what people decided or answered cannot be read: then nothing can be said to be needed by nobody; and LakeBusy
    where runs come and go faster than they can be looked at.
    """

    def see() -> Plan:
        shelf = _look(lake)
        plan = _plan(lake, shelf, keep, catalogue)
        if _look(lake) != shelf:
            raise FileNotFoundError(errno.ENOENT, "a run came or went", str(lake.runs))
        return plan

    return lake.look(see)


def remove_old(lake: Lake, *, keep: int = KEEP, catalogue: Path | None = None) -> tuple[Plan, int]:
    """Remove what `plan_removal` names; returns that, and how many bytes of the disk it took.

    What is removed is in the lake's log first. A run goes out of sight whole; where this is killed, the same command, or the next search, ends
    it. Raises LakeBusy when another run is at work.
    """
    with lake.hold():
        lake.sweep()
        shelf = _look(lake)
        with nobody_begins(lake):
            plan = _plan(lake, shelf, keep, catalogue)
            for run in plan.old:
                _set_aside(lake, run)
            if plan.old:
                names = [run.folder.name for run in plan.old]
                lake.log_consultation(command="tidy: removed", purpose="retention", subjects=names)
            hidden = [lake.hide(folder) for folder in plan.folders]
        room = measure_room(hidden)
        for folder in hidden:
            shutil.rmtree(folder)
    return plan, room


def measure_room(folders: Iterable[Path]) -> int:
    """How many bytes of the disk become free when these folders go; a file that has a name elsewhere too frees none, nor does one that
    somebody else removes meanwhile."""
    names: dict[tuple[int, int], int] = defaultdict(int)
    room = 0
    for folder in folders:
        for place, inner, files in os.walk(folder):  # Passes over what has gone.
            for name in (*inner, *files):
                with suppress(FileNotFoundError):
                    found = Path(place, name).lstat()
                    file = (found.st_dev, found.st_ino)
                    names[file] += 1
                    if stat.S_ISDIR(found.st_mode) or names[file] == found.st_nlink:
                        room += found.st_blocks * 512
    return room


@dataclass(frozen=True)
class _Work:
    """What people did with drafts, by number. `open_now`: draft → run, see `open_drafts`."""

    open_now: Mapping[str, str]
    decisions: Mapping[str, list[Decision]]
    handed_on: Mapping[str, list[tuple[str, datetime]]]
    """With the run from which, and when."""
    answered: Mapping[str, list[date]]
    samples: list[tuple[str, str, date]]
    """Name, trigger and day of each blind sample."""

    def is_carried_on(self, number: str) -> bool:
        """Whether a draft went to a team, or the team answered, after the last decision about it."""
        last = max((one.at for one in self.decisions.get(number, ())), default=None)
        return (
            last is None
            or any(at >= last.replace(microsecond=0) for _, at in self.handed_on.get(number, ()))
            or self.is_answered(number)
        )

    def is_answered(self, number: str) -> bool:
        """Whether a team has answered after the last decision about a draft."""
        last = max((one.at.date() for one in self.decisions.get(number, ())), default=date.min)
        return any(day >= last for day in self.answered.get(number, ()))

    def released(self) -> dict[str, set[str]]:
        """Drafts that ever left the desk or were answered → the runs of which they were released or handed on."""
        found: dict[str, set[str]] = {number: set() for number in self.answered}
        for number, times in self.handed_on.items():
            found.setdefault(number, set()).update(run for run, _ in times)
        for number, decisions in self.decisions.items():
            if runs := {one.run for one in decisions if one.piece == RELEASE and one.verdict == "confirmed"}:
                found.setdefault(number, set()).update(runs)
        return found


def _read_work(lake: Lake) -> _Work:
    handed_on: dict[str, list[tuple[str, datetime]]] = defaultdict(list)
    for line in read_disclosures(lake):
        for number in line["packages"]:  # type: ignore[attr-defined]
            handed_on[number].append((str(line["run"]), datetime.fromisoformat(str(line["at"]))))
    answered: dict[str, list[date]] = defaultdict(list)
    for answer in read_answers(lake):
        answered[answer.package_id].append(answer.answered_on)
    samples = []
    for path in sorted((lake.folder / "desk" / "samples").glob("*.json")):
        try:
            key = json.loads(path.read_text("utf-8"))
            samples.append((path.stem, str(key["trigger"]), date.fromisoformat(key["as_of"])))
        except (ValueError, KeyError, TypeError):
            raise LakeError(f"The key {path} of a sample cannot be read. Restore it from a backup.") from None
    decisions = dict(by_draft(read_decisions(lake)))
    return _Work(open_drafts(lake), decisions, handed_on, answered, samples)


@dataclass(frozen=True)
class _Shelf:
    """All folders with packages, newest first, the number of drafts in each, the first of them; and of each draft the newest that has it."""

    folders: list[Path]
    drafts: dict[Path, int]
    first: dict[Path, str]
    newest: dict[str, Path]


def _look(lake: Lake) -> _Shelf:
    shelf = _Shelf(list_holders(lake), {}, {}, {})
    for folder in shelf.folders:
        numbers = list_numbers(folder)
        shelf.drafts[folder] = len(numbers)
        for number in numbers:
            shelf.first.setdefault(folder, number)
            shelf.newest.setdefault(number, folder)
    return shelf


def _has(folder: Path, number: str) -> bool:
    return (folder / "packages" / f"{number}.json").exists()


def _plan(lake: Lake, shelf: _Shelf, keep: int, catalogue: Path | None) -> Plan:
    if keep < 1:
        raise ValueError(f"the newest run of a trigger always stays: {keep} cannot be kept")
    work, triggers = _read_work(lake), read_triggers(catalogue)
    runs = [folder for folder in shelf.folders if folder.parent == lake.runs]
    why: dict[Path, dict[str, list[str]]] = {}
    of_trigger: dict[str, list[Path]] = defaultdict(list)
    for folder in runs:
        try:
            of_trigger[_trigger_and_day(folder)[0]].append(folder)
        except ValueError:
            why[folder] = {"its name is none that a search gives": []}
    newest = {trigger: _find_newest(found, keep) for trigger, found in sorted(of_trigger.items())}
    older: dict[Path, None] = {}  # In their order, and quickly looked up.
    for trigger, found in of_trigger.items():
        for folder in found:
            if folder.is_symlink():
                why[folder] = {"it is a link to another place": []}
            elif folder not in newest[trigger]:
                older[folder] = None
    for folder, said, number in _find_work(older, work, shelf, triggers):
        why.setdefault(folder, {}).setdefault(said, []).extend(number)
    needed = _find_needed([folder for folder in older if folder not in why], work, shelf)
    return Plan(
        old=[OldRun(folder, *_trigger_and_day(folder), shelf.drafts[folder], needed[folder]) for folder in needed],
        derived=_find_derived(lake, _rests_on(needed, work, shelf, lake)),
        kept=[KeptRun(folder, why[folder]) for folder in runs if folder in why],
        newest={trigger: len(found) for trigger, found in newest.items()},
    )


def _trigger_and_day(folder: Path) -> tuple[str, date]:
    day, trigger = part_name(folder.name)
    return trigger, day


def _find_newest(runs: Sequence[Path], keep: int) -> set[Path]:
    """The runs that were made last, and those of the last days: searches as of days long ago do not push last night's out."""
    return {*runs[:keep], *sorted(runs, key=lambda folder: _trigger_and_day(folder)[1], reverse=True)[:keep]}


def _find_work(
    older: Collection[Path], work: _Work, shelf: _Shelf, triggers: Mapping[str, Trigger]
) -> Iterator[tuple[Path, str, list[str]]]:
    """Which of these runs somebody may still work on: the run, why, and about which draft."""
    for number, run in sorted(work.open_now.items()):
        for folder in older:
            if folder.name == run or (not run and _has(folder, number)):
                yield folder, OPEN, [number]
    for number in sorted(work.decisions):
        newest = shelf.newest.get(number)
        if newest and newest in older and (said := _say_unfinished(newest, number, work, triggers)):
            yield newest, said, [number]
    for name, trigger, day in work.samples:
        begin = f"{day.isoformat()}-{trigger}-"
        of_day = next((one for one in shelf.folders if one.name.rpartition("-")[0] + "-" == begin), None)
        if of_day and of_day in older:
            yield of_day, f"the blind sample {name} was drawn from its day", []


def _say_unfinished(folder: Path, number: str, work: _Work, triggers: Mapping[str, Trigger]) -> str | None:
    """Why what was decided about a draft has not come to its end; None where it has."""
    if work.is_carried_on(number):
        return None
    trigger = triggers.get(_trigger_and_day(folder)[0])
    if trigger is None:
        return "drafts of it are begun, and the catalogue no longer has its trigger"
    try:
        state = judge_draft(read_package(folder, number), work.decisions[number], trigger)
    except ValueError:
        return "drafts of it are begun, and this version cannot read them"
    if state.status == "rejected":
        return None
    if state.status == "confirmed":
        return CONFIRMED
    return BEGUN


def _find_needed(gone: Iterable[Path], work: _Work, shelf: _Shelf) -> dict[Path, list[str]]:
    """What must be set aside of each run that goes: of a package that left the desk the version that left, and the newest."""
    needed: dict[Path, set[str]] = {folder: set() for folder in gone}
    names = {folder.name: folder for folder in needed}
    for number, runs in work.released().items():
        if (newest := shelf.newest.get(number)) in needed:
            needed[newest].add(number)
        for run in runs & names.keys():
            if _has(names[run], number):
                needed[names[run]].add(number)
    return {folder: sorted(found) for folder, found in needed.items()}


def _rests_on(needed: Mapping[Path, list[str]], work: _Work, shelf: _Shelf, lake: Lake) -> set[str]:
    """The names of the joinings of records on which packages rest: of the runs that stay, and of those set aside that no team has
    answered yet, because an answer of *wrong person* parts the records that were joined."""
    found = set()
    for folder in shelf.folders:
        if folder.parent == lake.runs and folder not in needed:
            found |= {_read_joining(folder, shelf.first[folder])} if folder in shelf.first else set()
            continue
        for number in needed[folder] if folder in needed else list_numbers(folder):
            if shelf.newest[number] == folder and not work.is_answered(number):
                found.add(_read_joining(folder, number))
    return found


def _read_joining(folder: Path, number: str) -> str:
    path = folder / "packages" / f"{number}.json"
    try:
        return str(json.loads(path.read_text("utf-8"))["method"]["identity"])
    except (ValueError, KeyError, TypeError):
        raise LakeError(
            f"The draft {path} cannot be read, so it is not known what it needs. Nothing was removed."
        ) from None


def _find_derived(lake: Lake, needed: Collection[str]) -> list[Path]:
    return [
        folder
        for stage in BUILT_UPON
        for folder in lake.list_derived(stage)[FEW:]
        if folder.name not in needed and not folder.is_symlink()
    ]


def _set_aside(lake: Lake, run: OldRun) -> None:
    """Copy the packages of a run that must stay to where `list_holders` finds them. Done again, nothing changes."""
    if not run.set_aside:
        return
    place = aside(lake) / run.folder.name
    for folder in (place.parent.parent, place.parent, place, place / "packages"):
        folder.mkdir(exist_ok=True, mode=0o700)
    for leftover in place.rglob(".*.part"):
        leftover.unlink()
    number, at = read_number(run.folder)
    write_json(place / "run.json", {"number": number, "at": at})
    for name in run.set_aside:
        with write_atomically(place / "packages" / f"{name}.json") as part:
            part.write_bytes((run.folder / "packages" / f"{name}.json").read_bytes())
