"""Does the desk as pages make the same decisions as `headwater review`, on the same stored rules?"""

from __future__ import annotations

from typing import Any

import pytest

from headwater.triggers.desk import also_leaves
from tests.service.conftest import run_on_commit
from tests.service.desk.conftest import WHO, Open, fields_of

pytestmark = pytest.mark.service


def in_service(reference: str) -> object:
    from headwater.service.cases.models import Package

    return Package.objects.filter(reference=reference).first()


def test_what_she_confirms_stands_in_the_lake_and_in_the_inbox(opened: Open) -> None:
    from headwater.service.cases.models import Package

    draft = opened.draft()
    page = opened.client.get(opened.address(draft)).content.decode()
    assert draft.why_now in page
    assert "Is it the right person?" in page
    sent = opened.send(
        draft, opened.all_right(draft, release="confirmed", told="Her social worker told her mother."), follow=True
    )
    assert f"Released: it is in the inbox of {draft.team.name}." in sent.content.decode()
    assert {one.by for one in opened.kept(draft)} == {"analyst@police.example"}
    assert {one.piece for one in opened.kept(draft)} >= {"identity", "release", "told"}
    inside = Package.objects.get(reference=draft.package_id)
    assert inside.content["status"] == "confirmed"
    assert inside.content["told"] == "Her social worker told her mother."
    assert draft.package_id in opened.client.get("/desk/?state=confirmed").content.decode()


def test_the_same_answers_give_the_same_decisions_as_the_terminal(opened: Open) -> None:
    draft = opened.draft()
    wanted = {(one.piece, one.verdict, one.reason, one.seen, one.run) for one in opened.desk.all_of(draft)}
    opened.send(draft, opened.all_right(draft, release="confirmed"))
    assert {(one.piece, one.verdict, one.reason, one.seen, one.run) for one in opened.kept(draft)} == wanted


def test_a_draft_with_open_pieces_is_not_handed_on_and_each_open_question_is_named(opened: Open) -> None:
    draft = opened.draft()
    person = opened.key(draft, "identity")
    early = opened.send(
        draft, opened.read(draft) | {person: "confirmed", "release": "confirmed", "note": "Seen today."}
    )
    page = early.content.decode()
    assert early.status_code == 422
    assert f'href="#id_{opened.key(draft, "evidence")}"' in page
    assert f'href="#id_{person}"' not in page
    assert fields_of(early)["note"] == "Seen today."
    assert fields_of(early)[person] == "confirmed"
    assert opened.kept(draft) == []


def test_a_piece_is_rejected_with_its_reason_or_held_back(opened: Open) -> None:
    draft = opened.draft()
    first, second = opened.question(draft, "evidence"), opened.question(draft, "evidence", 1)
    opened.send(draft, opened.read(draft) | {first.key: "rejected: wrong role", second.key: "held back"})
    assert opened.state(draft).rejected == {first.piece: "wrong role"}
    assert opened.state(draft).held == [second.piece]


def test_what_no_longer_meets_the_trigger_cannot_be_handed_on_and_the_page_says_so(opened: Open) -> None:
    draft = opened.draft()
    wrong = {
        opened.key(draft, "evidence", number): "rejected: wrong event" for number in (0, 1)
    }  # fmt: skip
    refused = opened.send(draft, opened.all_right(draft, **wrong, release="confirmed"))
    assert "no longer meets the trigger" in refused.content.decode()
    assert opened.kept(draft) == []
    assert in_service(draft.package_id) is None


def test_who_is_at_home_can_be_held_back_and_let_go_again(opened: Open) -> None:
    draft = opened.draft()
    name = next(iter(also_leaves(draft)))
    opened.send(draft, opened.read(draft) | {"leaves": [opened.key(draft, "leaves")]})
    assert opened.state(draft).held == [name]
    untouched = opened.read(draft)
    assert untouched["leaves"] == [opened.key(draft, "leaves")]
    opened.send(draft, untouched | {"leaves": []})
    assert opened.state(draft).held == []


def test_a_draft_about_the_wrong_person_reaches_nobody_and_says_how_records_are_parted(opened: Open) -> None:
    draft = opened.draft("Betaham")
    person = opened.key(draft, "identity")
    sent = opened.send(draft, opened.all_right(draft) | {person: "rejected: wrong person"}, follow=True)
    page = sent.content.decode()
    assert f"headwater explain {draft.package_id}" in page
    assert in_service(draft.package_id) is None
    both = opened.send(draft, opened.read(draft) | {"release": "confirmed"})
    assert both.status_code == 422
    assert "not the right person" in both.content.decode()


def test_a_whole_draft_is_rejected_with_a_reason_and_leaves_the_queue(opened: Open) -> None:
    draft = opened.draft("Gammaham")
    opened.send(draft, opened.read(draft) | {"release": "rejected: not proportionate"})
    assert opened.state(draft).status == "rejected"
    assert draft.package_id not in opened.client.get("/desk/").content.decode()


