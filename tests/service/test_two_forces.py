"""Do two police forces on one installation keep apart, and does an administrator stay within the own agency and role?"""

from __future__ import annotations

import io
from typing import Any

import pytest

from tests.service.conftest import Town, read_and_send
from tests.service.desk.conftest import Open, desk, opened, searched  # noqa: F401 - fixtures

pytestmark = pytest.mark.service


@pytest.fixture
def second(town: Town) -> Any:
    """An analyst and an administrator of another force, with a neighbourhood team of its own."""
    from headwater.service.agencies.models import Agency, Membership, Team, User

    agency = Agency.objects.create(name="Second Force", kind="police", domains=["second.example"])
    team = Team.objects.create(agency=agency, name="Elsewhere", lake_team="EL01")
    for role in ("analyst", "administrator", "sergeant"):
        user = User.objects.create_user(f"{role}@second.example", name=role.capitalize(), agency=agency)
        Membership.objects.create(user=user, team=team, role=role)
    return agency


def upload(town: Town, key: str, *packages: Any) -> Any:
    files = []
    for one in packages:
        made = io.BytesIO(one.model_dump_json().encode())
        made.name = f"{one.package_id}.json"
        files.append(made)
    return town.client(key).post("/bring-in/", {"chosen": files})


def test_an_analyst_brings_nothing_into_another_force(town: Town, second: Any) -> None:
    from headwater.service.agencies.models import today
    from headwater.service.cases.models import Package
    from headwater.service.demo.example import make_example

    fresh = make_example("DY10", "x", "Dudley", today()).model_copy(update={"package_id": "K-forged0001"})
    upload(town, "analyst@second", fresh)
    assert not Package.objects.filter(reference="K-forged0001").exists()


def test_an_analyst_changes_no_package_of_another_force(town: Town, second: Any) -> None:
    from headwater.service.agencies.models import today
    from headwater.service.demo.example import make_example

    before = town.package()
    forged = make_example("EL01", "Elsewhere", "x", today()).model_copy(update={"why_now": "FORGED"})
    sent = upload(town, "analyst@second", forged)
    after = town.package()
    assert sent.status_code == 422
    assert (after.why_now, after.digest, after.version) == (before.why_now, before.digest, before.version)


def test_an_analyst_renames_no_person_of_another_force(town: Town, second: Any) -> None:
    from headwater.service.agencies.models import today
    from headwater.service.cases.models import Package
    from headwater.service.demo.example import make_example

    forged = make_example("EL01", "Elsewhere", "x", today())
    subject = forged.subject.model_copy(update={"name": "FORGED"})
    assert (
        upload(town, "analyst@second", forged.model_copy(update={"subject": subject, "package_id": "K-x"})).status_code
        == 302
    )
    assert town.package().subject.name == "Jordan Example"
    mine = Package.objects.get(reference="K-x")
    assert mine.subject.name == "FORGED"
    assert "Jordan" not in town.client("sergeant@second").get("/inbox/").content.decode()


def test_the_desk_shows_another_force_no_draft(opened: Open, second: Any) -> None:  # noqa: F811
    draft, client = opened.draft(), opened.town.client("analyst@second")
    assert draft.subject.name not in client.get("/desk/?state=all").content.decode()
    assert client.get(opened.address(draft)).status_code == 404
    assert client.post(opened.address(draft), {"release": "confirmed"}).status_code == 404
    assert opened.client.get(opened.address(draft)).status_code == 200


def test_only_police_teams_take_packages_of_the_search(town: Town) -> None:
    from headwater.service.agencies.models import Team

    sent = town.client("charity-administrator@charity").post("/teams/add/", {"name": "Trap", "lake_team": "DY99"})
    assert sent.status_code == 422
    assert not Team.objects.filter(name="Trap").exists()


@pytest.mark.parametrize("role", ["sergeant", "analyst", "auditor"])
def test_nobody_gives_themselves_a_role(town: Town, role: str) -> None:
    from headwater.service.agencies.models import Membership, Team

    own = town.user("administrator@police")
    team = Team.objects.get(lake_team="DY07")
    sent = town.client("administrator@police").post(f"/people/{own.pk}/role/", {"team": team.pk, "role": role})
    assert sent.status_code == 422
    assert not Membership.objects.filter(user=own, role=role).exists()


