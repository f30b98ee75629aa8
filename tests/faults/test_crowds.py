"""Thousands of people at one address, thousands of records of one person, one text of ten megabytes: right, in bounded work?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from headwater.engine import DuckDBEngine
from headwater.identity import link, open_identity
from headwater.identity.repeats import MOST_ALIKE
from headwater.records import Lake, load, open_records
from headwater.triggers.packages.package import Package
from headwater.triggers.search import search
from tests.records.samples import crime_file, crime_row
from tests.triggers.world import TODAY, Who, World, a_family, a_home, caller, mother, victim


def a_name(number: int) -> str:
    """Four letters that differ from number to number."""
    return "".join("ABCDEFGHIJKLMNOPQRSTUVWXYZ"[number // 26**place % 26] for place in range(4)).title()


def test_somebody_with_many_records_in_the_same_words_is_one_person_without_all_pairs(tmp_path: Path) -> None:
    exports = tmp_path / "exports"
    exports.mkdir()
    many = 3 * MOST_ALIKE
    rows = [crime_row(f"20DY/{number:06}/16", SURNAME="OFTEN") for number in range(many)]
    rows += [
        crime_row(
            f"20DY/{number:06}/16", person=2, ROLE="SUS", FORENAMES="Rob", SURNAME="OFTEN", DOB="03/07/1980", SEX="M"
        )
        for number in range(50)
    ]
    rows += [crime_row("20DY/900001/16", SURNAME="OFTEN", FORENAMES="Ann Made", DOB="05/02/1985")]
    crime_file(exports, *rows)
    lake = Lake.open(tmp_path / "lake")
    with DuckDBEngine(threads=2) as engine:
        load(lake, [exports], engine=engine)
        open_records(engine, lake)
        open_identity(engine, link(engine, lake))
        people = engine.fetch(
            "SELECT r.given_name, count(DISTINCT p.person_id) AS people, count(*) AS records, bool_and(p.certainty <> 'doubtful') AS sure "
            "FROM person p JOIN person_record r USING (person_record_id) GROUP BY 1 ORDER BY 1"
        ).to_pylist()
        links = engine.fetch("SELECT count(*) AS n FROM link")["n"][0].as_py()
    assert people == [
        {"given_name": "Ann", "people": 1, "records": many + 1, "sure": True},
        {"given_name": "Rob", "people": 1, "records": 50, "sure": True},
    ]
    assert links < MOST_ALIKE**2 + 10 * many


def test_a_night_that_touches_somebody_with_many_records_ends_as_a_full_run(tmp_path: Path) -> None:
    """Of 350 records in the same words some are new, and new neighbours make the address one that says little."""
    lake = Lake.open(tmp_path / "lake")
    first, night = tmp_path / "first", tmp_path / "night"
    for folder, rows in (
        (first, [crime_row(f"20DY/{number:06}/16", SURNAME="OFTEN") for number in range(3 * MOST_ALIKE)]
            + [crime_row(f"20DX/{number:06}/16", SURNAME=a_name(number), FORENAMES=a_name(7 * number + 3), ADDRESS=f"{number} Elsewhere Rd",
                         DOB=f"{1 + number % 28:02}/{1 + number % 12:02}/{1940 + number % 60}", UPRN=f"99100{number:07}", POSTCODE="DY2 0CC")
               for number in range(3_000)]),
        (night, [crime_row(f"20DZ/{number:06}/16", SURNAME=a_name(26 * number), FORENAMES="Zara", DOB=f"{1 + number:02}/01/1971") for number in range(14)]
            + [crime_row(f"20EY/{number:06}/16", SURNAME="OFTEN") for number in range(50)]),
    ):  # fmt: skip
        folder.mkdir()
        crime_file(folder, *rows)
    found = []
    for folder, full in ((first, False), (night, False), (night, True)):
        with DuckDBEngine(threads=2) as engine:
            load(lake, [folder], engine=engine)
            open_records(engine, lake)
            made = link(engine, lake, full=full)
            assert bool(json.loads((made / "done.json").read_text("utf-8"))["built_on"]) == (len(found) == 1)
            open_identity(engine, made)
            found.append(
                engine.fetch(
                    "SELECT person_record_id_l, person_record_id_r, match_weight FROM link ORDER BY person_record_id_l, person_record_id_r"
                )
            )
            people = engine.fetch(
                "SELECT count(DISTINCT person_id) AS n FROM person JOIN person_record USING (person_record_id) WHERE upper(family_name) = 'OFTEN'"
            )
            assert people["n"].to_pylist() == [1]
    assert found[1].num_rows < MOST_ALIKE**2 + 10 * 350
    assert found[1].equals(found[2])


def run_world(world: World, folder: Path, *, memory: str = "2GB") -> tuple[DuckDBEngine, list[Package]]:
    """Search a world; the engine stays open for questions."""
    engine = DuckDBEngine(threads=2, memory=memory, spill=folder / "spill")
    exports = world.export(folder / "exports")
    report = search(Lake.open(folder / "lake"), engine=engine, inputs=[exports], as_of=TODAY, made_up=True)
    files = sorted((report.folder / "packages").glob("K-*.json"))
    return engine, [Package.model_validate_json(path.read_text("utf-8")) for path in files]


def number_of(engine: DuckDBEngine, sql: str) -> int:
    return int(engine.fetch(sql).column(0)[0].as_py())


@pytest.mark.full
@pytest.mark.timeout(600)
@pytest.mark.parametrize("premises", ["HOSTEL", "HOUSE"])
def test_five_thousand_people_at_one_address_are_no_household_and_no_millions_of_pairs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, premises: str
) -> None:
    rows: dict[str, int] = {}
    create = DuckDBEngine.create

    def counted(engine: DuckDBEngine, name: str, sql: str, parameters: Mapping[str, Any] | None = None) -> int:
        rows[name] = create(engine, name, sql, parameters)
        return rows[name]

    monkeypatch.setattr(DuckDBEngine, "create", counted)
    world = World()
    home = a_home("Assembly Road", premises=premises)
    parent, child = a_family("Ironpath")
    world.notice("2016-09-09", child.at(home), mother(parent.at(home)), text="Mother was drunk and could not stand.")
    for number in range(5000):
        born = (date(1950, 1, 1) + timedelta(days=4 * number)).isoformat()
        family = a_name(number * 13 % 3000) if premises == "HOSTEL" else a_name(number % 8 * 999)
        world.custody(
            f"2016-{1 + number % 12:02}-{1 + number % 28:02}",
            Who(a_name(number * 91_807 % 26**4) + a_name(number * 7_001 % 26**4).lower(), family, born, "M", home),
        )
    engine, packages = run_world(world, tmp_path)
    with engine:
        assert number_of(engine, "SELECT count(*) FROM person_summary") > 4500
        assert rows["overlap"] < 1000
        who = {row["given_name"]: row["person_id"] for row in engine.fetch(
            "SELECT given_name, person_id FROM person_summary WHERE family_name ILIKE 'ironpath'").to_pylist()}  # fmt: skip
        members = engine.fetch("SELECT DISTINCT household_id, person_id FROM household_member").to_pylist()
    assert {(row["household_id"], row["person_id"]) for row in members} == {
        (who["Irono"], who["Ironine"]),
        (who["Ironine"], who["Irono"]),
    }
    assert packages == [], "one notice is one kind of harm, whoever else lives there"


@pytest.mark.full
@pytest.mark.timeout(600)
def test_a_person_with_twenty_thousand_events_is_found_once_and_the_page_stays_readable(tmp_path: Path) -> None:
    world = World()
    parent, child = a_family("Ironpath")
    world.notice("2015-09-09", child, mother(parent), text="Mother was drunk and could not stand. Child was not fed.")
    for number in range(20_000):
        day = date(2010, 1, 1) + timedelta(days=number * 2600 // 20_000)
        part = victim if number % 3 else caller
        world.incident(day.isoformat(), part(parent), place=child.home, qualifiers=() if number % 3 else ("606",))
    engine, packages = run_world(world, tmp_path)
    with engine:
        assert number_of(engine, "SELECT max(records)::BIGINT FROM person_summary") == 20_001
        assert number_of(engine, "SELECT count(*) FROM link") < 1_000_000
    (package,) = packages
    assert package.subject.name == "Irono Ironpath"
    pages = list((tmp_path / "lake" / "runs").rglob("K-*.html"))
    assert len(pages) == 1
    assert pages[0].stat().st_size < 1_000_000


@pytest.mark.full
@pytest.mark.timeout(600)
def test_a_narrative_of_ten_megabytes_is_read_to_its_last_sentence_and_quoted_in_a_line(tmp_path: Path) -> None:
    world = World()
    _, child = a_family("Ironpath")
    filler = "Mother said that she had drunk nothing since June. The house was clean and the child had eaten. Officer spoke to the school. "
    text = filler * (10_000_000 // len(filler)) + "Mother was drunk and could not stand."
    world.notice("2016-09-09", child, text=text)
    world.plan("2016-05-05", child, until="2016-12-12")
    engine, packages = run_world(world, tmp_path)
    with engine:
        last = number_of(engine, 'SELECT max("end") FROM mention WHERE NOT negated')
    assert last > len(text) - 40
    (package,) = packages
    quotes = [quote.text for kind in package.evidence for item in kind.items for quote in item.quotes]
    assert quotes
    assert max(map(len, quotes)) < 400
