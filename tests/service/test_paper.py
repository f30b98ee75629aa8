"""Does paper hold nothing that somebody at home must not read?"""

from __future__ import annotations

import io
from typing import Any

import pytest

from tests.service.conftest import Town

pytestmark = pytest.mark.service

OFFICER, HOUSING = "officer@police", "housing-officer@housing"
LEAVE, CALL = "Leave him safely by March", "Call the refuge on her mother’s telephone"


def filled(town: Town) -> Any:
    """A case with a plan: harmless lines, lines about abuse that nobody has marked, and marked ones."""
    from headwater.service.cases.actions import cases, plan

    case = town.case()
    officer = town.actor(OFFICER)
    cases.write_wishes(case, acting=officer, wishes="I want him to stop hitting her.", strengths="", needs="")
    told: Any = {"acting": officer, "due": case.next_review_on, "agency": case.team.agency, "owner": officer.user}
    garden = plan.set_goal(case, acting=officer, words="Read every day", unsafe=False)
    leave = plan.set_goal(case, acting=officer, words=LEAVE, unsafe=False)
    hidden = plan.set_goal(case, acting=officer, words="HIDDEN goal", unsafe=True)
    plan.add_action(case, words="Library card", goal=garden, **told)
    plan.add_action(case, words=CALL, goal=leave, **told)
    plan.add_action(case, words="HIDDEN by goal", goal=hidden, **told)
    plan.add_action(case, words="HIDDEN alone", unsafe=True, **told)
    return case


def make_careful(case: Any, why: str) -> None:
    if why == "suspect":
        case.household.create(name="MARKED", relationship="step-parent", suspected_on=case.next_review_on)
    elif why == "contact":
        case.contact_safely = "Never call after five."
    else:
        case.restriction = "domestic-abuse"
    case.save()


def keys(case: Any) -> dict[str, str]:
    """Words → the tick box that lets them onto paper."""
    from headwater.service.cases.paper import lines_to_tick

    return {words.partition(": ")[2]: key for key, words in lines_to_tick(case)}


def key_of(case: Any, words: str) -> str:
    return next(key for line, key in keys(case).items() if line.startswith(words))


def printed(client: Any, case: Any, *, ticks: tuple[str, ...] = (), pdf: bool = False, large: bool = False) -> str:
    told: dict[str, Any] = {"checked": "on", "safe": list(ticks), "as": "pdf" if pdf else "page"}
    answer = client.post(f"/cases/{case.pk}/plan/print/", told | ({"large": "on"} if large else {}))
    assert answer.status_code == 200, answer.content.decode()
    if not pdf:
        return str(answer.content.decode())
    from pypdf import PdfReader

    return "".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(answer.content)).pages)


def test_a_plan_that_nobody_at_home_must_not_read_prints_but_for_what_is_marked(town: Town) -> None:
    case = filled(town)
    officer = town.client(OFFICER)
    assert "needs care on paper" not in officer.get(f"/cases/{case.pk}/plan/print/").content.decode()
    assert officer.post(f"/cases/{case.pk}/plan/print/", {"as": "page"}).status_code == 422
    page = printed(officer, case)
    assert "Library card" in page
    assert "hitting" in page
    assert "HIDDEN" not in page


@pytest.mark.parametrize("why", ["suspect", "contact", "restriction"])
@pytest.mark.parametrize(("pdf", "large"), [(False, False), (False, True), (True, False), (True, True)])
def test_where_abuse_is_known_only_what_was_ticked_is_printed(town: Town, why: str, pdf: bool, large: bool) -> None:
    case = filled(town)
    make_careful(case, why)
    text = printed(town.client(OFFICER), case, ticks=(key_of(case, "Library card"),), pdf=pdf, large=large)
    assert "Library card" in text
    for never in (LEAVE, CALL, "Read every day", "HIDDEN", "hitting", "MARKED", "Never call", "Who to talk to"):
        assert never not in text, never


@pytest.mark.parametrize("why", ["suspect", "contact", "restriction"])
def test_with_nothing_ticked_nothing_is_printed(town: Town, why: str) -> None:
    from headwater.service.cases.paper import plan_for_paper
    from headwater.service.cases.rules import WHOLE

    case = filled(town)
    make_careful(case, why)
    for way in ("page", "pdf"):
        answer = town.client(OFFICER).post(f"/cases/{case.pk}/plan/print/", {"checked": "on", "as": way})
        assert answer.status_code == 422
        assert "nothing to print" in answer.content.decode()
    plan = plan_for_paper(case, WHOLE)
    assert (plan.goals, plan.other, plan.wants, plan.lead, plan.agency) == ([], [], "", "", "")


