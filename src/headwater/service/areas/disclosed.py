"""Which counts of people in areas may be said, at every level, so that no hidden one can be reckoned from others? Pure.

The product's one rule (`headwater.triggers.counting.disclosure`) holds: small counts are hidden together with none, all others rounded. A team's sum moves by
steps of rounding until it gives no small area of the team away. Every other level is reckoned from what is shown of small areas
and teams, never from the counts themselves: whoever lays wards, units and teams side by side finds nothing that the small areas and teams have
not told already.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from headwater.areas.levels import SMALL_AREA, TEAM, Level
from headwater.triggers.counting.disclosure import NOT_SHOWN, DisclosureRule, Published

_MOST_STEPS = 200


@dataclass(frozen=True)
class Told:
    """What may be said of one count: of each small area, of each team (None: fewer than the smallest; NOT_SHOWN: nothing), and what a reader
    of these would guess for each small area (`guess`; an area of which nothing may be said has none)."""

    rule: DisclosureRule
    small: Published
    teams: Published
    guess: Mapping[str, float]
    each: float = 1.0
    """How much one counted thing is worth in the measure: 1 for a count, the mean of an event for minutes of work."""

    def at(self, level: Level) -> Published:
        """What may be said at a level; a place without any count is not there."""
        if level.id == SMALL_AREA:
            return self.small
        if level.id == TEAM:
            return self.teams
        found: Published = {}
        for code, inside in level.parts().items():
            there = [lsoa for lsoa in inside if lsoa in self.small]
            if there:
                guessed = [self.guess[lsoa] for lsoa in there if lsoa in self.guess]
                found[code] = self.rule.shown(round(sum(guessed))) if len(guessed) == len(there) else NOT_SHOWN
        return found


def tell_counts(rule: DisclosureRule, counts: Mapping[str, float], teams: Level) -> Told:
    """What may be said of `counts`, by small area. `teams` is the level of teams, in which each small area lies in one."""
    small: Published = {}
    sums: Published = {}
    guess: dict[str, float] = {}
    for team, inside in teams.parts().items():
        true = {lsoa: round(counts[lsoa]) for lsoa in inside if lsoa in counts}
        if not true:
            continue
        cells = {lsoa: rule.shown(count) for lsoa, count in true.items()}
        sums[team] = whole = _move_sum(rule, cells, sum(true.values()))
        small |= cells
        guess |= _guess(rule, cells, whole)
    for lsoa, count in counts.items():
        if lsoa not in small:  # No team leads here, so no sum tells of it.
            small[lsoa] = rule.shown(round(count))
            guess |= _guess(rule, {lsoa: small[lsoa]}, small[lsoa])
    return Told(rule, small, sums, guess)


def _move_sum(rule: DisclosureRule, cells: Published, true: int) -> int | None:
    """The sum as it may be said: rounded, and moved by steps of rounding to the nearest that leaves every hidden cell as many values as one
    less than the smallest count has. Cells never move: they may be published elsewhere too."""
    for step in range(2 * _MOST_STEPS):
        move = (step + 1) // 2 * rule.round_to * (-1 if step % 2 else 1)
        if true + move >= 0 and _keeps_open(rule, cells, whole := rule.shown(true + move)):
            return whole
    return NOT_SHOWN


def _keeps_open(rule: DisclosureRule, cells: Published, whole: int | None) -> bool:
    """Whether a reader of cells and sum is left with enough values for each hidden cell."""
    hidden, most = sum(count is None for count in cells.values()), rule.smallest - 1
    if not hidden:
        return True
    low, high = rule.bounds(whole)
    known = [rule.bounds(count) for count in cells.values() if count is not None]
    least = max(0, low - sum(top for _, top in known) - most * (hidden - 1))
    greatest = min(most, high - sum(bottom for bottom, _ in known))
    return greatest - least + 1 >= most


def tell_work(rule: DisclosureRule, counted: Mapping[str, float], each: float, teams: Level) -> Told:
    """What may be said of minutes of work, by small area, that are `counted` in average events of `each` minutes
    (`headwater.areas.planning.work`)."""
    return replace(tell_counts(rule, counted, teams), each=each)


def _guess(rule: DisclosureRule, cells: Published, whole: int | None) -> dict[str, float]:
    """What the numbers that are shown leave for each hidden cell, at least none and at most what is hidden."""
    if whole == NOT_SHOWN:
        return {}
    seen = {cell: float(count) for cell, count in cells.items() if count is not None}
    hidden = [cell for cell in cells if cell not in seen]
    if not hidden:
        return seen
    rest = (rule.smallest // 2 if whole is None else whole) - sum(seen.values())
    each = min(max(rest / len(hidden), 0.0), rule.smallest - 1.0)
    return seen | dict.fromkeys(hidden, each)
