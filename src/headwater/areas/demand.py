"""How much officers' time does each small area bring? Calls, crimes and missing episodes of the lake, by a table of minutes for each.

The table is `catalogue/demand/officer_minutes.csv` (kind, grade, minutes, why); a force's own replaces it. A row without a grade is for
every grade that has none of its own.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from pathlib import Path
from typing import Any

from headwater.areas.measures.counted import keep_counts
from headwater.areas.measures.definition import MeasureError, MeasureSet
from headwater.catalogue import list_files
from headwater.engine import Engine

DOMESTIC = "domestic_abuse"
"""Calls and crimes that a system marks as domestic abuse, or that are classed so (NSIR 304)."""

COUNTED = {"incident": "calls", "crime": "crimes", "missing": "missing_episodes"}
"""Kinds of event, and the measure that counts each."""

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
       coalesce(event.grade, '') AS grade, coalesce(scene.lsoa, home.lsoa) AS lsoa, count(*) AS events,
       min(CAST(event.recorded_at AS DATE)) AS first_day, max(CAST(event.recorded_at AS DATE)) AS last_day
FROM event
LEFT JOIN address_record AS scene ON scene.address_record_id = event.address_record_id
LEFT JOIN home ON home.event_id = event.event_id
LEFT JOIN domestic ON domestic.event_id = event.event_id
WHERE event.status = 'live' AND event.handling = 'ordinary' AND event.kind IN ('incident', 'crime', 'missing')
GROUP BY ALL ORDER BY ALL
"""
"""Where it happened; for somebody missing the home that the record states, where no place is. What intelligence holds is not counted."""

Minutes = dict[tuple[str, str], float]


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
    engine: Engine, one: MeasureSet, folder: Path, minutes: Minutes, *, made_up: bool = False
) -> dict[str, Any]:
    """Count the lake's events (tables opened by `open_records`) into the set `one`; the manifest. Events = counted + without an area.

    Raises MeasureError where the lake holds no such event with an area.
    """
    counts: dict[str, dict[str, float]] = {
        name: defaultdict(float) for name in ("officer_minutes", *COUNTED.values(), DOMESTIC)
    }
    events = without = 0
    days: list[Any] = []
    for row in engine.fetch(EVENTS).to_pylist():
        events += row["events"]
        if row["lsoa"] is None:
            without += row["events"]
            continue
        days += [row["first_day"], row["last_day"]]
        each = minutes.get((row["kind"], row["grade"]), minutes[row["kind"], ""])
        counts["officer_minutes"][row["lsoa"]] += each * row["events"]
        counts[COUNTED[row["kind"]]][row["lsoa"]] += row["events"]
        if row["domestic"] and row["kind"] != "missing":
            counts[DOMESTIC][row["lsoa"]] += row["events"]
    if not days:
        raise MeasureError(
            "The lake holds no call, crime or missing episode with the code of a small area. Load exports first."
        )
    told = {
        "file": "the lake", "sha256": "", "rows": events, "counted": events - without,
        "aside": {"no small area in the record": without} if without else {}, "vintage": f"{min(days)} to {max(days)}",
    }  # fmt: skip
    return keep_counts(folder, one.model_copy(update={"made_up": made_up}), counts, told)
