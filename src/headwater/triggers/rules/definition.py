"""What makes somebody, or a place, worth a human look? Triggers as the catalogue holds them, read and checked: data alone."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from headwater.catalogue import list_files
from headwater.triggers.rules.indicator import Indicator, Purpose, RuleError, Strict, read_indicators, read_rule

_UNITS = {"d": ("DAY", "day", "days"), "mo": ("MONTH", "month", "months"), "y": ("YEAR", "year", "years")}
_SPAN = re.compile(r"([1-9]\d{0,3})(d|mo|y)")


def _check_span(text: str) -> str:
    if not _SPAN.fullmatch(text):
        raise ValueError(f"{text!r} is no span of time: write 90d, 24mo or 2y")
    return text


Span = Annotated[str, AfterValidator(_check_span)]
"""A span of time: `90d`, `24mo` or `2y`."""


def span_sql(span: Span) -> str:
    """The span as an interval of SQL."""
    number, unit = _parts(span)
    return f"INTERVAL {number} {_UNITS[unit][0]}"


def say_span(span: Span) -> str:
    """The span in words: `24 months`."""
    number, unit = _parts(span)
    return f"{number} {_UNITS[unit][1 if number == 1 else 2]}"


def add_span(day: date, span: Span, times: int = 1) -> date:
    """The day so many spans later (earlier when `times` is negative); the last day of a month stays inside it, as in SQL."""
    number, unit = _parts(span)
    if unit == "d":
        return day + timedelta(days=times * number)
    months = day.year * 12 + day.month - 1 + times * number * (12 if unit == "y" else 1)
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _parts(span: str) -> tuple[int, str]:
    found = _SPAN.fullmatch(span)
    if found is None:
        raise RuleError(f"{span!r} is no span of time: write 90d, 24mo or 2y.")
    return int(found[1]), found[2]


class Subject(Strict):
    """Who or what may be a subject. Ages are whole years: now, and on the day of what was found."""

    kinds: list[Literal["person", "place"]] = Field(["person"], min_length=1)
    from_years: int | None = None
    under_years: int | None = None
    at_event_from_years: int | None = None
    at_event_under_years: int | None = None

    @property
    def in_childhood(self) -> bool:
        """Whether only what happened in childhood counts, so that the subject is spoken of as a child."""
        return self.at_event_under_years is not None and self.at_event_under_years <= 18


def say_subject(subject: Subject) -> str:
    """Whom or what the trigger is about, in words: `somebody under 25, for what happened before the age of 18`."""
    if subject.kinds == ["place"]:
        return "an address"
    said = "somebody"
    if subject.from_years is not None and subject.under_years is not None:
        said += f" from {subject.from_years} to under {subject.under_years}"
    elif subject.from_years is not None:
        said += f" of {subject.from_years} or over"
    elif subject.under_years is not None:
        said += f" under {subject.under_years}"
    if "place" in subject.kinds:
        said += ", or an address,"
    if subject.at_event_under_years is not None:
        said += f", for what happened before the age of {subject.at_event_under_years},"
    if subject.at_event_from_years is not None:
        said += f", for what happened from the age of {subject.at_event_from_years},"
    return said.removesuffix(",")


class Rule(Strict):
    """One way to fire. `kinds`: that many different indicators, of different occurrences; `occurrences`: that many occurrences of
    the indicators in `of` (all when empty); `statutory`: strong events that the law itself asks to act on.

    All that is counted lies within `within` of each other, and the newest within `newest_within` of the day of the search.
    `things` says in words what is counted.
    """

    id: str
    count: Literal["kinds", "occurrences", "statutory"]
    at_least: int = Field(1, ge=1, le=50)
    within: Span
    newest_within: Span
    of: tuple[str, ...] = ()
    things: str

    def in_words(self) -> str:
        """The rule as the beginning of a sentence: `2 or more kinds of harm within 24 months of each other`."""
        if self.count == "statutory":
            return f"{self.things} in the last {say_span(self.newest_within)}"
        return f"{self.at_least} or more {self.things} within {say_span(self.within)} of each other"


class Exclusion(Strict):
    """Who is not to be started anew, and what becomes of them; none of it is silence, all is counted and listed by reason.
    Triggers name it by its id.

    `excluded`: named in the run's report with the reason. `update`: the package becomes news for whoever leads already.
    `moved`: the package becomes a proposal to tell the force where the subject now lives. With `until_statutory` it holds
    only until a strong statutory event is put on record after `since`.

    The SQL reads the tables of the search and returns person_id; for an update also lead, since, event_id and what; for
    moved also since and what.
    """

    id: str
    effect: Literal["excluded", "update", "moved"]
    reason: str
    says: str = Field(
        "", description="For an update: the sentence on the page, with {what} and {lead} in their places."
    )
    until_statutory: bool = False
    sql: str


class InputException(Strict):
    """A protected characteristic that the trigger uses all the same, and why it may."""

    input: str
    basis: str
    owner: str
    reason: str


class Limit(Strict):
    """What teams can answer: so many new packages of this trigger to a team at once. The others wait in a list that the team's
    inspector sees; updates and strong statutory events are never held back."""

    new_packages_per_team: int = Field(ge=1)
    answer_within_days: int = Field(ge=1)


class Trigger(Strict):
    """A rule over evidence in time, as data."""

    id: str
    title: str
    version: str
    owner: str
    help: str
    purpose: Purpose
    review_by: date
    limit: Limit
    indicators: list[str] = Field(min_length=1)
    protective: list[str] = Field(default_factory=list)
    subject: Subject
    rules: list[Rule] = Field(min_length=1)
    exclusions: list[Exclusion]
    exceptions: list[InputException]


def apply_switches(
    trigger: Trigger, indicators: dict[str, Indicator], off: Iterable[str], on: Iterable[str] = ()
) -> Trigger:
    """The trigger without the sensitive indicators whose switch is in `off`, and without those that ship off and are not in `on`.
    Raises RuleError for a switch that none has."""
    switches = {
        name: found.switch for name in trigger.indicators if (found := indicators[name].sensitive_exception) is not None
    }
    for switch in off:
        if switch not in switches.values():
            known = ", ".join(sorted(set(switches.values()))) or "none"
            raise RuleError(f"Trigger {trigger.id!r} has no switch {switch!r}. Its switches: {known}.")
    optional = {name for name, found in indicators.items() if found.ships_off}
    for name in on:
        if name not in optional:
            raise RuleError(
                f"There is no indicator {name!r} to switch on. There are: {', '.join(sorted(optional)) or 'none'}."
            )
    out = {name for name in trigger.indicators if switches.get(name) in set(off)} | (optional - set(on))
    return trigger.model_copy(update={"indicators": [name for name in trigger.indicators if name not in out]})


def read_triggers(catalogue: Path | None = None) -> dict[str, Trigger]:
    """All triggers by id; raises RuleError, also for an unknown indicator or one whose purposes do not allow the trigger's."""
    indicators = read_indicators(catalogue)
    shared = {
        item.name.removesuffix(".yaml"): read_rule(item, Exclusion)
        for item in list_files("exclusions", ".yaml", catalogue)
    }
    found = {}
    for item in list_files("triggers", ".yaml", catalogue):
        trigger: Trigger = read_rule(item, Trigger, partial(_put_exclusions, item.name, shared))
        _check(trigger, item.name, indicators)
        found[trigger.id] = trigger
    return found


