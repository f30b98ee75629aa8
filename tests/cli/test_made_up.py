"""Do commands around made-up forces refuse what would mislead, and is made-up never forgotten?"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from headwater.cli import main; main()", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)


@pytest.fixture(scope="module")
def force(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made-up") / "force"
    assert run("synth", folder, "--people", "400", "--seed", "3", "--quiet").returncode == 0
    return folder


def test_a_folder_that_holds_a_force_is_not_written_over(force: Path) -> None:
    again = run("synth", force, "--people", "400", "--seed", "3", "--quiet")
    assert again.returncode == 2
    assert "is not empty" in again.stderr
    assert "Traceback" not in again.stderr


@pytest.mark.full
def test_records_loaded_as_made_up_stay_made_up_in_every_later_search(force: Path, tmp_path: Path) -> None:
    assert run("load", force / "exports", "--data", tmp_path / "data", "--quiet").returncode == 0
    found = run("search", "--data", tmp_path / "data", "--json")
    assert found.returncode == 0
    report = json.loads((Path(json.loads(found.stdout)["folder"]) / "report.json").read_text("utf-8"))
    assert report["made_up"] is True


def test_a_demonstration_does_not_mix_two_forces(tmp_path: Path) -> None:
    (tmp_path / "data" / "force-400-3").mkdir(parents=True)
    mixed = run("demo", "--people", "300", "--seed", "1", "--data", tmp_path / "data", "--quiet")
    assert mixed.returncode == 2
    assert "another made-up force (force-400-3)" in mixed.stderr


def test_a_reason_without_a_decision_is_asked_about(force: Path, tmp_path: Path) -> None:
    assert run("load", force / "exports", "--data", tmp_path / "data", "--quiet").returncode == 0
    alone = run("link", "--reason", "because", "--data", tmp_path / "data", "--quiet")
    assert alone.returncode == 2
    assert "a reason for what?" in alone.stderr
