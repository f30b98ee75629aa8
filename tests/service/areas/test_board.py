"""Does the report for the board say who decided, who loses, and each thing once?"""

from __future__ import annotations

import io
from typing import Any

import pytest

from headwater.service.areas.changes import CHANGES, class_of_change, say_short
from headwater.service.areas.comparing import Line, Sure
from tests.service.areas.test_plans import PLANNER, make, publish, staffing
from tests.service.conftest import Town


@pytest.mark.parametrize(
    ("more", "words"),
    [(-9, "Loses 3 or more"), (-3, "Loses 3 or more"), (-2, "Loses 1 or 2"), (-1, "Loses 1 or 2"), (0, "As many posts"),
     (1, "Gains 1 or 2"), (2, "Gains 1 or 2"), (3, "Gains 3 or more"), (40, "Gains 3 or more")],
)  # fmt: skip
def test_every_change_has_its_class(more: int, words: str) -> None:
    assert class_of_change(more).words == words


def test_every_loss_is_lined_and_no_gain_is() -> None:
    assert [one.lined for one in CHANGES] == [True, True, False, False, False]
    assert len({one.colour for one in CHANGES}) == len(CHANGES)


def test_the_short_reason_keeps_the_rules_and_what_depends_on_the_weights() -> None:
    why = [
        ("PC", "5 by need, 2 by the least for this place; the last by need, number 845, came here because need for one post was highest, ahead of Ash."),
        ("PCSO", "4 by need; without rules that tie posts together 3, here 4: at most 40 PCSO leave."),
    ]  # fmt: skip
    sure = [Sure("PC", 6, 8, 0.7), Sure("PCSO", 3, 4, 0.95)]
    told = say_short(Line("B", "Beech", "North", 0.1, [], why, sure))
    assert told == (
        "PC: 5 by need, 2 by the least for this place. PCSO: 4 by need; without rules that tie posts together 3, here 4: at most 40 PCSO leave. "
        "With weights near these: PC 6 to 8."
    )
    before = [
        ("PC", "2 by the floor; the last, number 845, came here because need for one post was highest, ahead of Ash.")
    ]
    assert say_short(Line("B", "Beech", "North", 0.1, [], before, [])) == "PC: 2 by the floor.", (
        "as plans were kept before"
    )


@pytest.mark.service
def test_the_first_pages_say_who_decided_and_who_loses_most(town_with_measures: Town) -> None:
    plan = make(town_with_measures, staffing=staffing(town_with_measures).pk)
    publish(town_with_measures, plan)
    pages = read_report(town_with_measures, plan)
    assert "Published on" in pages[0]
    assert "decided by Chief Superintendent A. Example. Agreed at the board." in pages[0]
    change = {
        code: sum(plan.posts[role][code] - plan.result["today"][role][code] for role in plan.posts)
        for code in plan.posts["pc"]
    }
    first = " ".join(pages[:2])
    lose, gain = first.index("Lose most"), first.index("Gain most")
    assert f"−{-min(change.values())}" in first[lose:gain]
    assert f"+{max(change.values())}" in first[gain:]
    assert f"{sum(more < 0 for more in change.values()) - 10} more places lose" in first
    assert "place.;" not in first


@pytest.mark.service
def test_every_place_has_today_plan_and_change_under_a_head_on_every_page(town_with_measures: Town) -> None:
    plan = make(town_with_measures, staffing=staffing(town_with_measures).pk)
    pages = read_report(town_with_measures, plan)
    start = next(number for number, page in enumerate(pages) if "Every place, and why" in page)
    assert all("PC today PC plan PC change PCSO today PCSO plan PCSO change Why" in page for page in pages[start:])
    assert len(pages) - start <= 9, "a compact table"
    from headwater.areas.teams import read_teams

    told, teams = " ".join(pages[start:]), read_teams().teams
    code, team = next(iter(teams.items()))
    cells = [
        f"{plan.result['today'][role][code]} {plan.posts[role][code]} {_signed(plan.posts[role][code] - plan.result['today'][role][code])}"
        for role in ("pc", "pcso")
    ]
    assert f"{team.name} {team.npu} {' '.join(cells)} PC: " in told
    whole = " ".join(pages)
    for words in plan.result["not_in_it"]:
        assert whole.count(words) == 1, words
    assert sum("Who lives where posts are" in page and "All residents" in page for page in pages) <= 1


@pytest.mark.service
def test_without_posts_of_today_there_is_nothing_before_and_no_change(town_with_measures: Town) -> None:
    told = " ".join(read_report(town_with_measures, make(town_with_measures)))
    assert "PC change" not in told
    assert "loses" not in told.casefold()
    assert "Place Unit PC PCSO Why" in told


def read_report(town: Town, plan: Any) -> list[str]:
    """The words of each page."""
    from pypdf import PdfReader

    content = town.client(PLANNER).get(f"/areas/plans/{plan.pk}/export/pdf/").content
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]


def _signed(number: int) -> str:
    return f"−{-number}" if number < 0 else f"+{number}" if number else "0"
