"""Does one event make another near it, soon after, more likely? The command `areas near-repeats`."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from headwater.areas.measures import MeasureError
from headwater.cli.areas.answers import CsvOption, tell_table
from headwater.cli.console import out, show_json, show_progress
from headwater.cli.options import DataOption, JsonOption, QuietOption, open_engine, open_lake, settle
from headwater.settings import Settings
from headwater.triggers.counting.disclosure import DisclosureRule, read_disclosure_rule

if TYPE_CHECKING:
    from headwater.areas.dated_events import DatedEvents


def show_near_repeats(
    file: Annotated[
        Path | None,
        typer.Argument(
            help="A CSV file of dated events: easting, northing (or longitude, latitude), date, and occurrence (one number for all rows of an event). "
            "Without it: the force's own lake, with --places.",
            show_default=False,
        ),
    ] = None,
    measure: Annotated[str, typer.Option(help="From the lake: calls, crimes or missing_episodes.")] = "crimes",
    classes: Annotated[
        list[str] | None,
        typer.Option(
            "--class",
            help="From the lake: only events of this class, by code or as recorded; once for each.",
            show_default=False,
        ),
    ] = None,
    places: Annotated[
        Path | None,
        typer.Option(
            help="For the lake: a file of places, OS Open UPRN or the ONS postcode directory, with eastings and northings.",
            show_default=False,
        ),
    ] = None,
    metres: Annotated[
        str, typer.Option(help="Upper ends of bands of distance; 0 is the very same place.")
    ] = "0,100,200,400",
    days: Annotated[str, typer.Option(help="Upper ends of bands of time.")] = "7,14,28",
    shuffles: Annotated[int, typer.Option(min=99, max=99_999, help="How often times are shuffled over places.")] = 999,
    seed: Annotated[int, typer.Option(help="The same seed gives the same answer.")] = 1,
    data: DataOption = None,
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
    rule, by = None, ""
    if file is not None:
        if places or classes:
            raise typer.BadParameter("--places and --class go with the lake: leave the file out, or them")
        events, name = read_dated_events(file), file.name
    else:
        settings = settle(data)
        rule, name = read_disclosure_rule(settings.catalogue), "the lake"
        events, by = events_from_lake(settings, measure, classes or [], places)
    try:
        with show_progress(quiet=quiet) as progress:
            found = knox(
                events.x, events.y, events.day, metres=far, days=long, occurrence=events.occurrence, shuffles=shuffles, seed=seed,
                progress=progress,
            )  # fmt: skip
    except ValueError as fault:
        raise MeasureError(f"{name}: {fault}") from None
    rows = [
        {
            "distance": say_band(far, row, "m"), "time": say_band(long, column, "days"),
            **say_pairs(rule, int(found.pairs[row, column]), float(found.expected[row, column]), float(found.p[row, column])),
        }
        for row in range(len(far))
        for column in range(len(long))
    ]  # fmt: skip
    tell = say_about(rule)
    if json:
        plain: Callable[[int], str | int] = tell if rule else int
        show_json(
            {
                "file": name, "places_by": by, "rows": plain(events.rows), "set_aside": {why: plain(number) for why, number in events.aside.items()},
                "repeated_rows": plain(found.removed), "events": plain(found.events),
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
    aside = "".join(f", {tell(number)} set aside ({why})" for why, number in events.aside.items())
    out.print(
        f"{tell(events.rows)} rows = {tell(found.events)} events from {events.first} to {events.last}, {tell(found.removed)} further rows of the same "
        f"occurrence{aside}.",
        markup=False,
    )
    if events.occurrence is None:
        out.print(
            "The rows have no column occurrence (or crime_id, incident_no, id): an event that stands there twice looks like a repeat, and may "
            "make the whole effect."
        )
    if rule is not None:
        out.print(
            f"Events of the lake, {measure}, placed by {by}. Numbers are said to the nearest {rule.round_to}, and bands with fewer than "
            f"{rule.smallest} pairs are not said."
        )
    strong = [
        row for row in rows if isinstance(row["p"], float) and row["p"] <= 0.05 / len(rows) and (row["ratio"] or 0) > 1
    ]
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


def events_from_lake(
    settings: Settings, measure: str, classes: list[str], places: Path | None
) -> tuple[DatedEvents, str]:
    """The lake's events of a measure, and what their places go by. Raises MeasureError."""
    from headwater.areas.demand import kind_of
    from headwater.areas.event_places import lake_events
    from headwater.records import open_records

    kind = kind_of(measure)
    if places is None:
        raise MeasureError(
            "Records hold no coordinates. Name a file of places, OS Open UPRN or the postcode directory: --places FILE. Or name a file of events."
        )
    lake = open_lake(settings)
    with open_engine(settings) as engine:
        open_records(engine, lake)
        return lake_events(engine, kind, classes, places)


def say_about(rule: DisclosureRule | None) -> Callable[[int], str]:
    """How a number of events is said: of the force's own lake by the rule for small numbers, of a file that somebody brings as it is."""
    if rule is None:
        return lambda number: f"{number:,}"
    return lambda number: rule.in_words(rule.shown(number)) if number else "0"


def say_pairs(rule: DisclosureRule | None, pairs: int, expected: float, p: float) -> dict[str, Any]:
    """One band. Of the lake's own events a band with few pairs is not said, and the ratio is that of the number that is said."""
    if rule is not None:
        shown = rule.shown(pairs)
        if shown is None:
            return {
                "pairs": f"fewer than {rule.smallest}",
                "expected": "not said",
                "ratio": "not said",
                "p": "not said",
            }
        pairs = shown
    ratio = pairs / expected if expected > 0 else math.nan
    return {"pairs": pairs, "expected": round(expected, 1), "ratio": rounded(ratio), "p": round(p, 4)}


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
