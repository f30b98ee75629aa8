"""Where would posts go? The command `areas allocate`: today's posts, the proposed ones and kept scenarios side by side."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from headwater.areas.need import Sensitivity
from headwater.areas.planning import (
    Facts,
    Proposal,
    Saved,
    Shelf,
    open_scenario,
    propose,
    read_scenario,
    read_staffing,
    save_scenario,
    say_recipe,
    say_rests_on,
    sureness_of,
)
from headwater.areas.planning.scenario import MILP
from headwater.cli.areas.answers import RECIPE_HEADS, CsvOption, IndexOption, shelf_of, tell_sources, tell_table
from headwater.cli.areas.need import DrawsOption
from headwater.cli.areas.post_words import (
    as_json,
    rows_by_place,
    tell_equality,
    tell_programme,
    tell_role,
    tell_sure,
    tell_units,
)
from headwater.cli.areas.small_numbers import safe_facts
from headwater.cli.console import err, out, show_json
from headwater.cli.options import DataOption, JsonOption, settle
from headwater.settings import Settings

RulesArgument = Annotated[
    Path | None, typer.Argument(help="A YAML file of rules. Without it: the catalogue's example.", show_default=False)
]
RulesOption = Annotated[
    Path | None,
    typer.Option("--rules", help="A YAML file of rules. Without it: the catalogue's example.", show_default=False),
]
TodayOption = Annotated[
    Path | None,
    typer.Option("--today", help="A CSV file of posts as they stand: area, role, posts, fixed.", show_default=False),
]
SECONDS = 60.0
SecondsOption = Annotated[
    float,
    typer.Option(
        "--seconds",
        min=1,
        help="How long an integer programme (method: milp) may search; a second or two more where rules are tight, and to say which rules clash.",
    ),
]


@dataclass(frozen=True)
class WorkedOut:
    """A proposal, what it was worked out from, and in words what protects small numbers in it."""

    proposal: Proposal
    facts: Facts
    protected: str


def work_out(
    settings: Settings,
    shelf: Shelf,
    rules: Path | None,
    today: Path | None,
    index: str | None,
    seconds: float = SECONDS,
) -> WorkedOut:
    """The proposal for a file of rules and one of posts as they stand."""
    scenario = read_scenario(rules)
    level = shelf.level(scenario.level)
    staffing = (
        read_staffing(today, level, {name: rule.name for name, rule in scenario.roles.items()}, shelf.carrier)
        if today
        else None
    )
    facts, protected = safe_facts(shelf, index, settings.catalogue)
    if scenario.method == MILP:
        err.print(f"Searching all ways to give out posts, for {seconds:g} seconds at most (--seconds) …", markup=False)
    return WorkedOut(
        propose(facts, level, scenario, staffing, seconds=seconds), facts, protected if scenario.need.workload else ""
    )


def scenarios_folder(settings: Settings) -> Path:
    """Where kept scenarios stand: beside the lake."""
    return settings.data / "scenarios"


def allocate(
    rules: RulesArgument = None,
    today: TodayOption = None,
    beside: Annotated[
        list[str] | None,
        typer.Option("--beside", help="A kept scenario to show beside; once for each.", show_default=False),
    ] = None,
    save: Annotated[
        str | None, typer.Option("--save", help="Keep this proposal by this name.", show_default=False)
    ] = None,
    equality: Annotated[
        bool, typer.Option("--equality", help="Posts for 10,000 residents as each group of people has them.")
    ] = False,
    draws: DrawsOption = 0,
    seconds: SecondsOption = SECONDS,
    index: IndexOption = None,
    data: DataOption = None,
    json: JsonOption = False,
    csv: CsvOption = False,
) -> None:
    """Give out posts by need and rules: today's beside the proposed ones, need for one post, moves, and what is not in the model.

    Example: headwater areas allocate my-rules.yaml --today staffing.csv --equality --draws 500
    """
    settings, shelf = settle(data), shelf_of(data)
    given = work_out(settings, shelf, rules, today, index, seconds)
    proposal = given.proposal
    kept = [open_scenario(scenarios_folder(settings), name, proposal.level, shelf.carrier) for name in beside or []]
    sure = sureness_of(proposal, given.facts, draws=draws) if draws else {}
    if save:
        path = save_scenario(scenarios_folder(settings), save, proposal)
        err.print(f"Kept as {save}: {path}", markup=False)
    if json:
        show_json(as_json(shelf, given.facts, proposal, kept, sure, index) | {"small_numbers": given.protected})
        return
    heads, rows = rows_by_place(proposal, kept, sure)
    if csv:
        recipe = proposal.scenario.need.recipe()
        made = [say_recipe(recipe), say_rests_on(given.facts, recipe)]
        tell_table([*heads, *RECIPE_HEADS], [[*row, *made] for row in rows], csv_wanted=True)
        return
    tell_table(heads, rows)
    tell_summary(shelf, given, kept, sure, index, equality=equality)


def tell_summary(
    shelf: Shelf,
    given: WorkedOut,
    kept: list[Saved],
    sure: dict[str, Sensitivity],
    index: str | None,
    *,
    equality: bool,
) -> None:
    """What stands below the table: units, need for one post, moves, groups of people, how sure, and what is not in the model."""
    proposal = given.proposal
    out.print(f"\n{proposal.scenario.title}; method {proposal.scenario.method}. By unit:", markup=False)
    tell_units(proposal)
    out.print(f"\n{say_recipe(proposal.scenario.need.recipe())}\n", markup=False)
    for result in proposal.results.values():
        tell_role(proposal, result, kept)
    if proposal.coupled is not None:
        tell_programme(proposal)
    for name, one in sure.items():
        tell_sure(proposal, name, one)
    if equality:
        tell_equality(shelf, given.facts, proposal, index)
    out.print("Not in this model:")
    for line in proposal.not_in_model:
        out.print(f"  {line}", markup=False)
    if given.protected:
        out.print(given.protected, markup=False)
    if proposal.carried:
        out.print(f"Posts of today. {proposal.carried}", markup=False)
    for saved in kept:
        if saved.carried:
            out.print(f"{saved.name}. {saved.carried}", markup=False)
    tell_sources(shelf, proposal.sources)
    out.print("A proposal: people decide where posts go. Why a place has its posts: headwater areas explain PLACE")
