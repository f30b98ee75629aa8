"""Who needs us? One search: load what is new, work out who is who, read the text, find evidence, draft packages."""

from __future__ import annotations

import gc
import json
import os
import platform
import shutil
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from headwater import __version__
from headwater.areas import open_areas, read_teams
from headwater.catalogue import list_files
from headwater.engine import Engine, Progress
from headwater.identity import link, open_identity, open_places
from headwater.narrative import open_narrative, read_narratives
from headwater.records import (
    Lake,
    LoadReport,
    as_of_default,
    count_dangling_references,
    fingerprint,
    hide_later,
    keep_current,
    load,
    open_records,
    read_sources,
    write_json,
)
from headwater.triggers.answers import Answer, open_answers, read_answers
from headwater.triggers.assemble import build_packages
from headwater.triggers.definition import Trigger, apply_switches, read_triggers
from headwater.triggers.equality import count_groups
from headwater.triggers.evidence import find_evidence, live_together_as_searched, prepare_facts
from headwater.triggers.indicator import Indicator, RuleError, read_indicators
from headwater.triggers.package import Package, TeamList
from headwater.triggers.pages import RunIndex, SearchedSource, TeamCount, write_pages
from headwater.triggers.programmes import read_programmes
from headwater.triggers.runs import mark_newest
from headwater.triggers.team_lists import hold_to_limit, make_team_lists
from headwater.triggers.trigger import apply_trigger

METHOD = "3"
"""Goes up when the code that drafts packages changes, so that a run of an older one is not taken for the same."""


def _quiet(stage: str, done: int, total: int) -> None:
    pass


@dataclass
class SearchReport:
    """What a search did. `folder` holds the pages, the packages as JSON and `report.json`."""

    folder: Path
    run: str
    as_of: date
    people: int
    evidence: dict[str, int]
    drafts: int
    updates: int
    teams: int
    excluded: dict[str, int]
    waiting: int = 0
    told_elsewhere: int = 0
    load: LoadReport = field(default_factory=LoadReport)


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
    progress: Progress = _quiet,
) -> SearchReport:
    """Search the lake with one trigger and write draft packages to `lake/runs/<run>`; nothing is released.

    The run's folder is named by its inputs (batches, models, rules, date): the same inputs give the same folder with
    the same bytes, except `run.json`, which holds times and the machine. A killed run leaves no half folder. `off` names
    switches of sensitive indicators that are not to be used, `on` indicators that ship switched off and are to be used.
    What an earlier search made is built upon where only a little is new (see `link`); `full` makes it from the beginning.
    Raises RuleError for an unknown trigger or switch, FileFault and LakeError as `load` does.
    """
    begun = time.time()
    triggers, indicators = read_triggers(catalogue), read_indicators(catalogue)
    if trigger_id not in triggers:
        raise RuleError(f"There is no trigger {trigger_id!r}. There are: {', '.join(sorted(triggers))}.")
    trigger = apply_switches(triggers[trigger_id], indicators, off, on)
    programmes = read_programmes(catalogue)
    left_out = [indicators[name].title for name in triggers[trigger_id].indicators if name not in trigger.indicators]
    loaded = load(lake, inputs, engine=engine, catalogue=catalogue, progress=progress) if inputs else LoadReport()
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
        titles = {source.id: source.title for source in read_sources(catalogue).values()}
        with _nothing_to_collect():
            packages = hold_to_limit(
                list(build_packages(
                    engine, trigger, indicators, as_of=as_of, made_up=made_up, titles=titles,
                    model=json.loads((identity / "done.json").read_text("utf-8"))["model"], identity=identity.name, lexicon=narrative.name,
                    left_out=left_out, programmes=programmes,
                )),
                trigger,
            )  # fmt: skip
        team_lists = make_team_lists(packages, trigger, as_of=as_of, made_up=made_up)
        report = SearchReport(
            folder=final,
            run=run,
            as_of=as_of,
            people=_count(engine, "person_summary"),
            evidence=_by(
                engine, "SELECT indicator AS k, count(DISTINCT occurrence_id) AS n FROM evidence GROUP BY 1 ORDER BY 1"
            ),
            drafts=len(packages),
            updates=sum(package.update_for is not None for package in packages),
            teams=len(team_lists),
            excluded=_by(
                engine, "SELECT reason AS k, count(DISTINCT person_id) AS n FROM excluded GROUP BY 1 ORDER BY 1"
            ),
            waiting=sum(package.waits for package in packages),
            told_elsewhere=sum(package.tell_another is not None for package in packages),
            load=loaded,
        )
        working, before = (lake.runs / f".{run}.{os.getpid()}{which}.part" for which in ("", ".before"))
        shutil.rmtree(working, ignore_errors=True)
        working.mkdir(parents=True, mode=0o700)
        try:
            lake.log_consultation(
                command="search", purpose=purpose, subjects=[package.package_id for package in packages]
            )
            _write_run(
                working,
                engine,
                lake,
                report,
                packages,
                team_lists,
                trigger,
                left_out,
                titles,
                catalogue,
                made_up,
                progress,
            )
            seconds = round(time.time() - begun, 3)
            write_json(
                working / "run.json",
                {
                    "seconds": seconds,
                    "machine": platform.platform(),
                    "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
                },
            )
            mark_newest(lake, working)
            if final.exists():
                final.replace(before)
            working.replace(final)
        finally:
            shutil.rmtree(before, ignore_errors=True)
            shutil.rmtree(working, ignore_errors=True)
    return report


