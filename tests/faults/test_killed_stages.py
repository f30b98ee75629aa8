"""The power goes at any sign of progress: is what readers see whole, and does the same command end as if undisturbed?"""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from headwater.records import Lake, verify_log
from tests.faults.confirm import confirm_all
from tests.faults.lake import a_force, run, search, visible, whole

MOMENTS = [
    ("Checking", 1), ("Checking", 5), ("Loading", 1), ("Loading", 7), ("Loading", 15), ("Opening", 1), ("Reading narratives", 1),
    ("Reading narratives", 2), ("Preparing names", 1), ("Joining records", 1), ("Working out", 1), ("Finding evidence", 1), ("Applying", 1),
    ("Writing pages", 1),
]  # fmt: skip
"""A stage, and at which of its signs of progress the process is killed."""


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, dict[str, bytes]]:
    """Exports, the data folder of an undisturbed search, and what it left."""
    folder = tmp_path_factory.mktemp("calm")
    exports = a_force(folder / "exports")
    assert search(folder / "data", exports).returncode == 0
    return exports, folder / "data", visible(folder / "data")


def killed_and_started_again(data: Path, calm: tuple[Path, Path, dict[str, bytes]], stage: str, times: int) -> None:
    exports, _, undisturbed = calm
    ended = search(data, exports, fault="kill", stage=stage, times=times)
    assert ended.returncode == -signal.SIGKILL, f"it never came so far: {ended.stderr}"
    whole(data)
    again = search(data, exports)
    assert again.returncode == 0, again.stderr
    assert visible(data) == undisturbed
    assert not list((data / "lake").rglob("*.part"))
    assert not list((data / "spill").glob("*"))
    assert verify_log(Lake.open(data / "lake")) >= 1


@pytest.mark.full
def test_a_link_that_is_killed_and_started_again_ends_as_if_undisturbed(
    tmp_path: Path, calm: tuple[Path, Path, dict[str, bytes]]
) -> None:
    killed_and_started_again(tmp_path / "data", calm, "Comparing", 1)


@pytest.mark.full
@pytest.mark.timeout(600)
@pytest.mark.parametrize(("stage", "times"), MOMENTS)
def test_a_search_that_is_killed_at_any_sign_of_progress_ends_as_if_undisturbed_when_started_again(
    tmp_path: Path, calm: tuple[Path, Path, dict[str, bytes]], stage: str, times: int
) -> None:
    killed_and_started_again(tmp_path / "data", calm, stage, times)


@pytest.mark.full
@pytest.mark.timeout(600)
def test_a_hand_over_that_is_killed_leaves_no_folder_and_the_next_gives_the_same_files(
    tmp_path: Path, calm: tuple[Path, Path, dict[str, bytes]]
) -> None:
    _, data, _ = calm
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
