"""Reads for pages and lists. Each starts from what `access` lets the reader see."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, prefetch_related_objects
from django.db.models.functions import Coalesce

from headwater.service.agencies.access import Actor
from headwater.service.agencies.actions import people_with
from headwater.service.agencies.models import Agency, Team, User, today
from headwater.service.cases import access
from headwater.service.cases.about import about, with_names
from headwater.service.cases.among import Among
from headwater.service.cases.finding import found_by
from headwater.service.cases.models import Action, Case, Package, Referral
from headwater.service.cases.rules import DECLINE_REASONS, WHOSE_MOVE, ReferralState
from headwater.service.cases.tokens import asked_tokens, asked_words

SHOWN = 8
"""Lines of each part of the front page; the rest is behind its link."""
TODO = 30
"""Lines of what somebody has to do: those beyond the first few are folded."""


# ---- inbox


def list_packages(actor: Actor, *, state: str = "waiting", team: str = "", q: str = "") -> QuerySet[Package]:
    """The packages of the actor's teams that they may read. The content stays behind: a list does not need it. `due_on` puts those without a
    day for the answer last."""
    rows = access.own_packages(actor).select_related("subject", "team", "case").defer(*Package.HEAVY, "subject__tokens")
    rows = rows.annotate(due_on=Coalesce("answer_by", date.max))
    if state:
        rows = rows.filter(state=state)
    if team.isdecimal():
        rows = rows.filter(team_id=int(team))
    for word in asked_words(q):
        rows = rows.filter(subject__tokens__overlap=asked_tokens(word))
    return rows


def waiting_packages(actor: Actor) -> QuerySet[Package]:
    """The packages that wait for an answer."""
    return access.own_packages(actor).filter(state="waiting")


def own_teams(actor: Actor) -> list[Team]:
    """The actor's teams, for filters."""
    return list({one.team_id: one.team for one in actor.user.live_memberships}.values())


# ---- cases


def list_cases(actor: Actor, *, state: str = "open", lead: str = "", due: str = "", q: str = "") -> QuerySet[Case]:
    """The cases that the actor sees, whole or in part."""
    rows = access.readable_cases(actor)
    if state:
        rows = rows.filter(state=state)
    if lead == "me":
        rows = rows.filter(lead_id=actor.id)
    elif lead == "nobody":
        rows = rows.filter(lead=None)
    if due == "review":
        rows = rows.filter(next_review_on__lte=today(), state="open")
    elif due == "late":
        rows = rows.filter(Exists(Action.objects.filter(case=OuterRef("pk"), state="open", due_on__lt=today())))
    if asked := asked_words(q):
        rows = rows.filter(found_by(actor, asked))
    return with_names(rows)


def list_learned(actor: Actor, *, outcome: str = "") -> QuerySet[Case]:
    """The closed cases of the actor's teams that they may open, with what was learned; without whom they are about."""
    rows = access.own_cases(actor).filter(state="closed").exclude(learned="")
    return rows.filter(outcome=outcome) if outcome else rows


# ---- my work


