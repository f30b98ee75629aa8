"""Which pairs of records are worth comparing? What a model's blocking rules say, made out fast for millions of records.

Splink joins a table with itself once for each rule and asks of each pair of the later rules whether an earlier rule had it.
With two dozen rules over texts that takes most of the time of a link. Here each rule becomes one number for each record (a
hash of the values that must agree), rules that say no more than another are left out, and those that find most come first;
the pairs are the same. Two different values have the same hash once in 2⁶⁴ (in DuckDB); then a pair is compared in vain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

import sqlglot
from sqlglot import expressions as e

from headwater.engine import Engine

PAIRS = "candidate_pair"
"""Table of `l` and `r`: numbers of records as in table `candidate_number`, and of the place of `l` there; `l` is the smaller id. No
pair comes twice."""


@dataclass(frozen=True)
class Rule:
    """One blocking rule: expressions that must agree, those of `left` with those of `right`, and whatever else must hold; `text` is
    the rule as it was written, or another that says the same."""

    left: tuple[str, ...]
    right: tuple[str, ...]
    rest: tuple[str, ...]
    text: str = field(default="", compare=False)

    @property
    def same(self) -> bool:
        """Whether both records are asked for the same."""
        return self.left == self.right

    def implies(self, other: Rule) -> bool:
        """Whether every pair that this rule finds is found by the other, too."""
        agreeing = set(zip(self.left, self.right, strict=True))
        return set(other.rest) <= set(self.rest) and all(
            pair in agreeing or (pair[0] == pair[1] and (_whole(pair[0]),) * 2 in agreeing)
            for pair in zip(other.left, other.right, strict=True)
        )


def read_rule(text: str) -> Rule:
    """A rule of a model, over records `l` and `r`; raises ValueError for one in which nothing must agree."""
    condition = sqlglot.parse_one(text, read="duckdb")
    left, right, rest = [], [], []
    for part in condition.flatten() if isinstance(condition, e.And) else [condition]:
        sides = {_side(part.left): part.left, _side(part.right): part.right} if isinstance(part, e.EQ) else {}
        if set(sides) == {"l", "r"}:
            left.append(_bare(sides["l"]))
            right.append(_bare(sides["r"]))
        else:
            rest.append(f"({part.sql(dialect='duckdb')})")
    if not left:
        raise ValueError(f"The blocking rule {text!r} holds nothing in which two records must agree.")
    order = sorted(range(len(left)), key=lambda number: (left[number], right[number]))
    return Rule(tuple(left[n] for n in order), tuple(right[n] for n in order), tuple(sorted(rest)), text)


def read_rules(texts: Sequence[str]) -> list[Rule]:
    """The rules that are needed, in their order: without those that only find what another finds too."""
    rules = list(dict.fromkeys(read_rule(text) for text in texts))
    return [
        rule
        for place, rule in enumerate(rules)
        if not any(
            rule.implies(other) and not (other.implies(rule) and place < at)
            for at, other in enumerate(rules)
            if at != place
        )
    ]


def _side(part: e.Expr) -> str | None:
    """Of which record an expression speaks; None when of both or of neither."""
    tables = {column.table for column in part.find_all(e.Column)}
    return tables.pop() if len(tables) == 1 else None


def _bare(part: e.Expr) -> str:
    """An expression without saying of which record."""
    copy = part.copy()
    for column in copy.find_all(e.Column):
        column.set("table", None)
    return copy.sql(dialect="duckdb")


@cache
def _whole(text: str) -> str:
    """The column whose beginning an expression takes (`birth` of `LEFT(birth, 2)`), else the expression itself.

    Two texts that agree begin alike; and no text has a beginning only when there is none.
    """
    part = sqlglot.parse_one(text, read="duckdb")
    return part.this.sql(dialect="duckdb") if isinstance(part, e.Left) else text


def find_pairs(engine: Engine, rules: Sequence[str], table: str = "linkable") -> int:
    """Make table `candidate_pair` from `table` (as `linkable`): the pairs that any of the rules finds; returns how many.

    `candidate_number` gives each record's `unique_id` its number, in order of id, and its place in order of birth: most pairs
    lie near each other there. A rule that looks at one side only looks
    at the record with the smaller id as `l`, as Splink does.
    """
    needed = read_rules(rules)
    engine.create(
        "candidate_number",
        "SELECT unique_id, CAST(row_number() OVER (ORDER BY unique_id) AS INTEGER) AS number, "
        f"CAST(row_number() OVER (ORDER BY birth, unique_id) - 1 AS INTEGER) AS place FROM {table}",
    )
    columns: dict[str, str] = {}
    for number, rule in enumerate(needed):
        columns[f"key_{number}"] = _key(rule.left)
        if not rule.same:
            columns[f"other_{number}"] = _key(rule.right)
        for condition in rule.rest:
            for column in sqlglot.parse_one(condition, read="duckdb").find_all(e.Column):
                columns[column.name] = f'"{column.name}"'
    engine.create(
        "candidate",
        f"SELECT number, place, {', '.join(f'{sql} AS {name}' for name, sql in columns.items())} "
        f"FROM {table} JOIN candidate_number USING (unique_id)",
    )
    # What finds most comes first: of a pair that it has found nothing more is asked.
    order = sorted(range(len(needed)), key=lambda number: -_count(engine, number) if needed[number].same else 0)
    conditions = [
        " AND ".join([f"l.key_{number} = r.{'key' if needed[number].same else 'other'}_{number}", *needed[number].rest])
        for number in order
    ]
    found = []
    for number, condition in enumerate(conditions):
        before = " OR ".join(f"coalesce({earlier}, false)" for earlier in conditions[:number])
        found.append(
            f"SELECT l.number AS l, r.number AS r, l.place AS place FROM candidate l JOIN candidate r ON {condition} WHERE l.number < r.number"
            + (f" AND NOT ({before})" if before else "")
        )
    count = engine.create(PAIRS, " UNION ALL ".join(found))
    engine.drop("candidate")
    return count


def find_pairs_of(engine: Engine, rules: Sequence[str], some: str, table: str = "linkable") -> int:
    """Make table `candidate_pair` (`unique_id_l`, `unique_id_r`), the pairs of `find_pairs` that have a record of `some`, which are few
    of `table`, and `candidate_near`: the records of `table` that can be in such a pair; returns how many pairs. Two records of one event are no pair.

    All records are looked through once, for those that have a key of a rule in common with one of `some`; what the rules
    say is asked of those alone.
    """
    needed = read_rules(rules)
    sides = dict.fromkeys(pair for rule in needed for pair in ((rule.left, rule.right), (rule.right, rule.left)))
    near = " OR ".join(
        f"hash({', '.join(own)}) IN (SELECT key FROM (SELECT {_key(others)} AS key FROM {some}) WHERE key IS NOT NULL)"
        for own, others in sides
    )
    engine.create("candidate_near", f"SELECT * FROM {table} WHERE {near}")
    found = " UNION ".join(
        f"SELECT l.unique_id AS unique_id_l, r.unique_id AS unique_id_r FROM {one} l JOIN {other} r ON {rule.text} "
        "WHERE l.unique_id < r.unique_id AND l.event_key <> r.event_key"
        for rule in needed
        for one, other in ((some, "candidate_near"), ("candidate_near", some))
    )
    return engine.create(PAIRS, found)


def _count(engine: Engine, number: int) -> int:
    """How many pairs agree in a key."""
    return int(
        engine.fetch(
            f"SELECT coalesce(CAST(sum(n * (n - 1) / 2) AS BIGINT), 0) AS pairs FROM (SELECT count(*) AS n FROM candidate "
            f"WHERE key_{number} IS NOT NULL GROUP BY key_{number})"
        )["pairs"][0].as_py()
    )


def _key(values: Sequence[str]) -> str:
    """SQL: one number for several values; NULL, which agrees with nothing, when any of them is missing."""
    known = " AND ".join(f"{value} IS NOT NULL" for value in values)
    return f"CASE WHEN {known} THEN hash({', '.join(values)}) END"