def test_the_page_never_says_that_a_team_has_what_no_team_has(opened: Open) -> None:
    from headwater.service.agencies.models import Team

    draft = opened.draft()
    Team.objects.filter(lake_team=draft.team.team_id).update(lake_team="another")
    sent = opened.send(draft, opened.all_right(draft, release="confirmed"), follow=True).content.decode()
    assert "in nobody’s inbox" in sent
    assert "it is in the inbox" not in sent


def sergeant_of(opened: Open, draft: Any) -> Any:
    """A sergeant of the team that gets the draft."""
    from headwater.service.agencies.models import Membership, Team

    sergeant = opened.town.user("sergeant@police")
    team = Team.objects.get(lake_team=draft.team.team_id)
    Membership.objects.get_or_create(user=sergeant, team=team, role="sergeant", defaults={"starts": "2016-01-01"})
    return opened.town.user("sergeant@police")


def urgent_words(user: Any, reference: str) -> list[str]:
    from headwater.service.notices.models import Notice

    told = Notice.objects.filter(user=user, reference=reference, urgent=True)
    return [one.words for one in told.order_by("id")]


def test_a_waiting_package_that_she_no_longer_stands_by_is_gone_from_the_inbox_and_can_come_again(opened: Open) -> None:
    from headwater.service.cases.models import Package

    draft = opened.draft()
    sergeant = sergeant_of(opened, draft)
    opened.send(draft, opened.all_right(draft, release="confirmed"))
    client, address = opened.town.client("sergeant@police"), f"/packages/{draft.package_id}/"
    assert client.get(address).status_code == 200
    person = opened.key(draft, "identity")
    sent = opened.send(draft, opened.read(draft) | {person: "rejected: wrong person"}, follow=True)
    run_on_commit()
    assert "gone from the team’s inbox" in sent.content.decode()
    assert client.get(address).status_code == 404
    assert draft.package_id not in client.get("/inbox/?state=all").content.decode()
    words = urgent_words(sergeant, draft.package_id)
    assert words == ["An analyst took back a package that waited for your team. Do not act on it"]
    opened.send(draft, opened.all_right(draft, release="confirmed"))
    assert Package.objects.get(reference=draft.package_id).state == "waiting"


def test_a_package_that_is_worked_on_stays_and_its_team_is_told_to_stop(opened: Open) -> None:
    from headwater.service.agencies.access import Actor
    from headwater.service.cases.actions.packages import take_on
    from headwater.service.cases.models import Package

    draft = opened.draft()
    sergeant = sergeant_of(opened, draft)
    opened.send(draft, opened.all_right(draft, release="confirmed"))
    package = Package.objects.select_related("team", "subject").get(reference=draft.package_id)
    case = take_on(package, acting=Actor(sergeant), lead=sergeant, review_every=28)
    person = opened.key(draft, "identity")
    sent = opened.send(draft, opened.read(draft) | {person: "rejected: wrong person"}, follow=True)
    run_on_commit()
    assert "they are told to stop" in sent.content.decode()
    words = urgent_words(sergeant, draft.package_id)
    assert "An analyst no longer stands by a package that your team works on. Stop, and look at it again" in words
    assert draft.subject.name not in str(words)
    case.refresh_from_db()
    assert case.packages.count() == 1


def test_what_is_held_back_after_the_release_goes_out_of_the_inbox_too(opened: Open) -> None:
    from headwater.service.cases.models import Package

    draft = opened.draft()
    opened.send(draft, opened.all_right(draft, release="confirmed"))
    key = opened.key(draft, "evidence")
    before = len(str(Package.objects.get(reference=draft.package_id).content["evidence"]))
    opened.send(draft, opened.read(draft) | {key: "held back"})
    after = Package.objects.get(reference=draft.package_id).content
    assert len(str(after["evidence"])) < before
    assert after["confirmed"]["held_back"] == 1


def test_nothing_decided_changes_nothing(opened: Open) -> None:
    draft = opened.draft()
    sent = opened.send(draft, opened.read(draft), follow=True)
    assert "nothing has changed" in sent.content.decode()
    assert opened.kept(draft) == []


def test_a_draft_open_in_a_terminal_is_left_alone_and_nothing_typed_is_lost(opened: Open) -> None:
    from headwater.triggers.desk import claim

    draft = opened.draft()
    sent = opened.all_right(draft, note="I rang the school.")
    with claim(opened.desk.lake, draft.package_id, "one"):
        refused = opened.send(draft, sent)
    assert refused.status_code == 422
    assert "one has" in refused.content.decode()
    assert fields_of(refused)["note"] == "I rang the school."
    assert opened.send(draft, sent).status_code == 302
    assert WHO in opened.kept(draft)[0].by
