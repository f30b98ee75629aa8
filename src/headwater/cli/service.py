"""Commands for the web service: serve, worker, migrate, and bringing confirmed packages into it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from headwater.cli.console import err, out, show_json
from headwater.cli.options import DataOption, JsonOption, open_lake, settle

PortOption = Annotated[int, typer.Option("--port", min=1, max=65535, help="Where to answer.")]


def serve(
    port: PortOption = 8000,
    host: Annotated[
        str, typer.Option("--host", help="Address to listen at. Leave it, and put a reverse proxy in front.")
    ] = "127.0.0.1",
    processes: Annotated[int, typer.Option("--processes", min=1, max=64, help="How many processes answer.")] = 2,
    worker: Annotated[bool, typer.Option("--worker/--no-worker", help="Start a worker beside it.")] = True,
    data: DataOption = None,
) -> None:
    """Start the web service: database, pages and a worker. A first run needs no settings.

    Example: headwater serve
    """
    from headwater.service.running.serve import serve as start

    start(
        settle(data).data,
        host=host,
        port=port,
        processes=processes,
        with_worker=worker,
        say=lambda words: out.print(words, markup=False),
    )


def worker(data: DataOption = None) -> None:
    """Do the service's work in the background: mails, clocks, answers to the search. `serve` starts one by itself.

    Example: headwater worker
    """
    from headwater.service.running.work import work

    work(settle(data).data)


def migrate(data: DataOption = None) -> None:
    """Bring the service's database up to date, as its owner, and put up the guards of the log. Done again, nothing changes.

    Example: headwater migrate
    """
    from headwater.service.running.prepare import bring_up_to_date, database_up

    with database_up(settle(data).data):
        bring_up_to_date(lambda words: out.print(words, markup=False), always=True)
    out.print("The database is up to date.")


def agency(
    name: Annotated[str, typer.Argument(help="The agency's name.", show_default=False)],
    kind: Annotated[
        str, typer.Option("--kind", help="police, council, housing, health, school or charity.", show_default=False)
    ],
    administrator: Annotated[
        str, typer.Option("--administrator", help="E-mail of its first administrator.", show_default=False)
    ],
    person: Annotated[str, typer.Option("--person", help="The administrator's name.", show_default=False)],
    domain: Annotated[
        list[str] | None, typer.Option("--domain", help="E-mail domain of its people; as often as needed.")
    ] = None,
    data_protection: Annotated[
        list[str] | None,
        typer.Option("--data-protection", help="E-mail on the data-protection officer's list; as often as needed."),
    ] = None,
    data: DataOption = None,
) -> None:
    """Add an agency to the service, with its first administrator, who then enters everybody else.

    Example: headwater agency "Example Police" --kind police --administrator a.person@example.police.uk --person "A. Person"
    """
    from headwater.service.running.prepare import bring_up_to_date, database_up

    with database_up(settle(data).data):
        bring_up_to_date(lambda words: out.print(words, markup=False))
        from headwater.service.running.enrol import enrol

        link = enrol(
            name=name,
            kind=kind,
            domains=domain or [],
            data_protection=data_protection or [],
            email=administrator,
            person=person,
        )
    out.print(f"{name} is there. {person} sets a password here, once: {link}", markup=False)


def packages(
    to: Annotated[str, typer.Option("--to", help="Where to: service.")] = "service",
    run: Annotated[
        str | None,
        typer.Option("--run", help="The run (a folder's name in the lake); the newest without it.", show_default=False),
    ] = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Bring a run's confirmed packages into the service's inboxes. Done again, nothing changes; a later run adds what is new.

    Example: headwater packages --to service
    """
    if to != "service":
        raise typer.BadParameter(
            "packages go to the service: --to service. For files use headwater hand-over", param_hint="--to"
        )
    from headwater.cli.desk import has_team, trigger_of
    from headwater.service.running.prepare import bring_up_to_date, database_up
    from headwater.triggers.desk import confirmed_packages
    from headwater.triggers.runs.find import find_run

    settings = settle(data)
    lake = open_lake(settings)
    folder = find_run(lake, run)
    released = confirmed_packages(lake, folder, trigger_of(folder, settings.catalogue))
    found = [one for one in released if has_team(one) and not one.waits]
    if not found:
        err.print("Nothing of this run is confirmed, so nothing is handed on. Confirm drafts first: headwater review")
        raise typer.Exit()
    lake.log_consultation(
        command="packages --to service", purpose=settings.purpose, subjects=[one.package_id for one in found]
    )
    with database_up(Path(settings.data)):
        bring_up_to_date(lambda words: out.print(words, markup=False))
        from headwater.service.audit.actions import acting_as
        from headwater.service.cases.actions.bring import bring_in

        with acting_as("import of packages"):
            done = bring_in(found, run=folder.name)
    if json:
        show_json(
            {"new": done.new, "updated": done.updated, "unchanged": done.unchanged, "without_team": done.without_team}
        )
        return
    out.print(f"{done.new:,} new, {done.updated:,} brought up to date, {done.unchanged:,} known already.")
    if done.without_team:
        out.print(f"{done.without_team:,} had no team in the service. Give a team its number (lake team) first.")


def add_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("serve")(serve)
    app.command("worker")(worker)
    app.command("migrate")(migrate)
    app.command("agency")(agency)
    app.command("packages")(packages)
