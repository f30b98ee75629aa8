"""Which mentions does a lake's narrative give, with what handling, and is the same work done only once?"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from headwater.engine import DuckDBEngine
from headwater.narrative import mentions, open_narrative, read_narratives
from headwater.records import Lake

TEXTS = [
    ("n1", "e1", "safeguarding", "ordinary", "Kian says that Sarah was not drunk but dad hits mum."),
    ("n2", "e2", "intelligence", "intelligence", "Not believed to be dealing drugs, his father is in prison."),
    ("n3", "e3", "crime", "ordinary", None),
    ("n4", "e4", "crime", "ordinary", "In 2031 she was drunk."),
]


def prepare(engine: DuckDBEngine) -> None:
    values = ", ".join(
        f"('{n}', '{e}', '{s}', '{h}', {'NULL' if t is None else repr(t)}, TIMESTAMP '2030-01-01', 'p1')"
        for n, e, s, h, t in TEXTS
    )
    engine.create(
        "narrative",
        f"SELECT * FROM (VALUES {values}) t(narrative_id, event_id, source, handling, text, written_at, person_record_id)",
    )
    engine.create(
        "person_record",
        "SELECT * FROM (VALUES ('p1', 'Kian', 'male', DATE '2020-05-01'), ('p2', 'Sarah', 'female', DATE '1995-01-01')) "
        "t(person_record_id, given_name, sex, date_of_birth)",
    )
    engine.create(
        "relationship",
        "SELECT * FROM (VALUES ('p2', 'p1', 'parent', 'e1')) t(person_record_id, other_person_record_id, kind, event_id)",
    )
    engine.create(
        "involvement", "SELECT * FROM (VALUES ('e1', 'p1'), ('e1', 'p2'), ('e2', 'p1')) t(event_id, person_record_id)"
    )


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake.open(tmp_path / "lake")


def read_all(lake: Lake) -> tuple[Path, list[dict[str, object]]]:
    with DuckDBEngine() as engine:
        prepare(engine)
        folder = read_narratives(engine, lake)
        open_narrative(engine, folder)
        rows: list[dict[str, object]] = engine.fetch('SELECT * FROM mention ORDER BY mention_id, "end"').to_pylist()
    return folder, rows


def test_every_mention_keeps_its_narrative_event_source_and_handling(lake: Lake) -> None:
    _, rows = read_all(lake)
    assert {(row["narrative_id"], row["event_id"], row["source"], row["handling"]) for row in rows} == {
        (n, e, s, h) for n, e, s, h, _ in TEXTS if n != "n3"
    }
    assert len({row["mention_id"] for row in rows}) == len(rows)


def test_rows_of_intelligence_carry_no_word_of_it(lake: Lake) -> None:
    folder, rows = read_all(lake)
    intelligence = [row for row in rows if row["handling"] != "ordinary"]
    assert {row["concept"] for row in intelligence} >= {"drug_misuse", "imprisonment"}
    assert any(row["negated"] for row in intelligence)
    assert all(row["cue"] is None for row in intelligence)
    assert any(row["cue"] for row in rows)
    for word in (b"believed", b"dealing", b"his father"):
        assert word not in (folder / "mention.parquet").read_bytes()


def test_names_and_years_of_the_record_are_used(lake: Lake) -> None:
    _, rows = read_all(lake)
    drunk = {row["narrative_id"]: row for row in rows if row["concept"] == "alcohol_misuse"}
    assert (drunk["n1"]["about"], drunk["n1"]["negated"]) == ("mother", True)
    assert not drunk["n4"]["historical"]  # 2031 is not past in a text of 2030


def test_the_same_records_give_the_same_folder_and_the_same_bytes(
    lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, _ = read_all(lake)
    again, _ = read_all(lake)
    assert again == folder
    other, _ = read_all(Lake.open(tmp_path / "other"))
    assert (other / "mention.parquet").read_bytes() == (folder / "mention.parquet").read_bytes()
    monkeypatch.setattr(mentions, "SLICE", 2)
    sliced, _ = read_all(Lake.open(tmp_path / "sliced"))
    assert pq.read_table(sliced / "mention.parquet").equals(pq.read_table(folder / "mention.parquet"))


def test_another_method_gives_another_folder(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, _ = read_all(lake)
    monkeypatch.setattr(mentions, "METHOD", "never used")
    assert read_all(lake)[0] != folder


def test_a_lake_without_narratives_gives_an_empty_table(lake: Lake) -> None:
    with DuckDBEngine() as engine:
        prepare(engine)
        engine.run("CREATE OR REPLACE TEMP TABLE kept AS SELECT * FROM narrative WHERE false")
        engine.create("narrative", "SELECT * FROM kept")
        table = pq.read_table(read_narratives(engine, lake) / "mention.parquet")
    assert len(table) == 0
    assert table.column_names == list(mentions.COLUMNS)
    assert table.schema.field("start").type == pa.int64()
