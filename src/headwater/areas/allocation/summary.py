"""How fair is a set of posts? Need for one post in each place: the least, the middle and the most, and who lives there."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from headwater.areas.allocation.place import Place


@dataclass(frozen=True)
class Summary:
    """Need for one post over the places that have one; `without` are places with need and no post, which have no such figure."""

    posts: int
    least: float | None
    middle: float | None
    most: float | None
    without: tuple[str, ...]


def summarise(places: Sequence[Place], posts: Mapping[str, int]) -> Summary:
    """Need for one post: least, median and most."""
    each = sorted(place.need / posts[place.id] for place in places if posts.get(place.id))
    without = tuple(place.id for place in places if place.need and not posts.get(place.id))
    if not each:
        return Summary(0, None, None, None, without)
    return Summary(sum(posts.get(place.id, 0) for place in places), each[0], statistics.median(each), each[-1], without)


def posts_by_group(
    people: Mapping[str, Mapping[str, float]], residents: Mapping[str, float], posts: Mapping[str, int]
) -> dict[str, float]:
    """Posts for 10,000 residents as each group of people has them: a mean over places, weighted by where the group lives.

    `people` is group → place → how many of the group live there, `residents` place → all who live there. For looking at what an
    allocation does to people (the equality duty); no allocation reads it.
    """
    found = {}
    for group, where in people.items():
        whole = sum(number for place, number in where.items() if residents.get(place))
        if whole:
            found[group] = sum(
                number / whole * posts.get(place, 0) / residents[place] * 10_000
                for place, number in where.items()
                if residents.get(place)
            )
    return found
