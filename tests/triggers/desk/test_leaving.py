"""Does what was rejected or held back leave by another way: as words, as help that may fit, as somebody at home? Everybody is made up."""

from __future__ import annotations

from pathlib import Path

import pytest

from headwater.records import Lake
from headwater.triggers.desk import (
    about,
    confirm,
    confirmed_packages,
    counted,
    judge_draft,
    keep_decisions,
    read_decisions,
)
from headwater.triggers.handover.share import to_share
from headwater.triggers.packages.package import EvidenceItem, Package
from tests.triggers.desk.conftest import Desk
from tests.triggers.world import Home, Who, World, a_family, mother, victim


def of(world: World, folder: Path) -> Desk:
    desk = Desk(Lake.open(folder / "lake"), None, world.export(folder / "exports"))  # type: ignore[arg-type]
    desk.search()
    return desk


@pytest.fixture
def quilla(tmp_path: Path) -> Desk:
    world = World()
    woman, child = a_family("Quillaby", born="2005-05-06")
    world.notice(
        "2016-08-09", child, mother(woman), text="Seen at home.", voice="Mum gets hit by her boyfriend and I hide."
    )
    world.notice("2016-09-10", child, mother(woman), text="Mother was drunk and could not stand.")
    world.plan("2016-11-11", child, "CP_NEGLECT")
    return of(world, tmp_path)


def told_by_the_child(draft: Package) -> EvidenceItem:
    event = draft.said[0].record.event_id
    return next(item for item in counted(draft) if item.records[0].event_id == event)


@pytest.mark.parametrize("verdict", [("held back",), ("rejected", "withdrawn"), ("rejected", "wrong person")])
def test_words_and_help_go_with_the_record_that_was_taken_out(quilla: Desk, verdict: tuple[str, ...]) -> None:
    draft = quilla.drafts()["Quillaby"]
    out = told_by_the_child(draft)
    assert any("domestic abuse" in fit.title for fit in draft.programmes), "else the test shows nothing"
    released = confirm(draft, quilla.all_of(draft, **{out.evidence_id: verdict}), quilla.trigger)
    assert released is not None
    text = to_share(released).model_dump_json()
    assert "I hide" not in text
    assert out.records[0].reference not in text
    assert not any("domestic abuse" in fit.model_dump_json() for fit in released.programmes)


def test_a_record_that_was_only_misread_keeps_what_the_child_said(quilla: Desk) -> None:
    draft = quilla.drafts()["Quillaby"]
    out = told_by_the_child(draft)
    released = confirm(draft, quilla.all_of(draft, **{out.evidence_id: ("rejected", "wrong role")}), quilla.trigger)
    assert released is not None
    assert [saying.text for saying in released.said] == ["Mum gets hit by her boyfriend and I hide."]


def test_words_and_people_of_the_home_can_be_held_back_alone(quilla: Desk) -> None:
    draft = quilla.drafts()["Quillaby"]
    (member,) = draft.household
    event = draft.said[0].record.event_id
    held = [
        quilla.decide(draft, f"home:{member.person_id}", "held back"),
        quilla.decide(draft, f"said:{event}", "held back"),
    ]
    released = confirm(draft, [*held, *quilla.all_of(draft)], quilla.trigger)
    assert released is not None
    shared = to_share(released)
    assert shared.said == shared.household == []
    assert member.name not in shared.model_dump_json()


def test_somebody_new_at_home_is_not_handed_on_before_anybody_has_seen_it(desk: Desk) -> None:
    before = desk.drafts()["Alphaham"]
    keep_decisions(desk.lake, desk.all_of(before))
    line, postcode = before.subject.address.split(", ")
    world = World()
    man = Who("Newman", "Otherby", "1980-01-09", "M", Home(line, postcode))
    world.crime("2017-02-01", victim(man), number="20XX/009999/17")
    desk.exports = world.export(desk.exports.parent / "more")
    desk.search()
    after = desk.drafts()["Alphaham"]
    assert "Newman Otherby" in {member.name for member in after.household}
    known = about(read_decisions(desk.lake), after.package_id)
    state = judge_draft(after, known, desk.trigger)
    assert (state.status, state.open) == ("in work", [])
    assert list(confirmed_packages(desk.lake, desk.folder, desk.trigger)) == []
    keep_decisions(desk.lake, [desk.decide(after, "release")])
    assert [one.package_id for one in confirmed_packages(desk.lake, desk.folder, desk.trigger)] == [after.package_id]


def test_who_lived_there_before_is_not_named_in_quoted_words(desk: Desk) -> None:
    """The name of an earlier partner stands in a record; the draft knows it as somebody of an earlier home."""
    draft = desk.drafts()["Alphaham"]
    man = draft.household[0].model_copy(
        update={"person_id": "P-9", "name": "Oldman Otherby", "relationship": "not known"}
    )
    kind = next(kind for kind in draft.evidence if any(item.quotes for item in kind.items))
    item = next(item for item in kind.items if item.quotes)
    quote = item.quotes[0].model_copy(update={"text": f"{item.quotes[0].text} Oldman Otherby had left."})
    said = kind.model_copy(update={"items": [item.model_copy(update={"quotes": [quote]})]})
    draft = draft.model_copy(
        update={"lived_with_before": [man], "evidence": [said if one == kind else one for one in draft.evidence]}
    )
    released = confirm(draft, desk.all_of(draft), desk.trigger)
    assert released is not None
    text = to_share(released).model_dump_json()
    assert "had left" in text
    assert "Oldman" not in text
