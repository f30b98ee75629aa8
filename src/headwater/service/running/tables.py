"""How far are the tables of the database made, and is another command at it? Asked before anything reads them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

ONE_AT_A_TIME = 7238203
"""The number of the lock that the process holds which makes the tables."""

NOT_MADE = "all"
"""What is due where there are no tables yet."""

HALF_MADE = "what a command that was stopped left half made"
"""What is due where tables are there, and the service may not read them: its rights are given in the end."""


def steps_due() -> list[str]:
    """What must be done before the service can work: the migrations that have not run, or NOT_MADE, or HALF_MADE."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('public.django_migrations')::oid")
        (found,) = cursor.fetchone()
        if found is None:
            return [NOT_MADE]
        cursor.execute("SELECT has_table_privilege(%s::oid, 'SELECT')", [found])
        if cursor.fetchone() != (True,):
            return [HALF_MADE]
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label} {migration.name}" for migration, _ in plan]


def are_being_made() -> bool:
    """Whether another command makes the tables just now, or brings them up to date."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid = 0 AND objid = %s AND objsubid = 1 AND granted "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))",
            [ONE_AT_A_TIME],
        )
        return bool(cursor.fetchone()[0])


@contextmanager
def alone() -> Iterator[bool]:
    """Whether nobody else makes the tables: then nobody else begins until the block ends, or this process does."""
    from django.db import connections

    with connections["owner"].cursor() as cursor:  # Not the default one, which the migrations use.
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [ONE_AT_A_TIME])
        got = bool(cursor.fetchone()[0])
        try:
            yield got
        finally:
            if got:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [ONE_AT_A_TIME])
