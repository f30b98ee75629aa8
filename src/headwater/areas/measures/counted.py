"""How are measures kept that are counted here and not published? As a set of the catalogue, every counted row accounted for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from headwater.areas.measures.definition import MeasureSet
from headwater.areas.measures.load import origin_of
from headwater.areas.measures.shelf import VALUES, Kept, keep

Counts = Mapping[str, Mapping[str, float]]
"""Measure → area → its value."""


def keep_counts(folder: Path, one: MeasureSet, counts: Counts, told: Mapping[str, Any]) -> dict[str, Any]:
    """Keep counts as the set `one` in `folder`; an area without an event of a kind has 0. `told` says where they come from: it goes into
    the manifest, which is the answer."""
    areas = sorted({area for values in counts.values() for area in values})
    names = [measure.id for measure in one.measures]
    rows = pa.table(
        {
            "area": [area for _ in names for area in areas],
            "measure": [name for name in names for _ in areas],
            "value": [float(counts.get(name, {}).get(area, 0)) for name in names for area in areas],
        },
        schema=VALUES,
    )
    manifest = {
        "set": one.id, "loaded_at": datetime.now(UTC).isoformat(timespec="seconds"), "areas": len(areas), "missing": {}, "left_out": [],
        "part": len(areas) < one.complete, **told, **origin_of(one), **({"vintage": told["vintage"]} if "vintage" in told else {}),
    }  # fmt: skip
    keep(folder, one.id, rows, manifest)
    return manifest


def with_none_as_zero(kept: Kept, areas: Iterable[str]) -> Kept:
    """The set with those of `areas` (the force's) that it does not name: where events were counted and an area has none, none is what is
    known of it, so 0. Sets that were published and not counted here, and those that name none of the areas, are left as they are."""
    wanted = list(areas)
    there = set(kept.areas)
    lacking = [area for area in wanted if area not in there]
    if "counted" not in kept.manifest or not lacking or len(lacking) == len(wanted):
        return kept
    order = np.argsort(np.array([*kept.areas, *lacking]), kind="stable")
    values = {name: np.concatenate((one, np.zeros(len(lacking))))[order] for name, one in kept.values.items()}
    return replace(kept, areas=tuple(sorted([*kept.areas, *lacking])), values=values)


def share_elsewhere(kept: Kept, areas: Iterable[str]) -> float:
    """Which share of what was counted lies in other areas than these: of another force, or of another year."""
    own = np.isin(kept.areas, list(areas))
    whole = sum(float(np.nansum(one)) for one in kept.values.values())
    return sum(float(np.nansum(one[~own])) for one in kept.values.values()) / whole if whole else 0.0
