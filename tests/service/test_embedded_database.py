"""Does the embedded database survive what happens on real machines?"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from headwater.service.postgres import Cluster, DatabaseFault, hold, open_cluster
from headwater.service.postgres.place import find_place

pytestmark = [pytest.mark.service, pytest.mark.timeout(120)]


@pytest.fixture
def folder() -> Iterator[Path]:
    base = Path(tempfile.mkdtemp(prefix="headwater-pg-"))
    base.chmod(0o711)
    yield base / "data" / "database"
    until = time.monotonic() + 20
    while postmaster(base / "data" / "database") and time.monotonic() < until:
        time.sleep(0.2)
    shutil.rmtree(base, ignore_errors=True)


def postmaster(folder: Path) -> int | None:
    try:
        number = int((folder / "cluster" / "postmaster.pid").read_text().splitlines()[0])
        os.kill(number, 0)
    except (OSError, ValueError, IndexError):
        return None
    return number


def supervisors(folder: Path) -> list[int]:
    found = subprocess.run(["pgrep", "-f", f"postgres.supervise {folder}"], capture_output=True, text=True)
    return [int(line) for line in found.stdout.split()]


def wait_for(cluster: Cluster) -> None:
    until = time.monotonic() + 30
    while not cluster.answers():
        assert time.monotonic() < until
        time.sleep(0.1)


def test_it_comes_back_after_kill_9_of_server_and_supervisor_and_keeps_what_was_written(folder: Path) -> None:
    with hold(folder) as cluster:
        with cluster.connect() as connection:
            connection.execute("CREATE TABLE kept (a int)")
            connection.execute("INSERT INTO kept VALUES (7)")
        first = postmaster(folder)
        assert first
        os.kill(first, signal.SIGKILL)
        time.sleep(0.5)
        wait_for(cluster)
        assert postmaster(folder) != first
        for number in supervisors(folder):
            os.kill(number, signal.SIGKILL)
        until = time.monotonic() + 20
        while not supervisors(folder):
            assert time.monotonic() < until, "no supervisor came back"
            time.sleep(0.2)
        wait_for(cluster)
        with cluster.connect() as connection:
            assert connection.execute("SELECT a FROM kept").fetchone() == (7,)


@pytest.mark.full
def test_it_stops_when_its_only_user_was_killed(folder: Path) -> None:
    script = (
        "import time\nfrom pathlib import Path\nfrom headwater.service.postgres import hold\n"
        f"with hold(Path({str(folder)!r})):\n    print('up', flush=True)\n    time.sleep(600)"
    )
    user = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert user.stdout
    assert user.stdout.readline().strip() == "up"
    assert postmaster(folder)
    user.kill()
    user.wait()
    until = time.monotonic() + 30
    while postmaster(folder) or supervisors(folder):
        assert time.monotonic() < until, "an orphan was left"
        time.sleep(0.2)


@pytest.mark.full
def test_two_users_share_one_server_and_the_second_outlives_the_first(folder: Path) -> None:
    with hold(folder) as second:
        with hold(folder):
            number = postmaster(folder)
        time.sleep(7)
        assert second.answers()
        assert postmaster(folder) == number


@pytest.mark.full
def test_nobody_signs_in_without_the_password(folder: Path) -> None:
    with hold(folder) as cluster:
        told = cluster.settings("headwater_service") | {"password": "guessed"}
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(**told)  # type: ignore[arg-type]


def test_the_folders_are_for_their_owner_only(folder: Path) -> None:
    with hold(folder) as cluster:
        assert oct(cluster.place.cluster.stat().st_mode & 0o777) == "0o700"
        assert oct(cluster.place.run.stat().st_mode & 0o777) == "0o700"
        assert oct(cluster.place.passwords.stat().st_mode & 0o777) == "0o600"
        assert not folder.stat().st_mode & 0o066
        assert not folder.parent.stat().st_mode & 0o066


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to run the server as somebody else")
def test_as_root_a_closed_parent_is_refused_and_not_opened() -> None:
    base = Path(tempfile.mkdtemp(prefix="headwater-closed-"))
    try:
        assert oct(base.stat().st_mode & 0o777) == "0o700"
        with pytest.raises(DatabaseFault, match="may not pass through"):
            find_place(base / "data" / "database")
        assert oct(base.stat().st_mode & 0o777) == "0o700"
    finally:
        shutil.rmtree(base)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to run the server as somebody else")
def test_as_root_the_folder_that_headwater_makes_itself_lets_the_server_through() -> None:
    base = Path(tempfile.mkdtemp(prefix="headwater-fresh-"))
    base.chmod(0o755)
    before = os.umask(0o077)  # As the commands set it.
    try:
        place = find_place(base / ".headwater" / "demo" / "database")
        assert oct((base / ".headwater").stat().st_mode & 0o777) == "0o711"
        assert place.cluster.is_dir()
    finally:
        os.umask(before)
        shutil.rmtree(base)


@pytest.mark.full
def test_a_clash_over_the_folder_is_told_and_nothing_is_lost(folder: Path) -> None:
    with hold(folder):
        pass
    until = time.monotonic() + 30
    while postmaster(folder):
        assert time.monotonic() < until
        time.sleep(0.2)
    run = open_cluster(folder).place.run
    (run / ".s.PGSQL.5432").mkdir()
    with pytest.raises(DatabaseFault) as told, hold(folder):
        pass
    assert "did not start" in str(told.value)
    assert "HEADWATER_DATA" in str(told.value)
    (run / ".s.PGSQL.5432").rmdir()
    with hold(folder) as cluster:
        assert cluster.answers()
