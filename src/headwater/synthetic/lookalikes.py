"""Who is easily taken for somebody else? Twins with names alike, and strangers with one name and one date of birth."""

from __future__ import annotations

import numpy as np

from headwater.synthetic.names import ORIGIN_NAMES, read_pools
from headwater.synthetic.population import SINGLE, Households, People

TWINS_ALIKE = 0.8
"""Share of the twins of one sex whose given names begin alike (Jayden, Jake; Amina, Amira)."""
NAMESAKES = 1 / 10_000
"""People for each of whom a stranger bears the same name and date of birth. More than in life, to be countable."""


def make_lookalikes(people: People, homes: Households, rng: np.random.Generator) -> None:
    """Rename some twins, and give some people the name and birthday of a stranger near their age; in place."""
    _rename_twins(people, rng)
    _make_namesakes(people, homes, rng)


def _rename_twins(people: People, rng: np.random.Generator) -> None:
    following = np.arange(1, len(people))
    twin = (
        ~people.adult[1:] & ~people.adult[:-1] & (people.home[1:] == people.home[:-1]) & (people.born[1:] == people.born[:-1])
        & (people.sex[1:] == people.sex[:-1]) & (people.origin[1:] == people.origin[:-1])
    )  # fmt: skip
    pools = read_pools()
    for row in following[twin].tolist():
        pool = pools[str(ORIGIN_NAMES[people.origin[row]]), "f" if people.sex[row] == 1 else "m"]
        first = people.given[row - 1]
        if rng.random() >= TWINS_ALIKE:
            continue
        for length in (4, 3, 2, 1):
            near = [name for name in pool.names.tolist() if name != first and name[:length] == first[:length]]
            if near:
                people.given[row] = near[int(rng.integers(0, len(near)))]
                break


def _make_namesakes(people: People, homes: Households, rng: np.random.Generator) -> None:
    """Among adults who live alone and are nobody's parent, so that no other life changes."""
    alone = people.adult & (homes.kind[people.home] == SINGLE)
    for parent in (people.mother, people.father):
        alone[parent[parent >= 0]] = False
    pool = np.flatnonzero(alone)
    group = people.origin[pool] * 2 + people.sex[pool]
    order = np.lexsort((people.born[pool], group))
    pool, group = pool[order], group[order]
    pairs = np.arange(0, len(pool) - 1, 2)
    pairs = pairs[group[pairs] == group[pairs + 1]]
    wanted = max(1, round(len(people) * NAMESAKES))
    for place in rng.permutation(pairs)[:wanted].tolist():
        one, other = int(pool[place]), int(pool[place + 1])
        people.born[other] = people.born[one]
        people.given[other], people.family[other] = people.given[one], people.family[one]
        people.middle[other], people.previous_family[other] = "", ""
