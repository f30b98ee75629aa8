"""How do the commands about areas read what is loaded, and how do they print an answer? Tables, sources, and what is made up."""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from headwater.areas.planning import Shelf, open_shelf
from headwater.cli.console import out
from headwater.cli.options import settle
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
RECIPE_HEADS = ["need is", "from"]
"""The last columns of a table for a spreadsheet that has need in it: the recipe, and what it rests on, the same in each row."""

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
    cells = [[_cell(one) for one in row] for row in rows]
    right = [bool(rows) and isinstance(one, (int, float)) for one in (rows[0] if rows else heads)]
    width = [max(map(len, column)) for column in zip(heads, *cells, strict=True)]
    for line in (list(heads), *cells):
        told = [
            one.rjust(wide) if to_right else one.ljust(wide)
            for one, wide, to_right in zip(line, width, right, strict=True)
        ]
        out.print("  ".join(told).rstrip(), markup=False)


def _cell(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def tell_sources(shelf: Shelf, sources: Sequence[str], left_out: int = 0) -> None:
    """Say what an answer rests on, what was carried from areas of another year and at which cost, and whether any of it is made up."""
    out.print(f"From: {'; '.join(sources)}.", markup=False)
    if left_out:
        out.print(f"{left_out:,} small areas lack ranks or residents and are not in it.")
    for name, cost in shelf.carried.items():
        if any(shelf.sets[name].title in source for source in sources):
            out.print(f"Carried across. {cost}", markup=False)
    tell_made_up(shelf)


def tell_made_up(shelf: Shelf) -> None:
    """Say it where something is made up."""
    if shelf.is_made_up():
        out.print(MADE_UP)
