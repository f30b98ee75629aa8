"""Which rule brought a post, and which keeps one away? The answer is worked out again without the rules, and the two are compared.

The divisor gives first what floors demand. That order says nothing of what floors change: most of those posts need would have
brought anyway. So a post is there by a rule only where it would not be there without. One rule more, or one post more in a rule,
moves one post from one place to one other (the rules are a laminar family, and the aim is convex). Hence a place has more posts
than need brings only by its own floor, by the floor of its own group or because a ceiling elsewhere frees some, and fewer only by
its own ceiling, by that of its group or because floors elsewhere hold some.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from headwater.areas.allocation.divisor import FIXED, FLOOR, GROUP_FLOOR, NEED, Allotment, Post, allot, claim
from headwater.areas.allocation.place import Place, Role

FREED, TOGETHER, CEILING, ELSEWHERE = "freed", "together", "ceiling", "elsewhere"


class Cause(NamedTuple):
    """Why a place has one of its posts.

    `why`: FIXED; NEED (it would be there without any rule but fixed posts); FREED (a ceiling elsewhere frees it); FLOOR; GROUP_FLOOR;
    or TOGETHER (rules that tie posts together). `post` tells the claim that won it, in the run that gives it by this cause. `too` is
    another rule that asks for the post as well (FLOOR, GROUP_FLOOR), or nothing.
    """

    why: str
    post: Post | None = None
    too: str = ""


class Miss(NamedTuple):
    """Why a place does not have one post more, which it would have without some rule.

    `why`: CEILING (`place` and `group` say whose; both where each alone would keep it away); ELSEWHERE (floors hold it in other
    places; a ceiling that is named would then keep it away too); or TOGETHER. `claim` is that of the place on this post; `by_need`
    says whether need alone would bring it.
    """

    why: str
    claim: float
    by_need: bool
    place: bool = False
    group: bool = False


@dataclass(frozen=True)
class Causes:
    """Place → a cause for each of its posts, and a miss for each that rules keep away. `last` is the claim of the last post that was
    given to the best claim of all; None where there was none."""

    has: Mapping[str, tuple[Cause, ...]]
    misses: Mapping[str, tuple[Miss, ...]]
    last: float | None


def find_causes(role: Role, given: Allotment, posts: Mapping[str, int]) -> Causes:
    """Why each place has its `posts`; `given` is the answer under the role's own rules, from which rules that tie posts together may
    depart. Works the answer out up to five times more."""
    return _Comparing(role, given, posts).compare()


class _Comparing:
    """The answers with and without rules of one role."""

    def __init__(self, role: Role, given: Allotment, posts: Mapping[str, int]) -> None:
        self._role, self._given, self._posts = role, given, posts
        self._by_need = self._without(floors=True, group_floors=True, ceilings=True, group_ceilings=True)
        self._no_floors = self._without(floors=True, group_floors=True)
        self._no_place_floors = self._without(floors=True)
        self._no_ceilings = self._without(ceilings=True, group_ceilings=True)
        self._no_place_ceilings = self._without(ceilings=True)
        self._won = {id(run): _by_place(run) for run in (given, self._by_need, self._no_floors)}
        held = dict.fromkeys([group.id for group in role.groups], 0)
        for place in role.places:
            if place.group in held:
                held[place.group] += given.posts[place.id]
        self._full = {
            group.id for group in role.groups if group.ceiling is not None and held[group.id] >= group.ceiling
        }

    def _without(
        self, *, floors: bool = False, group_floors: bool = False, ceilings: bool = False, group_ceilings: bool = False
    ) -> Allotment:
        """The answer without some kinds of rule; the given one where there are none of these kinds."""
        places = tuple(
            replace(place, floor=0 if floors else place.floor, ceiling=None if ceilings else place.ceiling)
            for place in self._role.places
        )
        groups = tuple(
            replace(group, floor=0 if group_floors else group.floor, ceiling=None if group_ceilings else group.ceiling)
            for group in self._role.groups
        )
        if (places, groups) == (self._role.places, self._role.groups):
            return self._given
        return allot(places, self._role.posts, groups=groups, method=self._given.method)

    def compare(self) -> Causes:
        needed = [post.claim for post in self._given.given if post.why == NEED]
        return Causes(
            {place.id: tuple(self._cause(place, n) for n in range(1, self._posts[place.id] + 1)) for place in self._role.places},
            {place.id: tuple(self._missing(place)) for place in self._role.places},
            needed[-1] if needed else None,
        )  # fmt: skip

    def _cause(self, place: Place, number: int) -> Cause:
        """Of the post of that number, from 1, at a place."""
        too = FLOOR if number <= place.floor else ""
        if number <= place.fixed:
            return Cause(FIXED)
        if number <= self._by_need.posts[place.id]:
            return Cause(NEED, self._post(self._by_need, place, number), too)
        if number > self._given.posts[place.id]:
            return Cause(TOGETHER)
        if number <= self._no_floors.posts[place.id]:
            return Cause(FREED, self._post(self._no_floors, place, number), too)
        if number <= place.floor:
            return Cause(FLOOR, None, GROUP_FLOOR if number <= self._no_place_floors.posts[place.id] else "")
        return Cause(GROUP_FLOOR, self._post(self._given, place, number))

    def _post(self, run: Allotment, place: Place, number: int) -> Post:
        return self._won[id(run)][place.id][number - 1]

    def _missing(self, place: Place) -> list[Miss]:
        found: list[Miss] = []
        while True:
            number = self._posts[place.id] + len(found) + 1
            by_need = number <= self._by_need.posts[place.id]
            own = place.ceiling is not None and number > place.ceiling
            group = place.group in self._full
            if number <= self._given.posts[place.id]:
                why, own, group = TOGETHER, False, False
            elif number <= self._no_ceilings.posts[place.id] and (own or group):
                # Without its own ceiling alone the place has as many; more only without that of its group too.
                why, group = CEILING, not own or number > self._no_place_ceilings.posts[place.id]
            elif by_need:
                why = ELSEWHERE
                if number <= self._no_floors.posts[place.id]:
                    own, group = False, False
            else:
                return found
            found.append(Miss(why, claim(self._given.method, place, number - 1), by_need, own, group))


def _by_place(run: Allotment) -> dict[str, list[Post]]:
    found: dict[str, list[Post]] = {}
    for post in run.given:
        found.setdefault(post.place, []).append(post)
    return found
