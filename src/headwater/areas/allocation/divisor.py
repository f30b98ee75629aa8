"""How are the posts of one role given out fairly? One after the other, each to where need for one post is highest.

A divisor method (Balinski and Young, Fair Representation, 1982): a place with need p and a posts has the claim p / d(a) on
the next one. Webster's d(a) = a + 1/2 comes nearest to equal need for every post (it minimises the sum of p (a/p - h/P)^2);
Huntington's and Hill's d(a) = sqrt(a (a + 1)) makes the relative differences between places small, and gives everybody a
first post. No place ever loses a post because there is one more to give.

Floors and ceilings of places and of groups of places are kept: what a floor demands is given first, best claim first within
its group, then the rest goes to the best claims of all. Because places lie within groups and groups within the whole, this
is the exact optimum under these rules (a greedy choice over a laminar family; Federgruen and Groenevelt 1986).
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from headwater.areas.allocation.place import Group, Place, check

WEBSTER, HUNTINGTON_HILL = "webster", "huntington-hill"
FIXED, FLOOR, GROUP_FLOOR, NEED = "fixed", "floor", "group floor", "need"


class Post(NamedTuple):
    """One post: the `number` in which it was given out, its place, the step that gave it, and the `claim` that it won by.

    `why` is the step that gave it; floors come first, so it does not tell whether need would have brought the post too (`causes` does).
    `runner_up` is the place that had the next best claim; None when nobody else could have it.
    """

    number: int
    place: str
    why: str
    claim: float
    runner_up: str | None = None
    runner_up_claim: float | None = None


@dataclass(frozen=True)
class Allotment:
    """How many posts each place gets, by id, and every post in the order in which it was given out."""

    method: str
    posts: dict[str, int]
    given: tuple[Post, ...]


def divisor(method: str, posts: int) -> float:
    """d(a) of the method for a place with `posts` posts."""
    if method == WEBSTER:
        return posts + 0.5
    if method == HUNTINGTON_HILL:
        return math.sqrt(posts * (posts + 1))
    raise ValueError(f"There is no method {method!r}. There are: {WEBSTER}, {HUNTINGTON_HILL}.")


def claim(method: str, place: Place, posts: int) -> float:
    """The claim of a place with `posts` posts on the next one. A place without need has none."""
    by = divisor(method, posts)
    return place.need / by if by else math.inf if place.need else 0.0


def allot(places: Sequence[Place], posts: int, *, groups: Sequence[Group] = (), method: str = WEBSTER) -> Allotment:
    """Give out `posts` posts. Equal claims go to the greater need, then to the id that comes first, so the answer is one.

    Raises AllocationError where the rules cannot hold.
    """
    check(places, posts, groups)
    place_of = {place.id: place for place in places}
    held = dict.fromkeys(place_of, 0)
    given: list[Post] = []

    for place in sorted(places, key=lambda place: place.id):
        for count in range(place.least):
            why = FIXED if count < place.fixed else FLOOR
            given.append(Post(len(given) + 1, place.id, why, claim(method, place, count)))
        held[place.id] = place.least
    in_group = {group.id: sum(held[place.id] for place in places if place.group == group.id) for group in groups}

    for group in sorted(groups, key=lambda group: group.id):
        inside = _Queue(method, [place for place in places if place.group == group.id], held)
        while in_group[group.id] < group.floor:
            _give(given, inside, held, GROUP_FLOOR)
            in_group[group.id] += 1

    ceiling = {group.id: group.ceiling for group in groups if group.ceiling is not None}
    shut = {name for name, most in ceiling.items() if in_group[name] >= most}
    queue = _Queue(method, [place for place in places if place.group not in shut], held)
    while len(given) < posts:
        place = _give(given, queue, held, NEED)
        if place.group in in_group:
            in_group[place.group] += 1
            if in_group[place.group] >= ceiling.get(place.group, posts + 1):
                queue.shut(place.group)
    return Allotment(method, held, tuple(given))


class _Queue:
    """The places that may still have a post, best claim first."""

    def __init__(self, method: str, places: Sequence[Place], held: dict[str, int]) -> None:
        self._method = method
        self._heap = [
            self._entry(place, held[place.id])
            for place in places
            if place.ceiling is None or held[place.id] < place.ceiling
        ]
        heapq.heapify(self._heap)

    def _entry(self, place: Place, posts: int) -> tuple[float, float, str, Place]:
        return (-claim(self._method, place, posts), -place.need, place.id, place)

    def shut(self, group: str) -> None:
        """No place of this group may have more."""
        self._heap = [entry for entry in self._heap if entry[3].group != group]
        heapq.heapify(self._heap)

    def take(self, held: dict[str, int]) -> tuple[Place, float]:
        """The place with the best claim, which now has one post more, and that claim."""
        negative, _, _, place = self._heap[0]
        following = held[place.id] + 1
        if place.ceiling is None or following < place.ceiling:
            heapq.heapreplace(self._heap, self._entry(place, following))
        else:
            heapq.heappop(self._heap)
        return place, -negative

    def best_but(self, place: str) -> tuple[str, float] | None:
        """The best claim of another place than this one; None without another."""
        heap = self._heap
        if not heap:
            return None
        best = heap[0]
        if best[2] == place:
            if len(heap) < 2:
                return None
            best = min(heap[1:3])  # the second best of a heap is its second or third
        return best[2], -best[0]


def _give(given: list[Post], queue: _Queue, held: dict[str, int], why: str) -> Place:
    place, won_by = queue.take(held)
    held[place.id] += 1
    second = queue.best_but(place.id)
    given.append(Post(len(given) + 1, place.id, why, won_by, *(second or (None, None))))
    return place
