"""Does somebody always hear what must be heard: danger, the end of a request, a question that nobody answers?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.service.conftest import Town

pytestmark = pytest.mark.service

DANGER = "How worried people are about a case has changed"
LOCKED_OUT = "A case that you cannot open needs somebody of its team now"


def told(words: str, *, urgent: bool | None = None) -> set[str]:
    """Who has a notice of these words, without `.example`."""
    from headwater.service.notices.models import Notice

    rows = Notice.objects.filter(words__startswith=words)
    if urgent is not None:
        rows = rows.filter(urgent=urgent)
    return {one.user.email.removesuffix(".example") for one in rows.select_related("user")}


def danger(town: Town, case: Any, by: str, level: str = "danger") -> None:
    from headwater.service.cases.actions.cases import say_worry

    say_worry(case, acting=town.actor(by), level=level, why="He is back.")


def move_away(town: Town, key: str) -> None:
    """Their roles ended yesterday, and no page has been used since."""
    from headwater.service.agencies.models import Membership, today

    Membership.objects.filter(user=town.user(key)).update(starts=today() - timedelta(9), ends=today() - timedelta(1))


def test_danger_reaches_the_managers_whoever_leads(town: Town) -> None:
    danger(town, town.case(), "pcso@police")
    assert told(DANGER, urgent=True) == {"officer@police", "sergeant@police", "partnership@police"}


def test_a_lead_who_says_that_there_is_danger_is_heard_by_the_managers(town: Town) -> None:
    danger(town, town.case(), "officer@police")
    assert told(DANGER, urgent=True) == {"sergeant@police", "partnership@police"}


@pytest.mark.parametrize("moved", [False, True])
def test_a_worry_without_a_lead_who_can_open_the_case_goes_to_the_managers(town: Town, moved: bool) -> None:
    case = town.case()
    if moved:
        move_away(town, "officer@police")
        case.refresh_from_db()
    else:
        case.lead = None
        case.save()
    danger(town, case, "pcso@police", "serious")
    assert told(DANGER, urgent=False) == {"sergeant@police", "partnership@police"}


def test_a_lead_who_says_less_than_danger_tells_nobody(town: Town) -> None:
    danger(town, town.case(), "officer@police", "serious")
    assert told(DANGER) == set()


def test_danger_in_a_restricted_case_is_told_to_those_who_are_named(town: Town) -> None:
    from headwater.service.cases.actions.cases import restrict

    case = town.case()
    restrict(case, acting=town.actor("sergeant@police"), restriction="domestic-abuse", people=[])
    danger(town, case, "officer@police")
    assert told(DANGER) == {"sergeant@police"}
    assert told(LOCKED_OUT) == set()


def test_where_nobody_may_know_the_managers_hear_the_reference_alone(town: Town) -> None:
    from headwater.service.cases.actions.cases import restrict
    from headwater.service.cases.models import Grant
    from headwater.service.notices.models import Notice

    case = town.case()
    restrict(case, acting=town.actor("sergeant@police"), restriction="domestic-abuse", people=[])
    Grant.objects.filter(case=case).exclude(user=town.user("officer@police")).delete()
    danger(town, case, "officer@police")
    assert told(DANGER) == set()
    assert told(LOCKED_OUT, urgent=True) == {"sergeant@police", "partnership@police"}
    notice = Notice.objects.filter(words=LOCKED_OUT).first()
    assert notice is not None
    assert (notice.reference, notice.link) == (case.reference, f"/cases/{case.pk}/")
    assert "is locked" in town.client("sergeant@police").get(notice.link).content.decode()


def test_an_answer_reaches_the_managers_when_who_asked_has_moved(town: Town) -> None:
    from headwater.service.cases.actions.referrals import accept

    asked = town.referred(town.case(), accepted=False)
    move_away(town, "officer@police")
    asked.refresh_from_db()
    accept(asked, acting=town.actor("youth-worker@charity"))
    assert told("A referral was accepted") == {"sergeant@police", "partnership@police"}


def late(referral: Any, days: int) -> None:
    from headwater.service.agencies.models import today

    referral.refresh_from_db()
    referral.answer_by = today() - timedelta(days)
    referral.save(update_fields=["answer_by"])


def test_where_a_receiver_has_no_managers_here_the_sender_s_side_hears_that_nobody_answers(town: Town) -> None:
    from headwater.service.agencies.models import Agreement, Signature, today
    from headwater.service.cases.actions.referral_clock import watch_clocks
    from headwater.service.cases.actions.referrals import refer
    from headwater.service.notices.models import Mail

    case, club = town.case(), town.agency("Boxing Club")
    agreement = Agreement.objects.filter(giver=case.team.agency, receiver=club).first()
    if agreement is None:
        agreement = Agreement.objects.create(
            giver=case.team.agency, receiver=club, purpose="x", lawful_basis="consent", categories=["identity", "reasons"],
            starts=today(), ends=today() + timedelta(99), review_on=today() + timedelta(90),
        )  # fmt: skip
        for agency in (case.team.agency, club):
            Signature.objects.create(agreement=agreement, agency=agency, role="Head", user=town.user("sergeant@police"))
    asked = refer(
        case, acting=town.actor("officer@police"), receiver=club, ask="x", categories=[], outside_email="a@outside.example"
    )  # fmt: skip
    late(asked, 1)
    assert watch_clocks() == (1, 0)
    words = "A referral is not answered in time, and nobody there can be told here"
    assert told(words, urgent=True) == {"officer@police", "sergeant@police", "partnership@police"}
    late(asked, 15)
    assert watch_clocks() == (0, 1)
    assert Mail.objects.filter(to="a@outside.example", subject__contains="has lapsed").count() == 1


def test_both_sides_hear_of_a_lapse(town: Town) -> None:
    from headwater.service.cases.actions.referral_clock import watch_clocks

    asked = town.referred(town.case(), accepted=False)
    late(asked, 15)
    assert watch_clocks() == (0, 1)
    assert told("A referral has lapsed: the receiver did not answer") >= {"officer@police", "youth-worker@charity"}
    asked.refresh_from_db()
    assert asked.why_ended == "Made-up Fresh Start did not answer"


def test_what_was_asked_back_has_a_clock_of_its_own_and_its_own_blame(town: Town) -> None:
    from headwater.service.agencies.models import today
    from headwater.service.cases.actions.referral_clock import watch_clocks
    from headwater.service.cases.actions.referrals import return_for_information, send_referral
    from headwater.service.cases.models import Entry
    from headwater.service.cases.workdays import add_working_days

    case = town.case()
    asked = town.referred(case, accepted=False)
    late(asked, 1)
    assert watch_clocks() == (1, 0)
    asked.refresh_from_db()
    return_for_information(asked, acting=town.actor("youth-worker@charity"), words="How old?")
    assert (asked.answer_by, asked.escalated_at) == (add_working_days(today(), asked.sender.answer_within_days), None)
    assert "Answer " in town.client("officer@police").get(f"/referrals/{asked.pk}/").content.decode()
    late(asked, 1)
    assert watch_clocks() == (1, 0)
    words = "What was asked about a referral is not answered in time"
    assert told(words, urgent=True) == {"officer@police", "sergeant@police", "partnership@police"}
    asked.refresh_from_db()
    send_referral(asked, acting=town.actor("officer@police"), information="Twelve")
    expected = add_working_days(today(), asked.receiver.answer_within_days)
    assert (asked.answer_by, asked.escalated_at) == (expected, None)
    return_for_information(asked, acting=town.actor("youth-worker@charity"), words="Where?")
    late(asked, 15)
    assert watch_clocks() == (0, 1)
    line = Entry.objects.filter(case=case, words__contains="has lapsed").get()
    assert line.words == f"{asked.sender.name} did not answer what {asked.receiver.name} asked; the request has lapsed"
    assert told("A referral has lapsed: the sender did not answer") >= {"officer@police", "youth-worker@charity"}


@pytest.mark.parametrize(
    ("by", "other"),
    [("officer@police", "youth-worker@charity"), ("charity-manager@charity", "officer@police")],
)
def test_the_other_side_hears_that_a_referral_has_ended(town: Town, by: str, other: str) -> None:
    from headwater.service.cases.actions.referrals import end

    asked = town.referred(town.case())
    end(asked, acting=town.actor(by), why="Done")
    found = told("A referral has ended")
    assert other in found
    assert by not in found


def test_a_closed_case_tells_its_helpers_and_leaves_no_draft(town: Town) -> None:
    from headwater.service.cases.actions.cases import close
    from headwater.service.cases.actions.referrals import refer
    from headwater.service.cases.models import Entry

    case = town.case()
    helping = town.referred(case)
    draft = refer(
        case, acting=town.actor("officer@police"), receiver=town.agency("Council"), ask="x", categories=["plan"], send=False
    )  # fmt: skip
    assert draft.reference in town.client("officer@police").get("/").content.decode()
    close(case, acting=town.actor("sergeant@police"), outcome="better", words="x", learned="x")
    helping.refresh_from_db()
    draft.refresh_from_db()
    assert (helping.state, draft.state) == ("ended", "withdrawn")
    assert "youth-worker@charity" in told("A referral has ended")
    assert told("A referral was withdrawn") == set()
    assert Entry.objects.filter(case=case, words__contains="Took back what was asked of Made-up Council").exists()
    assert draft.reference not in town.client("officer@police").get("/").content.decode()


def test_what_became_of_an_action_is_heard_where_nobody_leads(town: Town) -> None:
    from headwater.service.cases.actions import plan

    case = town.case()
    action = plan.add_action(
        case, acting=town.actor("officer@police"), words="Library card", due=case.next_review_on, agency=case.team.agency, owner=None,
    )  # fmt: skip
    case.lead = None
    case.save()
    action.case = case
    plan.end_action(action, acting=town.actor("pcso@police"), done=True, how="")
    assert told("An action is marked done") == {"sergeant@police", "partnership@police"}
