"""Commands that need no real data: synth makes a force, measure says how right the search is on one."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from headwater.cli.console import out, show_json, show_progress
from headwater.cli.options import BriefOption, JsonOption, QuietOption, open_engine, settle
from headwater.engine import Progress
from headwater.records.lake import Lake
from headwater.settings import Settings

PeopleOption = Annotated[int, typer.Option("--people", min=200, help="How many people.")]
SeedOption = Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same force.")]


def make_a_force(folder: Path, people: int, seed: int, progress: Progress) -> None:
    """Make a force; what the generator refuses is a usage error with its own words."""
    from headwater.synthetic import ForceError, GeographyError, make_force
    from headwater.synthetic.measures import write_measures

    try:
        make_force(folder, people=people, seed=seed, progress=progress)
        write_measures(folder / "measures" / "made_up.csv", seed)
    except (ForceError, GeographyError) as fault:
        raise typer.BadParameter(str(fault)) from None


def make_force_here(
    folder: Annotated[Path, typer.Argument(help="Where to write the exports and the truth.", show_default=False)],
    people: PeopleOption = 20_000,
    seed: SeedOption = 1,
    json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Make a made-up force: seven exports with known truth. No real person appears.

    Example: headwater synth made-up --people 20000 --seed 1
    """
    with show_progress(quiet=quiet or json) as progress:
        make_a_force(folder, people, seed, progress)
    summary = {"folder": str(folder), "people": people, "seed": seed, "made_up": True}
    if json:
        show_json(summary)
    else:
        out.print(
            f"A made-up force of {people:,} people is in {folder}. Search it: headwater search {folder}/exports",
            markup=False,
        )


def measure_search(
    trigger: Annotated[str, typer.Option(help="Which trigger.")] = "tipt",
    people: PeopleOption = 20_000,
    seed: SeedOption = 1,
    json: JsonOption = False,
    quiet: BriefOption = False,
) -> None:
    """Make a force, search it, and compare with the truth. On made-up data: it shows that the machinery works.

    Example: headwater measure --people 20000 --seed 7 --json
    """
    from headwater.triggers.measuring.measure import measure
    from headwater.triggers.rules.definition import read_triggers

    with tempfile.TemporaryDirectory(prefix="headwater-measure-") as name:
        folder = Path(name)
        settings = Settings(data=folder, memory=settle().memory, threads=settle().threads)
        with show_progress(quiet=quiet or json) as progress:
            make_a_force(folder / "force", people, seed, progress)
            lake = Lake.open(folder / "lake")
            with open_engine(settings) as engine:
                found = measure(lake, engine, folder / "force", trigger_id=trigger, progress=progress)
    found |= {
        "trigger": trigger, "version": read_triggers()[trigger].version, "measured_on": datetime.now(UTC).date().isoformat(), "people": people, "seed": seed,
    }  # fmt: skip
    if json:
        show_json(found)
        return
    if quiet:
        out.print(
            f"precision {say_share(found['precision'])}, recall {say_share(found['recall'])}, joining F1 {found['identity']['f1']:.4f}",
            markup=False,
        )
        return
    tell_measure(found)


def say_share(share: float | None) -> str:
    """A share to three places; of nothing there is none."""
    return "not known" if share is None else f"{share:.3f}"


def tell_measure(found: dict[str, Any]) -> None:
    """Say in a few lines how right the search was."""
    out.print("On made-up data:")
    for name, words in (
        ("precision", f"of the {found['found']:,} who were found {found['both']:,} should have been"),
        ("recall", f"of the {found['true']:,} who should be found {found['both']:,} were"),
    ):
        low, high = found[f"{name}_interval"]
        out.print(f"  {name} {say_share(found[name])} ({low:.3f} to {high:.3f}): {words}")
    groups = {name: row for name, row in found["identity_by_name_origin"].items() if row["f1"] is not None}
    if groups:
        weakest = min(groups, key=lambda name: groups[name]["f1"])
        out.print(
            f"  joining records: F1 {found['identity']['f1']:.4f} of pairs; least for names of {weakest.replace('_', ' ')} "
            f"origin: {groups[weakest]['f1']:.4f}"
        )
    for name, row in found["ablation"].items():
        out.print(
            f"  {name.replace('_', ' ')}: precision {say_share(row['precision'])}, recall {say_share(row['recall'])}"
        )


def add_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("synth")(make_force_here)
    app.command("measure")(measure_search)
