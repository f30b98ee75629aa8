"""How does another force get its areas? From the public lookup of the Office for National Statistics: small area, ward, district.

Units are districts and each ward has a team of its own until the force puts its real teams in their place.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
from collections.abc import Sequence
from pathlib import Path

from headwater.areas.fit import FitError

HEADS = {
    "lsoa": r"lsoa\d\dcd|lsoa\d\d_code", "name": r"lsoa\d\dnm|lsoa\d\d_name", "ward": r"wd\d\dcd|ward\d\d_code",
    "ward_name": r"wd\d\dnm|ward\d\d_name", "district": r"lad\d\dnm|ltla\d\d_name",
}  # fmt: skip
"""The columns by which a lookup goes, whatever its year (as ONS writes them, and as geographr does)."""


def write_areas(lookup: Path, districts: Sequence[str], folder: Path) -> dict[str, int]:
    """Write `areas/small_areas.csv`, `teams.csv`, `team_areas.csv` and `wards.csv` into `folder`; how many small areas, wards and units.

    Raises FitError for a lacking column, a district without areas, or files that are there already.
    """
    data = lookup.read_bytes()
    text = (gzip.decompress(data) if lookup.suffix == ".gz" else data).decode("utf-8-sig")
    reader = csv.DictReader(io.StringIO(text))
    found = {
        key: next((h for h in reader.fieldnames or () if re.fullmatch(words, h, re.I)), "")
        for key, words in HEADS.items()
    }
    if lacking := [key for key, head in found.items() if not head]:
        raise FitError(
            f"{lookup.name} has no column for {', '.join(lacking)}; it has: {', '.join(reader.fieldnames or ())}. "
            "Take the lookup of small areas to wards to districts of the Office for National Statistics."
        )
    rows = [{key: row[head].strip() for key, head in found.items()} for row in reader]
    rows = sorted((row for row in rows if row["district"] in districts), key=lambda row: row["lsoa"])
    if none := sorted(set(districts) - {row["district"] for row in rows}):
        raise FitError(f"{lookup.name} has no small area in {none[0]!r}. Write districts as the lookup does.")
    if len({row["lsoa"] for row in rows}) < len(rows):
        raise FitError(f"{lookup.name} has a small area twice. Take the best-fit lookup, with one row for each.")
    target = folder / "areas"
    if target.exists() and any(target.iterdir()):
        raise FitError(f"{target} holds files already. Name a new folder.")
    target.mkdir(parents=True, exist_ok=True)
    wards = {row["ward"]: row for row in rows}
    for name, heads, lines in (
        ("small_areas", "lsoa,name,district,npu", [(r["lsoa"], r["name"], r["district"], r["district"]) for r in rows]),
        (
            "teams",
            "team_id,name,npu",
            [(code, wards[code]["ward_name"], wards[code]["district"]) for code in sorted(wards)],
        ),
        ("team_areas", "team_id,lsoa,lead", [(r["ward"], r["lsoa"], "true") for r in rows]),
        ("wards", "lsoa,ward,name", [(r["lsoa"], r["ward"], r["ward_name"]) for r in rows]),
    ):
        with (target / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(heads.split(","))
            writer.writerows(lines)
    return {"small_areas": len(rows), "wards": len(wards), "units": len({row["district"] for row in rows})}
