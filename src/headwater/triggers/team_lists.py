"""Which packages does each team get, which wait, and what does its list say of each?"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from headwater.triggers.definition import Trigger
from headwater.triggers.package import Package, TeamList, TeamListEntry


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


def hold_to_limit(packages: list[Package], trigger: Trigger) -> list[Package]:
    """The packages in their order, those over their team's limit marked as waiting and the others with the day to answer by.

    What is an update goes to somebody who works on it already, and what the law asks to act on is never held back: neither
    counts towards the limit.
    """
    given: dict[str, int] = defaultdict(int)
    found = []
    for package in packages:
        free = package.update_for is not None or package.urgent_on is not None or package.tell_another is not None
        team = package.team.team_id
        waits = not free and given[team] >= trigger.limit.new_packages_per_team
        given[team] += not free and not waits
        by = None if waits else package.as_of + timedelta(days=trigger.limit.answer_within_days)
        found.append(package.model_copy(update={"waits": waits, "answer_by": by}))
    return found


def make_team_lists(packages: list[Package], trigger: Trigger, *, as_of: date, made_up: bool) -> list[TeamList]:
    """One list for each team that has a package, in order of team; entries keep the order of the packages."""
    grouped: dict[str, list[Package]] = defaultdict(list)
    for package in packages:
        grouped[package.team.team_id].append(package)
    return [
        TeamList(
            team_id=team_id, name=found[0].team.name, npu=found[0].team.npu, as_of=as_of, made_up=made_up,
            trigger_title=trigger.title, entries=[list_entry(package) for package in found if not package.waits],
            limit=trigger.limit.new_packages_per_team, waiting=[list_entry(package) for package in found if package.waits],
            waiting_since=min((package.ready_on for package in found if package.waits and package.ready_on), default=None),
        )
        for team_id, found in sorted(grouped.items())
    ]  # fmt: skip
