"""Where did the events of the lake happen, in metres? By the property's number or the postcode of the scene, from a published file of places.

Records hold no coordinates. OS Open UPRN (columns UPRN, X_COORDINATE, Y_COORDINATE) gives each property's, the postcode directory of the
Office for National Statistics (PCDS, OSEAST1M, OSNRTH1M) the middle of each postcode, which is some homes wide.
"""

from __future__ import annotations

import csv
import gzip
import io
import math
import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from headwater.areas.dated_events import DatedEvents, make_dated_events
from headwater.areas.levels import plain_postcode
from headwater.areas.measures import MeasureError
from headwater.engine import Engine

KEYS = {"uprn": ("uprn",), "postcode": ("postcode", "pcds", "pcd")}
"""The columns that name a place, the nearest first."""
PLANE = (("x_coordinate", "y_coordinate"), ("easting", "northing"), ("oseast1m", "osnrth1m"), ("eastings", "northings"))

SCENES = """
SELECT coalesce(nullif(event.linked_reference, ''), event.reference) AS occurrence, CAST(event.started_at AS DATE) AS day,
       coalesce(event.class_code, '') AS class_code, coalesce(event.class_as_recorded, '') AS class_as_recorded, scene.uprn AS uprn, scene.postcode AS postcode
FROM event LEFT JOIN address_record AS scene ON scene.address_record_id = event.address_record_id
WHERE event.status = 'live' AND event.handling = 'ordinary' AND event.kind = $kind
ORDER BY event.event_id
"""
"""Rows that quote the same reference (two victims, two crimes of one log) are one occurrence. What intelligence holds is not counted."""


@dataclass(frozen=True)
class Places:
    """Coordinates in metres by UPRN or by postcode (`key`)."""

    key: str
    at: Mapping[str, tuple[float, float]]


def read_places(path: Path, wanted: Mapping[str, Collection[str]]) -> Places:
    """The coordinates of the places that are `wanted` (key → names), from a CSV file (or .csv.gz) of UPRNs or postcodes with eastings and
    northings; read line by line, for the country has forty million properties. Raises MeasureError."""
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
            return _read_places(path.name, csv.DictReader(io.TextIOWrapper(file, "utf-8-sig")), wanted)
    except FileNotFoundError:
        raise MeasureError(f"There is no file {path}.") from None
    except (UnicodeDecodeError, OSError):
        raise MeasureError(f"{path.name} is no CSV file in UTF-8.") from None


def _read_places(name: str, reader: csv.DictReader[str], wanted: Mapping[str, Collection[str]]) -> Places:
    there = {head.strip().casefold(): head for head in reader.fieldnames or ()}
    key, column = next(((key, there[one]) for key, heads in KEYS.items() for one in heads if one in there), ("", ""))
    plane = next((tuple(there[one] for one in pair) for pair in PLANE if set(pair) <= set(there)), None)
    if not key or plane is None:
        raise MeasureError(
            f"{name} needs a column UPRN or postcode, and eastings and northings; it has: {', '.join(reader.fieldnames or ())}. Take OS Open UPRN, or "
            "the postcode directory of the Office for National Statistics."
        )
    sought, found = set(wanted[key]), dict[str, tuple[float, float]]()
    for row in reader:
        code = _plain(key, row[column] or "")
        if code in sought:
            try:
                place = float(row[plane[0]]), float(row[plane[1]])
            except (TypeError, ValueError):
                continue
            if all(map(math.isfinite, place)) and any(place):
                found[code] = place
    return Places(key, found)


def _plain(key: str, told: str) -> str:
    return plain_postcode(told) if key == "postcode" else told.strip().lstrip("0")


def lake_events(engine: Engine, kind: str, classes: Collection[str], path: Path) -> tuple[DatedEvents, str]:
    """The lake's live events of a kind (tables opened by `open_records`), of the `classes` that are named by code or by words of how
    they were recorded (none: all), with places from a file; and what places go by. Rows = events + set aside, by reason. Raises MeasureError."""
    rows = engine.fetch(SCENES, {"kind": kind}).to_pylist()
    if classes:
        known = Counter(row["class_as_recorded"] or row["class_code"] for row in rows)
        rows = [row for row in rows if any(_is_of(row, one) for one in classes)]
        if not rows:
            most = ", ".join(repr(name) for name, _ in known.most_common(5) if name) or "none"
            raise MeasureError(
                f"The lake holds no {kind} of the class {' or '.join(map(repr, classes))}. The most frequent are: {most}."
            )
    wanted = {key: {_plain(key, row[key]) for row in rows if row[key]} for key in KEYS}
    places = read_places(path, wanted)
    aside: Counter[str] = Counter()
    found: list[tuple[float, float, date, str]] = []
    for row in rows:
        code = _plain(places.key, row[places.key] or "")
        if not code:
            aside[f"no {_say(places.key)} in the record"] += 1
        elif code not in places.at:
            aside[f"a {_say(places.key)} that {path.name} does not have"] += 1
        elif row["day"] is None:
            aside["no day on which it happened"] += 1
        else:
            found.append((*places.at[code], row["day"], row["occurrence"]))
    if len({name for *_, name in found}) < 3:
        raise MeasureError(
            f"The lake holds {len(rows):,} events of this kind; fewer than 3 have a day and a place in {path.name}: too few for a test."
        )
    return make_dated_events(found, len(rows), aside, numbered=True), _say(places.key)


def _is_of(row: Mapping[str, str], named: str) -> bool:
    """Whether an event is of the class that is named by its code or by words of how it was recorded."""
    return row["class_code"].casefold() == named.casefold() or bool(
        re.search(rf"(?<!\w){re.escape(named)}(?!\w)", row["class_as_recorded"], re.I)
    )


def _say(key: str) -> str:
    return "UPRN" if key == "uprn" else "postcode"
