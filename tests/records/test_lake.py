"""Is the lake private, and does its consultation log show every look at people and every change of itself?"""

from __future__ import annotations

import getpass
import hashlib
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from headwater.engine import DuckDBEngine
from headwater.records import Lake, LakeError, load, verify_log
from tests.records.samples import crime_file, crime_row


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake.open(tmp_path / "lake")


def log_of(lake: Lake) -> Path:
    return lake.folder / "log" / "consultations.jsonl"


def look(lake: Lake, *subjects: str) -> None:
    lake.log_consultation(command="explain", purpose="welfare", subjects=subjects)


def test_nothing_in_a_lake_is_open_to_others_even_when_the_system_would_let_them(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        lake = Lake.open(tmp_path / "data" / "lake")
        with DuckDBEngine() as engine:
            load(lake, [crime_file(tmp_path, crime_row())], engine=engine)
        look(lake, "P-1")
        with lake.make_derived("identity", "0123") as folder:
            (folder / "done.json").touch(mode=0o600)
    finally:
        os.umask(before)
    modes = {str(path.relative_to(tmp_path)): stat.S_IMODE(path.stat().st_mode) for path in lake.folder.rglob("*")}
    assert {name for name, mode in modes.items() if mode & 0o077} == set()
    assert len(modes) > 12


@pytest.mark.parametrize("mode", [0o701, 0o710, 0o755, 0o770, 0o777])
def test_a_wider_lake_is_refused_and_not_quietly_closed(lake: Lake, mode: int) -> None:
    lake.folder.chmod(mode)
    with pytest.raises(LakeError, match=f"{mode:04o}.*chmod 700"):
        Lake.open(lake.folder)
    assert stat.S_IMODE(lake.folder.stat().st_mode) == mode


def test_a_file_where_the_lake_should_be_and_a_missing_lake_are_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LakeError, match="is a file, not a folder"):
        Lake.open(tmp_path / "file")
    with pytest.raises(LakeError, match="There is no lake"):
        Lake.open(tmp_path / "nowhere", create=False)


def test_a_look_is_one_line_with_user_time_command_purpose_and_subjects(lake: Lake) -> None:
    look(lake, "K-1", "K-2")
    line = json.loads(log_of(lake).read_text())
    assert (line["command"], line["purpose"], line["subjects"]) == ("explain", "welfare", ["K-1", "K-2"])
    assert line["user"]
    assert line["at"].endswith("+00:00")


@pytest.mark.parametrize("long", [0, 70_000])
def test_each_line_carries_the_digest_of_the_line_before(lake: Lake, long: int) -> None:
    for number in range(4):
        look(lake, f"P-{number}" + "x" * long)
    lines = log_of(lake).read_bytes().splitlines()
    assert [json.loads(line)["before"] for line in lines[1:]] == [
        hashlib.sha256(line).hexdigest() for line in lines[:-1]
    ]
    assert verify_log(lake) == 4


@pytest.mark.parametrize("change", ["edit", "remove", "swap"])
def test_a_log_that_was_changed_is_found_out(lake: Lake, change: str) -> None:
    for number in range(5):
        look(lake, f"P-{number}")
    lines = log_of(lake).read_bytes().splitlines(keepends=True)
    if change == "edit":
        lines[1] = lines[1].replace(b"P-1", b"P-9")
    elif change == "remove":
        del lines[1]
    else:
        lines[1], lines[2] = lines[2], lines[1]
    log_of(lake).write_bytes(b"".join(lines))
    with pytest.raises(LakeError, match="was changed"):
        verify_log(lake)


def test_half_a_line_of_a_killed_process_neither_breaks_the_log_nor_vanishes(lake: Lake) -> None:
    look(lake, "P-1")
    with log_of(lake).open("ab") as handle:
        handle.write(b'{"at": "2026-01-')
    look(lake, "P-2")
    assert verify_log(lake) == 3
    assert json.loads(log_of(lake).read_text().splitlines()[2])["subjects"] == ["P-2"]


def test_looks_at_the_same_moment_all_end_up_in_one_chain(lake: Lake) -> None:
    code = (
        "import sys; from pathlib import Path; from headwater.records.lake import Lake\n"
        "for n in range(20): Lake(Path(sys.argv[1])).log_consultation(command='x', purpose='welfare', subjects=[str(n)])"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, str(lake.folder)]) for _ in range(3)]
    assert [process.wait() for process in running] == [0, 0, 0]
    assert verify_log(lake) == 60


def test_the_log_names_who_reads_where_one_account_reads_for_many(lake: Lake) -> None:
    look(lake, "P-1")
    lake.log_consultation(command="desk", purpose="review", subjects=["K-1"], user="analyst@police.example")
    lines = [json.loads(line) for line in log_of(lake).read_text("utf-8").splitlines()]
    assert [line["user"] for line in lines] == [getpass.getuser(), "analyst@police.example"]
    assert verify_log(lake) == 2
