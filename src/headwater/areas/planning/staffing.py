"""How many posts stand where today? A CSV file of places, roles and posts, checked line by line. It names places, never people."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from headwater.areas.levels import Level

COLUMNS = ("area", "role", "posts")
MOST = 100_000


class StaffingError(ValueError):
    """The file cannot be used; the message says which line, what is wrong and what to do."""


@dataclass(frozen=True)
class Staffing:
    """Role → place → posts today, and those of them that are tied to the place."""

    posts: Mapping[str, Mapping[str, int]]
    fixed: Mapping[str, Mapping[str, int]]


def read_staffing(path: Path, level: Level, roles: Mapping[str, str]) -> Staffing:
    """The posts of a file; see `parse_staffing`. Raises StaffingError."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise StaffingError(f"There is no file {path}.") from None
    return parse_staffing(content, path.name, level, roles)


def parse_staffing(content: bytes, file: str, level: Level, roles: Mapping[str, str]) -> Staffing:
    """Columns area (or team, ward: a code or a name of the level), role (id or name of `roles`), posts and, where posts are tied to the
    place, fixed. Raises StaffingError."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise StaffingError(f"{file} is not UTF-8 text. Save it as CSV UTF-8.") from None
    reader = csv.DictReader(text.splitlines())
    heads = [name.strip().casefold() for name in reader.fieldnames or ()]
    heads = ["area" if name in ("team", "ward", "place") else name for name in heads]
    if lacking := [name for name in COLUMNS if name not in heads]:
        raise StaffingError(
            f"{file} has no column {', '.join(lacking)}. It needs area, role, posts and, if need be, fixed; it has: "
            f"{', '.join(reader.fieldnames or ()) or 'nothing'}."
        )
    reader.fieldnames = heads
    known = {code.casefold(): code for code in level.names}
    named: dict[str, list[str]] = {}
    for code, name in level.names.items():
        named.setdefault(name.casefold(), []).append(code)
    by_role = {word.casefold(): id for id, name in roles.items() for word in (id, name)}
    posts: dict[str, dict[str, int]] = {id: {} for id in roles}
    fixed: dict[str, dict[str, int]] = {id: {} for id in roles}
    for line, row in enumerate(reader, start=2):
        said = (row["area"] or "").strip().casefold()
        found = [known[said]] if said in known else named.get(said, [])
        if len(found) != 1:
            what = "there is no" if not found else "more than one bears this name, so give the code:"
            raise StaffingError(f"{file}, line {line}: {what} {level.one} {row['area']!r}.")
        role = by_role.get((row["role"] or "").strip().casefold())
        if role is None:
            raise StaffingError(
                f"{file}, line {line}: the role is {row['role']!r}. Write {' or '.join(roles.values())}."
            )
        held, tied = _whole(row["posts"], file, line, "posts"), _whole(row.get("fixed") or "0", file, line, "fixed")
        if tied > held:
            raise StaffingError(
                f"{file}, line {line}: {tied} of {held} posts are fixed. Fixed posts are some of the posts."
            )
        if found[0] in posts[role]:
            raise StaffingError(
                f"{file}, line {line}: {row['area']} has a line for {roles[role]} already. Put both into one."
            )
        posts[role][found[0]], fixed[role][found[0]] = held, tied
    if not any(posts.values()):
        raise StaffingError(f"{file} has a heading and no lines.")
    return Staffing(posts, fixed)


def _whole(text: str | None, file: str, line: int, column: str) -> int:
    told = (text or "").strip()
    if not told.isdecimal() or int(told[:9]) > MOST:
        raise StaffingError(f"{file}, line {line}, column {column}: {told!r} is no whole number of posts.")
    return int(told)
