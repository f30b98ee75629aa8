"""Which numbers can describe the force's small areas? Those of the index and what else is loaded, each on a scale that can be compared."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from headwater.areas.deprivation import DOMAINS, exponential
from headwater.areas.need import Numbers
from headwater.areas.planning.facts import MINUTES, FactsError, Shelf, facts_of
from headwater.areas.shrinkage import shrink


@dataclass(frozen=True)
class Describable:
    """A table of small areas (rows, `codes`) by measures (columns, `titles`), `left_out` for want of a number."""

    codes: tuple[str, ...]
    titles: tuple[str, ...]
    values: Numbers
    left_out: int
    sources: tuple[str, ...]


def describable(shelf: Shelf, index: str | None = None) -> Describable:
    """Each domain of the index as its score (0 to 100), each loaded share, rate and score as it is, and each count of harm as a rate for a
    thousand residents, shrunk. Measures that are there for monitoring (ethnicity, disability) never describe. Raises FactsError."""
    facts, name = facts_of(shelf, index), shelf.index(index)
    codes = list(facts.codes)
    called = {domain: shelf.sets[name].by_id[f"{domain}_rank"].title for domain in DOMAINS}
    columns = {
        called[domain].partition(", rank")[0].lower(): exponential(facts.ranks[domain], facts.country)
        for domain in DOMAINS
    }
    sources = [shelf.sets[name].title]
    for other, of in shelf.sets.items():
        used = False
        for measure in of.measures:
            if measure.monitoring or measure.id == MINUTES or measure.id not in shelf.kept[other].values:
                continue
            found = shelf.kept[other].of(measure.id, codes)
            if measure.kind == "count" and measure.direction == "higher is worse":
                columns[measure.title.lower()] = shrink(np.nan_to_num(found), facts.residents).rate * 1000
            elif measure.kind in ("share", "rate", "score"):
                columns[measure.title.lower()] = found
            else:
                continue
            used = True
        if used and other != name:
            sources.append(of.title)
    table = np.column_stack(list(columns.values()))
    whole = np.asarray(np.isfinite(table).all(axis=1), np.bool_)
    if not whole.any():
        raise FactsError("No small area has a number for every measure that is loaded. Load sets for the same areas.")
    kept = tuple(code for code, there in zip(codes, whole, strict=True) if there)
    return Describable(kept, tuple(columns), table[whole], len(shelf.codes) - len(kept), tuple(sources))
