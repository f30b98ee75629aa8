"""Which numbers may leave, and how? One rule for every table: small counts are hidden, all others rounded, and a number that
was published before stays as it was until enough people have changed.

Method: rounding to a base from the true count, totals rounded on their own (so that they need not add up), and suppression of small
counts together with zero. Where other cells and the total would leave fewer than `smallest` - 1 values for a hidden count, a number
that is shown moves by one step of rounding (controlled rounding), so nothing more has to be hidden. Against the difference of two
tables (two runs, two settings) a count is published anew only when it differs by `smallest` or more from the true count behind the
number published last. Which rows a table has must not depend on the people in it: a row that appears tells that somebody came.
After the Government Statistical Service's guidance on disclosure control for tables.
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
from headwater.triggers.rules.indicator import RuleError, Strict

NOT_SHOWN = -1
"""Stands for a number that is hidden, small or not, because its table is about too few people or no rounding would protect it."""

_MOST_MOVES = 500

_FEW = 4
"""Tables over fewer than so many times `smallest` people are not shown: there would be more to hide than to tell."""

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

    def protect(self, tables: Mapping[str, Published], total: int | None) -> tuple[int | None, dict[str, Published]]:
        """Tables that part the same people, and their one total, with numbers moved by steps of rounding until no hidden count is given
        away by its own table, the total, or what another table says of the total.

        Why it is enough: the outcome is always one that at least `smallest` - 1 values of each hidden count would give without a
        move, so an attacker who knows this rule and tries every table learns no more than that. Where no move is left, all is hidden.
        """
        found = {name: dict(table) for name, table in tables.items()} | {TOTAL: {TOTAL: total}}
        for _ in range(_MOST_MOVES):
            wrong = next(((name, *way) for name in tables if (way := self._way(found, name))), None)
            if wrong is None:
                return found.pop(TOTAL)[TOTAL], found
            name, step, other = wrong
            if not (self._move(found[name], step) or self._move(found[other], -step)):
                break
        return NOT_SHOWN, {name: dict.fromkeys(table, NOT_SHOWN) for name, table in tables.items()}

    def _way(self, tables: Mapping[str, Published], name: str) -> tuple[int, str] | None:
        """None when every hidden cell of a table keeps enough values that fit; else by how much its other cells must grow or
        shrink, and which other table must do the contrary where they cannot."""
        cells = tables[name].values()
        hidden = sum(count is None for count in cells)
        if not hidden:
            return None
        sums = {
            other: [sum(ends) for ends in zip(*map(self.bounds, t.values()), strict=True)]
            for other, t in tables.items()
            if other != name
        }
        lowest, highest = max(sums, key=lambda other: sums[other][0]), min(sums, key=lambda other: sums[other][1])
        known = [self.bounds(count) for count in cells if count is not None]
        most = self.smallest - 1
        # What is left for the hidden cells together, and then for one of them while the others take all or nothing.
        least = max(0, sums[lowest][0] - sum(top for _, top in known) - most * (hidden - 1))
        greatest = min(most, sums[highest][1] - sum(bottom for bottom, _ in known))
        if greatest - least + 1 >= self.smallest - 1:
            return None
        return (self.round_to, lowest) if least > most - greatest else (-self.round_to, highest)

    def _move(self, cells: Published, step: int) -> bool:
        """Move the largest number of a table that can be; whether there was one."""
        movable = [cell for cell, count in cells.items() if count is not None and count + step >= self.round_to]
        if not movable:
            return False
        chosen = max(movable, key=lambda cell: (cells[cell] or 0, cell))
        cells[chosen] = (cells[chosen] or 0) + step
        return True


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
        shown = self._round(table, cells)
        if TOTAL not in shown:
            return shown
        whole, tables = self.rule.protect({table: {c: n for c, n in shown.items() if c != TOTAL}}, shown[TOTAL])
        return {cell: whole if cell == TOTAL else tables[table][cell] for cell in cells}

    def publish_together(
        self, name: str, total: int, tables: Mapping[str, Mapping[str, int]]
    ) -> tuple[int | None, dict[str, Published]]:
        """Several tables that part the same people in different ways, with their one total: what one hides the others must not tell.

        Under `_FEW` times `smallest` people only the total is published. Whether it is so is told by the total itself, and by nothing else.
        """
        whole = self._round(name, {TOTAL: total})[TOTAL]
        rounded = {table: self._round(f"{name}, {table}", cells) for table, cells in tables.items()}
        if whole is None or whole < _FEW * self.rule.smallest:
            return whole, {table: dict.fromkeys(cells, NOT_SHOWN) for table, cells in tables.items()}
        return self.rule.protect(rounded, whole)

    def settle(self, table: str, cell: str, count: int) -> int:
        """The true count behind the number that stands: the old one until `smallest` or more have changed."""
        before = self.known.setdefault(table, {})
        if cell not in before or abs(count - before[cell]) >= self.rule.smallest:
            before[cell] = count
        return before[cell]

    def _round(self, table: str, cells: Mapping[str, int]) -> Published:
        return {cell: self.rule.shown(self.settle(table, cell, count)) for cell, count in cells.items()}


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