def _put_exclusions(name: str, shared: dict[str, Exclusion], content: Any) -> Any:
    """The file's content with each exclusion that it names in the place of the name."""
    if not isinstance(content, dict) or not isinstance(content.get("exclusions"), list):
        return content
    for wanted in content["exclusions"]:
        if isinstance(wanted, str) and wanted not in shared:
            raise RuleError(f"{name}: there is no exclusion {wanted!r}. There are {', '.join(sorted(shared))}.")
    put = [shared[wanted] if isinstance(wanted, str) else wanted for wanted in content["exclusions"]]
    return content | {"exclusions": put}


def _check(trigger: Trigger, name: str, indicators: dict[str, Indicator]) -> None:
    for used in [*trigger.indicators, *trigger.protective]:
        if used not in indicators:
            raise RuleError(f"{name}: there is no indicator {used!r}. There are {', '.join(sorted(indicators))}.")
        if trigger.purpose not in indicators[used].purposes:
            allowed = ", ".join(indicators[used].purposes)
            raise RuleError(f"{name}: {used} may not be used for {trigger.purpose!r}, only for {allowed}.")
        if (indicators[used].kind == "protective") != (used in trigger.protective):
            raise RuleError(
                f"{name}: {used} is {indicators[used].kind}: name what protects under `protective`, and it is never counted."
            )
    for rule in trigger.rules:
        if strange := sorted(set(rule.of) - set(trigger.indicators)):
            raise RuleError(
                f"{name}: rule {rule.id!r} counts {strange[0]!r}, which is not among the trigger's indicators."
            )
        if rule.count == "kinds" and rule.at_least > min(len(trigger.indicators), 4):
            raise RuleError(
                f"{name}: rule {rule.id!r} asks for {rule.at_least} kinds; at most 4, and no more than the trigger has."
            )
    for what, names in (("rule", [r.id for r in trigger.rules]), ("exclusion", [e.id for e in trigger.exclusions])):
        if len(set(names)) < len(names):
            raise RuleError(f"{name}: two have one id among its {what}s. Name each differently.")
