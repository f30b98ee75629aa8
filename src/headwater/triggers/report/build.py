"""Which numbers tell what a run did? Sources, links, evidence, drafts, decisions, exclusions, teams and groups, of one run."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import Field

from headwater.records import Lake
from headwater.triggers.answers import read_answers
from headwater.triggers.definition import Trigger
from headwater.triggers.desk import State, queue
from headwater.triggers.disclosure import (
    TOTAL,
    DisclosureRule,
    Register,
    open_register,
    read_disclosure_rule,
    save_register,
)
from headwater.triggers.equality import Group, publish_groups
from headwater.triggers.feedback import precision_by_indicator, precision_by_trigger
from headwater.triggers.indicator import Indicator
from headwater.triggers.measure import interval
from headwater.triggers.package import Package, Part
from headwater.triggers.words import capitalise, say_day

_EFFECTS = {"excluded": "taken out", "update": "an update for the lead", "moved": "a proposal to tell another force"}


class Section(Part):
    """One table of the report, or what is said where there is none."""

    title: str
    words: str = ""
    caption: str = ""
    heads: list[str] = Field(default_factory=list)
    lines: list[list[str]] = Field(default_factory=list)
    nothing: str = ""


class RunReport(Part):
    """A run in numbers. `public`: every count by the disclosure rule."""

    run: str
    public: bool
    made_up: bool
    as_of: date
    trigger: str
    trigger_title: str
    trigger_version: str
    help: str
    owner: str
    review_by: date
    lead: str
    sections: list[Section]


def build_report(
    lake: Lake,
    folder: Path,
    trigger: Trigger,
    indicators: dict[str, Indicator],
    *,
    public: bool,
    catalogue: Path | None = None,
) -> RunReport:
    """The report of the run in `folder`. A public one hides, rounds and registers every number before it is returned; it names
    no person, no team with few packages, and nothing below the force."""
    content = json.loads((folder / "report.json").read_text("utf-8"))
    drafts = queue(lake, folder, trigger)
    rule = read_disclosure_rule(catalogue)
    register = open_register(lake, rule)
    say = _Published(register, trigger.id) if public else _True()
    groups = [Group(**row) for row in content["equality"]]
    states: Counter[str] = Counter(state.status for _, state in drafts)
    sections = [
        *([] if public else [_sources(content)]),
        _links(content, say),
        _evidence(content, indicators, trigger, say),
        _drafts(content, drafts, states, say),
        _reasons(drafts, say),
        _exclusions(content, say),
        *([] if public else [_teams(drafts)]),
        *_groups(groups, register, rule, trigger.id, public=public),
        Section(
            title="Deprivation",
            nothing="Not known: the lake holds no measure of areas, so nothing is said of rich and poor places.",
        ),
        *_precision(lake, [package for package, _ in drafts], trigger, indicators, public=public),
        *([_rule_words(rule)] if public else [_versions(content)]),
    ]
    if public:
        save_register(lake, register)
    return RunReport(
        run=folder.name, public=public, made_up=content["made_up"], as_of=date.fromisoformat(content["as_of"]), trigger=trigger.id,
        trigger_title=trigger.title, trigger_version=trigger.version, help=trigger.help, owner=trigger.owner, review_by=trigger.review_by,
        lead=_lead(content, states, say), sections=sections,
    )  # fmt: skip


class _True:
    """True numbers, for the force only."""

    def table(self, name: str, cells: dict[str, int]) -> Callable[[str], str]:
        return lambda cell: f"{cells[cell]:,}"


class _Published:
    """Numbers by the disclosure rule, registered."""

    def __init__(self, register: Register, trigger_id: str) -> None:
        self._register, self._trigger = register, trigger_id

    def table(self, name: str, cells: dict[str, int]) -> Callable[[str], str]:
        shown = self._register.publish(f"{self._trigger}: {name}", cells)
        return lambda cell: self._register.rule.in_words(shown[cell])


_Say = _True | _Published


def _lead(content: dict[str, Any], states: Counter[str], say: _Say) -> str:
    told = say.table(
        "lead", {"people": content["people"], "drafts": content["drafts"], "confirmed": states["confirmed"]}
    )
    return (
        f"The search looked at {told('people')} people and drafted {told('drafts')} packages. A person has confirmed {told('confirmed')} of them. "
        "Nothing is handed on that nobody has confirmed."
    )


def _sources(content: dict[str, Any]) -> Section:
    lines = [
        [
            row["title"],
            f"{row['rows'] + row['quarantined']:,}",
            f"{row['rows']:,}",
            f"{row['quarantined']:,}",
            say_day(date.fromisoformat(row["newest"]) if row["newest"] else None),
        ]
        for row in content["sources"]
    ]
    return Section(
        title="What was searched",
        caption="Sources; rows that are exact repeats are counted in the manifest of each load",
        heads=["Source", "Rows", "Accepted", "Set aside", "Newest event"],
        lines=lines,
    )


def _links(content: dict[str, Any], say: _Say) -> Section:
    links = content["links"]
    told = say.table("links", {name: links[name] for name in ("records", "people", "certain", "likely", "doubtful")})
    names = (
        ("records", "Person records"),
        ("people", "People they were joined to"),
        ("certain", "Certain"),
        ("likely", "Likely, not certain"),
        ("doubtful", "Doubtful"),
    )
    return Section(
        title="How records were joined",
        caption="Records and the people they were joined to",
        heads=["What", "Number"],
        lines=[[words, told(name)] for name, words in names],
    )


def _evidence(content: dict[str, Any], indicators: dict[str, Indicator], trigger: Trigger, say: _Say) -> Section:
    counts = {name: content["evidence"].get(name, 0) for name in trigger.indicators}
    told = say.table("evidence", counts)
    lines = [[indicators[name].title, told(name), indicators[name].version] for name in counts]
    return Section(
        title="What was found",
        words="One event counts once, however many records tell of it.",
        caption="Evidence by kind",
        heads=["Kind", "Events", "Version of the rule"],
        lines=lines,
    )


def _drafts(content: dict[str, Any], drafts: list[tuple[Package, State]], states: Counter[str], say: _Say) -> Section:
    cells = {
        TOTAL: len(drafts), "confirmed": states["confirmed"], "rejected": states["rejected"], "in work": states["in work"], "waiting": states["waiting"],
    }  # fmt: skip
    told = say.table("drafts", cells)
    urgent = sum(package.urgent_on is not None for package, _ in drafts)
    of_which = {"updates": content["updates"], "limit": content["waiting"], "moved": content["told_elsewhere"]}
    more = say.table("drafts, of which", of_which | {"urgent": urgent})
    names = (
        (told(TOTAL), "Drafts"), (told("confirmed"), "Confirmed by an analyst"), (told("rejected"), "Rejected"), (told("in work"), "In work"),
        (told("waiting"), "Not yet looked at"), (more("updates"), "Of the drafts: updates for who leads already"),
        (more("urgent"), "Of the drafts: with a strong event that the law asks to act on"), (more("limit"), "Of the drafts: over their team's limit, waiting"),
        (more("moved"), "Of the drafts: proposals to tell another force"),
    )  # fmt: skip
    return Section(
        title="What became of it",
        caption="Drafts and decisions",
        heads=["What", "Number"],
        lines=[[words, number] for number, words in names],
    )


def _reasons(drafts: list[tuple[Package, State]], say: _Say) -> Section:
    whole = Counter(
        next(iter(state.rejected.values()), "no reason kept") for _, state in drafts if state.status == "rejected"
    )
    pieces = Counter(
        reason
        for _, state in drafts
        for piece, reason in state.rejected.items()
        if piece not in ("identity", "release")
    )
    reasons = sorted({*whole, *pieces})
    if not reasons:
        return Section(title="Why drafts were rejected", nothing="Nothing has been rejected yet.")
    drafts_told = say.table("rejected drafts", {reason: whole[reason] for reason in reasons})
    pieces_told = say.table("rejected pieces", {reason: pieces[reason] for reason in reasons})
    lines = [[capitalise(reason), drafts_told(reason), pieces_told(reason)] for reason in reasons]
    return Section(
        title="Why drafts were rejected",
        caption="Reasons of analysts",
        heads=["Reason", "Drafts", "Pieces of evidence"],
        lines=lines,
    )


def _exclusions(content: dict[str, Any], say: _Say) -> Section:
    told = say.table("exclusions", {row["exclusion"]: row["people"] for row in content["exclusions"]})
    lines = [
        [capitalise(row["reason"]), _EFFECTS[row["effect"]], told(row["exclusion"])] for row in content["exclusions"]
    ]
    return Section(
        title="Who was not started anew",
        words="Nobody is left out in silence: each is counted here and listed for the analyst.",
        caption="Exclusions by reason",
        heads=["Reason", "What became of them", "People"],
        lines=lines,
    )


def _teams(drafts: list[tuple[Package, State]]) -> Section:
    teams: dict[str, list[tuple[Package, State]]] = {}
    for package, state in drafts:
        teams.setdefault(package.team.name, []).append((package, state))
    lines = []
    for name, found in sorted(teams.items()):
        waiting = [package.ready_on for package, _ in found if package.waits and package.ready_on]
        confirmed = sum(state.status == "confirmed" for _, state in found)
        lines.append(
            [
                name,
                f"{len(found):,}",
                f"{confirmed:,}",
                f"{len(waiting):,}",
                say_day(min(waiting)) if waiting else "none waits",
            ]
        )
    return Section(
        title="By team",
        caption="Packages by team; waiting are those over its limit",
        heads=["Team", "Drafts", "Confirmed", "Waiting", "Oldest that waits"],
        lines=lines,
    )


def _groups(
    groups: list[Group], register: Register, rule: DisclosureRule, trigger_id: str, *, public: bool
) -> list[Section]:
    """By sex, age and ethnicity: how many the trigger could be about, how many it found, and the rate with its interval, reckoned
    from what is shown."""
    people = (
        publish_groups(groups, register, trigger_id, "people")
        if public
        else {(g.characteristic, g.group): g.people for g in groups}
    )
    found = (
        publish_groups(groups, register, trigger_id, "found")
        if public
        else {(g.characteristic, g.group): g.found for g in groups}
    )
    sections = []
    for kind in dict.fromkeys(group.characteristic for group in groups):
        lines = []
        for group in (one for one in groups if one.characteristic == kind):
            key = (kind, group.group)
            of, hits = people[key], found[key]
            rate = "not shown"
            if of is not None and hits is not None and of > 0 and hits >= 0:
                low, high = interval(min(hits, of), of)
                rate = f"{1000 * hits / of:.1f} ({1000 * low:.1f} to {1000 * high:.1f})"
            words = rule.in_words if public else lambda count: f"{count:,}"
            lines.append([capitalise(group.group), words(of), words(hits), rate])
        sections.append(
            Section(
                title=f"Whom it finds: {kind.lower()}",
                caption="Of the people whom the rules could be about",
                heads=["Group", "People", "Found", "Of 1,000 (95 % interval)"],
                lines=lines,
            )
        )
    return sections


def _precision(
    lake: Lake, packages: list[Package], trigger: Trigger, indicators: dict[str, Indicator], *, public: bool
) -> list[Section]:
    answers = [answer for answer in read_answers(lake) if answer.trigger == trigger.id]
    if not answers:
        return [
            Section(
                title="How often it was right",
                nothing="Not known: no team has answered yet. headwater feedback reads their answers; headwater sample draws people for blind review.",
            )
        ]
    by_id = {package.package_id: package for package in packages}
    lines = [
        [trigger.title, f"{row.share:.2f} ({row.low:.2f} to {row.high:.2f})"] for row in precision_by_trigger(answers)
    ]
    enough = [row for row in precision_by_indicator(answers, by_id) if not public or row.answered >= 20]
    lines += [[indicators[row.name].title, f"{row.share:.2f} ({row.low:.2f} to {row.high:.2f})"] for row in enough]
    if public and len(answers) < 20:
        return [Section(title="How often it was right", nothing="Not said yet: fewer than 20 answers of teams are in.")]
    return [
        Section(
            title="How often it was right",
            words="By what teams answered: person and evidence were right.",
            caption="Share right, with its 95 % interval",
            heads=["Of what", "Share right"],
            lines=lines,
        )
    ]


def _versions(content: dict[str, Any]) -> Section:
    lines = [[name, version] for name, version in sorted(content["versions"]["indicators"].items())]
    return Section(
        title="Versions of every rule",
        caption=f"Trigger version {content['versions']['trigger']}",
        heads=["Indicator", "Version"],
        lines=lines,
        nothing="No draft was made, so no version was used.",
    )


def _rule_words(rule: DisclosureRule) -> Section:
    return Section(
        title="How small numbers are protected",
        words=f"{rule.reason} So numbers need not add up. “Not shown” hides a number that would give a small one away.",
    )
