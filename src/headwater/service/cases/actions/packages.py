"""What a team answers to a package: take it on, say no, pass it to another team."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from headwater.service.agencies.access import Actor, Category
from headwater.service.agencies.actions import people_with
from headwater.service.agencies.models import Team, User, today
from headwater.service.audit.actions import log
from headwater.service.cases.access import LEADS, who_may_know
from headwater.service.cases.actions.cases import restrict
from headwater.service.cases.actions.found import compare_safety, write_found, write_household
from headwater.service.cases.actions.timeline import enter
from headwater.service.cases.models import Case, CaseSubject, Grant, Package
from headwater.service.cases.rules import NOT_NEEDED_REASONS, PackageState
from headwater.service.cases.workdays import next_review
from headwater.service.design.send import Refused
from headwater.service.notices.actions import settle, tell


def case_to_join(package: Package) -> Case | None:
    """The open case of the team about the same subject: a package that is taken on goes into it."""
    open_ones = Case.objects.filter(about__subject=package.subject, team=package.team, state="open")
    return open_ones.select_related("team__agency", "lead").order_by("pk").first()


@transaction.atomic
def take_on(package: Package, *, acting: Actor, lead: User | None = None, review_every: int | None = None) -> Case:
    """Open a case, or add to the open one about the same subject, whose lead and interval stay. What the search found goes into it.
    Raises Refused."""
    _still_waits(package)
    case = case_to_join(package)
    if case is not None:
        _join(package, case, acting=acting)
    else:
        if lead is None or review_every is None:
            raise Refused("Say who leads, and how often you look back.", "lead")
        case = _open(package, acting=acting, lead=lead, review_every=review_every)
    _answer(package, PackageState.TAKEN_ON, acting=acting, case=case)
    return case


def _open(package: Package, *, acting: Actor, lead: User, review_every: int) -> Case:
    if not any(package.team_id == one.team_id for one in lead.live_memberships):
        raise Refused(f"{lead.name} is not in {package.team.name}.", "lead")
    content = package.content
    case = Case.objects.create(
        team=package.team, lead=lead, opened_by=acting.user, why=package.why_now, purpose=str(content["method"]["purpose"]),
        contact_safely=content.get("contact_safely") or "", review_every=review_every, next_review_on=next_review(today(), review_every),
        restricted=package.restricted, restriction=package.restriction,
    )  # fmt: skip
    CaseSubject.objects.create(case=case, subject=package.subject)
    write_household(case, compare_safety(content, package.household_keys, []))
    if case.restricted:
        for user in {acting.user.pk: acting.user, lead.pk: lead}.values():
            Grant.objects.create(case=case, user=user, by=acting.user)
    words = "Case opened from a package"
    enter(case, "opened", words, acting=acting, text=package.why_now, category=Category.REASONS)
    if lead.pk != acting.id:
        tell([lead], "You lead a case now", link=reverse("case", args=[case.pk]), reference=case.reference)
    return case


def _join(package: Package, case: Case, *, acting: Actor) -> None:
    words = "One more package was taken on"
    enter(case, "news", words, acting=acting, text=package.why_now, category=Category.REASONS)
    if package.restricted and not case.restricted:
        restrict(case, acting=acting, restriction=package.restriction or "other", people=[])
    safety = write_found(case, package.content, package.household_keys)
    if case.lead is not None and case.lead_id != acting.id:
        link = reverse("case", args=[case.pk])
        tell(
            who_may_know(case, [case.lead]),
            "One more package was added to a case that you lead",
            link=link,
            reference=case.reference,
            urgent=package.urgent or safety.presses,
        )


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
    """Give it to another team of the same agency, who are told and read why; the reason is no answer to the search. Raises Refused."""
    _still_waits(package)
    if team.agency_id != package.team.agency_id or not team.lake_team or team.pk == package.team_id:
        raise Refused("Choose another neighbourhood team of your agency.", "team")
    package.team, package.passed_because = team, note
    package.version += 1
    package.save(update_fields=["team", "passed_because", "version", "updated_at"])
    log("disclose", "cases_package", [package.pk], categories=[Category.EVIDENCE], recipient=f"team {team.pk}")
    settle("package", package.reference)
    tell(
        people_with(team.agency_id, LEADS, team.pk),
        "A package was passed to your team",
        link=reverse("inbox"),
        reference=package.reference,
        urgent=package.urgent,
        asks=[("package", package.reference)],
    )


def _still_waits(package: Package) -> None:
    if package.state != PackageState.WAITING:
        raise Refused(f"{package.decided_by} has answered this package already: {package.state}.")


def _answer(package: Package, state: PackageState, *, acting: Actor, case: Case | None = None) -> None:
    package.state, package.decided_by, package.decided_at, package.case = state, acting.user, timezone.now(), case
    package.version += 1
    package.save()
    settle("package", package.reference)
    from headwater.service.cases.tasks import return_answer

    transaction.on_commit(lambda: return_answer.enqueue(package.pk))
