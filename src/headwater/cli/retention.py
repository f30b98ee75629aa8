"""Commands for what is kept until a person decides: list what is due, and remove one case of it."""

from __future__ import annotations

from typing import Annotated

import typer

from headwater.cli.console import out, show_json
from headwater.cli.options import DataOption, JsonOption, settle

kept = typer.Typer(invoke_without_command=True, no_args_is_help=False)


@kept.callback()
def retention(context: typer.Context, data: DataOption = None, json: JsonOption = False) -> None:
    """List the closed cases of the service whose time is over: a person decides on each. Numbers and dates, no names.

    Example: headwater retention
    """
    if context.invoked_subcommand is not None:
        return
    from headwater.service.running.prepare import database_up

    with database_up(settle(data).data):
        from headwater.service.cases.actions.removal import cases_to_decide

        found = cases_to_decide()
    if json:
        rows = [
            {"case": one.reference, "closed_on": str(one.closed_on), "kept_until": str(one.kept_until)} for one in found
        ]
        show_json({"cases": rows})
        return
    for one in found:
        out.print(
            f"{one.reference}  closed on {one.closed_on:%-d %B %Y}, kept until {one.kept_until:%-d %B %Y}", markup=False
        )
    out.print(
        "Decide on each. To remove one: headwater retention remove C-000123 --why \"...\"" if found else "Nothing awaits a decision.",
        markup=False,
    )  # fmt: skip


@kept.command("remove")
def remove(
    reference: Annotated[str, typer.Argument(help="The case, like C-000123.", show_default=False)],
    why: Annotated[str, typer.Option("--why", help="Why, and who decided. No name of anybody in the case.", show_default=False)],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    data: DataOption = None,
) -> None:  # fmt: skip
    """Remove a closed case whose time is over, for good: its text, files, packages and old values. The log of who did what stays.

    Example: headwater retention remove C-000123 --why "Reviewed by the records board on 3 May"
    """
    from headwater.service.running.prepare import NotReady, database_up

    with database_up(settle(data).data):
        from headwater.service.audit.actions import acting_as
        from headwater.service.cases.actions.removal import remove_case
        from headwater.service.design.send import Refused

        if not yes:
            typer.confirm(f"Remove {reference} for good? Nothing brings it back but a backup", abort=True)
        try:
            with acting_as("operator: retention"):
                count = remove_case(reference, why=why)
        except Refused as fault:
            raise NotReady(str(fault)) from None
    out.print(f"{reference} is gone, with {count:,} old values.", markup=False)


def add_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.add_typer(kept, name="retention")
