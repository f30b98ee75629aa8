"""Does a form refuse what cannot be meant, in words, and say where to go?"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.service.conftest import Town, read_and_send, version_in

pytestmark = pytest.mark.service


def boxes(day: date) -> dict[str, Any]:
    return {"due_day": day.day, "due_month": day.month, "due_year": day.year}


def add_action(town: Town, case: Any, **more: Any) -> Any:
    from headwater.service.agencies.models import today

    told = {
        "words": "Help to open a bank account",
        "who": f"a{case.team.agency_id}",
        "owner_words": "",
        **boxes(today()),
    }
    return town.client("officer@police").post(f"/cases/{case.pk}/actions/add/", {**told, **more})


def test_a_new_action_is_for_today_or_later(town: Town) -> None:
    from headwater.service.agencies.models import today

    case = town.case()
    late = add_action(town, case, **boxes(today() - timedelta(1)))
    assert late.status_code == 422
    assert "this day is over" in late.content.decode()
    assert add_action(town, case).status_code == 302
    assert case.actions.count() == 1


def test_an_action_that_is_late_keeps_its_day_but_takes_no_other_day_that_is_over(town: Town) -> None:
    from headwater.service.agencies.models import today

    case = town.case()
    add_action(town, case)
    action = case.actions.get()
    action.due_on = today() - timedelta(9)
    action.save()
    officer, address = town.client("officer@police"), f"/cases/{case.pk}/actions/{action.pk}/change/"
    told = {"words": "Help with the bank", "who": f"a{case.team.agency_id}", **boxes(action.due_on)}
    assert read_and_send(officer, address, {**told, **boxes(today() - timedelta(2))}).status_code == 422
    assert read_and_send(officer, address, told).status_code == 302
    action.refresh_from_db()
    assert (action.words, action.due_on) == ("Help with the bank", today() - timedelta(9))


def test_two_answers_to_who_does_it_are_one_too_many(town: Town) -> None:
    case, pcso = town.case(), town.user("pcso@police")
    both = add_action(town, case, who=f"u{pcso.pk}", owner_words="his mum")
    assert both.status_code == 422
    assert "Choose one of the two" in both.content.decode()
    assert add_action(town, case, owner_words="his mum").status_code == 302
    assert case.actions.get().who == "his mum"


def test_the_example_of_a_day_is_near_today_and_the_fault_has_no_question_mark(town: Town) -> None:
    from headwater.service.agencies.models import today

    case, soon = town.case(), today() + timedelta(14)
    words = f"{soon.day} {soon.month} {soon.year}"
    page = town.client("officer@police").get(f"/cases/{case.pk}/actions/add/").content.decode()
    assert f"For example, {words}" in page
    wrong = add_action(town, case, due_day="31", due_month="2").content.decode()
    assert f"By when: there is no such day. Write it like {words}." in wrong
    assert "By when: add the month." in add_action(town, case, due_month="").content.decode()


def test_what_is_open_is_one_click_from_the_case_that_cannot_be_closed(town: Town) -> None:
    case = town.case()
    add_action(town, case)
    told = {"outcome": "better", "words": "x", "learned": "x"}
    sergeant = town.client("sergeant@police")
    page = sergeant.post(f"/cases/{case.pk}/close/", told).content.decode()
    assert f'<a href="/cases/{case.pk}/plan/">1 action is still to do' in page
    case.actions.update(state="done")
    town.referred(case, accepted=False)
    page = sergeant.post(f"/cases/{case.pk}/close/", told).content.decode()
    assert f'<a href="/cases/{case.pk}/agencies/">1 referral waits' in page


@pytest.mark.parametrize("reason", ["x", "aaaaaaaaaaaaaaaa", ". . . . . . . .", "1234 5678 9012 3456"])
def test_the_glass_is_not_broken_for_a_reason_that_says_nothing(town: Town, reason: str) -> None:
    from headwater.service.cases.actions.cases import restrict
    from headwater.service.cases.models import BreakGlass

    case = town.case()
    restrict(case, acting=town.actor("sergeant@police"), restriction="other", people=[])
    answer = town.client("pcso@police").post(f"/cases/{case.pk}/break-glass/", {"reason": reason})
    assert answer.status_code == 422
    assert not BreakGlass.objects.exists()


def test_an_agency_that_is_full_says_until_when(town: Town) -> None:
    manager = town.client("charity-manager@charity")
    told = {"takes": "no", "days": "5", "version": version_in(manager.get("/intake/").content.decode())}
    refused = manager.post("/intake/", {**told, "why_full": " "})
    assert refused.status_code == 422
    assert 'href="#id_why_full"' in refused.content.decode()
    assert town.agency("Fresh Start").takes_referrals
    assert manager.post("/intake/", {**told, "why_full": "Until May; ask the club."}).status_code == 302


def test_nobody_joins_the_first_team_of_the_list_by_not_choosing(town: Town) -> None:
    administrator, pcso = town.client("administrator@police"), town.user("pcso@police")
    for address in ("/people/add/", f"/people/{pcso.pk}/role/"):
        page = administrator.get(address).content.decode()
        assert '<option value="" selected>Choose one</option>' in page
        told = {"name": "Nell New", "email": "nell@police.example", "role": "officer", "team": ""}
        refused = administrator.post(address, told)
        assert refused.status_code == 422
        assert "In which team: choose one." in refused.content.decode()


def test_the_page_that_ends_a_role_names_role_and_team(town: Town) -> None:
    held = town.user("pcso@police").live_memberships[0]
    page = town.client("administrator@police").get(f"/people/{held.user_id}/role/{held.pk}/end/").content.decode()
    assert f"End PCSO in {held.team.name} of Pat Support?" in page


def test_every_list_counts_one_of_it_with_its_noun(town: Town) -> None:
    from headwater.service.cases.actions.sight import disclose_urgently

    told: dict[str, Any] = {"basis": "vital-interests", "reason": "x"}
    disclose_urgently(town.case(), acting=town.actor("sergeant@police"), receiver=town.agency("School"), **told)
    page = town.client("teacher@school").get("/disclosures/").content.decode()
    assert "1 disclosure." in page
