"""Does one event make another near it, soon after, more likely? The command `areas near-repeats`."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated

import typer

from headwater.areas.measures import MeasureError
from headwater.cli.areas.answers import CsvOption, tell_table
from headwater.cli.console import out, show_json, show_progress
from headwater.cli.options import JsonOption, QuietOption


def show_near_repeats(
    file: Annotated[
        Path,
        typer.Argument(
            help="A CSV file of dated events: easting, northing (or longitude, latitude), date, and occurrence (one number for all rows of an event).",
            show_default=False,
        ),
    ],
    metres: Annotated[
        str, typer.Option(help="Upper ends of bands of distance; 0 is the very same place.")
    ] = "0,100,200,400",
    days: Annotated[str, typer.Option(help="Upper ends of bands of time.")] = "7,14,28",
    shuffles: Annotated[int, typer.Option(min=99, max=99_999, help="How often times are shuffled over places.")] = 999,
    seed: Annotated[int, typer.Option(help="The same seed gives the same answer.")] = 1,
    json: JsonOption = False,
    csv: CsvOption = False,
    quiet: QuietOption = False,
) -> None:
    """Repeats and near repeats: how many pairs of events are close in place and time, against shuffled times (Knox's test).

    Example: headwater areas near-repeats burglaries.csv --metres 0,100,200 --days 7,14
    """
    from headwater.areas.dated_events import read_dated_events
    from headwater.areas.near_repeat import knox

    far, long = read_bands("metres", metres), read_bands("days", days)
    events = read_dated_events(file)
    try:
        with show_progress(quiet=quiet) as progress:
            found = knox(
                events.x, events.y, events.day, metres=far, days=long, occurrence=events.occurrence, shuffles=shuffles, seed=seed,
                progress=progress,
            )  # fmt: skip
    except ValueError as fault:
        raise MeasureError(f"{file.name}: {fault}") from None
    rows = [
        {
            "distance": say_band(far, row, "m"), "time": say_band(long, column, "days"), "pairs": int(found.pairs[row, column]),
            "expected": round(float(found.expected[row, column]), 1), "ratio": rounded(float(found.ratio[row, column])),
            "p": round(float(found.p[row, column]), 4),
        }
        for row in range(len(far))
        for column in range(len(long))
    ]  # fmt: skip
    if json:
        show_json(
            {
                "file": file.name, "rows": events.rows, "set_aside": dict(events.aside), "repeated_rows": found.removed, "events": found.events,
                "first_day": str(events.first), "last_day": str(events.last), "shuffles": shuffles, "seed": seed, "bands": rows,
            }
        )  # fmt: skip
        return
    tell_table(
        list(rows[0]),
        [["none expected" if value is None else value for value in row.values()] for row in rows],
        csv_wanted=csv,
    )
    if csv:
        return
    aside = "".join(f", {number:,} set aside ({why})" for why, number in events.aside.items())
    out.print(
        f"{events.rows:,} rows = {found.events:,} events from {events.first} to {events.last}, {found.removed:,} further rows of the same "
        f"occurrence{aside}.",
        markup=False,
    )
    if events.occurrence is None:
        out.print(
            "The rows have no column occurrence (or crime_id, incident_no, id): an event that stands there twice looks like a repeat, and may "
            "make the whole effect."
        )
    strong = [row for row in rows if float(str(row["p"])) <= 0.05 / len(rows) and float(str(row["ratio"] or 0)) > 1]
    if strong:
        best = max(strong, key=lambda row: float(str(row["ratio"])))
        out.print(
            f"More pairs than chance gives in {len(strong)} of {len(rows)} bands (p up to 0.05 shared among the bands); most of all {best['distance']}, "
            f"{best['time']}: {best['ratio']} times as many as expected.",
            markup=False,
        )
    else:
        out.print("No band has more pairs than chance gives (p up to 0.05 shared among the bands).")
    out.print(
        "Expected: what times shuffled over the same places give. It says that events come together, not that one causes another."
    )


def read_bands(name: str, said: str) -> list[float]:
    """Numbers with commas between. Raises MeasureError."""
    try:
        return [float(one) for one in said.split(",")]
    except ValueError:
        raise MeasureError(f"--{name} {said!r}: write numbers with commas between, as in 100,200,400.") from None


def say_band(ends: list[float], at: int, unit: str) -> str:
    """A band in words."""
    if at:
        return f"over {ends[at - 1]:g} to {ends[at]:g} {unit}"
    return f"up to {ends[0]:g} {unit}" if ends[0] else "the same place" if unit == "m" else "the same day"


def rounded(ratio: float) -> float | None:
    """To two places; None where nothing was expected."""
    return None if math.isnan(ratio) else round(ratio, 2)
