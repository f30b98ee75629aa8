"""Made-up measures of the force's small areas, in the published file's own columns: the same numbers every time."""

from __future__ import annotations

import csv
import hashlib
import re
from pathlib import Path

from headwater.areas.measures import load_measures, read_measure_sets
from headwater.areas.teams import read_teams
from headwater.catalogue import list_files

COUNTRY = 32_844
DOMAINS = ("IMD", "Income", "Employment", "Education", "Health", "Crime", "Housing_and_Access", "Environment")


def load_made_up(measures: Path, scratch: Path, catalogue: Path | None = None) -> None:
    """Ranks of deprivation and residents for every small area but the last two, which no file has. The first has the worst ranks of all.
    What is loaded is called what the catalogue says."""
    areas = read_teams().areas
    sets, codes = read_measure_sets(catalogue), sorted(areas)[:-2]
    ranks, people = scratch / "ranks.csv", scratch / "people.csv"
    with ranks.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["lsoa11_code", *(f"{name}_rank" for name in DOMAINS)])
        for number, code in enumerate(codes):
            # Areas of one neighbourhood (all but the last letter of the name) are much alike, and so are the domains of one area.
            alike = _toss(areas[code].name[:-1]) ** 1.4
            near = [0.8 * alike + 0.2 * _toss(f"{code} {domain}") for domain in DOMAINS]
            writer.writerow(
                [
                    code,
                    *(
                        1 + domain if number == 0 else 100 + int(one * (COUNTRY - 200))
                        for domain, one in enumerate(near)
                    ),
                ]
            )
    with people.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["lsoa11_code", "total_population", *(f"age_{age}" for age in range(10, 18))])
        for number, code in enumerate(codes):
            # The third area has three residents aged 10 to 17: too few to be said.
            writer.writerow([code, 1_500 + number % 7, *([0] * 5 + [1] * 3 if number == 2 else [20] * 8)])
    for path in (ranks, people):
        load_measures(path, sets, measures)


def write_catalogue(folder: Path) -> Path:
    """A catalogue in which these measures say that they are made up: for pictures, where somebody could take them for the published ones."""
    target = folder / "measures"
    target.mkdir(parents=True)
    for item in list_files("measures", ".yaml"):
        text = item.read_text(encoding="utf-8")
        text = re.sub(
            r"^title: .*$", "title: Made-up numbers, in the shape of what is published", text, count=1, flags=re.M
        )
        text = re.sub(r"^(?:made_up: .*\n)?id: ", "made_up: true\nid: ", text, count=1, flags=re.M)
        text = re.sub(r"^publisher: .*$", "publisher: nobody", text, flags=re.M)
        text = re.sub(r"^licence: .*$", "licence: These numbers tell of no real place", text, flags=re.M)
        (target / item.name).write_text(text, encoding="utf-8")
    return folder


def _toss(words: str) -> float:
    """A number from 0 to 1 that follows from the words."""
    return int.from_bytes(hashlib.sha256(words.encode()).digest()[:4], "big") / 2**32


def write_wards_and_postcodes(catalogue: Path) -> Path:
    """A catalogue with the built-in areas, made-up wards (two teams each) and two made-up postcodes in the first small area."""
    target = catalogue / "areas"
    target.mkdir(parents=True)
    teams = read_teams()
    order = {team: number // 2 for number, team in enumerate(sorted(teams.teams))}
    of = {lsoa: order[team] for team, lsoa, lead in teams.covers if lead}
    rows = [f"{lsoa},W{ward:03d},Made-up Ward {ward}" for lsoa, ward in sorted(of.items())]
    (target / "wards.csv").write_text("\n".join(["lsoa,ward,name", *rows]) + "\n", encoding="utf-8")
    first = sorted(teams.areas)[0]
    (target / "postcodes.csv").write_text(f"postcode,lsoa\nZZ1 1AA,{first}\nZZ1 1AB,{first}\n", encoding="utf-8")
    return catalogue
