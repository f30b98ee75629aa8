"""Do the rules of a trigger still hold for what is left of a package? The same rules as the search's, over the items of one subject."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import date

from headwater.triggers.packages.package import EvidenceItem
from headwater.triggers.rules.definition import Rule, Trigger, add_span


def rules_that_hold(trigger: Trigger, items: Sequence[EvidenceItem], as_of: date) -> dict[str, list[str]]:
    """Rule → the ids of the items that meet it, for each rule that holds; items that do not count are passed over."""
    counted = [item for item in items if item.counts and item.occurred_on is not None]
    found = {}
    for rule in trigger.rules:
        met = {"kinds": _kinds, "occurrences": _occurrences, "statutory": _statutory}[rule.count](rule, counted, as_of)
        if met:
            found[rule.id] = met
    return found


def _on(item: EvidenceItem) -> date:
    return item.occurred_on or date.min


def _wanted(rule: Rule, items: Sequence[EvidenceItem]) -> list[EvidenceItem]:
    return sorted(
        (item for item in items if not rule.of or item.indicator in rule.of),
        key=lambda item: (_on(item), item.evidence_id),
    )


def _statutory(rule: Rule, items: Sequence[EvidenceItem], as_of: date) -> list[str]:
    oldest = add_span(as_of, rule.newest_within, -1)
    return [item.evidence_id for item in _wanted(rule, items) if item.statutory and _on(item) >= oldest]


def _kinds(rule: Rule, items: Sequence[EvidenceItem], as_of: date) -> list[str]:
    oldest, met = add_span(as_of, rule.newest_within, -1), []
    for chosen in itertools.combinations(_wanted(rule, items), rule.at_least):
        apart = len({item.indicator for item in chosen}) == len({item.occurrence for item in chosen}) == rule.at_least
        first, last = _on(chosen[0]), _on(chosen[-1])
        if apart and last >= oldest and last <= add_span(first, rule.within):
            met += [item.evidence_id for item in chosen if item.evidence_id not in met]
    return met


def _occurrences(rule: Rule, items: Sequence[EvidenceItem], as_of: date) -> list[str]:
    oldest, met = add_span(as_of, rule.newest_within, -1), []
    wanted = _wanted(rule, items)
    for first in wanted:
        inside = [item for item in wanted if _on(first) <= _on(item) <= add_span(_on(first), rule.within)]
        if len(inside) >= rule.at_least and max(map(_on, inside)) >= oldest:
            met += [item.evidence_id for item in inside if item.evidence_id not in met]
    return met
