"""Which counts of areas may be said? Those that the one disclosure rule lets out; and sums are made of these, so that none tells another.

What is worked out from the force's own events (need with workload, posts, claims) rests on the protected numbers too: whatever is printed
or exported can then be worked out from the protected table of small areas, and says no more than that.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from headwater.areas.measures import is_open, is_protected
from headwater.areas.need import Numbers
from headwater.areas.planning import Facts, Shelf, facts_of
from headwater.areas.planning.facts import MINUTES
from headwater.areas.planning.work import events_of, work_in_events
from headwater.triggers.counting.disclosure import DisclosureRule, read_disclosure_rule


def protect(rule: DisclosureRule, values: Iterable[float]) -> Numbers:
    """Each count of a small area as it may be said: rounded, and 0 where it is too small to be said."""
    return np.array([float(rule.shown(round(value)) or 0) for value in values])


def say_measure(rule: DisclosureRule, value: float, each: float) -> int | str:
    """A measure of events in words, when one event is `each` of it (`protect_measure`)."""
    if each == 0:
        return round(value)
    if each == 1:
        return f"fewer than {rule.smallest}" if value < rule.smallest else int(value)
    return int(value) if value else f"of fewer than {rule.smallest} events"


def safe_digits(events_for_one: float, smallest: int, most: int = 2) -> int | None:
    """How many decimal places of a figure may be said, when `events_for_one` events raise it by one: a step of the last place is then no
    less than `smallest` events, so the figure tells no single one. None: not even the whole figure may be said."""
    if events_for_one < smallest:
        return None
    return min(most, math.floor(math.log10(events_for_one / smallest)))


def protect_measure(
    shelf: Shelf, name: str, measure: str, codes: Sequence[str], rule: DisclosureRule
) -> tuple[Numbers, float]:
    """A measure of events as it may be said of these small areas, 0 where it is too small; and how much of it one event is: 1 for a count,
    the mean for minutes, 0 where everybody may know each event."""
    values = np.nan_to_num(shelf.kept[name].of(measure, codes))
    if is_open(shelf.sets[name]):
        return values, 0.0
    if measure != MINUTES:
        return protect(rule, values), 1.0
    counted, each = work_in_events(shelf.kept[name], codes, rule.smallest)
    return protect(rule, np.nan_to_num(counted)) * each, each


def protect_shelf(shelf: Shelf, rule: DisclosureRule) -> tuple[Shelf, str]:
    """What is loaded, with every measure of the force's own events as it may be said of small areas; and what that does to its work, in
    words (empty where no work is loaded). Whatever is worked out from it says no more than those numbers."""
    kept, said = dict(shelf.kept), ""
    for name, one in shelf.kept.items():
        if is_open(shelf.sets[name]):
            continue
        values = dict(one.values)
        for measure in shelf.sets[name].measures:
            if measure.id in values and is_protected(measure):
                values[measure.id], each = protect_measure(shelf, name, measure.id, one.areas, rule)
                said = say_steps(shelf, name, each, rule) if measure.id == MINUTES and each > 1 else said
        kept[name] = replace(one, values=values)
    return replace(shelf, kept=kept), said


def say_steps(shelf: Shelf, name: str, each: float, rule: DisclosureRule) -> str:
    """What the steps are in which work counts, when an average event takes `each` minutes."""
    counted, _ = work_in_events(shelf.kept[name], shelf.codes, rule.smallest)
    said = f"Work counts in steps of {rule.round_to * each:,.0f} minutes, the work of {rule.round_to} average events"
    if hidden := int(
        ((protect(rule, np.nan_to_num(counted)) == 0) & (events_of(shelf.kept[name], shelf.codes) > 0)).sum()
    ):
        said += f"; {hidden:,} small areas with the work of fewer than {rule.smallest} count as none"
    return f"{said}: no single event can be worked out."


def safe_facts(shelf: Shelf, index: str | None, catalogue: Path | None) -> tuple[Facts, str]:
    """The facts that a command works with, and in words what protects small numbers in them."""
    safe, said = protect_shelf(shelf, read_disclosure_rule(catalogue))
    return facts_of(safe, index), said


def sums(values: Numbers, codes: Sequence[str], of: Mapping[str, str]) -> dict[str, float]:
    """Place → the sum of the (protected) values of its small areas."""
    found: dict[str, float] = dict.fromkeys(of.values(), 0.0)
    for code, value in zip(codes, values.tolist(), strict=True):
        found[of[code]] += value
    return found
