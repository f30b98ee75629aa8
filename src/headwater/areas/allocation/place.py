"""What is known before posts are given out? Places with their need, groups of places, roles, and the rules for each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


class AllocationError(ValueError):
    """What was asked cannot be: the message says which rule, where, and what would have to change."""


class TotalsError(AllocationError):
    """The floors of all places are more posts than there are, or their ceilings fewer: the message is the plain sum."""


@dataclass(frozen=True)
class Place:
    """A ward or team that posts are given to.

    `need` is a number of any unit, not negative; only its share of the whole counts. At least `floor` posts stay here,
    whatever the need; never more than `ceiling` (None: no limit). `fixed` posts are tied to the place (a school's officer)
    and count among those given out; the floor is at least that many.
    """

    id: str
    name: str
    need: float
    group: str = ""
    floor: int = 0
    ceiling: int | None = None
    fixed: int = 0

    @property
    def least(self) -> int:
        """The fewest posts that the place may have."""
        return max(self.floor, self.fixed)


@dataclass(frozen=True)
class Group:
    """A Neighbourhood Policing Unit or district: all its places together get at least `floor` and at most `ceiling` posts."""

    id: str
    name: str
    floor: int = 0
    ceiling: int | None = None


@dataclass(frozen=True)
class Role:
    """One kind of post (PC, PCSO): how many there are, and the places with their need and rules for this role."""

    id: str
    name: str
    posts: int
    places: tuple[Place, ...]
    groups: tuple[Group, ...] = ()


def check(places: Sequence[Place], posts: int, groups: Sequence[Group] = ()) -> None:
    """Raise AllocationError where the rules contradict themselves: twice the same id, a floor above a ceiling, too few posts."""
    for kind, ids in (("place", [place.id for place in places]), ("group", [group.id for group in groups])):
        if twice := sorted({name for name in ids if ids.count(name) > 1} if len(set(ids)) < len(ids) else ()):
            raise AllocationError(f"The {kind} {twice[0]} is there twice. Give each {kind} once.")
    if not places:
        raise AllocationError("There is no place to give posts to.")
    for place in places:
        if not math.isfinite(place.need) or place.need < 0:
            raise AllocationError(
                f"The need of {place.name} is {place.need}. It must be a number that is not negative."
            )
        if place.floor < 0 or place.fixed < 0:
            raise AllocationError(f"{place.name} has a floor or fixed posts below nothing.")
        if place.ceiling is not None and place.ceiling < place.least:
            raise AllocationError(
                f"{place.name} must have at least {place.least} posts and may have at most {place.ceiling}. Change one of the two."
            )
    known = {group.id: group for group in groups}
    for group in groups:
        inside = [place for place in places if place.group == group.id]
        if group.ceiling is not None and group.ceiling < group.floor:
            raise AllocationError(
                f"{group.name} must have at least {group.floor} posts and may have at most {group.ceiling}. Change one of the two."
            )
        least = sum(place.least for place in inside)
        if group.ceiling is not None and least > group.ceiling:
            raise AllocationError(
                f"The floors of the places in {group.name} add up to {least} posts, and {group.name} may have at most {group.ceiling}."
            )
        most = total([place.ceiling for place in inside])
        if most is not None and most < group.floor:
            raise AllocationError(
                f"{group.name} must have at least {group.floor} posts, and the ceilings of its places add up to {most}."
            )
    floors = sum(
        max(known[name].floor if name in known else 0, sum(place.least for place in places if place.group == name))
        for name in {place.group for place in places}
    )
    if floors > posts:
        raise TotalsError(
            f"The floors add up to {floors} posts, and there are {posts}. Lower floors, or give {floors - posts} posts more."
        )
    ceilings = total(
        [
            least_of(
                known[name].ceiling if name in known else None, total([p.ceiling for p in places if p.group == name])
            )
            for name in sorted({place.group for place in places})
        ]
    )
    if ceilings is not None and ceilings < posts:
        raise TotalsError(f"There are {posts} posts, and the ceilings add up to {ceilings}. Raise ceilings.")
    if not any(place.need for place in places):
        raise AllocationError("No place has any need, so nothing says where posts should go.")


def total(numbers: Sequence[int | None]) -> int | None:
    """The sum; None (no limit) when one of them is none."""
    return None if any(number is None for number in numbers) else sum(number or 0 for number in numbers)


def least_of(one: int | None, other: int | None) -> int | None:
    """The smaller of two limits, where None is no limit."""
    return other if one is None else one if other is None else min(one, other)
