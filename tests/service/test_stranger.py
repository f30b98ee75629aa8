"""Does every address refuse a stranger? Walked from the map of addresses, so that a new page cannot escape."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver

from headwater.areas.deprivation import DOMAINS
from tests.service.conftest import Town

pytestmark = pytest.mark.service

STRANGERS = (
    "sergeant-coventry@police", "analyst@police", "auditor@police", "administrator@police", "housing-officer@housing", "youth-worker@charity",
    "charity-manager@charity", "charity-administrator@charity", "social-worker@council", "council-manager@council", "nurse@health", "teacher@school", None,
)  # fmt: skip
"""Everybody who has nothing to do with a case of the Dudley team; None: nobody is signed in."""

MARKS = ("Jordan", "1 Made-up House", "like to work with cars", "MARKED", "K-example0001")
"""Words that stand in the case and its package, and nowhere else."""

NOT_OURS = ("sign-in/",)
"""allauth's own pages; they show nobody but the one who signs in."""


def walk(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for one in patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from walk(one.url_patterns, route)
        else:
            yield route, one


def ours() -> list[tuple[str, URLPattern]]:
    from django.urls import get_resolver

    return [(route, one) for route, one in walk(get_resolver().url_patterns) if not route.startswith(NOT_OURS)]


@pytest.fixture
def ids(town: Town) -> dict[str, dict[str, Any]]:
    """Items of the Dudley team for every kind of address."""
    return make_ids(town)


def make_ids(town: Town) -> dict[str, dict[str, Any]]:
    """One item of each kind, by the first part of its address."""
    from headwater.service.agencies.models import Agreement
    from headwater.service.cases.actions import cases, plan, referrals, sight
    from headwater.service.cases.models import Document, Member
    from headwater.service.notices.models import Notice

    case = town.case()
    officer, sergeant = town.actor("officer@police"), town.actor("sergeant@police")
    cases.write_wishes(case, acting=officer, wishes="MARKED", strengths="", needs="")
    goal = plan.set_goal(case, acting=officer, words="MARKED goal", unsafe=False)
    action = plan.add_action(
        case,
        acting=officer,
        words="MARKED action",
        due=case.next_review_on,
        agency=case.team.agency,
        owner=officer.user,
        goal=goal,
    )
    meeting = plan.hold_meeting(
        case,
        acting=officer,
        content={"on": case.next_review_on, "where": "", "agenda": "MARKED", "present": "", "minutes": ""},
    )
    document = Document.objects.create(
        case=case,
        title="MARKED",
        file="none.txt",
        kind="txt",
        size=1,
        digest="x",
        agency=case.team.agency,
        by=officer.user,
    )
    asked = referrals.refer(
        case, acting=officer, receiver=town.agency("Health"), ask="MARKED", categories=["plan"], send=False
    )
    told = sight.disclose_urgently(
        case,
        acting=sergeant,
        receiver=town.agency("School"),
        basis="vital-interests",
        reason="MARKED",
    )
    member = Member.objects.create(case=case, name="MARKED member", relationship="uncle")
    area = case.team.areas.first()
    agreement = Agreement.objects.filter(receiver=town.agency("Council")).get()
    notice = Notice.objects.filter(user=officer.user).first()
    return {
        "cases": {
            "number": case.pk, "goal_id": goal.pk, "action_id": action.pk, "meeting_id": meeting.pk, "member_id": member.pk, "document_id": document.pk,
            "subject_id": case.subject.pk,
        },
        "packages": {"reference": "K-example0001"}, "referrals": {"number": asked.pk}, "disclosures": {"number": told.pk, "document_id": document.pk},
        "agreements": {"agreement_id": agreement.pk}, "desk": {"package_id": "K-example0001"},
        "notices": {"number": notice.pk if notice else 0}, "answer": {"token": "x" * 43},
        "teams": {"team_id": case.team_id, "area_id": area.pk if area else 0},
        "areas": {"code": "DY07", "level": "team", "digest": "0" * 16}, "areas/plans": {"number": make_draft_plan(town).pk, "kind": "csv"},
        "people": {"user_id": officer.id, "membership_id": officer.user.live_memberships[0].pk},
    }  # fmt: skip


def make_draft_plan(town: Town) -> Any:
    """A plan that nobody but planners may know of."""
    from headwater.service.areas.models import Plan

    planner = town.user("planner@police")
    result = {
        "posts": {"pc": {"DY07": 5}}, "today": {"pc": {}}, "need": {"DY07": 1.0}, "why": {"pc": {}}, "sure": {}, "gap": None, "sources": [], "left_out": 0,
        "double": False, "residents": {"DY07": 100.0}, "groups": [],
    }  # fmt: skip
    choices = {
        "weights": dict.fromkeys(DOMAINS, 0.1),
        "workload": 0,
        "roles": {"pc": {"posts": 5}},
        "band": None,
        "mix": None,
        "method": "webster",
    }
    return Plan.objects.create(
        agency=planner.agency,
        name="MARKED plan",
        level="team",
        choices=choices,
        result=result,
        made_by=planner,
        changed_by=planner,
    )


MAY = {
    *(("areas", one) for one in ("sergeant-coventry@police", "analyst@police", "auditor@police", "administrator@police", "housing-officer@housing",
      "youth-worker@charity", "charity-manager@charity", "charity-administrator@charity", "social-worker@council", "council-manager@council",
      "nurse@health", "teacher@school")),  # An area is no secret: it tells of places.
    ("agreements", "council-manager@council"), ("disclosures", "teacher@school"), ("people", "administrator@police"), ("teams", "administrator@police"),
    ("agreements", "auditor@police"), ("agreements", "administrator@police"), ("oversight", "auditor@police"),
    ("", "auditor@police"),  # The newest reasons stand on the front page of who oversees them.
}  # fmt: skip
"""Those of the strangers who have a right to an item: the other party of the agreement, the receiver of the disclosure, the own administrator."""


def first_of(route: str) -> str:
    """The part of an address that says what its item is."""
    return "areas/plans" if route.startswith("areas/plans") else route.split("/")[0]


def fill(route: str, pattern: URLPattern, ids: dict[str, dict[str, Any]]) -> str:
    first = first_of(route)
    names = pattern.pattern.converters
    missing = set(names) - set(ids.get(first, {}))
    assert not missing, f"say in this test which {missing} an address like {route} is to be asked with"
    for name in names:
        for kind in ("int", "str", "uuid", "slug"):
            route = route.replace(f"<{kind}:{name}>", str(ids[first][name]))
    return "/" + route


SHORT = ("sergeant-coventry@police", "administrator@police", "youth-worker@charity", "social-worker@council", None)
"""Those that the short run asks; the others are asked in `make test-full`."""


@pytest.mark.parametrize(
    "stranger", [one if one in SHORT else pytest.param(one, marks=pytest.mark.full) for one in STRANGERS]
)
def test_every_address_refuses_a_stranger(town: Town, ids: dict[str, dict[str, Any]], stranger: str | None) -> None:
    client = town.client(stranger)
    seen = 0
    for route, pattern in ours():
        address = fill(route, pattern, ids)
        first, has_item = first_of(route), bool(pattern.pattern.converters)
        allowed = (first, stranger) in MAY
        for method in ("get", "post"):
            answer = getattr(client, method)(
                address, {"format": "csv", "state": "all"} if method == "get" and not has_item else {}
            )
            text = b"".join(answer) if answer.streaming else answer.content
            found = [mark for mark in MARKS if mark.encode() in text] if not allowed else []
            assert not found, f"{method} {address} shows {found} to {stranger}"
            if has_item and not allowed:
                refused = answer.status_code in (404, 405) or (stranger is None and answer.status_code == 302)
                assert refused, f"{method} {address} answers {stranger} with {answer.status_code}"
            seen += 1
    assert seen > 100


FORMER = (
    "its referral ended",
    "its agreement lapsed",
    "its case closed",
    "has moved",
    "has left",
    "broke the glass an hour ago",
)
SHORT_OF_FORMER = ("its case closed", "has left", "broke the glass an hour ago")
"""As above."""


@pytest.mark.parametrize(
    "how", [one if one in SHORT_OF_FORMER else pytest.param(one, marks=pytest.mark.full) for one in FORMER]
)
def test_every_address_refuses_somebody_whose_time_is_over(
    town: Town, ids: dict[str, dict[str, Any]], how: str
) -> None:
    """Those who could read it once: what ended is walked like a stranger's."""
    from datetime import timedelta

    from django.utils import timezone

    from headwater.service.agencies.actions import end_role, end_time_here
    from headwater.service.agencies.models import Agreement, Membership, Team, today
    from headwater.service.cases.actions.cases import restrict
    from headwater.service.cases.actions.referrals import end
    from headwater.service.cases.models import Action, BreakGlass, Case, Referral

    case = Case.objects.get(pk=ids["cases"]["number"])
    asked = town.referred(case, categories=["plan", "wishes", "notes", "documents"])
    officer, administrator = town.actor("officer@police"), town.actor("administrator@police")
    partner = how.startswith("its")
    who = "youth-worker@charity" if partner else "pcso@police"
    address = f"/cases/{case.pk}/"
    client = town.client(who)
    if how == "broke the glass an hour ago":
        restrict(case, acting=town.actor("sergeant@police"), restriction="other", people=[])
        assert (
            client.post(f"{address}break-glass/", {"reason": "Her sister rang: she is not at home."}).status_code == 302
        )
    assert client.get(address).status_code == 200
    if how == "its referral ended":
        end(asked, acting=officer, why="MARKED end")
    elif how == "its agreement lapsed":
        Agreement.objects.filter(pk=asked.agreement_id).update(ends=today() - timedelta(1))
    elif how == "its case closed":
        Action.objects.filter(case=case).update(state="done")
        Referral.objects.filter(case=case, state="draft").update(state="withdrawn")
        closed = town.client("sergeant@police").post(
            f"{address}close/", {"outcome": "better", "words": "MARKED", "learned": "MARKED"}
        )
        assert closed.status_code == 302
    elif how == "has left":
        end_time_here(acting=administrator, user_id=town.user(who).pk)
    elif how == "has moved":
        for held in list(town.user(who).live_memberships):
            end_role(acting=administrator, user_id=held.user_id, membership_id=held.pk)
        Membership.objects.create(user=town.user(who), team=Team.objects.get(lake_team="CV12"), role="PCSO")
    else:
        BreakGlass.objects.update(until=timezone.now())
    locked = (address, f"{address}break-glass/") if how == "broke the glass an hour ago" else ()
    own = {f"/referrals/{ids['referrals']['number']}/"} if partner else set()
    for route, pattern in ours():
        there = fill(route, pattern, ids)
        has_item = bool(pattern.pattern.converters)
        for method in ("get", "post"):
            answer = getattr(client, method)(there, {"format": "csv", "state": "all"} if method == "get" else {})
            text = b"".join(answer) if answer.streaming else answer.content
            marks = [mark for mark in MARKS if mark.encode() in text and "K-example" not in mark]
            assert not marks, f"{method} {there} shows {marks} to one who {how}"
            if has_item and there not in locked and there not in own and first_of(route) != "areas":
                assert answer.status_code in (302, 404, 405), (
                    f"{method} {there} answers one who {how}: {answer.status_code}"
                )
                assert answer.status_code != 302 or "/sign-in/" in answer.headers["Location"], there


def test_an_item_of_one_case_is_not_found_under_another(town: Town, ids: dict[str, dict[str, Any]]) -> None:
    """Numbers of goals, actions, meetings, members and documents belong to the case whose address they stand in."""
    from headwater.service.agencies.models import Team
    from headwater.service.cases.actions.cases import begin_case

    officer = town.actor("officer@police")
    team = Team.objects.get(pk=ids["teams"]["team_id"])
    other = begin_case(acting=officer, team=team, subject={"name": "Other Person"}, why="x", review_every=28)
    mixed = {**ids, "cases": {**ids["cases"], "number": other.pk}}
    client, seen = town.client("officer@police"), 0
    for route, pattern in ours():
        if route.startswith("cases/") and len(pattern.pattern.converters) > 1:
            for method in ("get", "post"):
                answer = getattr(client, method)(fill(route, pattern, mixed), {})
                assert answer.status_code == 404, f"{method} {route}"
                seen += 1
    assert seen > 10


def test_forbidden_and_unknown_look_the_same(town: Town, ids: dict[str, dict[str, Any]]) -> None:
    import re

    client = town.client("youth-worker@charity")
    pages = [client.get(f"/cases/{number}/") for number in (ids["cases"]["number"], 987_654_321)]
    bare = [re.sub(rb"csrfmiddlewaretoken\" value=\"\w+", b"", page.content) for page in pages]
    assert bare[0] == bare[1]
    assert pages[0].status_code == pages[1].status_code == 404


def test_every_page_says_whom_it_is_for() -> None:
    for route, pattern in ours():
        assert getattr(pattern.callback, "door", None) in ("signed in", "anyone"), (
            f"{route} has no door: use signed_in, for_people or anyone"
        )
    open_to_all = {route for route, pattern in ours() if getattr(pattern.callback, "door", None) == "anyone"}
    assert open_to_all == {"health/", "design/", "answer/<str:token>/"}
