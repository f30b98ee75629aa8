"""What happens when two analysts, two clicks or a new search meet over one draft? Nothing is overwritten, nothing typed is lost."""

from __future__ import annotations

import shutil
from datetime import date
from typing import Any

import pytest

from headwater.triggers.desk import also_leaves, counted, keep_decisions
from headwater.triggers.packages.package import Package
from tests.service.desk.conftest import Open, fields_of

pytestmark = pytest.mark.service


def test_what_a_colleague_decided_meanwhile_stands_beside_mine_and_can_be_merged(opened: Open, second: Any) -> None:
    draft = opened.draft()
    mine = opened.all_right(draft, note="I knew her.")
    first_piece = opened.key(draft, "evidence")
    opened.send(draft, opened.read(draft, second) | {first_piece: "rejected: wrong role"}, second)
    clash = opened.send(draft, mine)
    page = clash.content.decode()
    assert clash.status_code == 422
    assert "second@police.example decided about it" in page
    assert "No: wrong role (second@police.example" in page
    both = fields_of(clash)
    assert both[first_piece] == "confirmed"
    assert both["note"] == "I knew her."
    assert len(opened.kept(draft)) == 1
    assert opened.send(draft, both).status_code == 302
    assert opened.state(draft).open == []
    assert opened.state(draft).rejected == {}


def test_where_i_decided_nothing_the_colleague_s_answer_is_kept_when_i_send_again(opened: Open, second: Any) -> None:
    draft = opened.draft()
    mine = opened.all_right(draft)
    held = next(iter(also_leaves(draft)))
    colleague = opened.read(draft, second) | {
        "leaves": [opened.key(draft, "leaves")],
        "told": "The school told her mother.",
    }
    opened.send(draft, colleague, second)
    both = fields_of(opened.send(draft, mine))
    assert both["leaves"] == [opened.key(draft, "leaves")]
    assert both["told"] == "The school told her mother."
    opened.send(draft, both | {"release": "confirmed"})
    assert opened.state(draft).status == "confirmed"
    assert opened.state(draft).held == [held]


def test_no_place_of_the_server_is_named_to_a_reader(opened: Open) -> None:
    draft = opened.draft()
    mine = opened.all_right(draft)
    keep_decisions(opened.desk.lake, [opened.desk.decide(draft, "identity", "rejected", "wrong person", by="another")])
    assert str(opened.desk.lake.folder) not in opened.send(draft, mine).content.decode()


def test_a_second_click_does_nothing_and_says_nothing_wrong(opened: Open) -> None:
    from headwater.service.cases.models import Package as InService

    draft = opened.draft()
    sent = opened.all_right(draft, release="confirmed")
    first, again = opened.send(draft, sent), opened.send(draft, sent)
    assert first.status_code == again.status_code == 302
    assert first.url == again.url
    assert len(opened.kept(draft)) == len(counted(draft)) + 2
    assert InService.objects.get(reference=draft.package_id).version == 1


def test_the_same_answers_from_another_window_are_no_conflict(opened: Open) -> None:
    draft = opened.draft()
    one, other = opened.all_right(draft), opened.all_right(draft)
    assert one["once"] != other["once"]
    opened.send(draft, one)
    assert opened.send(draft, other).status_code == 302
    assert len(opened.kept(draft)) == len(counted(draft)) + 1


def test_a_colleague_who_is_quicker_by_a_moment_is_told_all_the_same(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    from headwater.service.desk import sitting

    draft, decide, quick = opened.draft(), sitting.decide, [True]
    mine = opened.all_right(draft)

    def after_another(*args: Any, **more: Any) -> Any:
        if quick.pop():
            quick.append(False)
            keep_decisions(
                opened.desk.lake, [opened.desk.decide(draft, "release", "rejected", "out of date", by="quick")]
            )
        return decide(*args, **more)

    monkeypatch.setattr(sitting, "decide", after_another)
    clash = opened.send(draft, mine)
    assert clash.status_code == 422
    assert "quick decided about it" in clash.content.decode()
    assert fields_of(clash)["release"] == "rejected: out of date"


def search_again(opened: Open, draft: Package) -> Package:
    """A later run with one thing more about the subject of a draft, before all that was known."""
    later = opened.desk.folder.with_name("2017-04-30-tipt-later")
    shutil.copytree(opened.desk.folder, later)
    kinds = list(draft.evidence)
    new = kinds[0].items[0].model_copy(update={"evidence_id": "E-new", "occurred_on": date(2017, 4, 1)})
    kinds[0] = kinds[0].model_copy(update={"items": [new, *kinds[0].items]})
    made = draft.model_copy(update={"evidence": kinds})
    (later / "packages" / f"{draft.package_id}.json").write_text(made.model_dump_json(), "utf-8")
    (later / "report.json").touch()
    return made


def test_an_answer_never_falls_on_a_piece_that_nobody_saw(opened: Open) -> None:
    old = opened.draft()
    sent = opened.all_right(old, note="I read both.")
    new = search_again(opened, old)
    back = opened.send(old, sent)
    assert back.status_code == 422
    assert "A new search has ended since you opened this draft" in back.content.decode()
    assert opened.kept(new) == []
    stands = fields_of(back)
    assert stands["note"] == "I read both."
    assert [stands[opened.key(new, "evidence", one)] for one in range(3)] == ["", "confirmed", "confirmed"]
    assert opened.send(new, stands).status_code == 302
    assert opened.state(new).open == ["E-new"]