def test_the_page_says_why_and_how_to_make_contact(town: Town) -> None:
    case = filled(town)
    make_careful(case, "suspect")
    make_careful(case, "contact")
    page = town.client(OFFICER).get(f"/cases/{case.pk}/plan/print/").content.decode()
    for words in (
        "A recorded suspect lives there",
        "MARKED",
        "Never call after five.",
        "Only what you tick is printed",
    ):
        assert words in page, words
    assert "HIDDEN" not in page
    assert "hitting" not in page


def test_what_was_marked_never_print_cannot_be_ticked(town: Town) -> None:
    case = filled(town)
    make_careful(case, "suspect")
    case.goals.filter(words="HIDDEN goal").update(unsafe_to_print=False)
    ticked = key_of(case, "HIDDEN goal")
    case.goals.filter(words="HIDDEN goal").update(unsafe_to_print=True)
    told = {"checked": "on", "as": "page", "safe": [ticked]}
    answer = town.client(OFFICER).post(f"/cases/{case.pk}/plan/print/", told)
    assert answer.status_code == 422
    assert "HIDDEN" not in answer.content.decode()


def test_a_line_that_was_changed_since_it_was_read_is_not_the_one_that_was_ticked(town: Town) -> None:
    from headwater.service.cases.actions.plan import set_goal

    case = filled(town)
    make_careful(case, "suspect")
    ticked = key_of(case, "Read every day")
    goal = case.goals.get(words="Read every day")
    set_goal(case, acting=town.actor(OFFICER), words="MARKED: hide a bag at Ann’s", unsafe=False, goal=goal)
    answer = town.client(OFFICER).post(
        f"/cases/{case.pk}/plan/print/", {"checked": "on", "as": "page", "safe": [ticked]}
    )
    assert answer.status_code == 422
    assert "Somebody changed the plan" in answer.content.decode()


def test_what_was_let_onto_paper_is_logged(town: Town) -> None:
    from headwater.service.audit.models import Entry

    case = filled(town)
    make_careful(case, "suspect")
    goal = case.goals.get(words="Read every day")
    printed(town.client(OFFICER), case, ticks=(key_of(case, "Read every day"),))
    rows = Entry.objects.filter(verb="print", case=case.pk)
    assert {(row.item_type, tuple(row.items)) for row in rows} == {
        ("cases_case", (str(case.pk),)),
        ("cases_goal", (str(goal.pk),)),
    }


@pytest.mark.parametrize("why", ["suspect", "contact", "restriction", "nothing"])
@pytest.mark.parametrize("pdf", [False, True])
def test_a_partner_who_may_not_see_who_lives_there_always_prints_with_care_and_is_not_told_why(
    town: Town, why: str, pdf: bool
) -> None:
    from headwater.service.cases.actions.referrals import accept

    case = filled(town)
    asked = town.referred(case, to="Made-up Homes", categories=["plan", "wishes"], accepted=False)
    accept(asked, acting=town.actor(HOUSING))
    if why != "nothing":
        make_careful(case, why)
    housing = town.client(HOUSING)
    page = housing.get(f"/cases/{case.pk}/plan/print/").content.decode()
    assert "This plan needs care on paper." in page
    for never in ("MARKED", "suspect", "Never call", "domestic abuse", "HIDDEN"):
        assert never not in page, never
    assert housing.post(f"/cases/{case.pk}/plan/print/", {"checked": "on", "as": "page"}).status_code == 422
    text = printed(housing, case, ticks=(key_of(case, "Library card"),), pdf=pdf)
    assert "Library card" in text
    for never in (LEAVE, CALL, "HIDDEN", "hitting"):
        assert never not in text, never


def test_a_partner_who_was_not_given_the_name_prints_none(town: Town) -> None:
    from headwater.service.agencies.models import Agreement
    from headwater.service.cases.actions.referrals import accept

    case = filled(town)
    asked = town.referred(case, to="Made-up Homes", categories=["plan", "household"], accepted=False)
    accept(asked, acting=town.actor(HOUSING))
    Agreement.objects.filter(pk=asked.agreement_id).update(categories=["plan", "household"])
    housing = town.client(HOUSING)
    for page in (
        housing.get(f"/cases/{case.pk}/plan/print/").content.decode(),
        printed(housing, case),
        housing.get(f"/cases/{case.pk}/plan/").content.decode(),
    ):
        assert "Jordan" not in page
