"""Can a reviewer see why records are one person, and decide otherwise on the command line?"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from headwater.engine import DuckDBEngine
from headwater.identity import explain_links, link, open_identity
from headwater.records import Lake, load, open_records
from tests.records.samples import crime_file, crime_row, notice, notice_file

FIRST, SECOND = "protection_notice:PN/0000001/16:1", "protection_notice:PN/2:1"


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    exports = tmp_path / "exports"
    exports.mkdir()
    crime_file(exports, crime_row(SURNAME="UP1", PNC_ID="81/34U"))
    notice_file(exports, notice(), notice("PN/2", created="2016-09-01 10:00"))
    found = Lake.open(tmp_path / "data" / "lake")
    with DuckDBEngine() as engine:
        load(found, [exports], engine=engine)
    return found


def persons(lake: Lake, engine: DuckDBEngine) -> dict[str, str]:
    open_records(engine, lake)
    open_identity(engine, link(engine, lake))
    return {row["person_record_id"]: row["person_id"] for row in engine.fetch("SELECT * FROM person").to_pylist()}


def decide(lake: Lake, *options: str) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-c",
        "from headwater.cli import main; main()",
        "link",
        *options,
        "--data",
        str(lake.folder.parent),
        "--quiet",
    ]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_each_link_shows_what_every_comparison_weighed_and_the_weights_add_up(lake: Lake) -> None:
    with DuckDBEngine() as engine:
        found = persons(lake, engine)
        links = explain_links(engine, found[FIRST])
        prior = engine.fetch("SELECT DISTINCT round(match_weight - name_weight - date_of_birth_weight - address_weight - pnc_weight "
                             "- local_number_weight - sex_weight - phone_weight, 2) AS prior FROM link")["prior"].to_pylist()  # fmt: skip
    assert {FIRST, SECOND} in [{row["record_a"], row["record_b"]} for row in links]
    assert all(row["weights"]["name"] > 0 and row["weights"]["date_of_birth"] > 0 for row in links)
    assert len(prior) == 1
    assert prior[0] < 0, "before anything is compared two records are rather two people"


def test_a_person_of_one_record_has_no_links(lake: Lake) -> None:
    assert decide(lake, "--apart", FIRST, SECOND, "--reason", "Cousins of one name.").returncode == 0
    with DuckDBEngine() as engine:
        found = persons(lake, engine)
        alone = [person for person in found.values() if list(found.values()).count(person) == 1]
        assert alone
        assert explain_links(engine, alone[0]) == []


def test_a_decision_on_the_command_line_parts_two_records_and_can_be_taken_back(lake: Lake) -> None:
    assert decide(lake, "--apart", FIRST, SECOND, "--reason", "Cousins of one name.").returncode == 0
    with DuckDBEngine() as engine:
        found = persons(lake, engine)
    assert found[FIRST] != found[SECOND]
    assert decide(lake, "--undecided", FIRST, SECOND, "--reason", "One person after all.").returncode == 0
    with DuckDBEngine() as engine:
        found = persons(lake, engine)
    assert found[FIRST] == found[SECOND]


def test_a_decision_without_a_reason_or_about_no_record_is_refused_and_nothing_is_kept(lake: Lake) -> None:
    without = decide(lake, "--apart", FIRST, SECOND)
    assert without.returncode == 3
    assert "Give a reason" in without.stderr
    unknown = decide(lake, "--apart", FIRST, "nosuch:1", "--reason", "x")
    assert unknown.returncode == 3
    assert "no person record nosuch:1" in unknown.stderr
    assert not (lake.decisions / "identity.jsonl").exists()
