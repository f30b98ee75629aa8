"""What happens to the work of somebody who leaves, or works in its team no longer: it goes back to the team, whose managers are told."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from headwater.service.agencies.actions import held_today, managers_of
from headwater.service.agencies.models import Membership, Team, User
from headwater.service.agencies.rules import WORKERS
from headwater.service.cases.actions.timeline import enter
from headwater.service.cases.models import Action, Case, Grant
from headwater.service.notices.actions import settle, tell


@transaction.atomic
def hand_back_work(user: User) -> None:
    """Open cases that somebody led and can open no more have no lead until somebody takes them; open actions in them are their agency's;
    grants end. Done again, nothing changes."""
    mine = Case.objects.select_for_update(of=("self",)).filter(_lost_lead(), lead=user, state="open")
    cases = list(mine.select_related("team__agency"))
    for case in cases:
        case.lead = None
        case.save(update_fields=["lead"])
        where = f"works in {case.team.name} no longer" if user.is_active else "has left"
        words = f"{user.name} {where}; the case has no lead"
        enter(case, "lead", words, acting=None, by_words="Headwater", category="identity")
    owned = Action.objects.select_for_update(of=("self",)).filter(_lost("owner_id"), owner=user, state="open")
    actions = list(owned.select_related("case__team"))
    for action in actions:
        action.owner = None
        action.save(update_fields=["owner"])
        settle("action", action.pk)
    Grant.objects.filter(_lost("user_id"), user=user).delete()
    why = "Somebody works in a team no longer" if user.is_active else "Somebody has left"
    for team in Team.objects.filter(pk__in={case.team_id for case in cases}):
        asks = [("lead", case.pk) for case in cases if case.team_id == team.pk]
        number = len(asks)
        words = f"{why}: {number} {'case of your team has' if number == 1 else 'cases of your team have'} no lead"
        tell(
            managers_of(team.agency_id, [team.pk]),
            words,
            link=f"{reverse('cases')}?lead=nobody",
            urgent=True,
            asks=asks,
        )
    for leaders, theirs in _who_hears(user, actions):
        number, asks = len(theirs), [("action", one.pk) for one in theirs]
        words = f"{why}: {number} open {'action needs' if number == 1 else 'actions need'} somebody else"
        tell(leaders, words, link=reverse("my_work"), urgent=True, asks=asks)


def hand_back_lost_work() -> int:
    """Roles end by their date too, and nobody clicks: hand back the work of everybody who can open it no more. From how many people."""
    leads = Case.objects.filter(_lost_lead(), state="open").exclude(lead=None).values("lead_id")
    owners = Action.objects.filter(_lost("owner_id"), state="open").exclude(owner=None).values("owner_id")
    found = list(User.objects.filter(Q(pk__in=leads) | Q(pk__in=owners)).order_by("pk"))
    for user in found:
        hand_back_work(user)
    return len(found)


def _lost_lead() -> Q:
    """Cases whose lead works in their team no longer."""
    here = held_today(WORKERS).filter(user_id=OuterRef("lead_id"), team_id=OuterRef("team_id"))
    return ~Q(Exists(here.filter(team__agency_id=F("user__agency_id"))))


def _lost(who: str) -> Q:
    """What belongs to a case whose team this person has left, or to somebody who works nowhere in their agency any more. Somebody of another
    team who was asked on purpose keeps it."""
    held = held_today(WORKERS).filter(user_id=OuterRef(who), team__agency_id=F("user__agency_id"))
    before = Membership.objects.filter(user_id=OuterRef(who), team_id=OuterRef("case__team_id"), role__in=WORKERS)
    left_team = Q(Exists(before)) & ~Q(Exists(held.filter(team_id=OuterRef("case__team_id"))))
    return left_team | ~Q(Exists(held))


def _who_hears(user: User, actions: list[Action]) -> list[tuple[list[User], list[Action]]]:
    """Of actions in the own agency's cases the leaders of the case's team; of those in others' cases the own agency's managers."""
    by_team: dict[int | None, list[Action]] = {}
    for one in actions:
        by_team.setdefault(one.case.team_id if one.case.team.agency_id == user.agency_id else None, []).append(one)
    return [(managers_of(user.agency_id, [team_id] if team_id else []), theirs) for team_id, theirs in by_team.items()]
