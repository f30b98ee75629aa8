"""Whose are the numbers of a set? Published for everybody, or the force's own events, of which small counts may not be said."""

from __future__ import annotations

from headwater.areas.measures.definition import Measure, MeasureSet


def is_protected(measure: Measure) -> bool:
    """Whether counts of it are of events, which few people can stand behind; residents and homes are published as they are."""
    return measure.kind == "count" and measure.direction == "higher is worse"


def is_open(of: MeasureSet) -> bool:
    """Whether a set is published for everybody, so that hiding any of it would protect nobody."""
    return of.licence.startswith("Open Government Licence")
