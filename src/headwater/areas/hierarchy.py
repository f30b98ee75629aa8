"""How does another force get its areas? From the public lookup of the Office for National Statistics: small area, ward, district.

Units are districts and each ward has a team of its own until the force puts its real teams in their place.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from headwater.areas.fit import FitError, cost_of_fit, make_lookup
from headwater.areas.lookup_file import LSOA, WARD, WARD_NAME, read_lookup_file

HEADS = {
    "lsoa": LSOA, "name": r"lsoa\d\dnm|lsoa\d\d_name", "ward": WARD, "ward_name": WARD_NAME, "district": r"lad\d\dnm|ltla\d\d_name",
}  # fmt: skip
"""The columns by which a lookup goes, whatever its year (as ONS writes them, and as geographr does)."""


@dataclass(frozen=True)
class Written:
    """What was written: how many small areas, wards and units; the vintage of each kind (`lsoa21`, `wd24`, `lad24`), as the columns of the
    lookup say; and what it costs to count a small area in the ward that most of its rows name."""

    small_areas: int
    wards: int
    units: int
    vintage: dict[str, str]
    fit: str


def write_areas(lookup: Path, districts: Sequence[str], folder: Path) -> Written:
    """Write `areas/small_areas.csv`, `teams.csv`, `team_areas.csv` and `wards.csv` into `folder`, and `origin.json` that says where they come
    from. A small area with several rows (as in a lookup of output areas) goes to the ward that most of them name.

    Raises FitError for a lacking column, a district without areas, or files that are there already.
    """
    read = read_lookup_file(
        lookup, HEADS, "Take the lookup of small areas to wards to districts of the Office for National Statistics."
    )
    rows = [row for _, row in read.rows]
    rows = [row for row in rows if row["district"] in districts]
    if none := sorted(set(districts) - {row["district"] for row in rows}):
        raise FitError(f"{lookup.name} has no small area in {none[0]!r}. Write districts as the lookup does.")
    target = folder / "areas"
    if target.exists() and any(target.iterdir()):
        raise FitError(f"{target} holds files already. Name a new folder.")
    parts = make_lookup("lsoa", "ward", ((row["lsoa"], row["ward"], 1.0) for row in rows))
    best = parts.best()
    chosen = {row["lsoa"]: row for row in rows if row["ward"] == best[row["lsoa"]]}
    areas = [chosen[code] for code in sorted(chosen)]
    wards = {row["ward"]: row for row in areas}
    vintage = {
        kind: read.vintage(key) for kind, key in (("small_areas", "lsoa"), ("wards", "ward"), ("units", "district"))
    }
    fit = cost_of_fit(parts).say()
    target.mkdir(parents=True, exist_ok=True)
    for name, heads, lines in (
        (
            "small_areas",
            "lsoa,name,district,npu",
            [(r["lsoa"], r["name"], r["district"], r["district"]) for r in areas],
        ),
        (
            "teams",
            "team_id,name,npu",
            [(code, wards[code]["ward_name"], wards[code]["district"]) for code in sorted(wards)],
        ),
        ("team_areas", "team_id,lsoa,lead", [(r["ward"], r["lsoa"], "true") for r in areas]),
        ("wards", "lsoa,ward,name", [(r["lsoa"], r["ward"], r["ward_name"]) for r in areas]),
    ):
        with (target / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(heads.split(","))
            writer.writerows(lines)
    written = Written(len(areas), len(wards), len({row["district"] for row in areas}), vintage, fit)
    origin = {
        "file": read.name,
        "sha256": read.sha256,
        "districts": list(districts),
        **asdict(written),
    }
    (target / "origin.json").write_text(json.dumps(origin, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return written
