"""Which numbers are loaded, what does each mean, and what do they say of one place? The command `areas measures`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np
import typer

from headwater.areas.levels import SMALL_AREA, Level
from headwater.areas.measures import Measure, MeasureError, MeasureSet, is_protected, list_kept, read_measure_sets
from headwater.areas.planning import Shelf, facts_of
from headwater.areas.planning.proposal import find_place
from headwater.areas.shrinkage import shrink
from headwater.areas.uncertainty import count_interval
from headwater.cli.areas.answers import CsvOption, LevelOption, measures_folder, shelf_of, tell_made_up, tell_table
from headwater.cli.areas.small_numbers import protect_measure, say_measure, sums
from headwater.cli.console import out, show_json
from headwater.cli.options import DataOption, JsonOption, settle
from headwater.settings import Settings
from headwater.triggers.counting.disclosure import read_disclosure_rule


def show_measures(
    place: Annotated[
        str | None,
        typer.Argument(help="A ward, team, unit or small area: what the measures say of it.", show_default=False),
    ] = None,
    level: LevelOption = None,
    data: DataOption = None,
    json: JsonOption = False,
    csv: CsvOption = False,
) -> None:
    """Which measures are loaded, and what each is: source, licence, vintage, direction, denominator, uncertainty. With PLACE: its numbers.

    Example: headwater areas measures "Cross End"
    """
    settings, shelf = settle(data), shelf_of(data)
    if place is not None:
        tell_place(settings, shelf, shelf.level(level), place, json=json, csv=csv)
        return
    sets, there = read_measure_sets(settings.catalogue), list_kept(measures_folder(settings))
    rows = [
        {
            "set": name, "measure": measure.id, "title": measure.title, "kind": measure.kind, "direction": measure.direction,
            "of": say_of(measure, one), "areas": int((~np.isnan(kept.values[measure.id])).sum()), "area": kept.manifest.get("area", one.area),
            "vintage": kept.manifest.get("vintage", one.vintage), "publisher": one.publisher, "licence": one.licence, "where": one.where,
            "uncertainty": one.uncertainty, "shrunk": say_shrunk(measure), "monitoring_only": measure.monitoring,
            "made_up": bool(kept.manifest.get("made_up")),
        }
        for name, one in shelf.sets.items()
        for kept in (shelf.kept[name],)
        for measure in one.measures
        if measure.id in kept.values
    ]  # fmt: skip
    missing = [name for name in sets if name not in there]
    if json:
        show_json({"measures": rows, "not_loaded": missing, "carried": dict(shelf.carried)})
        return
    if csv:
        tell_table(list(rows[0]) if rows else [], [list(row.values()) for row in rows], csv_wanted=True)
        return
    for name in dict.fromkeys(str(row["set"]) for row in rows):
        tell_set(name, sets[name], [row for row in rows if row["set"] == name], shelf.carried.get(name))
    for name in missing:
        out.print(f"Not loaded: {name}, {sets[name].title}. From: {sets[name].where}", markup=False)
    tell_made_up(shelf)


def tell_set(name: str, one: MeasureSet, rows: Sequence[dict[str, Any]], carried: str | None) -> None:
    """One set and its measures, in words."""
    first = rows[0]
    out.print(
        f"{name}: {one.title}. {one.publisher}; {one.licence}; {first['area']}; {first['vintage']}.", markup=False
    )
    out.print(f"  How sure: {' '.join(one.uncertainty.split())}", markup=False)
    for row in rows:
        watch = "; for the equality duty only" if row["monitoring_only"] else ""
        out.print(
            f"  {row['measure']:<18} {row['title']} ({row['kind']}; {row['direction']}; {row['of']}; {row['shrunk']}; "
            f"{row['areas']:,} areas{watch})",
            markup=False,
        )
    if carried:
        out.print(f"  Carried across. {carried}", markup=False)


def say_of(measure: Measure, one: MeasureSet) -> str:
    """Out of what a measure is."""
    return (
        f"rank 1 to {one.complete:,}"
        if measure.kind == "rank"
        else f"out of {measure.of[0]}"
        if measure.of
        else "not divided"
    )


def say_shrunk(measure: Measure) -> str:
    """Whether and where a measure is drawn towards the force's own."""
    return "a count; its rate is shrunk (empirical Bayes)" if is_protected(measure) else "not shrunk"


