"""Packages: bring a run's confirmed ones in, and let a team answer them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from headwater.service.agencies.access import Actor, Category
from headwater.service.agencies.actions import people_with
from headwater.service.agencies.models import Team, User, today
from headwater.service.audit.actions import log, remove_for_good
from headwater.service.cases.access import LEADS, PACKAGE, who_may_know
from headwater.service.cases.actions.cases import restrict
from headwater.service.cases.actions.timeline import enter
from headwater.service.cases.models import Case, CaseSubject, Grant, Member, Package, Subject
from headwater.service.cases.rules import NOT_NEEDED_REASONS, PackageState
from headwater.service.cases.workdays import next_review
from headwater.service.design.send import Refused
from headwater.service.notices.actions import tell
from headwater.triggers.handover import NotConfirmed, to_share
from headwater.triggers.package import Package as Released

RESTRICTED_TRIGGERS = {"repeat_domestic_abuse": "domestic-abuse"}
"""Trigger → why what it finds is restricted from the beginning."""


@dataclass
class Brought:
    """What an import did."""

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    without_team: int = 0


@transaction.atomic
def bring_in(packages: Iterable[Released], *, run: str, tells: bool = True, agency_id: int | None = None) -> Brought:
    """Bring confirmed packages into their teams' inboxes. Done again, nothing changes; a later run adds what is new to one that waits
    or is worked on, and says so; it never overwrites what people wrote. `agency_id`: for the teams of this agency only, because an
    analyst searches for the own force. Raises NotConfirmed for a draft, Refused for a package of another agency."""
    done = Brought()
    taking = Team.objects.exclude(lake_team="").select_related("agency")
    teams = {team.lake_team: team for team in (taking.filter(agency_id=agency_id) if agency_id else taking)}
    fresh: dict[int, list[Package]] = {}
    for released in packages:
        if released.status != "confirmed" or released.confirmed is None:
            raise NotConfirmed(f"{released.package_id} is a draft; only what an analyst has confirmed comes in.")
        team = teams.get(released.team.team_id)
        if team is None:
            done.without_team += 1
            continue
        shared = to_share(released)
        content = shared.model_dump(mode="json")
        digest = hashlib.sha256(shared.model_copy(update={"confirmed": None}).model_dump_json().encode()).hexdigest()
        known = (
            Package.objects.select_for_update(of=("self",))
            .filter(reference=shared.package_id)
            .select_related("case", "team")
            .first()
        )
        if known is not None and known.team.agency_id != team.agency_id:
            raise Refused(f"{shared.package_id} is a package of another agency. Nothing was brought in.", "chosen")
        if known is None:
            made = _make(released, content, digest, team, run)
            fresh.setdefault(team.pk, []).append(made)
            done.new += 1
        elif known.digest == digest:
            done.unchanged += 1
        else:
            _update(known, shared, content, digest, run)
            done.updated += 1
    if tells:
        for team_id, made_ones in fresh.items():
            _tell_team(team_id, made_ones)
    return done


def _make(released: Released, content: dict[str, object], digest: str, team: Team, run: str) -> Package:
    restriction = RESTRICTED_TRIGGERS.get(released.method.trigger, "")
    return Package.objects.create(
        reference=released.package_id, subject=_subject(released, team), team=team, trigger=released.method.trigger,
        trigger_title=released.method.trigger_title, run=run, why_now=released.why_now, newest_on=_newest(released), content=content, digest=digest,
        answer_by=_answer_by(released),
        urgent=released.urgent_on is not None, restricted=bool(restriction), restriction=restriction,
    )  # fmt: skip


def _update(known: Package, shared: Released, content: dict[str, object], digest: str, run: str) -> None:
    before = {item["evidence_id"] for kind in known.content["evidence"] for item in kind["items"]}
    added = [item.sentence for kind in shared.evidence for item in kind.items if item.evidence_id not in before]
    known.news = [*known.news, {"on": today().isoformat(), "run": run, "added": added}]
    known.content, known.digest, known.run, known.newest_on, known.why_now = (
        content,
        digest,
        run,
        _newest(shared),
        shared.why_now,
    )
    known.version += 1
    known.save()
    _subject(shared, known.team)
    if added and known.case is not None:
        text = "\n".join(added)
        enter(
            known.case,
            "news",
            f"The search found {len(added)} more",
            acting=None,
            text=text,
            category=Category.EVIDENCE,
            by_words="Trigger search",
        )
        if known.case.lead is not None:
            tell(
                who_may_know(known.case, [known.case.lead]),
                "The search found something new for a case that you lead",
                link=reverse("case", args=[known.case.pk]),
                reference=known.case.reference,
            )


def _subject(released: Released, team: Team) -> Subject:
    """The subject as the newest run knows it. What people wrote about a case is not kept here, so nothing of theirs is overwritten.
    Two forces' lakes may give two people one number, so the agency's stands before it."""
    told = released.subject
    fields = {
        "kind": told.kind, "name": told.name, "other_names": told.other_names, "born_on": told.date_of_birth, "sex": told.sex,
        "address": "" if told.address_withheld else told.address, "address_withheld": told.address_withheld, "area": told.area, "known_on": released.as_of,
    }  # fmt: skip
    lake_id = f"{team.agency_id} {told.person_id}" if told.person_id else ""
    found = Subject.objects.filter(lake_id=lake_id).first() if lake_id else None
    if found is None:
        return Subject.objects.create(lake_id=lake_id, **fields)
    if any(getattr(found, name) != value for name, value in fields.items()):
        for name, value in fields.items():
            setattr(found, name, value)
        found.save()
    return found


def _answer_by(released: Released) -> date | None:
    """The team's days run from the day on which it got the package, not from the day of the search."""
    return today() + (released.answer_by - released.as_of) if released.answer_by else None


