"""Packages come in: a run's confirmed ones into their teams' inboxes, what is new into those that are there, and back out again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse

from headwater.service.agencies.access import Category
from headwater.service.agencies.actions import people_with
from headwater.service.agencies.models import Team, today
from headwater.service.audit.actions import remove_for_good
from headwater.service.cases.access import LEADS, PACKAGE, who_may_know
from headwater.service.cases.actions.earlier import answer_as_before, let_wait_again
from headwater.service.cases.actions.found import SEARCH, compare_safety, write_found
from headwater.service.cases.actions.restriction import settle_packages
from headwater.service.cases.actions.subjects import learn
from headwater.service.cases.actions.timeline import enter
from headwater.service.cases.keys import key_of, lake_number
from headwater.service.cases.models import Case, Package, Subject
from headwater.service.cases.rules import SAID_NO, CaseState, PackageState
from headwater.service.design.send import Refused
from headwater.service.notices.actions import settle, tell
from headwater.triggers.handover import NotConfirmed, to_share
from headwater.triggers.packages.package import Package as Released


@dataclass(frozen=True)
class Lies:
    """Where a package is after an import: how it stands, with which team, and whether anything in it is new to them. `before`: what the
    team had answered, when something new has brought it back; `closed`: the case that holds it is closed."""

    state: PackageState
    team: str
    is_news: bool
    before: str = ""
    closed: bool = False


@dataclass
class Brought:
    """What an import did. `lies`: by the package's number, for those that have a team here."""

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    without_team: int = 0
    lies: dict[str, Lies] = field(default_factory=dict)


@dataclass(frozen=True)
class Come:
    """A confirmed package as a team may have it. `keys`: of those at home, in their order, because their numbers do not cross over."""

    shared: Released
    content: dict[str, Any]
    digest: str
    keys: list[str]
    run: str


NEWS_WORDS = {
    "new": ("new package in the inbox of your team", "new packages in the inbox of your team"),
    "back": ("package that your team had answered is back with something new", "packages that your team had answered are back with something new"),
    "news": ("package that waits for your team has something new", "packages that wait for your team have something new"),
}  # fmt: skip
"""What a team is told: of one, and of several."""

ToTell = dict[tuple[int, str, bool], list[Package]]
"""Team, which of the words above, urgent → packages."""


@transaction.atomic
def bring_in(packages: Iterable[Released], *, run: str, tells: bool = True, agency_id: int | None = None) -> Brought:
    """Bring confirmed packages into their teams' inboxes. Done again, nothing changes; a later run adds what is new to one that waits
    or is worked on, and lets one wait again that was answered, and says so; it never overwrites what people wrote. `agency_id`: for the
    teams of this agency only, because an analyst searches for the own force. Raises NotConfirmed for a draft, Refused for a package of
    another agency."""
    done = Brought()
    taking = Team.objects.exclude(lake_team="").select_related("agency")
    teams = {team.lake_team: team for team in (taking.filter(agency_id=agency_id) if agency_id else taking)}
    told: ToTell = {}
    for released in packages:
        if released.status != "confirmed" or released.confirmed is None:
            raise NotConfirmed(f"{released.package_id} is a draft; only what an analyst has confirmed comes in.")
        team = teams.get(released.team.team_id)
        if team is None:
            done.without_team += 1
            continue
        come = _come(released, team.agency_id, run)
        rows = Package.objects.select_for_update(of=("self",)).select_related("case__lead", "case__team", "team", "decided_by")  # fmt: skip
        known = rows.filter(reference=come.shared.package_id).first()
        if known is not None and known.team.agency_id != team.agency_id:
            raise Refused(f"{come.shared.package_id} is a package of another agency. Nothing was brought in.", "chosen")
        before = known.state if known is not None else ""
        if known is None:
            known, changed, is_news = _make(come, team), True, True
            done.new += 1
            told.setdefault((team.pk, "new", known.urgent), []).append(known)
        else:
            changed, is_news = _update(known, come, told)
            done.updated += changed
            done.unchanged += not changed
        settle_packages([known.subject_id], team.agency_id)
        back = before if before != known.state else ""
        closed = known.case is not None and known.case.state == CaseState.CLOSED
        done.lies[known.reference] = Lies(PackageState(known.state), known.team.name, is_news, back, closed)
    if tells:
        for (team_id, what, urgent), found in told.items():
            _tell_team(team_id, what, found, urgent)
    return done


