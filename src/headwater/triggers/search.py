"""Who needs us? One search: load what is new, work out who is who, read the text, find evidence, draft packages."""

from __future__ import annotations

import json
import os
import platform
import shutil
import time
from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path

from headwater import __version__
from headwater.areas import open_areas
from headwater.catalogue import list_files
from headwater.engine import Engine, Progress
from headwater.identity import link, open_identity, open_places
from headwater.narrative import open_narrative, read_narratives
from headwater.records import (
    Lake,
    LoadReport,
    as_of_default,
    fingerprint,
    hide_later,
    load,
    open_and_keep,
    read_sources,
    write_json,
)
from headwater.triggers.answers.store import Answer, open_answers, read_answers
from headwater.triggers.finding.evidence import find_evidence
from headwater.triggers.finding.facts import live_together_as_searched, prepare_facts
from headwater.triggers.finding.gather import gather
from headwater.triggers.finding.protection import find_protected, prepare_protection
from headwater.triggers.packages.assemble import Basis, describe_method
from headwater.triggers.packages.naming import name_package
from headwater.triggers.packages.programmes import read_programmes
from headwater.triggers.packages.team_lists import ask_for_places, hold_to_limit
from headwater.triggers.rules.definition import Trigger, apply_switches, read_triggers
from headwater.triggers.rules.firing import apply_trigger, list_subjects
from headwater.triggers.rules.indicator import ACTS_AGAINST, Indicator, RuleError, read_indicators
from headwater.triggers.runs.drafting import write_drafts
from headwater.triggers.runs.find import list_numbers, next_number
from headwater.triggers.runs.folder import SearchReport, write_run
from headwater.triggers.runs.since import find_since, read_joining

METHOD = "3"
"""Goes up when the code that drafts packages changes, so that a run of an older one is not taken for the same."""


def _quiet(stage: str, done: int, total: int) -> None:
    pass


