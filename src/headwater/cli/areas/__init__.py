"""Which places need what, and where should officers be posted? The commands under `headwater areas`, one file for each question."""

from __future__ import annotations

import typer

from headwater.cli.areas import explain, harm, loading, measures, near_repeats, need, posts, repeats, typology


def add_commands(app: typer.Typer) -> None:
    """Put the commands under `headwater areas`, in the order in which a planner needs them."""
    areas = typer.Typer(help="Which places need what, and where officers should be posted.", no_args_is_help=True)
    areas.command("hierarchy")(loading.write_hierarchy)
    areas.command("load")(loading.load_file)
    areas.command("measures")(measures.show_measures)
    areas.command("typology")(typology.show_typology)
    areas.command("need")(need.show_need)
    areas.command("allocate")(posts.allocate)
    areas.command("explain")(explain.explain_place)
    areas.command("hotspots")(harm.show_hot_spots)
    areas.command("near-repeats")(near_repeats.show_near_repeats)
    areas.command("repeats")(repeats.show_repeats)
    app.add_typer(areas, name="areas")
