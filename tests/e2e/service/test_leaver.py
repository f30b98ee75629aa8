"""Somebody leaves: out at once, everywhere, and their work is not left with nobody."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from tests.e2e.service.conftest import Live, SignIn
from tests.e2e.service.steps import add_action, begin_case, check, follow, in_service

pytestmark = [pytest.mark.browser, pytest.mark.service, pytest.mark.full]


def test_a_joiner_works_and_a_leaver_is_out_at_once(sign_in: SignIn, live: Live) -> None:
    administrator = sign_in("administrator@police")
    follow(administrator, administrator.get_by_role("link", name="People").first)
    check(administrator)
    follow(administrator, administrator.get_by_role("link", name="Add somebody"))
    check(administrator)
    administrator.get_by_label("Name").fill("Lee Leaver")
    administrator.get_by_label("Work e-mail address").fill("lee@elsewhere.example")
    administrator.get_by_label("In which team?").select_option(label="Lark Hill Top")
    administrator.get_by_label("Officer", exact=True).check()
    administrator.get_by_role("button", name="Add").click()
    expect(administrator.get_by_role("alert")).to_contain_text("uses addresses that end in police.example")
    check(administrator)
    administrator.get_by_label("Work e-mail address").fill("lee@police.example")
    administrator.get_by_role("button", name="Add").click()
    expect(administrator.get_by_role("heading", name="Lee Leaver")).to_be_visible()
    check(administrator)
    person = administrator.url

    in_service(
        live,
        f"from headwater.service.agencies.models import User\nuser = User.objects.get(email='lee@police.example')\n"
        f"user.set_password({live.password!r})\nuser.save()",
    )
    leaver = sign_in("lee@police")
    case = begin_case(leaver, "Noor Kept")
    add_action(leaver, case, "Walk to the club with Noor", "Lee Leaver", datetime.now(UTC).date())
    leaver.goto("/")
    expect(leaver.get_by_text("Walk to the club with Noor")).to_be_visible()
    check(leaver)

    administrator.goto(person)
    follow(administrator, administrator.get_by_role("link", name="End their time here"))
    check(administrator)
    administrator.get_by_role("button", name="End it now").click()
    expect(administrator.get_by_text("left")).to_be_visible()
    check(administrator)

    leaver.goto(case)
    assert "/sign-in/login/" in leaver.url, "the session ended at once"
    leaver.get_by_label("Email").fill("lee@police.example")
    leaver.get_by_label("Password").fill(live.password)
    leaver.get_by_role("button", name="Sign in", exact=True).click()
    expect(leaver.get_by_role("heading", name="Noor Kept")).to_have_count(0)
    check(leaver)

    sergeant = sign_in("sergeant@police")
    sergeant.goto("/notices/")
    expect(sergeant.get_by_text("Somebody has left: 1 case of your team has no lead").first).to_be_visible()
    sergeant.goto("/cases/?lead=nobody")
    sergeant.get_by_role("link", name="Noor Kept").click()
    sergeant.get_by_role("link", name="Change who leads").click()
    sergeant.get_by_label("Who leads now?").select_option(label="PC Omar Officer")
    sergeant.get_by_role("button", name="Save").click()
    expect(sergeant.get_by_text("Omar Officer").first).to_be_visible()
    check(sergeant)

    # What the leaver had to do is nobody's now: the sergeant is told, and gives it to somebody.
    sergeant.goto("/notices/")
    expect(sergeant.get_by_text("Somebody has left: 1 open action needs somebody else").first).to_be_visible()
    sergeant.goto("/")
    check(sergeant)
    follow(sergeant, sergeant.get_by_role("link", name="Give it to somebody: Walk to the club with Noor"))
    check(sergeant)
    sergeant.get_by_label("Who does it?").select_option(label="PCSO Pat Support")
    sergeant.get_by_role("button", name="Save").click()
    expect(sergeant.get_by_text("Pat Support").first).to_be_visible()
    check(sergeant)
    pcso = sign_in("pcso@police", width=390)
    expect(pcso.get_by_text("Walk to the club with Noor")).to_be_visible()
    check(pcso)
