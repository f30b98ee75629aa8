"""How does a clerk write a name whose order or parts he does not know? Name parts lost, moved or spelled together, by origin."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from headwater.synthetic.names import ORIGINS, masculinise

Ints = NDArray[np.int64]
Texts = NDArray[np.object_]
Bools = NDArray[np.bool_]

CHANCE = 0.05
"""Chance for each record of a name that can be written otherwise by custom."""

_NUMBER = {name: number for number, name in enumerate(ORIGINS)}


def rewrite_by_custom(
    given: Texts, middle: Texts, family: Texts, origin: Ints, sex: Ints, rng: np.random.Generator
) -> tuple[Texts, Texts, Texts, Bools]:
    """The three parts of each name as written, and which names were changed.

    A religious second name stands for the family name (Singh, Kaur); the father's name for the grandfather's (Somali); the
    article is lost or written together (Al-Masri, Masri, El Masri); Mohammed before the name in use is left out or cut to
    Md; the family name stands first (Chinese, Romanian); two syllables of a given name are parted or joined; first and
    second given name change places (West African); a woman bears the man's form (Kowalski for Kowalska); O' is lost.
    """
    given, middle, family = given.copy(), middle.copy(), family.copy()
    count = len(given)
    chosen, way = rng.random(count) < CHANCE, rng.integers(0, 4, count)
    changed = np.zeros(count, dtype=bool)

    def of(*names: str) -> Bools:
        result: Bools = chosen & np.isin(origin, [_NUMBER[name] for name in names])
        return result

    religious = of("indian_punjabi") & np.isin(middle, ["Singh", "Kaur"]) & (family != middle)
    fathers = of("somali") & (middle != "")
    family = np.where(religious | fathers, middle, family)
    middle = np.where(religious | fathers, "", middle)
    changed |= religious | fathers

    prophet = of("pakistani", "bangladeshi") & np.isin(given, ["Mohammed", "Muhammad"]) & (middle != "")
    left_out = prophet & (way < 2)
    given = np.where(left_out, middle, given)
    middle = np.where(left_out, "", middle)
    given = np.where(prophet & ~left_out, "Md", given)
    changed |= prophet

    order = of("chinese", "romanian") & (way == 0)
    given, family = np.where(order, family, given), np.where(order, given, family)
    changed |= order

    both = of("west_african") & (middle != "")
    given, middle = np.where(both, middle, given), np.where(both, given, middle)
    changed |= both

    for row in np.flatnonzero(of("arabic", "irish", "chinese", "polish") & ~order).tolist():
        name, first = family[row], given[row]
        if name.startswith("Al-"):
            family[row] = (name[3:], f"El {name[3:]}", f"Al {name[3:]}", f"El-{name[3:]}")[way[row]]
        elif name.startswith("O'"):
            family[row] = name[2:]
        elif "-" in first and origin[row] == _NUMBER["chinese"]:
            given[row] = first.replace("-", "" if way[row] < 2 else " ")
        changed[row] = (family[row], given[row]) != (name, first)
    women = of("polish") & (sex == 1)
    man = masculinise(family)
    changed |= women & (man != family)
    family = np.where(women, man, family)
    return given, middle, family, changed
