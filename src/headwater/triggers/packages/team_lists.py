"""Which packages does each team get, which wait, and what does its list say of each?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from headwater.triggers.finding.gather import TEAM_PARTS
from headwater.triggers.finding.gathered import Gathered
from headwater.triggers.packages.home import find_team
from headwater.triggers.packages.package import Package, Team, TeamList, TeamListEntry
from headwater.triggers.rules.definition import Limit, Trigger


def list_entry(package: Package) -> TeamListEntry:
    """The package as one line of a team's list."""
    counted = [item for kind in package.evidence for item in kind.items if item.counts and item.occurred_on]
    strong = [item.occurred_on for item in counted if item.strength == "strong" and item.occurred_on]
    return TeamListEntry(
        package_id=package.package_id, kind=package.subject.kind, name=package.subject.name, age=package.subject.age, area=package.subject.area,
        why_now=package.why_now, newest_strong=max(strong, default=None),
        newest=max((item.occurred_on for item in counted if item.occurred_on), default=None),
        kinds=[kind.title for kind in package.evidence if any(item.counts for item in kind.items)],
        update_for=package.update_for.lead if package.update_for else None, contact_safely=package.contact_safely is not None,
        urgent=package.urgent_on is not None, ready_on=package.ready_on, certainty=package.subject.certainty,
    )  # fmt: skip


@dataclass(frozen=True)
class Subject:
    """What decides whether a draft waits: `free` is one that no limit holds back."""

    person_id: str
    team_id: str
    free: bool


def ask_for_places(people: Sequence[str], gathered: Gathered) -> Iterator[Subject]:
    """Of each of these, in their order, what decides whether the draft waits."""
    for person, rows in gathered.rows_of(people, {"who", "news", *TEAM_PARTS}):
        free = bool(rows["news"] or rows["moved"]) or rows["who"][0]["urgent_on"] is not None
        yield Subject(person, find_team(rows)[0].team_id, free)


def hold_to_limit(subjects: Iterable[Subject], limit: Limit) -> set[str]:
    """Those who wait, because their team has as many new packages as it is given at once; the order of the subjects decides.

    What is an update goes to somebody who works on it already, and what the law asks to act on is never held back: these are
    free, and count towards no limit.
    """
    given: dict[str, int] = defaultdict(int)
    waiting = set()
    for subject in subjects:
        if subject.free:
            continue
        if given[subject.team_id] >= limit.new_packages_per_team:
            waiting.add(subject.person_id)
        else:
            given[subject.team_id] += 1
    return waiting


@dataclass(frozen=True)
class Listed:
    """A draft as its team's list and the report of the search need it."""

    team: Team
    waits: bool
    tells_another: bool
    entry: TeamListEntry


def make_team_lists(drafts: Iterable[Listed], trigger: Trigger, *, as_of: date, made_up: bool) -> list[TeamList]:
    """One list for each team that has a draft, in order of team; entries keep the order of the drafts."""
    grouped: dict[str, list[Listed]] = defaultdict(list)
    for draft in drafts:
        grouped[draft.team.team_id].append(draft)
    return [
        TeamList(
            team_id=team_id, name=found[0].team.name, npu=found[0].team.npu, as_of=as_of, made_up=made_up,
            trigger_title=trigger.title, entries=[draft.entry for draft in found if not draft.waits],
            limit=trigger.limit.new_packages_per_team, waiting=[draft.entry for draft in found if draft.waits],
            waiting_since=min((draft.entry.ready_on for draft in found if draft.waits and draft.entry.ready_on), default=None),
        )
        for team_id, found in sorted(grouped.items())
    ]  # fmt: skip
