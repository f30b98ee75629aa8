"""Which records are one person, given weighted links and what cannot be? Components, then a careful look at conflicts."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import combinations

import numpy as np
import numpy.typing as npt

Indices = npt.NDArray[np.int64]
_Edge = tuple[bool, float, int, int, bool]
"""Whether it is slight, minus the match weight, two record numbers, whether a number of the person agrees."""

FAR_APART = 400
"""Days from which two dates of birth are no slip of the pen: father and son, not a wrong day, month or year."""

SETTLED = 3
"""From this many records on a date of birth is no slip: a slip of the pen is seldom made three times alike."""

SETTLED_SHARE = 0.05
"""... if so large a share of all dated records gives it; among a hundred records one slip may well come three times."""


SEVERAL = 2
"""From this many records that other links hold together on, somebody is there under the name that these give."""


@dataclass(frozen=True)
class Constraints:
    """What may not be one person: records with the same value of any of these columns' codes, or with two PNC ids.

    `event` is a code for each record (-1 none): two records of one event are two people. `pnc` likewise names an id: a
    person has one. `birth` is the full date of birth as YYYYMMDD (-1 none or uncertain): dates that no slip of the pen can
    turn into each other are two people, and so are two dates that several records each give, unless one PNC id says
    otherwise. `apart` are pairs that a reviewer parted, `together` pairs that a reviewer joined.
    """

    event: Indices
    pnc: Indices
    birth: Indices | None = None
    apart: frozenset[tuple[int, int]] = frozenset()
    together: tuple[tuple[int, int], ...] = ()


@dataclass
class _Group:
    members: list[int]
    events: set[int] = field(default_factory=set)
    pncs: set[int] = field(default_factory=set)
    births: Counter[int] = field(default_factory=Counter)
    firm: int = 1
    """The most records of it that hang together by links that are not slight."""


def cluster_records(
    count: int,
    left: Indices,
    right: Indices,
    weight: npt.NDArray[np.float64],
    constraints: Constraints,
    numbered: npt.NDArray[np.bool_] | None = None,
    slight: npt.NDArray[np.bool_] | None = None,
) -> tuple[Indices, npt.NDArray[np.bool_]]:
    """A cluster number for each of `count` records, and whether its cluster had to be cut at a conflict.

    Links are pairs of record numbers with a match weight. Components without a conflict are taken whole. In the others
    links are taken strongest first, and a link that would bring two records of one event, two PNC ids, two dates of birth
    of different people or a parted pair together is left out (constrained single linkage). Ties are broken by record number, so the result is unique.

    A link is slight when the given names are of no kin and no number of the person agrees. Twins are so alike, and so is one
    person whose name is once put down quite otherwise. So slight links come last, and each may bring a lone record to others,
    but not together what is there SEVERAL times under either name.
    """
    if constraints.together:
        extra = np.array(constraints.together, np.int64)
        left, right = np.concatenate((left, extra[:, 0])), np.concatenate((right, extra[:, 1]))
        weight = np.concatenate((weight, np.full(len(extra), np.inf)))
        numbered = None if numbered is None else np.concatenate((numbered, np.ones(len(extra), bool)))
        slight = None if slight is None else np.concatenate((slight, np.zeros(len(extra), bool)))
    labels = hang_together(count, left, right)
    conflicted = _conflicted(labels, constraints)
    if slight is not None:
        conflicted |= _of_two_names(labels, hang_together(count, left[~slight], right[~slight]))
    cut = np.zeros(count, dtype=bool)
    if not conflicted:
        return labels, cut
    members: dict[int, list[int]] = defaultdict(list)
    inside = np.isin(labels, np.array(sorted(conflicted), np.int64))
    for record in np.flatnonzero(inside).tolist():
        members[int(labels[record])].append(record)
    edges: dict[int, list[_Edge]] = defaultdict(list)
    for edge in np.flatnonzero(inside[left]).tolist():
        sure = numbered is not None and bool(numbered[edge])
        late = slight is not None and bool(slight[edge])
        edges[int(labels[left[edge]])].append((late, -float(weight[edge]), int(left[edge]), int(right[edge]), sure))
    following = int(labels.max()) + 1
    for label in sorted(members):
        groups = _join(members[label], sorted(edges[label]), constraints)
        cut[members[label]] = len(groups) > 1
        for group in groups:
            labels[group] = following
            following += 1
    return labels, cut


def hang_together(count: int, left: Indices, right: Indices, together: tuple[tuple[int, int], ...] = ()) -> Indices:
    """A number for each of `count` records: the same for those that links, and pairs that a reviewer joined, connect.

    Each record points to the lowest one that it is known to hang together with, until both ends of every link point to the same;
    groups are numbered in the order of their lowest records. As fast as scipy's `connected_components`, which takes a third of a
    second to import.
    """
    if together:
        extra = np.array(together, np.int64)
        left, right = np.concatenate((left, extra[:, 0])), np.concatenate((right, extra[:, 1]))
    lowest = np.arange(count, dtype=np.int64)
    while left.size:
        np.minimum.at(lowest, np.maximum(left, right), np.minimum(left, right))
        while not np.array_equal(nearer := lowest[lowest], lowest):
            lowest = nearer
        left, right = lowest[left], lowest[right]
        apart = left != right
        left, right = left[apart], right[apart]
    return np.asarray(np.unique(lowest, return_inverse=True)[1], np.int64)


def _conflicted(labels: Indices, constraints: Constraints) -> set[int]:
    found: set[int] = set()
    for codes, distinct in ((constraints.event, False), (constraints.pnc, True)):
        known = codes >= 0
        pairs = np.stack((labels[known], codes[known]), axis=1)
        if distinct:
            unique = np.unique(pairs, axis=0)
            owners, times = np.unique(unique[:, 0], return_counts=True)
        else:
            repeated, times = np.unique(pairs, axis=0, return_counts=True)
            owners = repeated[:, 0]
        found |= set(owners[times > 1].tolist())
    found |= {int(labels[a]) for a, b in constraints.apart if labels[a] == labels[b]}
    if constraints.birth is not None:
        found |= _of_two_births(labels, constraints.birth)
    return found


def _of_two_names(labels: Indices, firmly: Indices) -> set[int]:
    """The components in which more than one lot of SEVERAL records hangs together by links that are not slight."""
    _, where, size = np.unique(firmly, return_index=True, return_counts=True)
    components, lots = np.unique(labels[where[size >= SEVERAL]], return_counts=True)
    return set(components[lots > 1].tolist())


def _of_two_births(labels: Indices, birth: Indices) -> set[int]:
    known = birth >= 0
    dates, times = np.unique(np.stack((labels[known], birth[known]), axis=1), axis=0, return_counts=True)
    starts = np.flatnonzero(np.diff(dates[:, 0], prepend=-1))
    several = np.diff(np.append(starts, len(dates))) > 1
    ends = np.append(starts, len(dates))[1:]
    found: set[int] = set()
    for start, end in zip(starts[several].tolist(), ends[several].tolist(), strict=True):
        counts = Counter(dict(zip(dates[start:end, 1].tolist(), times[start:end].tolist(), strict=True)))
        if any(
            differ(Counter({one: counts[one]}), Counter({two: counts[two]})) for one, two in combinations(counts, 2)
        ):
            found.add(int(dates[start, 0]))
    return found


def differ(births: Counter[int], others: Counter[int]) -> bool:
    """Whether two groups of records, by what dates of birth they give (YYYYMMDD) how often, are of different people.

    They are when the date that most records of one give is too far from that of the other for a slip of the pen, or when
    both have a settled date and these differ. (Not just any two dates: one slip may be a year early, another a year late.)
    """
    return _settled_apart(births, others) or _far_apart(births, others)


def _far_apart(births: Counter[int], others: Counter[int]) -> bool:
    return bool(births and others) and all(
        far_apart(one, other) for one in _leading(births) for other in _leading(others)
    )


def _settled_apart(births: Counter[int], others: Counter[int]) -> bool:
    """Both have a settled date, and these differ by more than an exchange of day and month."""
    least = max(SETTLED, SETTLED_SHARE * max(births.total(), others.total()))
    settled = [[day for day, times in group.items() if times >= least] for group in (births, others)]
    return any(one != other and not _exchanged(one, other) for one in settled[0] for other in settled[1])


def _leading(births: Counter[int]) -> list[int]:
    most = max(births.values())
    return [day for day, times in births.items() if times == most]


@lru_cache(maxsize=100_000)
def far_apart(one: int, other: int) -> bool:
    """Whether two dates (YYYYMMDD) are more than 400 days and more than one digit, or two that changed places, apart."""
    days = abs((_day(one) - _day(other)).days)
    if days <= FAR_APART:
        return False
    a, b = f"{one:08d}", f"{other:08d}"
    wrong = [place for place in range(8) if a[place] != b[place]]
    turned = len(wrong) == 2 and wrong[1] == wrong[0] + 1 and a[wrong[0]] == b[wrong[1]] and a[wrong[1]] == b[wrong[0]]
    return len(wrong) > 1 and not turned


def _day(number: int) -> date:
    return date(number // 10_000, number // 100 % 100, number % 100)


def _exchanged(one: int, other: int) -> bool:
    return one // 10_000 == other // 10_000 and one // 100 % 100 == other % 100 and one % 100 == other // 100 % 100


def _join(members: list[int], edges: list[_Edge], constraints: Constraints) -> list[list[int]]:
    birth = constraints.birth
    group_of = {
        record: _Group(
            [record],
            {int(constraints.event[record])} - {-1},
            {int(constraints.pnc[record])} - {-1},
            Counter([int(birth[record])] if birth is not None and birth[record] >= 0 else []),
        )
        for record in members
    }
    parted: dict[int, set[int]] = defaultdict(set)
    for a, b in constraints.apart:
        parted[a].add(b)
        parted[b].add(a)
    for slight, weight, a, b, numbered in edges:
        one, other = group_of[a], group_of[b]
        if one is other or (slight and min(one.firm, other.firm) >= SEVERAL):
            continue
        forced = weight == -np.inf
        if not forced and (one.events & other.events or len(one.pncs | other.pncs) > 1):
            continue
        if not forced and not one.pncs & other.pncs:
            if _settled_apart(one.births, other.births):
                continue
            compared = birth is not None and min(birth[a], birth[b]) >= 0
            if not (numbered and compared) and _far_apart(one.births, other.births):
                continue
        if any(parted[record] & set(other.members) for record in one.members if record in parted):
            continue
        if len(one.members) < len(other.members):
            one, other = other, one
        one.members += other.members
        one.events |= other.events
        one.pncs |= other.pncs
        one.births += other.births
        one.firm = max(one.firm, other.firm) if slight else len(one.members)
        for record in other.members:
            group_of[record] = one
    groups = {id(group): sorted(group.members) for group in group_of.values()}
    return sorted(groups.values())
