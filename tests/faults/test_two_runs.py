"""Two runs at once on one lake: does the second say so, change nothing, and do its work when the first has ended or died?"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.lake import AS_OF, REPOSITORY, a_force, command, environment, run, search, visible


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_force(tmp_path_factory.mktemp("two") / "exports")


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory, exports: Path) -> dict[str, bytes]:
    """What a search leaves that nothing stands beside."""
    data = tmp_path_factory.mktemp("alone")
    assert search(data, exports).returncode == 0
    return visible(data)


@contextmanager
def held_in(stage: str, data: Path, exports: Path) -> Iterator[subprocess.Popen[str]]:
    """A search that stands still at a stage, holding the lake."""
    words = command("search", str(exports), "--data", str(data), "--as-of", AS_OF, fault="wait", stage=stage, times=1)
    with subprocess.Popen(
        words, env=environment(), cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as first:  # fmt: skip
        assert first.stdout
        assert first.stdout.readline() == "ready\n"
        yield first


def test_the_second_of_two_runs_says_so_and_a_holder_that_died_stands_in_nobodys_way(
    tmp_path: Path, exports: Path
) -> None:
    data = tmp_path / "data"
    with held_in("Reading narratives", data, exports) as first:
        second = run("load", str(exports), "--data", str(data))
        assert second.returncode == 5, second.stderr
        assert "Another run is writing to the lake" in second.stderr
        assert "Wait until it has ended" in second.stderr
        for looks in ("doctor", "tidy"):  # They wait for nobody, and say what they see.
            said = run(looks, "--data", str(data))
            assert (said.returncode, said.stderr.strip()) == (0, ""), said.stdout + said.stderr
        first.kill()
    third = search(data, exports)
    assert third.returncode == 0, third.stderr


@pytest.mark.full
@pytest.mark.timeout(600)
@pytest.mark.parametrize("stage", ["Loading", "Finding evidence"])
def test_both_of_two_searches_come_to_the_same_result_one_after_the_other(
    tmp_path: Path, exports: Path, alone: dict[str, bytes], stage: str
) -> None:
    data = tmp_path / "data"
    with held_in(stage, data, exports) as first:
        before = visible(data)
        assert search(data, exports).returncode == 5
        assert visible(data) == before
        first.communicate("go on\n", timeout=300)
        assert first.returncode == 0
    assert visible(data) == alone
    assert search(data, exports).returncode == 0
    assert visible(data) == alone
