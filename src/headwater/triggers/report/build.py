"""Which numbers tell what a run did? Sources, links, evidence, drafts, decisions, exclusions, teams and groups, of one run."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import Field

from headwater.records import Lake
from headwater.triggers.answers.feedback import precision_by_indicator, precision_by_trigger
from headwater.triggers.answers.store import read_answers
from headwater.triggers.counting.disclosure import (
    NOT_SHOWN,
    TOTAL,
    DisclosureRule,
    open_register,
    read_disclosure_rule,
    save_register,
)
from headwater.triggers.counting.equality import Group, name_population, with_empty_groups
from headwater.triggers.counting.interval import interval
from headwater.triggers.desk import State, queue
from headwater.triggers.desk.decision import REASONS
from headwater.triggers.packages.package import Package, Part
from headwater.triggers.packages.words import capitalise, say_day
from headwater.triggers.report.numbers import Counts, Numbers, PublicNumbers, TrueNumbers
from headwater.triggers.rules.definition import Trigger
from headwater.triggers.rules.indicator import Indicator

_STATES = ("confirmed", "rejected", "in work", "waiting")
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
    if not public:
        return _build(lake, folder, trigger, indicators, TrueNumbers(), read_disclosure_rule(catalogue))
    with lake.hold():
        register = open_register(lake, read_disclosure_rule(catalogue))
        report = _build(lake, folder, trigger, indicators, PublicNumbers(register, trigger.id), register.rule)
        save_register(lake, register)
    return report


def _build(
    lake: Lake, folder: Path, trigger: Trigger, indicators: dict[str, Indicator], say: Numbers, rule: DisclosureRule
) -> RunReport:
    content = json.loads((folder / "report.json").read_text("utf-8"))
    drafts = queue(lake, folder, trigger)
    groups = [Group(**row) for row in content["equality"]]
    if say.public:
        groups = with_empty_groups(groups, trigger)
    counted: Counter[str] = Counter(state.status for _, state in drafts)
    people = say.groups(groups, "people", name_population(trigger), {})
    found = say.groups(groups, "found", trigger.id, {"drafts": {name: counted[name] for name in _STATES}})
    sections = [
        *([] if say.public else [_sources(content)]),
        _links(content, say),
        _evidence(content, indicators, trigger, say),
        _drafts(content, drafts, found, say),
        _reasons(drafts, say),
        _exclusions(content, say),
        *([] if say.public else [_teams(drafts)]),
        *_groups(groups, people, found, say),
        Section(
            title="Deprivation",
            nothing="Not known: the lake holds no measure of areas, so nothing is said of rich and poor places.",
        ),
        _precision(lake, [package for package, _ in drafts], trigger, indicators, say),
        _rule_words(rule) if say.public else _versions(content),
    ]
    return RunReport(
        run=folder.name, public=say.public, made_up=content["made_up"], as_of=date.fromisoformat(content["as_of"]), trigger=trigger.id,
        trigger_title=trigger.title, trigger_version=trigger.version, help=trigger.help, owner=trigger.owner, review_by=trigger.review_by,
        lead=_lead(content, found, say), sections=sections,
    )  # fmt: skip


def _lead(content: dict[str, Any], found: Counts, say: Numbers) -> str:
    people = say.table("people looked at", {"people": content["people"]})("people")
    drafts, confirmed = (found["drafts", name] for name in (TOTAL, "confirmed"))
    decided = (
        "How many of them a person has confirmed is not said here, because they are too few. "
        if confirmed == NOT_SHOWN
        else f"A person has confirmed {say.say(confirmed)} of them. "
    )
    return (
        f"The search looked at {people} people and drafted {say.say(drafts)} packages. {decided}"
        "Nothing is handed on that nobody has confirmed."
    )


def _sources(content: dict[str, Any]) -> Section:
    lines = [
        [
            row["title"],
            f"{row['rows'] + row['quarantined'] + row.get('repeats', 0):,}",
            f"{row['rows']:,}",
            f"{row['quarantined']:,}",
            f"{row['repeats']:,}" if "repeats" in row else "not known",
            say_day(date.fromisoformat(row["newest"]) if row["newest"] else None),
        ]
        for row in content["sources"]
    ]
    return Section(
        title="What was searched",
        caption="Sources: rows are those accepted, those set aside and exact repeats",
        heads=["Source", "Rows", "Accepted", "Set aside", "Repeats", "Newest event"],
        lines=lines,
    )


def _links(content: dict[str, Any], say: Numbers) -> Section:
    links = content["links"]
    records = say.table("records", {"records": links["records"]})
    told = say.table(
        "links", {name: links[name] for name in ("certain", "likely", "doubtful")} | {TOTAL: links["people"]}
    )
    names = (
        (TOTAL, "People they were joined to"),
        ("certain", "Certain"),
        ("likely", "Likely, not certain"),
        ("doubtful", "Doubtful"),
    )
    return Section(
        title="How records were joined",
        caption="Records and the people they were joined to",
        heads=["What", "Number"],
        lines=[["Person records", records("records")], *([words, told(name)] for name, words in names)],
    )


def _evidence(content: dict[str, Any], indicators: dict[str, Indicator], trigger: Trigger, say: Numbers) -> Section:
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


def _drafts(content: dict[str, Any], drafts: list[tuple[Package, State]], found: Counts, say: Numbers) -> Section:
    def told(name: str) -> str:
        return say.say(found["drafts", name])

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


def _reasons(drafts: list[tuple[Package, State]], say: Numbers) -> Section:
    whole = Counter(
        next(iter(state.rejected.values()), "no reason kept") for _, state in drafts if state.status == "rejected"
    )
    pieces = Counter(
        reason
        for _, state in drafts
        for piece, reason in state.rejected.items()
        if piece not in ("identity", "release")
    )
    reasons = sorted({*whole, *pieces, *([*REASONS, "no reason kept"] if say.public else [])})
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


def _exclusions(content: dict[str, Any], say: Numbers) -> Section:
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


def _groups(groups: list[Group], people: Counts, found: Counts, say: Numbers) -> list[Section]:
    """By sex, age and ethnicity: how many the trigger could be about, how many it found, and the rate with its interval, reckoned
    from what is shown."""
    sections = []
    for kind in dict.fromkeys(group.characteristic for group in groups):
        lines = []
        for group in (one for one in groups if one.characteristic == kind):
            of, hits = people[kind, group.group], found[kind, group.group]
            rate = "not shown"
            if of is not None and hits is not None and of > 0 and hits >= 0:
                low, high = interval(min(hits, of), of)
                rate = f"{1000 * min(hits, of) / of:.1f} ({1000 * low:.1f} to {1000 * high:.1f})"
            lines.append([capitalise(group.group), say.say(of), say.say(hits), rate])
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
    lake: Lake, packages: list[Package], trigger: Trigger, indicators: dict[str, Indicator], say: Numbers
) -> Section:
    answers = [answer for answer in read_answers(lake) if answer.trigger == trigger.id]
    whole = {row.name: row for row in precision_by_trigger(answers)}.get(trigger.id)
    parts = {
        row.name: row for row in precision_by_indicator(answers, {package.package_id: package for package in packages})
    }
    rows = [(trigger.title, "answers", whole)]
    rows += [(indicators[name].title, f"answers about {name}", parts.get(name)) for name in trigger.indicators]
    lines = []
    for title, name, row in rows:
        shown = say.share(name, row.right if row else 0, row.answered if row else 0)
        if shown:
            low, high = interval(*shown)
            lines.append([title, f"{shown[0] / shown[1]:.2f} ({low:.2f} to {high:.2f})"])
    if not lines or lines[0][0] != trigger.title:
        few = "Not said yet: too few answers of teams are in."
        none = "Not known: no team has answered yet. headwater feedback reads their answers; headwater sample draws people for blind review."
        return Section(title="How often it was right", nothing=few if say.public else none)
    return Section(
        title="How often it was right",
        words="By what teams answered: person and evidence were right."
        + (" Reckoned from rounded numbers." if say.public else ""),
        caption="Share right, with its 95 % interval",
        heads=["Of what", "Share right"],
        lines=lines,
    )


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
        words=f"{rule.reason} So numbers need not add up. A number may stand a step further off, where it would give a small one away. "
        "“Not shown” means that a table is about too few people.",
    )
