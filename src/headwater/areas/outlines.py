"""What does each area look like on a map? The outlines of small areas, merged to the level that is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import mapping, shape

from headwater.areas.boundaries import ATTRIBUTION, BoundariesError, read_outlines
from headwater.areas.levels import SMALL_AREA, Level

DIGITS = 5
"""Decimal places of a degree: about a metre."""


def merge_outlines(boundaries: Path, level: Level) -> dict[str, Any]:
    """A GeoJSON FeatureCollection (longitude and latitude, WGS 84) with one feature for each area of the level that has an outline;
    its properties are `code` and `name`. `boundaries` is what `copy_boundaries` wrote, or a force's own file of that shape.

    Raises BoundariesError for a file that is none, or that holds no area of the level.
    """
    try:
        outline = {code: shape(one["geometry"]) for code, one in read_outlines(boundaries).items()}
    except (ValueError, KeyError, TypeError, AttributeError, shapely.errors.ShapelyError) as fault:
        raise BoundariesError(f"{boundaries.name} has an outline that is none ({fault}).") from None
    parts = level.parts()
    merged = []
    for code, name in level.names.items():
        inside = [outline[lsoa] for lsoa in parts[code] if lsoa in outline]
        if not inside:
            continue
        whole = inside[0] if level.id == SMALL_AREA else shapely.union_all(shapely.make_valid(inside))
        geometry = mapping(shapely.set_precision(_surfaces(whole), 10**-DIGITS))
        merged.append({"type": "Feature", "properties": {"code": code, "name": name}, "geometry": geometry})
    if not merged:
        raise BoundariesError(
            f"{boundaries.name} holds no outline of the {level.many} of this force. Are its codes of another year?"
        )
    return {"type": "FeatureCollection", "attribution": ATTRIBUTION, "features": merged}


def _surfaces(one: Any) -> Any:
    """The surfaces of a shape: mending an outline can leave lines and points beside them."""
    if one.geom_type in ("Polygon", "MultiPolygon"):
        return one
    return shapely.union_all([part for part in shapely.get_parts(one) if part.geom_type in ("Polygon", "MultiPolygon")])
