"""What of areas can be shown? Each measure at each level, with its words, source and classes. Knows no database."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from headwater.areas.deprivation import tenth_of
from headwater.areas.levels import SMALL_AREA, Level
from headwater.areas.measures import Kept, Measure, MeasureSet
from headwater.areas.typology import Classified
from headwater.service.areas.rules import (
    CLOSED,
    HIDDEN,
    TENTHS,
    UNKNOWN,
    Class,
    class_by_quarters,
    hides,
    spread,
)

LABEL = "label"


@dataclass(frozen=True)
class Shown:
    """One measure at one level. `values` and `words` by code of area; an area that is not there has no number. `steps` are the
    classes from most to least: (the least value in it, or the greatest where low is most; words). `closed`: what is missing is not
    for this reader, rather than not known."""

    id: str
    title: str
    about: str
    source: str
    values: Mapping[str, float]
    words: Mapping[str, str]
    steps: tuple[tuple[float, str], ...]
    higher_first: bool = True
    people: bool = False
    closed: bool = False
    end: str = "highest"
    """What stands first in order, in a word: `1st from the highest`."""

    def class_of(self, code: str) -> int:
        """The number of its class, from 0 (most); below nothing where no number is said."""
        value = self.values.get(code, math.nan)
        if math.isnan(value):
            return CLOSED if self.closed else UNKNOWN
        if hides(value, people=self.people):
            return HIDDEN
        for number, (bound, _) in enumerate(self.steps):
            if value >= bound if self.higher_first else value <= bound:
                return number
        return len(self.steps) - 1

    def classes(self, level: Level) -> list[Class]:
        """The classes with their colours and how many areas are in each."""
        count: dict[int, int] = {}
        for code in level.names:
            number = self.class_of(code)
            count[number] = count.get(number, 0) + 1
        colours = spread(len(self.steps))
        return [
            Class(number, words, colours[number], count.get(number, 0)) for number, (_, words) in enumerate(self.steps)
        ]

    def without(self, level: Level) -> dict[int, int]:
        """How many areas have no number, by why."""
        found: dict[int, int] = {}
        for code in level.names:
            number = self.class_of(code)
            if number < 0:
                found[number] = found.get(number, 0) + 1
        return dict(sorted(found.items(), reverse=True))


def number_shown(
    id: str, title: str, about: str, source: str, values: Mapping[str, float], say: Callable[[float], str], *,
    higher_first: bool = True, people: bool = False, closed: bool = False,
) -> Shown:  # fmt: skip
    """A measure that is a plain number, in quarters of the areas."""
    said = [value for value in values.values() if not math.isnan(value) and not hides(value, people=people)]
    steps = class_by_quarters(said, say={value: say(value) for value in said})
    words = {
        code: f"fewer than {5}" if hides(value, people=people) else say(value)
        for code, value in values.items()
        if not math.isnan(value)
    }
    end = "highest" if higher_first else "lowest"
    return Shown(id, title, about, source, values, words, tuple(steps), higher_first, people, closed, end)


def label_shown(classified: Classified, codes: Mapping[str, int], level: Level, source: str) -> Shown:
    """The label of each small area; at other levels how many of its small areas have the first label. `codes`: small area → its row."""
    labels = classified.typology.labels
    if level.id == SMALL_AREA:
        place = {code: int(classified.label[codes[code]]) for code in level.names if code in codes}
        known = {code: number for code, number in place.items() if number >= 0}
        steps = tuple((float(number), label.name) for number, label in enumerate(labels))
        words = {code: labels[number].name for code, number in known.items()}
        about = "The first of the published rules that the area meets."
        values = {code: float(number) for code, number in known.items()}
        return Shown(LABEL, classified.typology.title, about, source, values, words, steps, higher_first=False)
    first = labels[0]
    values, words = {}, {}
    for code, inside in level.parts().items():
        known_here = [int(classified.label[codes[lsoa]]) for lsoa in inside if lsoa in codes]
        if known_here:
            values[code] = sum(number == 0 for number in known_here) / len(known_here)
            words[code] = f"{sum(number == 0 for number in known_here)} of {len(known_here)} small areas"
    shown = number_shown(
        LABEL, f"Small areas with “{first.name}”", f"How many of its small areas have the label. {first.means}", source, values,
        lambda share: f"{share:.0%}",
    )  # fmt: skip
    return Shown(shown.id, shown.title, shown.about, source, values, words, shown.steps)


def measure_shown(
    measure: Measure, of: MeasureSet, kept: Kept, level: Level, residents: Mapping[str, float]
) -> Shown | None:
    """A loaded measure at a level; None where none of its areas is there. Counts add up; ranks become the number of small areas in the
    most deprived tenth; shares, rates and scores a mean weighted by residents, or a plain one where these are not known."""
    at = kept.of(measure.id, list(level.of))
    small = {code: float(value) for code, value in zip(level.of, at, strict=True) if not math.isnan(value)}
    if not small:
        return None
    id = f"{of.id}.{measure.id}"
    source = say_origin(of, kept)
    if measure.kind == "rank":
        return _rank_shown(id, measure, of, level, small, source)
    people, higher = measure.kind == "count", measure.direction != "lower is worse"
    if level.id == SMALL_AREA:
        return number_shown(
            id, measure.title, "", source, small, say_as(measure.kind), higher_first=higher, people=people
        )
    values: dict[str, float] = {}
    for code, inside in level.parts().items():
        there = [lsoa for lsoa in inside if lsoa in small]
        if not there:
            continue
        if measure.kind == "count":
            values[code] = sum(small[lsoa] for lsoa in there)
            continue
        weight = (
            [residents.get(lsoa, 0.0) for lsoa in there]
            if all(lsoa in residents for lsoa in there)
            else [1.0] * len(there)
        )
        values[code] = sum(small[lsoa] * part for lsoa, part in zip(there, weight, strict=True)) / (sum(weight) or 1.0)
    about = {"count": "Sum of its small areas."}.get(
        measure.kind, "Mean of its small areas, weighted by residents where they are known."
    )
    return number_shown(
        id, measure.title, about, source, values, say_as(measure.kind), higher_first=higher, people=people
    )


def _rank_shown(
    id: str, measure: Measure, of: MeasureSet, level: Level, small: Mapping[str, float], source: str
) -> Shown:
    tenth = {code: int(tenth_of([rank], of.complete)[0]) for code, rank in small.items()}
    if level.id == SMALL_AREA:
        ends = [(end * of.complete // 10 if end < 10 else of.complete, words) for end, words in TENTHS]
        words = {code: f"rank {rank:,.0f} of {of.complete:,}, tenth {tenth[code]}" for code, rank in small.items()}
        about = "Rank among all small areas of the country; 1 is most deprived."
        steps = tuple((float(end), say) for end, say in ends)
        return Shown(id, measure.title, about, source, small, words, steps, higher_first=False, end="most deprived")
    values, words = {}, {}
    for code, inside in level.parts().items():
        there = [tenth[lsoa] for lsoa in inside if lsoa in tenth]
        if there:
            worst = sum(one == 1 for one in there)
            values[code] = worst / len(there)
            words[code] = f"{worst} of {len(there)} small areas"
    title = measure.title.removesuffix(", rank") + ": small areas in the most deprived tenth"
    shown = number_shown(id, title, "How many of its small areas are in the most deprived tenth of the country.", source, values,
                         lambda share: f"{share:.0%}")  # fmt: skip
    return Shown(id, title, shown.about, source, values, words, shown.steps)


def say_as(kind: str) -> Callable[[float], str]:
    """How a number of this kind is written."""
    if kind == "share":
        return lambda value: f"{value:.1%}"
    if kind == "count":
        return lambda value: f"{value:,.0f}"
    return lambda value: f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def say_origin(of: MeasureSet, kept: Kept) -> str:
    """Where the numbers of a set come from, as they were loaded; made-up ones say so first."""
    told = {"title": of.title, "publisher": of.publisher, "vintage": of.vintage, "licence": of.licence} | dict(
        kept.manifest
    )
    words = f"{told['title']}, {told['publisher']}, {told['vintage']}. {told['licence']}."
    return f"Made up: {words}" if told.get("made_up") else words
