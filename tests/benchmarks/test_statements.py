"""Does the list of statements name what the engine was given, the line that asked, and how often?"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.lake import REPOSITORY, environment
from tests.records.samples import crime_file, crime_row


@pytest.mark.full
def test_a_command_runs_as_usual_and_its_statements_are_told_with_their_lines(tmp_path: Path) -> None:
    exports = tmp_path / "exports"
    exports.mkdir()
    crime_file(exports, crime_row())
    words = ["--most", "5", "--", "load", str(exports), "--quiet", "--data", str(tmp_path / "data")]
    done = subprocess.run(
        [sys.executable, "benchmarks/statements.py", *words], env=environment(), cwd=REPOSITORY, capture_output=True, text=True, check=True
    )  # fmt: skip
    assert "1 row = 1 accepted" in done.stdout
    head, *rows = done.stderr.splitlines()
    assert head.endswith("statements")
    assert len(rows) == 5
    assert any("records/intake.py:" in row for row in rows)
    seconds = [float(row.split()[0]) for row in rows]
    assert seconds == sorted(seconds, reverse=True)
