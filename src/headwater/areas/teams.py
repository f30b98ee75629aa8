"""Which neighbourhood team covers a small area? Teams are catalogue data: sets of small areas, many to many."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from headwater.catalogue import list_files
from headwater.engine import Engine


class TeamsError(Exception):
    """The team files contradict each other; the message says where and what to do."""


@dataclass(frozen=True)
class SmallArea:
    """A small area (LSOA 2011) with its official name, district and Neighbourhood Policing Unit."""

    lsoa: str
    name: str
    district: str
    npu: str


@dataclass(frozen=True)
class Team:
    """A neighbourhood team of one Neighbourhood Policing Unit."""

    team_id: str
    name: str
    npu: str


@dataclass(frozen=True)
class Teams:
    """All teams, the areas they cover, and which of them leads in an area."""

    areas: dict[str, SmallArea]
    teams: dict[str, Team]
    covers: tuple[tuple[str, str, bool], ...]

    def team_for(self, lsoa: str) -> Team | None:
        """The team that leads in a small area; None when nobody does or the code is not of this force."""
        for team_id, area, lead in self.covers:
            if area == lsoa and lead:
                return self.teams[team_id]
        return None


_COLUMNS = {
    "small_areas": ("lsoa", "name", "district", "npu"), "teams": ("team_id", "name", "npu"), "team_areas": ("team_id", "lsoa", "lead"),
}  # fmt: skip
_YES = ("true", "yes", "y", "1")


def read_teams(catalogue: Path | None = None) -> Teams:
    """Read `areas/*.csv` of the catalogue; a force's own files in `catalogue/areas/` replace the built-in ones.

    Raises TeamsError when a team covers an unknown area, an area has no lead team, or more than one.
    """
    files = {Path(item.name).stem: item for item in list_files("areas", ".csv", catalogue)}

    def rows(stem: str) -> list[dict[str, str]]:
        try:
            found = csv.DictReader(io.StringIO(files[stem].read_text(encoding="utf-8-sig")))
            content = list(found)
        except UnicodeDecodeError:
            raise TeamsError(f"{stem}.csv is not UTF-8 text. Save it as CSV UTF-8.") from None
        if lacking := [name for name in _COLUMNS[stem] if name not in (found.fieldnames or ())]:
            raise TeamsError(
                f"{stem}.csv has no column {', '.join(lacking)}. Its columns are {', '.join(_COLUMNS[stem])}, with commas between."
            )
        if not content:
            raise TeamsError(f"{stem}.csv has a heading and no rows. Add at least one.")
        return content

    areas = {
        row["lsoa"]: SmallArea(row["lsoa"], row["name"], row["district"], row["npu"]) for row in rows("small_areas")
    }
    teams = {row["team_id"]: Team(row["team_id"], row["name"], row["npu"]) for row in rows("teams")}
    covers = tuple((row["team_id"], row["lsoa"], row["lead"].strip().lower() in _YES) for row in rows("team_areas"))
    for team_id, lsoa, _ in covers:
        if team_id not in teams:
            raise TeamsError(f"team_areas.csv names team {team_id}, which teams.csv does not have. Add it there.")
        if lsoa not in areas:
            raise TeamsError(f"team_areas.csv names area {lsoa}, which small_areas.csv does not have. Add it there.")
    leads = Counter(lsoa for _, lsoa, lead in covers if lead)
    for lsoa in areas:
        if leads[lsoa] != 1:
            raise TeamsError(
                f"Area {lsoa} has {leads[lsoa]} lead teams in team_areas.csv. "
                "Mark exactly one line of it `lead` = true."
            )
    return Teams(areas, teams, covers)


def open_areas(engine: Engine, catalogue: Path | None = None) -> None:
    """Make the tables `small_area` (lsoa, name, district, npu), `team` (team_id, name, npu) and
    `team_area` (team_id, lsoa, lead) known to the engine."""
    found = read_teams(catalogue)
    areas, teams = list(found.areas.values()), list(found.teams.values())
    engine.register(
        "small_area",
        pa.table(
            {
                "lsoa": pa.array([area.lsoa for area in areas], pa.string()),
                "name": pa.array([area.name for area in areas], pa.string()),
                "district": pa.array([area.district for area in areas], pa.string()),
                "npu": pa.array([area.npu for area in areas], pa.string()),
            }
        ),
    )
    engine.register(
        "team",
        pa.table(
            {
                "team_id": pa.array([team.team_id for team in teams], pa.string()),
                "name": pa.array([team.name for team in teams], pa.string()),
                "npu": pa.array([team.npu for team in teams], pa.string()),
            }
        ),
    )
    engine.register(
        "team_area",
        pa.table(
            {
                "team_id": pa.array([team_id for team_id, _, _ in found.covers], pa.string()),
                "lsoa": pa.array([lsoa for _, lsoa, _ in found.covers], pa.string()),
                "lead": pa.array([lead for _, _, lead in found.covers], pa.bool_()),
            }
        ),
    )
