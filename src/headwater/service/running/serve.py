"""Answer pages: granian in front of Django, and a worker beside it unless told not to."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from headwater.service.config.secret import read_secret
from headwater.service.running.prepare import NotReady, Say, bring_up_to_date, database_up, gather_static


def serve(data: Path, *, host: str, port: int, processes: int, with_worker: bool, say: Say) -> None:
    """Serve until stopped. Raises NotReady, DatabaseFault, SecretError."""
    _check_reach(host)
    check_port(host, port, f"Choose one: headwater serve --data {data} --port {{port}}")
    os.environ["HEADWATER_PORT"] = str(port)
    with database_up(data):
        from django.conf import settings
        from django.db import connections

        bring_up_to_date(say)
        gather_static()
        connections.close_all()
        done = threading.Event()
        watcher = (
            threading.Thread(target=_keep_worker, args=(data, done), daemon=True, name="worker-watch")
            if with_worker
            else None
        )
        if watcher is not None:
            watcher.start()
        say(
            f"Headwater is at {settings.SITE_ADDRESS}"
            + ("" if settings.REAL else " (this machine only; stop it with Ctrl-C)")
        )
        try:
            _granian(host, port, processes)
        finally:
            done.set()
            if watcher is not None:
                watcher.join(timeout=15)


def _granian(host: str, port: int, processes: int) -> None:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    os.environ["HEADWATER_PARENT"] = str(os.getpid())
    Granian(
        "headwater.service.config.wsgi:application", address=host, port=port, interface=Interfaces.WSGI, workers=processes, blocking_threads=4,
        log_level=LogLevels.warning, respawn_failed_workers=True, backlog=512,
    ).serve()  # fmt: skip


def _check_reach(host: str) -> None:
    """A first run asks for no second factor and no TLS, so nobody but this machine may reach it."""
    if host not in ("127.0.0.1", "::1", "localhost") and read_secret() is None:
        raise NotReady(
            f"Without a secret file the service answers this machine only, not at {host}. docs/how-to/deploy.md shows the file to write."
        )


def check_port(host: str, port: int, instead: str) -> None:
    """Whether the port is free; `instead` says how to choose another, with `{port}` where its number goes. Raises NotReady."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as fault:
            raise NotReady(
                f"Port {port} cannot be used ({fault.strerror}): another program, or another Headwater, answers there. "
                f"{instead.format(port=port + 1)}"
            ) from None


def _keep_worker(data: Path, done: threading.Event) -> None:
    """A worker as a process of its own, brought back when it dies, ended when the service ends."""
    while not done.is_set():
        child = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "headwater.service.running.work", str(data), str(os.getpid())],
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        while child.poll() is None and not done.wait(0.5):
            pass
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()
        elif not done.is_set():
            time.sleep(2)
