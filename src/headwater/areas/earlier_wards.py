"""Where do the posts of a ward count once wards are drawn anew? By the small areas of the earlier ward, and the residents of each.

A ward that lies within one of today is counted there. The posts of one that was cut apart are shared out among its parts by residents, as
whole posts, by Webster's method; those that are tied to the place count where most of its residents live. What was carried, and how
much of it rests on a cut, is told.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from headwater.areas.allocation import Place, allot
from headwater.areas.fit import FitError, Lookup, make_lookup
from headwater.areas.levels import WARD as WARD_LEVEL
from headwater.areas.levels import Level
from headwater.areas.lookup_file import LSOA, WARD, WARD_NAME, read_lookup_file
from headwater.areas.redrawn import Redrawn
from headwater.engine import write_atomically

HEADS = {"small area": LSOA, "ward": WARD, "name of the ward": WARD_NAME}
ADVICE = "Take the lookup of small areas to wards of the Office for National Statistics, of the year that the posts are counted by."
NAMED = 5
"""So many places are named in what is said of a fault."""

Posts = Mapping[str, Mapping[str, int]]
"""Role → place → posts."""


ADVISE_WARDS = "If wards were drawn anew, load the lookup of small areas to wards by which these posts are counted: headwater areas load FILE --as wards"


class GoneError(ValueError):
    """Posts stand in places that are no more and that no lookup knows; the message names them and says what to do."""


@dataclass(frozen=True)
class EarlierWards:
    """The wards of an earlier lookup that touch the force: `names` and small `areas` by code; its `vintage` (`wd13`) and `file`."""

    names: Mapping[str, str]
    areas: Mapping[str, Sequence[str]]
    vintage: str
    file: str


def load_wards(path: Path, folder: Path, own: Iterable[str], redrawn: Redrawn | None) -> dict[str, object]:
    """Keep an earlier lookup of small areas to wards beside others in `folder`; what it says, as a manifest. `own` are the force's small
    areas: wards without any of them are left out. Raises FitError where none has any."""
    read = read_lookup_file(path, HEADS, ADVICE)
    near = set(own)
    near |= {code for pair in (redrawn.pairs if redrawn else ()) if near & set(pair) for code in pair}
    names: dict[str, str] = {}
    areas: dict[str, list[str]] = {}
    for _, row in read.rows:
        if row["small area"] in near:
            names[row["ward"]] = row["name of the ward"]
            inside = areas.setdefault(row["ward"], [])
            if row["small area"] not in inside:
                inside.append(row["small area"])
    if not names:
        raise FitError(
            f"{path.name} has none of the force's small areas. Where it is of another census year, load the lookup of small areas first: "
            "headwater areas load FILE --as lookup"
        )
    vintage = read.vintage("ward")
    kept = {"names": names, "areas": areas, "vintage": vintage, "file": read.name}
    with write_atomically(folder / "lookups" / f"wards-{vintage}.json") as temporary:
        temporary.write_text(json.dumps(kept, ensure_ascii=False) + "\n", encoding="utf-8")
    return {
        "file": read.name, "sha256": read.sha256, "vintage": vintage, "rows": len(read.rows), "wards": len(names),
        "small_areas": len({code for inside in areas.values() for code in inside}),
    }  # fmt: skip


def open_wards(folder: Path) -> tuple[EarlierWards, ...]:
    """The earlier lookups that are kept in `folder`, the newest first. Raises FitError for one that cannot be read."""
    found = []
    for path in (folder / "lookups").glob("wards-*.json"):
        try:
            found.append(EarlierWards(**json.loads(path.read_text(encoding="utf-8"))))
        except (ValueError, TypeError):
            raise FitError(f"{path} is damaged. Load the lookup again: headwater areas load FILE --as wards") from None
    return tuple(sorted(found, key=lambda one: one.vintage[-2:], reverse=True))


@dataclass(frozen=True)
class Carrier:
    """What leads from earlier places to those of a level: the lookups that are known, the residents of small areas, and which small areas
    became which."""

    earlier: tuple[EarlierWards, ...] = ()
    residents: Mapping[str, float] = field(default_factory=dict)
    redrawn: Redrawn | None = None

    def find(self, said: str) -> str | None:
        """The code of an earlier ward by its code or its name; None where none, or more than one, is called so."""
        plain = said.strip().casefold()
        for one in self.earlier:
            same = [code for code, name in one.names.items() if plain in (code.casefold(), name.casefold())]
            if same:
                return same[0] if len(same) == 1 else None
        return None

    def lookup(self, code: str, level: Level) -> Lookup | None:
        """In which places of the level the earlier ward lies, by residents; None where it is not known or lies outside."""
        one = next((one for one in self.earlier if code in one.names), None)
        if one is None:
            return None
        became: dict[str, list[str]] = {}
        for old, new in self.redrawn.pairs if self.redrawn else ():
            became.setdefault(old, []).append(new)
            became.setdefault(new, []).append(old)
        inside = [piece for area in one.areas[code] for piece in ([area] if area in level.of else became.get(area, ()))]
        inside = [piece for piece in dict.fromkeys(inside) if piece in level.of]
        sized = all(self.residents.get(piece, 0) > 0 for piece in inside) if self.residents else False
        rows = [(code, level.of[piece], self.residents[piece] if sized else 1.0) for piece in inside]
        return make_lookup(one.vintage, level.id, rows) if rows else None

    def vintages(self) -> str:
        """Which lookups these are, in words."""
        return " and ".join(f"{one.vintage}, {one.file}" for one in self.earlier)


@dataclass(frozen=True)
class Carried:
    """Posts and tied posts in places of today, and what that cost, as a sentence (empty: nothing had to be carried)."""

    posts: dict[str, dict[str, int]]
    fixed: dict[str, dict[str, int]]
    said: str


def carry_posts(posts: Posts, fixed: Posts, level: Level, carrier: Carrier) -> Carried:
    """Posts in the places of the level, those of earlier wards where these lie today; no post is lost. Raises GoneError where a place that has
    posts is no more and no lookup knows it."""
    gone = sorted({code for held in posts.values() for code in held if code not in level.names})
    if not gone:
        return Carried({r: dict(held) for r, held in posts.items()}, {r: dict(held) for r, held in fixed.items()}, "")
    ways = {code: carrier.lookup(code, level) for code in gone}
    if lost := [code for code, way in ways.items() if way is None]:
        raise GoneError(say_gone(lost, level))
    told, tied, carried, cut = {}, {}, 0, 0
    for role, held in posts.items():
        told[role] = {code: number for code, number in held.items() if code in level.names}
        tied[role] = {code: number for code, number in fixed.get(role, {}).items() if code in level.names}
        for code in gone:
            way, number = ways[code], held.get(code, 0)
            if way is None or not number:
                continue
            stays, best = fixed.get(role, {}).get(code, 0), way.best()[code]
            places = [
                Place(place, place, share, fixed=stays if place == best else 0)
                for place, share in way.parts[code].items()
            ]
            for place, some in allot(places, number).posts.items():
                told[role][place] = told[role].get(place, 0) + some
            tied[role][best] = tied[role].get(best, 0) + stays
            carried += number
            cut += number if len(places) > 1 else 0
    split = sum(len(way.parts[code]) > 1 for code, way in ways.items() if way)
    said = (
        f"Carried over: {carried:,} posts of {len(gone):,} {level.many} that were drawn anew ({carrier.vintages()}) count where these lie today. "
        f"{cut:,} of them ({cut / max(carried, 1):.0%}) are of {split:,} that were cut apart, and are shared out among the parts by "
        f"{'residents' if carrier.residents else 'small areas, for residents are not known'}."
    )
    return Carried(told, tied, said)


def say_gone(lost: Sequence[str], level: Level) -> str:
    """Which places are no more, and what to do."""
    more = f" and {len(lost) - NAMED:,} more" if len(lost) > NAMED else ""
    what = f"{', '.join(lost[:NAMED])}{more}: there is no such {level.one} today."
    if level.id == WARD_LEVEL:
        return f"{what} {ADVISE_WARDS}"
    return (
        f"{what} Bring the posts by the {level.many} of today: no lookup says where those of earlier {level.many} lie."
    )
