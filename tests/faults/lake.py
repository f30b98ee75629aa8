"""A small made-up force, a command as a process of its own, and what a lake holds that readers see."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.copied import run_copied
from tests.faults import child
from tests.triggers.world import Who as Person
from tests.triggers.world import World, a_family, mother, present, suspect, victim

REPOSITORY = Path(__file__).parents[2]
AS_OF = "2017-03-31"


def a_force(folder: Path) -> Path:
    """Exports of three families of whom the search drafts packages; everybody is made up."""
    world = World()
    for name in ("Ironpath", "Jadebrook", "Knotweed"):
        a_story(world, name)
    return world.export(folder)


def a_story(world: World, name: str) -> None:
    """A family of whom a search drafts a package."""
    parent, child = a_family(name)
    partner = Person(f"{name[:4]}us", name, "1977-07-07", "M", child.home)
    world.notice("2015-09-09", child, mother(parent), text="Mother was drunk and could not stand.")
    crime = world.crime(
        "2016-02-02", victim(parent), suspect(partner, "PARTNER"), present(child), flags="DA", scene=child.home
    )
    world.incident("2016-02-02", victim(parent), qualifiers=("606",), crime=crime, place=child.home)
    world.custody("2016-02-03", partner, crime=crime, disposal="REMANDED")
    world.missing("2016-05-05", child)


def command(*words: str, fault: str = "none", stage: str = "", times: int = 0) -> list[str]:
    """The words of a process that runs `headwater words…` and meets a fault."""
    return [sys.executable, "-m", "tests.faults.child", fault, stage, str(times), *words]


def environment(**settings: str) -> dict[str, str]:
    """What a command's process sees of the environment: no setting of this machine, and these."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HEADWATER_")}
    return kept | {"PYTHONPATH": os.pathsep.join([str(REPOSITORY / "src"), str(REPOSITORY)])} | settings


def run(
    *words: str, fault: str = "none", stage: str = "", times: int = 1, **settings: str
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    if "TZ" not in settings:
        return run_copied(child.main, [fault, stage, str(times), *words], environment(**settings), REPOSITORY, 300)
    return subprocess.run(  # A new one: some modules look at the zone when they are loaded.
        command(*words, fault=fault, stage=stage, times=times), env=environment(**settings), cwd=REPOSITORY,
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip


def search(data: Path, exports: Path, **faults: str | int) -> subprocess.CompletedProcess[str]:
    """Load, link, read and search in one command."""
    return run("search", str(exports), "--data", str(data), "--as-of", AS_OF, **faults)  # type: ignore[arg-type]


def visible(data: Path) -> dict[str, bytes]:
    """Every byte of a lake that a reader sees, but for logs, locks and times."""
    lake = data / "lake"
    found = {}
    for path in sorted(lake.rglob("*")) if lake.exists() else ():
        parts = path.relative_to(lake).parts
        if path.is_file() and not any(part.startswith(".") for part in parts) and parts[0] != "log":
            found["/".join(parts)] = path.read_bytes()
    return {name: content for name, content in found.items() if not name.endswith("run.json")}


def whole(data: Path) -> None:
    """Assert that whatever is visible in a lake is finished."""
    lake = data / "lake"
    for kind, sign in (("batches/*", "manifest.json"), ("derived/*/*", "done.json"), ("runs/*", "report.json")):
        for folder in lake.glob(kind):
            assert folder.name.startswith(".") or (folder / sign).exists(), f"{folder} is visible and not whole"


def steps_of(told: str) -> dict[str, int]:
    """How many steps each stage of a run had, from what it told on standard error, as `search` has it tell."""
    signs = [line.removeprefix("SIGN ").split("|") for line in told.splitlines() if line.startswith("SIGN ")]
    return {name: int(steps) for name, _, steps in signs}
