"""How does a report say a number? True for the force; by the disclosure rule, and registered, for everybody."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from headwater.triggers.counting.disclosure import TOTAL, Register
from headwater.triggers.counting.equality import Group, publish_groups

Counts = Mapping[tuple[str, str], int | None]
"""(table, cell) → number."""


class TrueNumbers:
    """True numbers, for the force only."""

    public = False

    def table(self, name: str, cells: Mapping[str, int]) -> Callable[[str], str]:
        """Says each cell of a table."""
        return lambda cell: self.say(cells[cell])

    def say(self, count: int | None) -> str:
        """One number in words."""
        return f"{count or 0:,}"

    def groups(self, groups: list[Group], what: str, of: str, also: Mapping[str, Mapping[str, int]]) -> Counts:
        """`people` or `found` by group, and the cells of `also`."""
        listed: dict[tuple[str, str], int | None] = {
            (group.characteristic, group.group): getattr(group, what) for group in groups
        }
        for name, cells in also.items():
            listed |= {(name, cell): count for cell, count in cells.items()} | {(name, TOTAL): sum(cells.values())}
        return listed

    def share(self, name: str, right: int, answered: int) -> tuple[int, int] | None:
        """Right and answered, from which a share may be reckoned."""
        return (right, answered) if answered else None


class PublicNumbers:
    """Numbers by the disclosure rule, each registered before it is said."""

    public = True
    _ENOUGH = 20

    def __init__(self, register: Register, trigger_id: str) -> None:
        self._register, self._trigger = register, trigger_id

    def table(self, name: str, cells: Mapping[str, int]) -> Callable[[str], str]:
        """Says each cell of a table; which cells there are must not depend on the people in it."""
        shown = self._register.publish(f"{self._trigger}: {name}", cells)
        return lambda cell: self.say(shown[cell])

    def say(self, count: int | None) -> str:
        """One number in words."""
        return self._register.rule.in_words(count)

    def groups(self, groups: list[Group], what: str, of: str, also: Mapping[str, Mapping[str, int]]) -> Counts:
        """`people` or `found` by group, and the cells of `also`. Tables over the same people have one total, so that none gives away what
        another hides."""
        total = max((sum(g.found for g in groups if g.characteristic == kind) for kind in _kinds(groups)), default=0)
        same = {name: cells for name, cells in also.items() if sum(cells.values()) == total}
        shown = publish_groups(groups, self._register, of, what, same)
        for name, cells in also.items():
            if name not in same:
                told = self._register.publish(f"{of}: {name}", dict(cells) | {TOTAL: sum(cells.values())})
                shown |= {(name, cell): count for cell, count in told.items()}
        return shown

    def share(self, name: str, right: int, answered: int) -> tuple[int, int] | None:
        """Right and answered by the rule; None when too few have answered. An exact share of a known number would tell how many
        were wrong, and one more answer would move it."""
        cells = {"right": right, "wrong": answered - right, TOTAL: answered}
        shown = self._register.publish(f"{self._trigger}: {name}", cells)
        of, hits = shown[TOTAL], shown["right"]
        if of is None or hits is None or of < self._ENOUGH or hits < 0:
            return None
        return min(hits, of), of


def _kinds(groups: list[Group]) -> list[str]:
    return list(dict.fromkeys(group.characteristic for group in groups))


Numbers = TrueNumbers | PublicNumbers
