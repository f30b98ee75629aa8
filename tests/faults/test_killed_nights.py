"""The power goes in a night of a lake that has a full run and two nights: do the earlier runs stay, and does the same command end as if undisturbed?"""

from __future__ import annotations

import json
import random
import shutil
import signal
from dataclasses import dataclass
from pathlib import Path

import pytest

from headwater.records import Lake, verify_log
from tests.faults.lake import a_story, search, steps_of, visible, whole
from tests.triggers.world import World

NAMES = (
    "Ironpath", "Jadebrook", "Knotweed", "Larkspur", "Mossgrove", "Nettlefold", "Oakhanger", "Pennywort", "Quillfern",
)  # fmt: skip
"""Families; each of the last three comes with a night."""

STAGES = (
    "Loading", "Opening the records", "Reading narratives", "Preparing names", "Comparing person records", "Joining records",
    "Working out households", "Finding evidence", "Applying the trigger", "Writing pages",
)  # fmt: skip

QUICK = ("Loading", "Comparing person records", "Finding evidence", "Writing pages")
"""Those inside which one night is killed, one after the other, also where the full suite is not run."""

INSIDE = 3
"""How often a night is killed inside a stage."""


@dataclass(frozen=True)
class Nights:
    """The data folder of a lake with a full run and two nights, what the third brings, what it leaves undisturbed, and its steps by stage."""

    data: Path
    tonight: Path
    left: dict[str, bytes]
    steps: dict[str, int]


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Nights:
    folder, world = tmp_path_factory.mktemp("nights"), World()
    exports = []
    for number, name in enumerate(NAMES, 1):
        a_story(world, name)
        if number >= len(NAMES) - 3:
            exports.append(world.export(folder / f"exports-{number}"))
    for early in exports[:3]:
        said = search(folder / "data", early)
        assert said.returncode == 0, said.stderr
    shutil.copytree(folder / "data", folder / "calm", symlinks=True)
    said = search(folder / "calm", exports[3])
    assert said.returncode == 0, said.stderr
    built = [
        bool(json.loads((made / "done.json").read_text("utf-8"))["built_on"])
        for made in Lake.open(folder / "calm" / "lake").list_derived("identity")
    ]
    assert built == [True, True, True, False], "these are no full run and three nights"
    return Nights(folder / "data", exports[3], visible(folder / "calm"), steps_of(said.stderr))


def stays(data: Path) -> dict[str, bytes]:
    """What a later night does not replace: of the current rows only the newest are kept."""
    return {name: content for name, content in visible(data).items() if not name.startswith("derived/current/")}


def kill_inside(data: Path, nights: Nights, stage: str, times: int) -> None:
    """Kill a night so often inside a stage, and look each time at what is left."""
    dice, before = random.Random(stage), stays(nights.data)
    steps = sum(number for name, number in nights.steps.items() if name.startswith(stage))
    killed = 0
    while killed < times and steps > 0:
        at = dice.randint(1, steps)
        ended = search(
            data, nights.tonight, fault="kill inside", stage=stage, times=at, DELAY=str(dice.choice((0, 0.002, 0.02)))
        )
        if ended.returncode == 0:
            break  # The stage had ended before it was killed, and is not done again.
        assert ended.returncode == -signal.SIGKILL, ended.stderr
        killed += 1
        steps -= at
        whole(data)
        found = visible(data)
        assert {name: found.get(name) for name in before} == before, "what earlier nights left has changed"
    assert killed


def ends_as_undisturbed(data: Path, nights: Nights) -> None:
    """Let the night end, and look at what it leaves."""
    again = search(data, nights.tonight)
    assert again.returncode == 0, again.stderr
    found = visible(data)
    more = sorted(name for name in found.keys() - nights.left.keys() if not name.startswith("derived/current/"))
    assert not more, "only older current rows may stay, which the next night removes"
    assert {name: found.get(name) for name in nights.left} == nights.left
    assert not list((data / "lake").rglob("*.part"))
    assert verify_log(Lake.open(data / "lake")) >= 4


@pytest.mark.timeout(300)
def test_a_night_that_is_killed_inside_one_stage_after_the_other_leaves_the_earlier_ones_and_ends_as_if_undisturbed(
    tmp_path: Path, nights: Nights
) -> None:
    shutil.copytree(nights.data, tmp_path / "data", symlinks=True)
    for stage in QUICK:
        kill_inside(tmp_path / "data", nights, stage, 1)
    ends_as_undisturbed(tmp_path / "data", nights)


@pytest.mark.full
@pytest.mark.timeout(900)
@pytest.mark.parametrize("stage", STAGES)
def test_a_night_that_is_killed_again_and_again_inside_a_stage_ends_as_if_undisturbed(
    tmp_path: Path, nights: Nights, stage: str
) -> None:
    shutil.copytree(nights.data, tmp_path / "data", symlinks=True)
    kill_inside(tmp_path / "data", nights, stage, INSIDE)
    ends_as_undisturbed(tmp_path / "data", nights)
