"""Are the pairs to be compared those that the model's blocking rules name, each once? Against the rules said plainly in SQL."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pytest

from headwater.engine import DuckDBEngine
from headwater.identity.blocking import PAIRS, find_pairs, find_pairs_of, read_rule, read_rules
from headwater.identity.model import read_model

RULES = read_model()["blocking_rules_to_generate_predictions"]
TEXTS = (
    "pnc_id", "local", "phone", "given", "family", "given_skeleton", "family_skeleton", "full_name", "alias_family", "address_key",
    "postcode", "district", "home_line", "day_month", "birth", "birth_year",
)  # fmt: skip


@pytest.fixture
def engine() -> Iterator[DuckDBEngine]:
    """An engine with a table `linkable` of 300 records whose values agree often and are missing often."""
    dice = np.random.default_rng(5)
    columns = {
        name: pa.array(
            [None if roll < 0.25 else f"{name[:2]}{int(roll * 30)}" for roll in dice.random(300)], pa.string()
        )
        for name in TEXTS
    }
    # Half of the records have the family name of the others as their given name, so that rules which cross find something.
    columns["given"] = pa.array(
        [one if number % 2 else two for number, (one, two) in enumerate(zip(columns["family"].to_pylist(), columns["given"].to_pylist(), strict=True))],
        pa.string(),
    )  # fmt: skip
    columns["event_key"] = pa.array([f"event:{int(roll * 60)}" for roll in dice.random(300)], pa.string())
    columns["crowded"] = pa.array((dice.random(300) < 0.3).tolist())
    columns["unique_id"] = pa.array([f"source:{number:03d}" for number in dice.permutation(300)])
    with DuckDBEngine() as opened:
        opened.register("made", pa.table(columns))
        opened.create("linkable", "SELECT * FROM made")
        yield opened


def pairs_of(engine: DuckDBEngine, sql: str) -> list[tuple[str, str]]:
    return [(row["l"], row["r"]) for row in engine.fetch(f"SELECT l, r FROM ({sql}) ORDER BY l, r").to_pylist()]


NAMED = f"""
    SELECT a.unique_id AS l, b.unique_id AS r FROM {PAIRS} p
    JOIN candidate_number a ON a.number = p.l JOIN candidate_number b ON b.number = p.r
"""


def plainly(rules: list[str]) -> str:
    found = " OR ".join(f"coalesce({rule}, false)" for rule in rules)
    return f"SELECT l.unique_id AS l, r.unique_id AS r FROM linkable l JOIN linkable r ON l.unique_id < r.unique_id WHERE {found}"


def test_the_pairs_are_those_of_the_models_rules_and_each_comes_once(engine: DuckDBEngine) -> None:
    count = find_pairs(engine, RULES)
    expected = pairs_of(engine, plainly(RULES))
    assert 1000 < count < 44_850
    assert pairs_of(engine, NAMED) == expected


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_alone_finds_its_pairs(engine: DuckDBEngine, rule: str) -> None:
    find_pairs(engine, [rule])
    assert pairs_of(engine, NAMED) == pairs_of(engine, plainly([rule]))


def of_few(rules: list[str]) -> str:
    return (
        f"SELECT p.l, p.r FROM ({plainly(rules)}) p JOIN linkable a ON a.unique_id = p.l JOIN linkable b ON b.unique_id = p.r "
        "WHERE a.event_key <> b.event_key AND (p.l IN (SELECT unique_id FROM few) OR p.r IN (SELECT unique_id FROM few))"
    )


def test_the_pairs_of_few_records_are_those_of_the_rules_and_each_comes_once(engine: DuckDBEngine) -> None:
    engine.create("few", "SELECT * FROM linkable WHERE unique_id LIKE '%7'")
    count = find_pairs_of(engine, RULES, "few")
    expected = pairs_of(engine, of_few(RULES))
    assert 500 < count == len(expected)
    assert pairs_of(engine, f"SELECT unique_id_l AS l, unique_id_r AS r FROM {PAIRS}") == expected


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_alone_finds_the_pairs_of_few_records(engine: DuckDBEngine, rule: str) -> None:
    engine.create("few", "SELECT * FROM linkable WHERE unique_id LIKE '%7'")
    find_pairs_of(engine, [rule], "few")
    found = pairs_of(engine, f"SELECT unique_id_l AS l, unique_id_r AS r FROM {PAIRS}")
    assert found == pairs_of(engine, of_few([rule]))


def test_a_rule_that_finds_nothing_of_its_own_is_left_out() -> None:
    wide, narrow = (
        "l.birth = r.birth AND left(l.family, 2) = left(r.family, 2)",
        "l.family = r.family AND l.birth = r.birth",
    )
    assert read_rules([narrow, wide]) == [read_rule(wide)]
    assert read_rules([wide, "l.birth = r.birth AND left(l.given, 2) = left(r.given, 2)"])[1].left == (
        "LEFT(given, 2)",
        "birth",
    )
    assert len(read_rules(["l.a = r.a AND l.b = r.b", "l.b = r.b AND l.a = r.a"])) == 1
    one_sided = ["l.postcode = r.postcode AND NOT l.crowded", "l.postcode = r.postcode AND l.given = r.given"]
    assert len(read_rules(one_sided)) == 2


def test_a_rule_in_which_nothing_must_agree_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing in which two records must agree"):
        read_rule("l.birth < r.birth OR l.given = r.given")
