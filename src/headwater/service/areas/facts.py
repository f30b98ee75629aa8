"""What does a plan rest on? The library's facts of the loaded measures, marked where they are made up."""

from __future__ import annotations

from dataclasses import replace

from headwater.areas.planning import Facts
from headwater.areas.planning import facts as library
from headwater.service.areas.atlas import Atlas


def facts_of(atlas: Atlas) -> Facts:
    """The facts of all small areas that have ranks and residents. Raises FactsError."""
    told = library.facts_of(atlas.shelf)
    made_up = ("Made up: some of these numbers tell of no real place.",) if atlas.shelf.is_made_up() else ()
    return replace(told, sources=(*made_up, *told.sources))


def has_minutes(atlas: Atlas) -> bool:
    """Whether anything says how much work areas bring."""
    return any(library.MINUTES in kept.values for kept in atlas.kept.values())
