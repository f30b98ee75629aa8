"""A case from open to close: begin one, who leads, consent and wishes, worry, review, close, reopen, restrict."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from headwater.service.agencies.access import Actor, Category
from headwater.service.agencies.models import Team, User, today
from headwater.service.agencies.rules import OWN_TEAM
from headwater.service.audit.actions import remove_for_good
from headwater.service.cases.access import WORKERS, who_may_know
from headwater.service.cases.actions.referral_clock import end_with_case
from headwater.service.cases.actions.restriction import settle_packages
from headwater.service.cases.actions.telling import tell_case
from headwater.service.cases.actions.timeline import enter
from headwater.service.cases.models import Case, CaseSubject, Grant, Member, Review, Subject, Worry
from headwater.service.cases.rules import (
    CONSENT,
    OUTCOMES,
    RESTRICTIONS,
    WITHOUT_CONSENT,
    WORRY,
    CaseState,
)
from headwater.service.cases.workdays import next_review
from headwater.service.design.send import Refused
from headwater.service.notices.actions import settle, tell


@transaction.atomic
def begin_case(
    *, acting: Actor, team: Team, subject: Mapping[str, Any], why: str, review_every: int, contact_safely: str = ""
) -> Case:
    """Begin a case about somebody whom no search found. Raises Refused."""
    if not actor_works_in(acting, team):
        raise Refused("You are not in this team.", "team")
    about = Subject.objects.create(**subject)
    case = Case.objects.create(
        team=team,
        lead=acting.user,
        opened_by=acting.user,
        why=why,
        contact_safely=contact_safely,
        review_every=review_every,
        next_review_on=next_review(today(), review_every),
    )
    CaseSubject.objects.create(case=case, subject=about)
    enter(case, "opened", "Case opened", acting=acting, text=why, category=Category.REASONS)
    return case


def actor_works_in(acting: Actor, team: Team) -> bool:
    """Whether somebody works cases in a team."""
    return acting.is_in(team.pk, *WORKERS)


@transaction.atomic
def change_lead(case: Case, *, acting: Actor, lead: User) -> None:
    """Somebody else of the team leads. Raises Refused."""
    if not any(one.team_id == case.team_id and one.role in WORKERS for one in lead.live_memberships):
        raise Refused(f"{lead.name} is not in {case.team.name}.", "lead")
    before, case.lead = case.lead, lead
    case.save(update_fields=["lead"])
    settle("lead", case.pk)
    if case.restricted:
        Grant.objects.get_or_create(case=case, user=lead, defaults={"by": acting.user})
    enter(case, "lead", f"{lead.name} leads now", acting=acting, category=Category.IDENTITY)
    tell(
        who_may_know(case, [one for one in (lead, before) if one is not None and one.pk != acting.id]),
        "The lead of a case has changed",
        link=reverse("case", args=[case.pk]),
        reference=case.reference,
    )


@transaction.atomic
def record_consent(case: Case, *, acting: Actor, consent: str, basis: str, why: str) -> None:
    """Whether the person agrees; without consent, on which lawful basis and why. Raises Refused."""
    if consent in WITHOUT_CONSENT and consent != "not-asked" and not (basis and why.strip()):
        raise Refused("Working without consent needs a lawful basis and a reason.", "basis" if not basis else "why")
    case.consent, case.consent_on = consent, today()
    case.without_basis, case.without_why = (basis, why) if consent in WITHOUT_CONSENT else ("", "")
    case.save(update_fields=["consent", "consent_on", "without_basis", "without_why"])
    enter(case, "consent", CONSENT[consent], acting=acting, text=case.without_why, category=Category.WISHES)


@transaction.atomic
def write_wishes(case: Case, *, acting: Actor, wishes: str, strengths: str, needs: str) -> None:
    """What the person wants, in their words; what is strong; what is needed."""
    case.wishes, case.strengths, case.needs = wishes, strengths, needs
    case.save(update_fields=["wishes", "strengths", "needs"])
    who = "people there want" if case.subject.is_place else "the person wants"
    enter(case, "wishes", f"What {who} was written down", acting=acting, text=wishes, category=Category.WISHES)


@transaction.atomic
def write_member(
    case: Case, *, acting: Actor, content: Mapping[str, Any], member: Member | None = None, gone: bool = False
) -> None:
    """Somebody at home: new, changed, or taken off the list. A suspicion is dated when it is first written down; it guards the paper, so
    only the team that leads takes it away. Raises Refused."""
    suspect = member is not None and member.suspected_on is not None
    if (
        suspect
        and (gone or not content["suspected"] or not content["lives_here"])
        and not actor_works_in(acting, case.team)
    ):
        raise Refused(
            "Only the team that leads may say that this person is no danger here any more. Ask them.", "suspected"
        )
    if gone and member is not None:
        remove_for_good(Member.objects.filter(pk=member.pk))
        enter(case, "household", "Somebody was taken off the household", acting=acting, category=Category.HOUSEHOLD)
        return
    made = member or Member(case=case, source=f"{acting.user.name}, {acting.user.agency.name}")
    made.name, made.relationship, made.age_words = content["name"], content["relationship"], content["age_words"]
    made.lives_here = content["lives_here"]
    made.suspected_on = (made.suspected_on or today()) if content["suspected"] else None
    made.save()
    enter(case, "household", "Who is at home was written down", acting=acting, category=Category.HOUSEHOLD)


@transaction.atomic
def say_worry(case: Case, *, acting: Actor, level: str, why: str) -> None:
    """How worried we are now, and why; the history stays. Of danger the managers of the team are told too."""
    Worry.objects.create(case=case, level=level, why=why, by=acting.user)
    if acting.is_in(case.team_id, *WORKERS) or list(WORRY).index(level) > list(WORRY).index(case.worry):
        case.worry = level  # A partner can raise the worry, and only the team that leads lowers it.
        case.save(update_fields=["worry"])
    enter(case, "worry", WORRY[level], acting=acting, text=why, category=Category.REASONS)
    words, link = "How worried people are about a case has changed", reverse("case", args=[case.pk])
    tell_case(case, words, link=link, acting=acting, urgent=level == "danger", managers=level == "danger")


@transaction.atomic
def review(case: Case, *, acting: Actor, better: str, worse: str, person_says: str, every: int) -> Review:
    """Look back; the next review is due at the agreed interval."""
    made = Review.objects.create(
        case=case, held_on=today(), better=better, worse=worse, person_says=person_says, by=acting.user
    )
    case.review_every, case.next_review_on = every, next_review(today(), every)
    case.save(update_fields=["review_every", "next_review_on"])
    text = "\n".join(
        line
        for line in (
            f"Better: {better}",
            worse and f"Not better: {worse}",
            person_says and f"The person says: {person_says}",
        )
        if line
    )
    enter(case, "review", "Review held", acting=acting, text=text, category=Category.PLAN)
    return made


@transaction.atomic
def close(case: Case, *, acting: Actor, outcome: str, words: str, learned: str) -> None:
    """Close with an outcome and what was learned. Raises Refused while something is open that somebody must be told of."""
    if left := case.actions.filter(state="open").count():
        raise Refused(
            f"{left} {'action is' if left == 1 else 'actions are'} still to do. Mark each as done, or not done and why.",
            way=reverse("case_plan", args=[case.pk]),
        )
    if waits := case.referrals.filter(state__in=["sent", "returned for information"]).count():
        raise Refused(
            f"{waits} {'referral waits' if waits == 1 else 'referrals wait'} for an answer. Withdraw it first.",
            way=reverse("case_agencies", args=[case.pk]),
        )
    case.state, case.closed_at, case.outcome, case.outcome_words, case.learned = (
        CaseState.CLOSED,
        timezone.now(),
        outcome,
        words,
        learned,
    )
    case.save(update_fields=["state", "closed_at", "outcome", "outcome_words", "learned"])
    settle("lead", case.pk)
    end_with_case(case, acting=acting)
    enter(case, "closed", f"Case closed: {OUTCOMES[outcome]}", acting=acting, text=words, category=Category.PLAN)
    enter(case, "closed", "What was learned", acting=acting, text=learned, category=OWN_TEAM)


@transaction.atomic
def reopen(case: Case, *, acting: Actor, why: str) -> None:
    """Work on it again."""
    case.state, case.closed_at, case.next_review_on = CaseState.OPEN, None, next_review(today(), case.review_every)
    case.save(update_fields=["state", "closed_at", "next_review_on"])
    enter(case, "reopened", "Case reopened", acting=acting, text=why, category=Category.REASONS)


@transaction.atomic
def restrict(case: Case, *, acting: Actor, restriction: str, people: list[User]) -> None:
    """Only these people, and whoever restricts it, see it from now on; an empty reason opens it to the team again. Packages about the
    same person that no case holds follow it."""
    case.restricted, case.restriction = bool(restriction), restriction
    case.save(update_fields=["restricted", "restriction"])
    settle_packages([one.subject_id for one in case.about.all()], case.team.agency_id)
    keep = (
        {user.pk: user for user in [*people, acting.user, *([case.lead] if case.lead else [])]} if restriction else {}
    )
    Grant.objects.filter(case=case).exclude(user_id__in=keep).delete()
    for user in keep.values():
        Grant.objects.get_or_create(case=case, user=user, defaults={"by": acting.user})
    enter(
        case,
        "restricted",
        RESTRICTIONS.get(restriction, "No longer restricted"),
        acting=acting,
        category=OWN_TEAM,
    )
