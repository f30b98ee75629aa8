"""What of areas can be shown? Each measure at each level, with its words, source and classes. Knows no database."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from headwater.areas.deprivation import tenth_of
from headwater.areas.levels import SMALL_AREA, TEAM, Level
from headwater.areas.measures import Kept, Measure, MeasureSet, is_open, is_protected
from headwater.areas.typology import Classified
from headwater.service.areas.counted import values_of
from headwater.service.areas.disclosed import Told
from headwater.service.areas.rules import (
    CLOSED,
    HIDDEN,
    TENTHS,
    UNKNOWN,
    Class,
    class_by_quarters,
    spread,
)
from headwater.triggers.counting.disclosure import NOT_SHOWN, DisclosureRule, Published

LABEL = "label"
SUMS = {SMALL_AREA: "", TEAM: "Sum of its small areas."}
SUMMED = "Sum of what is shown of its small areas and their teams, so that it gives no hidden count away."


@dataclass(frozen=True)
class Shown:
    """One measure at one level. `values` and `words` by code of area; an area that is not there has no number. Of an area in `hidden` there is
    no value here at all, only words that say so. `steps` are the
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
    hidden: frozenset[str] = frozenset()
    closed: bool = False
    end: str = "highest"
    """What stands first in order, in a word: `1st from the highest`."""

    def class_of(self, code: str) -> int:
        """The number of its class, from 0 (most); below nothing where no number is said."""
        if code in self.hidden:
            return HIDDEN
        value = self.values.get(code, math.nan)
        if math.isnan(value):
            return CLOSED if self.closed else UNKNOWN
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
    higher_first: bool = True,
) -> Shown:  # fmt: skip
    """A measure that is a plain number, in quarters of the areas."""
    said = [value for value in values.values() if not math.isnan(value)]
    steps = class_by_quarters(said, say={value: say(value) for value in said})
    words = {code: say(value) for code, value in values.items() if not math.isnan(value)}
    end = "highest" if higher_first else "lowest"
    return Shown(id, title, about, source, values, words, tuple(steps), higher_first, end=end)


def count_shown(
    id: str, title: str, about: str, source: str, told: Published, rule: DisclosureRule, *, higher_first: bool = True, closed: bool = False,
    each: float = 1.0,
) -> Shown:  # fmt: skip
    """A count of people or of what happened to them, as the rule lets it be said; or minutes of work, when an average event makes `each`."""
    hidden = frozenset(code for code, count in told.items() if count is None or count == NOT_SHOWN)
    plain = number_shown(
        id, title, f"{about} {say_rule(rule, each)}".strip(), source, {code: (count or 0) * each for code, count in told.items() if code not in hidden},
        say_as("count"), higher_first=higher_first,
    )  # fmt: skip
    words = dict(plain.words) | {code: _say_hidden(rule, told[code], each) for code in hidden}
    return replace(plain, words=words, hidden=hidden, closed=closed)


def _say_hidden(rule: DisclosureRule, count: int | None, each: float) -> str:
    return rule.in_words(count) if each == 1 or count == NOT_SHOWN else f"of {rule.in_words(count)} events"


def say_rule(rule: DisclosureRule, each: float = 1.0) -> str:
    """The rule in a sentence."""
    if each != 1:
        return f"In steps of {rule.round_to * each:,.0f}, {rule.round_to} average events; of fewer than {rule.smallest}, and of none, it is hidden."
    return f"Rounded to the nearest {rule.round_to}; counts under {rule.smallest}, and none, are hidden."


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
            words[code] = say_part(sum(number == 0 for number in known_here), len(known_here))
    shown = number_shown(
        LABEL, f"Small areas with “{first.name}”", f"How many of its small areas have the label. {first.means}", source, values,
        lambda share: f"{share:.0%}",
    )  # fmt: skip
    return Shown(shown.id, shown.title, shown.about, source, values, words, shown.steps)


def measure_shown(
    measure: Measure, of: MeasureSet, kept: Kept, level: Level, residents: Mapping[str, float], tell: Callable[[str, Mapping[str, float]], Told],
    carried: str = "",
) -> Shown | None:  # fmt: skip
    """A loaded measure at a level; None where none of its areas is there. Counts add up: those of events that are published for everybody as
    they are, all others as far as `tell` lets them be said. Ranks become the number of small areas in the most deprived tenth; shares, rates
    and scores a mean weighted by residents, or a plain one where these are not known. `carried` says what it cost to carry the set across
    from areas of another year."""
    small = values_of(measure, of, kept, list(level.of))
    if not small:
        return None
    id = f"{of.id}.{measure.id}"
    source = say_origin(of, kept, carried)
    if measure.kind == "rank":
        return _rank_shown(id, measure, of, level, small, source)
    higher = measure.direction != "lower is worse"
    if is_protected(measure) and is_open(of):
        parts = {code: [small[lsoa] for lsoa in inside if lsoa in small] for code, inside in level.parts().items()}
        whole = {code: sum(there) for code, there in parts.items() if there}
        about = f"As published. {'' if level.id == SMALL_AREA else SUMS[TEAM]}".strip()
        return number_shown(id, measure.title, about, source, whole, say_as(measure.kind), higher_first=higher)
    if measure.kind == "count":
        told = tell(id, small)
        return count_shown(
            id, measure.title, SUMS.get(level.id, SUMMED), source, told.at(level), told.rule, higher_first=higher, each=told.each
        )  # fmt: skip
    if level.id == SMALL_AREA:
        return number_shown(id, measure.title, "", source, small, say_as(measure.kind), higher_first=higher)
    values: dict[str, float] = {}
    for code, inside in level.parts().items():
        there = [lsoa for lsoa in inside if lsoa in small]
        if not there:
            continue
        weight = (
            [residents.get(lsoa, 0.0) for lsoa in there]
            if all(lsoa in residents for lsoa in there)
            else [1.0] * len(there)
        )
        values[code] = sum(small[lsoa] * part for lsoa, part in zip(there, weight, strict=True)) / (sum(weight) or 1.0)
    about = "Mean of its small areas, weighted by residents where they are known."
    return number_shown(id, measure.title, about, source, values, say_as(measure.kind), higher_first=higher)


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
            words[code] = say_part(worst, len(there))
    title = measure.title.removesuffix(", rank") + ": small areas in the most deprived tenth"
    shown = number_shown(id, title, "How many of its small areas are in the most deprived tenth of the country.", source, values,
                         lambda share: f"{share:.0%}")  # fmt: skip
    return Shown(id, title, shown.about, source, values, words, shown.steps)


def say_part(some: int, whole: int) -> str:
    """A part of the small areas, with the per cent that it is."""
    return f"{some} of {whole} small areas ({some / whole:.0%})"


def say_as(kind: str) -> Callable[[float], str]:
    """How a number of this kind is written."""
    if kind == "share":
        return lambda value: f"{value:.1%}"
    if kind == "count":
        return lambda value: f"{value:,.0f}"
    return lambda value: f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def say_origin(of: MeasureSet, kept: Kept, carried: str = "") -> str:
    """Where the numbers of a set come from, as they were loaded, and what it cost to carry them across; made-up ones say so first."""
    told = {"title": of.title, "publisher": of.publisher, "vintage": of.vintage, "licence": of.licence} | dict(
        kept.manifest
    )
    words = f"{told['title']}, {told['publisher']}, {told['vintage']}. {told['licence']}. {carried}".strip()
    return f"Made up: {words}" if told.get("made_up") else words
