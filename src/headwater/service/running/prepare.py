"""Make everything ready before the first page: database, shape of the tables, guards, static files. Fails closed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from headwater.service.config.database import AS_OWNER, is_embedded
from headwater.service.config.secret import read_secret
from headwater.service.postgres import DatabaseFault, find_place, hold
from headwater.service.running.migrate import AT_WORK
from headwater.service.running.tables import HALF_MADE, NOT_MADE, are_being_made, steps_due

Say = Callable[[str], None]


class NotReady(Exception):
    """The service must not start; the message says why and what to do."""


def check_place(data: Path) -> None:
    """Whether the database can live in this data folder: asked before long work that ends in it. Raises DatabaseFault, SecretError."""
    if is_embedded(read_secret()):
        find_place(data.absolute() / "database")


@contextmanager
def database_up(data: Path) -> Iterator[None]:
    """Have the database, embedded or one's own, and Django set up on it, until the block ends. Raises DatabaseFault, SecretError."""
    os.environ["HEADWATER_DATA"] = str(data.absolute())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "headwater.service.config.settings")
    holding: Any = hold(data.absolute() / "database") if is_embedded(read_secret()) else nullcontext()
    with holding:
        import django

        django.setup()
        _ask()
        yield


def _ask() -> None:
    """Whether the database answers at all. Raises DatabaseFault."""
    from django.db import connection
    from django.db.utils import OperationalError

    try:
        connection.ensure_connection()
    except OperationalError as fault:
        told = str(fault).strip().splitlines()[0].rstrip(".")
        raise DatabaseFault(
            f"The database does not answer: {told}. Check that it runs, and DATABASE_URL or the secret file."
        ) from None


def bring_up_to_date(say: Say, *, always: bool = False) -> None:
    """Run the migrations that are due and put up the guards, as the owner and in a process of its own; then check.

    Raises NotReady when that is not possible here.
    """
    from django.db import connections

    due, may = steps_due(), "owner" in connections.settings
    if due and are_being_made():
        raise NotReady(_being_made())
    if due and not may:
        raise NotReady(
            f"{_say_due(due)}, and this process may not change that. "
            "Run `headwater migrate` with HEADWATER_OWNER_URL or the secret file's owner address."
        )
    if due or (always and may):
        if due == [NOT_MADE]:
            say("Making the tables")
        elif due == [HALF_MADE]:
            say("A command was stopped as it made the tables: making what is missing")
        elif due:
            say(f"Bringing the database up to date ({say_steps(due)})")
        done = subprocess.run(
            [sys.executable, "-m", "headwater.service.running.migrate"],
            env={**os.environ, AS_OWNER: "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode == AT_WORK:
            raise NotReady(_being_made())
        if done.returncode:
            raise NotReady(
                f"The database could not be brought up to date: {(done.stderr.strip().splitlines() or ['no reason was given'])[-1]} Nothing half-done was kept."
            )
    check_guards()


def say_steps(due: list[str]) -> str:
    """How many migrations are due, in words."""
    return f"{len(due)} {'step' if len(due) == 1 else 'steps'}"


def _say_due(due: list[str]) -> str:
    """What is the matter with a database for which this is due."""
    if due == [NOT_MADE]:
        return f"{_database()} has no tables yet"
    if due == [HALF_MADE]:
        return f"{_database()} is not ready: a command was stopped as it made the tables"
    return f"{_database()} is older than this Headwater ({say_steps(due)}, first {due[0]})"


def _being_made() -> str:
    return (
        f"{_database()} is not ready: another command makes its tables just now (the first `headwater serve` or `headwater demo` of a folder "
        "does, and `headwater migrate`). It takes a minute or two. Wait until it is done, then run the same command again."
    )


def _database() -> str:
    from django.conf import settings

    return f"The database of {settings.DATA}"


def check_tables() -> None:
    """Whether the tables are made and of this version. Raises NotReady."""
    if due := steps_due():
        raise NotReady(
            _being_made()
            if are_being_made()
            else f"{_say_due(due)}. Run `headwater migrate`; `headwater serve` does it too."
        )


def check_guards() -> None:
    """Whether the log can be trusted. Raises NotReady with each gap."""
    from headwater.service.audit.guards import find_gaps

    if gaps := find_gaps():
        if are_being_made():
            raise NotReady(_being_made())
        raise NotReady(
            f"The accountability log would not hold: {'; '.join(gaps)}. Run `headwater migrate` as the owner; docs/how-to/deploy.md shows the roles."
        )


def gather_static() -> None:
    """Style sheets, typeface and scripts with a digest in their names, compressed."""
    from django.core.management import call_command

    call_command("collectstatic", verbosity=0, interactive=False)
