"""Does a notice end when its matter does? Whoever settled it, it stays, shown as done, counts no more and goes to no manager."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.service.conftest import Town

pytestmark = pytest.mark.service


def notices(words: str) -> Any:
    from headwater.service.notices.models import Notice

    return Notice.objects.filter(words__startswith=words)


def open_ones(words: str) -> int:
    from headwater.service.notices.models import OPEN

    return int(notices(words).filter(OPEN).count())


def test_a_referral_that_is_answered_waits_for_nobody(town: Town) -> None:
    from headwater.service.cases.actions.referrals import accept

    asked = town.referred(town.case(), accepted=False)
    waits = "A referral waits for your answer"
    assert open_ones(waits) == notices(waits).count() > 1
    client = town.client("charity-manager@charity")
    assert "Done</strong>" not in client.get("/notices/").content.decode()
    accept(asked, acting=town.actor("youth-worker@charity"))
    assert open_ones(waits) == 0
    page = client.get("/notices/").content.decode()
    assert f"Done</strong> {waits}" in page
    assert waits not in client.get("/notices/?state=open").content.decode()
    assert f'Acknowledge<span class="hidden"> {waits}' not in page
    assert open_ones("A referral was accepted") == notices("A referral was accepted").count() == 1


def test_a_question_ends_with_its_answer_and_the_request_asks_anew(town: Town) -> None:
    from headwater.service.cases.actions.referrals import return_for_information, send_referral, withdraw

    asked = town.referred(town.case(), accepted=False)
    return_for_information(asked, acting=town.actor("youth-worker@charity"), words="How old is he?")
    assert (open_ones("A referral waits"), open_ones("A referral came back")) == (0, 1)
    send_referral(asked, acting=town.actor("officer@police"), information="Eighteen.")
    assert open_ones("A referral came back") == 0
    assert open_ones("A referral waits") == notices("A referral waits").count() / 2
    withdraw(asked, acting=town.actor("officer@police"), why="No need.")
    assert open_ones("A referral waits") == 0
    assert open_ones("A referral was withdrawn") > 0


def test_a_notice_of_several_packages_is_done_with_the_last(town: Town) -> None:
    from headwater.service.cases.actions.bring import _tell_team
    from headwater.service.cases.models import Package

    first = town.package()
    second = Package.objects.get(pk=first.pk)
    second.pk, second.reference, second.digest = None, "K-example0002", "other"
    second.save()
    _tell_team(first.team_id, "new", [first, second], False)
    words = "2 new packages"
    before = open_ones(words)
    assert before > 0
    town.case()
    assert open_ones(words) == before, "one of them still waits"
    answer_no(town, second)
    assert open_ones(words) == 0


def answer_no(town: Town, package: Any) -> None:
    from headwater.service.cases.actions.packages import say_no
    from headwater.service.cases.rules import PackageState

    say_no(package, acting=town.actor("sergeant@police"), state=PackageState.NOT_NEEDED, reason="moved")


def test_an_action_that_is_done_or_given_on_asks_its_owner_no_more(town: Town) -> None:
    from headwater.service.agencies.models import today
    from headwater.service.cases.actions.plan import add_action, change_action, end_action

    case, officer, pcso = town.case(), town.user("officer@police"), town.user("pcso@police")
    acting, words = town.actor("sergeant@police"), "You have something to do"
    told: dict[str, Any] = {"words": "Call", "due": today(), "agency": officer.agency}
    action = add_action(case, acting=acting, owner=officer, **told)
    change_action(action, acting=acting, owner=officer, **(told | {"words": "Call twice"}))
    assert open_ones(words) == 1
    change_action(action, acting=acting, owner=pcso, **told)
    assert [one.user_id for one in notices(words).filter(settled_at=None)] == [pcso.pk]
    end_action(action, acting=town.actor("officer@police"), done=True, how="")
    assert open_ones(words) == 0


def test_a_case_that_has_a_lead_again_needs_none(town: Town) -> None:
    from headwater.service.agencies.actions import end_time_here
    from headwater.service.cases.actions.cases import change_lead

    case = town.case()
    end_time_here(acting=town.actor("administrator@police"), user_id=town.user("officer@police").pk)
    assert open_ones("Somebody has left: 1 case") > 0
    case.refresh_from_db()
    change_lead(case, acting=town.actor("sergeant@police"), lead=town.user("pcso@police"))
    assert open_ones("Somebody has left: 1 case") == 0


def test_what_is_done_goes_to_no_manager_and_what_went_there_is_done_too(town: Town) -> None:
    from headwater.service.notices.actions import ESCALATE_AFTER, escalate_urgent, settle, tell
    from headwater.service.notices.models import Notice

    officer, long_ago = [town.user("officer@police")], timedelta(minutes=1) + ESCALATE_AFTER
    for number in (1, 2):
        for one in tell(officer, f"Look at {number}", link="/", urgent=True, asks=[("test", number)]):
            Notice.objects.filter(pk=one.pk).update(at=one.at - long_ago)
    settle("test", 1)
    assert escalate_urgent() == 1
    assert not notices("Nobody has acknowledged: Look at 1").exists()
    assert open_ones("Nobody has acknowledged: Look at 2") > 0
    settle("test", 2)
    settle("test", 2)
    assert open_ones("Nobody has acknowledged: Look at 2") == 0


def test_who_may_know_is_led_to_who_opened_a_restricted_case_and_why(town: Town) -> None:
    from headwater.service.cases.actions.cases import restrict
    from headwater.service.cases.actions.sight import break_glass
    from headwater.service.notices.models import Mail

    case = town.case()
    restrict(case, acting=town.actor("sergeant@police"), restriction="domestic-abuse", people=[])
    break_glass(case, acting=town.actor("pcso@police"), reason="She has called for help.")
    words, leads_to = "A restricted case was opened", "Who opened it, and why"
    told = {one.user.email.removesuffix(".example"): one for one in notices(words).select_related("user")}
    for key in ("auditor@police", "sergeant@police"):
        client = town.client(key)
        assert told[key].leads_to == leads_to
        assert f">{leads_to}<" in client.get("/notices/").content.decode()
        assert "She has called for help." in client.get(told[key].link).content.decode()
    assert (told["partnership@police"].leads_to, told["partnership@police"].link) == ("", f"/cases/{case.pk}/")
    mail = Mail.objects.filter(to="auditor@police.example").latest("id")
    assert f"{leads_to}:\n" in mail.body
    assert "called for help" not in mail.body


def test_what_is_open_stands_before_what_is_done(town: Town) -> None:
    from headwater.service.notices.actions import settle, tell

    officer = [town.user("officer@police")]
    tell(officer, "Still open", link="/")
    tell(officer, "Done meanwhile", link="/", urgent=True, asks=[("test", 1)])
    settle("test", 1)
    page = town.client("officer@police").get("/notices/").content.decode()
    assert page.index("Still open") < page.index("Done meanwhile")
