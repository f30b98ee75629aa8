"""How do numbers about areas come in? The commands `areas hierarchy | load`."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from headwater.areas.demand import EVERYTHING, Window
from headwater.areas.measures import load_measures, load_street_level, read_measure_sets
from headwater.cli.areas.answers import MADE_UP, measures_folder
from headwater.cli.areas.standing import let_stand
from headwater.cli.console import out, show_json
from headwater.cli.options import DataOption, JsonOption, open_engine, open_lake, settle
from headwater.settings import Settings
from headwater.triggers.counting.disclosure import read_disclosure_rule

LOOKUP = "lookup"
"""The name by which the lookup of areas of 2011 to those of 2021 is loaded."""

WARDS = "wards"
"""The name by which an earlier lookup of small areas to wards is loaded."""

BOUNDARIES = "boundaries"
"""The name by which outlines of small areas are loaded."""

MONTHS = 12
"""So many months up to the newest record are counted where nothing else is said: a whole year, so that no season weighs more."""


def load_file(
    path: Annotated[
        Path | None,
        typer.Argument(help="A CSV, Parquet or GeoJSON file, or a folder of police.uk files.", show_default=False),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(
            "--as",
            help="Which set of measures it is; lookup: which small areas of 2011 became which of 2021; wards: wards before a redraw; boundaries: GeoJSON.",
            show_default=False,
        ),
    ] = None,
    lake: Annotated[
        bool, typer.Option("--lake", help="Count demand in officer-minutes from the lake instead.")
    ] = False,
    first: Annotated[
        datetime | None,
        typer.Option(
            "--from", formats=["%Y-%m-%d"], help="With --lake: the first day that counts.", show_default=False
        ),
    ] = None,
    last: Annotated[
        datetime | None,
        typer.Option(
            "--to",
            formats=["%Y-%m-%d"],
            help="With --lake: the last day that counts.",
            show_default="the newest record",
        ),
    ] = None,
    months: Annotated[
        int | None,
        typer.Option(
            min=1, help="With --lake: so many months up to the last day.", show_default=f"{MONTHS}, without --from"
        ),
    ] = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Load numbers about areas: a published file, police.uk street-level files, or demand counted from the force's own lake.

    Example: headwater areas load File_7.csv --as imd2025
    """
    from dataclasses import asdict

    settings = settle(data)
    sets, folder = read_measure_sets(settings.catalogue), measures_folder(settings)
    if (first or last or months) and not lake:
        raise typer.BadParameter("--from, --to and --months go with --lake: a published file has its own days")
    if lake and path is None:
        window = Window(
            first.date() if first else None, last.date() if last else None, months or (None if first else MONTHS)
        )
        found = count_demand(settings, window=window)
    elif lake or path is None:
        raise typer.BadParameter("Name one file to load, or --lake")
    elif name == LOOKUP:
        load_lookup(path, folder, json=json)
        return
    elif name == WARDS:
        load_earlier_wards(settings, path, json=json)
        return
    elif name == BOUNDARIES or (name is None and path.suffix.casefold() == ".geojson"):
        load_outlines(settings, path, json=json)
        return
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
    if standing := found.get("standing"):
        out.print(
            f"{standing:,} numbers of small areas stand as they were counted before: too few events have changed to tell of them."
        )
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


def load_lookup(path: Path, folder: Path, *, json: bool) -> None:
    """Keep which small areas of 2011 became which of 2021."""
    from headwater.areas.redrawn import load_redrawn

    found = load_redrawn(path, folder)
    if json:
        show_json(found)
        return
    out.print(
        f"{found['rows']:,} rows: {found['areas_2011']:,} small areas of 2011, {found['areas_2021']:,} of 2021, {found['same']:,} the "
        "same in both. Numbers for areas of one year are from now on carried across to the force's, and each answer says at which cost.",
        markup=False,
    )


def load_earlier_wards(settings: Settings, path: Path, *, json: bool) -> None:
    """Keep the wards before a redraw, so that posts counted by them count where these lie today."""
    from headwater.areas.earlier_wards import load_wards
    from headwater.areas.redrawn import open_redrawn
    from headwater.areas.teams import read_teams

    folder = measures_folder(settings)
    found = load_wards(path, folder, read_teams(settings.catalogue).areas, open_redrawn(folder))
    if json:
        show_json(found)
        return
    out.print(
        f"{found['rows']:,} rows: {found['wards']:,} wards ({found['vintage']}) with {found['small_areas']:,} small areas of the force. Posts "
        "counted by them are from now on counted in the wards of today, and each answer says at which cost.",
        markup=False,
    )


def load_outlines(settings: Settings, path: Path, *, json: bool) -> None:
    """Keep the outlines of the force's small areas, for the map and for which areas touch."""
    from headwater.areas.boundaries import load_boundaries
    from headwater.areas.teams import read_teams

    found = load_boundaries(path, settings.data / "boundaries", read_teams(settings.catalogue).areas)
    if json:
        show_json(found)
        return
    away = f" + {found['elsewhere']:,} of other areas" if found["elsewhere"] else ""
    out.print(
        f"{found['outlines']:,} outlines = {found['kept']:,} of the force's small areas kept{away}.", markup=False
    )
    if lacking := found["lacking"]:
        out.print(
            f"{len(lacking):,} small areas have no outline in it (the first: {lacking[0]}); the map leaves them white."
        )
    out.print("The map of the service, plans on paper and hot spots use them from now on.")


def count_demand(settings: Settings, *, made_up: bool = False, window: Window = EVERYTHING) -> dict[str, Any]:
    """Count the lake's demand of a window into the set `demand`; its manifest."""
    from headwater.areas.demand import load_demand, read_minutes
    from headwater.records import open_records

    minutes = read_minutes(settings.catalogue)
    lake = open_lake(settings)
    with open_engine(settings) as engine:
        open_records(engine, lake)
        one = read_measure_sets(settings.catalogue)["demand"]
        rule = read_disclosure_rule(settings.catalogue)
        return load_demand(
            engine, one, measures_folder(settings), minutes, made_up=made_up, window=window, stand=partial(let_stand, lake, rule)
        )  # fmt: skip


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
    from dataclasses import asdict

    from headwater.areas.hierarchy import write_areas

    found = write_areas(lookup, district, into)
    if json:
        show_json(asdict(found))
        return
    out.print(
        f"{found.small_areas:,} small areas ({found.vintage['small_areas']}), {found.wards:,} wards ({found.vintage['wards']}), {found.units} units "
        f'(districts, {found.vintage["units"]}) are in {into}/areas. {found.fit} Name the folder in headwater.toml: catalogue = "{into}"',
        markup=False,
    )
