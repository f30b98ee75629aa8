"""What would another setting of a trigger change? Who would enter and who would leave, before anything is changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from headwater.engine import DuckDBEngine, Engine, Progress
from headwater.records import Lake, as_of_default
from headwater.triggers.answers.store import open_answers, read_answers
from headwater.triggers.counting.disclosure import open_register, read_disclosure_rule, save_register
from headwater.triggers.counting.equality import Group, count_groups, publish_groups, with_empty_groups
from headwater.triggers.finding.evidence import find_evidence
from headwater.triggers.finding.facts import prepare_facts
from headwater.triggers.finding.gather import gather_homes
from headwater.triggers.finding.protection import prepare_protection
from headwater.triggers.packages.home import find_team
from headwater.triggers.packages.naming import name_package
from headwater.triggers.rules.definition import Trigger, apply_switches, read_triggers
from headwater.triggers.rules.firing import apply_trigger
from headwater.triggers.rules.indicator import Indicator, RuleError, read_indicators
from headwater.triggers.search import open_all

_RULE_SHORT = {"window": "within", "newest": "newest_within", "times": "at_least"}


@dataclass(frozen=True)
class Tuned:
    """What a setting would change. Team → number of those who enter, leave and stay; package numbers; the equality table as it may
    be shown, before and after."""

    trigger: str
    settings: list[str]
    as_of: date
    before: int
    after: int
    enter: dict[str, list[str]]
    leave: dict[str, list[str]]
    groups: list[Group]
    shown_before: dict[tuple[str, str], int | None]
    shown_after: dict[tuple[str, str], int | None]


def change(trigger: Trigger, indicators: dict[str, Indicator], settings: Iterable[str]) -> Trigger:
    """The trigger with `NAME=VALUE` put in; raises RuleError that lists the names.

    Names: `window`, `newest`, `times` (all rules that count more than one), the same after a rule's id (`kinds.window`), the
    ages of the subject (`under_years` …), and `without=INDICATOR`, which shows what that kind of evidence does.
    """
    content = trigger.model_dump(mode="json")
    for setting in settings:
        name, sign, value = setting.partition("=")
        if not sign or not value:
            raise RuleError(f"{setting!r} is no setting. Write NAME=VALUE, for example window=24mo.")
        _put(content, name.strip(), value.strip(), setting)
    try:
        changed = Trigger.model_validate(content)
    except ValidationError as fault:
        raise RuleError(f"{', '.join(settings)}: {fault.errors()[0]['msg']}.") from None
    if not changed.indicators:
        raise RuleError("Without this indicator the trigger has none left.")
    for name in changed.indicators:
        if changed.purpose not in indicators[name].purposes:
            raise RuleError(f"{name} may not be used for {changed.purpose!r}.")
    return changed


def _put(content: dict[str, Any], name: str, value: str, setting: str) -> None:
    if name == "without":
        if value not in content["indicators"]:
            raise RuleError(f"The trigger does not use {value!r}. It uses {', '.join(content['indicators'])}.")
        content["indicators"] = [item for item in content["indicators"] if item != value]
        return
    if name in content["subject"] and name != "kinds":
        content["subject"][name] = _number(value, setting)
        return
    which, _, part = name.rpartition(".")
    part = _RULE_SHORT.get(part, part)
    chosen = [rule for rule in content["rules"] if rule["id"] == which or (not which and rule["count"] != "statutory")]
    if part not in ("within", "newest_within", "at_least") or not chosen:
        rules = ", ".join(rule["id"] for rule in content["rules"])
        raise RuleError(
            f"There is no setting {name!r}. There are window, newest, times (or RULE.window …, with a rule of {rules}), "
            f"{', '.join(key for key in content['subject'] if key != 'kinds')}, and without."
        )
    for rule in chosen:
        rule[part] = _number(value, setting) if part == "at_least" else value


def _number(value: str, setting: str) -> int:
    if not value.isdecimal():
        raise RuleError(f"{setting}: {value!r} is no whole number.")
    return int(value)


def _quiet(stage: str, done: int, total: int) -> None:
    pass


def tune(
    lake: Lake, *, engine: DuckDBEngine, trigger_id: str, settings: list[str], as_of: date | None = None,
    catalogue: Path | None = None, progress: Progress = _quiet,
) -> Tuned:  # fmt: skip
    """Search with the trigger as it is and as it would be; nothing is written but the register of published numbers.

    Raises RuleError for an unknown trigger or setting.
    """
    triggers, indicators = read_triggers(catalogue), read_indicators(catalogue)
    if trigger_id not in triggers:
        raise RuleError(f"There is no trigger {trigger_id!r}. There are: {', '.join(sorted(triggers))}.")
    was = apply_switches(triggers[trigger_id], indicators, ())
    would_be = change(was, indicators, settings)
    as_of = as_of or as_of_default(lake)
    with lake.hold():
        open_all(lake, engine, catalogue, progress, as_of)
        progress("Finding evidence", 0, 0)
        prepare_facts(engine, as_of)
        find_evidence(engine, [indicators[name] for name in was.indicators])
        open_answers(engine, read_answers(lake), trigger_id)
        prepare_protection(engine)
        teams_before, groups_before = _found(engine, was, as_of, indicators)
        teams_after, groups_after = _found(engine, would_be, as_of, indicators)
        register = open_register(lake, read_disclosure_rule(catalogue))
        shown_before = publish_groups(with_empty_groups(groups_before, was), register, trigger_id, "found")
        shown_after = publish_groups(with_empty_groups(groups_after, was), register, trigger_id, "found")
        save_register(lake, register)
    gone, come = set(teams_before) - set(teams_after), set(teams_after) - set(teams_before)
    return Tuned(
        trigger=trigger_id, settings=settings, as_of=as_of, before=len(teams_before), after=len(teams_after),
        enter=_by_team(come, teams_after, trigger_id), leave=_by_team(gone, teams_before, trigger_id),
        groups=groups_before, shown_before=shown_before, shown_after=shown_after,
    )  # fmt: skip


def _found(
    engine: Engine, trigger: Trigger, as_of: date, indicators: dict[str, Indicator]
) -> tuple[dict[str, str], list[Group]]:
    """Subject → team, and the groups."""
    apply_trigger(engine, trigger, as_of, indicators)
    people = engine.fetch("SELECT person_id FROM subject ORDER BY 1")["person_id"].to_pylist()
    teams = {person: find_team(rows)[0].name for person, rows in gather_homes(engine, as_of).rows_of(people)}
    return teams, count_groups(engine, trigger, as_of)


def _by_team(people: set[str], teams: dict[str, str], trigger_id: str) -> dict[str, list[str]]:
    counted = Counter(teams[person] for person in people)
    return {
        team: sorted(name_package(trigger_id, person) for person in people if teams[person] == team)
        for team in sorted(counted)
    }
