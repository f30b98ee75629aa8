"""Who would have to move? From today's posts to the proposed ones with the fewest moves, within a unit where that is possible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from headwater.areas.allocation.place import Place


@dataclass(frozen=True)
class Move:
    """`posts` posts go from one place to another. `source` None: new posts; `target` None: posts that are given up."""

    source: str | None
    target: str | None
    posts: int
    within_group: bool


def list_moves(places: Sequence[Place], current: Mapping[str, int], proposed: Mapping[str, int]) -> list[Move]:
    """The fewest moves, those within one group of places first; ordered by group, then by id.

    As many posts move as places have too many (or too few, where posts are added): no list can be shorter. Of all such lists
    this one keeps most of them within their group.
    """
    order = sorted(places, key=lambda place: (place.group, place.id))
    change = {place.id: proposed.get(place.id, 0) - current.get(place.id, 0) for place in order}
    group = {place.id: place.group for place in order}
    moves: list[Move] = []

    def match(givers: list[str], takers: list[str], *, within: bool) -> None:
        while givers and takers:
            giver, taker = givers[0], takers[0]
            posts = min(-change[giver], change[taker])
            moves.append(Move(giver, taker, posts, within))
            change[giver] += posts
            change[taker] -= posts
            if not change[giver]:
                givers.pop(0)
            if not change[taker]:
                takers.pop(0)

    for name in dict.fromkeys(group.values()):
        inside = [place for place, other in group.items() if other == name]
        match([p for p in inside if change[p] < 0], [p for p in inside if change[p] > 0], within=True)
    match([p for p in group if change[p] < 0], [p for p in group if change[p] > 0], within=False)
    moves += [Move(None, place, more, False) for place, more in change.items() if more > 0]
    moves += [Move(place, None, -more, False) for place, more in change.items() if more < 0]
    return moves
