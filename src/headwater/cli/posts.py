"""Where would posts go, and why? The commands `areas allocate | explain`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from headwater.areas.allocation import Coupled, Summary
from headwater.areas.planning import (
    Proposal,
    Shelf,
    explain_posts,
    facts_of,
    labels_of,
    propose,
    read_scenario,
    read_staffing,
)
from headwater.areas.planning.proposal import Result, find_place
from headwater.areas.typology import read_typology
from headwater.cli.areas import CsvOption, IndexOption, shelf_of, tell_made_up, tell_sources, tell_table
from headwater.cli.console import out, show_json
from headwater.cli.options import DataOption, JsonOption

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


def work_out(shelf: Shelf, rules: Path | None, today: Path | None, index: str | None) -> Proposal:
    """The proposal for a file of rules and one of posts as they stand."""
    scenario = read_scenario(rules)
    level = shelf.level(scenario.level)
    staffing = (
        read_staffing(today, level, {name: rule.name for name, rule in scenario.roles.items()}) if today else None
    )
    return propose(facts_of(shelf, index), level, scenario, staffing)


def allocate(
    rules: RulesArgument = None,
    today: TodayOption = None,
    index: IndexOption = None,
    data: DataOption = None,
    json: JsonOption = False,
    csv: CsvOption = False,
) -> None:
    """Give out posts by need and rules: today's beside the proposed ones, need for one post, moves, and what is not in the model.

    Example: headwater areas allocate my-rules.yaml --today staffing.csv
    """
    shelf = shelf_of(data)
    proposal = work_out(shelf, rules, today, index)
    if json:
        show_json(as_json(proposal))
        return
    heads = ["code", proposal.level.one, "unit", "need %"]
    for result in proposal.results.values():
        heads += (
            [f"{result.role.name} today", result.role.name, "change"]
            if result.today is not None
            else [result.role.name]
        )
    rows: list[list[Any]] = []
    for code, name in proposal.level.names.items():
        row: list[Any] = [code, name, proposal.level.unit[code], f"{proposal.need[code] * 100:.2f}"]
        for result in proposal.results.values():
            now = result.posts[code]
            was = result.today.get(code, 0) if result.today is not None else None
            row += [now] if was is None else [was, now, f"{now - was:+d}" if now != was else "0"]
        rows.append(row)
    rows.sort(key=lambda row: (row[2], -proposal.need[row[0]], row[0]))
    tell_table(heads, rows, csv_wanted=csv)
    if csv:
        return
    out.print(f"\n{proposal.scenario.title}; method {proposal.scenario.method}.", markup=False)
    for result in proposal.results.values():
        tell_role(proposal, result)
    if proposal.coupled is not None:
        tell_programme(proposal.coupled)
    out.print("Not in this model:")
    for line in proposal.not_in_model:
        out.print(f"  {line}", markup=False)
    tell_sources(proposal.sources, 0)
    tell_made_up(shelf)
    out.print("A proposal: people decide where posts go. Why a place has its posts: headwater areas explain PLACE")


def tell_role(proposal: Proposal, result: Result) -> None:
    """Need for one post today and proposed, and the moves of one role."""
    names = proposal.level.names
    for words, summary in (("today", result.summary_today), ("proposed", result.summary)):
        if summary is not None:
            out.print(f"{result.role.name} {words}: {say_summary(summary)}", markup=False)
    if result.today is None:
        return
    between = [move for move in result.moves if move.source and move.target]
    new = sum(move.posts for move in result.moves if move.source is None)
    gone = sum(move.posts for move in result.moves if move.target is None)
    inside = sum(move.posts for move in between if move.within_group)
    out.print(
        f"{result.role.name} moves, the fewest that do it: {sum(move.posts for move in between)} ({inside} within a unit); "
        f"{new} new posts, {gone} given up."
    )
    for move in between[:15]:
        out.print(f"  {move.posts} from {names[move.source or '']} to {names[move.target or '']}", markup=False)
    if len(between) > 15:
        out.print(f"  … and {len(between) - 15} more; --json lists all.")


def tell_programme(coupled: Coupled) -> None:
    """The gap of the integer programme, and where it departs from need alone."""
    proven = "the proven optimum" if coupled.gap == 0 else f"at most {coupled.gap:.2%} from the optimum"
    out.print(
        f"Integer programme: {proven}. Distance from need {coupled.cost:.1f}; by need alone, without the rules that tie roles "
        f"together, {coupled.by_need_cost:.1f}. {len(coupled.differs)} numbers differ from need alone.",
        markup=False,
    )


def say_summary(summary: Summary) -> str:
    """Need for one post in words: multiples of the force's mean."""
    if summary.least is None or summary.middle is None or summary.most is None:
        return "no posts."
    without = f"; {len(summary.without)} places with need have none" if summary.without else ""
    return (
        f"{summary.posts:,} posts; need for one post, where 1 is the force's mean: least {summary.least:.2f}, median "
        f"{summary.middle:.2f}, most {summary.most:.2f}{without}."
    )


