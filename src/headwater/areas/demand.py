"""How much officers' time does each small area bring? Calls, crimes and missing episodes of the lake, by a table of minutes for each.

The table is `catalogue/demand/officer_minutes.csv` (kind, grade, minutes, why); a force's own replaces it. A row without a grade is for
every grade that has none of its own.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from headwater.areas.measures.counted import Counts, keep_counts
from headwater.areas.measures.definition import MeasureError, MeasureSet
from headwater.catalogue import list_files
from headwater.engine import Engine

DOMESTIC = "domestic_abuse"
"""Calls and crimes that a system marks as domestic abuse, or that are classed so (NSIR 304)."""

COUNTED = {"incident": "calls", "crime": "crimes", "missing": "missing_episodes"}
"""Kinds of event, and the measure that counts each."""

WITHOUT_AREA = "no small area in the record"
"""Why an event is set aside that no area can be given."""


def kind_of(measure: str) -> str:
    """The kind of event that a measure of the lake counts. Raises MeasureError for a measure that no days stand behind."""
    for kind, counted in COUNTED.items():
        if counted == measure:
            return kind
    raise MeasureError(f"{measure!r} has no days of its own. Choose one of {', '.join(COUNTED.values())}.")


EVENTS = """
WITH home AS (
  SELECT event_id, min(lsoa) AS lsoa FROM (
    SELECT event_id, lsoa FROM address_record WHERE event_id IS NOT NULL AND lsoa IS NOT NULL
    UNION ALL
    SELECT involvement.event_id, address_record.lsoa
    FROM involvement JOIN address_record ON address_record.person_record_id = involvement.person_record_id
    WHERE address_record.lsoa IS NOT NULL AND involvement.event_id IN (SELECT event_id FROM event WHERE kind = 'missing')
  ) GROUP BY event_id
), domestic AS (
  SELECT DISTINCT event_id FROM flag WHERE code = 'domestic_abuse' AND handling = 'ordinary'
)
SELECT event.kind AS kind, domestic.event_id IS NOT NULL OR coalesce(event.class_list = 'nsir' AND event.class_code = '304', false) AS domestic,
       coalesce(event.grade, '') AS grade, coalesce(scene.lsoa, home.lsoa) AS lsoa, CAST(event.recorded_at AS DATE) AS day
