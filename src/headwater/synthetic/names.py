"""What are the made-up people called? Names by origin, with each origin's naming customs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Texts = NDArray[np.object_]

ORIGINS: dict[str, tuple[float, str]] = {
    "english": (0.575, "W1"),
    "irish": (0.055, "W2"),
    "scottish_welsh": (0.040, "W1"),
    "pakistani": (0.095, "A2"),
    "indian_punjabi": (0.060, "A1"),
    "indian_gujarati": (0.015, "A1"),
    "bangladeshi": (0.022, "A3"),
    "caribbean": (0.045, "B1"),
    "west_african": (0.018, "B2"),
    "somali": (0.012, "B2"),
    "arabic": (0.017, "O2"),
    "polish": (0.020, "W9"),
    "romanian": (0.012, "W9"),
    "chinese": (0.014, "O1"),
}
"""Name origin -> (share of the force, usual 16+1 code). Shares are invented, of the order of the region's diversity."""

ORIGIN_NAMES = np.array(list(ORIGINS), dtype=object)


@cache
def read_words(name: str) -> dict[str, Any]:
    """The word file `words/<name>.yaml`, written for the made-up force and used by nothing else."""
    text = (files("headwater.synthetic") / "words" / f"{name}.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return found


@dataclass(frozen=True)
class Pool:
    """Names with their chances, commonest first (chances fall off like 1/(rank + shift))."""

    names: Texts
    upto: NDArray[np.float64]

    @staticmethod
    def of(text: str, shift: float) -> Pool:
        names = np.array(text.split(), dtype=object)
        # "_" stands for a blank inside one name.
        names = np.array([name.replace("_", " ") for name in names.tolist()], dtype=object)
        weight = 1.0 / (np.arange(len(names)) + shift)
        return Pool(names, np.cumsum(weight) / weight.sum())

    def draw(self, rng: np.random.Generator, count: int) -> Texts:
        """Draw `count` names."""
        place = np.minimum(np.searchsorted(self.upto, rng.random(count), side="right"), len(self.names) - 1)
        result: Texts = self.names[place]
        return result


@lru_cache(maxsize=1)
def read_pools() -> dict[tuple[str, str], Pool]:
    """Pools by (origin, kind): kinds are `m`, `f` (given), `family`; English also `m_old`, `f_old`."""
    words = read_words("names")
    pools: dict[tuple[str, str], Pool] = {}
    for origin in ORIGINS:
        part = words[origin]
        for kind in part:
            text = part[kind]
            if kind == "family" and "compose" in words[origin]:
                text = text + " " + _compose(part["compose"])
            if kind != "compose":
                pools[origin, kind] = Pool.of(text, 12.0 if kind == "family" else 8.0)
    return pools


def _compose(spec: str) -> str:
    """Surnames put together from heads and tails (Ash + worth), for the long tail of a large group."""
    heads, tails = (part.split() for part in spec.split("|"))
    made = [head + tail for tail in tails for head in heads]
    # A fixed shuffle, so that one tail does not fill the commoner ranks.
    return " ".join(made[(index * 467) % len(made)] for index in range(len(made)))


def draw_given(rng: np.random.Generator, origin: Ints, sex: Ints, born_year: Ints) -> Texts:
    """Given names by origin, sex (0 male, 1 female) and, for the English, by generation."""
    result = np.empty(len(origin), dtype=object)
    pools = read_pools()
    for number, name in enumerate(ORIGINS):
        for code, letter in ((0, "m"), (1, "f")):
            here = (origin == number) & (sex == code)
            if name in ("english", "irish", "scottish_welsh", "caribbean"):
                # Fashions change over a generation: half of those born from 1975 to 1992 bear the older names.
                old = here & ((born_year < 1975) | ((born_year < 1992) & (rng.random(len(origin)) < 0.5)))
                pool = pools.get((name, f"{letter}_old"), pools["english", f"{letter}_old"])
                result[old] = pool.draw(rng, int(old.sum()))
                here &= ~old
            result[here] = pools[name, letter].draw(rng, int(here.sum()))
    return result


def draw_family(rng: np.random.Generator, origin: Ints) -> Texts:
    """Family names by origin, in the form that a man bears."""
    result = np.empty(len(origin), dtype=object)
    for number, name in enumerate(ORIGINS):
        here = origin == number
        result[here] = read_pools()[name, "family"].draw(rng, int(here.sum()))
    return result


def draw_second(rng: np.random.Generator, origin: Ints, sex: Ints, kind: str) -> Texts:
    """A second name that custom gives instead of the family's: Begum, Bibi, Khatun (`f_second`) or Ali (`m_second`)."""
    result = np.full(len(origin), "", dtype=object)
    pools = read_pools()
    for number, name in enumerate(ORIGINS):
        if (name, kind) in pools:
            here = (origin == number) & (sex == (1 if kind.startswith("f") else 0))
            result[here] = pools[name, kind].draw(rng, int(here.sum()))
    return result


def feminise(family: Texts) -> Texts:
    """The form that a woman bears where it differs (Kowalski, Kowalska)."""

    def turn(name: str) -> str:
        return name[:-1] + "a" if name.endswith(("ski", "cki", "dzki")) else name

    return np.array([turn(name) for name in family.tolist()], dtype=object)


def masculinise(family: Texts) -> Texts:
    """The form that a man bears, of a name that may be a woman's (Kowalska, Kowalski)."""

    def turn(name: str) -> str:
        return name[:-1] + "i" if name.endswith(("ska", "cka", "dzka")) else name

    return np.array([turn(name) for name in family.tolist()], dtype=object)
