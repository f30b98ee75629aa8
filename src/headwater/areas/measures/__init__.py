"""Numbers about areas: what each one means, where it comes from, and how it is loaded and kept."""

from headwater.areas.measures.definition import Measure, MeasureError, MeasureSet, read_measure_sets
from headwater.areas.measures.load import Loaded, load_measures
from headwater.areas.measures.shelf import Kept, list_kept, open_measures

__all__ = [
    "Kept",
    "Loaded",
    "Measure",
    "MeasureError",
    "MeasureSet",
    "list_kept",
    "load_measures",
    "open_measures",
    "read_measure_sets",
]
