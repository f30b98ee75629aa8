"""Which old runs are to go? The command `tidy`: says what it would remove and why the others stay; `--yes` removes it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from headwater.cli.console import out, show_json
from headwater.cli.options import DataOption, JsonOption, open_lake, settle
from headwater.triggers.packages.words import say_count, say_day, say_list, say_room
from headwater.triggers.runs.find import KEEP

if TYPE_CHECKING:
    from headwater.triggers.old_runs import KeptRun, OldRun, Plan

_MOST = 20
"""So many runs, and so many drafts of one, are named; --json names all."""


def tidy(
    keep: Annotated[
        int, typer.Option("--keep", min=1, help="How many of the newest runs of each trigger stay in any case.")
    ] = KEEP,
    yes: Annotated[bool, typer.Option("--yes", help="Remove it. Without this nothing is changed.")] = False,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Say which old runs nothing needs any more, how much room they take, and why the others stay; remove them with --yes.

    Example: headwater tidy
    """
    from headwater.triggers.old_runs import measure_room, plan_removal, remove_old

    settings = settle(data)
    lake = open_lake(settings)
    if yes:
        plan, room = remove_old(lake, keep=keep, catalogue=settings.catalogue)
    else:
        plan = plan_removal(lake, keep=keep, catalogue=settings.catalogue)
        room = measure_room(plan.folders)
    named = {number for run in plan.kept for about in run.why.values() for number in about}
    named |= {number for run in plan.old for number in run.set_aside}
    if named:
        lake.log_consultation(command="tidy", purpose="retention", subjects=sorted(named))
    if json:
        show_json(_tell(plan, room, removed=yes))
        return
    if not plan.folders:
        out.print("There is nothing to remove.")
    else:
        out.print(f"{'Removed' if yes else 'Nothing needs these any more'}: {say_room(room)} of the disk.")
    _say_old(plan.old)
    if any(run.set_aside for run in plan.old):
        out.print(
            "  Left the desk: handed on, released or answered. `headwater explain` and `feedback` go on finding what is set aside."
        )
    if plan.derived:
        stages = Counter(folder.parent.name for folder in plan.derived)
        out.print(
            f"  derived, made again when needed: {say_list([f'{n:,} of {stage}' for stage, n in sorted(stages.items())])}"
        )
    if plan.newest:
        newest = [f"{say_count(count, 'run', 'runs')} of {trigger}" for trigger, count in plan.newest.items()]
        out.print(f"Among the newest, so {'kept' if yes else 'they stay'}: {say_list(newest)}.", markup=False)
    _say_kept(plan.kept)
    if plan.folders and not yes:
        out.print(
            "Nothing was changed. Remove it for good: headwater tidy"
            + (f" --keep {keep}" if keep != KEEP else "")
            + " --yes"
        )


def _say_old(runs: list[OldRun]) -> None:
    for trigger in sorted({run.trigger for run in runs}):
        of_it = [run for run in runs if run.trigger == trigger]
        days, drafts = sorted(run.as_of for run in of_it), sum(run.drafts for run in of_it)
        when = say_day(days[0]) if days[0] == days[-1] else f"{say_day(days[0])} to {say_day(days[-1])}"
        out.print(
            f"  {trigger}: {say_count(len(of_it), 'run', 'runs')}, {when}, {say_count(drafts, 'draft', 'drafts')}",
            markup=False,
        )
        for run in of_it[:_MOST]:
            aside = say_count(len(run.set_aside), "package that left the desk is", "packages that left the desk are")
            out.print(f"    {run.folder.name}{f'; {aside} set aside' if run.set_aside else ''}", markup=False)
        if len(of_it) > _MOST:
            out.print(f"    and {len(of_it) - _MOST:,} more (--json names all)", markup=False)


def _say_kept(runs: list[KeptRun]) -> None:
    from headwater.triggers.old_runs import BEGUN, CONFIRMED

    advice = {
        BEGUN: "Decide about them: headwater review --run {run}",
        CONFIRMED: "Hand them over: headwater hand-over FOLDER --run {run}. In the service they wait for the team's answer.",
    }
    if runs:
        out.print("Older, and they stay:")
    for run in runs:
        for why, about in run.why.items():
            more = f" and {len(about) - _MOST:,} more" if len(about) > _MOST else ""
            out.print(
                f"  {run.folder.name}: {why}{': ' if about else ''}{', '.join(about[:_MOST])}{more}.", markup=False
            )
            if why in advice:
                out.print(f"    {advice[why].format(run=run.folder.name)}", markup=False)


def _tell(plan: Plan, room: int, *, removed: bool) -> dict[str, Any]:
    return {
        "removed": removed,
        "room_bytes": room,
        "runs": [
            {
                "run": run.folder.name, "trigger": run.trigger, "as_of": run.as_of.isoformat(), "drafts": run.drafts,
                "set_aside": run.set_aside,
            }
            for run in plan.old
        ],
        "derived": [f"{folder.parent.name}/{folder.name}" for folder in plan.derived],
        "newest": plan.newest,
        "kept": [{"run": run.folder.name, "why": run.why} for run in plan.kept],
    }  # fmt: skip


def add_commands(app: typer.Typer) -> None:
    """Add this command to the command line."""
    app.command("tidy")(tidy)
