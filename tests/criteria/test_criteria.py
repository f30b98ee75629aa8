"""Do the criteria of a programme answer met, not met or not known, and say why? The facts are made up."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from headwater.criteria import Criteria, CriteriaError, Criterion, Fact, FactDefinition, fails, judge

ON = date(2017, 3, 31)
FACTS = [
    FactDefinition(
        name="age", type="integer", meaning="Age in years", question="How old is she?", purposes=("welfare",)
    ),
    FactDefinition(name="sex", type="text", meaning="Sex", question="What is recorded as sex?", purposes=("welfare",)),
    FactDefinition(
        name="arrests",
        type="integer",
        meaning="Arrests so far",
        question="How many arrests are there?",
        purposes=("welfare",),
        max_age_days=28,
    ),
    FactDefinition(
        name="convictions",
        type="integer",
        meaning="Convictions",
        question="How many convictions are there?",
        purposes=("welfare",),
    ),
    FactDefinition(name="score", type="number", meaning="Score", question="What is the score?", purposes=("welfare",)),
    FactDefinition(
        name="moved", type="date", meaning="Day of the move", question="When was the move?", purposes=("welfare",)
    ),
    FactDefinition(
        name="at_home",
        type="boolean",
        meaning="Lives at home",
        question="Does she live at home?",
        purposes=("welfare",),
    ),
    FactDefinition(
        name="willing",
        type="boolean",
        meaning="Is willing to change",
        question="Who has judged whether she is willing?",
        purposes=("welfare",),
    ),
]
KNOWN = {fact.name: fact for fact in FACTS}


def make(*tests: str, judged: str | None = None) -> Criteria:
    criteria = [Criterion(id=f"c{number}", label=f"Criterion {number}", test=test) for number, test in enumerate(tests)]
    if judged:
        criteria.append(Criterion(id="human", label="A person judges", judged=judged))
    return Criteria(id="made_up", title="Made up", version="1", purpose="welfare", facts=FACTS, criteria=criteria)


def record(**values: object) -> dict[str, Fact]:
    return {name: Fact(value, "made-up record", date(2017, 3, 20)) for name, value in values.items()}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "answer"),
    [
        ({"sex": "F", "age": 25, "arrests": 2, "convictions": 0}, "met"),
        ({"sex": "F", "age": 25, "convictions": 0}, "not known"),
        ({"sex": "F", "age": 45, "convictions": 0}, "not met"),  # whatever the arrests are
        ({"sex": "F", "age": 25, "arrests": 2}, "not known"),
        ({"sex": "F", "age": 25, "arrests": 5, "convictions": 0}, "not met"),
    ],
)
def test_what_is_unknown_is_neither_met_nor_not_met(facts: dict[str, object], answer: str) -> None:
    criteria = make("sex = 'F'", "age BETWEEN 18 AND 40", "arrests < 5", "NOT convictions > 0")
    assert judge(criteria, record(**facts), ON).answer == answer
    assert fails(criteria, record(**facts), ON) is (answer == "not met")


def test_each_answer_has_its_reasons_and_what_is_missing_becomes_a_question() -> None:
    judgement = judge(make("age >= 18", "arrests < 5"), record(age=20), ON)
    age, arrests = judgement.findings
    assert age.reasons == ("Age in years: 20 (made-up record, 2017-03-20)",)
    assert age.questions == ()
    assert arrests.reasons == ("Arrests so far: not known (not recorded)",)
    assert arrests.questions == ("How many arrests are there?",)
    assert judgement.say() == "We need: How many arrests are there?"
    assert judge(make("age >= 21"), record(age=20), ON).say() == "Does not meet: Criterion 0."
    assert judge(make("age >= 18"), record(age=20), ON).say() == "Meets the criteria."


def test_a_question_is_asked_only_where_the_answer_waits_for_it() -> None:
    (finding,) = judge(make("age >= 18 OR arrests < 5"), record(age=20), ON).findings
    assert (finding.answer, finding.questions) == ("met", ())


@pytest.mark.parametrize(
    ("fact", "why"),
    [
        (Fact(2, "log", date(2017, 3, 2)), "older than 28 days"),
        (Fact(2, "log", None), "without a date"),
        (Fact(2, "log", date(2017, 4, 1)), "dated 2017-04-01, after 2017-03-31"),
        (Fact("2", "log", ON), "recorded as '2', which is not a whole number"),
        (Fact(True, "log", ON), "which is not a whole number"),
        (Fact(2.0, "log", ON), "which is not a whole number"),
        (Fact(2**63, "log", ON), "which is not a whole number"),
        (Fact(None, "log", ON), "not recorded"),
    ],
)
def test_what_is_too_old_undated_ahead_or_of_another_type_is_not_known(fact: Fact, why: str) -> None:
    (finding,) = judge(make("arrests < 5"), {"arrests": fact}, ON).findings
    assert finding.answer == "not known"
    assert why in finding.reasons[0]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("score", float("nan")),
        ("score", float("inf")),
        ("moved", datetime(2017, 1, 1, 9, tzinfo=UTC)),
        ("sex", "F\x00"),
        ("at_home", 1),
    ],
)
def test_values_that_an_engine_would_read_otherwise_are_not_known(name: str, value: object) -> None:
    (finding,) = judge(make(f"{name} IS NULL"), record(**{name: value}), ON).findings
    assert finding.answer == "met"


def test_a_judgement_counts_only_when_a_named_person_made_it() -> None:
    criteria = make("age >= 18", judged="willing")
    named = record(age=20) | {"willing": Fact(True, "PS 1234, case conference", ON)}
    assert judge(criteria, named, ON).answer == "met"
    unnamed = record(age=20) | {"willing": Fact(True, " ", ON)}
    judgement = judge(criteria, unnamed, ON)
    assert judgement.answer == "not known"
    assert "nobody is named" in judgement.findings[-1].reasons[0]
    unwilling = Fact(False, "PS 1234, case conference", ON)
    assert fails(criteria, record(age=20) | {"willing": unwilling}, ON)
    assert not fails(criteria, record(age=20) | {"willing": Fact(False, " ", ON)}, ON)


DEEP = "(" * 100 + "at_home" + ")" * 100
REFUSED = [
    ("CAST(age AS TEXT) = '1'", 1, "functions such as 'CAST'"),
    ("age::text = '1'", 4, "'::' is not allowed"),
    ("coalesce(age, 1) > 0", 1, "functions such as 'coalesce'"),
    ("age > 1 AND CASE WHEN at_home THEN TRUE END", 13, "'CASE' is not allowed"),
    ("age + 1 > 2", 5, "'+' is not allowed"),
    ("age > (SELECT 1)", 8, "'SELECT' is not allowed"),
    ("age > 1; DROP TABLE person", 8, "';' is not allowed"),
    ("age > 1 -- and more", None, "is not allowed"),
    ("age > 1 /* or */ OR age > 2", None, "is not allowed"),
    ("shoe_size > 40", 1, "'shoe_size' is no fact; there are: age, arrests"),
    ("age > 1 OR ages > 2", 12, "'ages' is no fact"),
    ('"age" > 1', 1, "is not allowed"),
    ("sex LIKE 'F%'", 5, "'LIKE' is not allowed"),
    ("age = $1", None, "is not allowed"),
    ("age = ?", 7, "is not allowed"),
    ("age IN ()", 1, "IN needs at least one value"),
    ("age IN (arrests)", 9, "values only"),
    ("sex > 'F'", 1, "> needs numbers or dates"),
    ("sex = 1", 1, "text is compared with integer"),
    ("moved < 'soon'", 1, "'soon' is no date"),
    ("moved < '20170331'", 1, "is no date"),
    ("1 = 1", 1, "two values"),
    ("age", 1, "age is integer, not yes or no"),
    ("age IS 5", 1, "IS may be used as"),
    ("age IS TRUE", 1, "IS may be used as"),
    ("age = NULL", 1, "cannot be compared"),
    ("age < 1 < 2", 1, "cannot be compared"),
    ("age = 99999999999999999999", 7, "too large"),
    ("score = 1e999", 9, "too large"),
    ("age = -arrests", 7, "'-' may stand before a number only"),
    ("sex = 'a' 'b'", 11, "two texts"),
]  # fmt: skip


@pytest.mark.parametrize(("test", "at", "why"), REFUSED)
def test_whatever_else_is_refused_with_its_place(test: str, at: int | None, why: str) -> None:
    with pytest.raises(CriteriaError) as fault:
        make(test)
    said = str(fault.value)
    assert why in said
    assert "criterion 'c0'" in said
    if at is not None:
        assert f"character {at}:" in said


@pytest.mark.parametrize(
    "test",
    [
        "",
        " ",
        "age >",
        "(age > 1",
        "age > 1)",
        "AND",
        "NOT",
        "age BETWEEN 1",
        "sex = 'F",
        "age > 1 2",
        "(" * 100 + "at_home" + ")" * 100,
    ],
)
def test_what_cannot_be_read_is_refused_in_words(test: str) -> None:
    with pytest.raises(CriteriaError, match="criterion 'c0'"):
        make(test)


def test_a_set_that_contradicts_itself_is_refused() -> None:
    with pytest.raises(CriteriaError, match="'age' is given twice"):
        Criteria(
            id="x",
            title="X",
            version="1",
            purpose="welfare",
            facts=[FACTS[0], FACTS[0]],
            criteria=[Criterion(id="a", label="A", test="age > 1")],
        )
    with pytest.raises(CriteriaError, match="either a test or the fact"):
        Criteria(
            id="x", title="X", version="1", purpose="welfare", facts=FACTS, criteria=[Criterion(id="a", label="A")]
        )
    with pytest.raises(CriteriaError, match="no fact of yes or no"):
        Criteria(
            id="x",
            title="X",
            version="1",
            purpose="welfare",
            facts=FACTS,
            criteria=[Criterion(id="a", label="A", judged="age")],
        )
    with pytest.raises(CriteriaError, match="'answer' is a column"):
        Criteria(
            id="x",
            title="X",
            version="1",
            purpose="welfare",
            facts=FACTS,
            criteria=[Criterion(id="answer", label="A", test="age > 1")],
        )
    with pytest.raises(ValidationError):
        Criteria(id="x", title="X", version="1", purpose="welfare", facts=FACTS, criteria=[])


def test_the_example_of_the_documentation_says_what_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    page = (Path(__file__).parents[2] / "docs" / "explanation" / "criteria.md").read_text("utf-8")
    code = page.split("```python\n")[1].split("```")[0]
    exec(compile(code, "criteria.md", "exec"), {})  # noqa: S102
    assert f"# {capsys.readouterr().out.strip()}" in code
