"""What counts as evidence? Indicators and triggers as the catalogue holds them, read and checked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from headwater.catalogue import list_files
from headwater.engine import quote_text


class RuleError(Exception):
    """An indicator or trigger file is wrong; the message says which, where in it, and what to do."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SensitiveException(_Strict):
    """Why health data may be used here (DPA 2018 s.35), who owns that, and the switch that turns it off."""

    basis: str
    owner: str
    reason: str
    switch: str


Value = bool | int | str | list[str]
Purpose = Literal["welfare", "missing", "victim care", "offender management", "disposal", "enforcement"]
"""What evidence may be used for. The last three act against somebody; the others help."""

ACTS_AGAINST: frozenset[str] = frozenset({"offender management", "disposal", "enforcement"})


class Indicator(_Strict):
    """One kind of evidence: what it claims in words, and the SQL that finds it.

    The SQL returns the columns of `headwater.triggers.evidence.SHAPE` and reads the tables of `prepare_facts` there. It
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


class Subject(_Strict):
    """Who may be a subject: younger than this on the as-of date, and younger than that at the event."""

    under_years: int
    at_event_under_years: int


class TriggerCriteria(_Strict):
    """How much evidence, how close together and how new (months)."""

    kinds: int
    within_months: int
    newest_within_months: int
    statutory_within_months: int


class Exclusion(_Strict):
    """Who is not to be started anew, and what becomes of them: `excluded` is counted and listed with the reason in the
    run's report; `update` makes the package news for whoever leads already. Neither is silence.

    The SQL reads the tables of the search and returns person_id, and for an update also lead, since, event_id and what.
    """

    id: str
    effect: Literal["excluded", "update"]
    reason: str
    sql: str


class InputException(_Strict):
    """A protected characteristic that the trigger uses all the same, and why it may."""

    input: str
    basis: str
    owner: str
    reason: str


class Trigger(_Strict):
    """A rule over evidence in time, as data."""

    id: str
    title: str
    version: str
    owner: str
    help: str
    purpose: Purpose
    indicators: list[str]
    subject: Subject
    criteria: TriggerCriteria
    exclusions: list[Exclusion]
    exceptions: list[InputException]


def switch_off(trigger: Trigger, indicators: dict[str, Indicator], off: Iterable[str]) -> Trigger:
    """The trigger without the sensitive indicators whose switch is named; raises RuleError for a switch that none has."""
    switches = {
        name: found.switch for name in trigger.indicators if (found := indicators[name].sensitive_exception) is not None
    }
    for switch in off:
        if switch not in switches.values():
            known = ", ".join(sorted(set(switches.values()))) or "none"
            raise RuleError(f"Trigger {trigger.id!r} has no switch {switch!r}. Its switches: {known}.")
    return trigger.model_copy(
        update={"indicators": [name for name in trigger.indicators if switches.get(name) not in set(off)]}
    )


def read_indicators(catalogue: Path | None = None) -> dict[str, Indicator]:
    """All indicators by id; raises RuleError, also for one that is to help and to act against somebody at once."""
    found = {}
    for item in list_files("indicators", ".yaml", catalogue):
        indicator = _read(item, Indicator)
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


def read_triggers(catalogue: Path | None = None) -> dict[str, Trigger]:
    """All triggers by id; raises RuleError for an unknown indicator or one whose purposes do not allow the trigger's."""
    indicators = read_indicators(catalogue)
    found = {}
    for item in list_files("triggers", ".yaml", catalogue):
        trigger = _read(item, Trigger)
        if not trigger.indicators:
            raise RuleError(f"{item.name}: a trigger needs at least one indicator.")
        for name in trigger.indicators:
            if name not in indicators:
                raise RuleError(
                    f"{item.name}: there is no indicator {name!r}. There are {', '.join(sorted(indicators))}."
                )
            if trigger.purpose not in indicators[name].purposes:
                allowed = ", ".join(indicators[name].purposes)
                raise RuleError(f"{item.name}: {name} may not be used for {trigger.purpose!r}, only for {allowed}.")
        found[trigger.id] = trigger
    return found


def _read(item: Any, kind: Any) -> Any:
    try:
        return kind.model_validate(yaml.safe_load(item.read_text(encoding="utf-8")))
    except yaml.YAMLError as fault:
        raise RuleError(f"{item.name} is not valid YAML: {fault}. Mend that line.") from None
    except ValidationError as fault:
        first = fault.errors()[0]
        raise RuleError(f"{item.name}, at {' → '.join(str(part) for part in first['loc'])}: {first['msg']}.") from None
