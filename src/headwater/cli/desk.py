"""The analyst's desk in a terminal: review drafts by keyboard or by a sheet, read what teams answered, sample for blind review."""

from __future__ import annotations

import getpass
import json as jsonlib
import sys
import webbrowser
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from headwater.cli.console import err, out, show_json, show_progress
from headwater.cli.desk_screen import Screen, Stop
from headwater.cli.options import DataOption, JsonOption, QuietOption, open_lake, settle
from headwater.records import Lake
from headwater.triggers.desk import (
    Decision,
    DeskConflict,
    about,
    by_draft,
    claim,
    confirmed_packages,
    judge_draft,
    keep_decisions,
    put_aside,
    queue,
    read_decisions,
)
from headwater.triggers.desk.sheet import read_sheet, write_sheet
from headwater.triggers.packages.package import Package
from headwater.triggers.packages.words import say_count
from headwater.triggers.rules.definition import Trigger, read_triggers
from headwater.triggers.runs.find import find_run, read_packages

RunOption = Annotated[
    str | None,
    typer.Option("--run", help="The run (a folder's name in the lake); the newest without it.", show_default=False),
]


def review(
    package: Annotated[str | None, typer.Argument(help="Only this draft (K-…).", show_default=False)] = None,
    run: RunOption = None,
    team: Annotated[str | None, typer.Option(help="Only drafts of this team.", show_default=False)] = None,
    listed: Annotated[
        bool, typer.Option("--list", help="Show the queue with the state of each draft, and stop.")
    ] = False,
    write: Annotated[
        Path | None, typer.Option("--write", help="Write the open drafts as a sheet (CSV).", show_default=False)
    ] = None,
    read: Annotated[
        Path | None, typer.Option("--read", help="Read a sheet that was filled in.", show_default=False)
    ] = None,
    browser: Annotated[bool, typer.Option("--open", help="Open each draft's page in the browser.")] = False,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Confirm drafts piece by piece, or reject them with a reason. Only what is confirmed can be handed on.

    Example: headwater review --list
    """
    settings = settle(data)
    lake = open_lake(settings)
    folder = find_run(lake, run)
    trigger = trigger_of(folder, settings.catalogue)
    drafts = [
        (draft, state)
        for draft, state in queue(lake, folder, trigger)
        if team in (None, draft.team.name, draft.team.team_id)
    ]
    if package is not None:
        drafts = [(draft, state) for draft, state in drafts if draft.package_id == package]
        if not drafts:
            raise typer.BadParameter(f"the run {folder.name} has no draft {package}", param_hint="PACKAGE")
    lake.log_consultation(
        command="review", purpose=settings.purpose, subjects=[draft.package_id for draft, _ in drafts]
    )
    if read is not None:
        _take_sheet(lake, folder, read, trigger, json=json)
    elif write is not None:
        _give_sheet(write, write_sheet(drafts, _counts(lake)))
    elif listed or json:
        rows = [
            {
                "package_id": draft.package_id, "name": draft.subject.name, "team": draft.team.name, "status": state.status,
                "open": len(state.open), "update": draft.update_for is not None,
            }
            for draft, state in drafts
        ]  # fmt: skip
        if json:
            show_json({"run": folder.name, "queue": rows})
            return
        for row in rows:
            out.print(
                f"{row['package_id']}  {row['status']:<9}  {row['open']:>2} open  {row['name']}, {row['team']}",
                markup=False,
            )
        out.print(_summary([str(row["status"]) for row in rows]))
    else:
        _desk(
            lake,
            folder,
            trigger,
            drafts_open=[draft for draft, state in drafts if state.status in ("waiting", "in work") or package],
            browser=browser,
        )


def trigger_of(folder: Path, catalogue: Path | None) -> Trigger:
    """The trigger whose drafts a run holds."""
    report = jsonlib.loads((folder / "report.json").read_text("utf-8"))
    return read_triggers(catalogue)[report["trigger"]["id"]]


def _summary(states: list[str]) -> str:
    told = [
        f"{count:,} {name}" for name in ("waiting", "in work", "confirmed", "rejected") if (count := states.count(name))
    ]
    return f"{say_count(len(states), 'draft', 'drafts')}{': ' if told else ''}{', '.join(told)}."


def _desk(lake: Lake, folder: Path, trigger: Trigger, *, drafts_open: list[Package], browser: bool) -> None:
    if not drafts_open:
        out.print("Nothing waits: every draft of this run is decided. headwater review --list shows them.")
        return
    screen, by = Screen(sys.stdin, out), getpass.getuser()
    done = 0
    for number, draft in enumerate(drafts_open, start=1):
        stopped = False
        try:
            with claim(lake, draft.package_id, by, folder.name) as before:
                if before:
                    out.print(f"Taken over from {before}, who left it open.", markup=False)
                    lake.log_consultation(
                        command=f"review: taken over from {before}", purpose="review", subjects=[draft.package_id]
                    )
                known = about(read_decisions(lake), draft.package_id)
                page = folder / "packages" / f"{draft.package_id}.html"
                if browser:
                    webbrowser.open(page.resolve().as_uri())
                try:
                    made = screen.review(
                        draft,
                        judge_draft(draft, known, trigger),
                        known,
                        trigger,
                        page,
                        by,
                        folder.name,
                        (number, len(drafts_open)),
                    )
                except Stop as stop:
                    made, stopped = stop.made, True
                _check_there(lake, folder, draft.package_id, made)
                keep_decisions(lake, made, known=len(known))
                done += bool(made)
        except DeskConflict as fault:
            out.print(str(fault), markup=False)
        if stopped:
            break
    out.print(
        f"\nDecided about {say_count(done, 'draft', 'drafts')}. What you decided is kept; the same command goes on from here."
    )


def _check_there(lake: Lake, folder: Path, number: str, made: Sequence[Decision]) -> None:
    """Raise DeskConflict where the run of a draft was removed meanwhile: nobody could hand on what is decided about it. What was decided is
    put aside."""
    if not (folder / "packages" / f"{number}.json").exists():
        aside = f" What you decided does not hold and was put aside in {put_aside(lake, made)}." if made else ""
        raise DeskConflict(
            f"The run {folder.name} was removed as an old one while {number} was open.{aside} Decide about it in the newest run: headwater review"
        )


def _counts(lake: Lake) -> Counter[str]:
    """How many decisions there are about each draft."""
    return Counter(one.package_id for one in read_decisions(lake))


def _give_sheet(path: Path, text: str) -> None:
    if path.exists():
        raise typer.BadParameter(
            f"{path} is there already. Name another file, so that no answer is lost.", param_hint="--write"
        )
    path.write_text(text, encoding="utf-8-sig", newline="")
    path.chmod(0o600)
    out.print(
        f"Wrote {path}. Fill in verdict (confirmed, rejected, held back), reason and note; read it with headwater review --read {path}",
        markup=False,
    )


def _take_sheet(lake: Lake, folder: Path, path: Path, trigger: Trigger, *, json: bool) -> None:
    packages = {draft.package_id: draft for draft in read_packages(folder)}
    known = _counts(lake)
    made = read_sheet(
        path.read_text("utf-8-sig"), packages, known, by=getpass.getuser(), at=datetime.now(UTC), run=folder.name
    )
    with ExitStack() as claims:
        for name in sorted({one.package_id for one in made}):
            claims.enter_context(claim(lake, name, getpass.getuser(), folder.name))
            _check_there(lake, folder, name, made)
        keep_decisions(lake, made, known={one.package_id: known[one.package_id] for one in made})
    decisions = by_draft(read_decisions(lake))
    states = [
        judge_draft(packages[name], decisions[name], trigger) for name in dict.fromkeys(one.package_id for one in made)
    ]
    if json:
        show_json(
            {
                "decisions": len(made),
                "drafts": len(states),
                "confirmed": sum(state.status == "confirmed" for state in states),
            }
        )
        return
    out.print(f"Read {say_count(len(made), 'decision', 'decisions')}. {_summary([state.status for state in states])}")
    for name, state in zip(dict.fromkeys(one.package_id for one in made), states, strict=True):
        if state.status == "in work":
            rest = "" if state.holds else "; what is left no longer meets the trigger"
            out.print(
                f"  {name}: {say_count(len(state.open), 'piece is', 'pieces are')} still open{rest}.", markup=False
            )
    if any(not state.holds for state in states):
        err.print("A draft whose rest no longer meets the trigger cannot be released: reject it with a reason.")


def hand_over_confirmed(
    folder: Annotated[Path, typer.Argument(help="A new folder to write to.", show_default=False)],
    run: RunOption = None,
    team: Annotated[str | None, typer.Option(help="Only for this team.", show_default=False)] = None,
    data: DataOption = None,
    json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Write what is confirmed for each team: pages, PDF, JSON, CSV and Parquet. Every file is logged as a disclosure.

    Example: headwater hand-over to-teams
    """
    from headwater.triggers.handover import hand_over

    settings = settle(data)
    lake = open_lake(settings)
    found = find_run(lake, run)
    trigger = trigger_of(found, settings.catalogue)
    confirmed = [
        one for one in confirmed_packages(lake, found, trigger) if team in (None, one.team.name, one.team.team_id)
    ]
    released = [one for one in confirmed if has_team(one) and not one.waits]
    lake.log_consultation(command="hand-over", purpose=trigger.purpose, subjects=[one.package_id for one in released])
    with show_progress(quiet=quiet or json) as progress:
        teams = hand_over(lake, released, folder, trigger, run=found.name, purpose=trigger.purpose, progress=progress)
    waits, homeless = [one for one in confirmed if one.waits], [one for one in confirmed if not has_team(one)]
    if json:
        ids = {
            name: [one.package_id for one in kept] for name, kept in (("waiting", waits), ("without_team", homeless))
        }
        show_json({"folder": str(folder), "teams": teams, **ids})
        return
    told = f"{say_count(sum(teams.values()), 'package', 'packages')} for {say_count(len(teams), 'team', 'teams')} in {folder}"
    out.print(f"{told}, each file in the disclosure log.", markup=False)
    for name, count in teams.items():
        out.print(f"  {name}: {count:,}", markup=False)
    for kept, words in (
        (waits, "of a team that has as many new ones as it can answer: they wait"),
        (homeless, "without a team of this force: name one, or propose them to the other force"),
    ):
        if kept:
            out.print(
                f"Not handed on: {len(kept):,} {words}. {', '.join(one.package_id for one in kept)}", markup=False
            )


def has_team(package: Package) -> bool:
    """Whether a team of this force is named that can be given the package."""
    return package.team.team_id not in ("none", "other-force")


def add_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("review")(review)
    app.command("hand-over")(hand_over_confirmed)
