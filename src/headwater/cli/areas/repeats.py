"""Where do repeat callers and addresses lie, and how much of the demand do they bring? The command `areas repeats`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated

import numpy as np
import typer

from headwater.areas.levels import NPU, TEAM
from headwater.areas.planning import Shelf
from headwater.cli.areas.answers import CsvOption, LevelOption, shelf_of, tell_made_up, tell_table
from headwater.cli.console import out, show_json
from headwater.cli.options import DataOption, JsonOption, open_lake, settle
from headwater.triggers.counting.disclosure import NOT_SHOWN, DisclosureRule, Published, read_disclosure_rule
from headwater.triggers.packages.package import Package
from headwater.triggers.runs.find import NotFound, list_runs, read_packages

TRIGGER = "repeat_calls"
KINDS = {"person": ("callers", "their calls"), "place": ("addresses", "calls to them")}
"""Kinds of subject, and the heads of their columns."""


def show_repeats(
    level: LevelOption = None,
    run: Annotated[
        str | None, typer.Option("--run", help="A search for repeat calls. Without it: the newest.", show_default=False)
    ] = None,
    data: DataOption = None,
    json: JsonOption = False,
    csv: CsvOption = False,
) -> None:
    """Repeat callers and addresses that a search found, rolled up by team or unit: how many, and how many calls. Small numbers are hidden.

    Example: headwater areas repeats --level npu
    """
    settings, shelf = settle(data), shelf_of(data)
    chosen, rule, lake = shelf.level(level or NPU), read_disclosure_rule(settings.catalogue), open_lake(settings)
    folder = next((one for one in list_runs(lake) if f"-{TRIGGER}-" in one.name and run in (None, one.name)), None)
    if folder is None:
        raise NotFound(
            "This lake holds no search for repeat callers and addresses. Search first: headwater search --trigger repeat_calls"
        )
    if chosen.id not in (TEAM, NPU):
        raise typer.BadParameter("--level team or npu: a search hands on to teams", param_hint="--level")
    lake.log_consultation(command="areas repeats", purpose=settings.purpose, subjects=["counts"])
    found = count_repeats(read_packages(folder), shelf.levels[TEAM].names)
    shown = {kind: protect_levels(rule, found[kind], shelf.levels[TEAM].unit) for kind in KINDS}
    unit_name = shelf.levels[NPU].names
    rows, heads = [], [chosen.one]
    for many, calls in KINDS.values():
        heads += [many, calls]
    for code, name in chosen.names.items():
        row: list[str] = [name]
        for kind in KINDS:
            number = shown[kind].teams[code] if chosen.id == TEAM else shown[kind].units[unit_name[code]]
            inside = [code] if chosen.id == TEAM else [t for t, u in shelf.levels[TEAM].unit.items() if u == name]
            row += [rule.in_words(number), say_calls(rule, number, sum(found[kind].calls[team] for team in inside))]
        rows.append(row)
    totals = {KINDS[kind][0]: rule.in_words(shown[kind].total) for kind in KINDS}
    share = {kind: share_of_calls(shelf, found[kind], shown[kind].total) for kind in KINDS}
    if json:
        show_json(
            {
                "run": folder.name, "level": chosen.id, "total": totals, "share_of_all_calls": {KINDS[kind][0]: one for kind, one in share.items()},
                "places": [dict(zip(heads, row, strict=True)) for row in rows],
            }
        )  # fmt: skip
        return
    tell_table(heads, rows, csv_wanted=csv)
    if csv:
        return
    told = ", ".join(f"{many} {words}" for many, words in totals.items())
    out.print(f"In all: {told}; drafts of the search {folder.name}, which nobody has confirmed.", markup=False)
    for kind, one in share.items():
        if one is not None:
            out.print(
                f"Calls by or to these {KINDS[kind][0]}: {one:.0%} of all calls that were counted (headwater areas load --lake)."
            )
    out.print(
        f"Numbers are rounded to {rule.round_to}; fewer than {rule.smallest} are not said, and others move a step or are hidden where they would "
        "tell them.",
        markup=False,
    )
    tell_made_up(shelf)


@dataclass(frozen=True)
class Repeats:
    """How many subjects of one kind each team has, and how many calls of theirs were counted."""

    subjects: Counter[str]
    calls: Counter[str]


@dataclass(frozen=True)
class ShownRepeats:
    """What may be said of them: by team, by unit (its name), and in all."""

    teams: Published
    units: Published
    total: int | None


def count_repeats(packages: Iterable[Package], teams: Iterable[str]) -> dict[str, Repeats]:
    """Callers and addresses by team, and the occurrences that the trigger counted for them."""
    named = list(teams)
    found = {kind: Repeats(Counter(dict.fromkeys(named, 0)), Counter(dict.fromkeys(named, 0))) for kind in KINDS}
    for package in packages:
        if package.team is not None and package.team.team_id in found[package.subject.kind].subjects:
            items = [item for kind in package.evidence for item in kind.items if item.counts]
            found[package.subject.kind].subjects[package.team.team_id] += 1
            found[package.subject.kind].calls[package.team.team_id] += len(
                {i.occurrence or i.evidence_id for i in items}
            )
    return found


def protect_levels(rule: DisclosureRule, found: Repeats, unit: Mapping[str, str]) -> ShownRepeats:
    """The numbers that may be said at both levels: units so that their total tells none, and within each unit its teams so that the
    unit's number tells none; where only another number for the unit would protect them, its teams are not said at all."""
    units = Counter(dict.fromkeys(unit.values(), 0))
    for team, number in found.subjects.items():
        units[unit[team]] += number
    total, tables = rule.protect(
        {"units": {name: rule.shown(number) for name, number in units.items()}}, rule.shown(sum(units.values()))
    )
    teams: Published = {}
    for name, whole in tables["units"].items():
        inside = {team: rule.shown(number) for team, number in found.subjects.items() if unit[team] == name}
        kept, parts = (whole, {"teams": inside}) if whole == NOT_SHOWN else rule.protect({"teams": inside}, whole)
        teams |= parts["teams"] if kept == whole and whole != NOT_SHOWN else dict.fromkeys(inside, NOT_SHOWN)
    return ShownRepeats(teams, tables["units"], total)


def say_calls(rule: DisclosureRule, subjects: int | None, calls: int) -> str:
    """Their calls in words: only where enough subjects stand behind them that no one's calls can be told."""
    return rule.in_words(rule.shown(calls)) if subjects is not None and subjects > 0 else "not shown"


def share_of_calls(shelf: Shelf, found: Repeats, subjects: int | None) -> float | None:
    """Their share of all calls that are loaded, in hundredths; None where it may not be said or is not known."""
    counted = next((kept.values["calls"] for kept in shelf.kept.values() if "calls" in kept.values), None)
    if subjects is None or subjects < 0 or counted is None or not np.nansum(counted):
        return None
    return round(sum(found.calls.values()) / float(np.nansum(counted)), 2)
