"""Does the queue show what waits, narrowed by its address, a page at a time, and say what to do when it is empty?"""

from __future__ import annotations

import re

import pytest

from headwater.triggers.desk import queue
from tests.service.desk.conftest import Open

pytestmark = pytest.mark.service


def numbers(page: str) -> list[str]:
    return re.findall(r'href="/desk/(K-\w+)/"', page)


def test_the_order_is_the_terminal_s(opened: Open) -> None:
    wanted = [draft.package_id for draft, _ in queue(opened.desk.lake, opened.desk.folder, opened.desk.trigger)]
    assert numbers(opened.client.get("/desk/").content.decode()) == wanted


def test_filters_stand_in_the_address(opened: Open) -> None:
    draft = opened.draft()
    opened.send(draft, opened.read(draft) | {opened.key(draft, "identity"): "confirmed"})
    ask = opened.client.get
    assert numbers(ask("/desk/?state=in+work").content.decode()) == [draft.package_id]
    assert draft.package_id not in numbers(ask("/desk/?state=waiting").content.decode())
    assert numbers(ask("/desk/?q=BETA").content.decode()) == [opened.draft("Betaham").package_id]
    assert numbers(ask("/desk/?trigger=tipt").content.decode()) == numbers(ask("/desk/").content.decode())
    assert numbers(ask(f"/desk/?team={draft.team.name}").content.decode()) != []


def test_pages_neither_repeat_nor_lose_a_draft_when_one_is_decided_between_them(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    from headwater.service.desk import selectors

    monkeypatch.setattr(selectors, "PAGE", 2)
    wanted = numbers(opened.client.get("/desk/?after=K-unknown").content.decode())
    first = opened.client.get("/desk/").content.decode()
    assert numbers(first) == wanted == numbers(first)[:2]
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following
    last = next(one for one in opened.desk.drafts().values() if one.package_id == wanted[-1])
    opened.send(last, opened.read(last) | {"release": "rejected: out of date"})
    second = opened.client.get(f"/desk/{following[1]}").content.decode()
    assert len(numbers(second)) == 2
    assert not set(numbers(second)) & set(wanted)
    assert 'rel="next"' not in second
    back = re.search(r'rel="prev" href="([^"]+)"', second)
    assert back
    assert numbers(opened.client.get(f"/desk/{back[1]}").content.decode()) == wanted[:1]


def test_after_a_release_she_is_back_in_the_queue_as_she_had_narrowed_it(opened: Open) -> None:
    draft = opened.draft()
    opened.client.get(f"/desk/?team={draft.team.name}&q=alpha")
    sent = opened.send(draft, opened.all_right(draft, release="confirmed"))
    assert sent.url.startswith("/desk/?team=")
    assert "alpha" not in sent.url


def test_an_empty_queue_says_what_to_do_next(opened: Open) -> None:
    assert "No draft fits this filter" in opened.client.get("/desk/?q=nobody").content.decode()
    for draft in opened.desk.drafts().values():
        opened.send(draft, opened.read(draft) | {"release": "rejected: out of date"})
    page = opened.client.get("/desk/").content.decode()
    assert "Every draft is decided" in page
    assert "?state=all" in page


def test_without_a_search_or_without_a_lake_the_desk_says_so(opened: Open) -> None:
    import shutil

    from django.conf import settings
    from django.test import override_settings

    shutil.rmtree(opened.desk.lake.runs)
    opened.desk.lake.runs.mkdir(mode=0o700)
    assert "No search has run" in opened.client.get("/desk/").content.decode()
    nowhere = settings.HEADWATER.model_copy(update={"data": opened.desk.lake.folder.parent / "nowhere"})
    with override_settings(HEADWATER=nowhere):
        assert "No lake lies beside this service" in opened.client.get("/desk/").content.decode()


def test_no_link_of_a_draft_leads_nowhere(opened: Open) -> None:
    page = opened.client.get(opened.address(opened.draft())).content.decode()
    for address in set(re.findall(r'href="(/[^"]*|#[^"]+|\?[^"]*|\.[^"]*|[\w-]+\.html)"', page)):
        if address.startswith("#"):
            assert f'id="{address[1:]}"' in page, address
        elif not address.startswith("/static/"):
            assert opened.client.get(address).status_code == 200, address


def test_each_question_leads_to_its_record(opened: Open) -> None:
    draft = opened.draft()
    page = opened.client.get(opened.address(draft)).content.decode()
    assert len(re.findall(r'<a href="#evidence-\d+">See the record</a>', page)) == len(
        [one for kind in draft.evidence for one in kind.items if one.counts]
    )


def test_neither_page_asks_the_database_more_than_fifteen_questions(opened: Open) -> None:
    from tests.service.test_query_budget import MOST, asked

    for address in ("/desk/?q=alphaham&state=all", opened.address(opened.draft())):
        opened.client.get(address)
        assert len(asked(opened.client, address)) <= MOST


def test_an_old_run_that_is_removed_while_the_desk_looks_is_passed_over(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    from headwater.service.desk import access

    there = opened.desk.report.folder
    monkeypatch.setattr(access, "list_runs", lambda lake: [there, lake.runs / "2017-01-01-tipt-gone"])
    assert access.newest_runs(opened.desk.lake) == {"tipt": there}
