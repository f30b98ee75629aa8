"""What left the force's hands, when, to whom? One line for each file, on disk before the file is where others can take it."""

from __future__ import annotations

import fcntl
import getpass
import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from headwater.engine import append_lines
from headwater.records import Lake


@dataclass(frozen=True)
class Disclosed:
    """One file for one team: its name, SHA-256, and whom it is about (package numbers, never names)."""

    file: str
    sha256: str
    team: str
    packages: list[str]


def log_disclosure(lake: Lake, files: Sequence[Disclosed], *, purpose: str, run: str) -> None:
    """Add the files to the lake's disclosure log (Data Protection Act 2018 s.62: the recipient and the reason are kept). Each line
    carries the digest of the line before it."""
    path = lake.folder / "log" / "disclosures.jsonl"
    path.parent.mkdir(exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "r+b") as handle:
        fcntl.flock(handle.fileno(), fcntl.LOCK_EX)
        content = handle.read()
        lines = content.split(b"\n")
        before = hashlib.sha256(next((line for line in reversed(lines) if line), b"")).hexdigest() if content else ""
        told = b""
        for one in files:
            line = json.dumps(
                {
                    "at": datetime.now(UTC).isoformat(timespec="seconds"), "user": getpass.getuser(), "purpose": purpose, "run": run,
                    **asdict(one), "before": before,
                },
                ensure_ascii=False, sort_keys=True,
            ).encode()  # fmt: skip
            before = hashlib.sha256(line).hexdigest()
            told += line + b"\n"
        append_lines(handle, told)


def read_disclosures(lake: Lake) -> list[dict[str, object]]:
    """Every line of the log, oldest first; half a line that a killed process left is passed over."""
    path = lake.folder / "log" / "disclosures.jsonl"
    found = []
    for line in path.read_bytes().split(b"\n") if path.exists() else []:
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found