def _newest(released: Released) -> date:
    days = [item.occurred_on for kind in released.evidence for item in kind.items if item.occurred_on]
    return max(days, default=released.as_of)


def _tell_team(team_id: int, made: list[Package]) -> None:
    team = Team.objects.get(pk=team_id)
    for urgent in (True, False):
        found = [one for one in made if one.urgent is urgent]
        if found:
            words = f"{len(found)} new {'package' if len(found) == 1 else 'packages'} in the inbox of your team"
            tell(
                people_with(team.agency_id, PACKAGE["decide"].own, team_id), words, link=reverse("inbox"), urgent=urgent
            )


@transaction.atomic
def take_back(reference: str) -> PackageState | None:
    """The desk no longer stands by a package. One that still waits is gone from the inbox: nobody wrote anything about it, and it may be
    about the wrong person. One that is taken on stays, because what people wrote is theirs. Either way the team is told at once.

    The state in which it was found; None when no team had it, or had said no to it.
    """
    rows = Package.objects.select_for_update(of=("self",)).select_related("team", "case__lead")
    known = rows.filter(reference=reference, state__in=[PackageState.WAITING, PackageState.TAKEN_ON]).first()
    if known is None:
        return None
    people = people_with(known.team.agency_id, PACKAGE["decide"].own, known.team_id)
    if known.case is None:
        words = "An analyst took back a package that waited for your team. Do not act on it"
        tell(people, words, link=reverse("inbox"), reference=reference, urgent=True)
        remove_for_good(Package.objects.filter(pk=known.pk))
        return PackageState.WAITING
    lead = [known.case.lead] if known.case.lead is not None else []
    words = "An analyst no longer stands by a package that your team works on. Stop, and look at it again"
    told = [*people, *lead]
    tell(told, words, link=reverse("package", args=[reference]), reference=reference, urgent=True)
    return PackageState.TAKEN_ON


