"""Killed at any moment and started again: is the lake the same, byte for byte, as after an undisturbed load?"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from headwater.engine import DuckDBEngine
from headwater.engine.processes import WorkerLost
from headwater.records import Lake, load
from tests.records import failing
from tests.records.samples import crime_file, crime_row, incident, incident_file, notice, notice_file

# The child kills itself when a named function has been called so many times: before the call, or after it.
CHILD = """
    import os, pathlib, signal, sys
    import headwater.engine.files as files
    from headwater.engine import DuckDBEngine
    from headwater.records import Lake, load
    import headwater.records.load
    lake, exports, place, when, times = *sys.argv[1:5], int(sys.argv[5])
    if sys.argv[6:] == ["spread"]:
        sys.modules["headwater.records.load"]._WORTH = 0
    owner, name = {
        "sync": (os, "fsync"), "rename": (pathlib.Path, "replace"), "append": (files.RowWriter, "write"),
        "close": (files.RowWriter, "close"), "sql": (DuckDBEngine, "create"), "read": (DuckDBEngine, "fetch"),
        "folder": (pathlib.Path, "mkdir"), "nowhere": (DuckDBEngine, "close"),
    }[place]
    original, called = getattr(owner, name), 0
    def counted(*arguments, **named):
        global called
        called += 1
        if called == times and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = original(*arguments, **named)
        if called == times:
            os.kill(os.getpid(), signal.SIGKILL)
        return result
    setattr(owner, name, counted)
    with DuckDBEngine() as engine:
        load(Lake.open(pathlib.Path(lake)), [pathlib.Path(exports)], engine=engine, cores=2)
"""


def make_exports(folder: Path) -> Path:
    folder.mkdir()
    for year in (2015, 2016):
        rows = [
            crime_row(f"C{year}-{n}", person=p, REL_TO_VICTIM="SON" if p == 2 else "")
            for n in range(40)
            for p in (1, 2)
        ]
        crime_file(folder, *rows, rows[0], crime_row("BAD", REPORTED_AT="soon"), name=f"crime_{year}.csv")
    incident_file(folder, incident(), incident("2-040316"))
    notice_file(folder, notice(), notice("PN/2"))
    return folder


def contents(lake: Path) -> dict[str, bytes]:
    return {str(path.relative_to(lake)): path.read_bytes() for path in sorted(lake.rglob("*")) if path.is_file()}


def finish(lake: Path, exports: Path) -> None:
    with DuckDBEngine() as engine:
        load(Lake.open(lake), [exports], engine=engine)


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, dict[str, bytes]]:
    """The child's script, the exports, and what an undisturbed load of them leaves."""
    folder = tmp_path_factory.mktemp("calm")
    script = folder / "child.py"
    script.write_text(textwrap.dedent(CHILD))
    exports = make_exports(folder / "exports")
    finish(folder / "lake", exports)
    return script, exports, contents(folder / "lake")


def kill(script: Path, lake: Path, exports: Path, place: str, when: str, times: int, *how: str) -> int:
    arguments = [sys.executable, str(script), str(lake), str(exports), place, when, str(times), *how]
    return subprocess.run(arguments, check=False).returncode


QUICK = [
    ("sql", "before", 1),
    ("append", "after", 9),
    ("close", "before", 2),
    ("sync", "before", 6),
    ("rename", "before", 2),
    ("rename", "after", 3),
]
MORE = [
    ("folder", "before", 3), ("folder", "after", 5), ("sql", "after", 3), ("read", "after", 4), ("append", "before", 1), ("sync", "after", 12),
    ("rename", "before", 1), ("rename", "after", 2), ("rename", "after", 4),
]  # fmt: skip


