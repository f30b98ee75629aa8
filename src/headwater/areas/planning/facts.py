"""What is known of the force's small areas? Loaded measures and levels in, labels and the facts that need rests on out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from headwater.areas.closeness import Closeness
from headwater.areas.demand import WITHOUT_AREA
from headwater.areas.deprivation import DOMAINS
from headwater.areas.earlier_wards import Carrier, open_wards
from headwater.areas.levels import SMALL_AREA, TEAM, WARD, Level, read_levels
from headwater.areas.measures import Kept, MeasureSet, list_kept, open_measures, read_measure_sets, with_none_as_zero
from headwater.areas.measures.counted import share_elsewhere
from headwater.areas.need import Ints, Numbers, SmallAreas
from headwater.areas.redrawn import carry_across, open_redrawn
from headwater.areas.typology import Classified, Typology, classify, deprivation_facts, read_typology

INDEX_SETS = ("imd2025", "imd2019", "made_up")
"""Sets of ranks that a label and need can rest on; the first that is loaded and has areas of the force is taken."""

MINUTES = "officer_minutes"


MOST_ELSEWHERE = 0.01
"""With a greater share of events in areas that the force has not, and no lookup, its areas may be of another year: no event is then not known."""

FEW_AREAS = 0.25
"""Work in a smaller share of the small areas than this is work in few."""


class FactsError(ValueError):
    """What is wanted is not loaded, or not for this force's areas; the message says what to do."""


@dataclass(frozen=True)
class Shelf:
    """The levels of the force, and the sets of measures that are loaded with what each means. `carried` says of each set that came from
    small areas of another year what that cost; `carrier` knows where posts of earlier wards lie today."""

    levels: Mapping[str, Level]
    sets: Mapping[str, MeasureSet]
    kept: Mapping[str, Kept]
    carried: Mapping[str, str] = field(default_factory=dict)
    carrier: Carrier = field(default_factory=Carrier)

    @property
    def codes(self) -> list[str]:
        """The force's small areas, in order."""
        return list(self.levels[SMALL_AREA].names)

    def level(self, name: str | None = None) -> Level:
        """A level by its id; without one wards, or teams where the catalogue has no wards. Raises FactsError."""
        wanted = name or (WARD if WARD in self.levels else TEAM)
        if wanted not in self.levels:
            hint = " Wards need the file areas/wards.csv in your catalogue." if wanted == WARD else ""
            raise FactsError(f"There is no level {wanted!r}. There are: {', '.join(self.levels)}.{hint}")
        return self.levels[wanted]

    def indexes(self) -> list[str]:
        """The loaded sets of ranks that have areas of the force: those that need can rest on, the newest first."""
        codes = set(self.codes)
        return [one for one in INDEX_SETS if one in self.kept and not codes.isdisjoint(self.kept[one].areas)]

    def index(self, name: str | None = None) -> str:
        """The set of ranks to use: the one named, else the first of INDEX_SETS that covers the force best. Raises FactsError."""
        if name is not None:
            if name not in INDEX_SETS or name not in self.kept:
                there = ", ".join(one for one in INDEX_SETS if one in self.kept) or "none"
                raise FactsError(
                    f"The index {name!r} is not loaded (loaded: {there}). Load its file: headwater areas load FILE"
                )
            return name
        codes = set(self.codes)
        covered = {one: len(codes & set(self.kept[one].areas)) for one in INDEX_SETS if one in self.kept}
        if not any(covered.values()):
            raise FactsError(
                "No index of deprivation is loaded for this force's small areas, so nothing says what a place needs. "
                "Load one: headwater areas load FILE (docs/reference/measures.md says which)."
            )
        return max(covered, key=lambda one: covered[one])

    def is_made_up(self) -> bool:
        """Whether anything that is loaded is made up."""
        return any(bool(kept.manifest.get("made_up")) for kept in self.kept.values())


