"""Tables that another command is making, or was stopped as it made them: is that said in plain words, and does the next command go on?"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from headwater.service.postgres import Cluster, hold, open_cluster
from headwater.service.postgres.lock import is_held
from headwater.service.running.tables import HALF_MADE, ONE_AT_A_TIME
from tests.filled import environment

pytestmark = [pytest.mark.service, pytest.mark.timeout(180)]


def test_tables_that_the_service_may_not_read_yet_are_not_ready(service: Path) -> None:
    from headwater.service.running.prepare import NotReady, check_tables
    from headwater.service.running.tables import steps_due

    check_tables()
    with closing(open_cluster(service / "database").connect()) as admin:
        try:
            admin.execute("REVOKE SELECT ON django_migrations FROM headwater_service")
            assert steps_due() == [HALF_MADE]
            with pytest.raises(NotReady, match=r"not ready: a command was stopped as it made the tables\. Run"):
                check_tables()
            admin.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
            with pytest.raises(NotReady, match="another command makes its tables just now"):
                check_tables()
        finally:
            admin.execute("GRANT SELECT ON django_migrations TO headwater_service")


@pytest.fixture
def folder() -> Iterator[Path]:
    base = Path(tempfile.mkdtemp(prefix="headwater-half-"))
    base.chmod(0o711)
    yield base / "data"
    until(lambda: not is_held(base / "data" / "database" / "supervisor.lock"))  # Until then the server writes.
    shutil.rmtree(base)


def headwater(data: Path, *words: str) -> tuple[int, str]:
    """The code, and all that was said, in one line."""
    command = [sys.executable, "-m", "headwater.cli", *words, "--data", str(data)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment({"COLUMNS": "1000"}), timeout=120)
    assert "Something went wrong" not in done.stderr
    return done.returncode, done.stdout + done.stderr


def until(come: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not come():
        assert time.monotonic() < end, "it never came so far"
        time.sleep(0.02)


def tables(cluster: Cluster) -> int:
    """How many migrations have run, as the owner of the server sees it."""
    with closing(cluster.connect()) as admin:
        there = admin.execute("SELECT to_regclass('public.django_migrations') IS NOT NULL").fetchone()
        found = admin.execute("SELECT count(*) FROM django_migrations").fetchone() if there == (True,) else None
        return found[0] if found else 0


@pytest.mark.full
def test_commands_beside_one_that_makes_the_tables_say_so_and_after_a_kill_the_next_goes_on(folder: Path) -> None:
    with hold(folder / "database") as cluster:
        make = [sys.executable, "-m", "headwater.service.running.migrate"]
        told = environment({"HEADWATER_DATA": str(folder), "HEADWATER_AS_OWNER": "1"})
        making = subprocess.Popen(make, env=told)
        until(lambda: tables(cluster) > 3)
        making.send_signal(signal.SIGSTOP)
        for words in (("serve", "--port", "8765"), ("worker",), ("doctor",)):
            code, said = headwater(folder, *words)
            assert code == (4 if words == ("doctor",) else 3), said
            assert f"The database of {folder} is not ready: another command makes its tables just now" in said
            assert "Wait until it is done, then run the same command again." in said
        os.kill(making.pid, signal.SIGKILL)
        making.wait()
        until(
            lambda: (
                "a command was stopped as it made the tables. Run `headwater migrate`" in headwater(folder, "doctor")[1]
            )
        )
        assert headwater(folder, "worker")[0] == 3
        code, said = headwater(folder, "migrate")
        assert code == 0, said
        assert "A command was stopped as it made the tables: making what is missing" in said
        assert "The database is up to date." in said
        assert headwater(folder, "doctor")[0] == 0
