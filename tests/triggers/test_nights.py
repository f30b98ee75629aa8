"""Do the drafts of a night, built on the nights before it, end as those of a search from the beginning?"""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pytest

from headwater.engine import DuckDBEngine
from headwater.identity import decide
from headwater.records import Lake
from headwater.synthetic import make_force
from headwater.triggers.search import search
from nightly import count_apart, deal

TABLES = ("person", "person_summary", "tie", "residence", "household_member", "evidence")


def search_nights(folder: Path, people: int, nights: int, share: float, few: float = 0.0) -> None:
    """Search a made-up force night by night, with a reviewer's decisions between, and in the end from the beginning: all that was found
    about whom, and every draft, is the same.

    Pairs keep the weight of the night on which they were compared, so over some nights a `few` of the rows may differ, and how
    sure a record's place is may lie on the other side of a border (decision 20); the drafts may not.
    """
    make_force(folder / "force", people=people, seed=5)
    lake = Lake.open(folder / "lake")
    first, *increments = deal(folder / "force" / "exports", folder / "dealt", nights, share)
    assert len(increments) == nights
    found, runs = [], []
    for number, inputs in enumerate([first, *increments, None]):
        with DuckDBEngine(threads=2) as engine:
            report = search(lake, engine=engine, inputs=[inputs] if inputs else [], made_up=True, full=inputs is None)
            runs.append(report.folder)
            said = json.loads((lake.list_derived("identity")[0] / "done.json").read_text("utf-8"))
            assert bool(said["built_on"]) == (0 < number <= nights)
            if number == 1:
                pair = engine.fetch(
                    "SELECT a.person_record_id AS a, b.person_record_id AS b FROM person a JOIN person b ON a.person_id = b.person_id "
                    "AND a.person_record_id < b.person_record_id ORDER BY 1, 2 LIMIT 1"
                ).to_pylist()[0]
                decide(
                    lake, record_a=pair["a"], record_b=pair["b"], verdict="not the same person", role="reviewer", reason="seen", user="a"
                )  # fmt: skip
            if number >= nights:
                found.append({table: engine.fetch(f"SELECT * FROM {table} ORDER BY ALL") for table in TABLES})
    assert found[0]["evidence"].num_rows > 20
    for table in TABLES:
        if not few:
            assert found[0][table].equals(found[1][table]), table
        elif table != "person_summary":  # It says of each person how sure, and otherwise follows from `person`.
            night, full = (_rows(tables[table]) for tables in found)
            assert len(night ^ full) <= few * len(full), table
    assert len(list((runs[-1] / "packages").glob("K-*.json"))) > 0
    assert count_apart(runs[-2], runs[-1]) == 0


def _rows(table: pa.Table) -> set[str]:
    kept = [name for name in table.column_names if name != "certainty"]
    return {repr(row) for row in table.select(kept).to_pylist()}


def test_two_nights_end_with_the_drafts_of_a_full_search(tmp_path: Path) -> None:
    search_nights(tmp_path, people=250, nights=2, share=0.02)


@pytest.mark.full
def test_six_nights_end_with_the_drafts_of_a_full_search(tmp_path: Path) -> None:
    search_nights(tmp_path, people=1500, nights=6, share=0.004, few=0.002)
