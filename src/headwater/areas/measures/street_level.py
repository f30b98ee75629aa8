"""How do the street-level files of data.police.uk come in? Each crime once, in the area and month that its own row names.

The files have a column `LSOA code`: it is used as it stands, never worked out from the point, which is snapped and would fall into the
wrong small area for one crime in seven with coarse outlines. The month is the row's own: folders of a download have been found to
hold another month than their name says. Anti-social behaviour has no id, so a repeat of it cannot be known; those rows are counted apart.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from headwater.areas.measures.counted import keep_counts
from headwater.areas.measures.definition import MeasureError, MeasureSet
from headwater.areas.measures.load import CODES

COLUMNS = ("Crime ID", "Month", "LSOA code", "Crime type")
API = {
    "Crime ID": ("persistent_id",), "Month": ("month",), "LSOA code": ("lsoa21_code", "lsoa11_code"), "Crime type": ("category",),
}  # fmt: skip
"""By which names a Parquet file of the site's own interface has these columns (geographr and others add the code of the area)."""

KINDS = {
    "violence and sexual offences": "violence", "violent crime": "violence", "burglary": "burglary", "robbery": "robbery",
    "vehicle crime": "vehicle_crime", "anti social behaviour": "antisocial",
}  # fmt: skip
ANTISOCIAL = "antisocial"


def load_street_level(path: Path, one: MeasureSet, folder: Path) -> dict[str, Any]:
    """Load a CSV or Parquet file, or every `*-street.csv` below a folder, as the set `one`; the manifest.

    Rows in = counted + set aside (a repeat of an id, no area, no month). Raises MeasureError for no file, a lacking column or no usable row.
    """
    files = sorted(path.rglob("*-street.csv")) if path.is_dir() else [path]
    if not files:
        raise MeasureError(
            f"{path} holds no file that ends in -street.csv. Unpack the download of data.police.uk there."
        )
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    aside: Counter[str] = Counter()
    months: Counter[str] = Counter()
    seen: set[str] = set()
    digest = hashlib.sha256()
    rows = without_id = 0
    misnamed: list[str] = []
    for file in files:
        own: set[str] = set()
        for row in _rows(file, digest):
            rows += 1
            id, month, area = (row[name].strip() for name in COLUMNS[:3])
            if id and id in seen:
                aside["a crime that was there already, by its id"] += 1
                continue
            seen.add(id)
            if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month):
                aside["no month"] += 1
            elif not re.fullmatch(CODES[one.area], area):
                aside["no code of a small area"] += 1
            else:
                without_id += not id
                months[month] += 1
                own.add(month)
                kind = KINDS.get(row["Crime type"].strip().casefold().replace("-", " "), "other")
                counts[kind][area] += 1
                if kind != ANTISOCIAL:
                    counts["crimes"][area] += 1
        named = re.match(r"\d{4}-\d{2}", file.name)
        if named and own and own != {named.group()}:
            misnamed.append(f"{file.name} holds {', '.join(sorted(own))}")
    if not months:
        raise MeasureError(
            f"{path.name} holds {rows} rows and none with a month and a code of a small area. Is it the street-level file?"
        )
    first, last = min(months), max(months)
    told = {
        "file": path.name, "sha256": digest.hexdigest(), "rows": rows, "counted": sum(months.values()), "aside": dict(sorted(aside.items())),
        "months": dict(sorted(months.items())), "months_missing": _gaps(first, last, set(months)), "misnamed": misnamed,
        "without_id": without_id, "vintage": first if first == last else f"{first} to {last}",
    }  # fmt: skip
    return keep_counts(folder, one, counts, told)


def _rows(file: Path, digest: Any) -> list[dict[str, str]]:
    try:
        content = file.read_bytes()
        digest.update(content)
        if file.suffix == ".parquet":
            return _parquet_rows(file, content)
        text = content.decode("utf-8-sig")
    except FileNotFoundError:
        raise MeasureError(f"There is no file {file}.") from None
    except UnicodeDecodeError:
        raise MeasureError(
            f"{file.name} is not UTF-8 text. Take the CSV file as it was downloaded, or a Parquet file that ends in .parquet."
        ) from None
    reader = csv.DictReader(text.splitlines(), restval="")
    if lacking := [name for name in COLUMNS if name not in (reader.fieldnames or ())]:
        raise MeasureError(
            f"{file.name} has no column {', '.join(lacking)}; it has: {', '.join((reader.fieldnames or ())[:8])}. "
            "Take a file ending in -street.csv of data.police.uk."
        )
    return list(reader)


def _parquet_rows(file: Path, content: bytes) -> list[dict[str, str]]:
    try:
        table = pq.read_table(pa.BufferReader(content))
    except pa.ArrowInvalid as fault:
        raise MeasureError(f"{file.name} is no Parquet file: {str(fault).splitlines()[0]}") from None
    there = {
        name: next((one for one in (name, *others) if one in table.column_names), None) for name, others in API.items()
    }
    if lacking := [f"{name} (or {' or '.join(API[name])})" for name, found in there.items() if found is None]:
        raise MeasureError(
            f"{file.name} has no column {', '.join(lacking)}; it has: {', '.join(table.column_names[:12])}. Take the street-level data of "
            "data.police.uk."
        )
    columns = {name: table[str(found)].cast(pa.string()).fill_null("").to_pylist() for name, found in there.items()}
    return [dict(zip(COLUMNS, row, strict=True)) for row in zip(*(columns[name] for name in COLUMNS), strict=True)]


def _gaps(first: str, last: str, there: set[str]) -> list[str]:
    """The months between the first and the last that no row names."""
    start, end = (int(text[:4]) * 12 + int(text[5:]) - 1 for text in (first, last))
    every = (f"{month // 12}-{month % 12 + 1:02}" for month in range(start, end + 1))
    return [month for month in every if month not in there]
