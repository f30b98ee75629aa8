"""Does what an intelligence report says, or alone knows, reach any output? Only that it is held, and whom to ask.

Everybody is made up.
"""

from __future__ import annotations

import json

import pyarrow.parquet as pq
import pytest

from headwater.engine import DuckDBEngine
from headwater.triggers.runs.explain import explain
from tests.triggers.world import Found, Home, Who, World, a_family, mother, pnc, present, suspect, victim

MARKED = "Zanzibar quokka sentence"
TITLE = "Quixotic heading"
ALIAS = "Snuffkinson"
HIDEOUT = Home("5 Unspoken Hideout", "DY9 9ZZ")
world = World()

# A child about whom a report says much: abuse, drugs, another family name, another home.
parent, child = a_family("Aldermoss")
child = child.but(pnc=pnc(2016, 4444))
world.crime("2016-05-05", victim(parent), present(child), flags="DA", scene=child.home)
world.notice("2016-12-12", child, mother(parent), text="Mother was drunk and could not stand.")
reference = world.intelligence(
    "2017-03-09",
    child.at(HIDEOUT),
    f"{MARKED}. Mother was drunk and could not stand. Her partner hit her. He is in prison.",
    title=TITLE,
)
other_reference = world.intelligence(
    "2017-03-02", child.but(family=ALIAS), f"{MARKED}, under another name.", title=TITLE
)

# The same family without a report: nothing but the intelligence section may differ.
plain_parent, plain = a_family("Birchmoss")
world.crime("2016-05-05", victim(plain_parent), present(plain), flags="DA", scene=plain.home)
world.notice("2016-12-12", plain, mother(plain_parent), text="Mother was drunk and could not stand.")

# Intelligence alone, however much of it, and a child whose household only intelligence states.
alone_parent, alone = a_family("Cedarmoss")
world.notice("2016-01-01", alone, mother(alone_parent))
for month in range(1, 7):
    world.intelligence(
        f"2016-{month:02}-02",
        alone,
        f"{MARKED}. {alone.given} was hit by his father, who was drunk. Heroin in the home.",
    )
_, visited = a_family("Deodarmoss")
world.notice("2016-01-01", visited)
visitor = Who("Osbert", "Visitorby", "1980-02-22", "M")
world.intelligence("2016-02-02", visitor.at(visited.home), MARKED)
world.crime("2016-03-03", victim(Who("Wanda", "Awayby", "1980-02-23")), suspect(visitor, "PARTNER"), flags="DA")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Found:
    return world.search(tmp_path_factory.mktemp("intelligence"))


def test_the_report_is_held_in_the_lake_so_that_this_test_can_fail(found: Found) -> None:
    held = pq.read_table(found.lake.batch_files("narrative")).to_pylist()
    assert [row for row in held if MARKED in (row["text"] or "")]


@pytest.mark.parametrize(
    "secret",
    [MARKED, TITLE, "Zanzibar", ALIAS, ALIAS.upper(), ALIAS.lower(), HIDEOUT.line, HIDEOUT.postcode, "Unspoken"],
)
def test_nothing_that_only_intelligence_knows_is_in_any_file_of_the_run(found: Found, secret: str) -> None:
    files = found.files()
    assert {"run.json", "report.json", "index.html"} <= set(files)
    assert [name for name, text in files.items() if secret in text] == []


def test_the_words_are_in_no_derived_table_and_in_no_log(found: Found) -> None:
    tables = sorted((found.lake.folder / "derived").rglob("*.parquet"))
    assert tables
    for path in tables:
        assert MARKED not in json.dumps(pq.read_table(path).to_pylist(), default=str), path
    for path in found.lake.folder.rglob("*.json*"):
        assert MARKED not in path.read_text("utf-8"), path


@pytest.mark.parametrize("secret", [MARKED, TITLE, HIDEOUT.line, ALIAS])
def test_explaining_a_package_shows_no_word_of_intelligence(found: Found, secret: str) -> None:
    with DuckDBEngine() as engine:
        told = json.dumps(explain(found.lake, engine, found.package(child)), default=str)
    assert reference in told
    assert secret not in told


def test_a_package_says_that_intelligence_is_held_and_whom_to_ask(found: Found) -> None:
    held = found.package(child).intelligence
    assert reference in {line.reference for line in held}
    assert all("ask the force intelligence bureau" in line.text for line in held)
    assert found.package(plain).intelligence == []
    page = found.files()[f"packages/{found.package(child).package_id}.html"]
    assert f"Intelligence held: ask the force intelligence bureau, reference {reference}." in page


def test_intelligence_changes_nothing_about_what_counts(found: Found) -> None:
    def told(who: Who) -> list[tuple[str, str, bool]]:
        return sorted(
            (row["indicator"], row["strength"], row["evidence_id"] in found.counted) for row in found.evidence(who)
        )

    assert told(child) == told(plain)
    assert not [row for row in found.rows if row["event_id"].startswith("intelligence")]


def test_six_reports_alone_are_no_evidence_and_make_no_package(found: Found) -> None:
    assert found.kinds(alone) == set()
    assert not found.fires(alone)


def test_a_home_that_only_intelligence_states_makes_nobody_one_household(found: Found) -> None:
    assert found.kinds(visited) == set()


def test_only_the_reference_of_a_report_is_kept_with_a_package_and_no_grade(found: Found) -> None:
    held = found.package(child).intelligence
    assert held
    for line in held:
        assert set(line.model_dump()) == {"reference", "text"}
        assert line.reference in line.text


def test_intelligence_is_not_counted_among_the_records_joined(found: Found) -> None:
    assert "Intelligence reports" not in found.package(child).subject.sources_joined
