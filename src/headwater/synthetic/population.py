"""Who lives in the made-up force? People in families over five years, with names, kinship and a latent adversity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headwater.synthetic.geography import Areas
from headwater.synthetic.names import draw_family, draw_given, draw_second, feminise, masculinise

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Texts = NDArray[np.object_]
Bools = NDArray[np.bool_]

START = np.datetime64("2012-04-01")
END_DAY = 1825
"""Day 0 is 1 April 2012, the last day is 31 March 2017. Every day in this package counts from day 0."""
OPEN = 100_000
NOBODY = -1

COUPLE_KIDS, LONE_KIDS, STEP_KIDS, COUPLE, SINGLE, THREE_GENERATIONS, SHARERS, OLD_COUPLE, OLD_SINGLE = range(9)
KIND_SHARE = (0.235, 0.095, 0.045, 0.16, 0.225, 0.045, 0.03, 0.085, 0.08)


@dataclass
class People:
    """One row per person; days count from 1 April 2012, `died` is OPEN for the living, NOBODY marks no such person."""

    born: Ints
    died: Ints
    sex: Ints
    origin: Ints
    home: Ints
    """The household that the person belongs to at first."""
    adult: Bools
    """An adult of that household at first (not one of its children)."""
    mother: Ints
    father: Ints
    step_parent: Ints
    partner: Ints
    """Partner in the same household at first."""
    given: Texts
    middle: Texts
    family: Texts
    previous_family: Texts
    renamed: Ints
    """Day on which the family name changed from `previous_family`; OPEN when it never did, before 0 long ago."""
    adversity: Floats
    """Latent, about normal: adversity of the household, its area, and the person."""

    def __len__(self) -> int:
        return len(self.born)

    def age(self, person: Ints, day: Ints | int) -> Ints:
        """Age in whole years (birthdays counted by the mean year, which is near enough for choosing)."""
        years: Ints = np.floor((day - self.born[person]) / 365.2425).astype(np.int64)
        return years


@dataclass
class Households:
    """One row per household as it is at first."""

    kind: Ints
    area: Ints
    adversity: Floats
    adult: Ints
    """First adult."""
    other_adult: Ints
    first: Ints
    """Number of its first person; a household's people have consecutive numbers."""
    size: Ints

    def __len__(self) -> int:
        return len(self.kind)


