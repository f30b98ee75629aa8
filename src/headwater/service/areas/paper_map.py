"""What does a map look like on paper? The outlines of a level as SVG, each area in the colour of its class or hatched. Pure: no Django."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterator, Mapping
from typing import Any
from xml.sax.saxutils import quoteattr

WIDTH = 1_000
"""Units across; with one decimal place an area of a few streets keeps its shape."""

EDGE = "#14222b"
HATCH = (
    '<pattern id="hatch" width="12" height="12" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="12" height="12" '
    f'fill="#ffffff"/><rect width="4" height="12" fill="{EDGE}"/></pattern>'
)


def draw_areas(outlines: bytes, colours: Mapping[str, str], about: str, *, lined: Collection[str] = ()) -> str:
    """An SVG picture of a GeoJSON collection (properties `code`, longitude and latitude), north above. An area without a colour is
    hatched; one whose colour is in `lined` has thin lines across, the other way, so that it is told without colour. `about` is its title
    for whoever cannot see it."""
    features = json.loads(outlines)["features"]
    points = [point for one in features for ring in _rings(one["geometry"]) for point in ring]
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    across = math.cos(math.radians((south + north) / 2))
    scale = WIDTH / ((east - west) * across)
    height = math.ceil((north - south) * scale)

    def path(geometry: dict[str, Any]) -> str:
        return "".join(
            "M" + " ".join(f"{(x - west) * across * scale:.1f},{(north - y) * scale:.1f}" for x, y in ring[:-1]) + "Z"
            for ring in _rings(geometry)
        )

    def fill(code: str) -> str:
        colour = colours.get(code)
        return "url(#hatch)" if colour is None else f"url(#lined-{colour[1:]})" if colour in lined else colour

    drawn = "".join(f'<path d="{path(one["geometry"])}" fill="{fill(one["properties"]["code"])}"/>' for one in features)
    patterns = HATCH + "".join(_lined(colour) for colour in sorted(lined))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-2 -2 {WIDTH + 4} {height + 4}" role="img" aria-label={quoteattr(about)}>'
        f'<defs>{patterns}</defs><g stroke="{EDGE}" stroke-width="0.8" stroke-linejoin="round" fill-rule="evenodd">{drawn}</g></svg>'
    )


def _lined(colour: str) -> str:
    return (
        f'<pattern id="lined-{colour[1:]}" width="14" height="14" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">'
        f'<rect width="14" height="14" fill="{colour}"/><rect width="2" height="14" fill="{EDGE}"/></pattern>'
    )


def _rings(geometry: dict[str, Any]) -> Iterator[list[tuple[float, float]]]:
    surfaces = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    for surface in surfaces:
        for ring in surface:
            yield [(point[0], point[1]) for point in ring]
