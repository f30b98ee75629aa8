"""How is work told so that it tells of no single event? In average events, of which few are as good as none.

Minutes that few events made would tell how long one of them took. So the work of a small area is counted in events of the mean length over
the whole set, and that of an area with fewer than the smallest number of events never as more than the most that is hidden. Commands
and service then say it by the one rule for small numbers, and reckon need from what was said.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from headwater.areas.demand import COUNTED
from headwater.areas.measures import Kept
from headwater.areas.need import Numbers
from headwater.areas.planning.facts import MINUTES


def events_of(kept: Kept, codes: Sequence[str]) -> Numbers:
    """How many events stand behind the work of a set, by small area."""
    counted = [measure for measure in COUNTED.values() if measure in kept.values]
    return sum((np.nan_to_num(kept.of(one, codes)) for one in counted), np.zeros(len(codes)))


def work_in_events(kept: Kept, codes: Sequence[str], smallest: int) -> tuple[Numbers, float]:
    """The work of each small area in average events, that of fewer than `smallest` events below `smallest` (NaN where the set has no number);
    and how many minutes an average event takes. The mean is that of the whole set, so that every answer has the same steps. Where no event
    is counted beside the minutes, they stand for themselves, and an event takes 1."""
    minutes, events = kept.of(MINUTES, codes), float(events_of(kept, kept.areas).sum())
    each = float(np.nansum(kept.values[MINUTES])) / events if events else 0.0
    if not each:
        return minutes, 1.0
    counted = minutes / each
    return np.where(events_of(kept, codes) < smallest, np.minimum(counted, smallest - 1), counted), each
