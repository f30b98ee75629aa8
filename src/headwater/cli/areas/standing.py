"""Which number of an area stands when events are counted again? That of the load before, until five events or more have changed.

Two loads a day apart, laid side by side, would tell of one call. So the lake's register of published numbers watches what is counted by small
area too: what commands and service show is worked out from the numbers that stand.
"""

from __future__ import annotations

from collections.abc import Mapping

from headwater.areas.demand import COUNTED
from headwater.areas.planning.facts import MINUTES
from headwater.records import Lake
from headwater.triggers.counting.disclosure import DisclosureRule, open_register, save_register

Counts = dict[str, dict[str, float]]
"""Measure → small area → how many, or how many minutes."""


def let_stand(
    lake: Lake, rule: DisclosureRule, counts: Mapping[str, Mapping[str, float]], months: int
) -> tuple[Counts, int]:
    """The numbers that stand for what was counted over so many months, and how many of them are those of an earlier load. Minutes stand by the
    average events that they make. Counts over another length of time are other numbers, with a line of their own in the register, which is
    kept before anything is shown. Raises LakeError where it cannot be read."""
    register = open_register(lake, rule)
    events = sum(sum(counts[one].values()) for one in COUNTED.values() if one in counts)
    minutes = sum(counts.get(MINUTES, {}).values())
    found, standing = Counts(), 0
    for measure, there in counts.items():
        table = f"areas, {measure}, {months} months"
        each = minutes / events if measure == MINUTES and events and minutes else 1.0
        areas = sorted({*there, *register.known.get(table, {})})
        found[measure] = {}
        for area in areas:
            now = round(there.get(area, 0.0) / each)
            stands = register.settle(table, area, now)
            standing += stands != now
            found[measure][area] = there.get(area, 0.0) if stands == now else stands * each
    save_register(lake, register)
    return found, standing
