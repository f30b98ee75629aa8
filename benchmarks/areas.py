"""How fast are areas classified and posts given out? Rules, description, divisor, integer programme, sensitivity; beside their bars.

    python benchmarks/areas.py --data FOLDER

FOLDER holds the published index of 2025 and the census of 2021 as Parquet (`imd2025_england_lsoa21.parquet`,
`census2021_lsoa21_ew.parquet`): 33,755 small areas of England by 21 published measures. Without them nothing is measured, because drawn
numbers say nothing of real ones. One JSON object on standard output, a table beside the bars on standard error. Each figure is the best of
several runs, in seconds of the clock and of the processor (the latter where other work shares the machine).
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from headwater.areas.allocation import Group, Mix, Place, Role, Rules, allot, allot_roles
from headwater.areas.deprivation import DOMAINS, rank_of, rebuild
from headwater.areas.description import describe
from headwater.areas.need import WITHOUT_CRIME, Recipe, SmallAreas, need_of, sensitivity
from headwater.areas.typology import classify, deprivation_facts, read_typology
from machine import describe_machine

WARDS, PCS, PCSOS, UNITS, GROUPS, STARTS, DRAWS = 192, 900, 460, 8, 8, 50, 500
INDEX, CENSUS = "imd2025_england_lsoa21.parquet", "census2021_lsoa21_ew.parquet"
BARS = {
    "rules": 0.3, "kmeans_50_starts": 10.0, "divisor_1360_posts_192_wards": 0.005, "integer_programme": 1.0, "sensitivity_500_draws": 2.0,
}  # fmt: skip
"""What each may take, in seconds on two cores."""

COLUMNS = ("Income", "Employment", "Education", "Health", "Crime", "Housing_and_Services", "Environment")
"""The domains as the index names them, in the order of DOMAINS."""

INDICATORS = (
    "violence_with_injury_rate_per_1_000_at_risk_population", "violence_without_injury_rate_per_1_000_at_risk_population",
    "stalking_and_harassment_rate_per_1_000_at_risk_population", "burglary_rate_per_1_000_at_risk_properties",
    "theft_rate_per_1_000_at_risk_population", "criminal_damage_rate_per_1_000_at_risk_population",
    "public_order_and_possession_of_weapons_rate_per_1_000_at_risk_population", "anti_social_behaviour_rate_per_1_000_at_risk_population",
    "Income_score", "Employment_score", "Education_score", "Health_score", "Housing_and_Services_score", "Environment_score",
)  # fmt: skip
"""Of the index: the rates of crime and the scores of the other domains."""

SHARES = {
    "social rented": (("tenure_Social rented: Rents from council or Local Authority", "tenure_Social rented: Other social rented"), "total_households"),
    "private rented": (("tenure_Private rented: Private landlord or letting agency", "tenure_Private rented: Other private rented"), "total_households"),
    "owned outright": (("tenure_Owned: Owns outright",), "total_households"),
    "overcrowded": (("occ_-1 (overcrowded)", "occ_-2 or less (overcrowded)"), "total_households"),
    "flats": (("hhtype_In a purpose-built block of flats or tenement",), "total_households"),
    "terraced": (("hhtype_Terraced",), "total_households"),
    "deprived in three dimensions or more": (
        ("dep_Household is deprived in three dimensions", "dep_Household is deprived in four dimensions"), "total_households",
    ),
}  # fmt: skip
"""Of the census: parts of all households."""


@dataclass(frozen=True)
class Published:
    """The published numbers of England's small areas: ranks by domain, rank of the index, the 21 measures, residents."""

    ranks: dict[str, np.ndarray]
    index: np.ndarray
    measures: np.ndarray
    titles: tuple[str, ...]
    residents: np.ndarray


def read_published(folder: Path) -> Published:
    """Both files, joined on the code of the area."""
    if lacking := [name for name in (INDEX, CENSUS) if not (folder / name).exists()]:
        raise SystemExit(
            f"{folder} holds no {' and no '.join(lacking)}. Save the published index of 2025 and the census of 2021 there as Parquet "
            "(docs/how-to/allocate-posts.md says where they are), and name the folder with --data."
        )
    index = pq.read_table(folder / INDEX).sort_by("lsoa21_code")
    census = pq.read_table(folder / CENSUS).sort_by("lsoa21_code")
    place = {code: at for at, code in enumerate(census["lsoa21_code"].to_pylist())}
    rows = np.array([place[code] for code in index["lsoa21_code"].to_pylist()])

    def column(table: pa.Table, name: str) -> np.ndarray:
        return np.asarray(table[name].cast("float64").to_numpy(zero_copy_only=False), np.float64)

    shares = {
        title: sum(column(census, name)[rows] for name in names) / column(census, whole)[rows]
        for title, (names, whole) in SHARES.items()
    }
    measures = np.column_stack([*(column(index, name) for name in INDICATORS), *shares.values()])
    ranks = {name: index[f"{own}_rank"].to_numpy().astype(np.int64) for name, own in zip(DOMAINS, COLUMNS, strict=True)}
    return Published(
        ranks, index["IMD_rank"].to_numpy().astype(np.int64), measures, (*INDICATORS, *shares), column(census, "total_residents")[rows]
    )  # fmt: skip


