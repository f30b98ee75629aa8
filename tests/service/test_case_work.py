"""Does the work go from inbox to close, page by page, with what each form promises?"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.service.conftest import Town, read_and_send, run_on_commit, version_in

pytestmark = pytest.mark.service


def test_the_worked_example_goes_from_inbox_to_close(town: Town) -> None:
    sergeant, officer, youth = (
        town.client(key) for key in ("sergeant@police", "officer@police", "youth-worker@charity")
    )
    inbox = sergeant.get("/inbox/")
    assert inbox.status_code == 200
    assert "Jordan Example" in inbox.content.decode()
    page = sergeant.get("/packages/K-example0001/").content.decode()
    assert "Take it on" in page
    assert "in care since 14" in page
    assert "He came back by himself each time." in page
    assert "Take it on" not in officer.get("/packages/K-example0001/").content.decode()
    lead = town.user("officer@police")
    took = sergeant.post(
        "/packages/K-example0001/take-on/", {"lead": lead.pk, "review_every": 28, "once": uuid.uuid4()}
    )
    assert took.status_code == 302, took.content.decode()
    case = took.headers["Location"]
    number = case.strip("/").split("/")[-1]
    assert read_and_send(officer, f"{case}consent/", {"consent": "given"}).status_code == 302
    assert read_and_send(officer, f"{case}wishes/", {"wishes": "I would like to work with cars."}).status_code == 302
    assert read_and_send(officer, f"{case}goals/add/", {"words": "Money he can manage"}).status_code == 302
    asked = officer.post(
        f"{case}refer/",
        {
            "receiver": town.agency("Fresh Start").pk,
            "ask": "Budgeting, work training, a mentor.",
            "categories": ["plan", "wishes"],
        },
    )
    assert asked.status_code == 302, asked.content.decode()
    referral = asked.headers["Location"]
    assert youth.get(case).status_code == 404, "before it accepts, an agency does not see the case"
    assert "Budgeting" in youth.get(referral).content.decode()
    assert youth.post(f"{referral}answer/", {"answer": "accept", "words": "Yes."}).status_code == 302
    seen = youth.get(case).content.decode()
    assert "I would like to work with cars." in seen
    assert "1 Made-up House" not in seen, "the address was not referred"
    due = datetime.now(UTC).date() + timedelta(14)
    whose = town.user("youth-worker@charity").pk
    told = {"words": "Mentor on Tuesdays", "who": f"u{whose}", "due_0": due.day, "due_1": due.month, "due_2": due.year}
    told |= {
        f"due_{name}": value
        for name, value in zip(("day", "month", "year"), (due.day, due.month, due.year), strict=True)
    }
    added = youth.post(f"{case}actions/add/", told)
    assert added.status_code == 302, added.content.decode()
    assert "Mentor on Tuesdays" in officer.get(f"{case}plan/").content.decode()
    from headwater.service.cases.models import Action

    action = Action.objects.get(case_id=number, words="Mentor on Tuesdays")
    assert officer.post(f"{case}review/", {"better": "He keeps his appointments.", "every": 28}).status_code == 302
    refused = sergeant.post(f"{case}close/", {"outcome": "better", "words": "x", "learned": "y"})
    assert refused.status_code == 422
    assert "1 action is still to do" in refused.content.decode()
    assert (
        read_and_send(youth, f"{case}actions/{action.pk}/", {"done": "yes", "how": "Every Tuesday."}).status_code == 302
    )
    assert (
        sergeant.post(
            f"{case}close/", {"outcome": "better", "words": "He stopped offending.", "learned": "Ask what he wants."}
        ).status_code
        == 302
    )
    assert "Closed on" in sergeant.get(case).content.decode()
    assert youth.get(case).status_code == 404, "with the case the referral has ended, and the sight with it"


def test_a_form_that_is_sent_twice_acts_once(town: Town) -> None:
    case = town.case()
    officer = town.client("officer@police")
    once = uuid.uuid4()
    for _ in range(2):
        assert (
            officer.post(
                f"/cases/{case.pk}/notes/add/", {"words": "Seen", "text": "At the bus stop.", "once": once}
            ).status_code
            == 302
        )
    assert case.entries.filter(kind="note").count() == 1


def test_two_people_who_write_at_once_are_told_and_can_merge(town: Town) -> None:
    case = town.case()
    officer, sergeant = town.client("officer@police"), town.client("sergeant@police")
    address = f"/cases/{case.pk}/wishes/"
    version = version_in(officer.get(address).content.decode())
    assert sergeant.post(address, {"wishes": "A job.", "version": version}).status_code == 302
    clash = officer.post(address, {"wishes": "To see his brother.", "version": version})
    page = clash.content.decode()
    assert clash.status_code == 422
    assert "To see his brother." in page
    assert "A job." in page
    case.refresh_from_db()
    assert case.wishes == "A job."
    both = {"wishes": "A job, and his brother.", "version": version_in(page)}
    assert officer.post(address, both).status_code == 302


def test_only_what_a_form_asks_can_be_in_conflict(town: Town) -> None:
    case = town.case()
    officer, sergeant = town.client("officer@police"), town.client("sergeant@police")
    wishes, consent = f"/cases/{case.pk}/wishes/", f"/cases/{case.pk}/consent/"
    read = {one: version_in(officer.get(one).content.decode()) for one in (wishes, consent)}
    assert sergeant.post(f"/cases/{case.pk}/worry/", {"level": "serious", "why": "x"}).status_code == 302
    assert officer.post(wishes, {"wishes": "A job.", "version": read[wishes]}).status_code == 302
    assert sergeant.post(wishes, {"wishes": "A job.", "version": read[wishes]}).status_code == 302, "the same words"
    assert officer.post(consent, {"consent": "given", "version": read[consent]}).status_code == 302
    clash = sergeant.post(consent, {"consent": "refused", "version": read[consent]})
    assert clash.status_code == 422
    assert "<strong>They wrote:</strong> The person agrees<" in clash.content.decode()


def test_what_a_colleague_changed_in_an_action_is_shown_and_never_print_stays(town: Town) -> None:
    from headwater.service.cases.actions import plan

    case, officer = town.case(), town.actor("officer@police")
    goal = plan.set_goal(case, acting=officer, words="Money he can manage", unsafe=False)
    told: Any = {"words": "Library card", "due": case.next_review_on, "agency": case.team.agency}
    action = plan.add_action(case, acting=officer, owner=officer.user, **told)
    address = f"/cases/{case.pk}/actions/{action.pk}/change/"
    first, second = town.client("sergeant@police"), town.client("officer@police")
    version = version_in(first.get(address).content.decode())
    sent = {"words": "Library card", "who": f"u{officer.id}", "due_day": "1", "due_month": "12", "due_year": "2099"}
    theirs = sent | {"who": f"u{town.user('pcso@police').pk}", "goal": goal.pk, "unsafe": "on", "due_day": "2"}
    assert first.post(address, {**theirs, "version": version}).status_code == 302
    clash = second.post(address, {**sent, "version": version})
    page = clash.content.decode()
    assert clash.status_code == 422
    for words in (str(town.user("pcso@police")), "Money he can manage", "2 December 2099", "Yes. It is ticked now"):
        assert f"<strong>They wrote:</strong> {words}" in page, words
    box = page[page.index('id="id_unsafe"') - 200 : page.index('id="id_unsafe"') + 100]
    assert "checked" in box
    again = {**sent, "unsafe": "on", "version": version_in(page)}
    assert second.post(address, again).status_code == 302
    action.refresh_from_db()
    assert (action.unsafe_to_print, action.owner) == (True, officer.user)


def test_an_action_that_says_something_else_meanwhile_is_not_marked_done_unseen(town: Town) -> None:
    from headwater.service.cases.actions import plan

    case, officer = town.case(), town.actor("officer@police")
    told: Any = {"due": case.next_review_on, "agency": case.team.agency, "owner": officer.user}
    action = plan.add_action(case, acting=officer, words="Visit", **told)
    client, address = town.client("officer@police"), f"/cases/{case.pk}/actions/{action.pk}/"
    version = version_in(client.get(address).content.decode())
    plan.change_action(action, acting=officer, words="Move him to his aunt", **told)
    clash = client.post(address, {"done": "yes", "version": version})
    assert clash.status_code == 422
    assert "Move him to his aunt" in clash.content.decode()
    assert client.post(address, {"done": "yes", "version": version_in(clash.content.decode())}).status_code == 302


def test_who_is_at_home_is_not_overwritten_by_somebody_who_read_it_before(town: Town) -> None:
    from headwater.service.cases.models import Member

    case = town.case()
    member = Member.objects.create(case=case, name="Made-up Mother", relationship="mother")
    address = f"/cases/{case.pk}/household/{member.pk}/"
    officer, sergeant = town.client("officer@police"), town.client("sergeant@police")
    read = version_in(officer.get(address).content.decode())
    told = {"name": "Made-up Mother", "relationship": "mother", "lives_here": "on", "version": read}
    assert sergeant.post(address, told | {"suspected": "on"}).status_code == 302
    clash = officer.post(address, told | {"age_words": "41"})
    assert clash.status_code == 422
    assert "Somebody changed this while you were writing" in clash.content.decode()
    member.refresh_from_db()
    assert member.suspected_on is not None
    assert member.age_words == ""
    both = told | {"age_words": "41", "suspected": "on", "version": version_in(clash.content.decode())}
    assert officer.post(address, both).status_code == 302
    member.refresh_from_db()
    assert (member.suspected_on is not None, member.age_words) == (True, "41")


def test_two_who_change_the_lead_or_restrict_at_once_are_told(town: Town) -> None:
    case = town.case()
    sergeant, partnership = town.client("sergeant@police"), town.client("partnership@police")
    lead = f"/cases/{case.pk}/lead/"
    read = version_in(sergeant.get(lead).content.decode())
    assert partnership.post(lead, {"lead": town.user("pcso@police").pk, "version": read}).status_code == 302
    clash = sergeant.post(lead, {"lead": town.user("officer@police").pk, "version": read})
    assert clash.status_code == 422
    assert str(town.user("pcso@police")) in clash.content.decode()
    restrict = f"/cases/{case.pk}/restrict/"
    read = version_in(sergeant.get(restrict).content.decode())
    told = {"restriction": "other", "people": [town.user("partnership@police").pk], "version": read}
    assert partnership.post(restrict, told).status_code == 302
    assert partnership.post(restrict, told | {"restriction": "none"}).status_code == 422
    case.refresh_from_db()
    assert case.restricted


def test_two_who_say_at_once_whether_referrals_are_taken_are_told(town: Town) -> None:
    manager = town.client("charity-manager@charity")
    read = version_in(manager.get("/intake/").content.decode())
    full = {"takes": "no", "why_full": "Until May", "days": "5", "version": read}
    assert manager.post("/intake/", full).status_code == 302
    assert manager.post("/intake/", {"takes": "yes", "days": "9", "version": read}).status_code == 422
    agency = town.user("charity-manager@charity").agency
    agency.refresh_from_db()
    assert (agency.takes_referrals, agency.answer_within_days) == (False, 5)


def test_what_was_typed_comes_back_with_the_fault_and_its_place(town: Town) -> None:
    case = town.case()
    page = town.client("officer@police").post(
        f"/cases/{case.pk}/contacts/add/",
        {
            "with_whom": "His mother",
            "how": "Met",
            "on_day": "31",
            "on_month": "2",
            "on_year": "2026",
            "text": "All well.",
        },
    )
    text = page.content.decode()
    assert page.status_code == 422
    assert "there is no such day" in text
    assert 'href="#id_on_day"' in text
    assert "His mother" in text
    assert "All well." in text


def test_the_answer_of_a_team_goes_back_to_the_search(town: Town, service: object) -> None:
    from django.conf import settings

    from headwater.records import Lake
    from headwater.service.cases.actions.feedback import return_answers
    from headwater.triggers.answers.store import read_answers

    lake = Lake.open(settings.HEADWATER.lake, create=True)
    sergeant = town.client("sergeant@police")
    line = town.package().content["evidence"][0]["items"][0]["evidence_id"]
    sent = sergeant.post(
        "/packages/K-example0001/wrong-person/", {"evidence_id": line, "note": "That is his cousin of the same name."}
    )
    assert sent.status_code == 302
    assert return_answers() == 1
    answer = read_answers(lake)[-1]
    assert (answer.package_id, answer.answer, answer.evidence_id) == ("K-example0001", "wrong person", line)
    assert return_answers() == 0


def test_no_mail_names_anybody(town: Town) -> None:
    from headwater.service.notices.models import Mail

    case = town.case()
    town.referred(case)
    for mail in Mail.objects.all():
        assert "Jordan" not in mail.subject + mail.body
        assert "Example" not in mail.subject + mail.body
    run_on_commit()


def test_a_request_about_a_restricted_case_is_for_the_receiver_s_managers_and_who_is_named(town: Town) -> None:
    from headwater.service.cases.actions import cases
    from headwater.service.notices.models import Notice

    case = town.case()
    cases.restrict(case, acting=town.actor("sergeant@police"), restriction="gang-witness", people=[])
    asked = town.referred(case, accepted=False)
    youth, manager = town.client("youth-worker@charity"), town.client("charity-manager@charity")
    assert youth.get(f"/referrals/{asked.pk}/").status_code == 404
    assert "Jordan" not in youth.get("/referrals/").content.decode()
    assert not Notice.objects.filter(user=town.user("youth-worker@charity"), reference=asked.reference).exists()
    assert "Jordan" in manager.get(f"/referrals/{asked.pk}/").content.decode()
    assert manager.post(f"/referrals/{asked.pk}/answer/", {"answer": "accept", "words": ""}).status_code == 302
    assert youth.get(f"/cases/{case.pk}/").status_code == 404
    assert manager.get(f"/cases/{case.pk}/").status_code == 404, "to see the case one must be named"
    cases.restrict(
        case,
        acting=town.actor("sergeant@police"),
        restriction="gang-witness",
        people=[town.user("youth-worker@charity")],
    )
    assert youth.get(f"/cases/{case.pk}/").status_code == 200


def test_partners_do_not_learn_of_break_glass_or_of_what_was_told_to_others(town: Town) -> None:
    from headwater.service.cases.actions import sight

    case = town.case()
    town.referred(case)
    sight.disclose_urgently(
        case, acting=town.actor("sergeant@police"), receiver=town.agency("School"), basis="vital-interests", reason="SECRET-REASON",
    )  # fmt: skip
    assert "SECRET-REASON" in town.client("officer@police").get(f"/cases/{case.pk}/timeline/").content.decode()
    youth = town.client("youth-worker@charity")
    for page in ("", "timeline/", "timeline/?format=csv", "plan/", "agencies/"):
        assert "SECRET-REASON" not in youth.get(f"/cases/{case.pk}/{page}").content.decode(), page


def test_an_action_is_given_to_somebody_else_who_is_told(town: Town) -> None:
    from headwater.service.cases.actions import plan
    from headwater.service.notices.models import Notice

    case, officer = town.case(), town.actor("officer@police")
    told: Any = {"words": "Library card", "due": case.next_review_on, "agency": case.team.agency}
    action = plan.add_action(case, acting=officer, owner=officer.user, **told)
    client = town.client("sergeant@police")
    address = f"/cases/{case.pk}/actions/{action.pk}/change/"
    page = client.get(address).content.decode()
    assert 'value="Library card"' in page
    due = {"due_day": "1", "due_month": "12", "due_year": "2099"}
    sent = {"words": "Library card", "who": f"u{town.user('pcso@police').pk}", **due}
    read = version_in(page)
    assert client.post(address, {**sent, "version": read}).status_code == 302
    action.refresh_from_db()
    assert action.owner == town.user("pcso@police")
    assert Notice.objects.filter(user=action.owner, words="You have something to do in a case").exists()
    refused = client.post(address, {**sent, "words": "Bus pass", "version": read})  # As it was read before.
    assert refused.status_code == 422
    assert "Somebody changed this while you were writing" in refused.content.decode()
    plan.end_action(action, acting=officer, done=True, how="")
    assert read_and_send(client, address, sent).status_code == 422


def test_what_a_leaver_had_to_do_is_told_to_who_can_give_it_on(town: Town) -> None:
    from headwater.service.agencies.actions import end_time_here
    from headwater.service.cases.actions import plan
    from headwater.service.notices.models import Notice

    case, officer = town.case(), town.actor("officer@police")
    town.referred(case)
    told: Any = {"acting": officer, "due": case.next_review_on}
    plan.add_action(case, words="Visit", agency=case.team.agency, owner=town.user("pcso@police"), **told)
    plan.add_action(
        case, words="Club", agency=town.agency("Fresh Start"), owner=town.user("youth-worker@charity"), **told
    )
    end_time_here(acting=town.actor("administrator@police"), user_id=town.user("pcso@police").pk)
    end_time_here(acting=town.actor("charity-administrator@charity"), user_id=town.user("youth-worker@charity").pk)
    words = "Somebody has left: 1 open action needs somebody else"
    for key, action in (("sergeant@police", "Visit"), ("charity-manager@charity", "Club")):
        assert Notice.objects.filter(user=town.user(key), words=words, urgent=True).exists()
        page = town.client(key).get("/").content.decode()
        assert f"Give it to somebody: {action}" in page


def test_what_was_learned_stays_and_is_read_by_the_team_without_a_name(town: Town) -> None:
    from headwater.service.cases.actions import cases

    case, sergeant = town.case(), town.actor("sergeant@police")
    for learned in ("Ask what he wants FIRST.", "Ring his aunt SECOND."):
        cases.close(case, acting=sergeant, outcome="better", words="He stopped offending.", learned=learned)
        cases.reopen(case, acting=sergeant, why="x")
    client = town.client("pcso@police")
    assert "FIRST" not in client.get("/learned/").content.decode(), "an open case has not ended"
    cases.close(case, acting=sergeant, outcome="no-change", words="x", learned="Wait THIRD.")
    timeline = client.get(f"/cases/{case.pk}/timeline/").content.decode()
    for words in ("He stopped offending.", "FIRST", "SECOND", "THIRD"):
        assert words in timeline
    page = client.get("/learned/").content.decode()
    assert "Wait THIRD." in page
    assert case.reference in page
    assert "Jordan" not in page + client.get("/learned/?format=csv").content.decode()
    assert "THIRD" in client.get("/learned/?outcome=no-change").content.decode()
    assert "THIRD" not in client.get("/learned/?outcome=better").content.decode()
    assert "THIRD" not in town.client("sergeant-coventry@police").get("/learned/").content.decode()
    cases.restrict(case, acting=sergeant, restriction="other", people=[])
    assert "THIRD" not in client.get("/learned/").content.decode()


def test_another_agency_does_not_read_what_the_team_learned(town: Town) -> None:
    from headwater.service.cases.actions import cases

    case, sergeant = town.case(), town.actor("sergeant@police")
    cases.close(case, acting=sergeant, outcome="better", words="x", learned="Their club is LATE.")
    cases.reopen(case, acting=sergeant, why="x")
    town.referred(case, categories=["plan", "notes"])
    assert "LATE" not in town.client("youth-worker@charity").get(f"/cases/{case.pk}/timeline/").content.decode()
