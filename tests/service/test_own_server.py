"""Does the service run on a PostgreSQL of one's own, and stop where its roles would not hold the log?"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from headwater.service.postgres import ROLES, Cluster, hold

pytestmark = [pytest.mark.service, pytest.mark.full, pytest.mark.timeout(180)]


@pytest.fixture
def server() -> Iterator[tuple[Path, Cluster]]:
    """A server that is not the installation's own: somebody made the roles on it, as the how-to says."""
    base = Path(tempfile.mkdtemp(prefix="headwater-Own-"))
    base.chmod(0o711)
    with hold(base / "elsewhere" / "database") as cluster:
        yield base, cluster
    shutil.rmtree(base, ignore_errors=True)


def url(cluster: Cluster, role: str) -> str:
    told = cluster.settings(role)
    return f"postgresql://{role}:{quote(told['password'], safe='')}@{quote(told['host'], safe='')}/headwater"


def headwater(base: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("HEADWATER_", "DATABASE_", "DJANGO_"))
    }
    command = [sys.executable, "-m", "headwater.cli", *arguments, "--data", str(base / "data")]
    return subprocess.run(command, capture_output=True, text=True, env=environment | more, timeout=120)


def test_it_runs_on_a_server_of_ones_own_and_refuses_too_many_rights(server: tuple[Path, Cluster]) -> None:
    base, cluster = server
    service = {"DATABASE_URL": url(cluster, ROLES[0 + 1])}
    alone = headwater(base, "migrate", **service)
    assert alone.returncode != 0
    assert "HEADWATER_OWNER_URL" in alone.stderr.replace("\n", " ")
    whole = service | {"HEADWATER_OWNER_URL": url(cluster, ROLES[0]), "HEADWATER_ERASER_URL": url(cluster, ROLES[2])}
    done = headwater(base, "migrate", **whole)
    assert done.returncode == 0, done.stderr
    looked = headwater(base, "doctor", **service)
    assert "guards of the log: all stand" in looked.stdout, looked.stdout + looked.stderr
    assert "the chain holds" in looked.stdout
    as_owner = headwater(base, "migrate", DATABASE_URL=url(cluster, ROLES[0]))
    assert as_owner.returncode != 0
    assert "log would not hold" in as_owner.stderr.replace("\n", " ")
    nowhere = headwater(base, "migrate", DATABASE_URL="postgresql://x:y@127.0.0.1:9/none")
    assert nowhere.returncode != 0
    assert "does not answer" in nowhere.stderr.replace("\n", " ")
    for one in (alone, as_owner, nowhere):
        assert "Traceback" not in one.stderr
