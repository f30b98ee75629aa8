"""Two analysts meet over one draft; what they release stands in the team's inbox. On a desk, on a phone, and without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.axe import run_axe, unfold
from tests.e2e.service.conftest import Live, SignIn
from tests.e2e.service.steps import check, in_service
from tests.triggers.desk.conftest import Desk, make_desk

pytestmark = [pytest.mark.browser, pytest.mark.service, pytest.mark.full]

PREPARE = """
from headwater.service.agencies.models import Agency, Membership, Team, User
first, sergeant = (User.objects.get(email=f"{{key}}@police.example") for key in ("analyst", "sergeant"))
team, _ = Team.objects.get_or_create(agency=first.agency, lake_team={number!r}, defaults={{"name": {name!r}}})
Membership.objects.get_or_create(user=sergeant, team=team, role="sergeant", defaults={{"starts": "2016-01-01"}})
same = {{"name": "Sam Second", "agency": first.agency, "password": first.password}}
second, _ = User.objects.get_or_create(email="second-analyst@police.example", defaults=same)
Membership.objects.get_or_create(user=second, team=first.live_memberships[0].team, role="analyst", defaults={{"starts": "2016-01-01"}})
"""


@pytest.fixture(scope="module")
def desk(live: Live) -> Desk:
    """A lake of four drafts beside the running service, a second analyst, and a sergeant of the team that they go to."""
    made = make_desk(live.data)
    team = made.drafts()["Alphaham"].team
    in_service(live, PREPARE.format(number=team.team_id, name=team.name))
    return made


def open_draft(page: Page, name: str) -> None:
    page.goto("/desk/")
    page.get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", name="Decide")).to_be_visible()


def say_all_right(page: Page) -> None:
    for box in page.locator(".desk__form select").all():
        box.select_option(label="Right")


def keep(page: Page) -> None:
    page.get_by_role("button", name="Keep").click()


def test_two_analysts_decide_and_what_they_release_is_in_the_inbox(desk: Desk, sign_in: SignIn) -> None:
    name = desk.drafts()["Alphaham"].subject.name
    first, second = sign_in("analyst@police"), sign_in("second-analyst@police", width=320, height=700)
    for page in (first, second):
        page.goto("/desk/?q=nobody")
        expect(page.get_by_text("No draft fits this filter")).to_be_visible()
        check(page)
        open_draft(page, name)
        check(page)
        unfold(page)
        assert run_axe(page) == []

    first.get_by_label("Yes: hand it on to the team").check()
    keep(first)
    expect(first.get_by_role("alert")).to_contain_text("pieces are not decided yet")
    check(first)

    second.get_by_label("At home:").first.check()
    second.get_by_label("Who has told the person").fill("The school told her mother.")
    keep(second)
    expect(second.get_by_role("status")).to_contain_text("still open")

    say_all_right(first)
    keep(first)
    expect(first.get_by_role("alert")).to_contain_text("second-analyst@police.example decided about it")
    expect(first.get_by_text("must not be passed on (second-analyst@police.example")).to_be_visible()
    expect(first.get_by_label("At home:").first).to_be_checked()
    check(first)
    keep(first)
    expect(first.get_by_role("status")).to_contain_text("Released: it is in the inbox of")
    check(first)

    sergeant = sign_in("sergeant@police")
    sergeant.goto("/inbox/")
    sergeant.get_by_role("link", name=name).click()
    expect(sergeant.get_by_text("The school told her mother.")).to_be_visible()


def test_a_draft_is_decided_on_a_phone_without_scripts(desk: Desk, sign_in: SignIn) -> None:
    name = desk.drafts()["Betaham"].subject.name
    page = sign_in("analyst@police", width=320, height=700, scripts=False)
    open_draft(page, name)
    page.get_by_role("link", name="Go to the questions").click()
    page.get_by_label("Is it the right person?").select_option(label="No: wrong person")
    keep(page)
    expect(page.get_by_text("Were records of two people joined")).to_be_visible()
    page.goto("/desk/?state=rejected")
    expect(page.get_by_role("link", name=name)).to_be_visible()
