"""Does the how-to page work when it is followed to the letter?"""

from __future__ import annotations

import re
from pathlib import Path

from headwater.engine import DuckDBEngine
from headwater.records import Lake, load, open_records

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "add-a-source.md"


def test_an_eighth_source_needs_one_mapping_file_and_no_code(tmp_path: Path) -> None:
    page = PAGE.read_text(encoding="utf-8")
    sample, mapping = (re.search(rf"```{kind}\n(.*?)```", page, re.DOTALL) for kind in ("csv", "yaml"))
    assert sample
    assert mapping
    (tmp_path / "my-catalogue" / "sources").mkdir(parents=True)
    (tmp_path / "my-catalogue" / "sources" / "housing.yaml").write_text(mapping[1])
    export = tmp_path / "housing_2016.csv"
    export.write_text(sample[1])
    lake = Lake.open(tmp_path / "lake")
    with DuckDBEngine() as engine:
        report = load(lake, [export], engine=engine, catalogue=tmp_path / "my-catalogue").batches[0]
        assert (report.rows_in, report.accepted, report.quarantined) == (3, 2, 1)
        open_records(engine, lake)
        people = engine.fetch("SELECT given_name, family_name FROM person_record").to_pylist()
        texts = engine.fetch("SELECT text FROM narrative ORDER BY 1")["text"].to_pylist()
    assert people == [{"given_name": "Carla", "family_name": "MADEUP"}] * 2
    assert texts == ["Door kicked in.", "Shouting at night, child crying."]
