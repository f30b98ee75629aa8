"""How much does a proposal depend on its weights? Its posts given out anew for weights drawn about those that were set."""

from __future__ import annotations

from headwater.areas.allocation import HUNTINGTON_HILL, WEBSTER
from headwater.areas.need import Sensitivity, sensitivity
from headwater.areas.planning.facts import Facts
from headwater.areas.planning.proposal import Proposal
from headwater.areas.planning.scenario import HUNTINGTON


def sureness_of(proposal: Proposal, facts: Facts, *, draws: int = 500, seed: int = 1) -> dict[str, Sensitivity]:
    """Role → how its posts change over the draws, places in the order of the level. Floors, ceilings, fixed posts and units hold in each
    draw; rules that tie roles together do not, so for an integer programme it tells of the answer by need alone. Raises NeedError."""
    method = HUNTINGTON_HILL if proposal.scenario.method == HUNTINGTON else WEBSTER
    areas, recipe = facts.at(proposal.level), proposal.scenario.need.recipe()
    return {
        name: sensitivity(
            areas,
            recipe,
            one.role.places,
            one.role.posts,
            groups=one.role.groups,
            draws=draws,
            seed=seed,
            method=method,
        )
        for name, one in proposal.results.items()
    }
