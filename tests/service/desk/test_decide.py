"""Does the desk as pages make the same decisions as `headwater review`, on the same stored rules?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from headwater.triggers.desk import counted, read_decisions
from headwater.triggers.package import Package
from tests.service.conftest import Town
from tests.triggers.desk.conftest import Desk, desk  # noqa: F401 - a fixture

pytestmark = pytest.mark.service


@pytest.fixture
def town_with_lake(town: Town, desk: Desk) -> Iterator[tuple[Town, Desk]]:  # noqa: F811
    """The town, with a lake of four drafts beside the service and a team that takes them."""
    from django.conf import settings
    from django.test import override_settings

    from headwater.service.agencies.models import Team

    for draft in desk.drafts().values():
        Team.objects.get_or_create(
            agency=town.agency("Police"), lake_team=draft.team.team_id, defaults={"name": draft.team.name}
        )
    with override_settings(HEADWATER=settings.HEADWATER.model_copy(update={"data": desk.lake.folder.parent})):
        yield town, desk


def answers(draft: Package, **more: str) -> dict[str, Any]:
    """Every piece right."""
    return (
        {f"p{number}": "confirmed" for number in range(len(counted(draft)) + 1)}
        | {"known": 0, "told": "", "note": "", "release": ""}
        | more
    )


def test_what_she_confirms_stands_in_the_lake_and_in_the_inbox(town_with_lake: tuple[Town, Desk]) -> None:
    from headwater.service.cases.models import Package as InService

    town, desk = town_with_lake  # noqa: F811
    analyst, draft = town.client("analyst@police"), desk.drafts()["Alphaham"]
    queue = analyst.get("/desk/").content.decode()
    assert draft.subject.name in queue
    page = analyst.get(f"/desk/{draft.package_id}/").content.decode()
    assert draft.why_now in page
    assert "Is it the right person?" in page
    early = analyst.post(f"/desk/{draft.package_id}/", {"known": 0, "release": "confirmed", "p0": "confirmed"})
    assert early.status_code == 422
    assert "not decided yet" in early.content.decode()
    assert read_decisions(desk.lake) == []
    sent = analyst.post(
        f"/desk/{draft.package_id}/", answers(draft, release="confirmed", told="Her social worker told her mother.")
    )
    assert sent.status_code == 302, sent.content.decode()
    kept = read_decisions(desk.lake)
    assert {one.by for one in kept} == {"analyst@police.example"}
    assert {one.piece for one in kept} >= {"identity", "release", "told"}
    inside = InService.objects.get(reference=draft.package_id)
    assert inside.content["status"] == "confirmed"
    assert inside.content["told"] == "Her social worker told her mother."
    assert "confirmed" in analyst.get("/desk/?state=confirmed").content.decode().casefold()


def test_a_rejected_draft_reaches_nobody(town_with_lake: tuple[Town, Desk]) -> None:
    from headwater.service.cases.models import Package as InService

    town, desk = town_with_lake  # noqa: F811
    analyst, draft = town.client("analyst@police"), desk.drafts()["Betaham"]
    sent = analyst.post(f"/desk/{draft.package_id}/", answers(draft, p0="rejected: wrong person"))
    assert sent.status_code == 302
    assert not InService.objects.filter(reference=draft.package_id).exists()
    both = analyst.post(f"/desk/{draft.package_id}/", {"known": len(read_decisions(desk.lake)), "release": "confirmed"})
    assert both.status_code == 422
    assert "not the right person" in both.content.decode()


def test_two_analysts_do_not_undo_each_other(town_with_lake: tuple[Town, Desk]) -> None:
    town, desk = town_with_lake  # noqa: F811
    analyst, draft = town.client("analyst@police"), desk.drafts()["Gammaham"]
    from headwater.triggers.desk import keep_decisions

    keep_decisions(desk.lake, [desk.decide(draft, "identity", "rejected", "wrong person", by="another")])
    clash = analyst.post(f"/desk/{draft.package_id}/", answers(draft, note="I knew her."))
    page = clash.content.decode()
    assert clash.status_code == 422
    assert "by another" in page
    assert "I knew her." in page
    assert 'name="known" value="1"' in page
    assert len(read_decisions(desk.lake)) == 1
    assert analyst.post(f"/desk/{draft.package_id}/", answers(draft, known="1")).status_code == 302


def test_the_desk_is_for_analysts_only(town_with_lake: tuple[Town, Desk]) -> None:
    town, desk = town_with_lake  # noqa: F811
    number = desk.drafts()["Alphaham"].package_id
    for key in ("sergeant@police", "administrator@police", "auditor@police", "social-worker@council"):
        assert town.client(key).get("/desk/").status_code == 404
        assert town.client(key).get(f"/desk/{number}/").status_code == 404
