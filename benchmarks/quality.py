"""How often is the search right on made-up forces? Precision and recall of TIPT by seed and over all, and Febrl dataset 3.

    python benchmarks/quality.py --people 100000 --seeds 1 2 3

One JSON object on standard output, a short table on standard error. The data are made up: the figures show that the
machinery works, not how right it would be about real lives.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from headwater.engine import DuckDBEngine
from headwater.records import Lake
from headwater.synthetic import make_force
from headwater.triggers.counting.interval import interval
from headwater.triggers.measuring.measure import measure
from headwater.triggers.rules.definition import read_triggers
from identity_quality import measure_febrl
from machine import describe_machine

Figures = dict[str, Any]
GROUPED = ("indicators", "name_origin", "deprivation")


def measure_seed(people: int, seed: int) -> Figures:
    """What `headwater measure --people … --seed …` finds, in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="headwater-quality-") as name:
        folder = Path(name)
        make_force(folder / "force", people=people, seed=seed)
        with DuckDBEngine(spill=folder / "spill") as engine:
            lake = Lake.open(folder / "lake")
            result = measure(lake, engine, folder / "force") | {"people": people, "seed": seed}
            result["triggers"] = {
                name: measure(lake, engine, folder / "force", trigger_id=name)
                for name in read_triggers()
                if name != "tipt"
            }
            return result


def pool(rows: Iterable[Figures]) -> Figures:
    """Precision and recall of several forces taken as one, with Wilson's 95 % intervals; each row has found, true, both."""
    rows = list(rows)
    found, true, both = (sum(row[name] for row in rows) for name in ("found", "true", "both"))
    return {
        "precision": round(both / found, 6) if found else 0.0,
        "precision_interval": interval(both, found),
        "recall": round(both / true, 6) if true else 0.0,
        "recall_interval": interval(both, true),
        "found": found,
        "true": true,
        "both": both,
    }


def pool_forces(forces: list[Figures]) -> Figures:
    """All forces as one: the whole, each kind of evidence, each group, and each part of the search left out."""
    whole = pool(forces)
    for table in GROUPED:
        names = sorted(
            {name for force in forces for name in force[table]},
            key=lambda name: (int(name) if name.isdigit() else 0, name),
        )
        whole[table] = {name: pool(force[table][name] for force in forces if name in force[table]) for name in names}
    whole["triggers"] = {
        name: pool(force["triggers"][name] for force in forces)
        | {
            "indicators": {
                kind: pool(force["triggers"][name]["indicators"][kind] for force in forces)
                for kind in forces[0]["triggers"][name]["indicators"]
            }
        }
        for name in forces[0]["triggers"]
    }
    whole["ablation"] = {
        name: pool(force["ablation"][name] | {"true": force["true"]} for force in forces)
        for name in forces[0]["ablation"]
    }
    return whole


def tell(result: Figures) -> None:
    """The short table, on standard error."""

    def line(name: str, row: Figures) -> None:
        parts = [
            f"{row[what]:.3f} ({row[f'{what}_interval'][0]:.3f} to {row[f'{what}_interval'][1]:.3f})"
            for what in ("precision", "recall")
        ]
        counts = "".join(f"{row[what]:>8,}" for what in ("found", "true", "both"))
        print(f"{name:<34}{parts[0]:>25}{parts[1]:>25}{counts}", file=sys.stderr)

    print(f"TIPT on made-up forces of {result['people']:,} people, with 95 % intervals", file=sys.stderr)
    print(f"{'':<34}{'precision':>25}{'recall':>25}{'found':>8}{'true':>8}{'both':>8}", file=sys.stderr)
    for force in result["forces"]:
        line(f"seed {force['seed']}", force)
    line("all together", result["all"])
    for title, table in (("kind", "indicators"), ("names", "name_origin"), ("decile", "deprivation"), ("", "ablation")):
        for name, row in result["all"][table].items():
            line(f"  {title} {name.replace('_', ' ')}".replace("   ", "  "), row)
    for name, row in result["all"]["triggers"].items():
        line(f"  {name.replace('_', ' ')}", row)
        for kind, found in row["indicators"].items():
            line(f"    {kind.replace('_', ' ')}", found)
    febrl = result["febrl3"]
    print(
        f"Febrl dataset 3, pairs: precision {febrl['precision']:.4f}, recall {febrl['recall']:.4f}, F1 {febrl['f1']:.4f}",
        file=sys.stderr,
    )


def main() -> None:
    """Measure each seed, pool, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--people", type=int, default=100_000, help="how many people in each force (default: 100000)")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3], help="one force for each (default: 1 2 3)")
    chosen = parser.parse_args()
    febrl = measure_febrl()  # The short one first: a fault shows before the long ones have run.
    forces = [measure_seed(chosen.people, seed) for seed in chosen.seeds]
    result = {
        "note": forces[0]["note"],
        "machine": describe_machine(),
        "people": chosen.people,
        "forces": forces,
        "all": pool_forces(forces),
        "febrl3": febrl,
    }
    tell(result)
    json.dump(result, sys.stdout, indent=2, sort_keys=True, default=str)
    print()


if __name__ == "__main__":
    main()
