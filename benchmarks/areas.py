"""How fast are areas classified and posts given out? Rules, description, divisor, integer programme, sensitivity; beside peers.

    python benchmarks/areas.py [--data FOLDER]

FOLDER holds the published 2025 index as Parquet (`imd2025_england_lsoa21.parquet`); without it ranks are drawn at random for as
many areas. One JSON object on standard output, a short table on standard error. Each figure is the best of five runs.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from headwater.areas.allocation import Group, Mix, Place, Role, Rules, allot, allot_roles
from headwater.areas.deprivation import DOMAINS, exponential, rank_of, rebuild
from headwater.areas.description import describe
from headwater.areas.need import WITHOUT_CRIME, Recipe, SmallAreas, sensitivity
from headwater.areas.typology import classify, deprivation_facts, read_typology
from machine import describe_machine

AREAS, MEASURES, WARDS, PCS, PCSOS = 33_755, 21, 192, 900, 460


def best_of(work: Callable[[], object], times: int = 5) -> float:
    """The shortest of several runs, in seconds."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return round(min(taken), 5)


def read_ranks(folder: Path | None) -> tuple[dict[str, np.ndarray], np.ndarray, bool]:
    """Ranks by domain and of the index; whether they are the published ones."""
    path = folder / "imd2025_england_lsoa21.parquet" if folder else None
    if path and path.exists():
        table = pq.read_table(path)
        columns = ("Income", "Employment", "Education", "Health", "Crime", "Housing_and_Services", "Environment")
        ranks = {name: table[f"{column}_rank"].to_numpy() for name, column in zip(DOMAINS, columns, strict=True)}
        return ranks, table["IMD_rank"].to_numpy(), True
    rng = np.random.default_rng(1)
    common = rng.normal(size=AREAS)
    drawn = {name: rank_of(common + rng.normal(size=AREAS)) for name in DOMAINS}
    return drawn, rank_of(rebuild(drawn)), False


def main() -> None:
    """Time each part; print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, help="folder with the published index")
    chosen = parser.parse_args()
    ranks, index, published = read_ranks(chosen.data)
    areas = len(index)
    rng = np.random.default_rng(2)
    scores = np.column_stack([exponential(ranks[name], areas) for name in DOMAINS])
    measures = np.abs(scores @ rng.dirichlet(np.ones(7), MEASURES).T + rng.gamma(2, 4, (areas, MEASURES)))
    typology = read_typology()

    needs = 20 + rng.gamma(3, 60, WARDS)

    def places(floor: int) -> tuple[Place, ...]:
        return tuple(Place(f"w{n:03}", f"Ward {n}", float(needs[n]), f"u{n % 8}", floor=floor) for n in range(WARDS))

    def groups(posts: int) -> tuple[Group, ...]:
        share = [sum(needs[n::8]) / sum(needs) * posts for n in range(8)]
        return tuple(
            Group(f"u{n}", f"Unit {n}", math.floor(0.9 * share[n]), math.ceil(1.1 * share[n])) for n in range(8)
        )

    roles = [Role("pc", "PCs", PCS, places(2), groups(PCS)), Role("pcso", "PCSOs", PCSOS, places(1), groups(PCSOS))]
    rules = Rules((Mix("pcso", "pc", 0.25, 1.0),))
    coupled = allot_roles(roles, rules)
    small = SmallAreas(
        rng.integers(0, WARDS, 1719), {name: rank[:1719] for name, rank in ranks.items()}, areas,
        rng.integers(900, 2500, 1719).astype(float), rng.gamma(2, 500, 1719),
    )  # fmt: skip
    result: dict[str, Any] = {
        "machine": describe_machine(),
        "areas": areas,
        "published_index": published,
        "rules_seconds": best_of(lambda: classify(typology, deprivation_facts(ranks, index, areas))),
        "rebuild_seconds": best_of(lambda: rank_of(rebuild(ranks))),
        "kmeans_50_starts_seconds": best_of(
            lambda: describe(measures, [f"m{n}" for n in range(MEASURES)], 8, refits=0), 1
        ),
        "divisor_1360_posts_192_wards_seconds": best_of(lambda: allot(places(0), PCS + PCSOS)),
        "integer_programme_seconds": best_of(lambda: allot_roles(roles, rules)),
        "integer_programme_gap": coupled.gap,
        "sensitivity_500_draws_seconds": best_of(
            lambda: sensitivity(small, Recipe(WITHOUT_CRIME, 0.4), places(2), PCS), 1
        ),
    }
    for name, value in result.items():
        print(f"{name.replace('_', ' '):<45}{value}", file=sys.stderr)
    json.dump(result, sys.stdout, indent=2, sort_keys=True)
    print()


if __name__ == "__main__":
    main()
