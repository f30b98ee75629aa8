"""Can a mailed link be opened by anybody else, twice, late, or after it has become void?"""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.service.conftest import Town, read_and_send

pytestmark = pytest.mark.service

TO = "coach@outside.example"


def send(town: Town, name: str = "Jordan Example") -> tuple[Any, str]:
    """A request to an agency without an account, and the address in the mail."""
    from headwater.service.cases.actions.referrals import refer
    from headwater.service.notices.models import Mail

    case = town.case()
    asked = refer(
        case, acting=town.actor("officer@police"), receiver=town.agency("Boxing"), ask="MARKED evenings", categories=["identity"],
        outside_email=TO,
    )  # fmt: skip
    found = re.search(r"/answer/\S+", Mail.objects.filter(to=TO).latest("id").body)
    assert found
    return asked, found[0]


def newest_code() -> str:
    from headwater.service.notices.models import Mail

    found = re.search(r"Your code is (\d{6})", Mail.objects.filter(to=TO, subject__contains="code").latest("id").body)
    assert found
    return found[1]


def opened(town: Town, address: str) -> Any:
    client = town.client(None)
    client.post(address, {"ask": "1"})
    assert client.post(address, {"code": newest_code()}).status_code == 302
    return client


def test_it_opens_with_the_code_and_is_answered_once(town: Town) -> None:
    asked, address = send(town)
    coach = opened(town, address)
    assert "Jordan Example" in coach.get(address).content.decode()
    thief = town.client(None)
    assert "MARKED" not in thief.get(address).content.decode()
    assert coach.post(address, {"answer": "accept", "words": ""}).status_code == 200
    assert coach.get(address).status_code == 404
    assert coach.post(address, {"answer": "decline", "reason": "no-capacity"}).status_code == 404
    asked.refresh_from_db()
    assert asked.state == "accepted"


def test_guessing_the_code_kills_the_link(town: Town) -> None:
    _, address = send(town)
    thief = town.client(None)
    thief.post(address, {"ask": "1"})
    right = newest_code()
    for number in range(5):
        thief.post(address, {"ask": "1"})  # A new code gives no new tries.
        wrong = f"{(int(right) + number + 1) % 1_000_000:06}"
        thief.post(address, {"code": wrong})
    assert thief.get(address).status_code == 404
    assert thief.post(address, {"code": newest_code()}).status_code == 404


def test_a_code_works_once_and_not_for_another_link(town: Town) -> None:
    from headwater.service.cases.actions.outside import send_link
    from headwater.service.notices.models import Mail

    asked, first = send(town)
    opened(town, first)
    used = newest_code()
    again = town.client(None)
    assert again.post(first, {"code": used}).status_code == 422
    send_link(asked)
    found = re.search(r"/answer/\S+", Mail.objects.filter(to=TO, body__contains="/answer/").latest("id").body)
    assert found
    assert again.get(first).status_code == 404, "a new link ends the one before"
    assert again.post(found[0], {"code": used}).status_code == 422


def test_an_open_page_closes_by_itself(town: Town) -> None:
    from django.utils import timezone

    from headwater.service.cases.models import OutsideLink

    _, address = send(town)
    coach = opened(town, address)
    assert "MARKED" in coach.get(address).content.decode()
    OutsideLink.objects.update(opened_at=timezone.now() - timedelta(hours=2))
    assert "MARKED" not in coach.get(address).content.decode()
    answered = coach.post(address, {"answer": "accept", "words": ""})
    assert "Thank you" not in answered.content.decode()


@pytest.mark.parametrize("end", ["time", "code", "withdrawn", "agreement"])
def test_after_its_time_it_opens_nothing(town: Town, end: str) -> None:
    from django.utils import timezone

    from headwater.service.agencies.models import Agreement, today
    from headwater.service.cases.actions.referrals import withdraw
    from headwater.service.cases.models import OutsideLink

    asked, address = send(town)
    coach = town.client(None)
    coach.post(address, {"ask": "1"})
    code = newest_code()
    if end == "time":
        OutsideLink.objects.update(ends_at=timezone.now() - timedelta(seconds=1))
    elif end == "code":
        OutsideLink.objects.update(code_ends_at=timezone.now() - timedelta(seconds=1))
    elif end == "withdrawn":
        withdraw(asked, acting=town.actor("officer@police"), why="x")
    else:
        Agreement.objects.filter(receiver=town.agency("Boxing")).update(withdrawn_on=today())
    coach.post(address, {"code": code})
    text = coach.get(address).content.decode()
    assert "MARKED" not in text
    assert "Jordan" not in text


def test_neither_link_nor_code_stands_in_the_log_or_the_history(town: Town, service: Path) -> None:
    from django.db import connection

    from headwater.service.postgres import open_cluster

    _, address = send(town)
    coach = town.client(None)
    coach.post(address, {"ask": "1"})
    token, code = address.strip("/").split("/")[-1], newest_code()
    with open_cluster(service / "database").connect() as admin, connection.cursor() as cursor:
        admin.execute("GRANT SELECT ON audit_value TO headwater_service")  # What is not kept yet only the service sees.
        try:
            cursor.execute("SELECT coalesce(old::text, '') || coalesce(new::text, '') FROM audit_value")
        finally:
            admin.execute("REVOKE SELECT ON audit_value FROM headwater_service")
        told = "".join(text for (text,) in cursor.fetchall())
    assert token not in told
    assert f"code is {code}" not in told


