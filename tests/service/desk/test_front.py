"""Does an analyst find on her front page what waits for her, as many as the desk lists, told without judging every draft?"""

from __future__ import annotations

import json
import os
import re
from typing import Any

import pytest

from tests.service.desk.conftest import Open

pytestmark = pytest.mark.service


def front(opened: Open) -> str:
    return str(opened.client.get("/").content.decode())


def waits(page: str) -> list[str]:
    return re.findall(r'href="/desk/(K-\w+)/"', page)


def test_drafts_that_wait_stand_there_longest_first_with_their_number(opened: Open) -> None:
    drafts = sorted(
        opened.desk.drafts().values(), key=lambda one: (one.urgent_on is None, one.ready_on, one.package_id)
    )
    page = front(opened)
    assert waits(page) == [one.package_id for one in drafts]
    assert "4 drafts wait for you" in page
    assert re.search(r'href="/desk/">Desk<span class="count">4', page)


def test_what_is_begun_is_marked_and_what_is_decided_is_gone(opened: Open) -> None:
    first, second, third = (opened.draft(name) for name in ("Alphaham", "Betaham", "Gammaham"))
    opened.send(first, opened.read(first) | {opened.key(first, "identity"): "confirmed"})
    page = front(opened)
    assert "1 is begun and not finished" in page
    assert first.package_id in waits(page)
    opened.send(second, opened.all_right(second, release="confirmed"))
    opened.send(third, opened.read(third) | {opened.key(third, "identity"): "rejected: wrong person"})
    page = front(opened)
    assert not {second.package_id, third.package_id} & set(waits(page))
    assert "2 drafts wait for you" in page


def test_the_look_is_in_both_logs(opened: Open) -> None:
    from headwater.service.audit.models import Entry

    shown = waits(front(opened))
    assert Entry.objects.filter(item_type="desk_draft", verb="consult").latest("id").items == shown
    assert opened.consultations()[-1]["subjects"] == shown


def test_the_number_is_that_of_the_list_also_when_a_newer_search_shows_a_decided_draft_otherwise(opened: Open) -> None:
    def counted() -> tuple[int, int]:
        numbers = re.search(r'href="/desk/">Desk<span class="count">(\d+)', front(opened))
        listed = re.search(r">(\d+) drafts?, newest strong", opened.client.get("/desk/").content.decode())
        assert numbers
        assert listed
        return int(numbers[1]), int(listed[1])

    draft, other = opened.draft("Betaham"), opened.draft("Gammaham")
    opened.send(draft, opened.all_right(draft, release="confirmed"))
    opened.send(other, opened.read(other) | {opened.key(other, "identity"): "rejected: wrong person"})
    assert counted() == (2, 2)
    for one, change in ((draft, ("household", [])), (other, ("subject", None))):
        path = opened.desk.report.folder / "packages" / f"{one.package_id}.json"
        content = json.loads(path.read_text("utf-8"))
        name, value = change
        content[name] = {**content[name], "date_of_birth": "2001-01-01"} if value is None else value
        path.write_text(json.dumps(content), "utf-8")
    finished = opened.desk.report.folder / "report.json"
    os.utime(finished, (finished.stat().st_atime, finished.stat().st_mtime + 60))
    assert counted() == (4, 4)
    assert draft.package_id in waits(front(opened))


def test_no_draft_is_read_and_none_judged_for_it(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    from headwater.service.desk import access, selectors, waiting

    def refuse(*_: Any) -> Any:
        raise AssertionError("a draft was read for the front page")

    monkeypatch.setattr(access, "every_draft", refuse)
    monkeypatch.setattr(selectors, "judge_draft", refuse)
    monkeypatch.setattr(waiting, "judge_draft", refuse)
    assert len(waits(front(opened))) == 4


def test_what_a_team_says_was_wrong_comes_back_to_who_released_it(opened: Open) -> None:
    from headwater.service.cases.actions.packages import say_no
    from headwater.service.cases.models import Package
    from headwater.service.cases.rules import PackageState

    draft = opened.draft()
    assert "no team has said" in front(opened)
    opened.send(draft, opened.all_right(draft, release="confirmed"))
    package = Package.objects.get(reference=draft.package_id)
    say_no(
        package,
        acting=opened.town.actor("sergeant@police"),
        state=PackageState.WRONG_PERSON,
        note="MARKED it is his cousin",
    )
    page = front(opened)
    assert f'<a href="/desk/{draft.package_id}/">{draft.package_id}</a>: wrong person' in page
    assert "MARKED it is his cousin" in page
    Package.objects.filter(pk=package.pk).update(
        content={**package.content, "confirmed": {**package.content["confirmed"], "by": "x"}}
    )
    assert "MARKED" not in front(opened)


def test_without_a_lake_it_says_so(opened: Open, tmp_path: Any) -> None:
    from django.conf import settings
    from django.test import override_settings

    with override_settings(HEADWATER=settings.HEADWATER.model_copy(update={"data": tmp_path / "none"})):
        page = front(opened)
    assert "No search of your force lies beside this service" in page
    assert '<span class="count">' not in page.partition("Bring in")[0]
