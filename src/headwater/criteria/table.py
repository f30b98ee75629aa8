"""Who of many meets the criteria? The same tests as SQL over a table of facts, with the same answers as `judge`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pyarrow as pa

from headwater.criteria.criterion import Criteria
from headwater.criteria.expression import Compared, CriteriaError, Given, IsUnknown, Joined, Named, Negated, OneOf, Test
from headwater.criteria.facts import Fact, FactDefinition, FactType, take

FACT_SCHEMA = pa.schema(
    [
        ("subject_id", pa.string()), ("fact", pa.string()), ("boolean", pa.bool_()), ("integer", pa.int64()), ("number", pa.float64()),
        ("text", pa.string()), ("date", pa.date32()), ("source", pa.string()), ("on", pa.date32()),
    ]
)  # fmt: skip
"""A table of facts: one row for each fact of a subject, its value in the column of the type that it has."""

_KINDS: tuple[FactType, ...] = ("boolean", "integer", "number", "text", "date")
_SQL = {"boolean": "BOOLEAN", "integer": "BIGINT", "number": "DOUBLE", "text": "VARCHAR", "date": "DATE"}


def facts_table(rows: Iterable[tuple[str, str, Fact]]) -> pa.Table:
    """Rows of (subject, name of the fact, fact) as a table of `FACT_SCHEMA`; raises CriteriaError for a fact given twice."""
    columns: dict[str, list[object]] = {name: [] for name in FACT_SCHEMA.names}
    seen: set[tuple[str, str]] = set()
    for subject, name, fact in rows:
        if (subject, name) in seen:
            raise CriteriaError(f"The fact {name!r} of {subject!r} is given twice. Choose one, for example the newest.")
        seen.add((subject, name))
        filled = False
        for kind in _KINDS:
            value = None if filled or fact.value is None else take(kind, fact.value)
            filled |= value is not None
            columns[kind].append(value)
        for column, cell in (("subject_id", subject), ("fact", name), ("source", fact.source), ("on", fact.on)):
            columns[column].append(cell)
    return pa.table(columns, schema=FACT_SCHEMA)


def sql_of(criteria: Criteria, on: date, *, facts: str = "fact", subjects: str = "subject") -> str:
    """SQL that gives subject_id, one column for each criterion (true, false, NULL for not known) and `answer`, of all criteria.

    `facts` is a table of `FACT_SCHEMA`, `subjects` one with subject_id, each a plain name. The tests' own text is no part of
    the SQL: it is written anew from the checked parts. A fact given twice for one subject is not known.
    """
    for table in (facts, subjects):
        if not table.isidentifier():
            raise CriteriaError(f"{table!r} is no plain name of a table.")
    judged = {one.judged for one in criteria.criteria if one.judged}
    columns = ", ".join(_column(fact, on, fact.name in judged) for fact in criteria.facts) or "true AS nothing"
    tests = {one.id: _write(criteria.tests[one.id]) for one in criteria.criteria}
    answers = ", ".join(f'{test} AS "{name}"' for name, test in tests.items())
    whole = " AND ".join(f'"{one.id}"' for one in criteria.criteria)
    return (
        f"SELECT *, {whole} AS answer FROM (SELECT k.subject_id, {answers} FROM (SELECT s.subject_id, {columns} FROM {subjects} s "
        f"LEFT JOIN {facts} f ON f.subject_id = s.subject_id GROUP BY s.subject_id) k) ORDER BY subject_id"
    )


def _column(fact: FactDefinition, on: date, judged: bool) -> str:
    """One fact of every subject, NULL where it is not known on that day."""
    value = "coalesce(f.number, CAST(f.integer AS DOUBLE))" if fact.type == "number" else f'f."{fact.type}"'
    tests = [f"f.fact = '{fact.name}'", f'(f."on" IS NULL OR f."on" <= DATE \'{on.isoformat()}\')']
    if fact.max_age_days is not None:
        tests.append(f"date_diff('day', f.\"on\", DATE '{on.isoformat()}') <= {fact.max_age_days}")
    if judged:
        tests.append("trim(coalesce(f.source, '')) <> ''")
    once = f"count(*) FILTER (f.fact = '{fact.name}') = 1"
    return f'CASE WHEN {once} THEN max({value}) FILTER ({" AND ".join(tests)}) END AS "{fact.name}"'


def _write(test: Test) -> str:
    if isinstance(test, Joined):
        return f"({_write(test.left)} {test.sign} {_write(test.right)})"
    if isinstance(test, Negated):
        return f"(NOT {_write(test.part)})"
    if isinstance(test, IsUnknown):
        return f"({_operand(test.fact, False)} IS NULL)"
    if isinstance(test, Compared):
        return f"({_operand(test.left, test.as_number)} {test.sign} {_operand(test.right, test.as_number)})"
    if isinstance(test, OneOf):
        values = ", ".join(_operand(value, test.as_number) for value in test.values)
        return f"({_operand(test.fact, test.as_number)} IN ({values}))"
    return _operand(test, False)


def _operand(part: Named | Given, as_number: bool) -> str:
    if isinstance(part, Named):
        return f'CAST(k."{part.name}" AS DOUBLE)' if as_number and part.type == "integer" else f'k."{part.name}"'
    kind = "number" if as_number else part.type
    written = (
        part.value.isoformat()
        if isinstance(part.value, date)
        else repr(float(part.value))
        if as_number
        else str(part.value)
    )
    quoted = "'" + written.replace("'", "''") + "'"
    return f"CAST({quoted} AS {_SQL[kind]})"
