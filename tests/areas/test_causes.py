"""Is a rule named as the reason of a post only where it changed the answer, and a ceiling only where it keeps a post away?"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.areas.allocation import (
    HUNTINGTON_HILL,
    WEBSTER,
    AllocationError,
    Causes,
    Group,
    Place,
    Role,
    allot,
    find_causes,
)
from headwater.areas.deprivation import DOMAINS
from headwater.areas.levels import Level
from headwater.areas.planning import Facts, Proposal, explain_posts, parse_scenario, propose, sum_up
from tests.areas.test_divisor import cases


def role(places: Sequence[Place], posts: int, groups: Sequence[Group] = ()) -> Role:
    return Role("pc", "PC", posts, tuple(places), tuple(groups))


def causes(one: Role, method: str = WEBSTER) -> Causes:
    found = allot(one.places, one.posts, groups=one.groups, method=method)
    return find_causes(one, found, found.posts)


def whys(found: Causes, place: str) -> list[str]:
    return [cause.why + (f"+{cause.too}" if cause.too else "") for cause in found.has[place]]


# Ashton, Bridge and Castle need 50, 30 and 20 of each 100. Ten posts by Webster: claims 100 60 40 | 33.3 20 14.3 11.1 …, so 5, 3 and 2.
ASHTON, BRIDGE, CASTLE = Place("a", "Ashton", 50, "n"), Place("b", "Bridge", 30, "n"), Place("c", "Castle", 20, "s")


def test_a_floor_that_changes_nothing_is_no_reason() -> None:
    floors = [dataclasses.replace(place, floor=2) for place in (ASHTON, BRIDGE, CASTLE)]
    assert allot(floors, 10).posts == allot([ASHTON, BRIDGE, CASTLE], 10).posts == {"a": 5, "b": 3, "c": 2}
    found = causes(role(floors, 10))
    assert whys(found, "a") == ["need+floor", "need+floor", "need", "need", "need"]
    assert whys(found, "c") == ["need+floor", "need+floor"]
    assert not any(found.misses.values())


def test_a_floor_is_the_reason_of_what_it_brings_alone_and_of_what_it_takes_elsewhere() -> None:
    # The claims of the last posts by need: Ashton's fifth 50 / 4.5 = 11.1, Bridge's third 12, Castle's second 13.3. Castle's floor of 3 takes
    # the least, Ashton's fifth.
    one = role([ASHTON, BRIDGE, dataclasses.replace(CASTLE, floor=3)], 10)
    found = causes(one)
    assert whys(found, "c") == ["need+floor", "need+floor", "floor"]
    assert whys(found, "a") == ["need"] * 4
    assert [(miss.why, miss.by_need, miss.claim) for miss in found.misses["a"]] == [
        ("elsewhere", True, pytest.approx(50 / 4.5))
    ]


def test_the_least_of_a_unit_is_the_reason_of_what_it_brings_alone() -> None:
    # South is Castle alone and needs 2; it must have 4. Its third and fourth are by this rule.
    found = causes(role([ASHTON, BRIDGE, CASTLE], 10, [Group("s", "South", floor=4)]))
    assert whys(found, "c") == ["need", "need", "group floor", "group floor"]
    # With 2 it changes nothing, though it is what gives the posts out first.
    one = role([ASHTON, BRIDGE, CASTLE], 10, [Group("s", "South", floor=2)])
    assert [post.why for post in allot(one.places, 10, groups=one.groups).given][:2] == ["group floor"] * 2
    assert whys(causes(one), "c") == ["need", "need"]


def test_where_two_rules_ask_for_the_same_post_both_are_told() -> None:
    one = role([ASHTON, BRIDGE, dataclasses.replace(CASTLE, floor=3)], 10, [Group("s", "South", floor=3)])
    assert whys(causes(one), "c") == ["need+floor", "need+floor", "floor+group floor"]


def test_the_ceiling_of_a_unit_is_told_for_each_post_that_it_takes_away() -> None:
    # North would have 8; it may have 5, which go 100, 60, 33.3, 20 (equal: the greater need, Ashton), 20: Ashton 3, Bridge 2.
    found = causes(role([ASHTON, BRIDGE, CASTLE], 10, [Group("n", "North", ceiling=5)]))
    assert whys(found, "a") == ["need"] * 3
    assert whys(found, "c") == ["need", "need", "freed", "freed", "freed"]
    assert [(miss.why, miss.place, miss.group) for miss in found.misses["a"]] == [("ceiling", False, True)] * 2
    assert [miss.claim for miss in found.misses["a"]] == pytest.approx([50 / 3.5, 50 / 4.5])
    assert [(miss.why, miss.group) for miss in found.misses["b"]] == [("ceiling", True)]
    assert found.last == pytest.approx(20 / 4.5)


def test_the_ceiling_of_a_place_in_a_full_unit_is_told_with_what_each_alone_would_do() -> None:
    # Ashton may have 2 and its unit 5: without the ceiling of Ashton it would take Bridge's third; a fourth and fifth need both lifted.
    north = Group("n", "North", ceiling=5)
    found = causes(role([dataclasses.replace(ASHTON, ceiling=2), BRIDGE, CASTLE], 10, [north]))
    assert [(miss.place, miss.group) for miss in found.misses["a"]] == [(True, False), (True, True), (True, True)]


def test_the_ceiling_of_a_unit_that_has_room_left_is_told_for_posts_beyond_it() -> None:
    # Castle may have none, so South, which may have one, has none. Without the ceiling of Castle it would have one; without both, two.
    places = [ASHTON, BRIDGE, dataclasses.replace(CASTLE, ceiling=0)]
    found = causes(role(places, 10, [Group("s", "South", ceiling=1)]))
    assert [(miss.place, miss.group) for miss in found.misses["c"]] == [(True, False), (True, True)]


def test_posts_that_only_rules_across_roles_bring_or_keep_away_are_told_as_such() -> None:
    # North may have 5, which are 3 and 2. Rules that tie posts together then give Ashton 1, Bridge 3 and Castle 6.
    one = role([ASHTON, BRIDGE, CASTLE], 10, [Group("n", "North", ceiling=5)])
    alone = allot(one.places, 10, groups=one.groups)
    found = find_causes(one, alone, {"a": 1, "b": 3, "c": 6})
    assert [miss.why for miss in found.misses["a"]] == ["together", "together", "ceiling", "ceiling"]
    assert whys(found, "b") == ["need"] * 3
    assert whys(found, "c") == ["need", "need", "freed", "freed", "freed", "together"]


@settings(deadline=None, max_examples=300)
@given(cases(), st.sampled_from([WEBSTER, HUNTINGTON_HILL]))
def test_without_the_rules_that_are_named_the_post_is_gone_or_comes(
    case: tuple[list[Place], list[Group], int], method: str
) -> None:
    places, groups, total = case
    one = role(places, total, groups)
    try:
        posts = allot(places, total, groups=groups, method=method).posts
    except AllocationError:
        return
    found = causes(one, method)
    bare = [dataclasses.replace(place, floor=0, ceiling=None) for place in places]
    by_need = allot(bare, total, method=method).posts

    def without(place: Place, *, own: dict[str, int | None], group: dict[str, int | None]) -> int:
        """The posts of a place once its own rules, or those of its group, are changed so; all others stay."""
        others = [dataclasses.replace(p, **own) if p.id == place.id else p for p in places]  # type: ignore[arg-type]
        units = [dataclasses.replace(g, **group) if g.id == place.group else g for g in groups]  # type: ignore[arg-type]
        return allot(others, total, groups=units, method=method).posts[place.id]

    for place in places:
        has, misses = found.has[place.id], found.misses[place.id]
        assert len(has) == posts[place.id]
        assert len(has) + len(misses) >= by_need[place.id], "each post that rules took away is told"
        for number, cause in enumerate(has, start=1):
            if cause.why == "need":
                assert number <= by_need[place.id]
            elif cause.why in ("floor", "group floor"):
                named = {cause.why, cause.too}
                left = without(
                    place, own={"floor": 0} if "floor" in named else {}, group={"floor": 0} if "group floor" in named else {}
                )  # fmt: skip
                assert left < number
                assert number > by_need[place.id]
        for number, miss in enumerate(misses, start=len(has) + 1):
            if miss.why == "ceiling":
                left = without(
                    place, own={"ceiling": None} if miss.place else {}, group={"ceiling": None} if miss.group else {}
                )
                assert left >= number
            else:
                assert number <= by_need[place.id]


LEVEL = Level(
    "ward", "ward", "wards", {"a": "Ashton", "b": "Bridge", "c": "Castle"}, {"1": "a", "2": "b", "3": "c"}, {"a": "North", "b": "North", "c": "South"}
)  # fmt: skip


def plan(rules: str) -> Proposal:
    facts = Facts(
        ("1", "2", "3"), {name: np.array([5, 5, 5]) for name in DOMAINS}, 10, np.array([5000.0, 3000.0, 2000.0]), np.zeros(3), False,
        ("made up",), (), 0.0,
    )  # fmt: skip
    return propose(facts, LEVEL, parse_scenario("title: T\n" + rules, "t.yaml"))


def test_each_line_names_need_or_the_rule_that_decided() -> None:
    proposal = plan("roles: {pc: {name: PC, posts: 10, floor: 2}}\nunits: [{unit: South, role: pc, floor: 4}]")
    assert explain_posts(proposal, "c")["pc"] == [
        "PC 1: by need: its claim was the highest, 4.00 against 3.33 of Ashton (post 3 of 10); the rule of at least 2 here asks for it too.",
        "PC 2: by need: its claim was the highest, 1.33 against 1.20 of Bridge (post 8 of 10); the rule of at least 2 here asks for it too.",
        "PC 3: by the rule of at least 4 in South: need alone would not bring it. Of the places there nobody else could have it (claim 0.80).",
        "PC 4: by the rule of at least 4 in South: need alone would not bring it. Of the places there nobody else could have it (claim 0.57).",
    ]
    assert explain_posts(proposal, "a")["pc"][-1] == (
        "Not PC 5: need alone would bring it, but rules of at least so many elsewhere come first."
    )
    assert sum_up(proposal, "pc")["c"] == (
        "2 by need, 2 by the least for its unit; the last by need, number 8, came here because need for one post was highest, ahead of Bridge."
    )
    floor = plan("roles: {pc: {name: PC, posts: 10}}\nplaces: [{place: c, role: pc, floor: 3}]")
    assert explain_posts(floor, "c")["pc"][2] == "PC 3: by the rule of at least 3 here: need alone would not bring it."


def test_each_post_that_a_ceiling_takes_away_has_its_line() -> None:
    proposal = plan("roles: {pc: {name: PC, posts: 10}}\nunits: [{unit: North, role: pc, ceiling: 5}]")
    assert explain_posts(proposal, "a")["pc"][3:] == [
        "Not PC 4: its claim, 1.43, beats that of the last post given (0.44), but North may have at most 5.",
        "Not PC 5: its claim, 1.11, beats that of the last post given (0.44), but North may have at most 5.",
    ]
    assert sum_up(proposal, "pc")["a"].startswith(
        "3 by need; without a ceiling 2 more, but North may have at most 5; the last"
    )
    assert explain_posts(proposal, "c")["pc"][2] == (
        "PC 3: by a ceiling elsewhere, which frees it: need alone would not bring it. "
        "Of the places that may have more nobody else could have it (claim 0.80)."
    )
    # Without Castle the ten go to Ashton and Bridge, and the last is Bridge's fourth: 3 of ten posts by 3.5.
    none = plan("roles: {pc: {name: PC, posts: 10}}\nplaces: [{place: c, role: pc, ceiling: 0}]")
    assert explain_posts(none, "c")["pc"][0] == (
        "Not PC 1: its claim, 4.00, beats that of the last post given (0.86), but Castle may have at most 0."
    )


def test_a_floor_elsewhere_and_a_ceiling_here_that_only_together_keep_a_post_away_are_both_told() -> None:
    # Of two posts Ashton has one (claim 100), Bridge the other (60, before Castle's 40). With the need of Castle and its ceiling nothing
    # changes; of three Castle would have one, and Bridge's floor of two takes it whether or not Castle may have any.
    found = causes(role([ASHTON, dataclasses.replace(BRIDGE, floor=2), dataclasses.replace(CASTLE, ceiling=0)], 3))
    assert [(miss.why, miss.place) for miss in found.misses["c"]] == [("elsewhere", True)]
    proposal = plan(
        "roles: {pc: {name: PC, posts: 3}}\nplaces: [{place: b, role: pc, floor: 2}, {place: c, role: pc, ceiling: 0}]"
    )
    assert explain_posts(proposal, "c")["pc"] == [
        "Not PC 1: need alone would bring it, but rules of at least so many elsewhere come first, and Castle may have at most 0."
    ]


def test_the_method_that_gives_everybody_a_first_post_says_so() -> None:
    line = explain_posts(plan("method: huntington-hill\nroles: {pc: {name: PC, posts: 4}}"), "c")["pc"][0]
    assert "it is the first here, and the method gives a first post before any second (post 3 of 4)" in line
