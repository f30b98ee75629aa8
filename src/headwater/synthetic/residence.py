"""Who lives where, when? Moves, separations, new partners, leaving home, care, refuges, hostels, shared houses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headwater.synthetic.geography import Builder, number_property
from headwater.synthetic.lives import FOSTER, KINSHIP, PARTNER, RESIDENTIAL, Lives
from headwater.synthetic.names import read_words
from headwater.synthetic.population import (
    COUPLE,
    END_DAY,
    LONE_KIDS,
    OLD_COUPLE,
    OPEN,
    SHARERS,
    SINGLE,
    Households,
    People,
)

Ints = NDArray[np.int64]
Texts = NDArray[np.object_]
Bools = NDArray[np.bool_]


@dataclass
class Addresses:
    """One row per address; `area` is a row of Areas."""

    line: Texts
    postcode: Texts
    uprn: Texts
    area: Ints
    premises: Texts
    protected: Bools


@dataclass
class Stays:
    """Who lives in which household at which address from day to day (`end` OPEN while it lasts), by person and start."""

    person: Ints
    household: Ints
    address: Ints
    start: Ints
    end: Ints

    def find(self, person: Ints, day: Ints) -> Ints:
        """The row of the stay of each person on each day (the nearest earlier one, or the first)."""
        key = self.person * 8192 + np.clip(self.start, -3000, 4000) + 3000
        place = np.searchsorted(key, person * 8192 + np.clip(day, -3000, 4000) + 3000, side="right") - 1
        place = np.maximum(place, 0)
        wrong = self.person[place] != person
        result: Ints = np.where(wrong, np.minimum(place + 1, len(key) - 1), place)
        return result

    def live_together(self, one: Ints, other: Ints, day: Ints) -> Bools:
        """Whether two people are of one household on a day (False where either is nobody)."""
        known = (one >= 0) & (other >= 0)
        first, second = self.find(np.maximum(one, 0), day), self.find(np.maximum(other, 0), day)
        result: Bools = known & (self.household[first] == self.household[second])
        return result


@dataclass
class Places:
    """Addresses with a part of their own."""

    hostels: Ints
    refuges: Ints
    homes: Ints
    """Children's homes."""
    shops: Ints
    shop_names: Texts