def best_of(work: Callable[[], object], times: int = 5) -> dict[str, float]:
    """The shortest of several runs: seconds of the clock, and of the processor over all threads."""
    taken = []
    for _ in range(times):
        begun, used = time.perf_counter(), time.process_time()
        work()
        taken.append((time.perf_counter() - begun, time.process_time() - used))
    return {
        "seconds": round(min(clock for clock, _ in taken), 5),
        "processor_seconds": round(min(used for _, used in taken), 5),
    }


def main() -> None:
    """Time each part; print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with the published index and census")
    given = read_published(parser.parse_args().data)
    areas = len(given.index)
    rng = np.random.default_rng(2)
    typology = read_typology()

    # A force of the size of the West Midlands: as many small areas, the first of the country, in as many wards and units.
    small = SmallAreas(
        np.arange(1719) * WARDS // 1719, {name: rank[:1719] for name, rank in given.ranks.items()}, areas,
        given.residents[:1719], rng.gamma(2, 500, 1719),
    )  # fmt: skip
    recipe = Recipe(WITHOUT_CRIME, 0.4)
    needs = need_of(small, recipe, WARDS)

    def places(floor: int) -> tuple[Place, ...]:
        return tuple(
            Place(f"w{n:03}", f"Ward {n}", float(needs[n]), f"u{n % UNITS}", floor=floor) for n in range(WARDS)
        )

    def groups(posts: int) -> tuple[Group, ...]:
        share = [sum(needs[n::UNITS]) / sum(needs) * posts for n in range(UNITS)]
        return tuple(
            Group(f"u{n}", f"Unit {n}", math.floor(0.9 * share[n]), math.ceil(1.1 * share[n])) for n in range(UNITS)
        )

    roles = [Role("pc", "PCs", PCS, places(2), groups(PCS)), Role("pcso", "PCSOs", PCSOS, places(1), groups(PCSOS))]
    rules = Rules((Mix("pcso", "pc", 0.25, 1.0),))
    described = describe(given.measures, given.titles, GROUPS, starts=STARTS, refits=5)
    taken = {
        "rules": best_of(lambda: classify(typology, deprivation_facts(given.ranks, given.index, areas))),
        "rebuild": best_of(lambda: rank_of(rebuild(given.ranks))),
        "kmeans_50_starts": best_of(lambda: describe(given.measures, given.titles, GROUPS, starts=STARTS, refits=0), 3),
        "divisor_1360_posts_192_wards": best_of(lambda: allot(places(0), PCS + PCSOS)),
        "integer_programme": best_of(lambda: allot_roles(roles, rules)),
        "sensitivity_500_draws": best_of(lambda: sensitivity(small, recipe, places(2), PCS, draws=DRAWS), 3),
    }
    coupled = allot_roles(roles, rules)
    result: dict[str, Any] = {
        "machine": describe_machine(), "areas": areas, "measures": given.measures.shape[1], "taken": taken, "bars_seconds": BARS,
        "integer_programme_gap": coupled.gap, "integer_programme_cost": coupled.cost, "divisor_cost": coupled.by_need_cost,
        "kmeans_silhouette": described.silhouette, "kmeans_stability": described.stability,
    }  # fmt: skip
    print(
        f"{areas:,} areas by {given.measures.shape[1]} measures; gap of the integer programme {coupled.gap:g}",
        file=sys.stderr,
    )
    for name, one in taken.items():
        bar = f"{BARS[name]:>10.3f}" if name in BARS else " " * 10
        print(
            f"{name.replace('_', ' '):<32}{one['seconds']:>10.4f} s{one['processor_seconds']:>10.4f} s of processor, bar{bar}",
            file=sys.stderr,
        )
    json.dump(result, sys.stdout, indent=2, sort_keys=True)
    print()


if __name__ == "__main__":
    main()
