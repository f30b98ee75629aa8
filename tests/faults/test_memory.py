"""Little memory at each stage, and a source without an end: does the work spill or say what to do, and does a stream load in bounded memory?

50 GB are too much for a test. What is shown is that the length does not matter: after the first portions of a stream the process holds no
more than it held then, but for what the engine keeps of each row to know it again, and that lies within the engine's own limit.
"""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.lake import AS_OF, REPOSITORY, a_force, environment, run, visible, whole
from tests.records.samples import CRIME_COLUMNS, crime_row

LIMIT = 200_000_000
"""Bytes that the engine may use: more than it needs, so that it could grow."""

SCRIPT = """
import json, resource, sys
from pathlib import Path
from headwater.engine import DuckDBEngine
from headwater.records import Lake, load
from tests.peak import peak_bytes
resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
held = []
def tell(stage, done, total):
    if stage.startswith("Loading"):
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        held.append(pages * resource.getpagesize())
with DuckDBEngine(memory=sys.argv[3] + "B", threads=1, spill=Path(sys.argv[1]) / "spill") as engine:
    report = load(Lake.open(Path(sys.argv[1]) / "lake"), [Path(sys.argv[2])], engine=engine, progress=tell).batches[0]
print(json.dumps({"rows": report.rows_in, "accepted": report.accepted, "unpacked": report.unpacked_size, "held": held, "peak": peak_bytes()}))
"""

CRIMES = 240_000
KEPT_OF_A_ROW = 64
"""Bytes: twice what the engine takes for one row's digest, and the index of what it waits for."""


@pytest.mark.full
@pytest.mark.timeout(900)
def test_a_stream_takes_no_more_memory_the_longer_it_is(tmp_path: Path) -> None:
    path = tmp_path / "crime_1.csv.gz"
    row = crime_row("@", MO_TEXT="Partner struck her in the face. " * 20) + "\n"
    with gzip.open(path, "wt", encoding="utf-8", newline="", compresslevel=1) as handle:
        handle.write(",".join(CRIME_COLUMNS) + "\n")
        for number in range(CRIMES):
            handle.write(row.replace("@", f"20DY/{number:07}/16"))
    said = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path), str(path), str(LIMIT)], env=environment(), cwd=REPOSITORY, capture_output=True, text=True, check=False
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    found = json.loads(said.stdout)
    assert found["rows"] == found["accepted"] == CRIMES
    assert found["unpacked"] > 200_000_000
    held = found["held"]
    assert len(held) > 10, "a stream of several portions"
    early = max(held[: len(held) // 3])
    assert max(held) < 1.1 * early + KEPT_OF_A_ROW * CRIMES
    assert found["peak"] < 2 * early + LIMIT


@pytest.mark.full
@pytest.mark.timeout(900)
def test_too_little_memory_is_told_at_each_stage_and_what_comes_after_is_as_if_there_had_been_enough(
    tmp_path: Path,
) -> None:
    exports, data, roomy = a_force(tmp_path / "exports"), tmp_path / "data", tmp_path / "roomy"
    for words in (("load", str(exports)), ("link",), ("read",), ("search", "--as-of", AS_OF)):
        assert run(*words, "--data", str(roomy)).returncode == 0
        for memory in ("5MB", "20MB"):
            said = run(*words, "--data", str(data), HEADWATER_MEMORY=memory)
            if said.returncode == 0:
                assert memory != "5MB", f"{words[0]} needs less than was thought"
                break
            assert said.returncode == 4, said.stderr
            assert "Raise the setting `memory` (HEADWATER_MEMORY)" in said.stderr
            assert "Traceback" not in said.stderr
            whole(data)
        else:
            assert run(*words, "--data", str(data)).returncode == 0
        assert visible(data) == visible(roomy), words[0]
