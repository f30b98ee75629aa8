"""Does a file of any size load in the memory that a portion of it takes?"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.records.samples import CRIME_COLUMNS, crime_row

REPOSITORY = Path(__file__).parents[2]
SCRIPT = """
import json, sys
from pathlib import Path
from headwater.engine import DuckDBEngine
from headwater.records import Lake, load
from tests.peak import peak_bytes
with DuckDBEngine(memory="500MB", threads=1, spill=Path(sys.argv[1]) / "spill") as engine:
    report = load(Lake.open(Path(sys.argv[1]) / "lake"), [Path(sys.argv[2])], engine=engine).batches[0]
print(json.dumps({"rows": report.rows_in, "accepted": report.accepted, "megabytes": peak_bytes() / 1e6}))
"""


def load_rows(folder: Path, crimes: int) -> dict[str, float]:
    """Load two rows for each of so many crimes in a process of its own; says rows and the most memory it held."""
    folder.mkdir()
    path = folder / "crime_1.csv"
    template = "\n".join(crime_row("@", person=n, REL_TO_VICTIM="SON" if n == 2 else "") for n in (1, 2)) + "\n"
    with path.open("w", encoding="utf-8", newline="") as handle:
        handle.write(",".join(CRIME_COLUMNS) + "\n")
        for number in range(crimes):
            handle.write(template.replace("@", f"20DY/{number:07}/16"))
    said = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(folder), str(path)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    path.unlink()
    found: dict[str, float] = json.loads(said.stdout)
    assert found["rows"] == found["accepted"] == 2 * crimes
    return found


@pytest.mark.full
@pytest.mark.timeout(600)
def test_five_times_the_rows_take_little_more_memory(tmp_path: Path) -> None:
    small, large = load_rows(tmp_path / "small", 75_000), load_rows(tmp_path / "large", 375_000)
    assert large["megabytes"] < 1.5 * small["megabytes"]
    assert large["megabytes"] < 1500
