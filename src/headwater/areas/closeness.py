"""How close is an area to another label? The least change of ranks that would give it a label before its own, or take its own away.

A tenth is a wide step: it holds thousands of areas. So how far an area is from a label is told in ranks of the country: every condition over
tenths, or over how many domains are in the most deprived tenth, is one over ranks. Where several ranks would have to change, the way is as far
as the one that must change most. Each rank is moved for itself: what a change of a domain would do to the whole index is left out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from headwater.areas.deprivation import DOMAINS, ends_of_tenths
from headwater.areas.typology import (
    DOMAINS_IN_WORST,
    INDEX,
    Bound,
    Classified,
    Numbers,
    TypologyError,
    classify,
    deprivation_facts,
    list_words,
    say_measure,
)

CLOSE_SHARE = 0.01
"""Close is a change of at most this share of the country's areas: a few hundred ranks, which cannot be told from each other."""

MEASURES = (*DOMAINS, INDEX)


@dataclass(frozen=True)
class Way:
    """For every area the least change of ranks to something else: the ranks it would then have (areas by measure), and how far that is, the
    greatest change of one rank; infinite where there is no way."""

    ranks: Numbers
    far: Numbers


@dataclass(frozen=True)
class Closeness:
    """How close each area of `found` is to another label. `ranks` are those of the domains and `index_rank` that of the whole index, among
    `country` areas; parts of ranks count as the next whole one. Worked out when it is first asked for."""

    found: Classified
    ranks: Mapping[str, npt.ArrayLike]
    index_rank: npt.ArrayLike
    country: int

    @property
    def close_ranks(self) -> int:
        """How many ranks are close."""
        return round(CLOSE_SHARE * self.country)

    def define(self) -> str:
        """What close means, in a sentence."""
        return (
            f"Close means: the label would be another if the ranks that it rests on changed by at most {self.close_ranks:,} each, "
            f"{CLOSE_SHARE:.0%} of the country's {self.country:,} areas."
        )

    def is_close(self) -> npt.NDArray[np.bool_]:
        """For each area whether it is close to a label before its own, or to losing its own."""
        return np.minimum(self.to_gain, self.to_lose) <= self.close_ranks

    @property
    def to_gain(self) -> Numbers:
        """For each area how many ranks it is from a label before its own; infinite where there is none."""
        return self._gained[0].far

    @property
    def to_lose(self) -> Numbers:
        """For each area how many ranks it is from losing its own label; infinite where that cannot be lost."""
        return self._lost[0].far

    def say(self, area: int) -> str:
        """How far an area is from a label before its own, and how far from losing its own; empty where it has no label."""
        labels = self.found.typology.labels
        told = []
        if np.isfinite(self.to_gain[area]):
            way, number = self._gained
            told.append(
                f"Nearest label before its own: {labels[int(number[area])].name}, {say_ranks(self.to_gain[area])} away. "
                f"That would take {self._say_moves(way, area)}."
            )
        if np.isfinite(self.to_lose[area]):
            way, number = self._lost
            own = labels[int(self.found.label[area])]
            told.append(
                f"It would lose its own label, {own.name}, {say_ranks(self.to_lose[area])} away: with "
                f"{self._say_moves(way, area)} it would no longer be so that {own.criteria[int(number[area])].label}. "
                f"It would then be: {labels[int(self._after_loss[area])].name}."
            )
        if min(self.to_gain[area], self.to_lose[area]) <= self.close_ranks:
            told.append(f"That is close: at most {self.close_ranks:,} ranks.")
        return " ".join(told)

    @cached_property
    def _here(self) -> Numbers:
        """Ranks, areas by measure."""
        columns = [np.asarray(self.ranks[domain], np.float64) for domain in DOMAINS]
        return np.ceil(np.stack([*columns, np.asarray(self.index_rank, np.float64)], axis=1))

    @cached_property
    def _gained(self) -> tuple[Way, npt.NDArray[np.int64]]:
        """The nearest way to a label before an area's own, and the label's number."""
        labels = self.found.typology.labels
        ways = [(self._reach(label.criteria), self.found.label > number) for number, label in enumerate(labels[:-1])]
        return self._nearest(ways)

    @cached_property
    def _lost(self) -> tuple[Way, npt.NDArray[np.int64]]:
        """The nearest way to where a criterion of an area's own label fails, and the number of that criterion in its label."""
        labels = self.found.typology.labels
        most = max(len(label.criteria) for label in labels)
        ways = []
        for at in range(most):
            for number, label in enumerate(labels):
                if at < len(label.criteria):
                    ways.append((self._reach([opposite(label.criteria[at])]), self.found.label == number, at))
        way, chosen = self._nearest([(one, who) for one, who, _ in ways])
        return way, np.array([at for _, _, at in ways], np.int64)[chosen]

    @cached_property
    def _after_loss(self) -> npt.NDArray[np.int64]:
        """The label of each area when its own is lost by the nearest way."""
        moved = self._lost[0].ranks
        ranks = {domain: moved[:, at] for at, domain in enumerate(DOMAINS)}
        return classify(self.found.typology, deprivation_facts(ranks, moved[:, -1], self.country)).label

    def _nearest(self, ways: Sequence[tuple[Way, npt.NDArray[np.bool_]]]) -> tuple[Way, npt.NDArray[np.int64]]:
        """Of several ways, each open to some areas, the nearest for each area, the first of equals; and its number."""
        ranks, far = self._here.copy(), np.full(len(self._here), np.inf)
        number = np.zeros(len(far), np.int64)
        for at, (way, who) in enumerate(ways):
            better = who & (way.far < far)
            ranks[better], far[better], number[better] = way.ranks[better], way.far[better], at
        return Way(ranks, far), number

    def _reach(self, criteria: Sequence[Bound]) -> Way:
        """The least change after which all these criteria are met. Exact for the greatest change of one rank."""
        low, high, least, most = self._wanted(criteria)
        here, end = self._here, int(ends_of_tenths(self.country)[0])
        domains = here[:, :-1]
        inside = _into(domains, low[:-1], np.minimum(high[:-1], end))
        outside = _into(domains, np.maximum(low[:-1], end + 1), high[:-1])
        to_inside, to_outside = _far(inside, domains), _far(outside, domains)
        is_in = to_inside <= to_outside
        is_in |= _order(np.where(is_in, np.inf, to_inside)) < (least - is_in.sum(axis=1))[:, None]
        is_in &= ~(_order(np.where(is_in, to_outside, np.inf)) < (is_in.sum(axis=1) - most)[:, None])
        moved = np.concatenate([np.where(is_in, inside, outside), _into(here[:, -1:], low[-1:], high[-1:])], axis=1)
        count = is_in.sum(axis=1)
        far = np.where((count >= least) & (count <= most), _far(moved, here).max(axis=1), np.inf)
        return Way(moved, far)

    def _wanted(self, criteria: Sequence[Bound]) -> tuple[Numbers, Numbers, int, int]:
        """What criteria ask of ranks: for each measure the least and the greatest rank, and at least and at most how many domains in the most
        deprived tenth."""
        ends = [0, *ends_of_tenths(self.country).tolist(), self.country]
        low, high = np.ones(len(MEASURES)), np.full(len(MEASURES), float(self.country))
        least, most = 0, len(DOMAINS)
        for bound in criteria:
            measure = bound.fact.removesuffix("_tenth")
            if bound.fact == DOMAINS_IN_WORST:
                if bound.at_least is not None:
                    least = max(least, math.ceil(bound.at_least))
                else:
                    most = min(most, math.floor(bound.number))
            elif measure in MEASURES and measure != bound.fact:
                at = MEASURES.index(measure)
                if bound.at_least is not None:
                    tenth = min(max(math.ceil(bound.at_least), 1), 11)
                    low[at] = max(low[at], ends[tenth - 1] + 1)
                else:
                    high[at] = min(high[at], ends[min(max(math.floor(bound.number), 0), 10)])
            else:
                raise TypologyError(f"How close an area is to {bound.id} cannot be told: {bound.fact} is no tenth.")
        return low, high, least, most

    def _say_moves(self, way: Way, area: int) -> str:
        change = self._here[area] - way.ranks[area]
        moves = [at for at in np.argsort(-np.abs(change), kind="stable") if change[at]]
        said = [
            f"{say_measure(MEASURES[at])} {say_ranks(abs(change[at]))} {'more' if change[at] > 0 else 'less'} deprived "
            f"(now rank {self._here[area, at]:,.0f} of {self.country:,})"
            for at in moves
        ]
        return list_words(said)


def opposite(bound: Bound) -> Bound:
    """The criterion that is met where this one is not; facts are whole numbers."""
    if bound.at_most is not None:
        return bound.model_copy(update={"at_most": None, "at_least": float(math.floor(bound.at_most) + 1)})
    return bound.model_copy(update={"at_least": None, "at_most": float(math.ceil(bound.number) - 1)})


def say_ranks(number: float) -> str:
    """How many ranks, in words."""
    return "1 rank" if number == 1 else f"{number:,.0f} ranks"


def _into(here: Numbers, low: Numbers, high: Numbers) -> Numbers:
    """The nearest ranks from `low` to `high`; NaN where there are none."""
    return np.asarray(np.where(low <= high, np.clip(here, low, high), np.nan))


def _far(there: Numbers, here: Numbers) -> Numbers:
    return np.asarray(np.where(np.isnan(there), np.inf, np.abs(there - here)))


def _order(cost: Numbers) -> npt.NDArray[np.int64]:
    """The place of each cost in its row, from 0 for the least."""
    return np.argsort(np.argsort(cost, axis=1, kind="stable"), axis=1, kind="stable")
