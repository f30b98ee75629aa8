"""What does a planner set on the web? The fields of the form, as they are kept, and as the rules of a scenario. Pure: no Django."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from headwater.areas.allocation import HUNTINGTON_HILL, WEBSTER
from headwater.areas.deprivation import DOMAINS, WEIGHTS
from headwater.areas.need import WITHOUT_CRIME
from headwater.areas.planning import Scenario, parse_scenario
from headwater.areas.planning.scenario import DIVISOR, HUNTINGTON, MILP, MixRule, NeedRule, RoleRule

ROLES = {"pc": "PC", "pcso": "PCSO"}

PUBLISHED, WITHOUT, OWN = "published", "without_crime", "own"
WEIGHTINGS: Mapping[str, Mapping[str, float]] = {PUBLISHED: WEIGHTS, WITHOUT: WITHOUT_CRIME}
"""The ways to weigh the domains that have a name; the names are those of a file of rules."""

WEIGHTING_WORDS = {PUBLISHED: "as published", WITHOUT: "as published, without crime", OWN: "the planner’s own"}

SECONDS = 20
"""So long an integer programme may think where the planner says nothing else."""

MOST_SECONDS = 60

NOT_IN_IT = (
    "What officers know of people and streets, how long they have worked there, and whom residents trust.",
    "Shifts, leave, sickness, posts that are not filled.",
    "The way from a station to a place.",
    "Work that no call or record shows.",
    "What partners do in the same place.",
)
"""What no number of a plan holds; said wherever one is shown."""


@dataclass(frozen=True)
class RoleChoice:
    """For one role: how many posts, at least and at most for each place, and how many may leave where they are today (None: no limit)."""

    posts: int
    floor: int = 0
    ceiling: int | None = None
    most_moves: int | None = None


@dataclass(frozen=True)
class Choices:
    """All that a planner sets. `workload` is the share of work in need (0 to 1); `band` how far a unit's posts may be from its share by
    need (0.1: a tenth; None: no limit); `mix` the least and most PCSOs for one PC; `seconds` how long an integer programme may think. `rules` is
    the text of a file of rules, called `rules_name`, by which the posts are worked out instead; the rest then says what it says. `index` is the
    loaded set of ranks that hardship rests on, whatever a file of rules says; empty: the one that covers most of the force."""

    weights: Mapping[str, float] = field(default_factory=lambda: dict(WEIGHTS))
    workload: float = 0.0
    roles: Mapping[str, RoleChoice] = field(default_factory=dict)
    band: float | None = None
    mix: tuple[float, float] | None = None
    method: str = WEBSTER
    seconds: int = SECONDS
    rules: str = ""
    rules_name: str = ""
    index: str = ""

    @property
    def weighting(self) -> str:
        """Which of the named ways these weights are, or `own`."""
        mine = self.shares
        return next((name for name, weights in WEIGHTINGS.items() if mine == _shares(weights)), OWN)

    @property
    def shares(self) -> dict[str, float]:
        """The share of hardship of each domain that counts; they add up to one, to four places."""
        return _shares(self.weights)

    @property
    def from_file(self) -> Scenario | None:
        """The rules of the file; None where there is none."""
        return parse_scenario(self.rules, self.rules_name) if self.rules else None

    @property
    def limits_moves(self) -> bool:
        """Whether a rule needs the posts of today."""
        told = self.from_file
        return any(role.most_moves is not None for role in self.roles.values()) or bool(
            told and told.most_moves is not None
        )

    @property
    def coupled(self) -> bool:
        """Whether a rule ties roles or places together, so that the integer programme is needed."""
        mixed = self.mix is not None and set(self.roles) == set(ROLES)
        return mixed or any(role.most_moves is not None for role in self.roles.values())

    def scenario(self, title: str, level: str) -> Scenario:
        """The same as the library and the command line know it."""
        if told := self.from_file:
            changed = {"title": title, "level": level, "not_in_model": told.not_in_model or NOT_IN_IT}
            return told.model_copy(update=changed)
        mixed = self.mix is not None and set(self.roles) == set(ROLES)
        divisor = HUNTINGTON if self.method == HUNTINGTON_HILL else DIVISOR
        return Scenario(
            title=title, level=level, method=MILP if self.coupled else divisor, unit_share=self.band, not_in_model=NOT_IN_IT,
            need=NeedRule(workload=self.workload, weights=dict(self.weights)),
            roles={name: RoleRule(name=ROLES[name], **asdict(one)) for name, one in self.roles.items()},
            mix=MixRule(role="pcso", per="pc", least=self.mix[0], most=self.mix[1]) if self.mix and mixed else None,
        )  # fmt: skip

    def as_json(self) -> dict[str, Any]:
        """As it is kept."""
        return asdict(self)

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Choices:
        """As it was kept."""
        roles = {name: RoleChoice(**one) for name, one in told["roles"].items()}
        mix = tuple(told["mix"]) if told["mix"] else None
        return cls(
            told["weights"], told["workload"], roles, told["band"], mix, told["method"], told.get("seconds", SECONDS),
            told.get("rules", ""), told.get("rules_name", ""), told.get("index", ""),
        )  # fmt: skip


def _shares(weights: Mapping[str, float]) -> dict[str, float]:
    whole = sum(weights.values()) or 1.0
    return {domain: round(weights[domain] / whole, 4) for domain in DOMAINS if weights.get(domain)}


Posts = Mapping[str, Mapping[str, int]]
"""Role → place → posts."""
