"""Which rules does a planner set? A YAML file: posts by role, floors, ceilings, units, fixed posts, a limit on moves, and the method."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from headwater.areas.deprivation import WEIGHTS
from headwater.areas.need import WITHOUT_CRIME, Recipe
from headwater.catalogue import read_text

Method = Literal["divisor", "huntington-hill", "milp"]
DIVISOR: Method = "divisor"
HUNTINGTON: Method = "huntington-hill"
MILP: Method = "milp"
_STRICT = ConfigDict(extra="forbid", frozen=True)


class ScenarioError(ValueError):
    """The file of rules cannot be used; the message says which rule and what to write instead."""


class NeedRule(BaseModel):
    """How need is mixed: the share of `workload`, and the weights of domains (the published ones, those without crime, or own). Where nobody
    says which weights, crime counts once: in the published weights where work counts for nothing, else in work."""

    model_config = _STRICT
    workload: float = Field(default=0.0, ge=0, le=1)
    weights: Literal["published", "without_crime"] | dict[str, float] = "published"

    @model_validator(mode="before")
    @classmethod
    def _count_crime_once(cls, said: Any) -> Any:
        if isinstance(said, dict) and said.get("workload") and "weights" not in said:
            return said | {"weights": "without_crime"}
        return said

    def recipe(self) -> Recipe:
        """As the library takes it."""
        own = {"published": WEIGHTS, "without_crime": WITHOUT_CRIME}
        return Recipe(own[self.weights] if isinstance(self.weights, str) else self.weights, self.workload)


class RoleRule(BaseModel):
    """One role: its posts, the least and most in each place, and how many may leave where they are today."""

    model_config = _STRICT
    name: str
    posts: int = Field(ge=0)
    floor: int = Field(default=0, ge=0)
    ceiling: int | None = Field(default=None, ge=0)
    most_moves: int | None = Field(default=None, ge=0)


class UnitRule(BaseModel):
    """One unit and role: at least and at most so many posts in all its places."""

    model_config = _STRICT
    unit: str
    role: str
    floor: int = Field(default=0, ge=0)
    ceiling: int | None = Field(default=None, ge=0)


class FixedPost(BaseModel):
    """Posts that are tied to a place, and why."""

    model_config = _STRICT
    place: str
    role: str
    posts: int = Field(default=1, gt=0)
    why: str


class PlaceRule(BaseModel):
    """Another floor or ceiling for one place."""

    model_config = _STRICT
    place: str
    role: str
    floor: int | None = Field(default=None, ge=0)
    ceiling: int | None = Field(default=None, ge=0)


class MixRule(BaseModel):
    """For one post of `per` at least `least` and at most `most` of `role`, in every place."""

    model_config = _STRICT
    role: str
    per: str
    least: float = Field(ge=0)
    most: float = Field(ge=0)


class TeamRule(BaseModel):
    """Places that one team covers (a place may be in several): at least and at most so many posts of all roles together."""

    model_config = _STRICT
    name: str
    places: tuple[str, ...] = Field(min_length=1)
    floor: int = Field(default=0, ge=0)
    ceiling: int | None = Field(default=None, ge=0)


class Scenario(BaseModel):
    """All rules of one allocation. `unit_share` 0.1: each unit's posts within a tenth of its share by need. `most_moves`: so many posts of
    all roles together may leave where they are today."""

    model_config = _STRICT
    title: str
    level: str | None = None
    method: Method = DIVISOR
    need: NeedRule = NeedRule()
    roles: dict[str, RoleRule] = Field(min_length=1)
    unit_share: float | None = Field(default=None, ge=0, le=1)
    units: tuple[UnitRule, ...] = ()
    places: tuple[PlaceRule, ...] = ()
    fixed: tuple[FixedPost, ...] = ()
    mix: MixRule | None = None
    teams: tuple[TeamRule, ...] = ()
    most_moves: int | None = Field(default=None, ge=0)
    not_in_model: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _hangs_together(self) -> Scenario:
        named = [
            *(one.role for one in self.units),
            *(one.role for one in self.places),
            *(one.role for one in self.fixed),
        ]
        for role in named:
            if role not in self.roles:
                raise ValueError(f"a rule names the role {role!r}; the roles are {', '.join(self.roles)}")
        if self.mix and {self.mix.role, self.mix.per} - set(self.roles):
            raise ValueError(f"mix names a role that is not there; the roles are {', '.join(self.roles)}")
        coupled = ["mix"] * (self.mix is not None) + ["teams"] * bool(self.teams)
        coupled += ["most_moves"] * (self.most_moves is not None)
        coupled += [f"most_moves of {name}" for name, role in self.roles.items() if role.most_moves is not None]
        if coupled and self.method != MILP:
            raise ValueError(
                f"{' and '.join(coupled)} tie posts together, which the method {self.method} cannot do. "
                "Write method: milp, or take the rule out"
            )
        return self


def read_scenario(path: Path | None = None) -> Scenario:
    """The rules of a file; without one the example of the catalogue. Raises ScenarioError."""
    if path is None:
        return parse_scenario(read_text("planning", "example.yaml"), "the example of the catalogue")
    try:
        return parse_scenario(path.read_text(encoding="utf-8"), path.name)
    except FileNotFoundError:
        raise ScenarioError(f"There is no file {path}.") from None
    except UnicodeDecodeError:
        raise ScenarioError(f"{path.name} is not UTF-8 text.") from None


def parse_scenario(text: str, name: str) -> Scenario:
    """The rules of a text; raises ScenarioError with the first fault, where it is and what it is."""
    try:
        return Scenario.model_validate(yaml.safe_load(text))
    except ValidationError as fault:
        first = fault.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise ScenarioError(f"{name}, {where}: {_say(first)}.") from None
    except yaml.YAMLError as fault:
        raise ScenarioError(f"{name} is no YAML: {' '.join(str(fault).split())}") from None


def _say(fault: ErrorDetails) -> str:
    """One fault of a file of rules, in words."""
    if fault["type"] == "extra_forbidden":
        return f"there is no rule of this name. Known here: {', '.join(_keys_beside(fault['loc']))}"
    if fault["type"] == "model_type":
        return "this is no list of rules, each a name with its value; docs/how-to/allocate-posts.md shows one"
    return fault["msg"].removeprefix("Value error, ")


def _keys_beside(place: tuple[int | str, ...]) -> list[str]:
    """The names that rules know where `place`, the way to a name that is not known, lies."""
    schema = Scenario.model_json_schema()

    def follow(node: dict[str, Any]) -> dict[str, Any]:
        for one in [node, *node.get("anyOf", ())]:
            if "$ref" in one:
                return dict(schema["$defs"][one["$ref"].rpartition("/")[2]])
        return node

    node = schema
    for part in place[:-1]:
        within = node.get("properties", {}).get(part) or node.get("additionalProperties") or node.get("items")
        node = follow(within) if isinstance(within, dict) else {}
    return sorted(node.get("properties", {}))
