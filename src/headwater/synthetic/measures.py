"""Which numbers do the made-up force's areas have? Ranks in a made-up country and residents, the same for the same seed; marked as made up."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from headwater.synthetic.geography import _read_all, _smooth_field

COUNTRY = 32_844
DOMAINS = ("income", "employment", "education", "health", "crime", "housing", "environment")


def write_measures(path: Path, seed: int = 1) -> Path:
    """Write a CSV file: for each small area of the force ranks (1: most deprived) in the whole and in seven domains, and residents.

    Domains of an area are alike, and so are neighbours; housing and environment go their own way more, as they do in life.
    """
    from scipy.stats import norm

    areas = _read_all()
    rng = np.random.default_rng([seed, 7])
    easting, northing = (np.array([row[place] for row in areas]) for place in (2, 3))
    common = 0.8 * _smooth_field(rng, easting, northing, 90, 2600.0) + 0.6 * rng.normal(size=len(areas))
    columns = {}
    for domain in DOMAINS:
        own = 0.4 if domain in ("housing", "environment") else 0.85
        columns[domain] = 0.45 + own * common + np.sqrt(1 - own**2) * rng.normal(size=len(areas))
    columns = {"index": np.mean(list(columns.values()), axis=0) * 1.15, **columns}
    ranks = {
        name: np.clip(np.ceil(COUNTRY * norm.sf(values)), 1, COUNTRY).astype(int) for name, values in columns.items()
    }
    residents = np.maximum(900, rng.normal(1650, 260, len(areas))).astype(int)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["lsoa", "residents", *(f"{name}_rank" for name in ranks)])
        for number, row in enumerate(areas):
            writer.writerow([row[0], residents[number], *(int(values[number]) for values in ranks.values())])
    return path
