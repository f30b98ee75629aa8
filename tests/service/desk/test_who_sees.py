"""Who sees the desk, and is every look written to both logs?"""

from __future__ import annotations

import re

import pytest

from tests.service.desk.conftest import WHO, Open

pytestmark = pytest.mark.service


def bare(page: object) -> bytes:
    return re.sub(rb'csrfmiddlewaretoken" value="\w+', b"", page.content)  # type: ignore[attr-defined]


def test_for_everybody_but_analysts_of_the_police_there_is_no_desk(opened: Open) -> None:
    draft = opened.draft()
    for key in ("sergeant@police", "administrator@police", "auditor@police", "social-worker@council", "nurse@health"):
        client = opened.town.client(key)
        assert client.get("/desk/").status_code == 404
        assert bare(client.get(opened.address(draft))) == bare(client.get("/desk/K-000000000000/"))
        assert client.post(opened.address(draft), {"release": "confirmed"}).status_code == 404
    assert opened.kept(draft) == []


def test_an_analyst_of_a_force_that_the_lake_does_not_belong_to_sees_none_of_it(opened: Open) -> None:
    from headwater.service.agencies.models import Agency, Team

    other = Agency.objects.create(name="Other Made-up Police", kind="police")
    Team.objects.exclude(lake_team="").update(agency=other)
    assert opened.client.get("/desk/").status_code == 404
    assert opened.client.get(opened.address(opened.draft())).status_code == 404


def test_an_unknown_number_is_not_found(opened: Open) -> None:
    assert opened.client.get("/desk/K-000000000000/").status_code == 404


def test_every_look_is_in_the_lake_s_log_under_the_reader_s_own_name(opened: Open) -> None:
    from headwater.records import verify_log

    draft = opened.draft()
    opened.client.get("/desk/")
    opened.client.get(opened.address(draft))
    queue, one = opened.consultations()[-2:]
    assert queue["user"] == one["user"] == opened.town.user(WHO).email
    assert draft.package_id in queue["subjects"]
    assert one["subjects"] == [draft.package_id]
    assert verify_log(opened.desk.lake) == len(opened.consultations())


def test_looks_decisions_and_what_is_handed_on_are_in_the_accountability_log(opened: Open) -> None:
    from headwater.service.audit.models import Entry

    draft = opened.draft()
    opened.send(draft, opened.all_right(draft, release="confirmed"))
    opened.client.get("/desk/?q=alphaham&state=all")
    found = Entry.objects.filter(
        user=opened.town.user(WHO).pk, item_type="desk_draft", items__contains=[draft.package_id]
    )
    assert {one.verb for one in found} == {"consult", "combine", "disclose", "search"}
    assert draft.subject.name not in str(list(found.values()))


def test_a_page_says_nothing_about_drafts_it_did_not_log(opened: Open) -> None:
    page = opened.client.get("/desk/?q=alphaham").content.decode()
    assert opened.draft("Betaham").package_id not in page
    assert opened.consultations()[-1]["subjects"] == [opened.draft().package_id]


def test_a_taken_over_draft_is_in_the_log_with_whose_it_was(opened: Open) -> None:
    import json

    draft = opened.draft()
    claims = opened.desk.lake.folder / "desk" / "claims"
    claims.mkdir(parents=True)
    (claims / draft.package_id).write_text(json.dumps({"by": "one who left", "process": 1, "at": 0}))
    assert opened.send(draft, opened.all_right(draft)).status_code == 302
    assert "desk: taken over from one who left" in [line["command"] for line in opened.consultations()]