def make_people(count: int, areas: Areas, rng: np.random.Generator) -> tuple[People, Households]:
    """Exactly `count` people (some born or dying within the five years) in households."""
    rough = int(count / 2.0) + 60
    kind = rng.choice(len(KIND_SHARE), size=rough, p=np.array(KIND_SHARE) / sum(KIND_SHARE))
    area = rng.integers(0, len(areas.code), rough)
    origin = _draw_rows(rng, areas.origins[area])
    # Larger families where custom has them; no group is given more adversity than another.
    big = np.isin(origin, [3, 6, 8])

    has_kids = np.isin(kind, [COUPLE_KIDS, LONE_KIDS, STEP_KIDS, THREE_GENERATIONS])
    wanted_kids = np.where(has_kids, 1 + rng.binomial(1, 0.58, rough) + rng.binomial(2, np.where(big, 0.45, 0.17)), 0)
    wanted_kids += has_kids * rng.binomial(2, 0.06, rough)
    couple = np.isin(kind, [COUPLE_KIDS, STEP_KIDS, COUPLE, THREE_GENERATIONS, OLD_COUPLE])
    others = np.where(kind == SHARERS, rng.integers(1, 4, rough), 0) + np.where(kind == THREE_GENERATIONS, 1, 0)

    # Birth of the woman (or first adult): by kind of household.
    lead_age = np.select(
        [has_kids, kind == COUPLE, kind == SINGLE, kind == SHARERS],
        [
            np.clip(rng.normal(35, 7.5, rough), 17, 52),
            np.clip(rng.normal(48, 14, rough), 19, 75),
            np.clip(rng.gamma(4.5, 8.5, rough), 18, 66),
            np.clip(rng.normal(25, 5, rough), 18, 45),
        ],
        default=np.clip(rng.normal(74, 6, rough), 64, 97),
    )
    lead_born = -(lead_age * 365.2425).astype(np.int64) - rng.integers(0, 365, rough)

    # Slots: first adult, second adult, further adults (grandparent or sharers), children.
    slots = 2 + 4 + 6
    present = np.zeros((rough, slots), dtype=bool)
    present[:, 0] = True
    present[:, 1] = couple
    for extra in range(3):
        present[:, 2 + extra] = others > extra
    born = np.zeros((rough, slots), dtype=np.int64)
    born[:, 0] = lead_born
    born[:, 1] = lead_born - (rng.normal(2.2, 4.0, rough) * 365).astype(np.int64)
    born[:, 1] = np.minimum(born[:, 1], -17 * 366)
    born[:, 2] = np.where(kind == THREE_GENERATIONS, lead_born - rng.integers(20, 34, rough) * 365, 0)
    for extra in range(3):
        share = kind == SHARERS
        age = np.clip(rng.normal(25, 5, rough), 18, 45)
        born[share, 2 + extra] = -(age[share] * 365.2425).astype(np.int64)
    first_child = np.clip(rng.normal(26.5, 5.2, rough), 16.2, 41.0)
    birthday = lead_born + (first_child * 365.2425).astype(np.int64)
    for child in range(6):
        present[:, 6 + child] = wanted_kids > child
        born[:, 6 + child] = birthday
        gap = (365 * np.clip(rng.gamma(3.2, 0.95, rough), 0.95, 9.0)).astype(np.int64)
        twins = rng.random(rough) < 0.015
        birthday = birthday + np.where(twins, 0, gap)
        age_of_mother = born[:, 6 + child] - lead_born
        present[:, 6 + child] &= (born[:, 6 + child] <= END_DAY - 5) & (born[:, 6 + child] > -int(18.5 * 365.25))
        present[:, 6 + child] &= age_of_mother < 44 * 365

    size = present.sum(axis=1)
    kept = int(np.searchsorted(np.cumsum(size), count, side="right"))
    left = count - int(size[:kept].sum())
    # What is left over is filled by people living alone.
    kind = np.concatenate([kind[:kept], np.full(left, SINGLE)])
    area = np.concatenate([area[:kept], rng.integers(0, len(areas.code), left)])
    origin = np.concatenate([origin[:kept], np.zeros(left, dtype=np.int64)])
    present = np.concatenate([present[:kept], np.eye(1, slots, dtype=bool).repeat(left, axis=0)])
    extra_born = np.zeros((left, slots), dtype=np.int64)
    extra_born[:, 0] = -(np.clip(rng.gamma(4.5, 8.5, left), 18, 66) * 365).astype(np.int64)
    born = np.concatenate([born[:kept], extra_born])

    total = len(kind)
    number = np.full(present.shape, NOBODY, dtype=np.int64)
    number[present] = np.arange(count)
    house, slot = np.nonzero(present)
    adult = slot < 6
    child = ~adult

    sex = rng.integers(0, 2, count)
    # In families the first adult is the woman nine times in ten; the second is of the other sex.
    lead_female = np.where(kind == LONE_KIDS, rng.random(total) < 0.89, True)
    lead_female[kind == SINGLE] = rng.random(int((kind == SINGLE).sum())) < 0.42
    lead_female[kind == OLD_SINGLE] = rng.random(int((kind == OLD_SINGLE).sum())) < 0.64
    lead_female[kind == SHARERS] = rng.random(int((kind == SHARERS).sum())) < 0.45
    sex[slot == 0] = np.where(lead_female[house[slot == 0]], 1, 0)
    sex[slot == 1] = 0
    grandparent = (slot == 2) & (kind[house] == THREE_GENERATIONS)
    sex[grandparent] = np.where(rng.random(int(grandparent.sum())) < 0.75, 1, 0)

    person_origin = origin[house].copy()
    # One couple in nine is of two origins; a child then follows the father's names two times in three.
    mixed = rng.random(total) < 0.11
    other_origin = _draw_rows(rng, areas.origins[area])
    second = slot == 1
    person_origin[second] = np.where(mixed[house[second]], other_origin[house[second]], person_origin[second])
    sharer = (slot >= 2) & (slot < 6) & (kind[house] == SHARERS)
    person_origin[sharer] = _draw_rows(rng, areas.origins[area[house[sharer]]])

    lead, mate = number[:, 0], number[:, 1]
    mother = np.full(count, NOBODY, dtype=np.int64)
    father = np.full(count, NOBODY, dtype=np.int64)
    step = np.full(count, NOBODY, dtype=np.int64)
    partner = np.full(count, NOBODY, dtype=np.int64)
    paired = mate >= 0
    partner[lead[paired]], partner[mate[paired]] = mate[paired], lead[paired]
    child_house = house[child]
    lead_is_mother = sex[lead[child_house]] == 1
    mother[child] = np.where(lead_is_mother, lead[child_house], NOBODY)
    both = np.isin(kind[child_house], [COUPLE_KIDS, THREE_GENERATIONS])
    father[child] = np.where(both, mate[child_house], np.where(lead_is_mother, NOBODY, lead[child_house]))
    step[child] = np.where(kind[child_house] == STEP_KIDS, mate[child_house], NOBODY)
    grand = np.flatnonzero(grandparent)
    mother[lead[house[grand]]] = np.where(sex[grand] == 1, grand, NOBODY)
    father[lead[house[grand]]] = np.where(sex[grand] == 0, grand, NOBODY)

    people_born = born[present]
    adversity = _draw_adversity(rng, areas, area, kind, total)
    own = rng.normal(size=count)
    person_adversity = 0.8 * adversity[house] + 0.6 * own

    people = People(
        born=people_born,
        died=_draw_deaths(rng, people_born, adult),
        sex=sex,
        origin=person_origin,
        home=house.astype(np.int64),
        adult=adult,
        mother=mother,
        father=father,
        step_parent=step,
        partner=partner,
        given=np.empty(0, dtype=object),
        middle=np.empty(0, dtype=object),
        family=np.empty(0, dtype=object),
        previous_family=np.empty(0, dtype=object),
        renamed=np.empty(0, dtype=np.int64),
        adversity=person_adversity,
    )
    first = np.concatenate([[0], np.cumsum(present.sum(axis=1))[:-1]]).astype(np.int64)
    homes = Households(kind, area, adversity, lead, mate, first, present.sum(axis=1).astype(np.int64))
    _find_absent_parents(people, homes, rng)
    _name_everybody(people, homes, origin, rng)
    return people, homes