def test_the_mail_names_the_agency_that_asks_and_nobody_else(town: Town) -> None:
    from headwater.service.agencies.models import Agreement, Team
    from headwater.service.cases.actions.cases import begin_case
    from headwater.service.cases.actions.referrals import refer
    from headwater.service.notices.models import Mail

    manager, boxing = town.actor("council-manager@council"), town.agency("Boxing")
    held = Agreement.objects.get(receiver=boxing)
    signers = list(held.signatures.all())
    held.pk, held.giver = None, manager.user.agency
    held.save()
    for one in signers:
        one.pk, one.agreement = None, held
        one.agency = manager.user.agency if one.agency_id != boxing.pk else boxing
        one.save()
    team = Team.objects.get(pk=manager.user.live_memberships[0].team_id)
    case = begin_case(acting=manager, team=team, subject={"name": "Other Person"}, why="x", review_every=28)
    refer(case, acting=manager, receiver=boxing, ask="x", categories=[], outside_email=TO)
    mail = Mail.objects.filter(to=TO).latest("id")
    assert mail.subject == "Headwater: Made-up Council asks for your help"
    assert "police" not in (mail.subject + mail.body).lower()
    assert "Other" not in mail.subject + mail.body


def test_a_question_is_answered_by_a_new_link_that_shows_the_answer(town: Town) -> None:
    from headwater.service.notices.models import Mail

    asked, first = send(town)
    coach = opened(town, first)
    done = coach.post(first, {"answer": "return", "words": "MARKED how old is he?"})
    assert "a new link comes to you by mail" in done.content.decode()
    officer, address = town.client("officer@police"), f"/referrals/{asked.pk}/send/"
    assert read_and_send(officer, address, {"information": "MARKED he is 17"}).status_code == 302
    found = re.search(r"/answer/\S+", Mail.objects.filter(to=TO, body__contains="/answer/").latest("id").body)
    assert found
    assert found[0] != first
    page = opened(town, found[0]).get(found[0]).content.decode()
    assert "MARKED he is 17" in page
    assert "MARKED how old is he?" in page
    assert town.client(None).get(first).status_code == 404


@pytest.mark.parametrize(("how", "words"), [("withdrawn", "has taken its request back"), ("lapsed", "The time for an")])
def test_whoever_has_the_request_open_reads_that_it_is_over(town: Town, how: str, words: str) -> None:
    from headwater.service.agencies.models import today
    from headwater.service.cases.actions.referral_clock import watch_clocks
    from headwater.service.cases.actions.referrals import withdraw
    from headwater.service.cases.models import Referral

    asked, address = send(town)
    coach = opened(town, address)
    if how == "withdrawn":
        withdraw(asked, acting=town.actor("officer@police"), why="MARKED why")
    else:
        Referral.objects.filter(pk=asked.pk).update(answer_by=today() - timedelta(60))
        watch_clocks()
    for answer in (coach.get(address), coach.post(address, {"answer": "accept", "words": ""})):
        assert answer.status_code == 410
        text = answer.content.decode()
        assert words in text
        assert "MARKED" not in text
        assert "Jordan" not in text
    asked.refresh_from_db()
    assert asked.state == how
    assert town.client(None).get(address).status_code == 404, "a stranger with the link learns nothing"


def test_the_referral_is_held_before_the_link_as_it_is_when_it_is_taken_back(town: Town) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from headwater.service.cases.actions.outside import find_link

    _, address = send(town)
    with CaptureQueriesContext(connection) as caught:
        assert find_link(address.strip("/").split("/")[-1], lock=True)
    held = [query["sql"] for query in caught.captured_queries if "FOR UPDATE" in query["sql"]]
    assert [sql.split('FROM "')[1].split('"')[0] for sql in held] == ["cases_referral", "cases_outsidelink"]


def test_what_a_link_shows_is_what_the_log_says_was_disclosed(town: Town) -> None:
    from headwater.service.audit.models import Entry
    from headwater.service.cases.models import Referral

    asked, address = send(town)
    Referral.objects.filter(pk=asked.pk).update(categories=["household", "identity", "plan", "reasons"])
    coach = opened(town, address)
    assert coach.post(address, {"answer": "accept", "words": ""}).status_code == 200
    seen = {one for line in Entry.objects.filter(verb="disclose", case=asked.case_id) for one in line.categories}
    assert seen == {"identity", "reasons"}


def test_another_address_ends_the_link_to_the_first(town: Town) -> None:
    asked, first = send(town)
    coach = opened(town, first)
    coach.post(first, {"answer": "return", "words": "Who are you?"})
    officer, address = town.client("officer@police"), f"/referrals/{asked.pk}/change/"
    told = {"ask": "MARKED evenings", "outside_email": "manager@outside.example", "information": "The police."}
    assert read_and_send(officer, address, told).status_code == 302
    assert town.client(None).get(first).status_code == 404
