"""Is the answer for one person that of the table? Random tests over random facts, unknown, old and of the wrong type among them."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.criteria import FACT_SCHEMA, Criteria, CriteriaError, Criterion, Fact, facts_table, judge, sql_of
from headwater.criteria.expression import read_test
from headwater.criteria.facts import look_up
from headwater.criteria.judge import decide
from headwater.engine import DuckDBEngine
from tests.criteria.test_criteria import FACTS, KNOWN, ON

_WORDS = {True: "met", False: "not met", None: "not known"}
_NUMBERS = st.integers(-3, 3).map(str) | st.sampled_from(["0.5", "-1.5", "2.0", "1e1", "9007199254740993"])
_TEXTS = st.sampled_from(["'F'", "'M'", "''", "'O''Brien'", "'é'"])
_DATES = st.sampled_from(["'2017-01-01'", "'2017-03-31'", "'2000-02-29'"])
_LITERALS = {
    "integer": _NUMBERS,
    "number": _NUMBERS,
    "text": _TEXTS,
    "date": _DATES,
    "boolean": st.sampled_from(["TRUE", "false"]),
}
_ORDERED = ["=", "<>", "!=", "<", "<=", ">", ">="]


@st.composite
def comparisons(draw: st.DrawFn) -> str:
    fact = draw(st.sampled_from(FACTS))
    literal = _LITERALS[fact.type]
    shape = draw(st.sampled_from(["compare", "turned", "in", "between", "null", "fact", "other"]))
    signs = _ORDERED[:3] if fact.type in ("text", "boolean") else _ORDERED
    if shape == "in":
        values = ", ".join(draw(st.lists(literal, min_size=1, max_size=3)))
        return f"{fact.name} {draw(st.sampled_from(['IN', 'NOT IN']))} ({values})"
    if shape == "between" and fact.type not in ("text", "boolean"):
        return f"{fact.name} {draw(st.sampled_from(['', 'NOT ']))}BETWEEN {draw(literal)} AND {draw(literal)}"
    if shape == "null":
        return f"{fact.name} IS {draw(st.sampled_from(['', 'NOT ']))}NULL"
    if shape == "fact" and fact.type == "boolean":
        return fact.name
    if shape == "other" and fact.type in ("integer", "number"):
        return f"{fact.name} {draw(st.sampled_from(signs))} {draw(st.sampled_from(['age', 'arrests', 'score']))}"
    left, right = (draw(literal), fact.name) if shape == "turned" else (fact.name, draw(literal))
    return f"{left} {draw(st.sampled_from(signs))} {right}"


TESTS = st.recursive(
    comparisons(),
    lambda part: st.one_of(
        st.tuples(part, st.sampled_from(["AND", "OR"]), part).map(lambda three: f"{three[0]} {three[1]} {three[2]}"),
        part.map(lambda one: f"NOT {one}"),
        part.map(lambda one: f"({one})"),
    ),
    max_leaves=6,
)
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 3), st.sampled_from([2**53 + 1, 2**63, -(2**63)]), st.sampled_from([0.5, -1.5, 2.0, float("nan"), float("inf")]),
    st.sampled_from(["F", "M", "", "O'Brien", "é", "a\x00b"]), st.sampled_from([date(2017, 1, 1), date(2017, 3, 31), date(2000, 2, 29)]),
)  # fmt: skip
DAYS = st.none() | st.integers(-40, 5).map(lambda days: ON + timedelta(days=days))
FACT_VALUES = st.builds(Fact, VALUES, st.sampled_from(["PS 1234", "", "log"]), DAYS)
PEOPLE = st.lists(st.dictionaries(st.sampled_from([fact.name for fact in FACTS]), FACT_VALUES), min_size=1, max_size=5)


def answers(engine: DuckDBEngine, criteria: Criteria, people: list[dict[str, Fact]]) -> list[dict[str, object]]:
    rows = ((f"S{number}", name, fact) for number, facts in enumerate(people) for name, fact in facts.items())
    engine.register("fact", facts_table(rows))
    engine.create(
        "subject", "SELECT unnest($ids) AS subject_id", {"ids": [f"S{number}" for number in range(len(people))]}
    )
    return list(engine.fetch(sql_of(criteria, ON)).to_pylist())


@settings(max_examples=150, deadline=None)
@given(tests=st.lists(TESTS, min_size=1, max_size=3), people=PEOPLE)
def test_one_person_and_the_table_get_the_same_answer(tests: list[str], people: list[dict[str, Fact]]) -> None:
    listed = [Criterion(id=f"c{number}", label="A", test=test) for number, test in enumerate(tests)]
    listed.append(Criterion(id="human", label="B", judged="willing"))
    criteria = Criteria(id="x", title="X", version="1", purpose="welfare", facts=FACTS, criteria=listed)
    with DuckDBEngine(threads=1) as engine:
        table = answers(engine, criteria, people)
    for number, facts in enumerate(people):
        alone = judge(criteria, facts, ON)
        row = table[number]
        assert [_WORDS[row[one.id]] for one in listed] == [one.answer for one in alone.findings], facts  # type: ignore[index]
        assert _WORDS[row["answer"]] == alone.answer  # type: ignore[index]


@given(test=TESTS, facts=st.dictionaries(st.sampled_from([fact.name for fact in FACTS]), FACT_VALUES))
def test_to_learn_one_more_fact_never_makes_an_answer_unknown(test: str, facts: dict[str, Fact]) -> None:
    """Holds for every test that does not ask what is known."""
    if "NULL" in test:
        return
    tree = read_test(test, KNOWN)
    every = {name: look_up(KNOWN[name], facts, ON).value for name in KNOWN}
    for name in every:
        before = decide(tree, every | {name: None})
        if before is not None:
            assert decide(tree, every) == before


@pytest.mark.parametrize(("left", "right"), list(itertools.product([True, False, None], repeat=2)))
def test_the_truth_tables_are_kleene_s(left: bool | None, right: bool | None) -> None:
    values = dict.fromkeys(KNOWN) | {"at_home": left, "willing": right}
    weight = {False: 0, None: 1, True: 2}
    both, either = (decide(read_test(f"at_home {sign} willing", KNOWN), values) for sign in ("AND", "OR"))
    assert weight[both] == min(weight[left], weight[right])
    assert weight[either] == max(weight[left], weight[right])
    assert weight[decide(read_test("NOT at_home", KNOWN), values)] == 2 - weight[left]


def test_a_fact_given_twice_is_refused_and_in_a_foreign_table_not_known() -> None:
    with pytest.raises(CriteriaError, match="given twice"):
        facts_table([("S0", "age", Fact(20, "log")), ("S0", "age", Fact(21, "log"))])
    criteria = Criteria(
        id="x",
        title="X",
        version="1",
        purpose="welfare",
        facts=FACTS,
        criteria=[Criterion(id="a", label="A", test="age > 1")],
    )
    one = facts_table([("S0", "age", Fact(20, "log"))]).to_pylist()
    with DuckDBEngine(threads=1) as engine:
        engine.register("fact", facts_table([]).from_pylist(one * 2, schema=FACT_SCHEMA))
        engine.create("subject", "SELECT 'S0' AS subject_id")
        assert engine.fetch(sql_of(criteria, ON)).to_pylist() == [{"subject_id": "S0", "a": None, "answer": None}]


@pytest.mark.parametrize("name", ["fact; DROP TABLE x", "a b", "", "fact--"])
def test_a_table_s_name_is_a_plain_name(name: str) -> None:
    criteria = Criteria(
        id="x",
        title="X",
        version="1",
        purpose="welfare",
        facts=FACTS,
        criteria=[Criterion(id="a", label="A", test="age > 1")],
    )
    with pytest.raises(CriteriaError, match="plain name"):
        sql_of(criteria, ON, facts=name)
