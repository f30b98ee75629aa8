"""The power goes, or the disk fills up, in the middle of a line: is every line that was told as kept still there, and no other?

The system ends a write at a byte that the test names (RLIMIT_FSIZE): it kills the process there, or tells it that there is no
room.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from headwater.engine import append_lines
from headwater.identity import decide, list_decisions
from headwater.records import Lake, verify_log
from headwater.records.lake import LakeError
from tests.faults.lake import REPOSITORY, environment

SCRIPT = """
import resource, signal, sys
from pathlib import Path
from headwater.identity import decide
from headwater.records import Lake
place, what, room, ending = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4]
lake = Lake.open(place)
if ending == "killed":
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
if what == "identity":
    decide(lake, record_a="a", record_b="c", verdict="same person", role="r", reason="x" * 50, user="u")
else:
    lake.log_consultation(command="test", purpose="welfare", subjects=["P-2"], user="u")
"""


def break_off(lake: Lake, what: str, room: int, ending: str) -> int:
    words = [sys.executable, "-c", SCRIPT, str(lake.folder), what, str(room), ending]
    return subprocess.run(words, env=environment(), cwd=REPOSITORY, capture_output=True, check=False).returncode


def keep(lake: Lake, what: str, other: str) -> None:
    if what == "identity":
        decide(lake, record_a="a", record_b=other, verdict="same person", role="r", reason="seen", user="u")
    else:
        lake.log_consultation(command="test", purpose="welfare", subjects=[other], user="u")


def count(lake: Lake, what: str) -> int:
    return len(list_decisions(lake)) if what == "identity" else verify_log(lake)


@pytest.mark.parametrize(
    ("what", "path"), [("identity", "decisions/identity.jsonl"), ("log", "log/consultations.jsonl")]
)
@pytest.mark.parametrize("ending", ["killed", "told"])
def test_a_line_that_broke_off_loses_nothing_that_was_kept_before_or_after(
    tmp_path: Path, what: str, path: str, ending: str
) -> None:
    lake = Lake.open(tmp_path / "lake")
    keep(lake, what, "b")
    file = lake.folder / path
    before = file.read_bytes()
    assert break_off(lake, what, len(before) + 40, ending) != 0
    if ending == "told":
        assert file.read_bytes() == before
    else:
        assert len(file.read_bytes()) == len(before) + 40
    keep(lake, what, "d")
    assert file.read_bytes().startswith(before)
    if what == "identity":
        assert [(d.record_a, d.record_b) for d in list_decisions(lake)] == [("a", "b"), ("a", "d")]
    else:
        assert verify_log(lake) == (2 if ending == "told" else 3)


def test_a_whole_line_that_is_no_decision_is_told_and_not_passed_over(tmp_path: Path) -> None:
    lake = Lake.open(tmp_path / "lake")
    keep(lake, "identity", "b")
    with (lake.decisions / "identity.jsonl").open("r+b") as handle:
        append_lines(handle, b'{"verdict": "same person"}\n')
    with pytest.raises(LakeError, match=r"Line 2 of .* is no decision. Restore"):
        list_decisions(lake)