def as_json(proposal: Proposal) -> dict[str, Any]:
    """The proposal for machines."""
    return {
        "title": proposal.scenario.title, "method": proposal.scenario.method, "level": proposal.level.id,
        "gap": proposal.coupled.gap if proposal.coupled else None, "not_in_model": proposal.not_in_model, "sources": proposal.sources,
        "places": [
            {"code": code, "name": name, "unit": proposal.level.unit[code], "need": proposal.need[code],
             "posts": {role: one.posts[code] for role, one in proposal.results.items()},
             "today": {role: one.today.get(code, 0) for role, one in proposal.results.items() if one.today is not None}}
            for code, name in proposal.level.names.items()
        ],
        "moves": {
            role: [{"from": move.source, "to": move.target, "posts": move.posts} for move in one.moves] for role, one in proposal.results.items()
        },
        "need_for_one_post": {
            role: {"least": one.summary.least, "median": one.summary.middle, "most": one.summary.most} for role, one in proposal.results.items()
        },
    }  # fmt: skip


def explain_place(
    place: Annotated[str, typer.Argument(help="A ward, team or unit: its code or its name.", show_default=False)],
    rules: RulesOption = None,
    today: TodayOption = None,
    index: IndexOption = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Say of every post of a place why it is there, in one line each, and which labels its small areas have and why.

    Example: headwater areas explain "Cross End"
    """
    shelf = shelf_of(data)
    proposal = work_out(shelf, rules, today, index)
    level = proposal.level
    code = find_place(level, place)
    lines = explain_posts(proposal, code)
    labels = labels_of(shelf, read_typology(), index)
    row = {area: at for at, area in enumerate(labels.codes)}
    inside = level.parts()[code]
    names = shelf.levels["small-area"].names
    areas = [
        {
            "area": area,
            "name": names[area],
            "reason": labels.found.reason(row[area]),
            "nearest": labels.found.nearest(row[area]),
        }
        for area in inside
    ]
    if json:
        show_json(
            {
                "code": code,
                "name": level.names[code],
                "unit": level.unit[code],
                "need": proposal.need[code],
                "posts": lines,
                "areas": areas,
            }
        )
        return
    out.print(
        f"{level.names[code]} ({code}), {level.unit[code]}: {proposal.need[code]:.2%} of all need, {len(inside)} small areas.",
        markup=False,
    )
    for name, told in lines.items():
        result = proposal.results[name]
        was = f", today {result.today.get(code, 0)}" if result.today is not None else ""
        out.print(f"\n{result.role.name}: {result.posts[code]}{was}", markup=False)
        for line in told:
            out.print(f"  {line}", markup=False)
    out.print("\nA claim is the place's need for one more post; 1 is the force's mean need for one post.")
    out.print(f"\nSmall areas, on {labels.source}:", markup=False)
    for area in areas:
        out.print(f"  {area['area']} {area['name']}. {area['reason']}", markup=False)
        if area["nearest"]:
            out.print(f"    {area['nearest']}", markup=False)
    tell_made_up(shelf)


def add_commands(areas: typer.Typer) -> None:
    """Put the commands under `headwater areas`."""
    areas.command("allocate")(allocate)
    areas.command("explain")(explain_place)
