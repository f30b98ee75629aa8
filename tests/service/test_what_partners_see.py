"""Does a partner learn more than the categories it was given: from timelines, search, lists, notices, or after its help has ended?"""

from __future__ import annotations

import pytest

from tests.service.conftest import Town, read_and_send

pytestmark = pytest.mark.service

YOUTH = "youth-worker@charity"


def test_why_something_was_told_to_one_agency_is_not_read_by_another(town: Town) -> None:
    from headwater.service.cases.actions import cases, referrals, sight

    case = town.case()
    town.referred(case, categories=["plan", "wishes"])
    sergeant, officer = town.actor("sergeant@police"), town.actor("officer@police")
    sight.disclose_urgently(
        case,
        acting=sergeant,
        receiver=town.agency("School"),
        basis="vital-interests",
        reason="MARKED threat",
    )
    referrals.refer(
        case, acting=officer, receiver=town.agency("Health"), ask="MARKED overdose", categories=["identity"]
    )
    cases.record_consent(case, acting=officer, consent="unsafe", basis="public-task", why="MARKED suspect")
    for key in ("sergeant@police", "officer@police"):
        text = town.client(key).get(f"/cases/{case.pk}/timeline/").content.decode()
        assert text.count("MARKED") == 3
    youth = town.client(YOUTH)
    for address in ("", "timeline/", "timeline/?format=csv", "plan/", "agencies/"):
        text = youth.get(f"/cases/{case.pk}/{address}").content.decode()
        assert "MARKED" not in text, address
        assert "Made-up School" not in text, address
        assert "Asking would put somebody in danger" not in text, address


def test_who_else_is_at_the_table_is_part_of_the_plan(town: Town) -> None:
    from headwater.service.cases.actions.referrals import accept, refer

    case = town.case()
    town.referred(case, categories=["wishes"])
    asked = refer(
        case, acting=town.actor("officer@police"), receiver=town.agency("Health"), ask="x", categories=["plan"]
    )
    accept(asked, acting=town.actor("nurse@health"))
    youth, nurse = town.client(YOUTH), town.client("nurse@health")
    for address in ("", "agencies/"):
        assert "Made-up Health Trust" not in youth.get(f"/cases/{case.pk}/{address}").content.decode()
        assert "Made-up Fresh Start" in nurse.get(f"/cases/{case.pk}/{address}").content.decode()


@pytest.mark.parametrize("words", ["Made-up House", "DY1 0ZZ", "Jordan DY1", "Flat Dudley"])
def test_an_address_that_was_not_given_finds_nobody(town: Town, words: str) -> None:
    case = town.case()
    town.referred(case, categories=["plan"])
    youth = town.client(YOUTH)
    assert case.reference in youth.get("/search/", {"q": "Jordan"}).content.decode()
    assert case.reference in youth.get("/cases/", {"q": "Jordan"}).content.decode()
    assert case.reference not in youth.get("/search/", {"q": words}).content.decode()
    for more in ({}, {"format": "csv"}):
        assert case.reference not in youth.get("/cases/", {"q": words, **more}).content.decode()


def test_nothing_is_told_that_the_agreement_does_not_name(town: Town) -> None:
    from headwater.service.agencies.models import Agreement
    from headwater.service.design.send import Refused

    agreement = Agreement.objects.get(receiver=town.agency("Fresh Start"))
    agreement.categories = ["plan"]
    agreement.save()
    with pytest.raises(Refused, match="does not let this pass"):
        town.referred(town.case(), categories=["plan"])


def test_an_agreement_that_lost_a_signature_gives_nothing(town: Town) -> None:
    from headwater.service.agencies.models import Signature

    case = town.case()
    town.referred(case)
    youth = town.client(YOUTH)
    assert youth.get(f"/cases/{case.pk}/").status_code == 200
    Signature.objects.filter(agreement__receiver=town.agency("Fresh Start"), agency=town.agency("Fresh Start")).delete()
    assert youth.get(f"/cases/{case.pk}/").status_code == 404
    assert "Jordan" not in youth.get("/cases/").content.decode()
    assert "Jordan" not in youth.get("/referrals/").content.decode()


def test_an_ended_referral_ends_notices_too_and_says_no_reason(town: Town) -> None:
    from headwater.service.cases.actions import plan
    from headwater.service.cases.actions.referrals import end
    from headwater.service.notices.models import Notice

    case = town.case()
    asked = town.referred(case)
    officer, youth = town.actor("officer@police"), town.user(YOUTH)
    told = {"acting": officer, "due": case.next_review_on, "agency": asked.receiver}
    plan.add_action(case, words="Mentor", owner=youth, **told)  # type: ignore[arg-type]
    end(asked, acting=officer, why="MARKED: he is in prison")
    before = Notice.objects.filter(user=youth).count()
    content = {"on": case.next_review_on, "where": "", "agenda": "x", "present": "", "minutes": ""}
    plan.hold_meeting(case, acting=officer, content=content)
    assert Notice.objects.filter(user=youth).count() == before
    client = town.client(YOUTH)
    assert "MARKED" not in client.get(f"/referrals/{asked.pk}/").content.decode()
    assert client.get(f"/cases/{case.pk}/").status_code == 404
    assert "Mentor" not in client.get("/").content.decode()


