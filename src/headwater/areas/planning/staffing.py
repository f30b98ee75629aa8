"""How many posts stand where today? A CSV file of places, roles and posts, checked line by line. It names places, never people."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from headwater.areas.earlier_wards import ADVISE_WARDS, NAMED, Carrier, Posts, carry_posts
from headwater.areas.levels import WARD, Level

COLUMNS = ("area", "role", "posts")
MOST = 100_000
NOTHING_CARRIED = Carrier()


class StaffingError(ValueError):
    """The file cannot be used; the message says which line, what is wrong and what to do."""


@dataclass(frozen=True)
class Staffing:
    """Role → place → posts today, and those of them that are tied to the place. `carried` says which of them stood in wards that were drawn
    anew, and what it cost to count them in those of today."""

    posts: Posts
    fixed: Posts
    carried: str = ""

    def carry(self, level: Level, carrier: Carrier) -> Staffing:
        """The same in the places of the level. Raises GoneError where a place is no more and no lookup knows it."""
        found = carry_posts(self.posts, self.fixed, level, carrier)
        return Staffing(found.posts, found.fixed, found.said)


def read_staffing(path: Path, level: Level, roles: Mapping[str, str], carrier: Carrier = NOTHING_CARRIED) -> Staffing:
    """The posts of a file in the places of today; see `parse_staffing`. Raises StaffingError or GoneError."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise StaffingError(f"There is no file {path}.") from None
    return parse_staffing(content, path.name, level, roles, carrier).carry(level, carrier)


def parse_staffing(
    content: bytes, file: str, level: Level, roles: Mapping[str, str], carrier: Carrier = NOTHING_CARRIED
) -> Staffing:
    """Columns area (or team, ward: a code or a name of the level), role (id or name of `roles`), posts and, where posts are tied to the
    place, fixed. Posts of earlier wards that `carrier` knows stay as the file has them. Raises StaffingError."""
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
    rows = list(enumerate(reader, start=2))
    place_of = _places(rows, file, level, carrier if level.id == WARD else NOTHING_CARRIED)
    by_role = {word.casefold(): id for id, name in roles.items() for word in (id, name)}
    posts: dict[str, dict[str, int]] = {id: {} for id in roles}
    fixed: dict[str, dict[str, int]] = {id: {} for id in roles}
    for line, row in rows:
        place = place_of[line]
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
        if place in posts[role]:
            raise StaffingError(
                f"{file}, line {line}: {row['area']} has a line for {roles[role]} already. Put both into one."
            )
        posts[role][place], fixed[role][place] = held, tied
    if not any(posts.values()):
        raise StaffingError(f"{file} has a heading and no lines.")
    return Staffing(posts, fixed)


def _places(rows: list[tuple[int, dict[str, str]]], file: str, level: Level, carrier: Carrier) -> dict[int, str]:
    """Line → the code of its place. In a file that is by earlier wards a name is that of an earlier ward: one of today may bear it too, and
    lie elsewhere. Raises StaffingError for the first line that names no place, with all other places that are not there."""
    known = {code.casefold(): code for code in level.names}
    named: dict[str, list[str]] = {}
    for code, name in level.names.items():
        named.setdefault(name.casefold(), []).append(code)
    said = {line: (row["area"] or "").strip().casefold() for line, row in rows}
    sought = {word: carrier.find(word) for word in dict.fromkeys(said.values()) if word not in known}
    earlier = {word: ward for word, ward in sought.items() if ward}
    is_earlier = any(word not in named for word in earlier)
    found, strange = {}, dict[str, int]()
    for line, word in said.items():
        if word in known:
            found[line] = known[word]
        elif word in earlier and is_earlier:
            found[line] = earlier[word]
        elif len(named.get(word, ())) == 1:
            found[line] = named[word][0]
        elif word in named:
            raise StaffingError(
                f"{file}, line {line}: more than one bears this name, so give the code: {level.one} {dict(rows)[line]['area']!r}."
            )
        else:
            strange.setdefault(str(dict(rows)[line]["area"]), line)
    if strange:
        (first, line), *others = strange.items()
        told = f"{file}, line {line}: there is no {level.one} {first!r}."
        if others:
            few = ", ".join(f"{name!r}" for name, _ in others[:NAMED])
            more = f" and {len(others) - NAMED:,} more" if len(others) > NAMED else ""
            told += f" Nor is there {few}{more}."
        raise StaffingError(f"{told} {ADVISE_WARDS}" if level.id == WARD else told)
    return found


def _whole(text: str | None, file: str, line: int, column: str) -> int:
    told = (text or "").strip()
    if not told.isdecimal() or int(told[:9]) > MOST:
        raise StaffingError(f"{file}, line {line}, column {column}: {told!r} is no whole number of posts.")
    return int(told)
