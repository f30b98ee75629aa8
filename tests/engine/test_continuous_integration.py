"""Does continuous integration find the Java 17 that Spark's tests need, and fail where they would be skipped in silence?

The script is run whole, with stand-ins for `make`, `apt-get` and the browser; everything else is the machine's own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / ".ci" / "run"


def stand_in(path: Path, lines: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/usr/bin/env bash\n{lines}\n")
    path.chmod(0o755)


def a_java(folder: Path, version: str) -> Path:
    stand_in(folder / "bin" / "java", f"echo 'openjdk version \"{version}\" 2026-01-20' >&2")
    return folder


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A folder for PATH: the few tools of the machine that the script needs, and a `make` that says what it was told."""
    found = tmp_path / "tools"
    stand_in(found / "make", 'echo "$1 ${JAVA_HOME-none} ${SPARK_REQUIRED-no}"')
    stand_in(found / "chromium", "true")
    for name in ("env", "bash", "dirname", "grep", "cp", "chmod", "mkdir"):
        where = shutil.which(name)
        assert where
        (found / name).symlink_to(where)
    return found


def run_script(tools: Path, java: str | None) -> subprocess.CompletedProcess[str]:
    told = {"PATH": str(tools), "DEBIAN_JAVA": str(tools.parent / "jvm")} | (
        {} if java is None else {"JAVA_HOME": java}
    )
    return subprocess.run(
        ["bash", str(SCRIPT)], env=told, capture_output=True, text=True, check=False, cwd=os.sep, timeout=60
    )


@pytest.mark.parametrize("told", [None, "/nowhere", "older", "newer"])
def test_a_java_home_that_is_wrong_gives_way_to_debians_java_17(tools: Path, tmp_path: Path, told: str | None) -> None:
    debian = a_java(tmp_path / "jvm" / "java-17-openjdk-amd64", "17.0.17")
    java = {"older": "11.0.2", "newer": "25"}
    done = run_script(tools, str(a_java(tmp_path / "told", java[told])) if told in java else told)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"check {debian} yes\ntest-full {debian} yes\n"
    assert ("is taken instead" in done.stderr) == (told is not None)


def test_a_java_home_that_is_right_is_kept(tools: Path, tmp_path: Path) -> None:
    a_java(tmp_path / "jvm" / "java-17-openjdk-amd64", "17.0.17")
    own = a_java(tmp_path / "own", "17")
    done = run_script(tools, str(own))
    assert done.stdout == f"check {own} yes\ntest-full {own} yes\n"
    assert done.stderr == ""


def test_a_java_that_is_not_there_is_installed(tools: Path, tmp_path: Path) -> None:
    ready, debian = a_java(tmp_path / "ready", "17.0.17"), tmp_path / "jvm" / "java-17-openjdk-amd64"
    stand_in(
        tools / "apt-get",
        f'[ "$1" != install ] || {{ echo "$@" >&2; mkdir -p {debian.parent}; cp -r {ready} {debian}; }}',
    )
    done = run_script(tools, "/nowhere")
    assert done.stdout == f"check {debian} yes\ntest-full {debian} yes\n"
    assert "openjdk-17-jre-headless" in done.stderr


def test_no_java_where_packages_can_be_installed_is_a_failure_that_says_what_to_do(tools: Path) -> None:
    stand_in(tools / "apt-get", "exit 100")
    done = run_script(tools, "/nowhere")
    assert done.returncode != 0
    assert done.stdout == ""
    assert "Install openjdk-17-jre-headless, or set JAVA_HOME" in done.stderr


def test_elsewhere_the_tests_are_skipped_and_it_is_said(tools: Path) -> None:
    done = run_script(tools, "/nowhere")
    assert done.returncode == 0
    assert done.stdout == "check none no\ntest-full none no\n"
    assert "will be skipped" in done.stderr
