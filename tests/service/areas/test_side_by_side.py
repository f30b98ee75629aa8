"""Do several plans stand beside each other with the numbers that each has, for those who may read them?"""

from __future__ import annotations

from typing import Any

import pytest

from headwater.service.areas.choices import RoleChoice
from headwater.service.areas.result import need_for_one
from headwater.service.areas.side_by_side import Column, Today, tables_of
from tests.service.areas.test_planning import LEVEL, TODAY, worked
from tests.service.areas.test_plans import PLANNER, make, publish, staffing
from tests.service.conftest import Town

OTHER_NEED = worked() | {"need": {"A": 0.2, "B": 0.3, "C": 0.5}}
"""A plan that reckons need by something else."""


def test_each_column_holds_its_own_plan() -> None:
    one, other = worked(), worked(roles={"pc": RoleChoice(30)})
    pc, pcso = tables_of(LEVEL, [Today("today", TODAY)], [Column("one", one, 0), Column("other", other, None)])
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
    (pc, _) = tables_of(LEVEL, [], [Column("one", worked(), None), Column("other", worked(), None)])
    assert [head for head, _ in pc.whole] == ["one", "other"]
    assert pc.moved == []


def test_the_order_of_plans_changes_no_post_of_today() -> None:
    one, other = Column("one", worked(roles={"pc": RoleChoice(30)}), 0), Column("other", OTHER_NEED, 0)
    today = [Today("today", TODAY)]
    first, turned = tables_of(LEVEL, today, [one, other]), tables_of(LEVEL, today, [other, one])
    assert [table.role for table in first] == ["PC", "PCSO"]
    assert [table.whole[0] for table in first] == [("today", 30), ("today", 15)], "also where the first plan has none"
    for told, again in zip(first, turned, strict=True):
        assert [cells[0] for _, cells in told.units] == [cells[0] for _, cells in again.units]
        for part in ("whole", "moved", "even"):
            assert dict(getattr(told, part)) == dict(getattr(again, part)), part


def test_plans_with_two_staffing_files_are_each_set_against_their_own() -> None:
    later = {"pc": {"A": 30, "B": 0, "C": 0}}
    result = worked()
    plans = [Column("one", result, 0), Column("other", result, 1), Column("third", result, None)]
    pc, pcso = tables_of(LEVEL, [Today("April", TODAY), Today("May", later)], plans)
    assert pc.whole[:2] == [("April", 30), ("May", 30)]
    leaves = [sum(max(0, held["pc"][code] - result["posts"]["pc"][code]) for code in "ABC") for held in (TODAY, later)]
    assert leaves[0] != leaves[1]
    assert [number for _, number in pc.moved] == [None, None, *leaves, None], "of the third nothing is known"
    assert pcso.whole[:2] == [("April", 15), ("May", 0)]


def test_evenness_of_today_is_given_only_by_a_need_that_all_plans_share() -> None:
    one, other = worked(), OTHER_NEED
    (pc, _) = tables_of(LEVEL, [Today("today", TODAY)], [Column("one", one, 0), Column("other", other, 0)])
    assert pc.even[0] == ("today", None)
    assert pc.even[1][1]["least"]
    assert pc.even[2][1]["least"]
    (pc, _) = tables_of(LEVEL, [Today("today", TODAY)], [Column("one", one, 0), Column("same", worked(), 0)])
    assert pc.even[0][1] == need_for_one(one, TODAY, "pc")


@pytest.mark.service
def test_today_is_the_staffing_file_whatever_the_first_plan_gives_out(town_with_measures: Town) -> None:
    kept = staffing(town_with_measures)
    full = make(town_with_measures, name="Both roles", staffing=kept.pk)
    without = make(town_with_measures, name="No PCSO", staffing=kept.pk, pcso_posts="0")
    client = town_with_measures.client(PLANNER)
    whole = sum(kept.posts()["pcso"].values())
    assert whole > 0
    for asked in ((full, without), (without, full)):
        page = client.get("/areas/plans/side-by-side/?" + "&".join(f"plan={plan.pk}" for plan in asked))
        assert dict(page.context["tables"][1].whole)[kept.name] == whole
    heavy = make(town_with_measures, name="Other need", staffing=kept.pk, weight_income="90")
    told = client.get(f"/areas/plans/side-by-side/?plan={full.pk}&plan={heavy.pk}").content.decode()
    assert "These plans reckon need differently" in told
    assert "not given" in told


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
