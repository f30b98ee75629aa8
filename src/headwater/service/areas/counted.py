"""What number has each small area in a loaded set? Where events are counted, an area of the force into which none fell has 0. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from headwater.areas.measures import Kept, Measure, MeasureSet, is_open, is_protected


def values_of(measure: Measure, of: MeasureSet, kept: Kept, codes: Sequence[str]) -> dict[str, float]:
    """The number of each small area of `codes`; an area that is not there has none, and so have all where the set is about other areas.

    A set of events lists the areas where something happened. Those that it leaves out had nothing: they count 0, so that none and few are
    told alike. Sets that are published for everybody stand as the shelf has them. A number that the file itself holds back stays unknown.
    """
    there = set(kept.areas)
    if there.isdisjoint(codes):
        return {}
    found = dict(zip(codes, kept.of(measure.id, codes).tolist(), strict=True))
    if is_protected(measure) and not is_open(of):
        found |= dict.fromkeys((code for code in codes if code not in there), 0.0)
    return {code: value for code, value in found.items() if value == value}