def settle(
    people: People, homes: Households, lives: Lives, builder: Builder, rng: np.random.Generator
) -> tuple[Addresses, Stays, Places]:
    """Give every person one household and address at a time over the five years."""
    words = read_words("places")
    areas = len(builder.areas.code)
    count, total = len(people), len(homes)

    # Institutions.
    hostels = builder.build(rng.integers(0, areas, max(1, round(count / 20_000))), "hostel")
    refuges = builder.build(rng.integers(0, areas, max(1, round(count / 12_000))), "refuge", protected=None)
    children_homes = builder.build(rng.integers(0, areas, max(1, round(count / 6_000))), "care_home")
    shops = builder.build(rng.integers(0, areas, max(6, count // 900)), "unknown")

    # First addresses: houses, flats, and houses in multiple occupation shared by unrelated households.
    deprived = builder.areas.deprivation[homes.area]
    flat = rng.random(total) < np.clip(
        0.16 + 0.02 * deprived + 0.15 * np.isin(homes.kind, [SINGLE, SHARERS]), 0.03, 0.6
    )
    shared = np.isin(homes.kind, [SINGLE]) & (rng.random(total) < np.clip(0.2 + 0.03 * deprived, 0.02, 0.5))
    shared |= np.isin(homes.kind, [COUPLE, LONE_KIDS]) & (rng.random(total) < 0.025)
    private = rng.random(total) < 0.004
    first = np.zeros(total, dtype=np.int64)
    alone = np.flatnonzero(~shared)
    first[alone] = builder.build(
        homes.area[alone], np.where(flat[alone], "flat", "house").astype(object), protected=private[alone]
    )
    together = np.flatnonzero(shared)
    together = together[np.argsort(homes.area[together], kind="stable")]
    rank = np.arange(len(together)) - np.searchsorted(homes.area[together], homes.area[together])
    house_key = homes.area[together] * 10_000 + rank // 5
    keys, inverse = np.unique(house_key, return_inverse=True)
    first[together] = builder.build(keys // 10_000, "hmo")[inverse]

    # A move or two for three households in ten; deprived ones move more.
    moves = rng.random(total) < np.clip(0.27 + 0.02 * deprived + 0.12 * shared, 0.1, 0.6)
    moved = np.where(moves, rng.integers(40, END_DAY - 20, total), OPEN)
    again = moves & (rng.random(total) < 0.25) & (moved < END_DAY - 300)
    moved_again = np.where(again, moved + 150 + rng.integers(0, 600, total), OPEN)
    target = np.where(rng.random(total) < 0.6, homes.area, rng.integers(0, areas, total))
    second, third = first.copy(), first.copy()
    goes = np.flatnonzero(moves)
    kind = np.where(rng.random(len(goes)) < 0.25, "flat", "house").astype(object)
    second[goes] = builder.build(target[goes], kind)
    goes = np.flatnonzero(again)
    third[goes] = builder.build(target[goes], np.full(len(goes), "house", dtype=object))

    # Hostel stays of people who live alone: up to 200 over five years for each hostel.
    single = np.flatnonzero(homes.kind == SINGLE)
    guests = np.sort(rng.permutation(single)[: min(len(single) // 8, 190 * len(hostels))])
    moved[guests] = rng.integers(0, END_DAY - 60, len(guests))
    moved_again[guests] = moved[guests] + 30 + rng.exponential(220, len(guests)).astype(np.int64)
    second[guests] = hostels[np.arange(len(guests)) % len(hostels)]
    third[guests] = builder.build(homes.area[guests], "flat")

    # Membership: everybody of the first household, edited by what follows.
    base_start = np.maximum(people.born, np.repeat(-rng.integers(100, 2800, total), homes.size))
    base_end = np.where(people.died < OPEN, people.died, OPEN)
    more_person: list[Ints] = []
    more_house: list[Ints] = []
    more_start: list[Ints] = []
    more_end: list[Ints] = []
    new_address: list[Ints] = []
    made = total

    def found(address: Ints) -> Ints:
        """New households, one per address."""
        nonlocal made
        new_address.append(address)
        made += len(address)
        return np.arange(made - len(address), made, dtype=np.int64)

    def add(person: Ints, house: Ints, start: Ints, end: Ints) -> None:
        more_person.append(person)
        more_house.append(house)
        more_start.append(start)
        more_end.append(end)

    changed = np.zeros(count, dtype=bool)
    changed[people.died < OPEN] = True

    # Pairs that part after abuse; one in five of the mothers goes to a refuge with the children first.
    pairs = np.flatnonzero((lives.abuse.parted < END_DAY) & (lives.abuse.bond == PARTNER))
    leaver = lives.abuse.offender[pairs]
    day = lives.abuse.parted[pairs]
    free = ~changed[leaver]
    leaver, day, victim = leaver[free], day[free], lives.abuse.victim[pairs][free]
    flees = (rng.random(len(leaver)) < 0.22) & (people.sex[victim] == 1) & ~np.isin(people.home[victim], guests)
    house = people.home[victim]
    # She and the children flee: the household goes to the refuge and on; he stays in a household of his own.
    fled = house[flees]
    stays_at = np.where(
        day[flees] >= moved_again[fled], third[fled], np.where(day[flees] >= moved[fled], second[fled], first[fled])
    )
    base_end[leaver] = day
    own = np.empty(len(leaver), dtype=np.int64)
    own[flees] = found(stays_at)
    own[~flees] = found(builder.build(rng.integers(0, areas, int((~flees).sum())), "flat"))
    add(leaver, own, day, np.full(len(leaver), OPEN))
    changed[leaver] = True
    first[fled] = stays_at
    moved[fled] = day[flees]
    second[fled] = refuges[np.arange(len(fled)) % len(refuges)]
    moved_again[fled] = day[flees] + 50 + rng.integers(0, 150, len(fled))
    third[fled] = builder.build(
        rng.integers(0, areas, len(fled)),
        np.full(len(fled), "house", dtype=object),
        protected=np.ones(len(fled), dtype=bool),
    )

    # Ordinary separations.
    couple_father = np.unique(people.father[(people.father >= 0) & ~people.adult])
    couple_father = couple_father[(people.partner[couple_father] >= 0) & ~changed[couple_father]]
    parts = couple_father[rng.random(len(couple_father)) < 0.055]
    day = rng.integers(30, END_DAY - 30, len(parts))
    base_end[parts] = day
    add(parts, found(builder.build(rng.integers(0, areas, len(parts)), "flat")), day, np.full(len(parts), OPEN))
    changed[parts] = True

    # New partners of mothers on their own: men who lived alone become step-parents.
    lone = np.flatnonzero((homes.kind == LONE_KIDS) & (people.sex[homes.adult] == 1))
    lone = lone[rng.random(len(lone)) < 0.16]
    men = np.flatnonzero(
        people.adult
        & (people.sex == 0)
        & (homes.kind[people.home] == SINGLE)
        & ~changed
        & (people.born > -50 * 365)
        & (people.born < -19 * 365)
    )
    men = men[~np.isin(people.home[men], guests) & ~np.isin(men, people.father)]
    men = rng.permutation(men)[: len(lone)]
    lone = lone[: len(men)]
    day = rng.integers(60, END_DAY - 200, len(men))
    stays_until = np.where(rng.random(len(men)) < 0.35, day + 150 + rng.integers(0, 500, len(men)), OPEN)
    base_end[men] = day
    add(men, lone, day, stays_until)
    back = stays_until < OPEN
    add(
        men[back],
        found(builder.build(rng.integers(0, areas, int(back.sum())), "flat")),
        stays_until[back],
        np.full(int(back.sum()), OPEN),
    )
    changed[men] = True
    joined = np.full(total, -1, dtype=np.int64)
    joined[lone] = men
    kid = np.flatnonzero(~people.adult)
    gets = joined[people.home[kid]] >= 0
    people.step_parent[kid[gets]] = joined[people.home[kid[gets]]]

    # Care: out of the household into a placement, then often back.
    care = lives.care
    free = ~changed[care.person]
    index = np.flatnonzero(free)
    _, once = np.unique(care.person[index], return_index=True)
    index = index[once]
    child, start, end = care.person[index], care.start[index], np.minimum(care.end[index], OPEN)
    placement = np.empty(len(child), dtype=np.int64)
    residential = care.kind[index] == RESIDENTIAL
    placement[residential] = found(children_homes[rng.integers(0, len(children_homes), int(residential.sum()))])
    carers = np.flatnonzero((homes.kind == COUPLE) & ~np.isin(np.arange(total), guests))
    elders = np.flatnonzero(homes.kind == OLD_COUPLE)
    for code, offer in ((FOSTER, carers), (KINSHIP, elders)):
        here = care.kind[index] == code
        offer = offer if len(offer) else np.arange(total)
        placement[here] = offer[rng.integers(0, len(offer), int(here.sum()))]
    base_end[child] = np.where(start <= base_start[child], base_start[child], start)
    add(child, placement, np.maximum(start, people.born[child]), np.where(end < END_DAY, end, OPEN))
    home_again = end < END_DAY
    add(child[home_again], people.home[child[home_again]], end[home_again], np.full(int(home_again.sum()), OPEN))
    changed[child] = True

    # Leaving home.
    grown = np.flatnonzero(~people.adult & ~changed & (people.born + 18 * 365 < END_DAY - 60))
    grown = grown[rng.random(len(grown)) < 0.38]
    day = people.born[grown] + 18 * 366 + rng.integers(0, 1200, len(grown))
    fits = (day > 20) & (day < END_DAY - 20)
    grown, day = grown[fits], day[fits]
    base_end[grown] = day
    hmo = np.unique(first[together])
    lodging = builder.build(rng.integers(0, areas, len(grown)), "flat")
    if len(hmo):
        into = rng.random(len(grown)) < 0.3
        lodging[into] = hmo[rng.integers(0, len(hmo), int(into.sum()))]
    add(grown, found(lodging), day, np.full(len(grown), OPEN))

    person = np.concatenate([np.arange(count), *more_person])
    household = np.concatenate([people.home, *more_house])
    start = np.concatenate([base_start, *more_start])
    end = np.concatenate([base_end, *more_end])
    end = np.minimum(end, people.died[person])

    # A household's addresses over time, then each membership cut by them.
    seg_house = np.concatenate(
        [np.arange(total), np.flatnonzero(moved < OPEN), np.flatnonzero(moved_again < OPEN), np.arange(total, made)]
    )
    has1, has2 = np.flatnonzero(moved < OPEN), np.flatnonzero(moved_again < OPEN)
    seg_start = np.concatenate([np.full(total, -OPEN), moved[has1], moved_again[has2], np.full(made - total, -OPEN)])
    seg_end = np.concatenate([moved, moved_again[has1], np.full(len(has2), OPEN), np.full(made - total, OPEN)])
    seg_address = np.concatenate([first, second[has1], third[has2], *new_address])
    order = np.lexsort((seg_start, seg_house))
    seg_house, seg_start, seg_end, seg_address = seg_house[order], seg_start[order], seg_end[order], seg_address[order]
    low = np.searchsorted(seg_house, household, side="left")
    high = np.searchsorted(seg_house, household, side="right")
    times = high - low
    row = np.repeat(np.arange(len(person)), times)
    seg = np.repeat(low, times) + np.arange(len(row)) - np.repeat(np.cumsum(times) - times, times)
    begin, finish = np.maximum(start[row], seg_start[seg]), np.minimum(end[row], seg_end[seg])
    real = (begin < finish) & (begin <= END_DAY)
    row, seg, begin, finish = row[real], seg[real], begin[real], finish[real]
    order = np.lexsort((begin, person[row]))
    stays = Stays(person[row][order], household[row][order], seg_address[seg][order], begin[order], finish[order])

    builder.name(hostels, _pick(words["hostel_names"], len(hostels)))
    builder.name(children_homes, _pick(words["home_names"], len(children_homes)))
    shop_names = _pick(words["shops"], len(shops))
    builder.name(shops, shop_names)
    dwellings = builder.dwellings
    protected = np.concatenate(dwellings.protected)
    protected[refuges] = True
    addresses = Addresses(
        line=np.concatenate(dwellings.line),
        postcode=np.concatenate(dwellings.postcode),
        uprn=number_property(np.arange(dwellings.count)),
        area=np.concatenate(dwellings.area),
        premises=np.concatenate(dwellings.premises),
        protected=protected,
    )
    return addresses, stays, Places(hostels, refuges, children_homes, shops, shop_names)


def _pick(names: str, count: int) -> Texts:
    """`count` names, the list over and over, a number added from the second round on."""
    words = [name.replace("_", " ") for name in names.split()]
    return np.array(
        [
            words[index % len(words)] + (f" {index // len(words) + 1}" if index >= len(words) else "")
            for index in range(count)
        ],
        dtype=object,
    )
