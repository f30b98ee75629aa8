"""Which records are one person, given weighted links and what cannot be? Components, then a careful look at conflicts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Indices = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Constraints:
    """What may not be one person: records with the same value of any of these columns' codes, or with two PNC ids.

    `event` is a code for each record (-1 none): two records of one event are two people. `pnc` likewise names an id: a
    person has one. `apart` are pairs that a reviewer parted, `together` pairs that a reviewer joined.
    """

    event: Indices
    pnc: Indices
    apart: frozenset[tuple[int, int]] = frozenset()
    together: tuple[tuple[int, int], ...] = ()


@dataclass
class _Group:
    members: list[int]
    events: set[int] = field(default_factory=set)
    pncs: set[int] = field(default_factory=set)


def cluster_records(
    count: int, left: Indices, right: Indices, weight: npt.NDArray[np.float64], constraints: Constraints
) -> tuple[Indices, npt.NDArray[np.bool_]]:
    """A cluster number for each of `count` records, and whether its cluster had to be cut at a conflict.

    Links are pairs of record numbers with a match weight. Components without a conflict are taken whole. In the others
    links are taken strongest first, and a link that would bring two records of one event, two PNC ids or a parted pair
    together is left out (constrained single linkage). Ties are broken by record number, so the result is unique.
    """
    if constraints.together:
        extra = np.array(constraints.together, np.int64)
        left, right = np.concatenate((left, extra[:, 0])), np.concatenate((right, extra[:, 1]))
        weight = np.concatenate((weight, np.full(len(extra), np.inf)))
    graph = coo_array((np.ones(left.size, np.int8), (left, right)), shape=(count, count))
    _, labels = connected_components(graph, directed=False)
    labels = labels.astype(np.int64)
    conflicted = _conflicted(labels, constraints)
    cut = np.zeros(count, dtype=bool)
    if not conflicted:
        return labels, cut
    members: dict[int, list[int]] = defaultdict(list)
    inside = np.isin(labels, np.array(sorted(conflicted), np.int64))
    for record in np.flatnonzero(inside).tolist():
        members[int(labels[record])].append(record)
    edges: dict[int, list[tuple[float, int, int]]] = defaultdict(list)
    for edge in np.flatnonzero(inside[left]).tolist():
        edges[int(labels[left[edge]])].append((-float(weight[edge]), int(left[edge]), int(right[edge])))
    following = int(labels.max()) + 1
    for label in sorted(members):
        cut[members[label]] = True
        for group in _join(members[label], sorted(edges[label]), constraints):
            labels[group] = following
            following += 1
    return labels, cut


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
    return found


def _join(members: list[int], edges: list[tuple[float, int, int]], constraints: Constraints) -> list[list[int]]:
    group_of = {
        record: _Group(
            [record],
            {int(constraints.event[record])} - {-1},
            {int(constraints.pnc[record])} - {-1},
        )
        for record in members
    }
    parted: dict[int, set[int]] = defaultdict(set)
    for a, b in constraints.apart:
        parted[a].add(b)
        parted[b].add(a)
    for weight, a, b in edges:
        one, other = group_of[a], group_of[b]
        if one is other:
            continue
        forced = weight == -np.inf
        if not forced and (one.events & other.events or len(one.pncs | other.pncs) > 1):
            continue
        if any(parted[record] & set(other.members) for record in one.members if record in parted):
            continue
        if len(one.members) < len(other.members):
            one, other = other, one
        one.members += other.members
        one.events |= other.events
        one.pncs |= other.pncs
        for record in other.members:
            group_of[record] = one
    groups = {id(group): sorted(group.members) for group in group_of.values()}
    return sorted(groups.values())
