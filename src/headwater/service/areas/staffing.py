"""How many posts stand where today? A CSV file of posts, checked line by line. It names places and roles, never people. Pure."""

from __future__ import annotations

import csv
import io

from headwater.areas.levels import Level
from headwater.service.areas.planning import ROLES

COLUMNS = ("area", "role", "posts")
MOST = 100_000


class StaffingError(ValueError):
    """The file cannot be used; the message says which line, what is wrong and what to do."""


def read_staffing(content: bytes, level: Level) -> list[dict[str, int | str]]:
    """Rows of (area, role, posts, fixed), from columns area, role (PC or PCSO), posts and, where posts are tied to the place, fixed.

    Areas are codes of the level. Raises StaffingError.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise StaffingError("The file is not UTF-8 text. Save it as CSV UTF-8.") from None
    reader = csv.DictReader(io.StringIO(text))
    names = [name.strip().casefold() for name in (reader.fieldnames or ())]
    if lacking := [name for name in COLUMNS if name not in names]:
        raise StaffingError(
            f"The file has no column {', '.join(lacking)}. Its columns are area, role, posts and, if need be, fixed."
        )
    reader.fieldnames = names
    by_words = {words.casefold(): name for name, words in ROLES.items()}
    found: dict[tuple[str, str], dict[str, int | str]] = {}
    for number, row in enumerate(reader, start=2):
        area, role = (row["area"] or "").strip(), by_words.get((row["role"] or "").strip().casefold())
        if area not in level.names:
            raise StaffingError(
                f"Line {number}: there is no {level.one} {area!r}. Use the codes that the table of areas shows."
            )
        if role is None:
            raise StaffingError(f"Line {number}: the role is {row['role']!r}. Write {' or '.join(ROLES.values())}.")
        posts, fixed = _whole(row["posts"], number, "posts"), _whole(row.get("fixed") or "0", number, "fixed")
        if fixed > posts:
            raise StaffingError(
                f"Line {number}: {fixed} of {posts} posts are fixed. Fixed posts are some of the posts."
            )
        if (area, role) in found:
            raise StaffingError(f"Line {number}: {area} has a line for {ROLES[role]} already. Put both into one.")
        found[area, role] = {"area": area, "role": role, "posts": posts, "fixed": fixed}
    if not found:
        raise StaffingError("The file has a heading and no lines.")
    return list(found.values())


def _whole(text: str | None, line: int, column: str) -> int:
    told = (text or "").strip()
    if not told.isdecimal() or int(told[:9]) > MOST:
        raise StaffingError(f"Line {line}, column {column}: {told!r} is no whole number of posts.")
    return int(told)
