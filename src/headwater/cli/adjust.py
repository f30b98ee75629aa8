"""Commands that show what the rules do: tune says what another setting would change, excluded who was taken out and why."""

from __future__ import annotations

import json as jsonlib
from pathlib import Path
from typing import Annotated, Any

import typer

from headwater.cli.console import out, show_json, show_progress
from headwater.cli.options import AsOfOption, DataOption, JsonOption, QuietOption, open_engine, open_lake, settle
from headwater.cli.work import parse_day
from headwater.triggers.counting.disclosure import TOTAL, DisclosureRule, read_disclosure_rule
from headwater.triggers.packages.words import say_count, say_day


def tune_trigger(
    trigger: Annotated[str, typer.Argument(help="Which trigger.", show_default=False)],
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", help="NAME=VALUE, for example window=24mo; may be given again.", show_default=False),
    ] = None,
    as_of: AsOfOption = None,
    data: DataOption = None,
    json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Say who would enter and who would leave with other settings, team by team. Nothing is changed.

    Example: headwater tune tipt --set window=12mo
    """
    from headwater.triggers.measuring.tuning import tune

    if not settings:
        raise typer.BadParameter("say what to change, for example --set window=12mo", param_hint="--set")
    day, given = parse_day(as_of), settle(data)
    lake = open_lake(given)
    lake.log_consultation(command="tune", purpose=given.purpose, subjects=["all"])
    with open_engine(given) as engine, show_progress(quiet=quiet or json) as progress:
        found = tune(
            lake, engine=engine, trigger_id=trigger, settings=settings, as_of=day, catalogue=given.catalogue, progress=progress
        )  # fmt: skip
    rule = read_disclosure_rule(given.catalogue)
    rows = [
        {"characteristic": kind, "group": name, "before": rule.in_words(count), "after": rule.in_words(found.shown_after.get((kind, name)))}
        for (kind, name), count in found.shown_before.items()
    ]  # fmt: skip
    if json:
        show_json(
            {
                "trigger": found.trigger, "settings": found.settings, "as_of": found.as_of, "before": found.before, "after": found.after,
                "enter": found.enter, "leave": found.leave, "equality": rows, "disclosure_rule": rule.model_dump(),
            }
        )  # fmt: skip
        return
    _tell(found, rows, rule)


def _tell(found: Any, rows: list[dict[str, str]], rule: DisclosureRule) -> None:
    out.print(
        f"{found.trigger} with {', '.join(found.settings)}, as of {say_day(found.as_of)}. Nothing was changed.",
        markup=False,
    )
    enter, leave = (sum(map(len, side.values())) for side in (found.enter, found.leave))
    out.print(f"{found.before:,} now; {found.after:,} then: {enter:,} would enter, {leave:,} would leave.")
    for team in sorted({*found.enter, *found.leave}):
        come, gone = found.enter.get(team, []), found.leave.get(team, [])
        out.print(
            f"\n{team}: {say_count(len(come), 'enters', 'enter')}, {say_count(len(gone), 'leaves', 'leave')}",
            markup=False,
        )
        for sign, listed in (("+", come), ("-", gone)):
            if listed:
                out.print(f"  {sign} {', '.join(listed)}", markup=False)
    out.print(
        f"\nPeople found, by group. Small numbers are protected: under {rule.smallest} is not said, others are rounded, and a number moves "
        f"only when {rule.smallest} people or more have changed."
    )
    width = max(len(row["group"]) for row in rows)
    kind = ""
    for row in rows:
        if row["characteristic"] != kind:
            kind = row["characteristic"]
            out.print(f"\n{kind:<{width}}  {'now':>12}  {'then':>12}", markup=False)
        name = "all" if row["group"] == TOTAL else row["group"]
        out.print(f"{name:<{width}}  {row['before']:>12}  {row['after']:>12}", markup=False)
    out.print("\nDeprivation: not known, because the lake holds no measure of areas.")


def list_excluded(
    run: Annotated[
        str | None,
        typer.Option(help="The run (a folder's name in the lake); the newest without it.", show_default=False),
    ] = None,
    reason: Annotated[
        str | None, typer.Option(help="Only this exclusion, for example open_plan.", show_default=False)
    ] = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Count and list whom a search did not start anew, by reason: taken out, made an update, or living elsewhere now.

    Example: headwater excluded --reason open_plan
    """
    from headwater.triggers.runs.find import find_run, read_packages

    settings = settle(data)
    lake = open_lake(settings)
    folder = find_run(lake, run)
    report = jsonlib.loads((folder / "report.json").read_text("utf-8"))
    counts = report["exclusions"]
    if reason is not None and reason not in {row["exclusion"] for row in counts}:
        raise typer.BadParameter(
            f"this run has no exclusion {reason!r}; it has {', '.join(row['exclusion'] for row in counts)}",
            param_hint="--reason",
        )
    listed: dict[str, list[str]] = {row["exclusion"]: [] for row in counts}
    for row in report["excluded_people"]:
        listed[row["exclusion"]].append(row["person_id"])
    for package in read_packages(folder):
        for exclusion in package.exclusions:
            listed[exclusion].append(package.package_id)
    wanted = [row for row in counts if reason in (None, row["exclusion"])]
    shown = sorted({name for row in wanted for name in listed[row["exclusion"]]})
    lake.log_consultation(command="excluded", purpose=settings.purpose, subjects=shown)
    if json:
        show_json({"run": folder.name, "exclusions": [row | {"subjects": listed[row["exclusion"]]} for row in wanted]})
        return
    for row in wanted:
        out.print(f"{row['exclusion']} ({_EFFECTS[row['effect']]}): {row['people']:,}. {row['reason']}", markup=False)
        for name in listed[row["exclusion"]]:
            out.print(f"  {name}", markup=False)