@contextmanager
def _nothing_to_collect() -> Iterator[None]:
    """Without Python's search for cycles of objects that nothing needs: drafts are millions of small objects, all of them needed, and to
    look through them again and again takes much of the time in which they are made."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


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
    open_records(engine, lake, soon=as_of)
    keep_current(engine, lake)
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


def _write_run(
    folder: Path, engine: Engine, lake: Lake, report: SearchReport, packages: list[Package], team_lists: list[TeamList],
    trigger: Trigger, left_out: list[str], titles: dict[str, str], catalogue: Path | None, made_up: bool, progress: Progress,
) -> None:  # fmt: skip
    for name in ("packages", "teams"):
        (folder / name).mkdir(mode=0o700)
    for package in packages:
        (folder / "packages" / f"{package.package_id}.json").write_text(
            package.model_dump_json(indent=1) + "\n", encoding="utf-8"
        )
    for team_list in team_lists:
        (folder / "teams" / f"{team_list.team_id}.json").write_text(
            team_list.model_dump_json(indent=1) + "\n", encoding="utf-8"
        )
    sources = _sources(lake, titles)
    write_pages(
        folder,
        _index(report, team_lists, trigger, left_out, sources, catalogue, made_up),
        team_lists,
        packages,
        progress,
    )
    content: dict[str, Any] = asdict(report)
    for name in ("folder", "load"):
        content.pop(name)
    content["as_of"] = report.as_of.isoformat()
    content["trigger"] = {
        "id": trigger.id, "version": trigger.version, "title": trigger.title, "indicators": trigger.indicators,
    }  # fmt: skip
    content["dangling_references"] = count_dangling_references(engine)
    content["sources"] = [json.loads(source.model_dump_json()) for source in sources]
    content["excluded_people"] = engine.fetch(
        "SELECT person_id, exclusion, reason FROM excluded ORDER BY ALL"
    ).to_pylist()
    content["exclusions"] = _count_exclusions(engine, trigger)
    content["equality"] = [asdict(group) for group in count_groups(engine, trigger, report.as_of)]
    content["links"] = engine.fetch(
        "SELECT sum(records)::BIGINT AS records, count(*) AS people, count(*) FILTER (certainty = 'certain') AS certain, "
        "count(*) FILTER (certainty = 'likely') AS likely, count(*) FILTER (certainty = 'doubtful') AS doubtful FROM person_summary"
    ).to_pylist()[0]
    content["versions"] = {
        "trigger": trigger.version, "indicators": {name: packages[0].method.indicator_versions[name] for name in trigger.indicators} if packages else {},
    }  # fmt: skip
    content["made_up"] = made_up
    write_json(folder / "report.json", content)


def _count_exclusions(engine: Engine, trigger: Trigger) -> list[dict[str, Any]]:
    """How many each exclusion is about, also where it is nobody: whom it took out, made an update, or found elsewhere."""
    counted = {
        row["exclusion"]: row["n"]
        for name in ("excluded", "news", "moved")
        for row in engine.fetch(f"SELECT exclusion, count(DISTINCT person_id) AS n FROM {name} GROUP BY 1").to_pylist()
    }
    listed = [(item.id, item.effect, item.reason) for item in trigger.exclusions] + [
        ("age", "excluded", "not of the trigger's age, or of an age that no record states")
    ]
    return [
        {"exclusion": name, "effect": effect, "reason": reason, "people": counted.get(name, 0)}
        for name, effect, reason in listed
    ]


def _sources(lake: Lake, titles: dict[str, str]) -> list[SearchedSource]:
    found: dict[str, list[dict[str, Any]]] = {}
    for manifest in lake.manifests():
        found.setdefault(str(manifest["source"]), []).append(manifest)
    return [
        SearchedSource(
            source=source, title=titles.get(source, source), rows=sum(m["accepted"] for m in batches),
            quarantined=sum(m["quarantined"] for m in batches), repeats=sum(m["exact_repeats"] for m in batches),
            newest=date.fromisoformat(newest) if (newest := max((m["data_to"] or "" for m in batches), default="")) else None,
        )
        for source, batches in sorted(found.items())
    ]  # fmt: skip


def _index(
    report: SearchReport,
    team_lists: list[TeamList],
    trigger: Trigger,
    left_out: list[str],
    sources: list[SearchedSource],
    catalogue: Path | None,
    made_up: bool,
) -> RunIndex:
    counts = {
        team_list.team_id: TeamCount(
            team_id=team_list.team_id, name=team_list.name, npu=team_list.npu, drafts=len(team_list.entries) + len(team_list.waiting),
            waiting=len(team_list.waiting), waiting_since=team_list.waiting_since, updates=sum(entry.update_for is not None for entry in team_list.entries),
            newest_strong=max((entry.newest_strong for entry in team_list.entries if entry.newest_strong), default=None),
        )
        for team_list in team_lists
    }  # fmt: skip
    for team in read_teams(catalogue).teams.values():
        counts.setdefault(
            team.team_id,
            TeamCount(team_id=team.team_id, name=team.name, npu=team.npu, drafts=0, updates=0, newest_strong=None),
        )
    return RunIndex(
        as_of=report.as_of, made_up=made_up, trigger_title=trigger.title, trigger_version=trigger.version, people=report.people,
        left_out=left_out, sources=sources, teams=[counts[team_id] for team_id in sorted(counts)], report="report.json",
    )  # fmt: skip


def _count(engine: Engine, table: str) -> int:
    return int(engine.fetch(f"SELECT count(*) AS n FROM {table}")["n"][0].as_py())


def _by(engine: Engine, sql: str) -> dict[str, int]:
    return {row["k"]: row["n"] for row in engine.fetch(sql).to_pylist()}
