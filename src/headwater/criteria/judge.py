"""Does one person meet the criteria? Kleene's strong three-valued logic (Kleene 1952), the one of SQL, with every reason."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from headwater.criteria.criterion import Criteria, Criterion
from headwater.criteria.expression import Compared, Given, IsUnknown, Joined, Named, Negated, OneOf, Test
from headwater.criteria.facts import Fact, Known, Value, look_up

Answer = Literal["met", "not met", "not known"]
_ANSWERS: dict[bool | None, Answer] = {True: "met", False: "not met", None: "not known"}
_COMPARE = {
    "=": operator.eq, "<>": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """One criterion: its answer, the facts that it rests on with source and date, and what to ask when it is not known."""

    criterion: str
    label: str
    answer: Answer
    reasons: tuple[str, ...]
    questions: tuple[str, ...]


@dataclass(frozen=True)
class Judgement:
    """What the criteria come to. It warns and asks; a person decides, and may decide otherwise with a reason."""

    criteria: str
    version: str
    on: date
    answer: Answer
    findings: tuple[Finding, ...]

    def say(self) -> str:
        """`Meets the criteria.`, `Does not meet: …` or `We need: …`."""
        if self.answer == "met":
            return "Meets the criteria."
        if self.answer == "not met":
            return f"Does not meet: {'; '.join(one.label for one in self.findings if one.answer == 'not met')}."
        asked = dict.fromkeys(question for one in self.findings for question in one.questions)
        return f"We need: {' '.join(asked)}"


def judge(criteria: Criteria, facts: Mapping[str, Fact], on: date) -> Judgement:
    """The answer for one person on one day. Pure: nothing is looked up but `facts` (name → Fact)."""
    known = _look_up_all(criteria, facts, on)
    values = {name: found.value for name, found in known.items()}
    findings = tuple(_find(criteria, one, known, values, facts) for one in criteria.criteria)
    answers = [one.answer for one in findings]
    whole: Answer = "not met" if "not met" in answers else "not known" if "not known" in answers else "met"
    return Judgement(criteria.id, criteria.version, on, whole, findings)


def fails(criteria: Criteria, facts: Mapping[str, Fact], on: date) -> bool:
    """Whether `judge` would answer "not met"; in less time, for whoever has no use for the reasons then."""
    values = {name: found.value for name, found in _look_up_all(criteria, facts, on).items()}
    return any(decide(test, values) is False for test in criteria.tests.values())


def _look_up_all(criteria: Criteria, facts: Mapping[str, Fact], on: date) -> dict[str, Known]:
    """What each fact that a criterion names comes to; a judgement counts only when somebody is named who made it."""
    known = {name: look_up(definition, facts, on) for name, definition in criteria.named_facts.items()}
    for one in criteria.criteria:
        if one.judged is not None and known[one.judged].value is not None and not facts[one.judged].source.strip():
            known[one.judged] = Known(None, "answered, but nobody is named who judged it")
    return known


def _find(
    criteria: Criteria,
    one: Criterion,
    known: Mapping[str, Known],
    values: Mapping[str, Value | None],
    facts: Mapping[str, Fact],
) -> Finding:
    answer = _ANSWERS[decide(criteria.tests[one.id], values)]
    reasons, questions = [], []
    for name in criteria.rests_on[one.id]:
        definition, found = criteria.known_facts[name], known[name]
        if found.value is None:
            reasons.append(f"{definition.meaning}: not known ({found.why_not})")
            if answer == "not known":
                questions.append(definition.question)
        else:
            fact = facts[name]
            day = f", {fact.on.isoformat()}" if fact.on else ""
            reasons.append(f"{definition.meaning}: {_say(found.value)} ({fact.source or 'source not named'}{day})")
    return Finding(one.id, one.label, answer, tuple(reasons), tuple(questions))


def decide(test: Test, values: Mapping[str, Value | None]) -> bool | None:
    """True, False, or None for unknown."""
    if isinstance(test, Joined):
        left, right = decide(test.left, values), decide(test.right, values)
        settles = test.sign == "OR"
        if left is settles or right is settles:
            return settles
        return None if left is None or right is None else not settles
    if isinstance(test, Negated):
        part = decide(test.part, values)
        return None if part is None else not part
    if isinstance(test, IsUnknown):
        return values[test.fact.name] is None
    if isinstance(test, Compared):
        left, right = _value(test.left, values, test.as_number), _value(test.right, values, test.as_number)
        return None if left is None or right is None else bool(_COMPARE[test.sign](left, right))
    if isinstance(test, OneOf):
        value = _value(test.fact, values, test.as_number)
        return None if value is None else value in {_value(one, values, test.as_number) for one in test.values}
    value = _value(test, values, False)
    return None if value is None else bool(value)


def _value(part: Named | Given, values: Mapping[str, Value | None], as_number: bool) -> Any:
    value = values[part.name] if isinstance(part, Named) else part.value
    return float(value) if as_number and value is not None else value  # type: ignore[arg-type]


def _say(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else str(value)
