"""Made-up measures of the force's small areas, in the published file's own columns: the same numbers every time."""

from __future__ import annotations

import csv
from pathlib import Path

from headwater.areas.measures import load_measures, read_measure_sets
from headwater.areas.teams import read_teams

COUNTRY = 32_844
DOMAINS = ("IMD", "Income", "Employment", "Education", "Health", "Crime", "Housing_and_Access", "Environment")


def load_made_up(measures: Path, scratch: Path) -> None:
    """Ranks of deprivation and residents for every small area but the last two, which no file has."""
    sets, codes = read_measure_sets(), sorted(read_teams().areas)[:-2]
    ranks, people = scratch / "ranks.csv", scratch / "people.csv"
    with ranks.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["lsoa11_code", *(f"{name}_rank" for name in DOMAINS)])
        for number, code in enumerate(codes):
            # Every tenth area is among the worst of the country in all domains.
            first = 1 + number if number % 10 == 0 else 4_000 + number * 17 % (COUNTRY - 4_000)
            writer.writerow([code, *(first + domain for domain in range(len(DOMAINS)))])
    with people.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["lsoa11_code", "total_population", *(f"age_{age}" for age in range(10, 18))])
        for number, code in enumerate(codes):
            # The third area has three residents aged 10 to 17: too few to be said.
            writer.writerow([code, 1_500 + number % 7, *([0] * 5 + [1] * 3 if number == 2 else [20] * 8)])
    for path in (ranks, people):
        load_measures(path, sets, measures)