def _draw_rows(rng: np.random.Generator, chances: Floats) -> Ints:
    """One column number per row of `chances` (rows sum to 1)."""
    upto = np.cumsum(chances, axis=1)
    drawn: Ints = (rng.random(len(chances))[:, None] > upto).sum(axis=1).clip(0, chances.shape[1] - 1)
    return drawn.astype(np.int64)


def _draw_adversity(rng: np.random.Generator, areas: Areas, area: Ints, kind: Ints, total: int) -> Floats:
    """Adversity of a household: more often where deprivation is high, but most of it is not explained by the area.

    Three households in ten have something that protects (kin nearby, a good school, steady work).
    """
    level = 0.16 * areas.deprivation[area] + 0.9 * rng.normal(size=total)
    level += np.where(np.isin(kind, [LONE_KIDS, STEP_KIDS]), 0.3, 0.0)
    level -= np.where(rng.random(total) < 0.3, 0.7, 0.0)
    return level


def _draw_deaths(rng: np.random.Generator, born: Ints, adult: Bools) -> Ints:
    age = -born / 365.25
    chance = np.select([age < 20, age < 45, age < 65, age < 75], [0.001, 0.006, 0.022, 0.085], default=0.29)
    day = rng.integers(30, END_DAY, len(born))
    dies = (rng.random(len(born)) < chance) & (born < day - 200)
    return np.where(dies, day, OPEN).astype(np.int64)


def _find_absent_parents(people: People, homes: Households, rng: np.random.Generator) -> None:
    """Give most children of one-parent and step families the other parent: somebody of the force who lives elsewhere."""
    houses = np.flatnonzero(np.isin(homes.kind, [LONE_KIDS, STEP_KIDS]))
    known = houses[rng.random(len(houses)) < 0.72]
    pool = np.flatnonzero(
        people.adult & np.isin(homes.kind[people.home], [SINGLE, SHARERS, COUPLE]) & (people.born > -58 * 365)
    )
    parent = homes.adult[known]
    for parent_sex in (1, 0):
        need = known[people.sex[parent] == parent_sex]
        offer = pool[people.sex[pool] != parent_sex]
        if len(need) == 0 or len(offer) == 0:
            continue
        # Within an origin the nearest in age; a person is used once.
        lead = homes.adult[need]
        taken = np.zeros(len(people), dtype=bool)
        for origin in np.unique(people.origin[lead]).tolist():
            asking = need[people.origin[lead] == origin]
            offered = offer[people.origin[offer] == origin]
            if len(offered) == 0:
                continue
            asking = asking[np.argsort(people.born[homes.adult[asking]], kind="stable")]
            offered = np.sort(rng.permutation(offered)[: max(len(asking), 1)])
            offered = offered[np.argsort(people.born[offered], kind="stable")]
            pairs = min(len(asking), len(offered))
            for house, absent in zip(asking[:pairs].tolist(), offered[:pairs].tolist(), strict=True):
                kids = np.arange(homes.first[house], homes.first[house] + homes.size[house])
                kids = kids[~people.adult[kids]]
                if taken[absent] or len(kids) == 0 or people.born[absent] > people.born[kids].min() - 15 * 365:
                    continue
                taken[absent] = True
                (people.father if parent_sex == 1 else people.mother)[kids] = absent


