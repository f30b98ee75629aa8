"""Which rules cannot hold together? A smallest set of them, in words: without any one of these the others could be met.

First the kinds of rule (floors, mixes, moves …), then within these the single rules, by QuickXplain (Junker 2004).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence

import numpy as np

from headwater.areas.allocation.place import Role
from headwater.areas.allocation.rules import Row, Rules, lines_of, rows_of

FEW = 12
"""So many single rules are named; of more their kind is told and how many there are."""


MOST_CLASHES = 5
"""So many clashes are told at once; whoever mends these will see the others."""

LEAST_TIME = 1.0
"""Seconds that any search has."""

LONGEST = 20.0
"""Seconds of search after which rules are taken to hold together."""


def find_clash(roles: Sequence[Role], rules: Rules, *, seconds: float = LONGEST) -> str:
    """The clashes in words, one sentence for each set of rules that cannot hold together and shares none with another; an empty text when
    all rules can hold together, or when `seconds` did not suffice to prove that they cannot."""
    ends = time.monotonic() + seconds
    rows = rows_of(roles, rules)
    told: list[str] = []
    while len(told) < MOST_CLASHES and (clash := _one_clash(roles, rules, rows, ends - time.monotonic())):
        words, guilty = clash
        told.append(f"{'Nor can these' if told else 'These rules cannot hold together'}: {words}. Change one of them.")
        rows = [row for row in rows if row not in guilty]
    return " ".join(told)


def _one_clash(
    roles: Sequence[Role], rules: Rules, rows: Sequence[Row], seconds: float
) -> tuple[str, list[Row]] | None:
    """A smallest set of rows that cannot hold together, in words; and the rows. None when all can, as far as `seconds` tell."""
    longest = min(LONGEST, max(seconds, LEAST_TIME))

    def holds(some: Sequence[Row]) -> bool:
        return _can_hold(roles, rules, some, whole=whole, seconds=longest)

    # Rules that clash even if posts could be cut into parts are found, and explained, without a search.
    whole = False
    if holds(rows):
        whole = True
        if holds(rows):
            return None
    longest = LONGEST  # That they clash is proven: which of them do may take longer.
    families = list(dict.fromkeys(row.family for row in rows))
    guilty = _smallest(families, lambda some: holds([row for row in rows if row.family in some]))
    involved = [row for row in rows if row.family in guilty]
    words = list(dict.fromkeys(row.words for row in involved))
    single = set(_smallest(words, lambda some: holds(_named(involved, some))))
    told = []
    for family in guilty:
        those = list(dict.fromkeys(row.words for row in involved if row.family == family and row.words in single))
        if len(those) > FEW:
            low = sum(row.low for row in involved if row.family == family and row.words in single)
            told.append(f"the {family} of {len(those)} places" + (f", which add up to {low:g} posts" if low else ""))
        else:
            told += those
    return "; ".join(told), _named(involved, single)


def _named(rows: Sequence[Row], words: Collection[str]) -> list[Row]:
    """The rows that say one of these."""
    wanted = set(words)
    return [row for row in rows if row.words in wanted]


def _smallest(parts: Sequence[str], holds: Callable[[Sequence[str]], bool]) -> list[str]:
    """A smallest set of parts that do not hold together; all of them together do not."""

    def explain(background: list[str], added: bool, rest: Sequence[str]) -> list[str]:
        if added and not holds(background):
            return []
        if len(rest) == 1:
            return list(rest)
        half = len(rest) // 2
        second = explain([*background, *rest[:half]], bool(half), rest[half:])
        first = explain([*background, *second], bool(second), rest[:half])
        return [*first, *second]

    return explain([], False, parts)


def _can_hold(roles: Sequence[Role], rules: Rules, rows: Sequence[Row], *, whole: bool, seconds: float) -> bool:
    """Whether there are posts (`whole` ones, or parts of posts too) that keep all rows."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import coo_array

    cells = [(role.id, place.id) for role in roles for place in role.places]
    number = {cell: at for at, cell in enumerate(cells)}
    leaves = {cell: len(cells) + at for at, cell in enumerate(sorted({cell for row in rows for cell in row.leaving}))}
    most = sum(role.posts for role in roles)
    at, low, high = lines_of(rows, rules, number, leaves)
    if not at:
        return True
    size = len(cells) + len(leaves)
    lines, columns, weights = zip(*at, strict=True)
    matrix = coo_array((weights, (lines, columns)), shape=(len(low), size)).tocsr()
    result = milp(
        np.zeros(size), integrality=np.full(size, int(whole)), bounds=Bounds(0, most), constraints=LinearConstraint(matrix, low, high),
        options={"time_limit": seconds},
    )  # fmt: skip
    return result.status in (0, 1)  # 1: the time is up; what is not proven to clash is not called a clash.
