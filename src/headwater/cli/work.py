"""Commands that do the work, stage by stage or all at once: load, link, read, search."""

from __future__ import annotations

import getpass
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from headwater.cli.console import BAD_INPUT, log, out, show_json, show_progress
from headwater.cli.options import (
    AsOfOption,
    BriefOption,
    DataOption,
    EngineOption,
    JsonOption,
    QuietOption,
    open_chosen_engine,
    open_engine,
    open_lake,
    settle,
)
from headwater.cli.telling import sum_up_load, tell_load, tell_search
from headwater.engine import Engine
from headwater.records import Lake, as_of_default, find_files, load, open_and_keep
from headwater.triggers.packages.words import say_count, say_day

if TYPE_CHECKING:
    from headwater.identity import Verdict

FullOption = Annotated[
    bool,
    typer.Option(
        "--full",
        help="Build on no night before: work out from all records, unless that is there for just these records.",
    ),
]
InputsArgument = Annotated[list[Path], typer.Argument(help="Files or folders with exports.", show_default=False)]


def parse_day(text: str | None) -> date | None:
    """A date given as YYYY-MM-DD; raises a usage error that says so."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a date. Write it as 2017-03-31.", param_hint="--as-of") from None


def load_files(
    inputs: InputsArgument, data: DataOption = None, json: JsonOption = False, quiet: BriefOption = False
) -> None:
    """Load exports into the lake. A file that was loaded before changes nothing.

    Example: headwater load exports/
    """
    settings = settle(data)
    find_files(inputs)  # A wrong name makes no lake.
    lake = open_lake(settings, create=True)
    if is_made_up(inputs):
        lake.mark_made_up()
    with open_engine(settings) as engine, show_progress(quiet=quiet or json) as progress:
        report = load(
            lake, inputs, engine=engine, catalogue=settings.catalogue, cores=settings.threads, progress=progress
        )
    log.info("loaded", extra={"fields": {"batches": [batch.batch for batch in report.batches]}})
    if json:
        show_json(asdict(report))
    elif quiet:
        out.print(sum_up_load(report), markup=False)
    else:
        tell_load(report)
    named = {path.name for path in inputs if path.is_file()}
    none_kept = any(batch.rows_in for batch in report.batches) and not any(
        batch.accepted + batch.exact_repeats for batch in report.batches
    )
    if named & set(report.not_recognised) or not (report.batches or report.already_loaded) or none_kept:
        raise typer.Exit(BAD_INPUT)


def link_records(
    train: Annotated[bool, typer.Option("--train", help="Learn the linkage model anew from this lake first.")] = False,
    same: Annotated[
        tuple[str, str] | None,
        typer.Option("--same", help="Decide first: these two records are the same person.", show_default=False),
    ] = None,
    apart: Annotated[
        tuple[str, str] | None,
        typer.Option("--apart", help="Decide first: these two records are not the same person.", show_default=False),
    ] = None,
    undecided: Annotated[
        tuple[str, str] | None,
        typer.Option("--undecided", help="Take back what was decided about these two.", show_default=False),
    ] = None,
    reason: Annotated[str, typer.Option("--reason", help="Why it is decided so, for the next reviewer.")] = "",
    full: FullOption = False,
    engine_name: EngineOption = None,
    data: DataOption = None,
    json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Work out which records are one person, and who lives with whom. Decisions of reviewers are kept and respected.

    Example: headwater link --apart crime:20BE/000012/17:1 custody:CU/000123/16 --reason "Father and son; custody photograph seen."
    """
    from headwater.identity import link, open_identity
    from headwater.identity import train as train_here

    settings = settle(data, engine_name)
    lake = open_lake(settings)
    lake.log_consultation(command="link", purpose=settings.purpose, subjects=["all"])
    pairs: list[tuple[Verdict, tuple[str, str] | None]] = [
        ("same person", same), ("not the same person", apart), ("undecided", undecided),
    ]  # fmt: skip
    decisions = [(verdict, pair) for verdict, pair in pairs if pair]
    if reason and not decisions:
        raise typer.BadParameter("a reason for what? Add --same, --apart or --undecided", param_hint="--reason")
    if len(decisions) > 1:
        raise typer.BadParameter("decide one thing at a time", param_hint="--same, --apart, --undecided")
    with open_chosen_engine(settings) as engine, show_progress(quiet=quiet or json) as progress:
        with lake.hold():
            open_and_keep(engine, lake)
            for verdict, pair in decisions:
                decide_here(engine, lake, verdict, pair, reason)
            if train:
                train_here(engine, lake, progress=progress)
            folder = link(engine, lake, full=full, progress=progress)
        open_identity(engine, folder)
        counts = engine.fetch(
            "SELECT count(*) AS records, count(DISTINCT person_id) AS people, "
            "count(DISTINCT CASE WHEN certainty = 'doubtful' THEN person_id END) AS doubtful FROM person"
        ).to_pylist()[0]
        places = [find_place(engine, record) for _, pair in decisions for record in pair]
    if json:
        show_json(counts | {"folder": str(folder)})
    else:
        doubtful = (
            f" In {counts['doubtful']:,} of them it is in doubt whether some record is theirs."
            if counts["doubtful"]
            else ""
        )
        told = f"{say_count(counts['records'], 'person record', 'person records')} of {say_count(counts['people'], 'person', 'people')}"
        out.print(f"{told[0].upper()}{told[1:]}.{doubtful}")
        for record, person, number in places:
            out.print(f"{record} is now with {person}, who has {say_count(number, 'record', 'records')}.", markup=False)


