"""Does the work of somebody who works in its team no longer come back to the team, by a click and by the calendar?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.service.conftest import Town

pytestmark = pytest.mark.service


def led(town: Town) -> tuple[Any, Any]:
    """A case that the officer leads, with an action of theirs."""
    from headwater.service.agencies.models import today
    from headwater.service.cases.actions.plan import add_action

    case, officer = town.case(), town.user("officer@police")
    action = add_action(
        case, acting=town.actor("officer@police"), words="Call school", agency=officer.agency, owner=officer, owner_words="",
        due=today(), unsafe=False,
    )  # fmt: skip
    return case, action


def end_roles(town: Town, key: str, case: Any, *, by_clock: bool) -> None:
    from headwater.service.agencies.actions import end_role
    from headwater.service.agencies.models import Membership, today

    held = Membership.objects.filter(user=town.user(key), team=case.team, ends=None)
    held.update(starts=today() - timedelta(30))
    for one in list(held):
        if by_clock:
            Membership.objects.filter(pk=one.pk).update(ends=today() - timedelta(1))
        else:
            end_role(acting=town.actor("administrator@police"), user_id=one.user_id, membership_id=one.pk)


@pytest.mark.parametrize("by_clock", [False, True])
def test_the_cases_and_actions_of_a_mover_go_back_to_the_team(town: Town, by_clock: bool) -> None:
    from headwater.service.cases.actions.people import hand_back_lost_work
    from headwater.service.notices.models import Notice

    case, action = led(town)
    end_roles(town, "officer@police", case, by_clock=by_clock)
    assert hand_back_lost_work() == (1 if by_clock else 0)
    assert hand_back_lost_work() == 0, "done again, nothing changes"
    case.refresh_from_db()
    action.refresh_from_db()
    assert (case.lead, action.owner) == (None, None)
    line = case.entries.filter(kind="lead").latest("id")
    assert line.words == f"Omar Officer works in {case.team.name} no longer; the case has no lead"
    heard = Notice.objects.filter(words__startswith="Somebody works in a team no longer", urgent=True)
    assert {one.user.email for one in heard} == {"sergeant@police.example", "partnership@police.example"}
    assert set(heard.values_list("words", flat=True)) == {
        "Somebody works in a team no longer: 1 case of your team has no lead",
        "Somebody works in a team no longer: 1 open action needs somebody else",
    }
    assert case.reference in town.client("sergeant@police").get("/cases/?lead=nobody").content.decode()


def test_who_keeps_another_role_in_the_team_keeps_the_work(town: Town) -> None:
    from headwater.service.agencies.actions import give_role
    from headwater.service.cases.actions.people import hand_back_lost_work

    case, action = led(town)
    give_role(
        acting=town.actor("administrator@police"), user_id=town.user("officer@police").pk, team_id=case.team_id, role="PCSO"
    )  # fmt: skip
    from headwater.service.agencies.actions import end_role
    from headwater.service.agencies.models import Membership

    old = Membership.objects.get(user=town.user("officer@police"), team=case.team, role="officer")
    end_role(acting=town.actor("administrator@police"), user_id=old.user_id, membership_id=old.pk)
    assert hand_back_lost_work() == 0
    case.refresh_from_db()
    action.refresh_from_db()
    assert case.lead == action.owner == town.user("officer@police")


def test_somebody_of_another_team_who_was_asked_on_purpose_keeps_the_action(town: Town) -> None:
    from headwater.service.agencies.models import today
    from headwater.service.cases.actions.people import hand_back_lost_work
    from headwater.service.cases.actions.plan import add_action

    case, other = town.case(), town.user("sergeant-coventry@police")
    add_action(
        case, acting=town.actor("officer@police"), words="x", agency=other.agency, owner=other, owner_words="", due=today(), unsafe=False
    )  # fmt: skip
    assert hand_back_lost_work() == 0


def test_a_mover_is_named_in_restricted_cases_of_the_team_no_longer(town: Town) -> None:
    from headwater.service.cases.actions.cases import restrict

    case, _ = led(town)
    restrict(case, acting=town.actor("sergeant@police"), restriction="domestic-abuse", people=[])
    end_roles(town, "officer@police", case, by_clock=False)
    assert {one.user.email for one in case.grants.all()} == {"sergeant@police.example"}
