"""Whatever bytes come, is there either one named error or an account of every row?"""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headwater.engine import DuckDBEngine
from headwater.records import FileFault, Lake, load
from tests.records.samples import crime_file, crime_row, incident, incident_file, notice, notice_file


def originals() -> dict[str, bytes]:
    """One valid file of each shape."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = [
            crime_file(folder, crime_row(), crime_row(person=2, MO_TEXT='a "b"\nc'), crime_row("X")),
            incident_file(folder, incident(), incident("2")),
            notice_file(folder, notice(), notice("PN/2")),
        ]
        return {path.name: path.read_bytes() for path in paths}


ORIGINALS = originals()
_ENGINE = DuckDBEngine(memory="500MB", threads=1)


def account(name: str, content: bytes) -> None:
    """Load the bytes: every row is accounted for, or one FileFault says why not."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        lake = Lake.open(Path(folder) / "lake")
        try:
            for report in load(lake, [path], engine=_ENGINE).batches:
                assert report.rows_in == report.accepted + report.quarantined + report.exact_repeats
                assert report.rows_in > 0
        except FileFault as fault:
            refused = str(fault)
        else:
            return
        assert path.name in refused
        assert lake.manifests() == []


CHANGES = st.lists(
    st.tuples(
        st.floats(0, 1),
        st.integers(0, 40),
        st.binary(max_size=12) | st.sampled_from([b'"', b"\n", b"\r\n", b",", b"\\", b"}", b"]", b"\xff"]),
    ),
    min_size=1,
    max_size=4,
)


def mutate(content: bytes, changes: list[tuple[float, int, bytes]]) -> bytes:
    for place, taken, put in changes:
        at = int(place * len(content))
        content = content[:at] + put + content[at + taken :]
    return content


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(name=st.sampled_from(sorted(ORIGINALS)), changes=CHANGES)
def test_a_mutated_file_is_accounted_for(name: str, changes: list[tuple[float, int, bytes]]) -> None:
    account(name, mutate(ORIGINALS[name], changes))


@pytest.mark.full
@settings(max_examples=120, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(name=st.sampled_from(sorted(ORIGINALS)), changes=CHANGES)
def test_a_mutated_file_is_accounted_for_at_length(name: str, changes: list[tuple[float, int, bytes]]) -> None:
    account(name, mutate(ORIGINALS[name], changes))


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(name=st.sampled_from([*sorted(ORIGINALS), "crime_9.csv.gz"]), content=st.binary(max_size=300))
def test_random_bytes_are_accounted_for(name: str, content: bytes) -> None:
    account(name, content)
