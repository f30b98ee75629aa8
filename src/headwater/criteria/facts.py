"""What is known about somebody? Values with source and date; of the wrong type, too old or dated ahead they are not known."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

FactType = Literal["boolean", "integer", "number", "text", "date"]
Value = bool | int | float | str | date
WHOLE = 2**63
"""Whole numbers lie in [-2**63, 2**63), as an engine keeps them."""


class FactDefinition(BaseModel):
    """A fact that tests may name: its type, how long it holds, and what to ask when it is not known."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    type: FactType
    meaning: str = Field(min_length=1)
    question: str = Field(min_length=1, description="What a referrer is asked when the fact is not known.")
    purposes: tuple[str, ...] = Field(min_length=1, description="What the fact may be used for; for nothing else.")
    max_age_days: int | None = Field(None, ge=0, description="Older than this it is not known; null: it does not age.")


@dataclass(frozen=True)
class Fact:
    """A value, where it comes from, and the day on which it was so."""

    value: Value | None
    source: str
    on: date | None = None


@dataclass(frozen=True)
class Known:
    """What a fact comes to on a day: its value (integers of a number as floats), or None with the reason in words."""

    value: Value | None
    why_not: str | None = None


_NOT_RECORDED = Known(None, "not recorded")


def look_up(definition: FactDefinition, facts: Mapping[str, Fact], on: date) -> Known:
    """The fact's value on this day, or why it is not known."""
    fact = facts.get(definition.name)
    if fact is None or fact.value is None:
        return _NOT_RECORDED
    value = take(definition.type, fact.value)
    if value is None:
        return Known(None, f"recorded as {_say(fact.value)}, which is not {_ARTICLE[definition.type]}")
    if fact.on is not None and fact.on > on:
        return Known(None, f"dated {fact.on.isoformat()}, after {on.isoformat()}")
    if definition.max_age_days is not None:
        if fact.on is None:
            return Known(None, f"without a date, and it holds for {definition.max_age_days} days only")
        if (on - fact.on).days > definition.max_age_days:
            return Known(None, f"of {fact.on.isoformat()}, older than {definition.max_age_days} days")
    return Known(value)


def take(kind: FactType, value: object) -> Value | None:
    """The value as one of this type, or None when it is of another; nothing is converted but a whole number to a number."""
    if kind == "boolean":
        return value if isinstance(value, bool) else None
    if isinstance(value, bool):
        return None
    if kind == "integer":
        return value if isinstance(value, int) and -WHOLE <= value < WHOLE else None
    if kind == "number":
        if isinstance(value, int):
            return float(value) if -WHOLE <= value < WHOLE else None
        return value if isinstance(value, float) and math.isfinite(value) else None
    if kind == "text":
        return value if isinstance(value, str) and "\x00" not in value and value.isprintable() else None
    return value if isinstance(value, date) and not isinstance(value, datetime) else None


_ARTICLE = {
    "boolean": "yes or no", "integer": "a whole number", "number": "a number", "text": "a text", "date": "a date",
}  # fmt: skip


def _say(value: object) -> str:
    said = repr(value)
    return said if len(said) <= 40 else said[:39] + "…"
