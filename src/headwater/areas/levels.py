"""At which levels are areas looked at? Small areas, wards where a lookup is there, neighbourhood teams, Neighbourhood Policing Units."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from headwater.areas.teams import Teams, TeamsError, read_teams
from headwater.catalogue import list_files

SMALL_AREA, WARD, TEAM, NPU = "small-area", "ward", "team", "npu"


@dataclass(frozen=True)
class Level:
    """One level: `names` by code; `of` says in which area of this level each small area lies (a team: the one that leads there);
    `unit` is the Neighbourhood Policing Unit of each code, where most of its small areas lie."""

    id: str
    one: str
    many: str
    names: Mapping[str, str]
    of: Mapping[str, str]
    unit: Mapping[str, str]

    def parts(self) -> dict[str, list[str]]:
        """Code → its small areas, in order."""
        found: dict[str, list[str]] = {code: [] for code in self.names}
        for lsoa, code in self.of.items():
            found[code].append(lsoa)
        return {code: sorted(inside) for code, inside in found.items()}


def read_levels(catalogue: Path | None = None) -> dict[str, Level]:
    """The levels by id, from `areas/*.csv` of the catalogue. Wards are there when `areas/wards.csv` (lsoa, ward, name) is.

    Raises TeamsError for a file that cannot be used.
    """
    teams = read_teams(catalogue)
    levels = [
        _level(SMALL_AREA, "small area", "small areas", teams, {area: area for area in teams.areas}, _names(teams)),
        _level(
            TEAM, "team", "teams", teams, {lsoa: team for team, lsoa, lead in teams.covers if lead}, {one.team_id: one.name for one in teams.teams.values()}
        ),
        _level(
            NPU, "policing unit", "policing units", teams, {lsoa: unit_code(area.npu) for lsoa, area in teams.areas.items()},
            {unit_code(area.npu): area.npu for area in teams.areas.values()},
        ),
    ]  # fmt: skip
    if wards := _read_wards(catalogue, teams):
        of, names = wards
        levels.insert(1, _level(WARD, "ward", "wards", teams, of, names))
    return {level.id: level for level in levels}


def unit_code(name: str) -> str:
    """A Neighbourhood Policing Unit as an address can hold it."""
    return "npu-" + re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")


def _names(teams: Teams) -> dict[str, str]:
    return {area.lsoa: area.name for area in teams.areas.values()}


def _level(id: str, one: str, many: str, teams: Teams, of: Mapping[str, str], names: Mapping[str, str]) -> Level:
    votes: dict[str, dict[str, int]] = {}
    for lsoa, code in of.items():
        where = votes.setdefault(code, {})
        npu = teams.areas[lsoa].npu
        where[npu] = where.get(npu, 0) + 1
    unit = {code: max(sorted(where), key=lambda npu: where[npu]) for code, where in votes.items()}
    return Level(id, one, many, {code: names[code] for code in sorted(votes)}, of, unit)


def _read_wards(catalogue: Path | None, teams: Teams) -> tuple[dict[str, str], dict[str, str]] | None:
    file = next((item for item in list_files("areas", ".csv", catalogue) if Path(item.name).stem == "wards"), None)
    if file is None:
        return None
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
    if not rows or not {"lsoa", "ward", "name"} <= set(rows[0]):
        raise TeamsError(
            "wards.csv needs the columns lsoa, ward, name and at least one row. Mend it, or take it away: then there are no wards."
        )
    of = {row["lsoa"]: row["ward"] for row in rows if row["lsoa"] in teams.areas}
    if missing := sorted(set(teams.areas) - set(of)):
        raise TeamsError(f"wards.csv has no ward for {missing[0]} ({len(missing)} small areas in all). Add them.")
    return of, {row["ward"]: row["name"] for row in rows}


def read_postcodes(catalogue: Path | None = None) -> dict[str, str]:
    """Postcode without blanks → its small area, from `areas/postcodes.csv` of the catalogue where it is there: columns postcode and lsoa,
    or pcds and lsoa11 as in the postcode directory of the Office for National Statistics. Raises TeamsError for other columns."""
    file = next((item for item in list_files("areas", ".csv", catalogue) if Path(item.name).stem == "postcodes"), None)
    if file is None:
        return {}
    reader = csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig")))
    for postcode, lsoa in (("postcode", "lsoa"), ("pcds", "lsoa11")):
        if {postcode, lsoa} <= set(reader.fieldnames or ()):
            return {plain_postcode(row[postcode]): row[lsoa] for row in reader}
    raise TeamsError(
        "postcodes.csv needs the columns postcode and lsoa (or pcds and lsoa11). Mend it, or take it away: then none is found."
    )


def plain_postcode(text: str) -> str:
    """A postcode as it is compared: capitals, no blanks."""
    return "".join(text.split()).upper()
