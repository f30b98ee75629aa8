"""Little memory, and a source without an end: does the work spill or say what to do, and does a stream load in bounded memory?

50 GB are too much for a test. What is shown: a gzip file that unpacks to four times as much as another takes no more memory
than it; memory does not depend on the size, so that 50 GB take the same, and the time that grows with the rows.
"""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.lake import REPOSITORY, a_force, environment, search, visible
from tests.records.samples import CRIME_COLUMNS, crime_row

SCRIPT = """
import json, resource, sys
from pathlib import Path
from headwater.engine import DuckDBEngine
from headwater.records import Lake, load
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[3]), int(sys.argv[3])))
with DuckDBEngine(memory="300MB", threads=1, spill=Path(sys.argv[1]) / "spill") as engine:
    report = load(Lake.open(Path(sys.argv[1]) / "lake"), [Path(sys.argv[2])], engine=engine).batches[0]
print(json.dumps({"rows": report.rows_in, "accepted": report.accepted, "unpacked": report.unpacked_size,
                  "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
"""


def load_stream(folder: Path, crimes: int) -> dict[str, float]:
    """Load a gzip file of so many crimes, written as it is generated, in a process that may have 4 GB of addresses."""
    folder.mkdir()
    path = folder / "crime_1.csv.gz"
    row = crime_row("@", MO_TEXT="Partner struck her in the face. " * 20) + "\n"
    with gzip.open(path, "wt", encoding="utf-8", newline="", compresslevel=1) as handle:
        handle.write(",".join(CRIME_COLUMNS) + "\n")
        for number in range(crimes):
            handle.write(row.replace("@", f"20DY/{number:07}/16"))
    said = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(folder), str(path), str(4 << 30)], env=environment(), cwd=REPOSITORY, capture_output=True, text=True, check=False
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    found: dict[str, float] = json.loads(said.stdout)
    assert found["rows"] == found["accepted"] == crimes
    return found


@pytest.mark.full
@pytest.mark.timeout(900)
def test_a_stream_of_four_times_the_length_takes_no_more_memory(tmp_path: Path) -> None:
    small, large = load_stream(tmp_path / "small", 60_000), load_stream(tmp_path / "large", 240_000)
    assert large["unpacked"] > 200_000_000
    assert large["megabytes"] < 1.25 * small["megabytes"] + 50


@pytest.mark.full
@pytest.mark.timeout(600)
def test_too_little_memory_is_told_with_what_to_do_and_enough_gives_the_same_bytes(tmp_path: Path) -> None:
    exports, data = a_force(tmp_path / "exports"), tmp_path / "data"
    said = search(data, exports, HEADWATER_MEMORY="20MB")
    assert said.returncode == 4, said.stderr
    assert "Raise the setting `memory` (HEADWATER_MEMORY)" in said.stderr
    assert search(data, exports).returncode == 0
    assert search(tmp_path / "roomy", exports).returncode == 0
    assert visible(data) == visible(tmp_path / "roomy")
