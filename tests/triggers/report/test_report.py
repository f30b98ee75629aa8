"""Does a run's report say what is so, and does the public one give nobody away?"""

from __future__ import annotations

import json
import re

import pytest

from headwater.triggers.answers.store import Answer, keep_answers
from headwater.triggers.desk import keep_decisions
from headwater.triggers.pages.render import render_report
from headwater.triggers.report import RunReport, build_report
from headwater.triggers.rules.indicator import read_indicators
from tests.triggers.desk.conftest import Desk, desk, searched

__all__ = ["desk", "searched"]


def numbers(report: RunReport, title: str) -> dict[str, list[str]]:
    (section,) = (section for section in report.sections if section.title == title)
    return {line[0]: line[1:] for line in section.lines}


def make(desk: Desk, *, public: bool) -> RunReport:
    return build_report(desk.lake, desk.folder, desk.trigger, read_indicators(), public=public)


def test_every_draft_is_in_one_state_and_every_rejection_under_its_reason(desk: Desk) -> None:
    drafts = desk.drafts()
    keep_decisions(desk.lake, desk.all_of(drafts["Alphaham"]))
    keep_decisions(desk.lake, [desk.decide(drafts["Betaham"], "identity", "rejected", "wrong person")])
    keep_decisions(desk.lake, [desk.decide(drafts["Gammaham"], "identity")])
    report = make(desk, public=False)
    told = numbers(report, "What became of it")
    assert [
        told[name] for name in ("Drafts", "Confirmed by an analyst", "Rejected", "In work", "Not yet looked at")
    ] == [["4"], ["1"], ["1"], ["1"], ["1"]]
    assert numbers(report, "Why drafts were rejected")["Wrong person"] == ["1", "0"]
    assert "drafted 4 packages. A person has confirmed 1 of them." in report.lead


def test_groups_add_up_to_all_that_were_found_and_not_recorded_is_one_of_them(desk: Desk) -> None:
    report = make(desk, public=False)
    for kind in ("sex", "age", "ethnicity, as recorded"):
        found = numbers(report, f"Whom it finds: {kind}")
        assert sum(int(cells[1]) for cells in found.values()) == 4


def test_sources_links_evidence_exclusions_teams_and_versions_are_in_it(desk: Desk) -> None:
    report = make(desk, public=False)
    titles = [section.title for section in report.sections]
    wanted = {
        "What was searched", "How records were joined", "What was found", "Who was not started anew", "By team", "Deprivation",
        "Versions of every rule",
    }  # fmt: skip
    assert wanted <= set(titles)
    assert numbers(report, "What was found")["Domestic abuse in the home"][0] == "4"
    assert numbers(report, "Who was not started anew")["Recorded as dead"] == ["taken out", "0"]


def test_the_public_report_shows_no_count_under_five_and_no_team_and_no_person(desk: Desk) -> None:
    report = make(desk, public=True)
    page = render_report(report, made_up=True)
    for package in desk.drafts().values():
        for secret in (package.package_id, package.subject.person_id, package.subject.name, package.team.name):
            assert secret not in page
    shown = [
        cell
        for section in report.sections
        for line in section.lines
        for cell in line[1:]
        if re.fullmatch(r"[\d,]+", cell)
    ]
    versions = {indicator.version for indicator in read_indicators().values()}
    assert all(int(cell.replace(",", "")) % 5 == 0 for cell in shown if cell not in versions)
    assert "fewer than 5" in page
    assert "drafted fewer than 5 packages" in report.lead


def test_what_was_published_stays_until_five_people_have_changed(desk: Desk) -> None:
    """The differencing attack over two reports of one trigger: a fifth draft would show that somebody came."""
    first = make(desk, public=True)
    content = json.loads((desk.folder / "report.json").read_text("utf-8"))
    content["people"] += 4
    content["exclusions"][0]["people"] += 4
    (desk.folder / "report.json").write_text(json.dumps(content), encoding="utf-8")
    second = make(desk, public=True)
    assert second.lead == first.lead
    assert numbers(second, "Who was not started anew") == numbers(first, "Who was not started anew")


def test_a_reason_that_is_given_for_the_first_time_makes_no_row_appear(desk: Desk) -> None:
    before = numbers(make(desk, public=True), "Why drafts were rejected")
    draft = desk.drafts()["Deltaham"]
    keep_decisions(desk.lake, [desk.decide(draft, "identity", "rejected", "not proportionate")])
    assert numbers(make(desk, public=True), "Why drafts were rejected") == before
    assert set(before) >= {"Wrong person", "Not proportionate", "Withdrawn"}
    assert before["Not proportionate"] == ["fewer than 5", "fewer than 5"]


def answer(desk: Desk, number: int, said: str) -> Answer:
    return Answer.model_validate(
        {"package_id": f"K-{number}", "trigger": desk.trigger.id, "team": "t", "answer": said, "answered_on": "2017-01-01"}
    )  # fmt: skip


def test_one_wrong_answer_of_many_is_not_told_by_an_exact_share_and_one_more_moves_nothing(desk: Desk) -> None:
    """19 of 20 are 0.95: known with the number of answers, that is one wrong."""
    keep_answers(desk.lake, [answer(desk, number, "taken on") for number in range(29)])
    keep_answers(desk.lake, [answer(desk, 29, "wrong person")])
    first = make(desk, public=True)
    assert numbers(first, "How often it was right")[desk.trigger.title] == ["1.00 (0.89 to 1.00)"]
    assert numbers(make(desk, public=False), "How often it was right")[desk.trigger.title] == ["0.97 (0.83 to 0.99)"]
    keep_answers(desk.lake, [answer(desk, 30, "wrong person")])
    assert numbers(make(desk, public=True), "How often it was right") == numbers(first, "How often it was right")


def test_rows_of_every_source_are_accepted_set_aside_or_repeats(desk: Desk) -> None:
    for rows, accepted, set_aside, repeats, _ in numbers(make(desk, public=False), "What was searched").values():
        assert int(rows) == int(accepted) + int(set_aside) + int(repeats)


@pytest.mark.parametrize("public", [True, False])
def test_the_page_escapes_what_it_shows(desk: Desk, public: bool) -> None:
    report = make(desk, public=public).model_copy(update={"lead": "<script>alert(1)</script>"})
    assert "<script>" not in render_report(report, made_up=True)
