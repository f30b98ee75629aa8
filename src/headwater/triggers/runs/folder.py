"""What does the folder of a search hold beside its drafts? The teams' lists, the first page, and the report in numbers."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from headwater.areas import read_teams
from headwater.engine import Engine
from headwater.records import Lake, LoadReport, count_dangling_references, write_json
from headwater.triggers.counting.equality import count_groups
from headwater.triggers.packages.assemble import Basis
from headwater.triggers.packages.package import TeamList
from headwater.triggers.packages.team_lists import Listed, make_team_lists
from headwater.triggers.pages import RunIndex, SearchedSource, TeamCount, write_lists
from headwater.triggers.rules.definition import Trigger
from headwater.triggers.runs.since import Joining, Since


@dataclass
class SearchReport:
    """What a search did. `folder` holds the pages, the packages as JSON and `report.json`. What follows from an earlier search
    (`since`, `joining`) stands in `run.json`: the same records give the same report, whatever was searched before."""

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
    since: Since | None = None
    joining: Joining | None = None
    load: LoadReport = field(default_factory=LoadReport)


def write_run(
    folder: Path, engine: Engine, lake: Lake, basis: Basis, drafts: list[Listed], *,
    run: str, loaded: LoadReport, catalogue: Path | None,
) -> SearchReport:  # fmt: skip
    """Write lists, index and `report.json` to `folder`, which holds the drafts already; returns the report, whose folder is
    where the run `run` will lie."""
    trigger, as_of, made_up = basis.trigger, basis.as_of, basis.made_up
    team_lists = make_team_lists(drafts, trigger, as_of=as_of, made_up=made_up)
    report = SearchReport(
        folder=lake.runs / run,
        run=run,
        as_of=as_of,
        people=_count(engine, "person_summary"),
        evidence=_by(
            engine, "SELECT indicator AS k, count(DISTINCT occurrence_id) AS n FROM evidence GROUP BY 1 ORDER BY 1"
        ),
        drafts=len(drafts),
        updates=sum(draft.entry.update_for is not None for draft in drafts),
        teams=len(team_lists),
        excluded=_by(engine, "SELECT reason AS k, count(DISTINCT person_id) AS n FROM excluded GROUP BY 1 ORDER BY 1"),
        waiting=sum(draft.waits for draft in drafts),
        told_elsewhere=sum(draft.tells_another for draft in drafts),
        load=loaded,
    )
    (folder / "teams").mkdir(mode=0o700)
    for team_list in team_lists:
        (folder / "teams" / f"{team_list.team_id}.json").write_text(
            team_list.model_dump_json(indent=1) + "\n", encoding="utf-8"
        )
    sources = _sources(lake, basis.titles)
    write_lists(folder, _index(report, team_lists, basis, sources, catalogue), team_lists)
    write_json(folder / "report.json", _tell(engine, report, basis, sources))
    return report


def _tell(engine: Engine, report: SearchReport, basis: Basis, sources: list[SearchedSource]) -> dict[str, Any]:
    """The report in numbers, as its file holds it."""
    trigger = basis.trigger
    content: dict[str, Any] = asdict(report)
    for name in ("folder", "load", "since", "joining"):
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
        "trigger": trigger.version, "indicators": basis.method.indicator_versions if report.drafts else {},
    }  # fmt: skip
    content["made_up"] = basis.made_up
    return content


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
    basis: Basis,
    sources: list[SearchedSource],
    catalogue: Path | None,
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
        as_of=report.as_of, made_up=basis.made_up, trigger_title=basis.trigger.title, trigger_version=basis.trigger.version,
        people=report.people, left_out=basis.method.left_out, sources=sources, teams=[counts[team_id] for team_id in sorted(counts)], report="report.json",
    )  # fmt: skip


def _count(engine: Engine, table: str) -> int:
    return int(engine.fetch(f"SELECT count(*) AS n FROM {table}")["n"][0].as_py())


def _by(engine: Engine, sql: str) -> dict[str, int]:
    return {row["k"]: row["n"] for row in engine.fetch(sql).to_pylist()}
