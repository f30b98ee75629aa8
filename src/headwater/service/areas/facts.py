"""What does a plan rest on? The library's facts of the loaded measures, marked where they are made up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from headwater.areas.planning import Facts
from headwater.areas.planning import facts as library
from headwater.service.areas.atlas import Atlas


def facts_of(atlas: Atlas, index: str | None = None) -> Facts:
    """The facts of all small areas that have ranks (of the loaded `index`, else of the one that covers most) and residents; work as far as
    it may be said, so that no share of need tells of a single event. Raises FactsError."""
    told = library.facts_of(atlas.shelf, index)
    made_up = ("Made up: some of these numbers tell of no real place.",) if atlas.shelf.is_made_up() else ()
    always = (*made_up, *told.sources, *_carried(atlas, told.sources, monitoring=True))
    told = replace(
        told, sources=always, work_sources=(*told.work_sources, *_carried(atlas, told.work_sources, monitoring=False))
    )
    work = atlas.work()
    if not work:
        return told
    minutes = np.array([work.get(code, 0.0) for code in told.codes])
    # Told in thousands: nearer would tell of single events.
    outside = float(round(told.minutes_outside, -3))
    return replace(told, minutes=minutes, has_minutes=bool(minutes.sum()), minutes_outside=outside)


def _carried(atlas: Atlas, sources: Iterable[str], *, monitoring: bool) -> list[str]:
    """What it cost to carry the sets that are used from areas of another year; with `monitoring` those that say who lives where too."""
    said, shelf = set(sources), atlas.shelf
    used = {name for name, kept in shelf.kept.items() if library.say_source(shelf.sets[name], kept) in said}
    if monitoring:
        used |= {name for name, of in shelf.sets.items() if any(one.monitoring for one in of.measures)}
    return [f"Carried across. {cost}" for name, cost in shelf.carried.items() if name in used]


def indexes_of(atlas: Atlas) -> dict[str, str]:
    """The indices that a plan can rest on, by id, with their titles; under no name the one that is taken where none is chosen."""
    shelf, there = atlas.shelf, atlas.shelf.indexes()
    if not there:
        return {"": "None is loaded"}
    titles = {
        one: f"{shelf.sets[one].title} ({shelf.kept[one].manifest.get('vintage', shelf.sets[one].vintage)})"
        for one in there
    }
    return {"": f"The one that covers most of the force; now {titles[shelf.index()]}"} | titles


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
