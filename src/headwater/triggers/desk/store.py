"""Where are decisions kept? In the lake, line by line, and nothing is overwritten; two analysts do not undo each other."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from pydantic import ValidationError

from headwater.engine import append_lines, is_running
from headwater.records import Lake
from headwater.records.lake import LakeError
from headwater.triggers.desk.decision import Decision

STALE_AFTER = 30 * 60
"""Seconds after which a draft that somebody opened and left may be taken over."""


class DeskConflict(Exception):
    """Somebody else has this draft, or has decided about it since it was opened; the message says who. Nothing was kept."""


def read_decisions(lake: Lake) -> list[Decision]:
    """All decisions, oldest first. A line that a killed process left half is passed over; raises LakeError for any other line
    that is no decision."""
    path = _path(lake)
    if not path.exists():
        return []
    lines = path.read_bytes().split(b"\n")
    found = []
    for number, line in enumerate(lines, start=1):
        if not line:
            continue
        try:
            found.append(Decision.model_validate_json(line))
        except ValidationError as fault:
            if _half(line):
                continue
            raise LakeError(
                f"Line {number} of {path} is no decision ({fault.errors()[0]['msg']}). Restore the file from a backup; nothing was changed."
            ) from None
    return found


def decisions_changed(lake: Lake) -> tuple[int, int]:
    """When a decision was kept last and how long the file is, so that it need not be read again before it changes; zeros before the first."""
    path = _path(lake)
    if not path.exists():
        return 0, 0
    found = path.stat()
    return found.st_mtime_ns, found.st_size


def _half(line: bytes) -> bool:
    """Whether a line broke off before its end: a killed process wrote it, and so told nobody that it was kept. A line with its end
    that cannot be read was damaged later."""
    return not line.endswith(b'"}') or line.endswith(b'\\"}')


def about(decisions: Sequence[Decision], package_id: str) -> list[Decision]:
    """The decisions about one draft, oldest first."""
    return [decision for decision in decisions if decision.package_id == package_id]


def by_draft(decisions: Iterable[Decision]) -> Mapping[str, list[Decision]]:
    """Draft → the decisions about it, oldest first; a draft about which nothing was decided has none."""
    found: dict[str, list[Decision]] = defaultdict(list)
    for decision in decisions:
        found[decision.package_id].append(decision)
    return found


def keep_decisions(lake: Lake, decisions: Sequence[Decision], *, known: int | Mapping[str, int] | None = None) -> None:
    """Add decisions, all or none, on disk when this returns.

    `known` is how many decisions about the draft (or about each of several drafts) the analyst had seen; raises DeskConflict when
    there are more by now. What was refused is put aside in `desk/refused.jsonl`, so that no work is lost.
    """
    if not decisions:
        return
    path = _path(lake)
    path.parent.mkdir(exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "r+b") as handle:
        fcntl.flock(handle.fileno(), fcntl.LOCK_EX)
        before = read_decisions(lake)
        for name in dict.fromkeys(one.package_id for one in decisions):
            seen = known.get(name) if isinstance(known, Mapping) else known
            others = about(before, name)
            if seen is not None and len(others) > seen:
                raise DeskConflict(
                    f"{others[-1].by} has decided about {name} since you opened it. Decide anew; yours do not hold and were put aside in "
                    f"{put_aside(lake, decisions)}."
                )
        _append(handle, decisions)


def put_aside(lake: Lake, decisions: Sequence[Decision]) -> Path:
    """Keep decisions that do not hold where nobody takes them for ones that do, so that no work is lost; returns the file, on disk."""
    path = _path(lake).with_name("refused.jsonl")
    path.parent.mkdir(exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "r+b") as handle:
        fcntl.flock(handle.fileno(), fcntl.LOCK_EX)
        _append(handle, decisions)
    return path


def _append(handle: BinaryIO, decisions: Sequence[Decision]) -> None:
    """Add lines at the end of a file, after the end of a line that broke off."""
    append_lines(handle, b"".join(one.model_dump_json().encode() + b"\n" for one in decisions))


@contextmanager
def claim(lake: Lake, package_id: str, by: str, run: str = "") -> Iterator[str | None]:
    """Have a draft of a run to oneself until the block ends; yields who had it before when a stale claim was taken over.

    Raises DeskConflict when somebody else has it open.
    """
    folder = _claims(lake)
    path = folder / package_id
    mine = json.dumps({"by": by, "process": os.getpid(), "at": time.time(), "run": run})
    before = None
    with _alone(folder):
        try:
            _make(path, mine)
        except FileExistsError:
            before = _take_over(path, mine)
    try:
        yield before
    finally:
        with _alone(folder):
            if _read(path) == json.loads(mine):
                path.unlink(missing_ok=True)


def open_drafts(lake: Lake) -> dict[str, str]:
    """The drafts that somebody has open → the run, or nothing where that is not known."""
    folder = lake.folder / "desk" / "claims"
    held = {path.name: _read(path) for path in folder.glob("[!.]*")}
    return {name: str(claim.get("run", "")) for name, claim in held.items() if _holds(claim)}


@contextmanager
def nobody_begins(lake: Lake) -> Iterator[None]:
    """Keep everybody from opening a draft until the block ends, which should be soon."""
    with _alone(_claims(lake)):
        yield


def _claims(lake: Lake) -> Path:
    folder = lake.folder / "desk" / "claims"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.parent.chmod(0o700)
    return folder


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process at a time looks at a claim and changes it: between the two nobody else does."""
    with os.fdopen(os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600), "r+b") as handle:
        fcntl.flock(handle.fileno(), fcntl.LOCK_EX)
        yield


def _make(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
        handle.write(text)


def _read(path: Path) -> dict[str, object]:
    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _holds(claim: dict[str, object]) -> bool:
    """Whether who made a claim may still be at work."""
    age = abs(
        time.time() - float(str(claim.get("at", 0)))
    )  # A clock that was put back makes a claim of the future, which is as old.
    return bool(claim) and age < STALE_AFTER and is_running(int(str(claim.get("process", 0))))


def _take_over(path: Path, mine: str) -> str:
    """Take a claim whose holder has ended or gone away; raises DeskConflict for a live one."""
    held = _read(path)
    if _holds(held):
        raise DeskConflict(f"{held.get('by')} has {path.name} open. Take another, or wait until it is free.")
    path.unlink(missing_ok=True)
    _make(path, mine)
    return str(held.get("by", "nobody"))


def _path(lake: Lake) -> Path:
    return lake.folder / "desk" / "decisions.jsonl"
