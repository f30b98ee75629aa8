"""The power goes between stages and inside them: is what readers see whole, and does the same command end as if undisturbed?"""

from __future__ import annotations

import random
import signal
from dataclasses import dataclass
from pathlib import Path

import pytest

from headwater.records import Lake, verify_log
from tests.faults.confirm import confirm_all
from tests.faults.lake import a_force, run, search, steps_of, visible, whole

STAGES = (
    "Checking", "Loading", "Opening the records", "Reading narratives", "Preparing names", "Comparing person records", "Joining records",
    "Working out households", "Finding evidence", "Applying the trigger", "Writing pages",
)  # fmt: skip

INSIDE = 2
"""How often a run is killed inside a stage, after it was killed at its beginning."""


@dataclass(frozen=True)
class Calm:
    """Exports, the data folder of an undisturbed search, what it left, and how many steps each stage had."""

    exports: Path
    data: Path
    left: dict[str, bytes]
    steps: dict[str, int]


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Calm:
    folder = tmp_path_factory.mktemp("calm")
    exports = a_force(folder / "exports")
    said = search(folder / "data", exports)
    assert said.returncode == 0, said.stderr
    return Calm(exports, folder / "data", visible(folder / "data"), steps_of(said.stderr))


@pytest.mark.full
@pytest.mark.timeout(900)
@pytest.mark.parametrize("stage", STAGES)
def test_a_search_that_is_killed_as_a_stage_begins_and_at_moments_of_chance_inside_it_ends_as_if_undisturbed(
    tmp_path: Path, calm: Calm, stage: str
) -> None:
    dice, data = random.Random(stage), tmp_path / "data"
    steps = sum(number for name, number in calm.steps.items() if name.startswith(stage))
    ended = search(data, calm.exports, fault="kill", stage=stage)
    assert ended.returncode == -signal.SIGKILL, f"it never came so far: {ended.stderr}"
    whole(data)
    killed = 0
    for _ in range(INSIDE):
        at = dice.randint(1, max(1, steps))
        ended = search(
            data, calm.exports, fault="kill inside", stage=stage, times=at, DELAY=str(dice.choice((0, 0.002, 0.02)))
        )
        if ended.returncode == 0:
            break  # The stage had ended before it was killed, and is not done again.
        assert ended.returncode == -signal.SIGKILL, ended.stderr
        killed += 1
        whole(data)
        steps -= at
    assert killed or steps == 0
    again = search(data, calm.exports)
    assert again.returncode == 0, again.stderr
    assert visible(data) == calm.left
    assert not list((data / "lake").rglob("*.part"))
    assert not list((data / "spill").glob("*"))
    assert verify_log(Lake.open(data / "lake")) >= 1


@pytest.mark.full
@pytest.mark.timeout(600)
def test_a_search_that_is_killed_while_processes_write_its_drafts_ends_as_if_undisturbed(
    tmp_path: Path, calm: Calm
) -> None:
    data = tmp_path / "data"
    ended = search(data, calm.exports, fault="kill", stage="Writing pages", times=2, SPREAD="2")
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    whole(data)
    assert not list((data / "lake" / "runs").glob("[!.]*"))
    again = search(data, calm.exports, SPREAD="2")
    assert again.returncode == 0, again.stderr
    assert visible(data) == calm.left
    assert not list((data / "lake").rglob("*.part"))


@pytest.mark.full
@pytest.mark.timeout(600)
def test_a_hand_over_that_is_killed_leaves_no_folder_and_the_next_gives_the_same_files(
    tmp_path: Path, calm: Calm
) -> None:
    data = calm.data
    confirm_all(data)
    once, twice = tmp_path / "once", tmp_path / "twice"
    assert run("hand-over", str(once), "--data", str(data)).returncode == 0
    killed = run("hand-over", str(twice), "--data", str(data), fault="kill", stage="Writing packages")
    assert killed.returncode == -signal.SIGKILL
    assert not twice.exists()
    assert run("hand-over", str(twice), "--data", str(data)).returncode == 0
    assert sorted(p.relative_to(once) for p in once.rglob("*")) == sorted(
        p.relative_to(twice) for p in twice.rglob("*")
    )
    assert not list(tmp_path.glob(".*.part"))
