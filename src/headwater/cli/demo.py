"""The command that shows it all on a made-up force: search, a made-up review, what is handed on, and the web service."""

from __future__ import annotations

import os
import shutil
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from headwater.cli.areas.made_up import tell_posts
from headwater.cli.console import out, show_json, show_progress
from headwater.cli.make import PeopleOption, SeedOption, make_a_force
from headwater.cli.options import BriefOption, DataOption, JsonOption, open_engine, settle
from headwater.cli.telling import tell_search
from headwater.engine import DuckDBEngine
from headwater.records.lake import Lake
from headwater.settings import Settings
from headwater.triggers.desk import confirmed_packages
from headwater.triggers.packages.words import say_count
from headwater.triggers.rules.definition import Trigger, apply_switches, read_triggers
from headwater.triggers.rules.indicator import read_indicators

if TYPE_CHECKING:
    from headwater.triggers.runs.folder import SearchReport


def show_demo(
    people: PeopleOption = 20_000,
    seed: SeedOption = 1,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="End by serving the web service.")] = True,
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Where the web service answers.")] = 8000,
    data: DataOption = None,
    json: JsonOption = False,
    quiet: BriefOption = False,
) -> None:
    """Make a force, search it, bring what is confirmed into the web service, and serve it.

    Example: headwater demo --people 20000
    """
    from headwater.areas import copy_boundaries
    from headwater.cli.areas.made_up import load_made_up_measures
    from headwater.service.running.prepare import check_place
    from headwater.service.running.serve import check_port
    from headwater.triggers.search import search

    settings = settle(data or Path(".headwater/demo"))
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    copy_boundaries(settings.data / "boundaries", settings.catalogue)
    force = settings.data / f"force-{people}-{seed}"
    if others := sorted(path.name for path in settings.data.glob("force-*-*") if path != force):
        raise typer.BadParameter(
            f"{settings.data} holds another made-up force ({others[0]}). Name another folder.", param_hint="--data"
        )
    check_place(settings.data)
    if serve:
        check_port("127.0.0.1", port, "Choose another port: make demo PORT={port}, or headwater demo --port {port}")
        os.environ["HEADWATER_PORT"] = str(port)  # Mails lead to where the pages will be.
    triggers = read_triggers(settings.catalogue)
    others = [name for name in triggers if name != "tipt"]
    with show_progress(quiet=quiet or json) as progress:
        if not (force / "truth" / "manifest.json").exists():
            make_a_force(force, people, seed, progress)
        lake = Lake.open(settings.lake)
        with open_engine(settings) as engine:
            found = {
                name: search(
                    lake, engine=engine, inputs=[force / "exports"], trigger_id=name, made_up=True, purpose="demonstration",
                    off=settings.switched_off, on=settings.switched_on, progress=progress,
                )
                for name in [*others, "tipt"]
            }  # fmt: skip
            report = found["tipt"]
            load_made_up_measures(settings, force, seed)
            progress("Playing a review", 0, 0)
            states = play_analyst(lake, engine, force, report, triggers["tipt"], settings)
        progress("Writing what is handed on", 0, 0)
        pages = write_handover(lake, settings, report, triggers["tipt"])
        progress("Filling the web service", 0, 0)
        password, seats = fill_service(lake, settings, report, triggers["tipt"])
    if json:
        show_json(
            {
                "people_in_force": people,
                "seed": seed,
                **asdict(report),
                "review": states,
                "triggers": {name: one.drafts for name, one in found.items()},
            }
        )
        return
    if quiet:
        out.print(
            f"{settings.data}: {say_count(report.drafts, 'draft', 'drafts')}, {states['confirmed']:,} confirmed and {states['rejected']:,} rejected; "
            f"the password of the made-up people is {password}",
            markup=False,
        )
    else:
        tell_demo(settings, people, found, report, triggers, states, pages, password, seats)
    if serve:
        sys.stdout.flush()  # A process of its own: one that has set pages and searched has threads, which no fork brings along.
        again = ["serve", "--data", str(settings.data), "--port", str(port)]
        os.execv(sys.executable, [sys.executable, "-m", "headwater.cli", *again])  # noqa: S606 - our own command
    elif not quiet:
        out.print(f"Serve it: headwater serve --data {settings.data}", markup=False)


