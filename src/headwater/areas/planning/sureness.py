"""How much do the posts depend on the weights? For each role and place, how often other weights near the planner's give more, as many or fewer."""

from __future__ import annotations

from dataclasses import dataclass

from headwater.areas.need import sensitivity
from headwater.areas.planning.facts import Facts
from headwater.areas.planning.proposal import Proposal, divisor_of

DRAWS = 500


@dataclass(frozen=True)
class Sureness:
    """One role in one place: the least and most posts of nine draws in ten, and the shares of draws (0 to 1) with as many posts as by
    need alone, with more, and with fewer."""

    low: int
    high: int
    same: float
    more: float
    fewer: float


def sureness_of(proposal: Proposal, facts: Facts, draws: int = DRAWS) -> dict[str, dict[str, Sureness]]:
    """Role → place → sureness, by `headwater.areas.need.sensitivity`. Each draw gives out the posts by the divisor method: where rules tie
    roles together it is the answer by need alone, with its floors and ceilings, that is varied."""
    areas, recipe = facts.at(proposal.level), proposal.scenario.need.recipe()
    found: dict[str, dict[str, Sureness]] = {}
    for name, result in proposal.results.items():
        role = result.role
        told = sensitivity(
            areas,
            recipe,
            role.places,
            role.posts,
            groups=role.groups,
            draws=draws,
            method=divisor_of(proposal.scenario),
        )
        columns = zip(role.places, told.low, told.high, told.same, told.more, told.fewer, strict=True)
        found[name] = {
            place.id: Sureness(int(low), int(high), float(same), float(more), float(fewer))
            for place, low, high, same, more, fewer in columns
        }
    return found
