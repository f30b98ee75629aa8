"""Verbs on people and agreements: enter somebody, move them, end their time here; propose, sign and withdraw an agreement."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F, Q, QuerySet

from headwater.service.agencies.access import INTAKE, SIGNS, Actor, Role, person_for, team_for
from headwater.service.agencies.models import Agency, Agreement, Membership, Signature, Team, TeamArea, User, today
from headwater.service.agencies.rules import LEADS, Kind, roles_of
from headwater.service.design.send import Refused

ROLES_ENDED: list[Callable[[User], object]] = []
"""Called with somebody whose role has ended, or who has left, by the apps whose work they held: it must not stay with nobody."""


@transaction.atomic
def enter_person(*, acting: Actor, name: str, email: str, title: str, team_id: int, role: str) -> User:
    """A joiner: a user of the own agency with a first role. Raises Refused."""
    agency = acting.user.agency
    domain = email.casefold().rpartition("@")[2]
    if agency.domains and domain not in agency.domains:
        raise Refused(
            f"{agency.name} uses addresses that end in {' or '.join(agency.domains)}. An outside address would let somebody else in.",
            "email",
        )
    if User.objects.filter(email=email.casefold()).exists():
        raise Refused(
            "Somebody has this e-mail address already. If they came from another agency, its administrator must end their time there first.",
            "email",
        )
    user = User.objects.create_user(email, name=name, agency=agency, title=title)
    give_role(acting=acting, user_id=user.pk, team_id=team_id, role=role)
    return user


@transaction.atomic
def give_role(*, acting: Actor, user_id: int, team_id: int, role: str, starts: date | None = None) -> Membership:
    """A mover, or one more role: of a kind that the agency has. Raises Refused."""
    user, team = person_for(acting, user_id), team_for(acting, team_id)
    if user.pk == acting.id:
        raise Refused("You cannot give yourself a role. Another administrator does that.")
    if role not in roles_of(acting.user.agency.kind):
        raise Refused(f"{acting.user.agency.name} has no {role}s.", "role")
    held = Membership.objects.filter(user=user, team=team, role=role, ends=None).first()
    return held or Membership.objects.create(user=user, team=team, role=role, starts=starts or today())


@transaction.atomic
def end_role(*, acting: Actor, user_id: int, membership_id: int) -> None:
    """The role ends today; what was done in it stays theirs in the log, and work that they can open no more goes to the team."""
    user = person_for(acting, user_id)
    found = Membership.objects.select_for_update().filter(pk=membership_id, user=user, ends=None).first()
    if found is None:
        raise Refused("This role has ended already.")
    if found.starts >= today():
        found.delete()
    else:
        found.ends = today() - timedelta(1)
        found.save(update_fields=["ends"])
    for tell in ROLES_ENDED:
        tell(user)


@transaction.atomic
def end_time_here(*, acting: Actor, user_id: int) -> User:
    """A leaver: no sign-in from now on, every session ends, roles end, and open work goes to the team's list."""
    user = person_for(acting, user_id)
    if user.pk == acting.id:
        raise Refused("You cannot end your own time here. Another administrator does that.")
    user.is_active, user.left_on = False, today()
    user.save(update_fields=["is_active", "left_on"])
    yesterday = today() - timedelta(1)
    Membership.objects.filter(user=user, starts__gte=today()).delete()
    Membership.objects.filter(Q(ends=None) | Q(ends__gt=yesterday), user=user).update(ends=yesterday)
    end_sessions(user)
    for tell in ROLES_ENDED:
        tell(user)
    return user