def report_run(
    folder: Annotated[Path | None, typer.Argument(help="A new folder for the page.", show_default=False)] = None,
    run: Annotated[
        str | None,
        typer.Option(help="The run (a folder's name in the lake); the newest without it.", show_default=False),
    ] = None,
    public: Annotated[
        bool, typer.Option("--public", help="For everybody: small numbers hidden, others rounded.")
    ] = False,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Write the report of a run: what was searched, found, decided, left out, and how it treats different groups.

    Example: headwater report report --public
    """
    from headwater.cli.desk import trigger_of
    from headwater.triggers.pages.layout import write_assets
    from headwater.triggers.pages.render import render_report
    from headwater.triggers.report import build_report
    from headwater.triggers.rules.indicator import read_indicators
    from headwater.triggers.runs.find import find_run

    settings = settle(data)
    lake = open_lake(settings)
    found = find_run(lake, run)
    if folder is None and not json:
        raise typer.BadParameter("name a new folder for the page, or ask for --json", param_hint="FOLDER")
    if folder is not None and folder.exists():
        raise typer.BadParameter(f"{folder} is there already. Name a new folder.", param_hint="FOLDER")
    lake.log_consultation(command="report", purpose="evaluation", subjects=["counts"])
    report = build_report(
        lake, found, trigger_of(found, settings.catalogue), read_indicators(settings.catalogue), public=public, catalogue=settings.catalogue
    )  # fmt: skip
    if folder is not None:
        folder.mkdir(parents=True, mode=0o700)
        write_assets(folder)
        (folder / "index.html").write_text(render_report(report, made_up=report.made_up), encoding="utf-8")
        (folder / "report.json").write_text(report.model_dump_json(indent=1) + "\n", encoding="utf-8")
    if json:
        show_json(report.model_dump(mode="json"))
        return
    out.print(report.lead)
    out.print(
        f"{'Public' if public else 'For the force only: true numbers'}. Open {folder / 'index.html' if folder else ''}",
        markup=False,
    )


_EFFECTS = {"excluded": "taken out", "update": "made an update", "moved": "a proposal to tell another force"}


def add_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("tune")(tune_trigger)
    app.command("excluded")(list_excluded)
    app.command("report")(report_run)