def tell_place(settings: Settings, shelf: Shelf, level: Level, said: str, *, json: bool, csv: bool) -> None:
    """Every measure of one place, with the interval or rate that says how sure it is."""
    if said in shelf.levels[SMALL_AREA].names:
        level = shelf.levels[SMALL_AREA]
    code = find_place(level, said)
    rows = [row for name in shelf.sets for row in rows_of(settings, shelf, name, level, code)]
    if not rows:
        raise MeasureError(
            f"Nothing is loaded that says anything of {level.names[code]}. Load a file: headwater areas load FILE"
        )
    if json:
        show_json({"code": code, "name": level.names[code], "level": level.id, "measures": rows})
        return
    if not csv:
        out.print(
            f"{level.names[code]} ({code}), {level.unit[code]}; {len(level.parts()[code]):,} small areas.", markup=False
        )
    tell_table(["set", "measure", "value", "how sure"], [list(row.values()) for row in rows], csv_wanted=csv)
    if not csv:
        for name in dict.fromkeys(str(row["set"]) for row in rows):
            out.print(f"{name}: {' '.join(shelf.sets[name].uncertainty.split())}", markup=False)
        out.print(
            "Counts of the force's own events are sums of what may be said of small areas; those under the least are left out. Intervals are of 95 %. "
            "A rate is drawn towards the force's own, the more so the fewer people live there (empirical Bayes, Marshall 1991).",
            markup=False,
        )
        tell_made_up(shelf)


def rows_of(settings: Settings, shelf: Shelf, name: str, level: Level, code: str) -> list[dict[str, Any]]:
    """The measures of one set for one place: set, measure, value in words, and how sure it is."""
    kept, of = shelf.kept[name], shelf.sets[name]
    inside, rows = level.parts()[code], []
    for measure in of.measures:
        if measure.id not in kept.values:
            continue
        values = kept.of(measure.id, inside)
        if np.isnan(values).all() and not is_protected(measure):
            continue
        value, sure = "", "as said below"
        if is_protected(measure):
            value, sure = say_harm(settings, shelf, name, measure, level, code)
        elif measure.kind == "count":
            value = f"{np.nansum(values):,.0f}"
        elif measure.kind == "rank":
            worst = int((values <= of.complete // 10).sum())
            value = (
                f"{values[0]:,.0f} of {of.complete:,}" if len(inside) == 1
                else f"{worst} of {len(inside)} small areas in the most deprived tenth"
            )  # fmt: skip
        else:
            mean = float(np.nanmean(values))
            value = f"{mean:.1%}" if measure.kind == "share" else f"{mean:,.3g}"
            sure = "mean of its small areas" if len(inside) > 1 else sure
        rows.append({"set": name, "measure": measure.title, "value": value, "how_sure": sure})
    return rows


def say_harm(settings: Settings, shelf: Shelf, name: str, measure: Measure, level: Level, code: str) -> tuple[str, str]:
    """A count of events of a place and how sure it is: its interval, and its rate for a thousand residents, shrunk."""
    rule = read_disclosure_rule(settings.catalogue)
    facts = facts_of(shelf)
    counts, each = protect_measure(shelf, name, measure.id, facts.codes, rule)
    here = sums(counts, facts.codes, level.of)
    people = sums(facts.residents, facts.codes, level.of)
    if each > 1:
        how = f"in steps of {rule.round_to * each:,.0f}, {rule.round_to} average events; each has an assumed time"
        return str(say_measure(rule, here[code], each)), how
    if each == 1 and here[code] < rule.smallest:
        return str(say_measure(rule, here[code], each)), "too few to say a rate"
    order = list(here)
    found = shrink([here[one] for one in order], [people[one] for one in order])
    at = order.index(code)
    low, high = count_interval(here[code])
    kept = found.weight[at]
    return (
        f"{here[code]:,.0f}",
        f"{low:,.0f} to {high:,.0f}; rate for 1,000 residents {found.rate[at] * 1000:,.1f} ({found.low[at] * 1000:,.1f} to "
        f"{found.high[at] * 1000:,.1f}), {kept:.0%} its own, the rest the force's {found.whole * 1000:,.1f}",
    )
