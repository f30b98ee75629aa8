"""Are posts given out exactly? The divisor methods against brute force, and what must hold for each of them."""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.areas.allocation import HUNTINGTON_HILL, WEBSTER, AllocationError, Group, Place, allot, allot_many


def _cost(method: str, places: list[Place], posts: tuple[int, ...]) -> float:
    """What each method makes as small as can be, written from its definition and not from its divisor."""
    if method == WEBSTER:
        return sum(a * a / place.need for place, a in zip(places, posts, strict=True))
    return sum(place.need**2 / a if a else math.inf for place, a in zip(places, posts, strict=True))


def _best_by_trying_all(method: str, places: list[Place], groups: list[Group], total: int) -> float:
    best = math.inf
    for posts in itertools.product(range(total + 1), repeat=len(places)):
        if sum(posts) != total:
            continue
        if any(a < p.least or (p.ceiling is not None and a > p.ceiling) for p, a in zip(places, posts, strict=True)):
            continue
        sums = Counter[str]()
        for place, a in zip(places, posts, strict=True):
            sums[place.group] += a
        if any(sums[g.id] < g.floor or (g.ceiling is not None and sums[g.id] > g.ceiling) for g in groups):
            continue
        best = min(best, _cost(method, places, posts))
    return best


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[Place], list[Group], int]:
    places = []
    for number in range(draw(st.integers(1, 4))):
        floor = draw(st.integers(0, 2))
        ceiling = draw(st.none() | st.integers(floor, 6))
        need, group = draw(st.integers(1, 60)), draw(st.sampled_from(["east", "west"]))
        fixed = draw(st.integers(0, floor))
        places.append(Place(f"w{number}", f"Ward {number}", float(need), group, floor, ceiling, fixed))
    groups = [
        Group(name, name, floor := draw(st.integers(0, 3)), draw(st.none() | st.integers(floor, 8)))
        for name in draw(st.sampled_from([(), ("east",), ("east", "west")]))
    ]
    return places, groups, draw(st.integers(0, 9))


@settings(deadline=None, max_examples=150)
@given(cases(), st.sampled_from([WEBSTER, HUNTINGTON_HILL]))
def test_no_other_way_of_giving_them_out_is_better(case: tuple[list[Place], list[Group], int], method: str) -> None:
    places, groups, total = case
    best = _best_by_trying_all(method, places, groups, total)
    try:
        found = allot(places, total, groups=groups, method=method)
    except AllocationError:
        feasible = any(
            True
            for posts in itertools.product(range(total + 1), repeat=len(places))
            if sum(posts) == total
            and all(a >= p.least and (p.ceiling is None or a <= p.ceiling) for p, a in zip(places, posts, strict=True))
            and all(
                g.floor
                <= sum(a for p, a in zip(places, posts, strict=True) if p.group == g.id)
                <= (total if g.ceiling is None else g.ceiling)
                for g in groups
            )
        )
        assert not feasible
        return
    assert sum(found.posts.values()) == total
    mine = _cost(method, places, tuple(found.posts[place.id] for place in places))
    assert mine == pytest.approx(best) or (math.isinf(mine) and math.isinf(best))


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(1, 10_000), min_size=2, max_size=30), st.integers(0, 80))
def test_one_post_more_takes_none_away(needs: list[int], total: int) -> None:
    places = [Place(f"w{number:02}", f"Ward {number}", float(need)) for number, need in enumerate(needs)]
    fewer, more = allot(places, total).posts, allot(places, total + 1).posts
    assert all(more[name] >= count for name, count in fewer.items())


def test_every_post_says_why_it_went_there_and_who_came_next() -> None:
    places = [Place("a", "Aston", 100, fixed=1), Place("b", "Bablake", 60, floor=1), Place("c", "Castle Vale", 40)]
    found = allot(places, 6)
    assert [post.why for post in found.given] == ["fixed", "floor", "need", "need", "need", "need"]
    third = found.given[2]
    assert (third.place, third.claim, third.runner_up, third.runner_up_claim) == (
        "c",
        80.0,
        "a",
        pytest.approx(66.67, abs=0.01),
    )
    assert found.posts == {"a": 3, "b": 2, "c": 1}
    assert Counter(post.place for post in found.given) == found.posts


def test_every_post_given_by_need_had_the_best_claim_of_all() -> None:
    places = [Place(f"w{number:03}", f"Ward {number}", 7.0 + (number * 37) % 101) for number in range(192)]
    found = allot(places, 900)
    held = dict.fromkeys([place.id for place in places], 0)
    for post in found.given:
        claims = {place.id: place.need / (held[place.id] + 0.5) for place in places}
        assert claims[post.place] == max(claims.values()) == post.claim
        others = {name: value for name, value in claims.items() if name != post.place}
        assert post.runner_up_claim == max(others.values())
        held[post.place] += 1


@pytest.mark.parametrize(
    ("places", "groups", "posts", "words"),
    [
        (
            [Place("a", "Aston", 1, floor=5)],
            [],
            3,
            "The floors add up to 5 posts, and there are 3. Lower floors, or give 2",
        ),
        ([Place("a", "Aston", 1, ceiling=2)], [], 3, "There are 3 posts, and the ceilings add up to 2"),
        (
            [Place("a", "Aston", 1, floor=3, ceiling=2)],
            [],
            3,
            "Aston must have at least 3 posts and may have at most 2",
        ),
        (
            [Place("a", "Aston", 1, "e", floor=3)],
            [Group("e", "East", 0, 2)],
            9,
            "The floors of the places in East add up to 3",
        ),
        (
            [Place("a", "Aston", 1, "e", ceiling=3)],
            [Group("e", "East", 4)],
            9,
            "the ceilings of its places add up to 3",
        ),
        ([Place("a", "Aston", 0)], [], 3, "No place has any need"),
        ([Place("a", "Aston", -1)], [], 3, "The need of Aston is -1"),
        ([Place("a", "Aston", math.nan)], [], 3, "The need of Aston is nan"),
        ([Place("a", "Aston", 1), Place("a", "Aston", 1)], [], 3, "The place a is there twice"),
        ([], [], 3, "no place"),
    ],
)
def test_rules_that_cannot_hold_are_told(places: list[Place], groups: list[Group], posts: int, words: str) -> None:
    with pytest.raises(AllocationError, match=words):
        allot(places, posts, groups=groups)


@settings(deadline=None, max_examples=150)
@given(cases(), st.sampled_from([WEBSTER, HUNTINGTON_HILL]), st.data())
def test_many_needs_at_once_are_given_out_as_each_alone(
    case: tuple[list[Place], list[Group], int], method: str, data: st.DataObject
) -> None:
    places, groups, total = case
    few = st.lists(st.integers(0, 60), min_size=len(places), max_size=len(places)).filter(any)
    needs = data.draw(st.lists(few, min_size=1, max_size=4))
    alone = []
    try:
        for row in needs:
            own = [dataclasses.replace(place, need=float(need)) for place, need in zip(places, row, strict=True)]
            held = allot(own, total, groups=groups, method=method).posts
            alone.append([held[place.id] for place in places])
    except AllocationError:
        with pytest.raises(AllocationError):
            allot_many(places, needs, total, groups=groups, method=method)
        return
    assert allot_many(places, needs, total, groups=groups, method=method).tolist() == alone
