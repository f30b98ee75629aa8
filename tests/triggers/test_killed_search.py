"""What does a search leave behind that is killed, and does the next one end as if nothing had happened?

A real process is killed with SIGKILL, by itself, just before it would write, rename or have removed a certain file: so each
run stops at the same place on every machine. Everybody is made up.
"""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from headwater.records import Lake, verify_log
from tests.copied import run_copied
from tests.triggers import killer
from tests.triggers.world import Who, World, a_family, father, mother, present, suspect, victim

STAGES = {
    "a batch would take its place": r"^rename .*/batches/[^/.]*custody[^/]*$",
    "the current rows would take their place": r"^rename .*/derived/current/[^/.]+$",
    "the read text would take its place": r"^rename .*/derived/narrative/[^/.]+$",
    "who is who would take its place": r"^rename .*/derived/identity/[^/.]+$",
    "a page of a package is being written": r"^write .*/runs/.*/packages/K-.*\.html",
    "the run would take its place": r"^rename .*/runs/[^/.]+$",
}
"""Where a first search is killed."""

QUICK = ("a batch would take its place", "who is who would take its place", "a page of a package is being written")
"""Those of them that are not left to the full suite."""

REPEATED = {
    "the new run would take the place of the old one": (r"^rename .*/runs/[^/.]+$", False),
    "the old run is being removed": (r"^remove .*/runs/\.[^/]+\.before\.part$", True),
}
"""Where a search is killed that gives way to the same again, and whether a reader then sees a run."""


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    world = World()
    for name in ("Ironpath", "Jadebrook", "Knotweed"):
        parent, child = a_family(name)
        partner = Who(f"{name[:4]}us", name, "1977-07-07", "M", child.home)
        world.notice("2015-09-09", child, mother(parent), father(partner), text="Mother was drunk and could not stand.")
        crime = world.crime(
            "2016-02-02", victim(parent), suspect(partner, "PARTNER"), present(child), flags="DA", scene=child.home
        )
        world.incident("2016-02-02", victim(parent), qualifiers=("606",), crime=crime, place=child.home)
        world.custody("2016-02-03", partner, crime=crime, disposal="REMANDED")
        world.plan("2016-04-04", child, lead=f"{name} Team")
        world.missing("2016-05-05", child)
        world.intelligence("2016-06-06", child, "Held.")
    return world.export(tmp_path_factory.mktemp("killed") / "exports")


def search(data: Path, exports: Path, killed_at: str = "") -> subprocess.CompletedProcess[str]:
    """`headwater search` as a process of its own, killed where `killed_at` says."""
    words = ["search", str(exports), "--data", str(data), "--as-of", "2017-03-31", "--quiet"]
    return run_copied(killer.main, [killed_at, *words], os.environ, Path.cwd(), 600)


def visible(folder: Path) -> list[Path]:
    """What a reader of the lake sees in a folder: all but hidden working folders."""
    return sorted(path for path in folder.glob("*") if not path.name.startswith(".")) if folder.exists() else []


def content(data: Path) -> dict[str, bytes]:
    """Every byte of the visible runs, but for `run.json`, which holds times."""
    runs = visible(data / "lake" / "runs")
    files = [path for run in runs for path in sorted(run.rglob("*")) if path.is_file() and path.name != "run.json"]
    return {str(path.relative_to(data)): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def wanted(exports: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    data = tmp_path_factory.mktemp("undisturbed")
    assert search(data, exports).returncode == 0
    assert sum(name.endswith(".html") for name in content(data)) > 3
    return content(data)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("disturbed")


@pytest.mark.parametrize(
    "stage", [pytest.param(stage, marks=() if stage in QUICK else pytest.mark.full) for stage in STAGES]
)
def test_a_killed_search_leaves_nothing_half_that_a_reader_sees(exports: Path, data: Path, stage: str) -> None:
    """The stages follow each other in one lake, so each run also begins with what the one before it left."""
    ended = search(data, exports, killed_at=STAGES[stage])
    assert ended.returncode == -signal.SIGKILL, f"it never came so far: {ended.stderr}"
    lake = data / "lake"
    assert all((batch / "manifest.json").exists() for batch in visible(lake / "batches"))
    assert all((made / "done.json").exists() for kind in visible(lake / "derived") for made in visible(kind))
    assert visible(lake / "runs") == []


def test_the_next_search_gives_the_same_bytes_as_an_undisturbed_one(
    exports: Path, data: Path, wanted: dict[str, bytes]
) -> None:
    ended = search(data, exports)
    assert ended.returncode == 0, ended.stderr
    assert content(data) == wanted
    assert verify_log(Lake.open(data / "lake")) >= 2


def test_a_finished_search_has_swept_away_what_killed_ones_left(data: Path, wanted: dict[str, bytes]) -> None:
    assert content(data) == wanted
    assert sorted(str(path.relative_to(data)) for path in (data / "lake").rglob("*.part")) == []


@pytest.mark.full
@pytest.mark.parametrize("stage", REPEATED)
def test_a_killed_repetition_leaves_the_run_whole_or_not_at_all_and_the_next_one_mends_it(
    exports: Path, data: Path, wanted: dict[str, bytes], stage: str
) -> None:
    where, seen = REPEATED[stage]
    assert content(data) == wanted
    ended = search(data, exports, killed_at=where)
    assert ended.returncode == -signal.SIGKILL, f"it never came so far: {ended.stderr}"
    assert content(data) == (wanted if seen else {})
    assert search(data, exports).returncode == 0
    assert content(data) == wanted
    assert sorted(str(path.relative_to(data)) for path in (data / "lake").rglob("*.part")) == []
