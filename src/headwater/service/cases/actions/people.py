"""What happens to the work of somebody who leaves: it goes back to the team, whose managers are told."""

from __future__ import annotations

from collections import Counter

from django.urls import reverse

from headwater.service.agencies.actions import people_with
from headwater.service.agencies.models import Team, User
from headwater.service.cases.access import LEADS
from headwater.service.cases.actions.timeline import enter
from headwater.service.cases.models import Action, Case, Grant
from headwater.service.notices.actions import tell


def hand_back_work(user: User) -> None:
    """Cases that the leaver led have no lead until somebody takes them; open actions are their agency's; grants end."""
    cases = list(Case.objects.filter(lead=user, state="open").select_related("team__agency"))
    for case in cases:
        case.lead = None
        case.save(update_fields=["lead"])
        enter(
            case,
            "lead",
            f"{user.name} has left; the case has no lead",
            acting=None,
            by_words="Headwater",
            category="identity",
        )
    actions = list(Action.objects.filter(owner=user, state="open").select_related("case__team"))
    for action in actions:
        action.owner = None
        action.save(update_fields=["owner"])
    Grant.objects.filter(user=user).delete()
    for team in Team.objects.filter(pk__in={case.team_id for case in cases}):
        number = sum(case.team_id == team.pk for case in cases)
        words = f"Somebody has left: {number} {'case of your team has' if number == 1 else 'cases of your team have'} no lead"
        tell(people_with(team.agency_id, LEADS, team.pk), words, link=f"{reverse('cases')}?lead=nobody", urgent=True)
    for leaders, number in _who_hears(user, actions):
        words = f"Somebody has left: {number} open {'action needs' if number == 1 else 'actions need'} somebody else"
        tell(leaders, words, link=reverse("my_work"), urgent=True)


def _who_hears(user: User, actions: list[Action]) -> list[tuple[list[User], int]]:
    """Of actions in the own agency's cases the leaders of the case's team; of those in others' cases the own agency's managers."""
    numbers = Counter(one.case.team_id if one.case.team.agency_id == user.agency_id else None for one in actions)
    return [(people_with(user.agency_id, LEADS, team_id), number) for team_id, number in numbers.items()]