def _come(released: Released, agency_id: int, run: str) -> Come:
    shared = to_share(released)
    digest = hashlib.sha256(shared.model_copy(update={"confirmed": None}).model_dump_json().encode()).hexdigest()
    keys = [key_of(lake_number(agency_id, one.person_id)) for one in released.household]
    return Come(shared, shared.model_dump(mode="json"), digest, keys, run)


def _make(come: Come, team: Team) -> Package:
    shared = come.shared
    return Package.objects.create(
        reference=shared.package_id, subject=_subject(shared, team), team=team, trigger=shared.method.trigger, trigger_title=shared.method.trigger_title,
        run=come.run, why_now=shared.why_now, newest_on=_newest(shared), content=come.content, digest=come.digest, household_keys=come.keys,
        answer_by=_answer_by(shared), urgent=shared.urgent_on is not None,
    )  # fmt: skip


def _update(known: Package, come: Come, told: ToTell) -> tuple[bool, bool]:
    """Whether anything was changed, and whether something is new to the team."""
    if known.digest == come.digest:
        if any(come.keys) and not any(known.household_keys):  # It came as a file before.
            known.household_keys = come.keys
            known.save(update_fields=["household_keys"])
        return False, False
    shared, added = come.shared, _new_evidence(known.content, come.shared)
    presses = shared.urgent_on is not None and not known.urgent
    answered = known.state in SAID_NO
    if answered and not (added or presses):
        return False, False
    safety = compare_safety(come.content, come.keys, [(known.content, known.household_keys)])
    if known.case is not None:
        safety = write_found(known.case, come.content, come.keys)
    if answered:
        let_wait_again(known)
        known.answer_by = _answer_by(shared)
    elif presses and (sooner := _answer_by(shared)):
        known.answer_by = min(known.answer_by or sooner, sooner)
    lines = [*added, *safety.lines, *(["It is urgent now."] if presses else [])]
    if lines:
        known.news = [*known.news, {"on": today().isoformat(), "run": come.run, "added": lines}]
    known.content, known.digest, known.household_keys, known.run = come.content, come.digest, come.keys, come.run
    known.newest_on, known.why_now, known.urgent = _newest(shared), shared.why_now, known.urgent or presses
    known.version += 1
    known.save()
    _subject(shared, known.team)
    if known.case is not None:
        _add_to_case(known.case, added, urgent=presses or safety.presses, is_news=bool(lines))
    elif lines:
        urgent = presses or (answered and shared.urgent_on is not None)
        told.setdefault((known.team_id, "back" if answered else "news", urgent), []).append(known)
    return True, bool(lines)


def _new_evidence(content: dict[str, Any], shared: Released) -> list[str]:
    """The sentences that were not seen before; one that only has another number, or other words, is not new."""
    seen = [item for kind in content["evidence"] for item in kind["items"]]
    numbers, sentences = {one["evidence_id"] for one in seen}, {(one["occurred_on"], one["sentence"]) for one in seen}
    return [
        item.sentence for kind in shared.evidence for item in kind.items
        if item.evidence_id not in numbers and (item.occurred_on and item.occurred_on.isoformat(), item.sentence) not in sentences
    ]  # fmt: skip


