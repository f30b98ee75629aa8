"""Breaking the glass of a restricted case: with a reason, for an hour, and loud."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.service.conftest import Live, SignIn
from tests.e2e.service.steps import begin_case, check, in_service, reference_of, restrict

pytestmark = [pytest.mark.browser, pytest.mark.service, pytest.mark.full]

NAME = "Lou Behindglass"
REASON = "He is in the station and asks for his worker."


def test_breaking_the_glass_is_told_at_once_and_ends_by_itself(sign_in: SignIn, live: Live) -> None:
    sergeant, pcso, auditor = sign_in("sergeant@police"), sign_in("pcso@police", width=390), sign_in("auditor@police")
    case = begin_case(sergeant, NAME)
    reference = reference_of(case)
    restrict(sergeant, case, "A relative of a member of staff")

    # Not without a reason.
    pcso.goto(case)
    pcso.get_by_role("link", name="Open it for an hour").click()
    expect(pcso.get_by_text("The data-protection officer’s list and your sergeant are told at once")).to_be_visible()
    expect(pcso.get_by_text(NAME)).to_have_count(0)
    check(pcso)
    pcso.get_by_role("button", name="Open it for 60 minutes").click()
    expect(pcso.get_by_role("alert")).to_contain_text("Why must you open it now")
    check(pcso)
    pcso.get_by_label("Why must you open it now?").fill(REASON)
    pcso.get_by_role("button", name="Open it for 60 minutes").click()
    expect(pcso.get_by_role("heading", name=NAME, level=1)).to_be_visible()
    expect(pcso.get_by_text("You opened this restricted case.")).to_be_visible()
    check(pcso)

    # Told at once: the data-protection officer's list by mail, the auditor in the page, the sergeant too; and never who it is about.
    asked = "Mail.objects.filter(to='data-protection@police.example').values_list('subject', flat=True)"
    mails = in_service(live, f"from headwater.service.notices.models import Mail\nprint(list({asked}))")
    assert "Urgent: A restricted case was opened by break-glass" in mails
    assert NAME not in mails
    assert REASON not in mails
    for page in (auditor, sergeant):
        page.goto("/notices/")
        expect(page.get_by_text("A restricted case was opened by break-glass").first).to_be_visible()
        expect(page.get_by_text(NAME)).to_have_count(0)
        check(page)
    auditor.goto("/log/?verb=break+glass")
    expect(auditor.get_by_role("cell", name="Pat Support PCSO").first).to_be_visible()
    check(auditor)
    sergeant.goto(f"{case}agencies/")
    expect(sergeant.get_by_role("cell", name="PCSO Pat Support, Made-up Police").first).to_be_visible()
    sergeant.goto(f"{case}timeline/")
    expect(sergeant.get_by_text(REASON)).to_be_visible()

    # It opens this case for this person only, and after its time it is locked again.
    other = sign_in("officer@police")
    other.goto(case)
    expect(other.get_by_role("heading", name=f"{reference} is locked")).to_be_visible()
    number = case.strip("/").split("/")[-1]
    in_service(
        live,
        "from django.utils import timezone\nfrom headwater.service.cases.models import BreakGlass\n"
        f"BreakGlass.objects.filter(case={number}).update(until=timezone.now())",
    )
    pcso.goto(case)
    expect(pcso.get_by_role("heading", name=f"{reference} is locked")).to_be_visible()
    pcso.goto("/cases/")
    expect(pcso.get_by_text(NAME)).to_have_count(0)
