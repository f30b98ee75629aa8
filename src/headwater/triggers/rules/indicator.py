"""What counts as evidence? Indicators as the catalogue holds them, read and checked."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from headwater.catalogue import list_files
from headwater.engine import quote_text


class RuleError(Exception):
    """An indicator or trigger file is wrong; the message says which, where in it, and what to do."""


class Strict(BaseModel):
    """Base of every rule: no unknown fields, immutable."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SensitiveException(Strict):
    """Why health data may be used here (DPA 2018 s.35), who owns that, and the switch that turns it off."""

    basis: str
    owner: str
    reason: str
    switch: str


Value = bool | int | str | list[str]
Purpose = Literal[
    "welfare", "missing", "victim care", "planning", "evaluation", "offender management", "disposal", "enforcement"
]
"""What evidence may be used for. The last three act against somebody; the others help."""

ACTS_AGAINST: frozenset[str] = frozenset({"offender management", "disposal", "enforcement"})


class Indicator(Strict):
    """One kind of evidence: what it claims in words, and the SQL that finds it.

    The SQL returns the columns of `headwater.triggers.finding.evidence.SHAPE` and reads the tables of `prepare_facts` there. It
    writes `{name}` where the value of a parameter belongs; a list of texts becomes a list in brackets.
    """

    id: str
    title: str
    kind: Literal["adversity", "protective"]
    version: str
    claims: str
    does_not_claim: str
    counts: list[str]
    does_not_count: list[str]
    sureness: dict[Literal["recorded", "disclosed", "suspected"], str]
    window: str
    expires_after_months: int
    review_question: str
    purposes: list[Purpose]
    sensitive: bool
    sensitive_exception: SensitiveException | None = None
    ships_off: str = ""
    """Why it is off until a force switches it on by its id; empty when it is on."""
    parameters: dict[str, Value] = {}
    sql: str

    def query(self) -> str:
        """The SQL with the values of the parameters in their places; raises RuleError for a name that has none."""

        def put(found: re.Match[str]) -> str:
            if found[1] not in self.parameters:
                raise RuleError(f"The SQL of indicator {self.id!r} names {{{found[1]}}}. Add it to `parameters`.")
            return _literal(self.parameters[found[1]])

        return re.sub(r"\{(\w+)\}", put, self.sql)


def _literal(value: Value) -> str:
    if isinstance(value, list):
        return "(" + ", ".join(quote_text(item) for item in value) + ")"
    return quote_text(value) if isinstance(value, str) else str(value).lower()


def read_indicators(catalogue: Path | None = None) -> dict[str, Indicator]:
    """All indicators by id; raises RuleError, also for one that is to help and to act against somebody at once."""
    found = {}
    for item in list_files("indicators", ".yaml", catalogue):
        indicator = read_rule(item, Indicator)
        indicator.query()
        against = ACTS_AGAINST & set(indicator.purposes)
        if against and set(indicator.purposes) - ACTS_AGAINST:
            raise RuleError(
                f"{item.name}: what is found to help somebody never serves {min(against)!r}. Write an indicator of its own for that, "
                "with its own legal basis."
            )
        if indicator.sensitive and indicator.sensitive_exception is None:
            raise RuleError(
                f"{item.name}: a sensitive indicator needs `sensitive_exception` (basis, owner, reason, switch)."
            )
        found[indicator.id] = indicator
    return found


def read_rule(item: Any, kind: Any, prepare: Callable[[Any], Any] = lambda content: content) -> Any:
    """One catalogue file as a rule of this kind; raises RuleError that names the file and the place in it."""
    try:
        text = item.read_text(encoding="utf-8")
        return kind.model_validate(prepare(yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))))  # noqa: S506
    except yaml.YAMLError as fault:
        raise RuleError(f"{item.name} is not valid YAML: {fault}. Mend that line.") from None
    except ValidationError as fault:
        first = fault.errors()[0]
        raise RuleError(f"{item.name}, at {' → '.join(str(part) for part in first['loc'])}: {first['msg']}.") from None
