"""Numbers about areas: what each one means, where it comes from, and how it is loaded and kept."""

from headwater.areas.measures.counted import Counts, keep_counts, with_none_as_zero
from headwater.areas.measures.definition import Measure, MeasureError, MeasureSet, read_measure_sets
from headwater.areas.measures.load import Loaded, load_measures
from headwater.areas.measures.openness import is_open, is_protected
from headwater.areas.measures.shelf import Kept, list_kept, open_measures
from headwater.areas.measures.street_level import load_street_level

__all__ = [
    "Counts",
    "Kept",
    "Loaded",
    "Measure",
    "MeasureError",
    "MeasureSet",
    "is_open",
    "is_protected",
    "keep_counts",
    "list_kept",
    "load_measures",
    "load_street_level",
    "open_measures",
    "read_measure_sets",
    "with_none_as_zero",
]