def open_shelf(folder: Path, catalogue: Path | None = None) -> Shelf:
    """Read what is loaded in `folder` and the levels of the catalogue. Sets for small areas of another year than the force's are carried
    across where the lookup is loaded; `carried` says what it cost. Areas without a counted event have 0.
    Raises FitError where the force's own areas are of two years."""
    sets, levels = read_measure_sets(catalogue), read_levels(catalogue)
    there = [name for name in list_kept(folder) if name in sets]
    kept, carried = {name: open_measures(folder, name) for name in there}, {}
    redrawn = open_redrawn(folder)
    if redrawn is not None:
        codes, residents = list(levels[SMALL_AREA].names), _residents(kept)
        for name in there:
            kept[name], cost = carry_across(kept[name], sets[name], redrawn, codes, residents)
            if cost:
                carried[name] = cost
    own = levels[SMALL_AREA].names
    for name, one in kept.items():
        if redrawn is not None or share_elsewhere(one, own) <= MOST_ELSEWHERE:
            kept[name] = with_none_as_zero(one, own)
    carrier = Carrier(open_wards(folder), _residents(kept), redrawn)
    return Shelf(levels, {name: sets[name] for name in there}, kept, carried, carrier)


def _residents(kept: Mapping[str, Kept]) -> dict[str, float]:
    """Residents by area, whatever its year, from the first set that has them."""
    found: dict[str, float] = {}
    for one in kept.values():
        if "residents" in one.values:
            there = zip(one.areas, one.values["residents"].tolist(), strict=True)
            found = {area: number for area, number in there if number > 0} | found
    return found


@dataclass(frozen=True)
class Labels:
    """A label for each of `codes`, and how close it is to another; `index` is the set it rests on, `source` says that in words."""

    codes: tuple[str, ...]
    found: Classified
    closeness: Closeness
    index: str
    source: str


def labels_of(shelf: Shelf, typology: Typology | None = None, index: str | None = None) -> Labels:
    """The label of every small area of the force. Areas that the index does not have get none. Raises FactsError."""
    name = shelf.index(index)
    kept, of, codes = shelf.kept[name], shelf.sets[name], shelf.codes
    ranks = {domain: kept.of(f"{domain}_rank", codes) for domain in DOMAINS}
    whole = kept.of("index_rank", codes)
    known = ~np.isnan(np.stack([whole, *ranks.values()])).any(axis=0)
    ranks = {domain: np.where(known, values, 1) for domain, values in ranks.items()}
    whole = np.where(known, whole, 1)
    facts = deprivation_facts(ranks, whole, of.complete)
    facts = {fact: np.where(known, values, np.nan) for fact, values in facts.items()}
    found = classify(typology or read_typology(), facts)
    return Labels(tuple(codes), found, Closeness(found, ranks, whole, of.complete), name, say_source(of, kept))


