"""Do several plans stand beside each other with the numbers that each has, for those who may read them?"""

from __future__ import annotations

from typing import Any

import pytest

from headwater.service.areas.choices import RoleChoice
from headwater.service.areas.side_by_side import tables_of
from tests.service.areas.test_planning import LEVEL, TODAY, worked
from tests.service.areas.test_plans import PLANNER, make, publish, staffing
from tests.service.conftest import Town


def test_each_column_holds_its_own_plan() -> None:
    one, other = worked(), worked(roles={"pc": RoleChoice(30)})
    pc, pcso = tables_of(LEVEL, ("today", TODAY), [("one", one), ("other", other)])
    assert [head for head, _ in pc.whole] == ["today", "one", "other"]
    assert [number for _, number in pc.whole] == [30, 30, 30]
    assert [number for _, number in pcso.whole] == [15, 15, 0], "the other plan gives out no PCSO"
    for unit, cells in pc.units:
        codes = [code for code in LEVEL.names if LEVEL.unit[code] == unit]
        assert [number for _, number in cells] == [
            sum(held[code] for code in codes) for held in (TODAY["pc"], one["posts"]["pc"], other["posts"]["pc"])
        ]
    assert [number for _, number in pc.moved] == [
        None, *(sum(max(0, TODAY["pc"][code] - plan["posts"]["pc"][code]) for code in "ABC") for plan in (one, other))
    ]  # fmt: skip
    assert pcso.even[2][1]["least"] is None


def test_without_posts_of_today_there_is_no_column_of_them() -> None:
    (pc, _) = tables_of(LEVEL, None, [("one", worked()), ("other", worked())])
    assert [head for head, _ in pc.whole] == ["one", "other"]
    assert pc.moved == []


@pytest.mark.service
def test_the_page_shows_three_plans_and_what_each_sets(town_with_measures: Town) -> None:
    kept = staffing(town_with_measures)
    plans = [
        make(town_with_measures, name=f"Plan {floor}", pc_floor=str(floor), staffing=kept.pk) for floor in (0, 2, 4)
    ]
    client = town_with_measures.client(PLANNER)
    asked = "&".join(f"plan={plan.pk}" for plan in plans)
    page = client.get(f"/areas/plans/side-by-side/?{asked}").content.decode()
    for words in (
        "Posts on 1 April",
        "Plan 0",
        "Plan 2",
        "Plan 4",
        "at least 4 in each place",
        "Weights",
        "Leave where they are today",
    ):
        assert words in page, words
    assert page.index("Plan 0") < page.index("Plan 2") < page.index("Plan 4"), "in the order that was asked for"
    assert 'href="/areas/plans/side-by-side/"' in client.get("/areas/plans/").content.decode()


@pytest.mark.service
@pytest.mark.parametrize("count", [1, 5])
def test_one_plan_or_five_are_refused_in_words(town_with_measures: Town, count: int) -> None:
    plans = [make(town_with_measures, name=f"Plan {number}") for number in range(count)]
    asked = "&".join(f"plan={plan.pk}" for plan in plans)
    answer = town_with_measures.client(PLANNER).get(f"/areas/plans/side-by-side/?{asked}")
    assert answer.status_code == 422
    assert ("two plans at least" if count == 1 else "4 plans at most") in answer.content.decode()


@pytest.mark.service
def test_drafts_stand_beside_nothing_for_others(town_with_measures: Town) -> None:
    one, other = make(town_with_measures, name="Draft one"), make(town_with_measures, name="Told one")
    publish(town_with_measures, other)
    client: Any = town_with_measures.client("sergeant@police")
    answer = client.get(f"/areas/plans/side-by-side/?plan={one.pk}&plan={other.pk}")
    assert answer.status_code == 422
    assert "Draft one" not in answer.content.decode()
    assert town_with_measures.client("youth-worker@charity").get("/areas/plans/side-by-side/").status_code == 404
