"""The one process that starts and stops the embedded server: `python -m headwater.service.postgres.supervise FOLDER`.

It keeps the server up while somebody holds `in-use.lock`, brings it back when it dies, takes over one that a killed
supervisor left, and stops it when nobody has needed it for a few seconds. There is one supervisor for a folder, by lock.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from headwater.service.postgres.cluster import Cluster, as_server, clean_environment, open_cluster
from headwater.service.postgres.lock import is_held
from headwater.service.postgres.place import binaries

LINGER = 5
"""Seconds that the server stays when nobody needs it: the next command finds it warm."""

GIVE_UP_AFTER = 5
"""Failed starts in a row."""


def main(folder: Path) -> int:
    """Supervise until nobody needs the server; 0 also when another supervisor is at work, 1 when it would not start."""
    lock = os.open(folder / "supervisor.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return 0
    for name in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(name, signal.SIG_IGN)  # It ends when nobody needs it, and not in the middle of somebody's work.
    cluster = open_cluster(folder)
    server: subprocess.Popen[bytes] | None = None
    failures, unused_since = 0, time.monotonic()
    while True:
        if server is not None and server.poll() is not None:
            server = None
        if server is None and not _left_running(cluster):
            server = _start(cluster)
            if not _comes_up(cluster, server):
                failures += 1
                if failures >= GIVE_UP_AFTER:
                    return 1
                time.sleep(failures * 0.5)
                continue
        failures = 0
        if is_held(folder / "in-use.lock"):
            unused_since = time.monotonic()
        elif time.monotonic() - unused_since > LINGER:
            break
        time.sleep(0.5)
    _stop(cluster, server)
    return 0


def _start(cluster: Cluster) -> subprocess.Popen[bytes]:
    with os.fdopen(os.open(cluster.place.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as log:
        return subprocess.Popen(  # type: ignore[call-overload,no-any-return]  # noqa: S603 - the wheel's own program
            [binaries() / "postgres", "-D", cluster.place.cluster],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=clean_environment(), cwd=cluster.place.cluster, start_new_session=True,
            **as_server(cluster.place),
        )  # fmt: skip


def _comes_up(cluster: Cluster, server: subprocess.Popen[bytes]) -> bool:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if cluster.answers():
            return True
        if server.poll() is not None:
            return False
        time.sleep(0.05)
    return True  # Recovery goes on; it is not killed for being slow.


def _process(cluster: Cluster) -> int | None:
    """The process number that PostgreSQL wrote, when that process is a living PostgreSQL (a zombie is not)."""
    try:
        number = int((cluster.place.cluster / "postmaster.pid").read_text().splitlines()[0])
        state = Path(f"/proc/{number}/stat")
        if state.exists():
            name, _, rest = state.read_text().rpartition(")")
            return number if "postgres" in name and rest.split()[0] != "Z" else None
        if Path("/proc").exists():
            return None
        os.kill(number, 0)
    except (OSError, ValueError, IndexError):
        return None
    return number


def _left_running(cluster: Cluster) -> bool:
    """Whether a server runs that a former supervisor started."""
    return _process(cluster) is not None and cluster.answers()


def _stop(cluster: Cluster, server: subprocess.Popen[bytes] | None) -> None:
    """Fast shutdown: transactions are rolled back, a checkpoint is written."""
    number = server.pid if server is not None else _process(cluster)
    if number is None:
        return
    with contextlib.suppress(ProcessLookupError):
        os.kill(number, signal.SIGINT)
    until = time.monotonic() + 60
    while time.monotonic() < until and _process(cluster) is not None:
        if server is not None:
            server.poll()
        time.sleep(0.05)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
