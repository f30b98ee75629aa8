"""What does a plan rest on? The library's facts of the loaded measures, marked where they are made up."""

from __future__ import annotations

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
    sources, work = (*made_up, *told.sources), atlas.work()
    if not work:
        return replace(told, sources=sources)
    minutes = np.array([work.get(code, 0.0) for code in told.codes])
    # Told in thousands: nearer would tell of single events.
    outside = float(round(told.minutes_outside, -3))
    return replace(told, sources=sources, minutes=minutes, has_minutes=bool(minutes.sum()), minutes_outside=outside)


def has_minutes(atlas: Atlas) -> bool:
    """Whether anything says how much work areas bring."""
    return any(library.MINUTES in kept.values for kept in atlas.kept.values())
