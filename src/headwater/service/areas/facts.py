"""What does a plan rest on? The loaded ranks, residents and minutes of work of small areas, those that have all of them."""

from __future__ import annotations

import numpy as np

from headwater.areas.deprivation import DOMAINS, tenth_of
from headwater.service.areas.atlas import Atlas
from headwater.service.areas.planning import Facts
from headwater.service.areas.rules import TENTHS
from headwater.service.areas.shown import say_origin

MINUTES = ("officer_minutes", "minutes")
"""Names under which a set counts officers' time."""


class NoFacts(ValueError):
    """What a plan needs is not loaded; the message says what."""


def facts_of(atlas: Atlas) -> Facts:
    """The facts of all small areas that have ranks and residents. Raises NoFacts."""
    name = atlas.index
    if name is None:
        raise NoFacts(
            "No index of deprivation is loaded, so nothing says what a place needs. Load one: headwater areas load FILE"
        )
    if not atlas.residents:
        raise NoFacts(
            "No number of residents is loaded, so nothing says how many share a place's need. Load one: headwater areas load FILE"
        )
    of, kept = atlas.sets[name], atlas.kept[name]
    ranks = {domain: kept.of(f"{domain}_rank", atlas.codes) for domain in DOMAINS}
    whole = ~np.isnan(np.stack(list(ranks.values()))).any(axis=0) & np.array(
        [code in atlas.residents for code in atlas.codes]
    )
    codes = tuple(code for code, there in zip(atlas.codes, whole, strict=True) if there)
    if not codes:
        raise NoFacts(
            f"{of.title} has none of this force's small areas. Load an index of the year whose areas the force uses."
        )
    minutes, source = _minutes(atlas, codes)
    sources = [say_origin(of, kept), *_residents_source(atlas), *source]
    return Facts(
        codes, {domain: values[whole].astype(np.int64) for domain, values in ranks.items()}, of.complete,
        np.array([atlas.residents[code] for code in codes], np.float64), minutes, tuple(sources), len(atlas.codes) - len(codes),
        _groups(atlas, name, codes),
    )  # fmt: skip


def _groups(atlas: Atlas, index: str, codes: tuple[str, ...]) -> dict[str, np.ndarray]:
    """How many residents live in areas of each class of tenths, and how many belong to each group that a set monitors."""
    people = np.array([atlas.residents[code] for code in codes], np.float64)
    tenth = tenth_of(atlas.kept[index].of("index_rank", codes), atlas.sets[index].complete)
    found, before = {}, 0
    for end, words in TENTHS:
        found[f"Residents of areas {words[0].lower()}{words[1:]}"] = np.where(
            (tenth > before) & (tenth <= end), people, 0.0
        )
        before = end
    for name, of in atlas.sets.items():
        for measure in of.measures:
            if not measure.monitoring or measure.id not in atlas.kept[name].values:
                continue
            values = np.nan_to_num(atlas.kept[name].of(measure.id, codes))
            found[measure.title] = values * people if measure.kind == "share" else values
    return found


def has_minutes(atlas: Atlas) -> bool:
    """Whether anything says how much work areas bring."""
    return any(measure in kept.values for kept in atlas.kept.values() for measure in MINUTES)


def _minutes(atlas: Atlas, codes: tuple[str, ...]) -> tuple[np.ndarray, list[str]]:
    for name, kept in atlas.kept.items():
        for measure in MINUTES:
            if measure in kept.values:
                of = atlas.sets[name]
                return np.nan_to_num(kept.of(measure, codes)), [say_origin(of, kept)]
    return np.zeros(len(codes)), []


def _residents_source(atlas: Atlas) -> list[str]:
    return [
        say_origin(of, atlas.kept[name]) for name, of in atlas.sets.items() if "residents" in atlas.kept[name].values
    ][:1]
