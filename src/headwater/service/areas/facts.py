"""What does a plan rest on? The library's facts of the loaded measures, marked where they are made up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from headwater.areas.planning import Facts
from headwater.areas.planning import facts as library
from headwater.service.areas.atlas import Atlas


def facts_of(atlas: Atlas) -> Facts:
    """The facts of all small areas that have ranks and residents; work as far as it may be said, so that no share of need tells of a single
    event. Raises FactsError."""
    told = library.facts_of(atlas.shelf)
    made_up = ("Made up: some of these numbers tell of no real place.",) if atlas.shelf.is_made_up() else ()
    sources, work = (*made_up, *told.sources, *_carried(atlas, told.sources)), atlas.work()
    if not work:
        return replace(told, sources=sources)
    minutes = np.array([work.get(code, 0.0) for code in told.codes])
    # Told in thousands: nearer would tell of single events.
    outside = float(round(told.minutes_outside, -3))
    return replace(told, sources=sources, minutes=minutes, has_minutes=bool(minutes.sum()), minutes_outside=outside)


def _carried(atlas: Atlas, sources: Iterable[str]) -> list[str]:
    """What it cost to carry the sets that are used from areas of another year; with them those that say who lives where."""
    said, shelf = set(sources), atlas.shelf
    used = {name for name, kept in shelf.kept.items() if library.say_source(shelf.sets[name], kept) in said}
    used |= {name for name, of in shelf.sets.items() if any(one.monitoring for one in of.measures)}
    return [f"Carried across. {cost}" for name, cost in shelf.carried.items() if name in used]


def say_sources(sources: Iterable[str]) -> str:
    """The sources as sentences, one after the other."""
    return " ".join(one if one.endswith(".") else f"{one}." for one in sources)


def knows_work(atlas: Atlas) -> bool:
    """Whether work is known, and in more than a few areas, so that a plan can start from it."""
    try:
        told = facts_of(atlas)
    except library.FactsError:
        return False
    return told.has_minutes and not told.has_little_work()
