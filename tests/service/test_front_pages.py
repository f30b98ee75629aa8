"""Does the front page of those who work no cases say what waits for them, and that nothing does?"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from tests.service.conftest import Town
from tests.service.test_every_look_is_logged import lines_of

pytestmark = pytest.mark.service


def front(client: Any) -> str:
    return re.sub(r"\s+", " ", client.get("/").content.decode().partition("<main")[2])


def test_an_auditor_finds_broken_glass_and_what_nobody_has_read(town: Town) -> None:
    from headwater.service.cases.actions import cases, sight

    client = town.client("auditor@police")
    assert "Nobody has opened a restricted case by break-glass." in front(client)
    assert "All that was told to another agency at once has been read there." in front(client)
    case, sergeant = town.case(), town.actor("sergeant@police")
    told = sight.disclose_urgently(
        case, acting=sergeant, receiver=town.agency("Council"), basis="vital-interests", reason="MARKED telling",
    )  # fmt: skip
    cases.restrict(case, acting=sergeant, restriction="other", people=[])
    opened = sight.break_glass(case, acting=town.actor("pcso@police"), reason="MARKED opening")
    answer, lines = lines_of(lambda: client.get("/"))
    page = answer.content.decode()
    assert "MARKED telling" in page
    assert "MARKED opening" in page
    assert "Jordan" not in page
    named = {(line.item_type, item) for line in lines for item in line.items}
    assert {("cases_disclosure", str(told.pk)), ("cases_breakglass", str(opened.pk))} <= named
    town.client("council-manager@council").get(f"/disclosures/{told.pk}/")
    assert "MARKED telling" not in front(client)
    assert "MARKED" not in front(town.client("charity-administrator@charity"))


def test_what_was_told_at_once_stands_first_on_the_front_page_of_who_was_told(town: Town) -> None:
    from headwater.service.cases.actions import sight

    teacher = town.client("teacher@school")
    assert "Nothing waits for you" in front(teacher)
    told = sight.disclose_urgently(
        town.case(), acting=town.actor("sergeant@police"), receiver=town.agency("School"), basis="vital-interests", reason="MARKED telling",
    )  # fmt: skip
    page = front(teacher)
    assert "Nothing waits for you" not in page
    assert page.index("You were told something urgent") < page.index("Cases I lead")
    assert told.reference in page
    assert "MARKED" not in page
    assert "Jordan" not in page
    opened = re.search(r'action="(/notices/\d+/)"', page)
    assert opened
    assert teacher.post(opened[1], {"go": "1"}).headers["Location"] == f"/disclosures/{told.pk}/"
    assert "You were told something urgent" not in front(teacher)


def test_agreements_near_their_review_stand_there_until_they_end(town: Town) -> None:
    from headwater.service.agencies.models import Agreement, today

    client = town.client("auditor@police")
    Agreement.objects.update(review_on=today() + timedelta(60), ends=today() + timedelta(90))
    assert "No agreement is to be reviewed in the next 30 days." in front(client)
    one = Agreement.objects.get(receiver=town.agency("Council"))
    for days in (20, -3):
        Agreement.objects.filter(pk=one.pk).update(review_on=today() + timedelta(days))
        for key in ("auditor@police", "administrator@police"):
            assert f"/agreements/{one.pk}/" in front(town.client(key))
        assert f"/agreements/{one.pk}/" not in front(town.client("charity-administrator@charity"))


def test_an_administrator_finds_who_cannot_work_here_as_they_should(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    from allauth.mfa.models import Authenticator
    from django.conf import settings
    from django.utils import timezone

    from headwater.service.agencies.models import Membership, User

    client, own = town.client("administrator@police"), User.objects.filter(agency=town.agency("Police"))
    own.update(last_login=timezone.now())
    assert "Everybody who works here can sign in, and has a role." in front(client)
    pcso, officer = town.user("pcso@police"), town.user("officer@police")
    User.objects.filter(pk=pcso.pk).update(last_login=None)
    Membership.objects.filter(user=officer).update(
        ends=timezone.localdate() - timedelta(1), starts=timezone.localdate() - timedelta(9)
    )
    page = front(client)
    assert "Never signed in: 1" in page
    assert "No role today: 1" in page
    assert f"/people/{pcso.pk}/" in page
    assert f"/people/{officer.pk}/" in page
    assert "No second factor" not in page
    monkeypatch.setattr(settings, "SECOND_FACTOR", True)
    for user in own.exclude(pk=pcso.pk):
        Authenticator.objects.create(user=user, type="totp", data={})
    assert "No second factor: 1" in front(client)
    found = client.get("/people/?lacks=factor").content.decode()
    assert re.findall(r'href="/people/(\d+)/"', found) == [str(pcso.pk)]
    User.objects.filter(pk=pcso.pk).update(is_active=False)
    assert "No second factor" not in front(client)


def test_who_works_cases_and_oversees_finds_both(town: Town) -> None:
    from headwater.service.agencies.models import Membership

    officer = town.user("officer@police")
    Membership.objects.create(user=officer, team=officer.live_memberships[0].team, role="auditor")
    page = front(town.client("officer@police"))
    assert "Cases I lead" in page
    assert "Restricted cases opened" in page


@pytest.mark.parametrize("key", ["auditor@police", "administrator@police"])
def test_the_front_page_of_many_asks_no_more_than_that_of_few(town: Town, key: str) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from headwater.service.agencies.models import User

    client = town.client(key)
    client.get("/")
    with CaptureQueriesContext(connection) as few:
        client.get("/")
    User.objects.bulk_create(
        User(email=f"x{number}@police.example", name=f"X {number}", agency=town.agency("Police"))
        for number in range(150)
    )
    with CaptureQueriesContext(connection) as many:
        page = client.get("/").content.decode()
    assert len(many) <= min(len(few) + 1, 15)
    if key == "administrator@police":
        assert "No role today: More than 100" in page


def test_the_page_of_components_leads_to_each_of_its_sections(town: Town) -> None:
    page = town.client(None).get("/design/").content.decode()
    sections = re.findall(r'<section class="section" id="([^"]+)"><h2>([^<]+)</h2>', page)
    links = re.findall(r'<a href="#([^"]+)">([^<]+)</a>', page.partition("On this page")[2].partition("</nav>")[0])
    assert links == sections
    assert len(sections) == page.count('<section class="section"') > 10
    assert 'class="govuk-back-link" href="/"' in page
