"""Does a night that is killed while it builds on the one before leave that one whole, and is the next one right?"""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from headwater.records import Lake
from tests.triggers.test_killed_search import content, search, visible
from tests.triggers.world import World, a_family, father, mother, present, suspect, victim

NAMES = (
    "Ironpath",
    "Jadebrook",
    "Knotweed",
    "Larkspur",
    "Mossgrove",
    "Nettlefold",
    "Oakhanger",
    "Pennywort",
    "Quillfern",
)
STAGES = {
    "the pairs of the full run have been taken over": r"^rename .*/link_gone\.parquet$",
    "the people of the night would take their place": r"^rename .*/derived/identity/[^/.]+$",
    "the mentions of the night would take their place": r"^rename .*/derived/narrative/[^/.]+$",
}
"""Where a night is killed."""

pytestmark = pytest.mark.full


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """All families but one, and a night later all."""
    world, folder = World(), tmp_path_factory.mktemp("nights")
    for number, name in enumerate(NAMES, 1):
        parent, child = a_family(name)
        world.notice("2015-09-09", child, mother(parent), father(parent), text="Mother was drunk and could not stand.")
        world.crime(
            "2016-02-02", victim(parent), suspect(parent, "PARTNER"), present(child), flags="DA", scene=child.home
        )
        world.missing("2016-05-05", child)
        if number == len(NAMES) - 1:
            world.export(folder / "first")
    return [folder / "first", world.export(folder / "tonight")]


@pytest.fixture(scope="module")
def wanted(exports: list[Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What an undisturbed night leaves."""
    data = tmp_path_factory.mktemp("undisturbed")
    for folder in exports:
        assert search(data, folder).returncode == 0
    newest = Lake.open(data / "lake").list_derived("identity")[0]
    assert json.loads((newest / "done.json").read_text("utf-8"))["built_on"], "the night was not built on the first"
    return content(data)


@pytest.mark.parametrize("stage", STAGES)
def test_a_killed_night_leaves_the_one_before_whole_and_the_next_is_right(
    exports: list[Path], wanted: dict[str, bytes], tmp_path: Path, stage: str
) -> None:
    assert search(tmp_path, exports[0]).returncode == 0
    lake = tmp_path / "lake"
    before = {
        path: path.read_bytes()
        for kind in ("identity", "narrative")
        for made in visible(lake / "derived" / kind)
        for path in made.iterdir()
    }
    ended = search(tmp_path, exports[1], killed_at=STAGES[stage])
    assert ended.returncode == -signal.SIGKILL, f"it never came so far: {ended.stderr}"
    assert all((made / "done.json").exists() for kind in visible(lake / "derived") for made in visible(kind))
    assert {path: path.read_bytes() for path in before} == before
    assert search(tmp_path, exports[1]).returncode == 0
    assert content(tmp_path) == wanted
