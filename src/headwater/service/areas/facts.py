"""What does a plan rest on, and who lives where? The library's facts of the loaded measures, and the groups of residents."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from headwater.areas.deprivation import tenth_of
from headwater.areas.planning import Facts
from headwater.areas.planning import facts as library
from headwater.service.areas.atlas import Atlas
from headwater.service.areas.rules import TENTHS


def facts_of(atlas: Atlas) -> Facts:
    """The facts of all small areas that have ranks and residents. Raises FactsError."""
    told = library.facts_of(atlas.shelf)
    made_up = ("Made up: some of these numbers tell of no real place.",) if atlas.shelf.is_made_up() else ()
    return replace(told, sources=(*made_up, *told.sources))


def has_minutes(atlas: Atlas) -> bool:
    """Whether anything says how much work areas bring."""
    return any(library.MINUTES in kept.values for kept in atlas.kept.values())


def groups_of(atlas: Atlas, codes: tuple[str, ...]) -> dict[str, np.ndarray]:
    """How many residents live in areas of each class of tenths, and how many belong to each group that a set monitors, in each small
    area."""
    index = atlas.shelf.index()
    people = np.array([atlas.residents[code] for code in codes], np.float64)
    tenth = tenth_of(atlas.kept[index].of("index_rank", codes), atlas.sets[index].complete)
    found, before = {}, 0
    for end, words in TENTHS:
        found[f"Residents of areas {words[0].lower()}{words[1:]}"] = np.where(
            (tenth > before) & (tenth <= end), people, 0.0
        )
        before = end
    for name, of in atlas.sets.items():
        for measure in of.measures:
            if not measure.monitoring or measure.id not in atlas.kept[name].values:
                continue
            values = np.nan_to_num(atlas.kept[name].of(measure.id, codes))
            found[measure.title] = values * people if measure.kind == "share" else values
    return found
