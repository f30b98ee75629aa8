"""Which numbers may leave, and how? One rule for every table: small counts are hidden, all others rounded, and a number that
was published before stays as it was until enough people have changed.

Method: rounding to a base from the true count, totals rounded on their own (so that they need not add up), suppression of small
counts together with zero, and complementary suppression: where other cells and the total would leave fewer than `smallest` - 1
values for a hidden count, the smallest other cell is not shown either, at last the total. Against the
difference of two tables (two runs, two settings) a count is published anew only when it differs by `smallest` or more from the
true count behind the number published last, so no change that shows is that of a few people. After the Government
Statistical Service's guidance on disclosure control for tables.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import Field, model_validator

from headwater.catalogue import read_text
from headwater.records import Lake
from headwater.records.lake import LakeError, write_json
from headwater.triggers.indicator import RuleError, Strict

NOT_SHOWN = -1
"""Stands for a number that is hidden although it is not small, because it would give a small one away."""

TOTAL = "total"

Published = dict[str, int | None]
"""Cell → the number that may be shown; None says fewer than the smallest, NOT_SHOWN not shown at all."""


class DisclosureRule(Strict):
    """Counts under `smallest` are hidden, the others rounded to the nearest `round_to` (halves upwards)."""

    smallest: int = Field(ge=2)
    round_to: int = Field(ge=2)
    reason: str = ""

    @model_validator(mode="after")
    def _protects(self) -> DisclosureRule:
        if self.round_to < self.smallest:
            raise ValueError("round_to must be at least smallest, or a total would give a hidden count away")
        return self

    def shown(self, count: int) -> int | None:
        """What may be shown for a true count."""
        if count < 0:
            raise ValueError(f"a count cannot be {count}")
        if count < self.smallest:
            return None
        return (count + self.round_to // 2) // self.round_to * self.round_to

    def in_words(self, count: int | None) -> str:
        """A number that may be shown, in words: `fewer than 5`, `1,240`."""
        if count == NOT_SHOWN:
            return "not shown"
        return f"fewer than {self.smallest}" if count is None else f"{count:,}"

    def bounds(self, shown: int | None) -> tuple[int, int]:
        """The least and the most that a shown number may stand for."""
        if shown is None:
            return 0, self.smallest - 1
        return max(shown - self.round_to // 2, self.smallest), shown + (self.round_to - 1) // 2

    def protect(self, shown: Published) -> Published:
        """The table with as many more numbers not shown as it takes, when it has a total over its other cells."""
        if TOTAL not in shown:
            return shown
        found = dict(shown)
        while self._gives_away(found):
            visible = [
                cell for cell, count in found.items() if cell != TOTAL and count is not None and count != NOT_SHOWN
            ]
            found[min(visible, key=lambda cell: (found[cell], cell)) if visible else TOTAL] = NOT_SHOWN
        return found

    def _gives_away(self, shown: Published) -> bool:
        """Whether the other cells and the total leave too few values for a hidden one."""
        cells = [count for cell, count in shown.items() if cell != TOTAL]
        hidden = sum(count is None for count in cells)
        if not hidden or shown[TOTAL] == NOT_SHOWN:
            return False
        known = [self.bounds(count) for count in cells if count is not None and count != NOT_SHOWN]
        unknown = NOT_SHOWN in cells
        low, high = self.bounds(shown[TOTAL])
        most = self.smallest - 1
        # What is left for the hidden cells together, and then for one of them while the others take all or nothing.
        least_left = 0 if unknown else low - sum(top for _, top in known)
        most_left = high - sum(bottom for bottom, _ in known)
        return min(most, most_left) - max(0, least_left - most * (hidden - 1)) + 1 < self.smallest - 1


@dataclass
class Register:
    """What was published so far: table and cell → the true count behind the number that stands."""

    rule: DisclosureRule
    known: dict[str, dict[str, int]] = field(default_factory=dict)

    def publish(self, table: str, cells: Mapping[str, int]) -> Published:
        """The numbers of one table that may be shown now; `cells` are true counts, the total of the others under TOTAL.

        A cell that was published under this table's name before shows the same number until the true count has moved by
        `smallest` or more.
        """
        before = self.known.setdefault(table, {})
        for cell, count in cells.items():
            if cell not in before or abs(count - before[cell]) >= self.rule.smallest:
                before[cell] = count
        return self.rule.protect({cell: self.rule.shown(before[cell]) for cell in cells})


def read_disclosure_rule(catalogue: Path | None = None) -> DisclosureRule:
    """The force's rule, or the built-in one; raises RuleError."""
    import yaml
    from pydantic import ValidationError

    own = catalogue / "disclosure.yaml" if catalogue else None
    text = own.read_text("utf-8") if own and own.is_file() else read_text("disclosure.yaml")
    try:
        return DisclosureRule.model_validate(yaml.safe_load(text))
    except (yaml.YAMLError, ValidationError) as fault:
        first = fault.errors()[0]["msg"] if isinstance(fault, ValidationError) else str(fault)
        raise RuleError(f"disclosure.yaml: {first}. Give smallest and round_to.") from None


def open_register(lake: Lake, rule: DisclosureRule) -> Register:
    """The lake's register of published numbers; raises LakeError when it cannot be read, because then nothing may be published."""
    path = _path(lake)
    if not path.exists():
        return Register(rule)
    try:
        return Register(rule, json.loads(path.read_text("utf-8")))
    except ValueError:
        raise LakeError(f"{path} cannot be read, so no number may be published. Restore it from a backup.") from None


def save_register(lake: Lake, register: Register) -> None:
    """Keep the register, whole or not at all; call it before the numbers are shown."""
    _path(lake).parent.mkdir(exist_ok=True, mode=0o700)
    write_json(_path(lake), register.known)


def _path(lake: Lake) -> Path:
    return lake.folder / "desk" / "published.json"
