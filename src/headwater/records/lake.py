"""Where do the force's records live? One private folder: batches, derived tables, decisions, logs.

lake/
  batches/<batch>/manifest.json + <table>.parquet + raw.parquet + quarantine.parquet
  derived/<stage>/<fingerprint>/<table>.parquet + done.json      (safe to delete: made again from batches)
                                + made.json                      (which of the stage's folders was made before which)
  models/linkage.json                                            (the stored linkage model, when retrained here)
  decisions/identity.jsonl                                       (what reviewers decided)
  log/consultations.jsonl                                        (who read about whom, and why)
  runs/<run>/…                                                   (what a search made)
  desk/packages/<run>/…                                          (what was handed on of runs that were removed)
"""

from __future__ import annotations

import errno
import fcntl
import getpass
import hashlib
import json
import os
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, TypeVar

from headwater.engine import append_lines, write_atomically

T = TypeVar("T")

LOOKS = 5
"""So often a lake is looked at that changes meanwhile, before that is said."""


class LakeError(Exception):
    """The lake folder cannot be used as it is; the message says what to do."""


_CANNOT_LOCK = frozenset({errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.ENOLCK})


class LakeBusy(LakeError):
    """Another run is writing to this lake."""


class Lake:
    """The lake folder. `Lake.open(path)` makes it when it is not there and refuses one that others can read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def open(cls, folder: Path, *, create: bool = True) -> Lake:
        """Open the lake in `folder`; raises LakeError when it is missing (`create=False`), wide open or not ours."""
        if not folder.exists():
            if not create:
                raise LakeError(f"There is no lake at {folder}. Load some records first: headwater load FOLDER")
            folder.mkdir(parents=True, mode=0o700)
            folder.chmod(0o700)
        if not folder.is_dir():
            raise LakeError(f"{folder} is a file, not a folder. Name a folder for the lake.")
        status = folder.stat()
        mode = stat.S_IMODE(status.st_mode)
        if mode & 0o077:
            raise LakeError(
                f"The lake folder {folder} can be read by others (mode {mode:04o}). Close it first: chmod 700 {folder}"
            )
        if status.st_uid != os.geteuid():
            raise LakeError(f"The lake folder {folder} belongs to another user. Run as its owner.")
        for part in (folder, folder / "batches"):
            if part.exists() and not os.access(part, os.R_OK | os.X_OK):
                raise LakeError(
                    f"The lake folder {part} cannot be read: permission denied. Run as its owner, or: chmod u+rwx {part}"
                )
        return cls(folder)

    @property
    def made_up(self) -> bool:
        """Whether made-up records were ever loaded here: every page of every search then says so."""
        return (self.folder / "made-up").exists()

    def mark_made_up(self) -> None:
        """Remember that the records are made up; there is no way back."""
        (self.folder / "made-up").touch(mode=0o600)

    @property
    def batches(self) -> Path:
        """Loaded records, one folder a batch."""
        return self.folder / "batches"

    @property
    def models(self) -> Path:
        """Models that were trained here."""
        return self.folder / "models"

    @property
    def decisions(self) -> Path:
        """What people decided about identities."""
        return self.folder / "decisions"

    @property
    def runs(self) -> Path:
        """What searches made."""
        return self.folder / "runs"

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Keep every other writer out until the block ends; raises LakeBusy when one is at work already, LakeError where
        the file system keeps no locks."""
        descriptor = os.open(self.folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise LakeBusy(
                    f"Another run is writing to the lake {self.folder}. Wait until it has ended, then try again."
                ) from None
            except OSError as fault:
                if fault.errno not in _CANNOT_LOCK:
                    raise
                raise LakeError(
                    f"The folder {self.folder} lies on a file system that keeps no locks ({fault.strerror}), so two runs could write to it "
                    "at once. Put the lake on one that does, or mount this one with locks (Lustre: -o flock)."
                ) from None
            yield
        except OSError as fault:  # A full disk often does not say which.
            fault.filename = fault.filename or str(self.folder)
            raise
        finally:
            os.close(descriptor)

    def look(self, see: Callable[[], T]) -> T:
        """What `see` finds, without keeping anybody out: where something goes away as it is looked at, it looks again.

        Raises LakeBusy when something goes each time, and a LakeError of `see` when it says the same twice: then it is no passing state.
        """
        said, gone = "", ""
        for _ in range(LOOKS):
            try:
                return see()
            except FileNotFoundError as fault:
                gone = str(fault.filename or self.folder)
            except LakeError as fault:
                if str(fault) == said:
                    raise
                said = str(fault)
        raise LakeBusy(
            f"The lake {self.folder} changed {LOOKS} times while it was looked at, the last time at {gone or said}: another run is writing to it. "
            "Wait until it has ended, then run the same command again."
        )

    def batch_files(self, table: str) -> list[Path]:
        """The Parquet files of one table over all finished batches, in batch order."""
        return [path for folder in self._finished() if (path := folder / f"{table}.parquet").exists()]

    def manifests(self) -> list[dict[str, object]]:
        """The manifests of all finished batches, in batch order. Raises LakeError for a batch that is not whole: whose manifest
        cannot be read, or that lacks a file that its manifest names; and where a number between the batches is missing."""
        found = []
        folders = self._finished()
        self._check_numbers(folders)
        for folder in folders:
            try:
                manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
                needed = {name for name, rows in manifest["tables"].items() if rows} | {"raw"}
                lost = sorted(f"{name}.parquet" for name in needed if not (folder / f"{name}.parquet").exists())
            except (ValueError, KeyError, TypeError, AttributeError, FileNotFoundError):
                lost = ["manifest.json"]
            if lost:
                raise LakeError(
                    f"The batch {folder} is damaged: {lost[0]} is missing or cannot be read. Its records would be left out without a "
                    "word, so nothing was done. Restore that folder from a backup, then run the same command again."
                )
            found.append(manifest)
        return found

    def _check_numbers(self, folders: list[Path]) -> None:
        """Batches are numbered 1, 2, 3 … as they come, and none is ever taken away: a gap is a folder that was lost, in a copy for instance."""
        numbers = {int(begin) for folder in folders if (begin := folder.name.split("-")[0]).isdigit()}
        lost = sorted(set(range(1, max(numbers, default=0))) - numbers)
        if lost:
            which = "batch" if len(lost) == 1 else f"{len(lost)} batches, the first of them"
            raise LakeError(
                f"The lake {self.folder} has lost {which} number {lost[0]:06d}: no folder in {self.batches} has that number. Its records would "
                "be left out without a word, so nothing was done. Restore it from a backup, then run the same command again."
            )

    def _finished(self) -> list[Path]:
        """The folders of finished batches; one that a killed load left has a name that begins with a dot."""
        folders = self.batches.iterdir() if self.batches.exists() else ()
        return sorted(path for path in folders if path.is_dir() and not path.name.startswith("."))

    def derived(self, stage: str, fingerprint: str) -> Path:
        """The folder that holds what `stage` makes from inputs of this fingerprint."""
        return self.folder / "derived" / stage / fingerprint

    def list_derived(self, stage: str) -> list[Path]:
        """The finished folders of a stage, the newest first: by the numbers in their `made.json`, as a copy of the lake need not keep the
        times of its files. Those from before there were numbers are older than all others, and stand in the order of their times."""
        found = []
        for path in (self.folder / "derived" / stage).glob("*/done.json"):
            if not path.parent.name.startswith("."):
                with suppress(FileNotFoundError):  # It was removed as it was looked at.
                    found.append((_number(path.parent), path.stat().st_mtime_ns, path.parent))
        return [folder for _, _, folder in sorted(found, reverse=True)]

    def state(self) -> list[str]:
        """What the finished batches hold, one text for each in batch order: equal states mean equal rows.

        A batch is never changed but by an erasure, and that is written in its manifest: so the manifest tells.
        """
        return [
            f"{folder.name}:{hashlib.sha256((folder / 'manifest.json').read_bytes()).hexdigest()[:16]}"
            for folder in self._finished()
        ]

    @contextmanager
    def make_derived(self, stage: str, fingerprint: str) -> Iterator[Path]:
        """Yield an empty working folder; when the block ends well it becomes `derived(stage, fingerprint)` at once."""
        final = self.derived(stage, fingerprint)
        working = final.with_name(f".{final.name}.{os.getpid()}.part")
        shutil.rmtree(working, ignore_errors=True)
        for folder in (final.parent.parent, final.parent, working):
            folder.mkdir(exist_ok=True, mode=0o700)
        try:
            yield working
            number = 1 + max((_number(folder) for folder in self.list_derived(stage)), default=0)
            write_json(working / "made.json", {"number": number})
            shutil.rmtree(final, ignore_errors=True)
            working.replace(final)
        finally:
            shutil.rmtree(working, ignore_errors=True)

    def sweep(self) -> None:
        """Remove what killed runs left behind: hidden working folders. Call it while holding the lake."""
        for pattern in ("batches/.*.part", "derived/*/.*.part", "runs/.*.part"):
            for leftover in self.folder.glob(pattern):
                shutil.rmtree(leftover, ignore_errors=True)

    def hide(self, folder: Path) -> Path:
        """Take a run or a derived folder out of every reader's sight at once; returns where it lies until it is removed, by `sweep` if
        not by the caller. Call it while holding the lake. Raises LakeError for any other folder."""
        if folder.is_symlink() or (folder.parent != self.runs and folder.parent.parent != self.folder / "derived"):
            raise LakeError(f"{folder} is neither a run nor a derived folder of {self.folder}. It was left as it is.")
        return folder.rename(folder.with_name(f".{folder.name}.{os.getpid()}.part"))

    def log_consultation(self, *, command: str, purpose: str, subjects: Sequence[str], user: str | None = None) -> None:
        """Write who read about whom, and why, before anything is shown (Data Protection Act 2018 s.62); or what is erased, before it is.

        `subjects` are ids of people, packages or runs, never names. `user` is who reads, where that is not the account under which this process
        runs: the web service runs under one for everybody. Each line carries the digest of the line before it, so a
        line that is changed or taken out shows. The line is on disk when this returns.
        """
        path = self.folder / "log" / "consultations.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "r+b") as handle:
            fcntl.flock(handle.fileno(), fcntl.LOCK_EX)
            last = _last_line(handle)
            line = {
                "at": datetime.now(UTC).isoformat(timespec="seconds"),
                "user": user or getpass.getuser(),
                "command": command,
                "purpose": purpose,
                "subjects": list(subjects),
                "before": hashlib.sha256(last).hexdigest() if last else "",
            }
            # Half a line is of a process that was killed in the middle of it, and so before it showed anything.
            append_lines(handle, json.dumps(line, ensure_ascii=False, sort_keys=True).encode() + b"\n")


def _number(folder: Path) -> int:
    """Which of its stage's folders a derived one was, counted from 1; 0 where it does not say: then others are built upon, rightly too."""
    try:
        return int(json.loads((folder / "made.json").read_text("utf-8"))["number"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return 0


def _last_line(handle: BinaryIO, block: int = 1 << 16) -> bytes:
    """The last line of a file, without reading all of it."""
    end = handle.seek(0, os.SEEK_END)
    start, tail = end, b""
    while start and b"\n" not in tail[:-1]:
        start, block = max(0, start - block), 2 * block
        handle.seek(start)
        tail = handle.read(end - start)
    handle.seek(end)
    return tail.removesuffix(b"\n").rsplit(b"\n", 1)[-1]


def verify_log(lake: Lake) -> int:
    """How many lines the consultation log has; raises LakeError at the first line that does not follow from the last."""
    path = lake.folder / "log" / "consultations.jsonl"
    if not path.exists():
        return 0
    before, number = "", 0
    with path.open("rb") as handle:
        for number, ended in enumerate(handle, start=1):
            line = ended.removesuffix(b"\n")
            if _before(line) not in (before, None):
                raise LakeError(
                    f"The consultation log {path} was changed: line {number} does not follow from the line before it. "
                    "Tell the data-protection officer; keep the file as it is."
                )
            before = hashlib.sha256(line).hexdigest()
    return number


def _before(line: bytes) -> str | None:
    """The digest that a line carries of the line before it; None for half a line, which a killed process left."""
    try:
        content = json.loads(line)
    except ValueError:
        return None
    return str(content["before"]) if isinstance(content, dict) and "before" in content else ""


def fingerprint(parts: Iterable[str]) -> str:
    """A short stable name for a set of inputs: 16 hexadecimal digits of SHA-256 over the parts in order."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode("utf-8"))
        digest.update(b"\0")
    return digest.hexdigest()[:16]


def write_json(path: Path, content: object) -> None:
    """Write `content` as indented JSON with sorted keys, whole or not at all."""
    text = json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True, default=str) + "\n"
    with write_atomically(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
