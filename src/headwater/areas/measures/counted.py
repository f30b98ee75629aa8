"""How are measures kept that are counted here and not published? As a set of the catalogue, every counted row accounted for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from headwater.areas.measures.definition import MeasureSet
from headwater.areas.measures.load import origin_of
from headwater.areas.measures.shelf import VALUES, keep

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