def find_place(engine: Engine, record: str) -> tuple[str, str, int]:
    """A record, the person whose it is now, and how many records that person has."""
    row = engine.fetch(
        "SELECT person_id, count(*) AS n FROM person WHERE person_id = (SELECT person_id FROM person WHERE person_record_id = $record) GROUP BY 1",
        {"record": record},
    ).to_pylist()[0]
    return record, row["person_id"], row["n"]


def decide_here(engine: Engine, lake: Lake, verdict: Verdict, pair: tuple[str, str], reason: str) -> None:
    """Keep a reviewer's decision about two records of the lake; raises DecisionError for a record that is not there."""
    from headwater.identity import DecisionError, decide

    for record in pair:
        if not len(
            engine.fetch("SELECT 1 FROM person_record WHERE person_record_id = $record LIMIT 1", {"record": record})
        ):
            raise DecisionError(
                f"The lake has no person record {record}. `headwater explain` names the records of a person."
            )
    decide(
        lake,
        record_a=pair[0],
        record_b=pair[1],
        verdict=verdict,
        role="reviewer",
        reason=reason,
        user=getpass.getuser(),
    )


def read_text(
    full: FullOption = False,
    engine_name: EngineOption = None,
    data: DataOption = None,
    json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Read the free text: what is said, whether it is denied, past, supposed or of somebody else.

    Example: headwater read
    """
    from headwater.narrative import open_narrative, read_narratives

    settings = settle(data, engine_name)
    lake = open_lake(settings)
    lake.log_consultation(command="read", purpose=settings.purpose, subjects=["all"])
    with open_chosen_engine(settings) as engine, show_progress(quiet=quiet or json) as progress:
        with lake.hold():
            open_and_keep(engine, lake)
            folder = read_narratives(engine, lake, full=full, progress=progress)
        open_narrative(engine, folder)
        counts = engine.fetch(
            "SELECT count(*) AS mentions, count(*) FILTER (negated) AS negated, count(*) FILTER (historical) AS historical, "
            "count(*) FILTER (hypothetical) AS hypothetical, count(*) FILTER (withdrawn) AS withdrawn, "
            "count(*) FILTER (experiencer = 'other') AS of_somebody_else FROM mention"
        ).to_pylist()[0]
    if json:
        show_json(counts | {"folder": str(folder)})
    else:
        out.print(
            f"{counts['mentions']:,} mentions of harm, need or help in the free text: {counts['negated']:,} denied, {counts['historical']:,} past, "
            f"{counts['hypothetical']:,} supposed, {counts['withdrawn']:,} taken back, "
            f"{counts['of_somebody_else']:,} of somebody other than the subject (one mention can be several of these)."
        )


def search_all(
    inputs: Annotated[
        list[Path] | None, typer.Argument(help="Exports to load first, if any.", show_default=False)
    ] = None,
    trigger: Annotated[str, typer.Option(help="Which trigger.")] = "tipt",
    as_of: AsOfOption = None,
    made_up: Annotated[bool, typer.Option("--made-up", help="Mark every page: these records are made up.")] = False,
    full: FullOption = False,
    engine_name: EngineOption = None,
    data: DataOption = None,
    json: JsonOption = False,
    quiet: BriefOption = False,
) -> None:
    """Load what is new, link, read, find, and draft packages. Nothing is released.

    Example: headwater search exports/
    """
    from headwater.triggers.desk import count_answers
    from headwater.triggers.rules.definition import read_triggers
    from headwater.triggers.search import search

    day = parse_day(as_of)
    settings = settle(data, engine_name)
    find_files(inputs or ())  # A wrong name makes no lake.
    lake = open_lake(settings, create=bool(inputs))
    with open_chosen_engine(settings) as engine, show_progress(quiet=quiet or json) as progress:
        report = search(
            lake, engine=engine, inputs=inputs or (), trigger_id=trigger, as_of=day, catalogue=settings.catalogue,
            made_up=made_up or is_made_up(inputs or []), purpose=settings.purpose, off=settings.switched_off, on=settings.switched_on,
            full=full, cores=settings.threads, progress=progress,
        )  # fmt: skip
    log.info("searched", extra={"fields": {"run": report.run, "drafts": report.drafts}})
    if json:
        content: dict[str, Any] = asdict(report)
        show_json(content)
        return
    if quiet:
        out.print(
            f"{say_count(report.drafts, 'draft', 'drafts')} for {say_count(report.teams, 'team', 'teams')}, as of {say_day(report.as_of)}: "
            f"{report.folder / 'index.html'}",
            markup=False,
        )
        return
    if inputs:
        tell_load(report.load)
    tell_search(report, count_answers(lake, report.folder, read_triggers(settings.catalogue)[trigger]))
    newest = as_of_default(lake)
    if report.people == 0:
        out.print(
            f"No record is as old as {say_day(report.as_of)}: choose a later --as-of. The newest are of {say_day(newest)}."
        )
    elif report.as_of > newest:
        out.print(
            f"The newest records are of {say_day(newest)}: what happened between then and {say_day(report.as_of)} is not in the lake."
        )


def is_made_up(inputs: list[Path]) -> bool:
    """Whether exports lie beside the truth of a made-up force, which is so only for made-up forces."""
    return any(
        (path / "../truth/manifest.json").exists() or (path / "truth/manifest.json").exists()
        for path in inputs
        if path.is_dir()
    )


def add_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("load")(load_files)
    app.command("link")(link_records)
    app.command("read")(read_text)
    app.command("search")(search_all)