def _add_to_case(case: Case, added: list[str], *, urgent: bool, is_news: bool) -> None:
    """Write into the timeline what the search found, and tell the lead; where nobody leads or works on it, those who could."""
    if added:
        words = f"The search found {len(added)} more"
        enter(case, "news", words, acting=None, text="\n".join(added), category=Category.EVIDENCE, by_words=SEARCH)
    if not is_news:
        return
    managers = people_with(case.team.agency_id, LEADS, case.team_id)
    people, words = who_may_know(case, [case.lead]), "The search found something new for a case that you lead"
    if case.state == CaseState.CLOSED:
        people, words = who_may_know(case, [case.lead, *managers]), "The search found something new for a case that is closed"  # fmt: skip
    elif not people:
        people, words = who_may_know(case, managers), "The search found something new for a case that nobody leads"
    link = reverse("case", args=[case.pk])
    tell(people or managers, words, link=link, reference=case.reference, urgent=urgent)


def _subject(released: Released, team: Team) -> Subject:
    """The subject as the newest run knows it, but for what people wrote about it themselves.
    Two forces' lakes may give two people one number, so the agency's stands before it."""
    told = released.subject
    fields = {
        "kind": told.kind, "name": told.name, "other_names": told.other_names, "born_on": told.date_of_birth, "sex": told.sex,
        "address": "" if told.address_withheld else told.address, "address_withheld": told.address_withheld, "area": told.area, "known_on": released.as_of,
    }  # fmt: skip
    lake_id = lake_number(team.agency_id, told.person_id)
    found = Subject.objects.filter(lake_id=lake_id).first() if lake_id else None
    if found is None:
        return Subject.objects.create(lake_id=lake_id, **fields)
    learn(found, fields)
    return found


def _answer_by(released: Released) -> date | None:
    """The team's days run from the day on which it got the package, not from the day of the search."""
    return today() + (released.answer_by - released.as_of) if released.answer_by else None


def _newest(released: Released) -> date:
    days = [item.occurred_on for kind in released.evidence for item in kind.items if item.occurred_on]
    return max(days, default=released.as_of)


def _tell_team(team_id: int, what: str, found: list[Package], urgent: bool) -> None:
    team = Team.objects.get(pk=team_id)
    one, several = NEWS_WORDS[what]
    link, reference = reverse("inbox"), ""
    if len(found) == 1 and what != "new":
        link, reference = reverse("package", args=[found[0].reference]), found[0].reference
    people = people_with(team.agency_id, PACKAGE["decide"].own, team_id)
    words, asks = f"{len(found)} {one if len(found) == 1 else several}", [("package", each.reference) for each in found]
    tell(people, words, link=link, reference=reference, urgent=urgent, asks=asks)


@transaction.atomic
def take_back(reference: str) -> PackageState | None:
    """The desk no longer stands by a package. One that still waits is gone from the inbox: nobody wrote anything about it, and it may be
    about the wrong person; one that the team had answered before is answered so again. One that is taken on stays, because what people
    wrote is theirs. Either way the team is told at once.

    The state in which it was found; None when no team had it, or had said no to it.
    """
    rows = Package.objects.select_for_update(of=("self",)).select_related("team", "case__lead")
    known = rows.filter(reference=reference, state__in=[PackageState.WAITING, PackageState.TAKEN_ON]).first()
    if known is None:
        return None
    people = people_with(known.team.agency_id, PACKAGE["decide"].own, known.team_id)
    settle("package", reference)
    if known.case is None:
        words = "An analyst took back a package that waited for your team. Do not act on it"
        tell(people, words, link=reverse("inbox"), reference=reference, urgent=True)
        if known.answers:
            answer_as_before(known)
        else:
            remove_for_good(Package.objects.filter(pk=known.pk))
        settle_packages([known.subject_id], known.team.agency_id)
        return PackageState.WAITING
    lead = [known.case.lead] if known.case.lead is not None else []
    words = "An analyst no longer stands by a package that your team works on. Stop, and look at it again"
    told = [*people, *lead]
    tell(told, words, link=reverse("package", args=[reference]), reference=reference, urgent=True)
    return PackageState.TAKEN_ON
