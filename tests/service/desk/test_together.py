"""What can be decided together? One kind of evidence about a place, when somebody says so; nothing about a person, and nothing by default."""

from __future__ import annotations

import re

import pytest

from headwater.service.desk.rules import ask, groups
from headwater.triggers.packages.package import Package
from tests.service.desk.conftest import Open, fields_of

pytestmark = pytest.mark.service


@pytest.fixture
def place(opened: Open, monkeypatch: pytest.MonkeyPatch) -> Package:
    """A draft as if it were about a place, with all its evidence of one kind."""
    from headwater.service.desk import views
    from headwater.service.desk.access import newest_runs

    draft = opened.draft()
    first, *rest = draft.evidence
    one_kind = first.model_copy(update={"items": [*first.items, *(item for kind in rest for item in kind.items)]})
    subject = draft.subject.model_copy(update={"kind": "place"})
    made = draft.model_copy(update={"subject": subject, "evidence": [one_kind]})
    folder = next(iter(newest_runs(opened.desk.lake).values()))
    monkeypatch.setattr(views, "draft_for", lambda actor, package_id: (opened.desk.lake, folder, made))
    return made


def test_all_of_one_kind_about_a_place_are_said_to_be_right_at_once(opened: Open, place: Package) -> None:
    (group,) = groups(ask(place))
    wrong, *right = group.questions
    sent = opened.read(place) | {group.key: "confirmed", wrong.key: "rejected: wrong event"}
    assert opened.send(place, sent).status_code == 302
    kept = {one.piece: one.verdict for one in opened.kept(place)}
    assert kept == {wrong.piece: "rejected"} | {one.piece: "confirmed" for one in right}
    page = opened.client.get(opened.address(place)).content.decode()
    assert "Is it one place?" in page
    assert "told the person or a parent" not in page


def test_nothing_is_decided_unless_somebody_says_so(opened: Open, place: Package) -> None:
    (group,) = groups(ask(place))
    assert not opened.read(place).get(group.key)
    assert opened.send(place, opened.read(place)).status_code == 302
    assert opened.kept(place) == []


def test_what_was_decided_before_stays_when_the_rest_is_right(opened: Open, place: Package) -> None:
    (group,) = groups(ask(place))
    first = group.questions[0]
    opened.send(place, opened.read(place) | {first.key: "held back"})
    page = opened.client.get(opened.address(place)).content.decode()
    assert re.search(r"<details class=\"govuk-details small\" open><summary[^>]*><span[^>]*>One by one", page)
    opened.send(place, opened.read(place) | {group.key: "confirmed"})
    newest = {one.piece: one.verdict for one in opened.kept(place)}
    assert newest.pop(first.piece) == "held back"
    assert set(newest.values()) == {"confirmed"}


def test_the_one_answer_falls_away_when_a_piece_is_new(place: Package) -> None:
    (group,) = groups(ask(place))
    (kind,) = place.evidence
    shown = next(item for item in kind.items if item.counts)
    more = kind.model_copy(
        update={"items": [*kind.items, shown.model_copy(update={"evidence_id": "new", "sentence": "New."})]}
    )
    (after,) = groups(ask(place.model_copy(update={"evidence": [more]})))
    assert after.key != group.key


def test_about_a_person_each_piece_is_decided_by_itself(opened: Open) -> None:
    assert groups(ask(opened.draft())) == []
    assert "All of these are right" not in opened.client.get(opened.address(opened.draft())).content.decode()


def test_what_is_not_decided_is_said_in_one_line_with_short_marks(opened: Open) -> None:
    draft = opened.draft()
    page = opened.send(draft, opened.read(draft) | {"release": "confirmed"})
    assert page.status_code == 422
    text = page.content.decode()
    summary = text.partition("govuk-error-summary__list")[2].partition("</ul>")[0]
    count = len(opened.state(draft).open)
    first = opened.key(draft, "identity")
    assert summary.count("<li>") == 1
    assert f'<a href="#id_{first}">{count} pieces are not decided yet</a>' in summary
    assert text.count("</span> Not decided yet</p>") == count
    assert fields_of(page)["release"] == "confirmed"


def test_of_a_place_the_one_line_leads_to_the_one_control(opened: Open, place: Package) -> None:
    (group,) = groups(ask(place))
    sent = opened.read(place) | {opened.key(place, "identity"): "confirmed", "release": "confirmed"}
    page = opened.send(place, sent).content.decode()
    summary = page.partition("govuk-error-summary__list")[2].partition("</ul>")[0]
    number = len(group.questions)
    assert f'<a href="#id_{group.key}_0">{number} pieces are not decided yet</a>' in summary
    assert f"{number} of {number} not decided yet" in page
