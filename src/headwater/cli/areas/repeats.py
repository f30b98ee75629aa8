"""Where do repeat callers and addresses lie, and how much of the demand do they bring? The command `areas repeats`."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import typer

from headwater.areas.levels import NPU, TEAM
from headwater.cli.areas.answers import CsvOption, LevelOption, shelf_of, tell_made_up, tell_table
from headwater.cli.console import out, show_json
from headwater.cli.options import DataOption, JsonOption, open_lake, settle
from headwater.triggers.disclosure import TOTAL, read_disclosure_rule
from headwater.triggers.package import Package
from headwater.triggers.runs import NotFound, list_runs, read_packages

TRIGGER = "repeat_calls"
KINDS = {"person": "callers", "place": "addresses"}


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
    by_unit = chosen.id == NPU
    called = {name: name for name in chosen.names.values()} if by_unit else dict(chosen.names)
    count: dict[str, Counter[str]] = {kind: Counter(dict.fromkeys(called, 0)) for kind in KINDS}
    calls: dict[str, Counter[str]] = {kind: Counter(dict.fromkeys(called, 0)) for kind in KINDS}
    for package in read_packages(folder):
        where = "" if package.team is None else package.team.npu if by_unit else package.team.team_id
        if where in called:
            count[package.subject.kind][where] += 1
            calls[package.subject.kind][where] += counted_calls(package)
    shown, totals = {}, {}
    for kind in KINDS:
        cells = {where: rule.shown(number) for where, number in count[kind].items()}
        total = sum(count[kind].values())
        whole, tables = rule.protect({kind: cells}, rule.shown(total))
        shown[kind], totals[kind] = tables[kind], whole
    rows = [
        [
            name,
            *(
                text
                for kind in KINDS
                for text in (
                    rule.in_words(shown[kind][where]),
                    # Calls are said only where so many callers or addresses stand behind them, and in steps.
                    rule.in_words(rule.shown(calls[kind][where])) if (shown[kind][where] or 0) > 0 else "not shown",
                )
            ),
        ]
        for where, name in called.items()
    ]
    heads = [
        chosen.one,
        *(
            head
            for kind in KINDS.values()
            for head in (kind, f"calls by {kind}" if kind == "callers" else f"calls to {kind}")
        ),
    ]
    if json:
        show_json({"run": folder.name, "level": chosen.id, TOTAL: {KINDS[k]: rule.in_words(n) for k, n in totals.items()},
                   "places": [dict(zip(heads, row, strict=True)) for row in rows]})  # fmt: skip
        return
    tell_table(heads, rows, csv_wanted=csv)
    if csv:
        return
    told = ", ".join(f"{KINDS[kind]} {rule.in_words(number)}" for kind, number in totals.items())
    out.print(f"In all: {told}; drafts of the search {folder.name}, which nobody has confirmed.", markup=False)
    out.print(
        f"Numbers are rounded to {rule.round_to}; fewer than {rule.smallest} are not said, and others move a step where they would tell them."
    )
    tell_made_up(shelf)


def counted_calls(package: Package) -> int:
    """How many occurrences the trigger counted for one caller or address."""
    items = [item for kind in package.evidence for item in kind.items if item.counts]
    return len({item.occurrence or item.evidence_id for item in items})