def test_a_mover_is_told_no_more_of_the_team_that_she_left(town: Town) -> None:
    from headwater.service.agencies.actions import end_role
    from headwater.service.notices.models import Notice

    case = town.case()
    asked = town.referred(case, accepted=False)
    officer = town.user("officer@police")
    for held in list(officer.live_memberships):
        end_role(acting=town.actor("administrator@police"), user_id=officer.pk, membership_id=held.pk)
    before = Notice.objects.filter(user=officer).count()
    youth = town.client(YOUTH)
    assert youth.post(f"/referrals/{asked.pk}/answer/", {"answer": "accept", "words": ""}).status_code == 302
    assert youth.post(f"/cases/{case.pk}/worry/", {"level": "serious", "why": "x"}).status_code == 302
    assert Notice.objects.filter(user=officer).count() == before
    assert town.client("officer@police").get(f"/cases/{case.pk}/").status_code == 403


def test_a_draft_of_a_closed_case_is_not_sent(town: Town) -> None:
    from headwater.service.cases.actions.cases import close
    from headwater.service.cases.actions.referrals import refer
    from headwater.service.notices.models import Notice

    case = town.case()
    officer = town.actor("officer@police")
    draft = refer(case, acting=officer, receiver=town.agency("Council"), ask="x", categories=["identity"], send=False)
    close(case, acting=town.actor("sergeant@police"), outcome="better", words="x", learned="x")
    sent = town.client("officer@police").post(f"/referrals/{draft.pk}/send/", {"information": ""})
    assert sent.status_code in (404, 409, 422)
    assert town.client("social-worker@council").get(f"/referrals/{draft.pk}/").status_code == 404
    assert not Notice.objects.filter(user=town.user("social-worker@council"), reference=draft.reference).exists()


@pytest.mark.parametrize(
    "address", ["coach@outside.example.evil.example", "coach@mail.example", "coach@health.example"]
)
def test_a_link_goes_only_to_the_agency_that_was_chosen(town: Town, address: str) -> None:
    from headwater.service.cases.models import OutsideLink

    case = town.case()
    told = {"receiver": town.agency("Boxing").pk, "ask": "Evenings."}
    officer = town.client("officer@police")
    refused = officer.post(f"/cases/{case.pk}/refer/", told | {"outside_email": address})
    assert refused.status_code == 422
    assert not OutsideLink.objects.exists()
    assert (
        officer.post(f"/cases/{case.pk}/refer/", told | {"outside_email": "Coach@Outside.example"}).status_code == 302
    )


def test_a_partner_keeps_things_off_paper_and_only_the_lead_team_lets_them_back(town: Town) -> None:
    from headwater.service.cases.actions.referrals import accept

    case = town.case()
    asked = town.referred(case, to="Made-up Homes", categories=["plan", "household"], accepted=False)
    accept(asked, acting=town.actor("housing-officer@housing"))
    goal = case.goals.create(words="Somewhere safe to sleep")
    member = case.household.create(name="A step-father", relationship="step-father", lives_here=True)
    housing, officer = town.client("housing-officer@housing"), town.client("officer@police")
    told = {"words": goal.words}
    address = f"/cases/{case.pk}/goals/{goal.pk}/"
    assert read_and_send(housing, address, told | {"unsafe_to_print": "on"}).status_code == 302
    refused = read_and_send(housing, address, told)
    assert refused.status_code == 422
    assert "Only the team that leads" in refused.content.decode()
    goal.refresh_from_db()
    assert goal.unsafe_to_print
    assert read_and_send(officer, address, told).status_code == 302
    home = f"/cases/{case.pk}/household/{member.pk}/"
    lives = {"name": member.name, "relationship": member.relationship, "lives_here": "on"}
    assert read_and_send(housing, home, lives | {"suspected": "on"}).status_code == 302
    for less in (lives, lives | {"suspected": "on", "gone": "on"}, {**lives, "suspected": "on", "lives_here": ""}):
        assert read_and_send(housing, home, less).status_code == 422, less
    member.refresh_from_db()
    assert member.suspected_on
    assert read_and_send(officer, home, lives).status_code == 302


def test_every_look_at_a_case_is_logged_forms_too(town: Town) -> None:
    """Walked from the map of addresses: a page that names the person leaves a line of who looked."""
    from headwater.service.audit.models import Entry
    from tests.service.test_stranger import MARKS, fill, make_ids, ours

    ids = make_ids(town)
    unlogged = []
    for key in ("sergeant@police", "officer@police"):
        client = town.client(key)
        for route, pattern in ours():
            address = fill(route, pattern, ids)
            before = Entry.objects.exclude(verb__in=["collect", "alter", "erase"]).count()
            answer = client.get(address)
            text = b"".join(answer) if answer.streaming else answer.content
            shows = any(mark.encode() in text for mark in MARKS)
            if shows and Entry.objects.exclude(verb__in=["collect", "alter", "erase"]).count() == before:
                unlogged.append(f"{address} for {key}")
    assert not unlogged


def test_whoever_closes_a_case_reads_which_agencies_see_it_no_longer(town: Town) -> None:
    case = town.case()
    sergeant = town.client("sergeant@police")
    assert "will not see this case" not in sergeant.get(f"/cases/{case.pk}/close/").content.decode()
    town.referred(case, categories=["plan"])
    page = sergeant.get(f"/cases/{case.pk}/close/").content.decode()
    assert "Made-up Fresh Start will not see this case any more, and will be told." in page
