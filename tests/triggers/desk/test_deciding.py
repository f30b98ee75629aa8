"""What do decisions make of a draft, and what is handed on of it?"""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from headwater.triggers.desk import (
    REASONS,
    about,
    confirm,
    confirmed_packages,
    counted,
    judge_draft,
    keep_decisions,
    pieces,
    queue,
    read_decisions,
)
from tests.triggers.desk.conftest import Desk
from tests.triggers.world import Home, Who, World


def test_nothing_is_confirmed_before_person_every_event_and_the_whole_are(desk: Desk) -> None:
    draft = desk.drafts()["Alphaham"]
    decisions = desk.all_of(draft)
    for number in range(len(decisions)):
        state = judge_draft(draft, decisions[:number], desk.trigger)
        assert state.status == ("waiting" if number == 0 else "in work")
        assert confirm(draft, decisions[:number], desk.trigger) is None
    assert judge_draft(draft, decisions, desk.trigger).status == "confirmed"
    released = confirm(draft, decisions, desk.trigger)
    assert released is not None
    assert released.status == "confirmed"
    assert released.confirmed is not None
    assert released.confirmed.by == "one"


def test_a_release_without_every_piece_decided_releases_nothing(desk: Desk) -> None:
    draft = desk.drafts()["Alphaham"]
    assert confirm(draft, [desk.decide(draft, "release")], desk.trigger) is None


def test_the_wrong_person_rejects_the_draft(desk: Desk) -> None:
    draft = desk.drafts()["Alphaham"]
    state = judge_draft(draft, [desk.decide(draft, "identity", "rejected", "wrong person")], desk.trigger)
    assert state.status == "rejected"


def test_what_is_left_must_still_meet_the_trigger(desk: Desk) -> None:
    """Two kinds of harm, one of them rejected: one kind is left, and no release makes a package of it."""
    draft = desk.drafts()["Alphaham"]
    bad = counted(draft)[0].evidence_id
    decisions = desk.all_of(draft, **{bad: ("rejected", "wrong event")})
    state = judge_draft(draft, decisions, desk.trigger)
    assert not state.holds
    assert state.status == "in work"
    assert confirm(draft, decisions, desk.trigger) is None


def test_a_strong_event_that_is_left_carries_the_package_without_what_was_rejected(desk: Desk) -> None:
    draft = desk.drafts()["Deltaham"]
    bad = next(item for item in counted(draft) if item.indicator == "household_substance_misuse")
    released = confirm(draft, desk.all_of(draft, **{bad.evidence_id: ("rejected", "withdrawn")}), desk.trigger)
    assert released is not None
    text = released.model_dump_json()
    assert bad.evidence_id not in text
    assert "drink or drugs" not in released.why_now
    assert released.why_now.startswith("One strong event in the last 24 months: neglect")
    assert released.confirmed is not None
    assert released.confirmed.rejected == 1


def test_what_must_not_be_passed_on_counts_and_is_not_shown(desk: Desk) -> None:
    draft = desk.drafts()["Alphaham"]
    held = counted(draft)[0]
    released = confirm(draft, desk.all_of(draft, **{held.evidence_id: ("held back",)}), desk.trigger)
    assert released is not None
    assert held.evidence_id not in released.model_dump_json()
    assert released.confirmed is not None
    assert released.confirmed.held_back == 1


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_is_kept_and_a_rejection_without_one_is_refused(desk: Desk, reason: str) -> None:
    draft = desk.drafts()["Alphaham"]
    keep_decisions(desk.lake, [desk.decide(draft, "release", "rejected", reason)])
    assert read_decisions(desk.lake)[-1].reason == reason
    with pytest.raises(ValidationError, match="needs a reason"):
        desk.decide(draft, "release", "rejected")


def test_a_new_run_keeps_what_was_decided_and_asks_only_for_what_is_new(desk: Desk) -> None:
    before = desk.drafts()["Alphaham"]
    keep_decisions(desk.lake, desk.all_of(before))
    line, postcode = before.subject.address.split(", ")
    world = World()
    world.notice(
        "2017-01-01",
        Who("Alpho", "Alphaham", str(before.subject.date_of_birth), "X", Home(line, postcode)),
        text="Says that mum hits him.",
    )
    world.rows["notice"][0] |= {"ref": "PN/0009999/17"}
    world.rows["notice"][0]["people"][0] |= {
        "forename": before.subject.name.split()[0],
        "sex": before.subject.sex[0].upper(),
    }
    desk.exports = world.export(desk.exports.parent / "more")
    desk.search()
    after = desk.drafts()["Alphaham"]
    state = judge_draft(after, about(read_decisions(desk.lake), after.package_id), desk.trigger)
    new = set(pieces(after)) - set(pieces(before))
    assert new
    assert set(state.open) - {"identity"} == new
    assert state.status == "in work", "what was released was another package"


def test_only_what_is_confirmed_is_handed_on_and_the_queue_is_in_published_order(desk: Desk) -> None:
    drafts = desk.drafts()
    keep_decisions(desk.lake, desk.all_of(drafts["Betaham"]))
    assert [
        package.subject.name.split()[-1] for package in confirmed_packages(desk.lake, desk.folder, desk.trigger)
    ] == ["Betaham"]
    names = [package.subject.name.split()[-1] for package, _ in queue(desk.lake, desk.folder, desk.trigger)]
    assert names[0] == "Deltaham"
    assert set(names) == set(drafts)