def end_sessions(user: User) -> None:
    """Sign the user out everywhere."""
    from allauth.usersessions.models import UserSession

    keys = list(UserSession.objects.filter(user=user).values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(user=user).delete()


@transaction.atomic
def add_team(*, acting: Actor, name: str, lake_team: str = "") -> Team:
    """One more team of the own agency. Raises Refused."""
    if not acting.has(Role.ADMINISTRATOR):
        raise Refused("Only an administrator adds teams.")
    if Team.objects.filter(agency_id=acting.agency_id, name=name).exists():
        raise Refused("There is a team of this name already.", "name")
    if lake_team and acting.user.agency.kind != Kind.POLICE:
        raise Refused("Only teams of a police force take packages of the search.", "lake_team")
    if lake_team and Team.objects.filter(lake_team=lake_team).exists():
        raise Refused("Another team has this number already.", "lake_team")
    return Team.objects.create(agency_id=acting.agency_id, name=name, lake_team=lake_team)


@transaction.atomic
def cover_area(*, acting: Actor, team_id: int, code: str, name: str, starts: date) -> TeamArea:
    """A team covers one more area from a day on; an area may have many teams. Raises Refused."""
    team = team_for(acting, team_id)
    if team.areas.filter(code=code, ends=None).exists():
        raise Refused("The team covers this area already.", "code")
    return TeamArea.objects.create(team=team, code=code, name=name, starts=starts)


@transaction.atomic
def leave_area(*, acting: Actor, team_id: int, area_id: int) -> None:
    """The team covers it no longer from today. Raises Refused."""
    found = team_for(acting, team_id).areas.select_for_update().filter(pk=area_id, ends=None).first()
    if found is None:
        raise Refused("The team does not cover this area now.")
    if found.starts >= today():
        found.delete()
        return
    found.ends = today() - timedelta(1)
    found.save(update_fields=["ends"])


@transaction.atomic
def propose_agreement(*, acting: Actor, receiver: Agency, content: Mapping[str, Any]) -> Agreement:
    """An agreement that the own agency may tell another something. It holds when both have signed. Raises Refused."""
    if not acting.has(*SIGNS):
        raise Refused("A partnership officer or a manager proposes agreements.")
    if receiver.pk == acting.agency_id:
        raise Refused("An agreement has two parties.", "receiver")
    made = Agreement(giver_id=acting.agency_id, receiver=receiver, **content)
    made.full_clean()
    made.save()
    return made


@transaction.atomic
def sign_agreement(agreement: Agreement, *, acting: Actor, role: str) -> Signature:
    """Sign for the own agency, in a named role. Raises Refused."""
    if acting.agency_id not in (agreement.giver_id, agreement.receiver_id) or not acting.has(*SIGNS):
        raise Refused("Only the two agencies sign, each by a partnership officer or a manager.")
    if agreement.signatures.filter(agency_id=acting.agency_id).exists():
        raise Refused("Your agency has signed already.")
    return Signature.objects.create(agreement=agreement, agency_id=acting.agency_id, role=role, user=acting.user)


@transaction.atomic
def withdraw_agreement(agreement: Agreement, *, acting: Actor, why: str) -> None:
    """End it today: nothing passes under it any more. Raises Refused."""
    if acting.agency_id not in (agreement.giver_id, agreement.receiver_id) or not acting.has(*SIGNS):
        raise Refused("Only the two agencies can withdraw, each by a partnership officer or a manager.")
    if agreement.withdrawn_on is not None:
        raise Refused("It was withdrawn already.")
    agreement.withdrawn_on, agreement.why_withdrawn, agreement.version = today(), why, agreement.version + 1
    agreement.save(update_fields=["withdrawn_on", "why_withdrawn", "version"])


@transaction.atomic
def set_intake(*, acting: Actor, takes: bool, why_full: str, days: int) -> None:
    """Say whether the own agency takes referrals, and within how many working days it answers. Raises Refused."""
    if not acting.has(*INTAKE):
        raise Refused("A partnership officer or a manager says this.")
    if not takes and not why_full.strip():
        raise Refused("Say until when you are full, or who could help instead.", "why_full")
    agency = Agency.objects.select_for_update().get(pk=acting.agency_id)
    agency.takes_referrals, agency.why_full, agency.answer_within_days = takes, "" if takes else why_full, days
    agency.save(update_fields=["takes_referrals", "why_full", "answer_within_days"])


REMIND_DAYS = (60, 30, 7)
"""Days before its review on which both parties of an agreement are reminded."""


@transaction.atomic
def remind_of_reviews(tell: Callable[[Iterable[User], str, Agreement], object]) -> int:
    """Remind those who sign of agreements whose review is near; each step once. How many reminders went."""
    count = 0
    near = Agreement.objects.select_for_update(skip_locked=True).filter(
        withdrawn_on=None, review_on__lte=today() + timedelta(max(REMIND_DAYS)), ends__gte=today()
    )
    for one in near:
        step = min(days for days in REMIND_DAYS if one.review_on - today() <= timedelta(days))
        if one.reminded_at_days is not None and one.reminded_at_days <= step:
            continue
        one.reminded_at_days = step
        one.save(update_fields=["reminded_at_days"])
        for agency_id in (one.giver_id, one.receiver_id):
            tell(people_with(agency_id, SIGNS), f"A sharing agreement is to be reviewed within {step} days", one)
            count += 1
    return count


@transaction.atomic
def found_agency(
    *, name: str, kind: str, domains: Iterable[str], data_protection: Iterable[str], email: str, person: str
) -> tuple[Agency, User]:
    """By whoever runs the installation: a new agency with its first administrator, who sets a password by a link. Raises Refused."""
    if Agency.objects.filter(name=name).exists():
        raise Refused(f"There is an agency {name} already.")
    if User.objects.filter(email=email.casefold()).exists():
        raise Refused(f"{email} belongs to somebody already.")
    regime = "part-3" if kind == "police" else "uk-gdpr"
    agency = Agency(
        name=name, kind=kind, regime=regime, domains=list(domains), data_protection_emails=list(data_protection)
    )
    agency.full_clean()
    agency.save()
    user = User.objects.create_user(email, name=person, agency=agency, title="Administrator")
    team = Team.objects.create(agency=agency, name="Administration")
    Membership.objects.create(user=user, team=team, role=Role.ADMINISTRATOR)
    return agency, user


def people_with(agency_id: int, roles: Iterable[Role], team_id: int | None = None) -> list[User]:
    """The people of an agency, or of one of its teams, who hold one of these roles today."""
    held = held_today(roles).filter(team__agency_id=agency_id)
    if team_id is not None:
        held = held.filter(team_id=team_id)
    return list(User.objects.filter(pk__in=held.values("user_id"), agency_id=agency_id).order_by("name"))


def managers_of(agency_id: int, team_ids: Iterable[int], *, but: int | None = None) -> list[User]:
    """The managers of these teams without one person; where there is none, those of the whole agency, else its administrators."""
    found = [person for team_id in team_ids for person in people_with(agency_id, LEADS, team_id)]
    for more in (LEADS, (Role.ADMINISTRATOR,)):
        if others := [person for person in found if person.pk != but]:
            return others
        found = people_with(agency_id, more)
    return [person for person in found if person.pk != but]


def people_of(agency_ids: Iterable[int], roles: Iterable[Role]) -> list[User]:
    """The people of several agencies who hold one of these roles today, agency by agency, in one question."""
    held = held_today(roles).filter(team__agency_id=F("user__agency_id"), user__agency_id__in=list(agency_ids))
    return list(User.objects.filter(pk__in=held.values("user_id")).order_by("agency__name", "name"))


def held_today(roles: Iterable[Role]) -> QuerySet[Membership]:
    """The roles of these kinds that hold today, of people who are here."""
    day = today()
    return Membership.objects.filter(
        Q(ends=None) | Q(ends__gte=day), starts__lte=day, role__in=list(roles), user__is_active=True
    )