def test_every_field_that_names_something_of_another_agency_is_refused(town: Town, second: Any) -> None:
    """Numbers of teams, people, agencies and items that are not offered, in every form that offers some."""
    from headwater.service.agencies.models import Membership, Team
    from headwater.service.cases.models import Action, Case

    case = town.case()
    other = town.client("sergeant-coventry@police")
    foreign_case = other.post(
        "/cases/begin/",
        {"team": Team.objects.get(lake_team="CV12").pk, "name": "X", "why": "x", "review_every": 28, "looked": "on"},
    ).headers["Location"]
    foreign = Case.objects.get(pk=int(foreign_case.strip("/").split("/")[1]))
    goal = foreign.goals.create(words="Foreign goal")
    stranger, team = town.user("sergeant@second"), Team.objects.get(lake_team="EL01")
    sergeant, officer = town.client("sergeant@police"), town.client("officer@police")
    due = {"due_day": "1", "due_month": "1", "due_year": "2030"}
    base = f"/cases/{case.pk}"
    administrator = town.client("administrator@police")
    person = town.user("officer@police")
    package = "/packages/K-example0001"
    attempts = [
        (sergeant, f"{base}/lead/", {"lead": stranger.pk}),
        (sergeant, f"{base}/restrict/", {"restriction": "other", "people": [stranger.pk]}),
        (officer, f"{base}/actions/add/", {"words": "x", "who": f"u{stranger.pk}", **due}),
        (officer, f"{base}/actions/add/", {"words": "x", "who": f"a{second.pk}", **due}),
        (officer, f"{base}/actions/add/", {"words": "x", "who": f"u{person.pk}", "goal": goal.pk, **due}),
        (officer, f"{base}/refer/", {"receiver": second.pk, "ask": "x", "categories": ["plan"]}),
        (sergeant, f"{base}/disclose/", {"receiver": case.team.agency_id, "basis": "vital-interests", "categories": ["identity"], "reason": "x"}),
        (sergeant, "/cases/begin/", {"team": team.pk, "name": "x", "why": "x", "review_every": 28, "looked": "on"}),
        (administrator, f"/people/{person.pk}/role/", {"team": team.pk, "role": "officer"}),
        (administrator, "/people/add/", {"name": "x", "email": "x@police.example", "team": team.pk, "role": "officer"}),
        (administrator, "/people/add/", {"name": "x", "email": "x@second.example", "team": case.team_id, "role": "officer"}),
        (administrator, f"/people/{person.pk}/role/", {"team": case.team_id, "role": "partner manager"}),
    ]  # fmt: skip
    for client, address, told in attempts:
        sent = read_and_send(client, address, told)
        assert sent.status_code == 422, f"{address} {told} answers {sent.status_code}"
    held = Membership.objects.filter(team__agency=second).first()
    for address in (
        f"/people/{person.pk}/role/{held.pk if held else 0}/end/",
        f"{base}/goals/{goal.pk}/",
        f"{base}/documents/{goal.pk}/",
    ):
        client = administrator if address.startswith("/people") else officer
        assert client.post(address, {"once": "", "words": "x", "version": 1}).status_code in (404, 422), address
    assert held
    held.refresh_from_db()
    assert held.ends is None
    assert not Action.objects.filter(case=case).exists()
    assert sergeant.post(f"{package}/take-on/", {"lead": stranger.pk, "review_every": 28}).status_code in (
        404,
        409,
        422,
    )
    assert sergeant.get(f"/cases/?after={foreign.pk}&order=opened").status_code == 200
    assert "X" not in [one.name for one in Case.objects.filter(team=case.team)]


def test_a_waiting_package_takes_no_lead_or_team_from_elsewhere(town: Town, second: Any) -> None:
    from headwater.service.agencies.models import Team

    sergeant = town.client("sergeant@police")
    stranger, team = town.user("sergeant@second"), Team.objects.get(lake_team="EL01")
    for address, told in (
        ("take-on", {"lead": stranger.pk, "review_every": 28}),
        ("pass-on", {"team": team.pk}),
        ("wrong-evidence", {"evidence_id": "EV-elsewhere", "note": "x"}),
    ):
        assert sergeant.post(f"/packages/K-example0001/{address}/", told).status_code == 422, address
    assert town.package().state == "waiting"