@pytest.mark.parametrize(
    ("place", "when", "times"), [*QUICK, *(pytest.param(*moment, marks=pytest.mark.full) for moment in MORE)]
)
def test_a_killed_load_started_again_ends_as_if_undisturbed(
    tmp_path: Path, calm: tuple[Path, Path, dict[str, bytes]], place: str, when: str, times: int
) -> None:
    script, exports, undisturbed = calm
    lake = tmp_path / "lake"
    assert kill(script, lake, exports, place, when, times) == -signal.SIGKILL
    assert contents(lake) != undisturbed
    finish(lake, exports)
    assert contents(lake) == undisturbed


@pytest.mark.parametrize(
    ("place", "when", "times"), [("rename", "before", 1), ("rename", "after", 2), ("rename", "before", 4)]
)
def test_a_killed_load_of_several_sources_at_a_time_ends_as_if_undisturbed(
    tmp_path: Path, calm: tuple[Path, Path, dict[str, bytes]], place: str, when: str, times: int
) -> None:
    """Also whether all went well, one source after the other, or not: the batches stand in order of their numbers at every moment."""
    script, exports, undisturbed = calm
    lake = tmp_path / "lake"
    assert kill(script, lake, exports, place, when, times, "spread") == -signal.SIGKILL
    kept = len(Lake.open(lake).manifests())  # Raises where one is missing between others.
    assert kept == (times if when == "after" else times - 1)
    assert kill(script, lake, exports, "nowhere", "before", 0, "spread") == 0
    assert contents(lake) == undisturbed


@pytest.mark.parametrize("fault", ["killed", "full"])
def test_a_process_that_fails_while_others_load_is_said_and_nothing_half_done_is_kept(
    tmp_path: Path, calm: tuple[Path, Path, dict[str, bytes]], monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    _, exports, undisturbed = calm
    monkeypatch.setattr(sys.modules["headwater.records.load"], "_WORTH", 0)
    monkeypatch.setattr(sys.modules["headwater.records.load"], "begin_taking", getattr(failing, f"begin_{fault}"))
    lake = Lake.open(tmp_path / "lake")
    with (
        DuckDBEngine() as engine,
        pytest.raises((WorkerLost, OSError), match=r"Nothing half-done was kept|No space left"),
    ):
        load(lake, [exports], engine=engine, cores=2)
    assert not list(lake.batches.glob(".*"))
    lake.manifests()
    monkeypatch.undo()
    finish(lake.folder, exports)
    assert contents(lake.folder) == undisturbed


def test_a_load_killed_again_and_again_still_ends_as_if_undisturbed(
    tmp_path: Path, calm: tuple[Path, Path, dict[str, bytes]]
) -> None:
    script, exports, undisturbed = calm
    lake = tmp_path / "lake"
    for place, times in (("rename", 1), ("rename", 3), ("append", 2), ("sync", 5)):
        assert kill(script, lake, exports, place, "after", times) == -signal.SIGKILL
    finish(lake, exports)
    assert contents(lake) == undisturbed


def test_what_a_killed_load_left_is_no_part_of_the_lake(
    tmp_path: Path, calm: tuple[Path, Path, dict[str, bytes]]
) -> None:
    script, exports, _ = calm
    kill(script, tmp_path / "lake", exports, "rename", "before", 2)
    lake = Lake.open(tmp_path / "lake")
    assert list(lake.batches.iterdir()) != []
    assert lake.manifests() == []
    assert lake.batch_files("event") == []


@pytest.mark.full
@pytest.mark.parametrize("seed", range(12))
def test_a_load_killed_from_outside_at_a_random_moment_ends_as_if_undisturbed(
    tmp_path: Path, calm: tuple[Path, Path, dict[str, bytes]], seed: int
) -> None:
    script, exports, undisturbed = calm
    lake = tmp_path / "lake"
    child = subprocess.Popen([sys.executable, str(script), str(lake), str(exports), "nowhere", "before", "0"])
    begun = time.monotonic()
    while not lake.exists() and time.monotonic() - begun < 30:
        time.sleep(0.001)
    time.sleep(random.Random(seed).uniform(0, 0.6))
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    finish(lake, exports)
    assert contents(lake) == undisturbed
