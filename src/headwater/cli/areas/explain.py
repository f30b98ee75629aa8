"""Why has a place its posts? The command `areas explain`: one line for each post, and the labels of its small areas."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from headwater.areas.planning import explain_posts, labels_of, made_of, say_recipe
from headwater.areas.planning.proposal import find_place
from headwater.areas.typology import read_typology
from headwater.cli.areas.answers import IndexOption, shelf_of, tell_sources
from headwater.cli.areas.posts import SECONDS, RulesOption, SecondsOption, TodayOption, work_out
from headwater.cli.console import out, show_json
from headwater.cli.options import DataOption, JsonOption, settle


def explain_place(
    place: Annotated[str, typer.Argument(help="A ward or team: its code or its name.", show_default=False)],
    rules: RulesOption = None,
    today: TodayOption = None,
    seconds: SecondsOption = SECONDS,
    index: IndexOption = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Say of every post of a place why it is there, in one line each, and which labels its small areas have and why.

    Example: headwater areas explain "Cross End"
    """
    settings, shelf = settle(data), shelf_of(data)
    given = work_out(settings, shelf, rules, today, index, seconds)
    proposal = given.proposal
    level = proposal.level
    code = find_place(level, place)
    lines = explain_posts(proposal, code)
    labels = labels_of(shelf, read_typology(), index)
    row = {area: at for at, area in enumerate(labels.codes)}
    inside = level.parts()[code]
    recipe = proposal.scenario.need.recipe()
    share = made_of(given.facts, level, recipe, code, proposal.need[code])
    sources = list(dict.fromkeys([labels.source, *proposal.sources]))
    names = shelf.levels["small-area"].names
    areas = [
        {
            "area": area,
            "name": names[area],
            "reason": labels.found.reason(row[area]),
            "nearest": labels.closeness.say(row[area]),
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
                "need_is": say_recipe(recipe),
                "made_of": asdict(share),
                "posts": lines,
                "today": {
                    name: result.today.get(code, 0)
                    for name, result in proposal.results.items()
                    if result.today is not None
                },
                "areas": areas,
                "sources": sources,
                "carried": dict(shelf.carried),
                "posts_carried": proposal.carried,
                "small_numbers": given.protected,
            }
        )
        return
    out.print(
        f"{level.names[code]} ({code}), {level.unit[code]}: {proposal.need[code]:.2%} of all need, {len(inside)} small areas.",
        markup=False,
    )
    out.print(share.in_words(), markup=False)
    out.print(say_recipe(recipe), markup=False)
    for name, told in lines.items():
        result = proposal.results[name]
        was = f", today {result.today.get(code, 0)}" if result.today is not None else ""
        out.print(f"\n{result.role.name}: {result.posts[code]}{was}", markup=False)
        for line in told:
            out.print(f"  {line}", markup=False)
    out.print("\nA claim is the place's need for one more post; 1 is the force's mean need for one post.")
    published = labels.found.typology
    out.print(
        f"\nSmall areas and their labels, which describe and give no post. {published.title}, version {published.version}: {published.source}",
        markup=False,
    )
    for area in areas:
        out.print(f"  {area['area']} {area['name']}. {area['reason']}", markup=False)
        if area["nearest"]:
            out.print(f"    {area['nearest']}", markup=False)
    if proposal.carried:
        out.print(f"\nPosts of today. {proposal.carried}", markup=False)
    if given.protected:
        out.print(f"\n{given.protected}", markup=False)
    tell_sources(shelf, sources)
