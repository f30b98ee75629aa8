"""Whatever bytes come, is there either one named error or an account of every row, to the last byte?"""

from __future__ import annotations

import gzip
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headwater.engine import DuckDBEngine
from headwater.records import BatchReport, FileFault, Lake, load, read_sources
from tests.records.samples import crime_file, crime_row, incident, incident_file, intelligence_file, notice, notice_file

_ENGINE = DuckDBEngine(memory="500MB", threads=1)
SOURCES = read_sources()


def blank_file(folder: Path, source: str, name: str, values: list[dict[str, str]]) -> Path:
    """A CSV export of any source with these values and nothing else in its rows."""
    mapping = SOURCES[source]
    part = mapping.format.delimiter
    rows = [part.join((dict.fromkeys(mapping.columns, "") | row).values()) for row in values]
    path = folder / name
    path.write_bytes("\n".join([part.join(mapping.columns), *rows, ""]).encode(mapping.format.encoding))
    return path


def originals() -> dict[str, bytes]:
    """One valid file of each of the seven shapes, one of them packed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = [
            crime_file(folder, crime_row(), crime_row(person=2, MO_TEXT='a "b"\nc'), crime_row("X")),
            incident_file(folder, incident(), incident("2")),
            notice_file(folder, notice(), notice("PN/2")),
            intelligence_file(folder, "IR1|1|20160304|3x5x2|1|B|P|1|SUBJECT|A B|20080109|F||||||T|x é"),
            blank_file(folder, "custody", "custody_1.csv", [{"CUSTODY_NO": "1", "ARRIVED": "04-Mar-2016 10:00", "MARKERS": "DRUG_DEP|x"}]),
            blank_file(folder, "missing", "missing_1.csv", [{"MISPER_ID": "1", "REPORTED_AT": "2016-03-04 10:00", "FULL_NAME": "Zoë Up"}]),
            blank_file(folder, "childrens_services", "childrens_services_1.csv", [
                {"FACT_REF": "1", "FACT": "PLAN", "TYPE": "CIN", "START": "04/03/2016"}, {"FACT_REF": "2", "FACT": "CARE", "TYPE": "FOSTER", "START": "x"},
            ]),
        ]  # fmt: skip
        found = {path.name: path.read_bytes() for path in paths}
    return found | {"crime_2.csv.gz": gzip.compress(found["crime_2016.csv"])}


ORIGINALS = originals()


def account(name: str, content: bytes) -> BatchReport | None:
    """Load the bytes: every row and every byte is accounted for, or one FileFault says why not."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        lake = Lake.open(Path(folder) / "lake")
        refused = ""
        try:
            report = load(lake, [path], engine=_ENGINE).batches[0]
        except FileFault as fault:
            refused = str(fault)
        if refused:
            assert path.name in refused
            assert lake.manifests() == []
            assert list(lake.batches.glob("*")) == []
            return None
        assert report.rows_in == report.accepted + report.quarantined + report.exact_repeats
        assert report.rows_in > 0
        _ENGINE.read_parquet("kept", lake.batch_files("raw"))
        kept = _ENGINE.fetch("SELECT row_no, byte_start, byte_end FROM kept ORDER BY row_no").to_pylist()
        assert len(kept) == report.accepted + report.quarantined
        _ENGINE.read_parquet("aside", lake.batch_files("quarantine"))
        aside = _ENGINE.fetch("SELECT reason FROM aside").to_pylist()
        assert len(aside) == report.quarantined
        assert all(row["reason"] for row in aside)
        if report.exact_repeats == 0:
            assert_no_byte_is_lost(name, content, [(row["byte_start"], row["byte_end"]) for row in kept])
        return report


def assert_no_byte_is_lost(name: str, content: bytes, ranges: list[tuple[int, int]]) -> None:
    """Between the rows stands nothing but the column names, line ends and what parts the elements of an array."""
    plain = gzip.decompress(content) if name.endswith(".gz") else content
    shape = Path(name.removesuffix(".gz")).suffix
    position, between = 0, []
    for start, end in ranges:
        assert start >= position
        between.append(plain[position:start])
        position = end
    between.append(plain[position:])
    first, *others = [part.removeprefix(b"\xef\xbb\xbf").strip(b" \t\r\n") for part in between]
    if shape == ".json":
        assert first.startswith(b"[")
        assert {bytes(set(part) - set(b" \t\r\n,")) for part in [first[1:], *others]} <= {b"", b"]"}
    else:
        assert not any(others)
        assert (first == b"") is (shape == ".jsonl")


NASTY = [
    b'"', b"\n", b"\r\n", b",", b";", b"|", b"\\", b"}", b"]", b"[", b"{", b"\xff", b"\x00", b"\xef\xbb\xbf", b"null", b"\\u0000",
    b"\\ud800",
]  # fmt: skip
CHANGES = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 40), st.binary(max_size=12) | st.sampled_from(NASTY)),
    min_size=1,
    max_size=4,
)


def mutate(content: bytes, changes: list[tuple[float, int, bytes]]) -> bytes:
    for place, taken, put in changes:
        at = int(place * len(content))
        content = content[:at] + put + content[at + taken :]
    return content


@pytest.mark.parametrize("name", sorted(ORIGINALS))
def test_the_files_that_are_mutated_are_good_ones(name: str) -> None:
    report = account(name, ORIGINALS[name])
    assert report is not None
    assert report.accepted > 0


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(name=st.sampled_from(sorted(ORIGINALS)), changes=CHANGES)
def test_a_mutated_file_is_accounted_for(name: str, changes: list[tuple[float, int, bytes]]) -> None:
    account(name, mutate(ORIGINALS[name], changes))


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(
    name=st.sampled_from(["crime_2016.csv", "incidents_2016.jsonl", "protection_notices_2016.json"]), changes=CHANGES
)
def test_a_mutated_file_inside_a_good_packing_is_accounted_for(
    name: str, changes: list[tuple[float, int, bytes]]
) -> None:
    account(f"{name}.gz", gzip.compress(mutate(ORIGINALS[name], changes)))


@pytest.mark.full
@settings(max_examples=400, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(name=st.sampled_from(sorted(ORIGINALS)), changes=CHANGES)
def test_a_mutated_file_is_accounted_for_at_length(name: str, changes: list[tuple[float, int, bytes]]) -> None:
    account(name, mutate(ORIGINALS[name], changes))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(name=st.sampled_from([*sorted(ORIGINALS), "incidents_9.jsonl.gz"]), content=st.binary(max_size=300))
def test_random_bytes_are_accounted_for(name: str, content: bytes) -> None:
    account(name, content)
