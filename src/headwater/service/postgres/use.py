"""Who needs the server? Each process that does holds a lock; while one is held the supervisor keeps the server up."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from headwater.service.postgres.cluster import Cluster, open_cluster
from headwater.service.postgres.lock import alone, is_held, shared
from headwater.service.postgres.place import DatabaseFault

START_WITHIN = 90
"""Seconds. Recovery after a crash of a large database can take a while; what is said meanwhile stands in the server's log."""


@contextmanager
def hold(folder: Path) -> Iterator[Cluster]:
    """Have a running server in `folder` until the block ends; the last to leave lets it stop.

    A lock is gone with its process, also after kill -9, so no server is left behind. Raises DatabaseFault.
    """
    for needed in (folder.parent, folder):
        needed.mkdir(parents=True, exist_ok=True, mode=0o700)
    with alone(folder / "making.lock"):
        cluster = open_cluster(folder)
    done = threading.Event()
    with shared(folder / "in-use.lock"):
        try:
            _wait(cluster)
            with alone(folder / "making.lock"):
                cluster.make_database()
            threading.Thread(target=_watch, args=(folder, done), daemon=True, name="database-watch").start()
            yield cluster
        finally:
            done.set()


def _wait(cluster: Cluster) -> None:
    until = time.monotonic() + START_WITHIN
    child = _supervise(cluster.place.folder)
    while not cluster.answers():
        if child.poll() is not None:
            if child.returncode:
                raise DatabaseFault(_why(cluster))
            child = _supervise(cluster.place.folder)
        if time.monotonic() > until:
            raise DatabaseFault(_why(cluster))
        time.sleep(0.1)


def _why(cluster: Cluster) -> str:
    lines = cluster.place.log.read_text(errors="replace").splitlines() if cluster.place.log.exists() else []
    told = [line for line in lines if "FATAL" in line or "ERROR" in line or "PANIC" in line or "HINT" in line]
    last = (told or lines)[-1:] or ["it said nothing"]
    return (
        f"The database in {cluster.place.folder} did not start: {last[0]} The whole story is in {cluster.place.log}. "
        "If another program uses its socket or its folder, stop that; otherwise set HEADWATER_DATA to another folder or DATABASE_URL to a server."
    )


def _supervise(folder: Path) -> subprocess.Popen[bytes]:
    """Start a supervisor; when one is at work already the new one waits for nothing and ends at once with success."""
    return subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "headwater.service.postgres.supervise", str(folder)],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True, close_fds=True,
    )  # fmt: skip


def _watch(folder: Path, done: threading.Event) -> None:
    """Bring the supervisor back when somebody killed it."""
    children: list[subprocess.Popen[bytes]] = []
    while not done.wait(2):
        children = [child for child in children if child.poll() is None]
        if not is_held(folder / "supervisor.lock"):
            children.append(_supervise(folder))
