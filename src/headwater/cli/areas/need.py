"""Which share of all need has each place, and how sure is that? The command `areas need`."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
import typer

from headwater.areas.deprivation import DOMAINS, WEIGHTS
from headwater.areas.need import CRIME_NOWHERE, WITHOUT_CRIME, NeedError, Recipe, draw_needs, need_of
from headwater.areas.planning import FactsError, say_recipe
from headwater.areas.planning.scenario import NeedRule
from headwater.cli.areas.answers import (
    RECIPE_HEADS,
    CsvOption,
    IndexOption,
    LevelOption,
    shelf_of,
    tell_sources,
    tell_table,
)
from headwater.cli.areas.small_numbers import safe_facts
from headwater.cli.console import out, show_json
from headwater.cli.options import DataOption, JsonOption, settle

DrawsOption = Annotated[
    int,
    typer.Option(
        "--draws", min=0, help="Draw the weights so many times anew, and say how much the answer moves. 500 is plenty."
    ),
]


def show_need(
    level: LevelOption = None,
    workload: Annotated[float, typer.Option(min=0, max=1, help="The share of workload in need.")] = 0.0,
    with_crime: Annotated[
        bool | None,
        typer.Option(
            "--with-crime/--without-crime",
            help="Keep the domain of crime in the score, or leave it out. Without either: in it where work counts for nothing, else left out.",
            show_default=False,
        ),
    ] = None,
    weight: Annotated[
        list[str] | None,
        typer.Option(
            "--weight", help="Another weight for a domain, as in income=0.3; once for each.", show_default=False
        ),
    ] = None,
    draws: DrawsOption = 0,
    index: IndexOption = None,
    data: DataOption = None,
    json: JsonOption = False,
    csv: CsvOption = False,
) -> None:
    """The share of all need that each place has: deprivation times residents, and the work that it brings; with --draws how sure.

    Example: headwater areas need --workload 0.4 --draws 500
    """
    settings, shelf = settle(data), shelf_of(data)
    facts, protected = safe_facts(shelf, index, settings.catalogue)
    chosen = shelf.level(level)
    if workload and not facts.has_minutes:
        raise FactsError("No officers' minutes are loaded for these areas. Count them: headwater areas load --lake")
    recipe = Recipe(read_weights(start_weights(workload, with_crime), weight or []), workload)
    areas = facts.at(chosen)
    share = need_of(areas, recipe, len(chosen.names))
    people = np.bincount(areas.place, facts.residents, minlength=len(share))
    minutes = np.bincount(areas.place, facts.minutes, minlength=len(share))
    low, high = share, share
    if draws:
        low, high = np.percentile(draw_needs(areas, recipe, len(share), draws=draws), [5, 95], axis=0)
    rows: list[dict[str, Any]] = []
    for at, (code, name) in enumerate(chosen.names.items()):
        row = {"code": code, chosen.one: name, "unit": chosen.unit[code], "need_percent": _percent(share[at])}
        if draws:
            row |= {"from_percent": _percent(low[at]), "to_percent": _percent(high[at])}
        rows.append(row | {"residents": int(people[at]), "minutes": int(minutes[at])})
    rows.sort(key=lambda row: (-row["need_percent"], row["code"]))
    if json:
        show_json(
            {
                "workload": workload, "weights": dict(recipe.weights), "need_is": say_recipe(recipe),
                "sources": [*facts.sources, *facts.work_sources], "left_out": len(facts.left_out),
                "draws": draws, "carried": dict(shelf.carried), "small_numbers": protected,
                "work": facts.say_work(counts=bool(workload)), "places": rows,
            }
        )  # fmt: skip
        return
    heads = {"need_percent": "need %", "from_percent": "from", "to_percent": "to"}
    columns = [name for name in rows[0] if name != "minutes" or facts.has_minutes]
    if csv:
        # The table shows minutes where there are any, so their source is named too, here and below.
        made = [say_recipe(recipe), "; ".join((*facts.sources, *facts.work_sources))]
        tell_table(
            [*columns, *RECIPE_HEADS], [[*(row[name] for name in columns), *made] for row in rows], csv_wanted=True
        )
        return
    tell_table(
        [heads.get(name, name) for name in columns],
        [[f"{row[name]:.3f}" if "percent" in name else row[name] for name in columns] for row in rows],
    )
    if draws:
        moved = np.median((high - low) / np.where(share > 0, share, 1))
        out.print(
            f"From and to: nine of ten of {draws} draws of the weights about those that were set; in the middle place they lie "
            f"{moved:.0%} of its need apart.",
            markup=False,
        )
    out.print(say_recipe(recipe), markup=False)
    if recipe.double_counts_crime():
        out.print("Crime counts twice: in the score and in the workload.")
    if recipe.leaves_out_crime():
        out.print(f"Not in it. {CRIME_NOWHERE}", markup=False)
    if facts.has_minutes:
        out.print(facts.say_work(counts=bool(workload)), markup=False)
    if protected:
        out.print(protected, markup=False)
    tell_sources(shelf, (*facts.sources, *facts.work_sources), len(facts.left_out))


def _percent(share: float) -> float:
    return round(float(share) * 100, 3)


def start_weights(workload: float, with_crime: bool | None) -> dict[str, float]:
    """The weights before a planner sets any: with crime or without as said, else as rules that name no weights take them."""
    if with_crime is None:
        return dict(NeedRule.model_validate({"workload": workload}).recipe().weights)
    return dict(WEIGHTS if with_crime else WITHOUT_CRIME)


def read_weights(base: dict[str, float], said: list[str]) -> dict[str, float]:
    """The weights with those that a planner set in their place. Raises NeedError for an unknown domain or no number."""
    weights = dict(base)
    for one in said:
        name, _, value = one.partition("=")
        if name not in DOMAINS:
            raise NeedError(
                f"There is no domain {name!r}. The domains are {', '.join(DOMAINS)}; write it as in income=0.3."
            )
        try:
            weights[name] = float(value)
        except ValueError:
            raise NeedError(
                f"The weight of {name} is {value!r}, which is no number. Write it as in income=0.3."
            ) from None
    return weights