@dataclass(frozen=True)
class Facts:
    """What need rests on, for the small areas that have ranks and residents (arrays in the order of `codes`): ranks among `country`
    areas, residents, officers' minutes (all 0 where `has_minutes` is not). `left_out` areas lack ranks or residents.
    `minutes_outside` lie in areas that are none of these, `events_without_area` in none at all. `sources` are those of ranks and residents,
    `work_sources` those of the minutes that neither of these has named; `index` is the set of ranks, in the words of its source."""

    codes: tuple[str, ...]
    ranks: Mapping[str, Ints]
    country: int
    residents: Numbers
    minutes: Numbers
    has_minutes: bool
    sources: tuple[str, ...]
    left_out: tuple[str, ...]
    minutes_outside: float
    events_without_area: int = 0
    work_sources: tuple[str, ...] = ()
    index: str = ""

    def rests_on(self, workload: float) -> tuple[str, ...]:
        """What need rests on when work counts this share of it: without work nothing of its minutes. Ranks and residents are always
        named: they say which areas count, and who lives where."""
        return (*self.sources, *self.work_sources) if workload else self.sources

    @property
    def areas_with_work(self) -> int:
        """In how many of the small areas work counts."""
        return int((self.minutes > 0).sum())

    def has_little_work(self) -> bool:
        """Whether work counts in so few small areas that posts by work would all go to these few."""
        return self.areas_with_work < FEW_AREAS * len(self.codes)

    def say_work(self, *, counts: bool = True) -> str:
        """How much of the force the work that is loaded speaks for, in words; empty where none is loaded. `counts`: whether it is part of
        need, rather than shown beside it."""
        if not self.has_minutes:
            return ""
        if not counts:
            return f"Work is known in {self.areas_with_work:,} of {len(self.codes):,} small areas; here it is shown, and is no part of need."
        told = f"Work counts in {self.areas_with_work:,} of {len(self.codes):,} small areas"
        if self.events_without_area:
            told += f"; {_say_about(self.events_without_area)} without a small area in their record count nowhere"
        if self.has_little_work():
            told += ". All posts that work brings go to these few: let work count less, or load records of more areas"
        return f"{told}."

    def at(self, level: Level) -> SmallAreas:
        """The facts, each area with the number of its place in the level."""
        number = {code: at for at, code in enumerate(level.names)}
        place = np.array([number[level.of[code]] for code in self.codes], np.int64)
        return SmallAreas(place, self.ranks, self.country, self.residents, self.minutes)


def facts_of(shelf: Shelf, index: str | None = None) -> Facts:
    """The facts of the force's small areas. Raises FactsError without ranks or residents for any of them."""
    name = shelf.index(index)
    kept, of, codes = shelf.kept[name], shelf.sets[name], shelf.codes
    ranks = {domain: kept.of(f"{domain}_rank", codes) for domain in DOMAINS}
    people, people_set = np.full(len(codes), np.nan), ""
    for other, one in shelf.kept.items():
        if "residents" in one.values:
            found = one.of("residents", codes)
            if (~np.isnan(found)).sum() > (~np.isnan(people)).sum():
                people, people_set = found, other
    if not people_set:
        raise FactsError(
            "No number of residents is loaded for this force's small areas. Load the census or the population estimates: headwater areas load FILE"
        )
    known = ~np.isnan(np.stack([people, *ranks.values()])).any(axis=0)
    work = next((one for one, there in shelf.kept.items() if MINUTES in there.values), None)
    minutes = np.nan_to_num(shelf.kept[work].of(MINUTES, codes)) if work else np.zeros(len(codes))
    everything = float(np.nansum(shelf.kept[work].values[MINUTES])) if work else 0.0
    used = dict.fromkeys([name, people_set])
    by_work = [work] if work and work not in used else []
    return Facts(
        tuple(code for code, there in zip(codes, known, strict=True) if there),
        {domain: values[known].astype(np.int64) for domain, values in ranks.items()}, of.complete, people[known], minutes[known],
        bool(minutes[known].sum()), tuple(say_source(shelf.sets[one], shelf.kept[one]) for one in used),
        tuple(code for code, there in zip(codes, known, strict=True) if not there), everything - float(minutes[known].sum()),
        int(shelf.kept[work].manifest.get("aside", {}).get(WITHOUT_AREA, 0)) if work else 0,
        tuple(say_source(shelf.sets[one], shelf.kept[one]) for one in by_work), say_source(of, kept),
    )  # fmt: skip


def _say_about(events: int) -> str:
    """A number of events in tens, so that no single one is told."""
    tens = round(events, -1)
    return f"about {tens:,} events" if tens else "a few events"


def say_source(of: MeasureSet, kept: Kept) -> str:
    """A set with publisher, vintage and licence, in words."""
    vintage = kept.manifest.get("vintage", of.vintage)
    return f"{of.title} ({of.publisher}; {vintage}; {of.licence})"