FROM event
LEFT JOIN address_record AS scene ON scene.address_record_id = event.address_record_id
LEFT JOIN home ON home.event_id = event.event_id
LEFT JOIN domestic ON domestic.event_id = event.event_id
WHERE event.status = 'live' AND event.handling = 'ordinary' AND event.kind IN ('incident', 'crime', 'missing')
"""
"""Where it happened; for somebody missing the home that the record states, where no place is. What intelligence holds is not counted."""

SPAN = f"SELECT min(day) AS oldest, max(day) AS newest FROM ({EVENTS})"

IN_WINDOW = f"""
SELECT kind, domestic, grade, lsoa, coalesce(day BETWEEN CAST($first AS DATE) AND CAST($last AS DATE), false) AS inside, count(*) AS events
FROM ({EVENTS}) GROUP BY ALL ORDER BY ALL
"""

DAYS_OF_A_MONTH = 30.44

Stand = Callable[[Counts, int], tuple[Counts, int]]

Minutes = dict[tuple[str, str], float]


@dataclass(frozen=True)
class Window:
    """Which days count: from `first` to `last`, both among them; where one is None, the records' own first or last day. `months` counts
    back from the last day, and stands in place of `first`."""

    first: date | None = None
    last: date | None = None
    months: int | None = None

    def days(self, oldest: date, newest: date) -> tuple[date, date]:
        """The first and the last day for records from `oldest` to `newest`. Raises MeasureError for days or months that cannot be."""
        if self.first is not None and self.months is not None:
            raise MeasureError("Give either a first day or a number of months, not both.")
        last = self.last or newest
        first = self.first or (back(last, self.months) if self.months is not None else oldest)
        if first > last:
            raise MeasureError(
                f"The first day, {first}, is after the last, {last}. The records go from {oldest} to {newest}."
            )
        return first, last

    def say(self, first: date, last: date) -> str:
        """The days in words, for the vintage of what is counted."""
        if self.months is None:
            return f"{first} to {last}"
        up_to = "the newest record" if self.last is None else str(last)
        return f"{first} to {last} ({self.months} months up to {up_to})"


EVERYTHING = Window()
"""All days that the records have."""


def back(day: date, months: int) -> date:
    """The first day of the `months` months that end with `day`. Raises MeasureError for less than one."""
    if months < 1:
        raise MeasureError(f"{months} months are none. Give one or more.")
    count = day.year * 12 + day.month - 1 - months
    if count < 12:
        raise MeasureError(f"{months} months before {day} lie before the calendar. Give fewer.")
    ends = (date(count // 12, count % 12 + 1, 1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return min(ends, date(count // 12, count % 12 + 1, min(day.day, ends.day))) + timedelta(days=1)


def read_minutes(catalogue: Path | None = None) -> Minutes:
    """Minutes by kind and grade ("" for any other). Raises MeasureError for a file that cannot be used."""
    item = next(item for item in list_files("demand", ".csv", catalogue) if Path(item.name).stem == "officer_minutes")
    reader = csv.DictReader(io.StringIO(item.read_text(encoding="utf-8-sig")))
    if lacking := {"kind", "grade", "minutes", "why"} - set(reader.fieldnames or ()):
        raise MeasureError(
            f"officer_minutes.csv has no column {', '.join(sorted(lacking))}. Its columns are kind,grade,minutes,why."
        )
    found: Minutes = {}
    for line, row in enumerate(reader, start=2):
        try:
            minutes = float(row["minutes"])
        except (TypeError, ValueError):
            minutes = -1.0
        if row["kind"] not in COUNTED or not 0 <= minutes < 1e6:
            raise MeasureError(
                f"officer_minutes.csv, line {line}: {row['kind']!r} with {row['minutes']!r} minutes. "
                f"Kinds are {', '.join(COUNTED)}; minutes are a number that is not negative."
            )
        found[row["kind"], row["grade"] or ""] = minutes
    if lacks := [kind for kind in COUNTED if (kind, "") not in found]:
        raise MeasureError(
            f"officer_minutes.csv has no line without a grade for {', '.join(lacks)}. Add one, for all other grades."
        )
    return found


def load_demand(
    engine: Engine,
    one: MeasureSet,
    folder: Path,
    minutes: Minutes,
    *,
    made_up: bool = False,
    window: Window = EVERYTHING,
    stand: Stand | None = None,
) -> dict[str, Any]:
    """Count the lake's events of a window (tables opened by `open_records`) into the set `one`; the manifest, with the days as vintage.
    Events in the lake = counted + set aside (outside the window, without an area). `stand` says which numbers stand for what was counted
    over so many months, and how many of them are those of an earlier load.

    Raises MeasureError where the lake holds no such event with an area in the window.
    """
    span = engine.fetch(SPAN).to_pylist()[0]
    if span["newest"] is None:
        raise MeasureError("The lake holds no call, crime or missing episode with a day. Load exports first.")
    first, last = window.days(span["oldest"], span["newest"])
    rows = engine.fetch(IN_WINDOW, {"first": str(first), "last": str(last)}).to_pylist()
    counts: dict[str, dict[str, float]] = {
        name: defaultdict(float) for name in ("officer_minutes", *COUNTED.values(), DOMESTIC)
    }
    aside: dict[str, int] = defaultdict(int)
    for row in rows:
        if not row["inside"]:
            aside["outside the days that count"] += row["events"]
        elif row["lsoa"] is None:
            aside[WITHOUT_AREA] += row["events"]
        else:
            each = minutes.get((row["kind"], row["grade"]), minutes[row["kind"], ""])
            counts["officer_minutes"][row["lsoa"]] += each * row["events"]
            counts[COUNTED[row["kind"]]][row["lsoa"]] += row["events"]
            if row["domestic"] and row["kind"] != "missing":
                counts[DOMESTIC][row["lsoa"]] += row["events"]
    if not counts["officer_minutes"]:
        raise MeasureError(
            f"The lake holds no call, crime or missing episode from {first} to {last} with the code of a small area. "
            f"Its records go from {span['oldest']} to {span['newest']}: choose other days, or load exports."
        )
    events = sum(row["events"] for row in rows)
    kept: Counts = counts
    standing = 0
    if stand is not None:
        kept, standing = stand(counts, max(1, round((last - first).days / DAYS_OF_A_MONTH)))
    told = {
        "file": "the lake", "sha256": "", "rows": events, "counted": events - sum(aside.values()), "aside": dict(sorted(aside.items())),
        "vintage": window.say(first, last), "first_day": str(first), "last_day": str(last), "standing": standing,
    }  # fmt: skip
    return keep_counts(folder, one.model_copy(update={"made_up": made_up}), kept, told)


def dated_events(engine: Engine, kind: str) -> list[tuple[date, str, int]]:
    """The lake's live events of a kind (tables opened by `open_records`) by day and small area: (day, area, how many)."""
    rows = engine.fetch(
        f"SELECT day, lsoa, count(*) AS events FROM ({EVENTS}) WHERE kind = $kind AND day IS NOT NULL AND lsoa IS NOT NULL "
        "GROUP BY ALL ORDER BY ALL",
        {"kind": kind},
    ).to_pylist()
    return [(row["day"], row["lsoa"], row["events"]) for row in rows]
