"""What goes wrong in some lives? Adversity that persists, household by household and person by person, before any record."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headwater.synthetic.population import (
    COUPLE_KIDS,
    END_DAY,
    LONE_KIDS,
    NOBODY,
    STEP_KIDS,
    THREE_GENERATIONS,
    Households,
    People,
)

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

PARTNER, EX_PARTNER = 0, 1
ALCOHOL, DRUGS = 1, 2
PHYSICAL, SEXUAL = 0, 1
FOSTER, RESIDENTIAL, KINSHIP = 0, 1, 2


@dataclass
class Abuse:
    """Domestic abuse between two adults: one row per pair, with the days on which something happened."""

    victim: Ints
    offender: Ints
    bond: Ints
    start: Ints
    pair_of: Ints
    """For each day of `day`, the row of the pair."""
    day: Ints
    parted: Ints
    """Day on which the pair stopped living together (OPEN: never; negative for those who never do)."""


@dataclass
class Spells:
    """One row per person and spell of trouble, from day to day."""

    person: Ints
    kind: Ints
    start: Ints
    end: Ints


@dataclass
class Prison:
    """One row per remand or sentence: who, when, how long."""

    person: Ints
    day: Ints
    months: Ints
    remand: Bools


@dataclass
class ChildAbuse:
    """One row per abused child: by whom, what kind, over which days."""

    child: Ints
    offender: Ints
    kind: Ints
    start: Ints
    end: Ints


@dataclass
class Lives:
    """Everything that goes wrong."""

    abuse: Abuse
    substance: Spells
    prison: Prison
    child_abuse: ChildAbuse
    neglect: Spells
    """`person` is a household here."""
    care: Spells
    missing_person: Ints
    missing_day: Ints
    exploited: Spells


def _chance(level: Floats, intercept: float, slope: float) -> Floats:
    result: Floats = 1.0 / (1.0 + np.exp(-(intercept + slope * level)))
    return result


def _windows(rng: np.random.Generator, count: int, mean_days: float) -> tuple[Ints, Ints]:
    """Spells that touch the five years: many began before, many go on after."""
    start = rng.integers(-700, END_DAY - 40, count)
    end = start + 60 + rng.exponential(mean_days, count).astype(np.int64)
    before = end < 60
    end[before] = 60 + rng.integers(0, 400, int(before.sum()))
    return start, np.minimum(end, END_DAY)


# The intercepts below are set so that, over five years, about one child in twelve lives in a home from which domestic abuse
# is recorded, one in thirty sees an adult of the home go to prison and one in eighty comes into care. Published shares for a
# single year are of that order or higher; none of these numbers is an estimate of a real force.
def live(people: People, homes: Households, rng: np.random.Generator) -> Lives:
    """Draw what goes wrong. Every chance rises with latent adversity; none depends on name, origin or sex alone."""
    abuse = _draw_domestic_abuse(people, homes, rng)
    substance = _draw_substance(people, rng)
    prison = _draw_prison(people, rng)
    child_abuse = _draw_child_abuse(people, homes, rng)
    houses = np.flatnonzero(np.isin(homes.kind, [COUPLE_KIDS, LONE_KIDS, STEP_KIDS, THREE_GENERATIONS]))
    neglected = houses[rng.random(len(houses)) < _chance(homes.adversity[houses], -5.0, 1.3)]
    start, end = _windows(rng, len(neglected), 500)
    neglect = Spells(neglected, np.zeros(len(neglected), dtype=np.int64), start, end)
    care = _draw_care(people, homes, child_abuse, neglect, rng)
    missing_person, missing_day, exploited = _draw_missing(people, care, rng)
    return Lives(abuse, substance, prison, child_abuse, neglect, care, missing_person, missing_day, exploited)


def _draw_domestic_abuse(people: People, homes: Households, rng: np.random.Generator) -> Abuse:
    # Couples who live together.
    wife = homes.adult[homes.other_adult >= 0]
    husband = homes.other_adult[homes.other_adult >= 0]
    level = homes.adversity[homes.other_adult >= 0]
    young = np.clip((-people.born[wife] / 365.25 - 30) / 40, -0.3, 1.0)
    hit = rng.random(len(wife)) < _chance(level - 1.2 * young, -2.7, 1.3)
    # Mothers on their own and the father of their children.
    kids = np.flatnonzero(~people.adult & (people.father >= 0) & (people.mother >= 0))
    apart = kids[people.home[np.maximum(people.father[kids], 0)] != people.home[kids]]
    _, firsts = np.unique(people.home[apart], return_index=True)
    apart = apart[firsts]
    hit_apart = rng.random(len(apart)) < _chance(homes.adversity[people.home[apart]], -2.3, 1.2)
    victim = np.concatenate([wife[hit], people.mother[apart[hit_apart]]])
    offender = np.concatenate([husband[hit], people.father[apart[hit_apart]]])
    bond = np.concatenate([np.full(int(hit.sum()), PARTNER), np.full(int(hit_apart.sum()), EX_PARTNER)]).astype(
        np.int64
    )
    # One in eight is a man abused by a woman.
    turned = rng.random(len(victim)) < 0.12
    victim[turned], offender[turned] = offender[turned], victim[turned]
    start, end = _windows(rng, len(victim), 550)
    times = 1 + rng.negative_binomial(0.9, 0.24, len(victim))
    pair = np.repeat(np.arange(len(victim)), times)
    low, high = np.maximum(start[pair], 0), np.maximum(end[pair], np.maximum(start[pair], 0) + 1)
    day = low + (rng.random(len(pair)) * (high - low)).astype(np.int64)
    order = np.lexsort((day, pair))
    parted = np.full(len(victim), 100_000, dtype=np.int64)
    leave = (bond == PARTNER) & (rng.random(len(victim)) < 0.38)
    parted[leave] = np.minimum(end[leave] + rng.integers(1, 30, int(leave.sum())), END_DAY - 5)
    return Abuse(victim, offender, bond, start, pair[order], day[order], parted)


def _draw_substance(people: People, rng: np.random.Generator) -> Spells:
    age = -people.born / 365.25
    grown = np.flatnonzero(people.adult | (age > 15))
    chance = _chance(people.adversity[grown], -3.5, 1.15) * np.where(people.sex[grown] == 1, 0.65, 1.2)
    chance *= np.where(age[grown] > 66, 0.2, 1.0)
    person = grown[rng.random(len(grown)) < chance]
    kind = rng.choice([ALCOHOL, DRUGS, ALCOHOL | DRUGS], size=len(person), p=[0.5, 0.34, 0.16])
    start, end = _windows(rng, len(person), 900)
    return Spells(person, kind.astype(np.int64), start, end)


def _draw_prison(people: People, rng: np.random.Generator) -> Prison:
    age = -people.born / 365.25
    able = np.flatnonzero((age > 15) & (age < 56))
    chance = _chance(people.adversity[able], -4.3, 1.35) * np.where(people.sex[able] == 0, 1.7, 0.22)
    person = able[rng.random(len(able)) < chance]
    times = 1 + (rng.random(len(person)) < 0.35) + (rng.random(len(person)) < 0.12)
    person = np.repeat(person, times)
    low = np.maximum(0, people.born[person] + 18 * 366)
    keep = low < END_DAY - 60
    person, low = person[keep], low[keep]
    day = low + (rng.random(len(person)) * (END_DAY - 20 - low)).astype(np.int64)
    remand = rng.random(len(person)) < 0.45
    months = np.clip(rng.gamma(1.3, 11, len(person)), 1, 120).astype(np.int64)
    return Prison(person, day, months, remand)


def _draw_child_abuse(people: People, homes: Households, rng: np.random.Generator) -> ChildAbuse:
    kids = np.flatnonzero(~people.adult & (people.born < END_DAY - 500))
    hit = kids[rng.random(len(kids)) < _chance(homes.adversity[people.home[kids]], -4.25, 1.2)]
    kind = (rng.random(len(hit)) < 0.28).astype(np.int64)
    lead, mate = homes.adult[people.home[hit]], homes.other_adult[people.home[hit]]
    by_mate = (mate >= 0) & (rng.random(len(hit)) < np.where(kind == SEXUAL, 0.9, 0.6))
    offender = np.where(by_mate, mate, lead)
    # Sexual abuse is by somebody outside the home as often as not.
    offender = np.where((kind == SEXUAL) & (rng.random(len(hit)) < 0.45), NOBODY, offender)
    low = np.maximum(people.born[hit] + 500, -600)
    high = np.minimum(people.born[hit] + 17 * 365, END_DAY - 30)
    keep = high > np.maximum(low, 0) + 30
    hit, kind, offender, low, high = hit[keep], kind[keep], offender[keep], low[keep], high[keep]
    start = low + (rng.random(len(hit)) * (high - low)).astype(np.int64)
    end = np.clip(start + rng.exponential(350, len(hit)).astype(np.int64) + 10, 20, END_DAY)
    return ChildAbuse(hit, offender, kind, start, end)


def _draw_care(
    people: People, homes: Households, abuse: ChildAbuse, neglect: Spells, rng: np.random.Generator
) -> Spells:
    kids = np.flatnonzero(~people.adult)
    level = homes.adversity[people.home[kids]].copy()
    level += 1.1 * np.isin(kids, abuse.child) + 1.1 * np.isin(people.home[kids], neglect.person)
    chosen = kids[rng.random(len(kids)) < _chance(level, -5.3, 1.25)]
    low = np.maximum(people.born[chosen] + 20, -900)
    high = np.minimum(people.born[chosen] + int(16.8 * 365), END_DAY - 15)
    keep = high > np.maximum(low, 0) + 20
    chosen, low, high = chosen[keep], low[keep], high[keep]
    start = low + (rng.random(len(chosen)) * (high - low)).astype(np.int64)
    end = start + 40 + rng.exponential(620, len(chosen)).astype(np.int64)
    end = np.where(end > people.born[chosen] + 18 * 365, people.born[chosen] + 18 * 365, end)
    seen = end > 10
    age = (start - people.born[chosen]) / 365
    roll = rng.random(len(chosen))
    kind = np.where(roll < 0.2, KINSHIP, np.where(roll < np.where(age > 11, 0.55, 0.97), FOSTER, RESIDENTIAL))
    return Spells(chosen[seen], kind[seen].astype(np.int64), start[seen], end[seen])


def _draw_missing(people: People, care: Spells, rng: np.random.Generator) -> tuple[Ints, Ints, Spells]:
    """Episodes of going missing: a few children very often (a truncated negative binomial), most once or never."""
    young = np.flatnonzero((people.born < END_DAY - 9 * 365) & (people.born > -18 * 365))
    in_care = np.isin(young, care.person)
    often = rng.random(len(young)) < np.where(in_care, 0.30, _chance(people.adversity[young], -4.8, 1.2))
    frequent = young[often]
    window = rng.integers(-30, END_DAY - 60, len(frequent))
    low = np.maximum(window, people.born[frequent] + int(10.5 * 365))
    low = np.maximum(low, 0)
    length = 60 + rng.exponential(260, len(frequent)).astype(np.int64)
    high = np.minimum(np.minimum(low + length, people.born[frequent] + 18 * 365), END_DAY)
    keep = high > low + 20
    frequent, low, high = frequent[keep], low[keep], high[keep]
    times = 1 + rng.negative_binomial(0.8, 0.12, len(frequent))
    times = np.minimum(times, (high - low) // 3 + 1)
    person = np.repeat(np.arange(len(frequent)), times)
    day = low[person] + (rng.random(len(person)) * (high - low)[person]).astype(np.int64)
    # No two episodes of one child on one day.
    _, unique = np.unique(person * 4096 + day, return_index=True)
    person, day = person[unique], day[unique]
    exploited = (times >= 3) & (rng.random(len(frequent)) < 0.35)
    spells = Spells(
        frequent[exploited], np.zeros(int(exploited.sum()), dtype=np.int64), low[exploited], high[exploited]
    )
    return frequent[person], day, spells
