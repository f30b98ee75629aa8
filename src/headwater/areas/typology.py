"""Which kind of place is each area? Published rules, as data; for every area its label and the reasons.

A rule typology is the layer that may be defended in public: anybody can work it out again from the published index. (The other
layer, `headwater.areas.description`, describes areas by statistics and never feeds posts.) How close an area is to another label:
`headwater.areas.closeness`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from headwater.areas.deprivation import DOMAINS, tenth_of
from headwater.catalogue import read_text

Numbers = npt.NDArray[np.float64]
WORST = 1
DOMAINS_IN_WORST = "domains_in_worst_tenth"
INDEX = "index"

TENTHS = (
    "most deprived tenth", "second most deprived tenth", "third most deprived tenth", "fourth most deprived tenth", "fifth most deprived tenth",
    "fifth least deprived tenth", "fourth least deprived tenth", "third least deprived tenth", "second least deprived tenth", "least deprived tenth",
)  # fmt: skip
"""The ten tenths, from the first, in words."""


class TypologyError(ValueError):
    """The typology's file or the facts do not fit; the message says where."""


class Bound(BaseModel):
    """One criterion of a label: a fact that is at most or at least a number."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: str = Field(min_length=1, description="What must be so, in words.")
    fact: str
    at_most: float | None = None
    at_least: float | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Bound:
        if (self.at_most is None) == (self.at_least is None):
            raise ValueError(f"criterion {self.id}: give either at_most or at_least")
        return self

    @property
    def number(self) -> float:
        """The bound."""
        return float(self.at_most if self.at_most is not None else self.at_least or 0)

    def met(self, values: Numbers) -> npt.NDArray[np.bool_]:
        """For each value whether it is met; a missing value (NaN) does not meet it."""
        return np.asarray(values <= self.number if self.at_most is not None else values >= self.number)


class Label(BaseModel):
    """One kind of place: what it is called, what that means, and what all must be so."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: str
    means: str
    criteria: tuple[Bound, ...] = ()


class Typology(BaseModel):
    """A published classification of areas: the first label whose criteria are all met is the area's."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    title: str
    version: str
    purpose: str
    source: str
    labels: tuple[Label, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def _covers_everything(self) -> Typology:
        names = [label.id for label in self.labels]
        if len(set(names)) < len(names):
            raise ValueError(f"{self.id}: a label is given twice")
        open_ended = [label.id for label in self.labels if not label.criteria]
        if open_ended != names[-1:]:
            raise ValueError(
                f"{self.id}: the last label, and no other, has no criteria, so that every area has a label"
            )
        return self

    @property
    def facts(self) -> list[str]:
        """The facts that the criteria name."""
        return list(dict.fromkeys(bound.fact for label in self.labels for bound in label.criteria))


@dataclass(frozen=True)
class Classified:
    """One label for each area, by its place in `typology.labels`; -1 where a fact that decides is missing.

    `facts` are the values that were judged, one array for each fact.
    """

    typology: Typology
    label: npt.NDArray[np.int64]
    facts: Mapping[str, Numbers]

    def count(self) -> dict[str, int]:
        """How many areas have each label, by its id, in the typology's order; "not known" where some have none."""
        found = {label.id: int((self.label == number).sum()) for number, label in enumerate(self.typology.labels)}
        unknown = int((self.label < 0).sum())
        return found | ({"not known": unknown} if unknown else {})

    def reason(self, area: int) -> str:
        """Why an area has its label, as a sentence."""
        number = int(self.label[area])
        if number < 0:
            missing = [name for name in self.typology.facts if np.isnan(self.facts[name][area])]
            return f"No label: {', '.join(say_fact(name) for name in missing)} not known."
        label = self.typology.labels[number]
        if label.criteria:
            because = "; ".join(self._say_found(bound, area) for bound in label.criteria)
            return f"{label.name}: {because}."
        return f"{label.name}: it meets none of the other labels."

    def _say_found(self, bound: Bound, area: int) -> str:
        """What was found where a criterion was met: its words, and what these leave open (which domains, which tenth)."""
        value = self.facts[bound.fact][area]
        if bound.fact == DOMAINS_IN_WORST:
            return f"{bound.label} ({self._say_worst(area, int(value))})"
        if bound.fact.endswith("_tenth"):
            if bound.at_most == WORST:
                return bound.label
            return f"{bound.label} (it is in the {TENTHS[int(value) - 1]})"
        return f"{bound.label} ({say_fact(bound.fact)}: {value:g})"

    def _say_worst(self, area: int, many: int) -> str:
        """How many domains are in the most deprived tenth, and which, as far as the tenths of domains are known."""
        said = f"{many or 'none'} {'are' if many > 1 else 'is'}"
        known = [name for name in DOMAINS if f"{name}_tenth" in self.facts]
        which = [say_measure(name) for name in known if self.facts[f"{name}_tenth"][area] == WORST]
        return f"{said}: {', '.join(which)}" if which else said