def search(
    lake: Lake,
    *,
    engine: Engine,
    inputs: Sequence[Path] = (),
    trigger_id: str = "tipt",
    as_of: date | None = None,
    catalogue: Path | None = None,
    made_up: bool = False,
    purpose: str = "welfare",
    off: Collection[str] = (),
    on: Collection[str] = (),
    full: bool = False,
    cores: int | None = None,
    progress: Progress = _quiet,
) -> SearchReport:
    """Search the lake with one trigger and write draft packages to `lake/runs/<run>`; nothing is released.

    The run's folder is named by its inputs (batches, models, rules, date): the same inputs give the same folder with
    the same bytes, except `run.json`, which holds its number, times and the machine. A killed run leaves no half folder. `off` names
    switches of sensitive indicators that are not to be used, `on` indicators that ship switched off and are to be used.
    What an earlier search made is built upon where only a little is new (see `link`); `full` makes it from the beginning.
    `cores` is how many may be used at once where the engine does not do the work, all of them without it.
    Raises RuleError for an unknown trigger or switch, FileFault and LakeError as `load` does.
    """
    begun = time.time()
    triggers, indicators = read_triggers(catalogue), read_indicators(catalogue)
    if trigger_id not in triggers:
        raise RuleError(f"There is no trigger {trigger_id!r}. There are: {', '.join(sorted(triggers))}.")
    trigger = apply_switches(triggers[trigger_id], indicators, off, on)
    programmes = read_programmes(catalogue)
    left_out = [indicators[name].title for name in triggers[trigger_id].indicators if name not in trigger.indicators]
    loaded = (
        load(lake, inputs, engine=engine, catalogue=catalogue, cores=cores, progress=progress)
        if inputs
        else LoadReport()
    )
    if made_up:
        lake.mark_made_up()
    made_up = lake.made_up
    as_of = as_of or as_of_default(lake)
    with lake.hold():
        lake.sweep()
        identity, narrative = open_all(lake, engine, catalogue, progress, as_of, full)
        answers = read_answers(lake)
        run = _name_run(lake, trigger, indicators, as_of, identity, narrative, made_up, catalogue, answers)
        final = lake.runs / run
        progress("Finding evidence", 0, 0)
        prepare_facts(engine, as_of)
        found = find_evidence(engine, [indicators[name] for name in [*trigger.indicators, *trigger.protective]])
        progress("Applying the trigger", 0, found)
        open_answers(engine, answers, trigger.id)
        apply_trigger(engine, trigger, as_of, indicators)
        prepare_protection(engine)
        basis = Basis(
            trigger=trigger,
            indicators=indicators,
            as_of=as_of,
            made_up=made_up,
            titles={source.id: source.title for source in read_sources(catalogue).values()},
            method=describe_method(
                trigger, indicators, left_out=left_out, model=json.loads((identity / "done.json").read_text("utf-8"))["model"],
                identity=identity.name, lexicon=narrative.name,
            ),
            protected=find_protected(engine).everywhere(),
            programmes=programmes,
        )  # fmt: skip
        people, gathered = list_subjects(engine), gather(engine, as_of, welfare=trigger.purpose not in ACTS_AGAINST)
        working, before = (lake.runs / f".{run}.{os.getpid()}{which}.part" for which in ("", ".before"))
        shutil.rmtree(working, ignore_errors=True)
        working.mkdir(parents=True, mode=0o700)
        try:
            lake.log_consultation(
                command="search", purpose=purpose, subjects=[name_package(trigger.id, person) for person in people]
            )
            waiting = hold_to_limit(ask_for_places(people, gathered), trigger.limit)
            drafts = write_drafts(working, basis, people, gathered, waiting, progress=progress, cores=cores)
            report = write_run(working, engine, lake, basis, drafts, run=run, loaded=loaded, catalogue=catalogue)
            report.since = find_since(lake, run, trigger.id, list_numbers(working))
            report.joining = read_joining(identity)
            seconds = round(time.time() - begun, 3)
            write_json(
                working / "run.json",
                {
                    "number": next_number(lake),
                    "seconds": seconds,
                    "machine": platform.platform(),
                    "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
                    "since": report.since and {**asdict(report.since), "as_of": report.since.as_of.isoformat()},
                    "joining": asdict(report.joining),
                },
            )
            if final.exists():
                final.replace(before)
            working.replace(final)
        finally:
            shutil.rmtree(before, ignore_errors=True)
            shutil.rmtree(working, ignore_errors=True)
    return report


def open_all(
    lake: Lake,
    engine: Engine,
    catalogue: Path | None,
    progress: Progress,
    as_of: date | None = None,
    full: bool = False,
) -> tuple[Path, Path]:
    """Open records, identity, narrative and areas in the engine, making what is missing; returns the two derived folders."""
    progress("Opening the records", 0, 0)
    open_and_keep(engine, lake, soon=as_of)
    narrative = read_narratives(engine, lake, full=full, progress=progress)
    open_narrative(engine, narrative)
    hides = as_of is not None and hide_later(engine, lake, as_of)
    identity = link(engine, lake, seen_from=as_of if hides else None, full=full, progress=progress)
    open_identity(engine, identity)
    open_places(engine, identity)
    open_areas(engine, catalogue)
    live_together_as_searched(engine)
    return identity, narrative


def _name_run(
    lake: Lake,
    trigger: Trigger,
    indicators: dict[str, Indicator],
    as_of: date,
    identity: Path,
    narrative: Path,
    made_up: bool,
    catalogue: Path | None,
    answers: list[Answer],
) -> str:
    rules = [trigger.model_dump_json()]
    rules += [indicators[name].model_dump_json() for name in [*trigger.indicators, *trigger.protective]]
    batches = lake.state()
    areas = [item.read_text("utf-8") for item in list_files("areas", ".csv", catalogue)]
    name = fingerprint(
        [
            METHOD,
            __version__,
            *rules,
            *batches,
            *areas,
            *(answer.model_dump_json() for answer in answers),
            identity.name,
            narrative.name,
            as_of.isoformat(),
            str(made_up),
        ]
    )
    return f"{as_of.isoformat()}-{trigger.id}-{name}"
