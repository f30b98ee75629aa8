"""What is kept of a plan? The library's proposal with its reasons, how sure it is and who lives where, as it is stored and shown. Pure:
no Django."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import numpy as np

from headwater.areas.allocation import Place, summarise
from headwater.areas.levels import Level
from headwater.areas.need import Sensitivity
from headwater.areas.planning import Facts, Staffing, explain_posts, propose, sum_up, sureness_of
from headwater.service.areas.choices import Choices, Posts

Groups = Mapping[str, Any]
"""Group of residents → how many of it live in each small area of the facts."""


def work_out(
    title: str, facts: Facts, level: Level, choices: Choices, staffing: Staffing | None, groups: Groups | None = None
) -> dict[str, Any]:
    """The posts of each place and role with reasons, need, how much they depend on the weights, and what was left out. `groups` are for
    looking at what a plan does to people; no post depends on them.

    Raises AllocationError, NeedError, FactsError or ScenarioError in words for the planner.
    """
    begun = time.monotonic()
    proposal = propose(facts, level, choices.scenario(title, level.id), staffing, seconds=choices.seconds)
    seconds = time.monotonic() - begun
    sure = sureness_of(proposal, facts)
    place = facts.at(level).place
    return {
        "level": level.id,
        "places": {code: [name, level.unit[code]] for code, name in level.names.items()},
        "carried": proposal.carried,
        "need": dict(proposal.need),
        "posts": {name: dict(one.posts) for name, one in proposal.results.items()},
        "today": {name: dict(one.today or {}) for name, one in proposal.results.items()},
        "each": {code: explain_posts(proposal, code) for code in level.names},
        "why": {name: sum_up(proposal, name) for name in proposal.results},
        "sure": {name: _by_code(level, one) for name, one in sure.items()},
        "gap": proposal.coupled.gap if proposal.coupled else None,
        "seconds": round(seconds, 1),
        "index": facts.index,
        "sources": list(proposal.sources),
        "left_out": len(facts.left_out),
        "not_in_it": list(proposal.not_in_model),
        "double": proposal.scenario.need.recipe().double_counts_crime(),
        "no_crime": proposal.scenario.need.recipe().leaves_out_crime(),
        "residents": _by_place(facts.residents, place, level),
        "groups": [[name, _by_place(people, place, level)] for name, people in (groups or {}).items()],
    }


def _by_code(level: Level, sure: Sensitivity) -> dict[str, list[float]]:
    """Place → least and most posts of nine draws in ten, and the shares of draws with as many, with more, with fewer."""
    columns = (sure.low, sure.high, sure.same, sure.more, sure.fewer)
    return {code: [one[at].item() for one in columns] for at, code in enumerate(level.names)}


def _by_place(people: Any, place: Any, level: Level) -> dict[str, float]:
    summed = np.bincount(place, people, minlength=len(level.names))
    return {code: round(float(summed[number]), 1) for number, code in enumerate(level.names)}


def need_for_one(result: Mapping[str, Any], posts: Posts, role: str) -> dict[str, Any]:
    """Least, middle and most need for one post of a role, as multiples of the mean over the force (1: just as much)."""
    held = posts.get(role, {})
    whole = sum(held.values())
    places = [Place(code, code, share * whole) for code, share in result["need"].items()]
    found = summarise(places, held)
    return {
        "posts": whole,
        "least": found.least,
        "middle": found.middle,
        "most": found.most,
        "without": len(found.without),
    }
