"""A restricted case: a locked line for the team, nothing for anybody else; breaking the glass is loud and ends by itself."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.service.conftest import Live, SignIn
from tests.e2e.service.steps import begin_case, check, in_service

pytestmark = [pytest.mark.browser, pytest.mark.service, pytest.mark.full]

NAME = "Sky Hidden"


def test_a_restricted_case_is_a_locked_line_and_breaking_the_glass_is_told(sign_in: SignIn, live: Live) -> None:
    sergeant, pcso = sign_in("sergeant@police"), sign_in("pcso@police", width=390)
    case = begin_case(sergeant, NAME)
    sergeant.goto(f"{case}restrict/")
    check(sergeant)
    sergeant.get_by_label("A relative of a member of staff").check()
    sergeant.get_by_role("button", name="Save").click()
    reference = f"C-{int(case.strip('/').split('/')[-1]):06}"

    # The team sees that there is something, and whom to ask; no name, not in counts, search, export or notices.
    pcso.goto("/cases/")
    expect(pcso.get_by_role("link", name=reference)).to_be_visible()
    expect(pcso.get_by_text(NAME)).to_have_count(0)
    check(pcso)
    pcso.goto("/search/?q=Sky+Hidden")
    expect(pcso.get_by_text("Nothing that you may see fits.")).to_be_visible()
    exported = pcso.request.get(f"{live.address}/cases/?format=csv").text()
    assert NAME not in exported
    assert reference not in exported
    pcso.goto("/notices/")
    expect(pcso.get_by_text(NAME)).to_have_count(0)
    pcso.goto(case)
    expect(pcso.get_by_role("heading", name=f"{reference} is locked")).to_be_visible()
    expect(pcso.get_by_text("Sergeant Sam Sergeant")).to_be_visible()
    check(pcso)
    for page in ("timeline", "plan", "agencies", "documents", "meetings", "wishes"):
        assert pcso.goto(f"{case}{page}/").status == 404, page  # type: ignore[union-attr]

    # Others see nothing at all.
    stranger = sign_in("sergeant-coventry@police")
    assert stranger.goto(case).status == 404  # type: ignore[union-attr]
    check(stranger)

    # Break-glass: a reason, an hour, and the data-protection officer's list is told at once.
    pcso.goto(case)
    pcso.get_by_role("link", name="Open it for an hour").click()
    check(pcso)
    pcso.get_by_role("button", name="Open it for 60 minutes").click()
    expect(pcso.get_by_role("alert")).to_contain_text("Why must you open it now")
    pcso.get_by_label("Why must you open it now?").fill("He is in the station and asks for his worker.")
    pcso.get_by_role("button", name="Open it for 60 minutes").click()
    expect(pcso.get_by_role("heading", name=NAME, level=1)).to_be_visible()
    expect(pcso.get_by_text("You opened this restricted case.")).to_be_visible()
    check(pcso)
    auditor = sign_in("auditor@police")
    auditor.goto("/notices/")
    expect(auditor.get_by_text("A restricted case was opened by break-glass").first).to_be_visible()
    check(auditor)
    auditor.goto("/log/?verb=break+glass")
    expect(auditor.get_by_role("cell", name="Pat Support PCSO")).to_be_visible()
    check(auditor)
    sergeant.goto(f"{case}agencies/")
    expect(sergeant.get_by_role("cell", name="PCSO Pat Support, Made-up Police").first).to_be_visible()
    asked = "Mail.objects.filter(to='data-protection@police.example').values_list('subject', flat=True)"
    told = in_service(live, f"from headwater.service.notices.models import Mail\nprint(list({asked}))")
    assert "A restricted case was opened by break-glass" in told
    assert NAME not in told

    # After its time it is locked again.
    in_service(
        live,
        "from django.utils import timezone\n"
        "from headwater.service.cases.models import BreakGlass\nBreakGlass.objects.update(until=timezone.now())",
    )
    pcso.goto(case)
    expect(pcso.get_by_role("heading", name=f"{reference} is locked")).to_be_visible()
