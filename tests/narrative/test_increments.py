"""Are the mentions of a lake the same, whether a night reads only what its records touch or everything is read again?"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pyarrow as pa
import pytest

from headwater.engine import DuckDBEngine
from headwater.narrative import open_narrative, read_narratives
from headwater.records import Lake, current, load, open_and_keep, open_records
from tests.records.samples import crime_file, crime_row, incident, incident_file, notice, notice_file

TOLD = "Ann was drunk. Ann takes heroin."
Rows = tuple[list[str], list[dict[str, object]]]
NIGHTS: tuple[Rows, ...] = (
    (
        [
            crime_row("20DY/000007/16", MO_TEXT="Suspect had been drinking and carried a knife."),
            crime_row(version=2, MO_TEXT="Nobody was hurt, he was not drunk."),
            crime_row("20DY/000002/16", version=2, MO_TEXT=""),
        ],
        [],
    ),
    ([], [notice("PN/3", version=2, narrative=TOLD, people=[], created="2016-09-02 10:00")]),
    ([crime_row("20DY/000003/16", version=2, STATUS="CANCELLED", MO_TEXT="")], []),
    ([], [notice("PN/3", version=3, narrative="", people=[], created="2016-09-02 10:00")]),
)
"""What the nights bring. A new record, one with another text and one without its text; a notice of the same text that no longer says who
Ann is; a record cancelled; a notice that keeps neither text nor people."""


def mentions(lake: Lake, full: bool) -> tuple[dict[str, object], pa.Table]:
    """What a reading says of itself, and all mentions in order."""
    with DuckDBEngine() as engine:
        open_records(engine, lake)
        folder = read_narratives(engine, lake, full=full)
        open_narrative(engine, folder)
        said: dict[str, object] = json.loads((folder / "done.json").read_text("utf-8"))
        return said, engine.fetch("SELECT * FROM mention ORDER BY ALL")


def bring(lake: Lake, folder: Path, crimes: list[str], notices: list[dict[str, object]]) -> None:
    folder.mkdir()
    if crimes:
        crime_file(folder, *crimes)
    if notices:
        notice_file(folder, *notices)
    with DuckDBEngine() as engine:
        load(lake, [folder], engine=engine)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    exports = tmp_path / "exports"
    exports.mkdir()
    incident_file(exports, incident())
    notice_file(exports, notice(), notice("PN/3", narrative=TOLD, created="2016-09-02 10:00"))
    crime_file(
        exports,
        crime_row(MO_TEXT="He was drunk and hit her."),
        crime_row("20DY/000002/16", MO_TEXT="Victim was drunk."),
        crime_row("20DY/000003/16", MO_TEXT="Victim was drunk."),
    )
    found = Lake.open(tmp_path / "lake")
    with DuckDBEngine() as engine:
        load(found, [exports], engine=engine)
    return found


def test_nights_find_what_a_full_reading_finds(lake: Lake, tmp_path: Path) -> None:
    """Exactly: night by night, each built on the one before."""
    seen = [mentions(lake, full=False)[1]]
    for number, rows in enumerate(NIGHTS):
        bring(lake, tmp_path / f"night-{number}", *rows)
        said, nightly = mentions(lake, full=False)
        assert said["built_on"]
        assert said["narratives"] == (2, 1, 0, 0)[number], "as many as the night's records have, and no others"
        told, full = mentions(lake, full=True)
        assert told["built_on"] is None
        assert nightly.equals(full)
        assert not nightly.equals(seen[-1])
        seen.append(nightly)
        # The next night is to be built on this night, not on the full reading that it was compared with.
        shutil.rmtree(lake.list_derived("narrative")[0])
    assert len(seen[0]) > 3


def test_a_night_reads_the_same_over_rows_that_were_kept(
    lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What says which kept rows no longer hold is not what says which narratives are to be read again."""
    with DuckDBEngine() as engine:
        open_and_keep(engine, lake)
    mentions(lake, full=False)
    monkeypatch.setattr(current, "MANY", 100)
    bring(lake, tmp_path / "night", *NIGHTS[0])
    with DuckDBEngine() as engine:
        open_records(engine, lake)
        before = {name: engine.fetch(f"SELECT * FROM {name} ORDER BY ALL") for name in ("event", "narrative")}
        assert json.loads((read_narratives(engine, lake) / "done.json").read_text("utf-8"))["built_on"]
        for name, rows in before.items():
            assert engine.fetch(f"SELECT * FROM {name} ORDER BY ALL").equals(rows), name
    assert mentions(lake, full=False)[1].equals(mentions(lake, full=True)[1])


def test_a_reading_that_was_made_is_made_once(lake: Lake, tmp_path: Path) -> None:
    mentions(lake, full=False)
    bring(lake, tmp_path / "night", *NIGHTS[0])
    mentions(lake, full=False)
    before = lake.list_derived("narrative")
    mentions(lake, full=False)
    assert lake.list_derived("narrative") == before


def test_everything_is_read_when_a_batch_is_no_longer_as_it_was(lake: Lake, tmp_path: Path) -> None:
    """So it is after an erasure, which leaves its count in the manifest."""
    mentions(lake, full=False)
    bring(lake, tmp_path / "night", *NIGHTS[0])
    manifest = next(lake.batches.glob("000001-*")) / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text("utf-8")) | {"erased": 1}), encoding="utf-8")
    said, _ = mentions(lake, full=False)
    assert said["built_on"] is None