@transaction.atomic
def take_on(package: Package, *, acting: Actor, lead: User, review_every: int) -> Case:
    """Open a case, or add to the open one about the same subject. What the search found goes into it. Raises Refused."""
    _still_waits(package)
    if not any(package.team_id == one.team_id for one in lead.live_memberships):
        raise Refused(f"{lead.name} is not in {package.team.name}.", "lead")
    case = Case.objects.filter(about__subject=package.subject, team=package.team, state="open").first()
    if case is None:
        content = package.content
        case = Case.objects.create(
            team=package.team, lead=lead, opened_by=acting.user, why=package.why_now, purpose=str(content["method"]["purpose"]),
            contact_safely=content.get("contact_safely") or "", review_every=review_every, next_review_on=next_review(today(), review_every),
            restricted=package.restricted, restriction=package.restriction,
        )  # fmt: skip
        CaseSubject.objects.create(case=case, subject=package.subject)
        for member in content["household"]:
            Member.objects.create(
                case=case, name=member["name"], relationship=member["relationship"], age_words=str(member["age"] or ""), suspected_on=member["suspected_on"],
                source="Trigger search",
            )  # fmt: skip
        if case.restricted:
            for user in {acting.user.pk: acting.user, lead.pk: lead}.values():
                Grant.objects.create(case=case, user=user, by=acting.user)
        enter(
            case, "opened", "Case opened from a package", acting=acting, text=package.why_now, category=Category.REASONS
        )
    else:
        enter(
            case,
            "news",
            "One more package was taken on",
            acting=acting,
            text=package.why_now,
            category=Category.REASONS,
        )
        if package.restricted and not case.restricted:
            restrict(case, acting=acting, restriction=package.restriction or "other", people=[lead])
    _answer(package, PackageState.TAKEN_ON, acting=acting, case=case)
    if lead.pk != acting.id:
        tell([lead], "You lead a case now", link=reverse("case", args=[case.pk]), reference=case.reference)
    return case


@transaction.atomic
def say_no(
    package: Package, *, acting: Actor, state: PackageState, reason: str = "", note: str = "", evidence_id: str = ""
) -> None:
    """Not needed, wrong person or wrong evidence; the reason goes back to the search. Raises Refused."""
    _still_waits(package)
    if state == PackageState.NOT_NEEDED and reason not in NOT_NEEDED_REASONS:
        raise Refused("Say why it is not needed.", "reason")
    if (reason == "other" or state in (PackageState.WRONG_PERSON, PackageState.WRONG_EVIDENCE)) and not note.strip():
        raise Refused("Say it in a sentence: it goes back to those who search.", "note")
    ids = {item["evidence_id"] for kind in package.content["evidence"] for item in kind["items"]}
    if state == PackageState.WRONG_EVIDENCE and evidence_id not in ids:
        raise Refused("Choose which line is wrong.", "evidence_id")
    if evidence_id and evidence_id not in ids:
        raise Refused("There is no such line in this package.", "evidence_id")
    package.reason, package.note, package.evidence_id = reason, note, evidence_id
    _answer(package, state, acting=acting)


@transaction.atomic
def pass_on(package: Package, *, acting: Actor, team: Team, note: str) -> None:
    """Give it to another team of the same agency, who are told. Raises Refused."""
    _still_waits(package)
    if team.agency_id != package.team.agency_id or not team.lake_team or team.pk == package.team_id:
        raise Refused("Choose another neighbourhood team of your agency.", "team")
    package.team, package.note = team, note
    package.version += 1
    package.save(update_fields=["team", "note", "version", "updated_at"])
    log("disclose", "cases_package", [package.pk], categories=[Category.EVIDENCE], recipient=f"team {team.pk}")
    tell(
        people_with(team.agency_id, LEADS, team.pk),
        "A package was passed to your team",
        link=reverse("inbox"),
        reference=package.reference,
        urgent=package.urgent,
    )


def _still_waits(package: Package) -> None:
    if package.state != PackageState.WAITING:
        raise Refused(f"{package.decided_by} has answered this package already: {package.state}.")


def _answer(package: Package, state: PackageState, *, acting: Actor, case: Case | None = None) -> None:
    package.state, package.decided_by, package.decided_at, package.case = state, acting.user, timezone.now(), case
    package.version += 1
    package.save()
    from headwater.service.cases.tasks import return_answer

    transaction.on_commit(lambda: return_answer.enqueue(package.pk))