@dataclass
class Work:
    """What the front page of a role shows: what is new, what is due, what is late, and what waits for somebody else."""

    new: list[Any] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    reviews: list[Case] = field(default_factory=list)
    answer: list[Referral] = field(default_factory=list)
    waits: list[Referral] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    helping: list[Case] = field(default_factory=list)
    nobodys: list[Action] = field(default_factory=list)
    without_lead: int = 0

    @property
    def named_cases(self) -> list[Case]:
        """Every case of which the page says who it is about."""
        acted = (one.case for one in [*self.actions, *self.nobodys])
        return [*self.cases, *self.reviews, *self.helping, *acted]

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all waits and nothing is led or helped with."""
        return not any(
            (self.new, self.nobodys, self.actions, self.reviews, self.answer, self.waits, self.cases, self.helping)
        )


def my_work(actor: Actor) -> Work:
    """The front page of somebody who works cases."""
    day = today()
    work = Work()
    if actor.has(*access.POLICE):
        work.new = list(list_packages(actor).order_by("-urgent", "-newest_on", "-id")[:SHOWN])
    seen = Action.objects.filter(state="open", case__in=access.readable_cases(actor))
    own = seen.filter(owner_id=actor.id, due_on__lte=day + timedelta(14))
    wanted = _first(own, "due_on", "id", most=TODO)
    if actor.has(*access.LEADS):
        nobodys = seen.filter(agency_id=actor.agency_id, owner=None, owner_words="")
        wanted |= _first(nobodys, "due_on", "id")
    for action in Action.objects.filter(wanted).select_related("case", "agency", "owner").order_by("due_on", "id"):
        (work.actions if action.owner_id else work.nobodys).append(action)
    led = access.own_cases(actor).filter(lead_id=actor.id, state="open")
    soon = Q(next_review_on__lte=day + timedelta(7))
    wanted = _first(led.filter(soon), "next_review_on", "id") | _first(led, "-moved_at", "-id")
    if actor.has(*access.PARTNERS):
        wanted |= _first(access.referred_cases(actor).filter(state="open"), "-moved_at", "-id")
    cases = list(Case.objects.filter(wanted).select_related("team__agency", "lead").order_by("-moved_at", "-id"))
    mine = [case for case in cases if case.team_id in actor.teams(*access.WORKERS)]
    by_review = sorted(mine, key=lambda case: (case.next_review_on, case.pk))
    work.reviews = [case for case in by_review if case.next_review_on <= day + timedelta(7)][:SHOWN]
    work.cases, work.helping = mine[:SHOWN], [case for case in cases if case not in mine]
    incoming, outgoing = access.referrals_in(actor).filter(state="sent"), access.referrals_out(actor)
    wanted = _first(incoming, "answer_by", "id") | _first(outgoing.filter(state="sent"), "answer_by", "id")
    wanted |= _first(outgoing.filter(state__in=["returned for information", "draft"]), "answer_by", "id")
    rows = Referral.objects.filter(wanted).select_related("case", "sender", "receiver").order_by("answer_by", "id")
    to_us: list[Referral] = []
    from_us: list[Referral] = []
    for one in rows:
        (to_us if one.receiver_id == actor.agency_id else from_us).append(one)
    work.answer = [*(one for one in from_us if one.state != "sent"), *to_us][:SHOWN]
    work.waits = [one for one in from_us if one.state == "sent"]
    if actor.has(*access.LEADS):
        work.without_lead = access.own_cases(actor).filter(state="open", lead=None).count()
    prefetch_related_objects([*cases, *(one.case for one in [*work.actions, *work.nobodys])], about())
    return work


def _first(rows: QuerySet[Any], *order: str, most: int = SHOWN) -> Q:
    """To be among the few of these rows that the front page shows."""
    return Q(Among("pk", rows.order_by(*order).values("pk")[:most]))


# ---- referrals


def list_referrals(actor: Actor, *, side: str = "in", state: str = "", move: str = "") -> QuerySet[Referral]:
    """Requests to the actor's agency, or from the actor's teams."""
    rows = access.referrals_out(actor) if side == "out" else access.referrals_in(actor)
    if state:
        rows = rows.filter(state=state)
    if move == "ours":
        ours = "sender" if side == "out" else "receiver"
        rows = rows.filter(
            state__in=[
                state for state, whose in WHOSE_MOVE.items() if whose == ours and state != ReferralState.ACCEPTED
            ]
        )
    return rows.select_related("case", "sender", "receiver", "agreement").prefetch_related(
        "agreement__signatures", about("case__about")
    )


def waiting_referrals(actor: Actor) -> QuerySet[Referral]:
    """Those that wait for the actor's agency to answer."""
    return access.referrals_in(actor).filter(state="sent")


def decline_reasons(actor: Actor) -> list[dict[str, Any]]:
    """Why referrals of the actor's teams were declined, by agency and reason."""
    rows = (
        access.referrals_out(actor)
        .filter(state="declined")
        .values("receiver__name", "reason")
        .annotate(number=Count("id"))
    )
    return [
        {**row, "reason": DECLINE_REASONS.get(row["reason"], row["reason"])}
        for row in rows.order_by("-number", "receiver__name")
    ]


# ---- caseload


@dataclass(frozen=True)
class Load:
    """One person's work in a team."""

    user_id: int | None
    name: str
    cases: int
    reviews_due: int
    actions: int
    late: int


def caseload(actor: Actor, team_ids: list[int]) -> list[Load]:
    """Who leads how much in these teams, and what of it is late. Restricted cases that the reader may not open are not counted."""
    day = today()
    rows = access.own_cases(actor).filter(team_id__in=team_ids, state="open")
    led = rows.values("lead_id", "lead__name").annotate(
        cases=Count("id"), due=Count("id", filter=Q(next_review_on__lte=day))
    )
    todo = Action.objects.filter(case__in=rows, state="open").values("owner_id", "owner__name")
    todo = todo.annotate(number=Count("id"), late=Count("id", filter=Q(due_on__lt=day)))
    found: dict[int | None, dict[str, Any]] = {}
    for row in led:
        found[row["lead_id"]] = {"name": row["lead__name"] or "Nobody yet", "cases": row["cases"], "due": row["due"]}
    for one in todo:
        told = found.setdefault(one["owner_id"], {"name": one["owner__name"] or "No user", "cases": 0, "due": 0})
        told |= {"actions": one["number"], "late": one["late"]}
    loads = [
        Load(number, told["name"], told["cases"], told["due"], told.get("actions", 0), told.get("late", 0))
        for number, told in found.items()
    ]
    return sorted(loads, key=lambda one: (-one.late, -one.cases, one.name))


def late_by_agency(actor: Actor) -> list[dict[str, Any]]:
    """Open and late actions of each agency in the cases that the reader sees whole."""
    rows = Action.objects.filter(case__in=access.own_cases(actor).filter(state="open"), state="open").values(
        "agency__name"
    )
    rows = rows.annotate(number=Count("id"), late=Count("id", filter=Q(due_on__lt=today())))
    return [dict(row) for row in rows.order_by("-late", "-number", "agency__name")]


# ---- who is told


def agencies_to_tell(actor: Actor) -> list[Agency]:
    """Every other agency, for urgent disclosure."""
    return list(Agency.objects.exclude(pk=actor.agency_id))


def readers_to_choose(case: Case, receiver: Agency | None) -> list[User]:
    """Who of an agency can be chosen to read what it is told of a restricted case: nobody while its managers, or somebody named, read it."""
    if receiver is None or access.who_may_hear(case, receiver.pk):
        return []
    return people_with(receiver.pk, access.WORKERS)
