"""How do events with a place and a day come in, for a test of near repeats? From a CSV file here (from the lake: `event_places`), every row
accounted for."""

from __future__ import annotations

import csv
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from headwater.areas.measures import MeasureError
from headwater.areas.need import Numbers

HEADS = {
    "x": ("easting", "x"), "y": ("northing", "y"), "longitude": ("longitude", "lon"), "latitude": ("latitude", "lat"),
    "day": ("date", "day", "occurred_on"), "occurrence": ("occurrence", "crime id", "crime_id", "incident_no", "id"),
}  # fmt: skip
"""The columns by which events are read, whatever their case."""

MONTH = re.compile(r"\d{4}-\d{2}")

Event = tuple[float, float, date, str]
"""Two coordinates, the day, and the name of what happened (empty: none)."""

EARTH = 6_371_008.8
"""The mean radius of the earth, in metres."""


@dataclass(frozen=True)
class DatedEvents:
    """Places in metres on a plane, days as numbers, and what happened (None: rows have no number of their own). Rows in the file =
    events + set aside, by reason."""

    x: Numbers
    y: Numbers
    day: Numbers
    occurrence: tuple[str, ...] | None
    first: date
    last: date
    rows: int
    aside: Mapping[str, int]


def read_dated_events(path: Path) -> DatedEvents:
    """Columns easting and northing (metres), or longitude and latitude; date (YYYY-MM-DD); and, where there is one, the number of the
    occurrence. Raises MeasureError for a lacking column, fewer than three usable rows, or dates that only tell the month."""
    try:
        reader = csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines())
    except FileNotFoundError:
        raise MeasureError(f"There is no file {path}.") from None
    except UnicodeDecodeError:
        raise MeasureError(f"{path.name} is not UTF-8 text. Save it as CSV UTF-8.") from None
    there = {head.strip().casefold(): head for head in reader.fieldnames or ()}
    head = {key: next((there[name] for name in names if name in there), "") for key, names in HEADS.items()}
    plane = bool(head["x"] and head["y"])
    if not head["day"] or not (plane or (head["longitude"] and head["latitude"])):
        months = " It has a month: near repeats need days, which open data do not have." if "month" in there else ""
        raise MeasureError(
            f"{path.name} needs the columns easting and northing (or longitude and latitude) and date; it has: "
            f"{', '.join(reader.fieldnames or ())}.{months}"
        )
    across, up = ("x", "y") if plane else ("longitude", "latitude")
    aside: Counter[str] = Counter()
    found: list[Event] = []
    rows = monthly = 0
    for row in reader:
        rows += 1
        try:
            place = float(row[head[across]]), float(row[head[up]])
        except (TypeError, ValueError):
            place = (math.nan, math.nan)
        if not all(map(math.isfinite, place)):
            aside["no place"] += 1
            continue
        told = (row[head["day"]] or "").strip()
        try:
            day = date.fromisoformat(told[:10])
        except ValueError:
            monthly += MONTH.fullmatch(told) is not None
            aside["no day"] += 1
            continue
        found.append((*place, day, (row[head["occurrence"]] or "").strip() if head["occurrence"] else ""))
    if monthly > len(found):
        raise MeasureError(
            f"{monthly:,} of {rows:,} dates of {path.name} tell a month only. Near repeats need the day: take the force's own records. Open "
            "data do not have it."
        )
    if len(found) < 3:
        raise MeasureError(
            f"{path.name} has {rows} rows, and {len(found)} with a place and a day (YYYY-MM-DD): too few for a test."
        )
    days = [day for _, _, day, _ in found]
    if len({day.day for day in days}) == 1 and len(set(days)) > 1:
        raise MeasureError(
            f"All dates of {path.name} are the same day of a month, so they tell the month only. Near repeats need the day: "
            "take the force's own records. Open data do not have it."
        )
    if not plane:
        found = _flatten(found)
    return make_dated_events(found, rows, aside, numbered=bool(head["occurrence"]))


def _flatten(found: list[Event]) -> list[Event]:
    """Longitude and latitude as metres east and north of their mean."""
    wide, high = np.mean([one for one, *_ in found]), np.mean([one for _, one, *_ in found])
    shrinks = EARTH * math.cos(math.radians(float(high)))
    return [
        (shrinks * math.radians(x - float(wide)), EARTH * math.radians(y - float(high)), day, name)
        for x, y, day, name in found
    ]


def make_dated_events(found: Sequence[Event], rows: int, aside: Mapping[str, int], *, numbered: bool) -> DatedEvents:
    """Events in metres with their days and names; `numbered`: whether they have any. One without a name is an occurrence of its own."""
    names = tuple(name or f"row {at}" for at, (*_, name) in enumerate(found)) if numbered else None
    days = [day for _, _, day, _ in found]
    x, y = np.array([one for one, *_ in found]), np.array([one for _, one, *_ in found])
    numbers = np.array([day.toordinal() for day in days], np.float64)
    return DatedEvents(x, y, numbers, names, min(days), max(days), rows, dict(sorted(aside.items())))
