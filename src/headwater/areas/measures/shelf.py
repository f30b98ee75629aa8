"""Where do numbers about areas stand? One folder for each set: the values and a manifest that says where they came from."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from headwater.areas.measures.definition import MeasureError
from headwater.engine import write_atomically

VALUES = pa.schema([("area", pa.string()), ("measure", pa.string()), ("value", pa.float64())])


@dataclass(frozen=True)
class Kept:
    """A set that is there: the measures and areas that it has, and its manifest."""

    set: str
    areas: tuple[str, ...]
    values: Mapping[str, npt.NDArray[np.float64]]
    manifest: Mapping[str, Any]

    def of(self, measure: str, areas: Sequence[str]) -> npt.NDArray[np.float64]:
        """The values of a measure for these areas, in their order; NaN where there is none. Raises MeasureError without it."""
        if measure not in self.values:
            raise MeasureError(f"{self.set} has no measure {measure!r}. It has: {', '.join(sorted(self.values))}.")
        place = {area: number for number, area in enumerate(self.areas)}
        rows = np.array([place.get(area, -1) for area in areas], np.int64)
        found = self.values[measure][np.maximum(rows, 0)] if len(self.areas) else np.full(len(rows), np.nan)
        return np.where(rows >= 0, found, np.nan)


def keep(folder: Path, name: str, rows: pa.Table, manifest: Mapping[str, Any]) -> None:
    """Keep the values of a set in place of earlier ones. The manifest goes last: without it a set is not there."""
    target = folder / name
    (target / "manifest.json").unlink(missing_ok=True)
    with write_atomically(target / "values.parquet") as path:
        pq.write_table(rows.sort_by([("measure", "ascending"), ("area", "ascending")]), path, compression="zstd")
    with write_atomically(target / "manifest.json") as path:
        path.write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def list_kept(folder: Path) -> list[str]:
    """The sets that are there, by name."""
    return sorted(path.parent.name for path in folder.glob("*/manifest.json"))


def open_measures(folder: Path, name: str) -> Kept:
    """A set that is there; raises MeasureError, saying how to load it, where it is not."""
    target = folder / name
    if not (target / "manifest.json").exists():
        there = ", ".join(list_kept(folder)) or "nothing yet"
        raise MeasureError(
            f"The measures {name} have not been loaded (there are: {there}). Load their file: headwater areas load FILE"
        )
    table = pq.read_table(target / "values.parquet")
    areas = tuple(sorted(set(table["area"].to_pylist())))
    place = {area: number for number, area in enumerate(areas)}
    values: dict[str, npt.NDArray[np.float64]] = {}
    for measure in table["measure"].unique().to_pylist():
        rows = table.filter(pa.compute.equal(table["measure"], measure))
        column = np.full(len(areas), np.nan)
        column[[place[area] for area in rows["area"].to_pylist()]] = rows["value"].to_numpy(zero_copy_only=False)
        values[measure] = column
    return Kept(name, areas, values, json.loads((target / "manifest.json").read_text("utf-8")))
