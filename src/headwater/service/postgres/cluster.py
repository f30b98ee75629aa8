"""What is in the embedded server: one database, three roles with passwords of their own, and settings that keep values out of logs."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from headwater.service.postgres.place import DatabaseFault, Place, binaries, find_place

DATABASE = "headwater"
ADMIN = "headwater_admin"
ROLES = ("headwater_owner", "headwater_service", "headwater_eraser")
"""Owner: migrations only. Service: reads and writes, owns nothing. Eraser: one audited path."""

CONFIGURATION = """# Written by Headwater at each start.
listen_addresses = ''
unix_socket_permissions = 0700
password_encryption = 'scram-sha-256'
max_connections = 100
shared_buffers = '256MB'
work_mem = '16MB'
maintenance_work_mem = '256MB'
max_wal_size = '4GB'
random_page_cost = 1.1
jit = off
timezone = 'UTC'
log_min_error_statement = panic
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_error_verbosity = terse
"""


@dataclass(frozen=True)
class Cluster:
    """An embedded server: where it is and how each role signs in."""

    place: Place
    passwords: dict[str, str]

    def settings(self, role: str, database: str = DATABASE) -> dict[str, str]:
        """How `role` connects, in libpq's words."""
        return {
            "host": str(self.place.run),
            "port": "5432",
            "dbname": database,
            "user": role,
            "password": self.passwords[role],
        }

    def connect(self, role: str = ADMIN, database: str = DATABASE, *, autocommit: bool = True) -> psycopg.Connection:
        """A connection as `role`. Raises psycopg.OperationalError while the server does not answer."""
        return psycopg.connect(**self.settings(role, database), autocommit=autocommit, connect_timeout=3)  # type: ignore[arg-type]

    def answers(self) -> bool:
        """Whether the server answers a question; a process number or a file says nothing."""
        try:
            with self.connect(database="postgres") as connection:
                return connection.execute("SELECT 1").fetchone() == (1,)
        except psycopg.OperationalError:
            return False

    def make_database(self, name: str = DATABASE) -> None:
        """Make the roles and a database where they are missing; done again, nothing changes."""
        with self.connect(database="postgres") as connection:
            for role in ROLES:
                known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
                verb = sql.SQL("ALTER" if known else "CREATE")
                connection.execute(
                    sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT PASSWORD {}").format(
                        verb, sql.Identifier(role), sql.Literal(self.passwords[role])
                    )
                )
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(ROLES[0]))
                )
            connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
            for role in ROLES:
                connection.execute(
                    sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(name), sql.Identifier(role))
                )
        with self.connect(database=name) as connection:
            connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
            connection.execute(sql.SQL("ALTER SCHEMA public OWNER TO {}").format(sql.Identifier(ROLES[0])))
            for role in ROLES[1:]:
                connection.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(sql.Identifier(role)))


def open_cluster(folder: Path) -> Cluster:
    """The cluster in a folder, made on first use; it is not started here. Raises DatabaseFault."""
    place = find_place(folder)
    if not place.passwords.exists():
        made = {role: secrets.token_urlsafe(32) for role in (ADMIN, *ROLES)}
        descriptor = os.open(place.passwords.with_suffix(".part"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as handle:
            json.dump(made, handle)
            handle.flush()
            os.fsync(handle.fileno())
        place.passwords.with_suffix(".part").replace(place.passwords)
    passwords = json.loads(place.passwords.read_text())
    if not (place.cluster / "PG_VERSION").exists():
        _make(place, passwords[ADMIN])
    (place.cluster / "headwater.conf").write_text(CONFIGURATION + f"unix_socket_directories = '{place.run}'\n")
    if place.uid is not None and place.gid is not None:
        os.chown(place.cluster / "headwater.conf", place.uid, place.gid)
    return Cluster(place, passwords)


def as_server(place: Place) -> dict[str, object]:
    """Arguments for subprocess that run a program as the server's user and nobody else."""
    if place.uid is None:
        return {}
    return {"user": place.uid, "group": place.gid, "extra_groups": []}


def clean_environment() -> dict[str, str]:
    """The environment for PostgreSQL's programs: nothing of ours, no PGDATA or PGHOST of somebody's own server."""
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _make(place: Place, password: str) -> None:
    """initdb; a half-made cluster of a killed first run is made anew."""
    for left in place.cluster.iterdir():
        _remove(left)
    told = place.run / "first-password"
    told.unlink(missing_ok=True)
    with os.fdopen(os.open(told, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
        handle.write(password)
    if place.uid is not None and place.gid is not None:
        os.chown(told, place.uid, place.gid)
    done = subprocess.run(  # noqa: S603 - the wheel's own program
        [
            binaries() / "initdb", "-D", place.cluster, "-U", ADMIN, "--auth=scram-sha-256", f"--pwfile={told}", "--encoding=UTF8",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--data-checksums",
        ],
        capture_output=True, text=True, env=clean_environment(), cwd=place.cluster, **as_server(place),  # type: ignore[call-overload]
    )  # fmt: skip
    told.unlink()
    if done.returncode:
        for left in place.cluster.iterdir():
            _remove(left)
        raise DatabaseFault(
            f"The database could not be made in {place.cluster}: {done.stderr.strip().splitlines()[-1:]}. Check room and permissions."
        )
    with (place.cluster / "postgresql.conf").open("a") as handle:
        handle.write("include = 'headwater.conf'\n")


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()
