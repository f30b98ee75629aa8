"""What does a number about an area mean? Its source, licence and vintage, which way is worse, and out of what it is."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from headwater.catalogue import list_files

Kind = Literal["rank", "count", "share", "rate", "score"]
Direction = Literal["higher is worse", "lower is worse", "neither"]
Area = Literal["lsoa11", "lsoa21", "ward", "npu"]


class MeasureError(ValueError):
    """A measure's definition, or a file of its values, cannot be used; the message says where and what to do."""


class Measure(BaseModel):
    """One measure of a published set.

    Its value is the sum of `columns`, divided by the column `of` for a share (each column with the names that it goes by). A
    rank is 1 to the number of areas. `monitoring` measures describe who lives there, for the equality duty: nothing that
    classifies or allocates may read them.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    kind: Kind
    direction: Direction
    columns: tuple[tuple[str, ...], ...] = Field(min_length=1)
    of: tuple[str, ...] = ()
    monitoring: bool = False

    @model_validator(mode="after")
    def _share_of_something(self) -> Measure:
        if (self.kind == "share") != bool(self.of):
            raise ValueError(f"measure {self.id}: a share, and nothing else, says of what (`of`)")
        return self


class MeasureSet(BaseModel):
    """A published set of measures for one kind of area; `complete` is how many areas the whole of it has.

    `uncertainty` says in words how sure its numbers are. `made_up` numbers belong to a made-up force and tell of no real place; whatever shows them says so.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    publisher: str
    licence: str
    where: str
    vintage: str
    uncertainty: str = "not stated"
    area: Area
    complete: int = Field(gt=0)
    made_up: bool = False
    code: tuple[str, ...] = Field(min_length=1)
    measures: tuple[Measure, ...] = Field(min_length=1)

    @property
    def by_id(self) -> dict[str, Measure]:
        """The measures by id."""
        return {measure.id: measure for measure in self.measures}


def read_measure_sets(catalogue: Path | None = None) -> dict[str, MeasureSet]:
    """The sets of the catalogue by id, a force's own among them; raises MeasureError for a file that is not well formed."""
    found: dict[str, MeasureSet] = {}
    for item in list_files("measures", ".yaml", catalogue):
        try:
            one = MeasureSet.model_validate(yaml.safe_load(item.read_text(encoding="utf-8")))
        except (ValidationError, yaml.YAMLError) as fault:
            raise MeasureError(f"The measures of {item.name} cannot be read: {fault}") from None
        found[one.id] = one
    return found