def _name_everybody(people: People, homes: Households, origin: Ints, rng: np.random.Generator) -> None:
    """Names by the customs of each origin; see docs/explanation/made-up-force.md."""
    count = len(people)
    year = (2012.25 + people.born / 365.25).astype(np.int64)
    child = ~people.adult
    named_by = people.origin.copy()
    given = draw_given(rng, named_by, people.sex, year)

    family_man = draw_family(rng, people.origin)
    family = np.where(people.sex == 1, feminise(family_man), family_man)
    previous = np.full(count, "", dtype=object)
    renamed = np.full(count, OPEN, dtype=np.int64)

    house = people.home
    lead, mate = homes.adult, homes.other_adult
    pair = mate >= 0
    wife, husband = lead[pair], mate[pair]
    pakistani, punjabi, bangladeshi, somali, arabic, chinese = 3, 4, 6, 9, 10, 13
    keeps = np.isin(people.origin[wife], [somali, arabic, chinese])
    married = ~keeps & (rng.random(len(wife)) < 0.68)
    # Some marry within the five years: records before and after bear different names.
    late = married & (rng.random(len(wife)) < 0.07)
    brides, grooms = wife[married], husband[married]
    previous[brides] = family[brides]
    taken = family_man[grooms]
    family[brides] = np.where(np.isin(people.origin[grooms], [11]), feminise(taken), taken)
    renamed[brides] = -2000
    renamed[wife[late]] = rng.integers(200, END_DAY - 100, int(late.sum()))

    # The children's name: the father's where there is one at home, else half the mother's, half the absent father's.
    father_home = people.father[child]
    kid_house = house[child]
    name_of_lead = np.where(people.sex[lead] == 1, family[lead], family_man[lead])[kid_house]
    from_father = np.where(father_home >= 0, family_man[np.maximum(father_home, 0)], name_of_lead)
    follow = (rng.random(len(homes)) < 0.52)[kid_house]
    # In a one-parent home the mother's name: her own before any marriage.
    lone = np.isin(homes.kind[kid_house], [LONE_KIDS, STEP_KIDS])
    mother_name = np.where(previous[lead] != "", previous[lead], family[lead])[kid_house]
    kid_family = np.where(lone & ~follow, mother_name, from_father)
    kid_sex = people.sex[child]
    kid_family = np.where(kid_sex == 1, feminise(kid_family), masculinise(kid_family))
    kids = np.flatnonzero(child)

    # South Asian Muslim custom: a woman's second name is her own (Begum, Bibi), a son's may be too.
    muslim_south_asian = np.isin(people.origin, [pakistani, bangladeshi])
    women = np.flatnonzero(muslim_south_asian & (people.sex == 1) & (rng.random(count) < np.where(child, 0.25, 0.6)))
    second = draw_second(rng, people.origin, people.sex, "f_second")
    family[kids] = kid_family
    family[women] = second[women]
    previous[women], renamed[women] = "", OPEN
    sons = np.flatnonzero(muslim_south_asian & (people.sex == 0) & child & (rng.random(count) < 0.3))
    family[sons] = draw_second(rng, people.origin, people.sex, "m_second")[sons]

    # Patronymics: a Somali child bears the father's and the grandfather's given names.
    patronymic = np.flatnonzero(child & (people.origin == somali) & (people.father >= 0))
    middle = np.full(count, "", dtype=object)
    middle[patronymic] = given[people.father[patronymic]]
    alone = np.flatnonzero((people.origin == somali) & (middle == ""))
    middle[alone] = draw_given(rng, people.origin[alone], np.zeros(len(alone), dtype=np.int64), year[alone])

    # Sikh second names: Singh for men, Kaur for women, with or without a family name after it.
    sikh = people.origin == punjabi
    second_name = np.where(people.sex == 1, "Kaur", "Singh")
    alone_name = np.flatnonzero(sikh & (rng.random(len(homes))[house] < 0.3))
    family[alone_name] = second_name[alone_name]
    previous[alone_name], renamed[alone_name] = "", OPEN
    with_middle = np.flatnonzero(sikh & (family != second_name) & (rng.random(count) < 0.65))
    middle[with_middle] = second_name[with_middle]

    # A second given name for half of those whose custom has one; more often seen in the young.
    western = np.isin(people.origin, [0, 1, 2, 7, 8, 11, 12])
    has_middle = np.flatnonzero(western & (middle == "") & (rng.random(count) < 0.55))
    middle[has_middle] = draw_given(rng, people.origin[has_middle], people.sex[has_middle], year[has_middle])
    prophet = np.flatnonzero(muslim_south_asian & (people.sex == 0) & (middle == "") & (rng.random(count) < 0.2))
    middle[prophet] = given[prophet]
    given[prophet] = "Mohammed"
    same = middle == given
    middle[same] = ""

    # Father and son with one name at one address.
    junior = np.flatnonzero(
        child
        & (people.sex == 0)
        & (people.father >= 0)
        & np.isin(people.origin, [0, 1, 2, 7])
        & (rng.random(count) < 0.02)
    )
    given[junior] = given[people.father[junior]]
    family[junior] = family[people.father[junior]]
    people.given, people.middle, people.family = given, middle, family
    people.previous_family, people.renamed = previous, renamed
