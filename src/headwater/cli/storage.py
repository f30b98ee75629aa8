"""Does the disk lie behind a fault: full, or a file of the lake damaged? Says which file, and what to do."""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from headwater.cli import options

_FULL = {os.strerror(number).lower(): os.strerror(number) for number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)}
_FULL_WORDS = re.compile("|".join(_FULL), re.IGNORECASE)
_TOO_LARGE = os.strerror(errno.EFBIG)


def explain_storage(fault: BaseException) -> str | None:
    """The message for a fault that comes from a full disk or a damaged file of the lake; None for any other."""
    chain = _chain(fault)
    full = [why for one in chain if (why := _say_full(one))]
    if full:
        named = [str(one.filename) for one in chain if isinstance(one, OSError) and one.filename]
        named += [found[1] for one in chain if (found := re.search(r"file [\"']([^\"']+)[\"']", str(one)))]
        place = named[0] if named else options.opened.folder if options.opened else Path.cwd()
        what, do = ("The disk is full", "Make room there")
        if full[0] == _TOO_LARGE:
            what, do = (
                "A file may not grow",
                "Lift the limit on the size of files (`ulimit -f` shows it; a file system may have one too)",
            )
        return (
            f"{what}: {place} ({full[0]}). Nothing half-done was kept, and what was finished before is whole. {do}, then "
            "run the same command again: it goes on from what was finished."
        )
    if options.opened and (damaged := find_damaged(options.opened.folder)):
        return explain_damage(options.opened.folder, damaged)
    return None


def _say_full(fault: BaseException) -> str | None:
    """Why nothing more can be written, as the system says it, if this fault tells of that."""
    if isinstance(fault, OSError) and fault.errno and (why := os.strerror(fault.errno)).lower() in _FULL:
        return why
    found = _FULL_WORDS.search(str(fault))  # Some libraries keep the words and lose the number.
    return _FULL[found[0].lower()] if found else None


def find_damaged(lake: Path) -> Path | None:
    """The first Parquet file of a lake that cannot be read to its end. Reads all of them: only after a fault."""
    for path in sorted([*lake.glob("batches/[!.]*/*.parquet"), *lake.glob("derived/*/[!.]*/*.parquet")]):
        try:
            with pq.ParquetFile(path) as file:
                for _ in file.iter_batches():
                    pass
        except (pa.ArrowException, OSError):
            return path
    return None


def explain_damage(lake: Path, path: Path) -> str:
    """What to do about a damaged file: what was derived is made again, what was loaded comes from a backup."""
    if path.is_relative_to(lake / "derived"):
        return (
            f"The file {path} is damaged. It was made from loaded records: remove the folder {path.parent} and run the same command "
            "again, which makes it anew."
        )
    return (
        f"The file {path} is damaged. It holds loaded records, so it is not made again: restore the folder {path.parent} from a backup, "
        "then run the same command again. Nothing was changed. Have the disk checked."
    )


def _chain(fault: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while fault is not None and fault not in found:
        found.append(fault)
        fault = fault.__cause__ or fault.__context__
    return found