def read_typology(name: str = "complex_policing_need") -> Typology:
    """A typology of the catalogue; raises TypologyError when its file is not well formed."""
    return parse_typology(read_text("typologies", f"{name}.yaml"), name)


def parse_typology(text: str, name: str) -> Typology:
    """A typology from its text."""
    try:
        return Typology.model_validate(yaml.safe_load(text))
    except (ValueError, yaml.YAMLError) as fault:
        raise TypologyError(f"The typology {name} cannot be read: {fault}") from None


def deprivation_facts(ranks: Mapping[str, npt.ArrayLike], index_rank: npt.ArrayLike, areas: int) -> dict[str, Numbers]:
    """The facts that rules over the Indices of Deprivation name: the tenth of each domain and of the whole index, and in how
    many of the seven domains an area is in the most deprived tenth. `ranks` and `index_rank` are ranks among `areas` areas of
    the country, of as many areas as wanted."""
    facts: dict[str, Numbers] = {}
    worst = np.zeros(len(np.asarray(index_rank)))
    for domain in DOMAINS:
        tenth = tenth_of(ranks[domain], areas).astype(np.float64)
        facts[f"{domain}_tenth"] = tenth
        worst += tenth == WORST
    facts[DOMAINS_IN_WORST] = worst
    facts[f"{INDEX}_tenth"] = tenth_of(index_rank, areas).astype(np.float64)
    return facts


def classify(typology: Typology, facts: Mapping[str, Numbers]) -> Classified:
    """A label for every area. Where a criterion's fact is missing (NaN), the area has that label or a later one only if no
    value of the fact could have given it an earlier one; else none. Raises TypologyError for a fact that is not there."""
    if lacking := [name for name in typology.facts if name not in facts]:
        raise TypologyError(
            f"The typology {typology.id} needs {', '.join(lacking)}; there are {', '.join(sorted(facts))}."
        )
    areas = len(next(iter(facts.values()))) if facts else 0
    found = np.full(areas, -1, np.int64)
    open_still = np.ones(areas, np.bool_)
    for number, label in enumerate(typology.labels):
        sure, possible = np.ones(areas, np.bool_), np.ones(areas, np.bool_)
        for bound in label.criteria:
            values = facts[bound.fact]
            sure &= bound.met(values)
            possible &= bound.met(values) | np.isnan(values)
        found[open_still & sure] = number
        open_still &= ~possible
    return Classified(typology, found, facts)


def compare(before: Classified, after: Classified, areas: Sequence[str]) -> list[tuple[str, str, str, int]]:
    """How many areas went from which label to which (ids), with up to one example: (from, to, example area, how many)."""
    counts: dict[tuple[int, int], list[str]] = {}
    for name, one, two in zip(areas, before.label.tolist(), after.label.tolist(), strict=True):
        if one != two:
            counts.setdefault((one, two), []).append(name)
    name_of = [label.id for label in after.typology.labels]
    return [
        (name_of[one] if one >= 0 else "not known", name_of[two] if two >= 0 else "not known", names[0], len(names))
        for (one, two), names in sorted(counts.items(), key=lambda item: (-len(item[1]), item[0]))
    ]


def say_measure(name: str) -> str:
    """What the ranks of a domain, or of the whole index, are of, in words for the middle of a sentence."""
    longer = {"housing": "housing and services", "environment": "the living environment", INDEX: "the whole index"}
    return longer.get(name, name)


def say_fact(name: str) -> str:
    """A fact's name in words."""
    if name == DOMAINS_IN_WORST:
        return "domains in the most deprived tenth"
    measure = name.removesuffix("_tenth")
    return f"tenth of {say_measure(measure)}" if measure in (*DOMAINS, INDEX) and measure != name else name


def list_words(words: Sequence[str]) -> str:
    """Some words in a list as one writes it: with commas, and "and" before the last."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)
