"""Commands that learn how right the search was: what teams answered, and a blind sample."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from headwater.cli.console import LAKE, OK, err, out, show_json, show_progress
from headwater.cli.options import AsOfOption, DataOption, JsonOption, QuietOption, open_engine, open_lake, settle
from headwater.cli.work import parse_day
from headwater.records import as_of_default
from headwater.triggers.answers.store import keep_answers, read_answers
from headwater.triggers.packages.words import say_count
from headwater.triggers.runs.find import read_newest


def take_feedback(
    file: Annotated[Path | None, typer.Argument(help="What teams answered, as CSV.", show_default=False)] = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Read what teams answered to their packages, and say how often each trigger and kind of evidence was right.

    Example: headwater feedback answers.csv
    """
    from headwater.triggers.answers.feedback import (
        Precision,
        list_answered,
        precision_by_indicator,
        precision_by_trigger,
        read_feedback,
    )

    settings = settle(data)
    lake = open_lake(settings)
    text = None if file is None else file.read_text("utf-8-sig")
    about = {one.package_id for one in read_answers(lake)} | (set() if text is None else list_answered(text))
    packages, unreadable = lake.look(lambda: read_newest(lake, about))
    new = 0
    if text is not None:
        given = read_feedback(text, packages, unreadable)
        lake.log_consultation(
            command="feedback", purpose=settings.purpose, subjects=sorted({one.package_id for one in given})
        )
        new = keep_answers(lake, given)
    answers = read_answers(lake)
    by_trigger, by_indicator = precision_by_trigger(answers), precision_by_indicator(answers, packages)
    if json:
        show_json(
            {
                "new": new,
                "answers": len(answers),
                "triggers": [asdict(row) for row in by_trigger],
                "indicators": [asdict(row) for row in by_indicator],
                "unreadable": {number: str(path) for number, path in unreadable.items()},
            }
        )
        raise typer.Exit(LAKE if unreadable else OK)
    if file is not None:
        out.print(f"{say_count(new, 'new answer', 'new answers')} kept; {len(answers):,} in all.")
    if not answers:
        out.print("No team has answered yet. Read a file of answers: headwater feedback answers.csv")

    def tell(title: str, rows: list[Precision]) -> None:
        if rows:
            out.print(f"\n{title}")
        for row in rows:
            out.print(
                f"  {row.name}: {row.right:,} of {row.answered:,} right, {row.share:.2f} ({row.low:.2f} to {row.high:.2f})",
                markup=False,
            )

    tell("By trigger: person and evidence were right", by_trigger)
    tell("By kind of evidence", by_indicator)
    for number, path in unreadable.items():
        err.print(
            f"The package {number} cannot be read: {path}. It is in no figure by kind of evidence, and no new answer about it was kept. "
            "Restore that file from a backup, then run the same command again.",
            markup=False,
        )
    if unreadable:
        raise typer.Exit(LAKE)


def sample(
    trigger: Annotated[str, typer.Option(help="Which trigger.")] = "tipt",
    each: Annotated[int, typer.Option(min=1, max=5000, help="How many found, and how many not found.")] = 100,
    seed: Annotated[int, typer.Option(min=0, help="The same seed draws the same people from the same records.")] = 1,
    write: Annotated[Path | None, typer.Option("--write", help="Where to write the sheet.", show_default=False)] = None,
    score: Annotated[Path | None, typer.Option("--score", help="The sheet that came back.", show_default=False)] = None,
    name: Annotated[
        str | None, typer.Option("--name", help="Which sample it is the sheet of.", show_default=False)
    ] = None,
    as_of: AsOfOption = None,
    data: DataOption = None,
    json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Draw people at random for blind review, found and not found; or score the sheet that came back.

    Example: headwater sample --each 150 --write sample.csv
    """
    from headwater.triggers.measuring.sample import draw_sample, read_key, score_sample

    settings, day = settle(data), parse_day(as_of)
    lake = open_lake(settings)
    if score is not None:
        if name is None:
            raise typer.BadParameter("name the sample, as it was said when it was drawn", param_hint="--name")
        found = score_sample(read_key(lake, name), score.read_text("utf-8-sig"))
        if json:
            show_json(asdict(found))
            return
        out.print(
            f"Found: {found.found_right:,} of {found.found_reviewed:,} right. Not found: {found.others_missed:,} of {found.others_reviewed:,} missed."
        )
        for word, share, (low, high) in (
            ("Precision", found.precision, found.precision_interval),
            ("Recall", found.recall, found.recall_interval),
        ):
            out.print(f"{word} {share:.3f} ({low:.3f} to {high:.3f})")
        if found.unsaid:
            out.print(
                f"{say_count(found.unsaid, 'person', 'people')} could not be judged and {'is' if found.unsaid == 1 else 'are'} in neither figure."
            )
        return
    if write is None:
        raise typer.BadParameter("say where to write the sheet, or which sheet to score", param_hint="--write, --score")
    if write.exists():
        raise typer.BadParameter(f"{write} is there already. Name another file.", param_hint="--write")
    lake.log_consultation(command="sample", purpose="evaluation", subjects=["all"])
    with open_engine(settings) as engine, show_progress(quiet=quiet or json) as progress:
        drawn, sheet = draw_sample(
            lake, engine=engine, trigger_id=trigger, each=each, seed=seed, as_of=day or as_of_default(lake), catalogue=settings.catalogue,
            progress=progress,
        )  # fmt: skip
    write.write_text(sheet, encoding="utf-8-sig", newline="")
    write.chmod(0o600)
    if json:
        show_json({"name": drawn, "sheet": str(write)})
        return
    out.print(
        f"Wrote {write}: who was found is not in it. Reviewers read each person's records and answer yes, no or cannot say.",
        markup=False,
    )
    out.print(f"Score it with: headwater sample --score {write} --name {drawn}", markup=False)


def add_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("feedback")(take_feedback)
    app.command("sample")(sample)
