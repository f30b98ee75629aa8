"""The data folder of a service with made-up people: made once for all processes of a test run, then copied.

Making the tables and filling them takes a dozen seconds of a processor, and a copy none. A server that has stopped leaves a folder
that may stand anywhere.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from headwater.service.postgres.lock import is_held

FILL = """
import sys
from pathlib import Path
from headwater.service.running.prepare import bring_up_to_date, database_up
data = Path(sys.argv[1])
with database_up(data):
    bring_up_to_date(lambda words: None)
    from headwater.service.demo import fill
    fill(data, [], run="none")
"""


def environment(more: dict[str, str] | None = None) -> dict[str, str]:
    """What a service's process sees of the environment: no setting of this machine, and `more`."""
    own = ("HEADWATER_", "DATABASE_", "DJANGO_")
    return {name: value for name, value in os.environ.items() if not name.startswith(own)} | (more or {})


def fill(data: Path, more: dict[str, str] | None = None) -> None:
    """Make the tables, and the people and items in them, as far as they are missing."""
    subprocess.run([sys.executable, "-c", FILL, str(data)], check=True, env=environment(more), timeout=120)


def copy_filled(factory: pytest.TempPathFactory, data: Path) -> None:
    """Make this data folder, with all that `fill` makes."""
    own = factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    kept = shared / "filled"
    with (shared / "filled.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            _make(kept)
    subprocess.run(["cp", "-a", kept, data], check=True)  # With the server's user as the owner of its files.


def _make(kept: Path) -> None:
    folder = Path(tempfile.mkdtemp(prefix="headwater-filled-"))
    folder.chmod(0o711)  # As root, the database's user passes through.
    fill(folder / "data")
    until = time.monotonic() + 60
    while is_held(folder / "data" / "database" / "supervisor.lock"):
        assert time.monotonic() < until, "the database did not stop"
        time.sleep(0.1)
    subprocess.run(["mv", folder / "data", kept], check=True)
    shutil.rmtree(folder)
