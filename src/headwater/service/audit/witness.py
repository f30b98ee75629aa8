"""Was the end of the log cut off? A file beside the data remembers where the chain ended, out of reach of whoever owns the database.

The chain itself shows lines that were changed or lost in the middle. That its newest lines are gone, or that all of it was written
anew, shows only against a copy of a hash that is kept elsewhere: copy the file off the machine, like any backup.
"""

from __future__ import annotations

import os
from pathlib import Path

from django.db import connection
from django.utils import timezone

FILE = "log-heads"


def keep_head(folder: Path) -> None:
    """Add where the chain ends now, when it has grown: time, number of the seal, hash."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sequence, hash FROM audit_seal ORDER BY sequence DESC LIMIT 1")
        head = cursor.fetchone()
    kept = _kept(folder)
    if head is None or (kept and kept[-1][1:] == (str(head[0]), head[1])):
        return
    descriptor = os.open(folder / FILE, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8") as handle:
        handle.write(f"{timezone.now().isoformat(timespec='seconds')} {head[0]} {head[1]}\n")


def lost_heads(folder: Path) -> list[str]:
    """Ends of the chain that were seen once and are not in it any more, in words."""
    kept = _kept(folder)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sequence::text, hash FROM audit_seal WHERE sequence = ANY(%s)", [[int(one[1]) for one in kept]]
        )
        held = dict(cursor.fetchall())
    return [
        f"the log ended with seal {number} on {at}, which is not in it now"
        for at, number, digest in kept
        if held.get(number) != digest
    ]


def is_due(folder: Path, hours: int = 1) -> bool:
    """Whether the last end was kept longer ago than that."""
    file = folder / FILE
    return not file.exists() or timezone.now().timestamp() - file.stat().st_mtime > hours * 3600


def _kept(folder: Path) -> list[tuple[str, str, str]]:
    file = folder / FILE
    if not file.exists():
        return []
    rows = [line.split(" ") for line in file.read_text("utf-8").splitlines()]
    return [(row[0], row[1], row[2]) for row in rows if len(row) == 3 and row[1].isdecimal()]
