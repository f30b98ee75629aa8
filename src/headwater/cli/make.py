"""Commands that need no real data: synth makes a force, measure says how right the search is on one, demo shows it all."""

from __future__ import annotations

import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from headwater.cli.console import out, show_json, show_progress
from headwater.cli.options import DataOption, JsonOption, QuietOption, open_engine, settle
from headwater.cli.work import tell_search
from headwater.engine import Progress
from headwater.records.lake import Lake
from headwater.settings import Settings

PeopleOption = Annotated[int, typer.Option("--people", min=200, help="How many people.")]
SeedOption = Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same force.")]


def make_a_force(folder: Path, people: int, seed: int, progress: Progress) -> None:
    """Make a force; what the generator refuses is a usage error with its own words."""
    from headwater.synthetic import ForceError, GeographyError, make_force

    try:
        make_force(folder, people=people, seed=seed, progress=progress)
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
    quiet: QuietOption = False,
) -> None:
    """Make a force, search it, and compare with the truth. On made-up data: it shows that the machinery works.

    Example: headwater measure --people 20000 --seed 7 --json
    """
    from headwater.triggers.measure import measure

    with tempfile.TemporaryDirectory(prefix="headwater-measure-") as name:
        folder = Path(name)
        settings = Settings(data=folder, memory=settle().memory, threads=settle().threads)
        with show_progress(quiet=quiet or json) as progress:
            make_a_force(folder / "force", people, seed, progress)
            lake = Lake.open(folder / "lake")
            with open_engine(settings) as engine:
                found = measure(lake, engine, folder / "force", trigger_id=trigger, progress=progress)
    found |= {"trigger": trigger, "people": people, "seed": seed}
    if json:
        show_json(found)
        return
    tell_measure(found)


def say_share(share: float | None) -> str:
    """A share to three places; of nothing there is none."""
    return "not known" if share is None else f"{share:.3f}"


def tell_measure(found: dict[str, Any]) -> None:
    """Say in a few lines how right the search was."""
    out.print("On made-up data:")
    for name, words in (
        ("precision", "of those found should have been found"),
        ("recall", "of those who should be found were found"),
    ):
        low, high = found[f"{name}_interval"]
        out.print(f"  {name} {say_share(found[name])} ({low:.3f} to {high:.3f}): {words}")
    for name, row in found["ablation"].items():
        out.print(
            f"  {name.replace('_', ' ')}: precision {say_share(row['precision'])}, recall {say_share(row['recall'])}"
        )


def show_demo(
    people: PeopleOption = 20_000,
    seed: SeedOption = 1,
    data: DataOption = None,
    json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Make a force, search it, and say where to look.

    Example: headwater demo --people 20000
    """
    from headwater.areas import copy_boundaries
    from headwater.triggers.search import search

    settings = settle(data or Path(".headwater/demo"))
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    copy_boundaries(settings.data / "boundaries", settings.catalogue)
    force = settings.data / f"force-{people}-{seed}"
    if others := sorted(path.name for path in settings.data.glob("force-*-*") if path != force):
        raise typer.BadParameter(
            f"{settings.data} holds another made-up force ({others[0]}). Name another folder.", param_hint="--data"
        )
    with show_progress(quiet=quiet or json) as progress:
        if not (force / "truth" / "manifest.json").exists():
            make_a_force(force, people, seed, progress)
        lake = Lake.open(settings.lake)
        with open_engine(settings) as engine:
            report = search(
                lake,
                engine=engine,
                inputs=[force / "exports"],
                made_up=True,
                purpose="demonstration",
                off=settings.switched_off,
                progress=progress,
            )
    if json:
        show_json({"people_in_force": people, "seed": seed, **asdict(report)})
        return
    out.print(f"A made-up force of {people:,} people: seven systems, none of it real.")
    batches = report.load.batches
    if batches:
        rows, kept, aside = (
            sum(getattr(batch, name) for batch in batches) for name in ("rows_in", "accepted", "quarantined")
        )
        out.print(
            f"Loaded {len(batches)} files: {rows:,} rows = {kept:,} accepted + {aside:,} set aside + {rows - kept - aside:,} exact repeats."
        )
    else:
        out.print("All files were loaded before; nothing changed.")
    tell_search(report)


def add_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("synth")(make_force_here)
    app.command("measure")(measure_search)
    app.command("demo")(show_demo)