def tell_demo(
    settings: Settings, people: int, found: dict[str, SearchReport], report: SearchReport, triggers: dict[str, Trigger], states: dict[str, Any],
    pages: dict[str, str], password: str, seats: list[Any],
) -> None:  # fmt: skip
    """Say what the demonstration made, and where to look."""
    first = next(iter(found.values()))
    out.print(f"A made-up force of {people:,} people: seven systems, none of it real.")
    batches = first.load.batches
    if batches:
        rows, kept, aside = (
            sum(getattr(batch, name) for batch in batches) for name in ("rows_in", "accepted", "quarantined")
        )
        out.print(
            f"Loaded {len(batches)} files: {rows:,} rows = {kept:,} accepted + {aside:,} set aside + {rows - kept - aside:,} exact repeats."
        )
    else:
        out.print("All files were loaded before; nothing changed.")
    tell_search(report, {"waiting": report.drafts})
    for name in (name for name in found if name != "tipt"):
        out.print(f"{triggers[name].title}: {say_count(found[name].drafts, 'draft', 'drafts')}.", markup=False)
    reasons = ", ".join(f"{count} {reason}" for reason, count in states["reasons"].items())
    out.print(
        f"Then a made-up analyst, who knows the truth, confirmed {states['confirmed']:,} of the {report.drafts:,} drafts and rejected "
        f"{states['rejected']:,}{': ' + reasons if reasons else ''}."
    )
    out.print(f"What is confirmed, by team: {pages['handed_on']}", markup=False)
    out.print(f"Report of the run: {pages['report']} (for everybody: {pages['public']})", markup=False)
    tell_posts(settings)
    out.print(f"\nSign in to the web service as one of these, with the password {password}", markup=False)
    for seat in seats:
        out.print(f"  {seat.email:<34} {seat.who}, {seat.agency}", markup=False)


def fill_service(lake: Lake, settings: Settings, report: SearchReport, trigger: Trigger) -> tuple[str, list[Any]]:
    """Made-up agencies and people, and what was confirmed in their inboxes: the password, and whom to sign in as."""
    from headwater.cli.areas.made_up import bring_made_up_staffing
    from headwater.cli.desk import has_team
    from headwater.service.running.prepare import bring_up_to_date, database_up

    with database_up(settings.data):
        bring_up_to_date(lambda words: None)
        from headwater.service.demo import fill

        released = [one for one in confirmed_packages(lake, report.folder, trigger) if has_team(one) and not one.waits]
        signed = fill(settings.data, released, run=report.run)
        bring_made_up_staffing(settings)
        return signed


def write_handover(lake: Lake, settings: Settings, report: SearchReport, trigger: Trigger) -> dict[str, str]:
    """Hand on what was confirmed, and write both reports of the run, beside the lake; where each is."""
    from headwater.cli.desk import has_team
    from headwater.triggers.handover import hand_over
    from headwater.triggers.pages.layout import write_assets
    from headwater.triggers.pages.render import render_report
    from headwater.triggers.report import build_report

    names = {
        "handed_on": settings.data / "handed-on",
        "report": settings.data / "report",
        "public": settings.data / "report-public",
    }
    for folder in names.values():
        shutil.rmtree(folder, ignore_errors=True)
    released = [one for one in confirmed_packages(lake, report.folder, trigger) if has_team(one) and not one.waits]
    lake.log_consultation(command="hand-over", purpose="demonstration", subjects=[one.package_id for one in released])
    if released:
        hand_over(lake, released, names["handed_on"], trigger, run=report.run, purpose="demonstration")
    for name, public in (("report", False), ("public", True)):
        made = build_report(
            lake,
            report.folder,
            trigger,
            read_indicators(settings.catalogue),
            public=public,
            catalogue=settings.catalogue,
        )
        names[name].mkdir(mode=0o700)
        write_assets(names[name])
        (names[name] / "index.html").write_text(render_report(made, made_up=True), encoding="utf-8")
        (names[name] / "report.json").write_text(made.model_dump_json(indent=1) + "\n", encoding="utf-8")
    return {
        "handed_on": str(names["handed_on"]), "report": str(names["report"] / "index.html"), "public": str(names["public"] / "index.html"),
    }  # fmt: skip


def play_analyst(
    lake: Lake, engine: DuckDBEngine, force: Path, report: SearchReport, trigger: Trigger, settings: Settings
) -> dict[str, Any]:
    """Decide about every draft as the truth of the made-up force has it; how many were confirmed, and rejected for what."""
    from headwater.triggers.desk import counted, queue
    from headwater.triggers.desk.script import play_review
    from headwater.triggers.measuring.measure import know_truth

    truth = know_truth(
        engine,
        force,
        apply_switches(trigger, read_indicators(settings.catalogue), settings.switched_off, settings.switched_on),
        report.as_of,
    )
    drafts = [package for package, _ in queue(lake, report.folder, trigger)]
    wrong = {package.package_id for package in drafts if package.subject.person_id not in truth.subjects}
    wrong_items = {
        item.evidence_id for package in drafts for item in counted(package) if package.subject.person_id not in truth.kinds.get(item.indicator, ())
    }  # fmt: skip
    lake.log_consultation(
        command="review", purpose="demonstration", subjects=[package.package_id for package in drafts]
    )
    play_review(lake, drafts, report.run, wrong=wrong, wrong_items=wrong_items)
    states = [state for _, state in queue(lake, report.folder, trigger)]
    reasons = Counter(state.rejected.get("release", "wrong person") for state in states if state.status == "rejected")
    return {
        "confirmed": sum(state.status == "confirmed" for state in states), "rejected": sum(reasons.values()), "reasons": dict(sorted(reasons.items())),
    }  # fmt: skip


def add_commands(app: typer.Typer) -> None:
    """Add this command to the command line."""
    app.command("demo")(show_demo)
