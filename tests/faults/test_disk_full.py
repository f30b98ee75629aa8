"""The disk fills up at any stage: is the message clear, is nothing half kept, and does the same command end right when there is room?

Each stage runs on a small disk of its own in memory, which is written full to the last byte when the stage begins. Where no disk can be
mounted the kernel lets no file of the process grow any more from that moment on.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.lake import a_force, run, search, visible, whole

STAGES = (
    "Loading", "Opening the records", "Reading narratives", "Preparing names", "Comparing person records", "Joining records", "Working out households",
    "Finding evidence", "Applying the trigger", "Writing pages",
)  # fmt: skip

QUICK = ("Loading", "Joining records", "Writing pages")
"""Those at which files may not grow, one after the other, also where the full suite is not run."""


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, bytes]]:
    """Exports, and what an undisturbed search of them leaves."""
    folder = tmp_path_factory.mktemp("calm")
    exports = a_force(folder / "exports")
    assert search(folder / "data", exports).returncode == 0
    return exports, visible(folder / "data")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 48 MB in memory."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=48m,mode=700", "tmpfs", str(place)]
    try:
        made = subprocess.run(mount, check=False, capture_output=True).returncode == 0
    except FileNotFoundError:
        made = False
    if not made:
        pytest.skip("a small disk can be mounted by root only")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def says_full(said: subprocess.CompletedProcess[str], disk: Path) -> None:
    assert said.returncode == 4, said.stderr
    assert f"The disk is full: {disk}" in said.stderr
    assert "Make room" in said.stderr
    assert "Traceback" not in said.stderr


def stage_on_a_full_disk(stage: str, disk: Path, calm: tuple[Path, dict[str, bytes]], **settings: str) -> None:
    exports, undisturbed = calm
    says_full(search(disk / "data", exports, fault="fill", stage=stage, FULL=str(disk), **settings), disk)
    whole(disk / "data")
    (disk / "filler").unlink()
    again = search(disk / "data", exports)
    assert again.returncode == 0, again.stderr
    assert visible(disk / "data") == undisturbed


@pytest.mark.full
@pytest.mark.timeout(600)
@pytest.mark.parametrize("stage", STAGES)
def test_a_disk_that_fills_up_at_any_stage_is_said_and_the_next_run_ends_as_if_undisturbed(
    stage: str, disk: Path, calm: tuple[Path, dict[str, bytes]]
) -> None:
    stage_on_a_full_disk(stage, disk, calm)


def says_limited(said: subprocess.CompletedProcess[str], folder: Path) -> None:
    assert said.returncode == 4, said.stderr
    assert f"A file may not grow: {folder}" in said.stderr
    assert "(File too large). Nothing half-done was kept" in said.stderr
    assert "ulimit -f" in said.stderr
    assert "Traceback" not in said.stderr


def run_limited(data: Path, exports: Path, stage: str) -> None:
    """A search whose files may not grow from this stage on: it says so, and what is there is whole."""
    says_limited(search(data, exports, fault="limit", stage=stage), data)
    whole(data)


def ends_as_undisturbed(data: Path, calm: tuple[Path, dict[str, bytes]]) -> None:
    exports, undisturbed = calm
    again = search(data, exports)
    assert again.returncode == 0, again.stderr
    assert visible(data) == undisturbed


@pytest.mark.timeout(600)
def test_a_file_that_may_not_grow_is_said_at_one_stage_after_the_other_and_the_next_run_ends_as_if_undisturbed(
    tmp_path: Path, calm: tuple[Path, dict[str, bytes]]
) -> None:
    for stage in QUICK:
        run_limited(tmp_path / "data", calm[0], stage)
    ends_as_undisturbed(tmp_path / "data", calm)


@pytest.mark.full
@pytest.mark.timeout(600)
@pytest.mark.parametrize("stage", STAGES)
def test_a_file_that_may_not_grow_at_any_stage_is_said_and_the_next_run_ends_as_if_undisturbed(
    stage: str, tmp_path: Path, calm: tuple[Path, dict[str, bytes]]
) -> None:
    run_limited(tmp_path / "data", calm[0], stage)
    ends_as_undisturbed(tmp_path / "data", calm)


@pytest.mark.full
@pytest.mark.timeout(600)
def test_a_hand_over_whose_files_may_not_grow_leaves_no_folder_and_names_nothing_that_was_not_given(
    tmp_path: Path, calm: tuple[Path, dict[str, bytes]]
) -> None:
    from tests.faults.confirm import confirm_all

    exports, _ = calm
    data, given = tmp_path / "data", tmp_path / "given"
    assert search(data, exports).returncode == 0
    confirm_all(data)
    words = ("hand-over", str(given), "--data", str(data))
    says_limited(run(*words, fault="limit", stage="Writing packages"), tmp_path)
    assert not given.exists()
    assert not list(tmp_path.glob(".given*"))
    log = data / "lake" / "log" / "disclosures.jsonl"
    assert not log.exists() or log.read_bytes() == b""
    again = run(*words)
    assert again.returncode == 0, again.stderr
    assert list(given.rglob("*.pdf"))


@pytest.mark.full
@pytest.mark.timeout(600)
def test_a_disk_that_fills_up_while_processes_write_drafts_is_said_in_the_same_words(
    disk: Path, calm: tuple[Path, dict[str, bytes]]
) -> None:
    stage_on_a_full_disk("Writing pages", disk, calm, SPREAD="2")


@pytest.mark.full
@pytest.mark.timeout(600)
def test_a_disk_that_fills_up_during_a_hand_over_leaves_no_folder_and_names_nothing_that_was_not_given(
    disk: Path, calm: tuple[Path, dict[str, bytes]]
) -> None:
    from tests.faults.confirm import confirm_all

    exports, _ = calm
    data = disk / "data"
    assert search(data, exports).returncode == 0
    confirm_all(data)
    given = disk / "given"
    words = ("hand-over", str(given), "--data", str(data))
    says_full(run(*words, fault="fill", stage="Writing packages", FULL=str(disk)), disk)
    assert not given.exists()
    assert not list(disk.glob(".given*"))
    log = data / "lake" / "log" / "disclosures.jsonl"
    assert not log.exists() or log.read_bytes() == b""
    (disk / "filler").unlink()
    again = run(*words)
    assert again.returncode == 0, again.stderr
    assert list(given.rglob("*.pdf"))


@pytest.mark.parametrize("fault", [OSError(28, "No space left on device"), OSError(122, "Disk quota exceeded")])
def test_a_full_disk_is_told_from_other_faults_wherever_it_comes_from(fault: OSError) -> None:
    from headwater.cli.storage import explain_storage

    assert "The disk is full" in (explain_storage(fault) or "")
    assert "A file may not grow" in (explain_storage(OSError(27, "File too large")) or "")
    wrapped = RuntimeError("the linker failed")
    wrapped.__cause__ = fault
    assert "The disk is full" in (explain_storage(wrapped) or "")
    assert explain_storage(RuntimeError("of another kind")) is None
