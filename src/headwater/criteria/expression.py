"""What may a test say? AND OR NOT = <> < <= > >= IN BETWEEN IS NULL over named facts; anything else is refused with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NoReturn

from sqlglot import exp, parse_one
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import ParseError, TokenError
from sqlglot.tokenizer_core import TokenType

from headwater.criteria.facts import WHOLE, FactDefinition, FactType, Value

MOST_CHARACTERS, MOST_DEEP = 4000, 60


class CriteriaError(Exception):
    """A test or a set of criteria that cannot be used; the message says what, at which character, and what to do."""


@dataclass(frozen=True)
class Named:
    """A fact."""

    name: str
    type: FactType


@dataclass(frozen=True)
class Given:
    """A value that the test gives."""

    value: Value
    type: FactType


@dataclass(frozen=True)
class Compared:
    """Two operands of comparable types; `as_number`: both are taken as numbers."""

    sign: str
    left: Named | Given
    right: Named | Given
    as_number: bool


@dataclass(frozen=True)
class OneOf:
    """A fact is one of some values."""

    fact: Named
    values: tuple[Given, ...]
    as_number: bool


@dataclass(frozen=True)
class IsUnknown:
    """A fact is not known: the one test that is never itself unknown."""

    fact: Named


@dataclass(frozen=True)
class Negated:
    """NOT."""

    part: Test


@dataclass(frozen=True)
class Joined:
    """AND or OR."""

    sign: str
    left: Test
    right: Test


Test = Named | Given | Compared | OneOf | IsUnknown | Negated | Joined

_ALLOWED = {
    TokenType.VAR, TokenType.NUMBER, TokenType.STRING, TokenType.AND, TokenType.OR, TokenType.NOT, TokenType.EQ, TokenType.NEQ,
    TokenType.LT, TokenType.LTE, TokenType.GT, TokenType.GTE, TokenType.IN, TokenType.BETWEEN, TokenType.IS, TokenType.NULL,
    TokenType.TRUE, TokenType.FALSE, TokenType.L_PAREN, TokenType.R_PAREN, TokenType.COMMA, TokenType.DASH,
}  # fmt: skip
_SIGNS: dict[type[exp.Expr], str] = {exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">="}
_MAY = "A test may use AND, OR, NOT, =, <>, <, <=, >, >=, IN, BETWEEN, IS NULL, brackets, facts, numbers, 'texts', TRUE and FALSE."


def read_test(text: str, facts: Mapping[str, FactDefinition]) -> Test:
    """The test as a tree of checked parts; raises CriteriaError with the character at which the fault begins.

    Texts are compared with =, <> and IN only (their order depends on a language). A text that is compared with a date is
    read as a date, YYYY-MM-DD.
    """
    if len(text) > MOST_CHARACTERS:
        raise CriteriaError(
            f"The test has {len(text):,} characters; the most is {MOST_CHARACTERS:,}. Part it into several criteria."
        )
    _check_words(text, facts)
    try:
        tree = parse_one(text, dialect="duckdb")
    except ParseError as fault:
        at = fault.errors[0].get("col") if fault.errors else None
        raise CriteriaError(
            f"The test {text!r} cannot be read{f' near character {at}' if at else ''}. {_MAY}"
        ) from None
    except RecursionError:
        raise CriteriaError(f"The test {text[:60]!r}… is nested too deeply. Part it into several criteria.") from None
    reader = _Reader(text, facts)
    return reader.truth(tree, 0)


def facts_in(test: Test) -> Iterator[str]:
    """The facts that a test names, each once, in order."""
    seen: dict[str, None] = {}
    todo: list[Any] = [test]
    while todo:
        part = todo.pop(0)
        if isinstance(part, Named):
            seen.setdefault(part.name)
        elif isinstance(part, Compared | Joined):
            todo[:0] = [part.left, part.right]
        elif isinstance(part, OneOf | IsUnknown):
            todo[:0] = [part.fact]
        elif isinstance(part, Negated):
            todo[:0] = [part.part]
    return iter(seen)


def _check_words(text: str, facts: Mapping[str, FactDefinition]) -> None:
    """Refuse every sign and word that no test may hold, at its place, before anything is parsed."""
    try:
        tokens = Dialect.get_or_raise("duckdb").tokenize(text)
    except TokenError:
        raise CriteriaError(f"The test {text!r} cannot be read: a quotation mark is not closed. {_MAY}") from None
    if not tokens:
        raise CriteriaError(f"The test is empty. {_MAY}")
    depth = 0
    for place, token in enumerate(tokens):
        following = tokens[place + 1] if place + 1 < len(tokens) else None
        if token.token_type not in _ALLOWED or token.comments:
            _refuse(text, token.start, f"{text[token.start : token.end + 1]!r} is not allowed")
        if token.token_type == TokenType.VAR:
            if following is not None and following.token_type == TokenType.L_PAREN:
                _refuse(text, token.start, f"functions such as {token.text!r} are not allowed")
            if token.text not in facts:
                known = ", ".join(sorted(facts)) or "none"
                _refuse(text, token.start, f"{token.text!r} is no fact; there are: {known}")
        if token.token_type == TokenType.DASH and (following is None or following.token_type != TokenType.NUMBER):
            _refuse(text, token.start, "'-' may stand before a number only")
        if token.token_type == TokenType.STRING and following is not None and following.token_type == TokenType.STRING:
            _refuse(text, following.start, "two texts stand side by side")
        depth += (token.token_type == TokenType.L_PAREN) - (token.token_type == TokenType.R_PAREN)
        if depth > MOST_DEEP:
            _refuse(text, token.start, f"brackets are nested more than {MOST_DEEP} deep")


def _refuse(text: str, at: int, why: str) -> NoReturn:
    raise CriteriaError(f"The test {text!r}, character {at + 1}: {why}. {_MAY}")


class _Reader:
    """Turns a parsed test into checked parts."""

    def __init__(self, text: str, facts: Mapping[str, FactDefinition]) -> None:
        self.text, self.facts = text, facts

    def truth(self, node: exp.Expr, depth: int) -> Test:
        """A part that is true, false or unknown."""
        if depth > 4 * MOST_DEEP:
            self.refuse(node, "is nested too deeply; part it into several criteria")
        if isinstance(node, exp.Paren):
            return self.truth(node.this, depth + 1)
        if isinstance(node, exp.And | exp.Or):
            sign = "AND" if isinstance(node, exp.And) else "OR"
            return Joined(sign, self.truth(node.this, depth + 1), self.truth(node.expression, depth + 1))
        if isinstance(node, exp.Not):
            return Negated(self.truth(node.this, depth + 1))
        if type(node) in _SIGNS:
            return self.compared(node, _SIGNS[type(node)], self.operand(node.this), self.operand(node.expression))
        if isinstance(node, exp.Between) and not node.args.get("symmetric"):
            fact, low, high = (self.operand(node.args[part]) for part in ("this", "low", "high"))
            return Joined("AND", self.compared(node, ">=", fact, low), self.compared(node, "<=", fact, high))
        if isinstance(node, exp.In) and not set(node.args) & {"query", "unnest", "field"} | self.filled(node):
            return self.one_of(node)
        if isinstance(node, exp.Is):
            fact = self.operand(node.this)
            if not isinstance(fact, Named) or not isinstance(node.expression, exp.Null):
                self.refuse(node, "IS may be used as FACT IS NULL and FACT IS NOT NULL only")
            return IsUnknown(fact)
        if isinstance(node, exp.Column | exp.Boolean):
            part = self.operand(node)
            if part.type != "boolean":
                self.refuse(node, f"{self.sql(node)} is {part.type}, not yes or no; compare it with something")
            return part
        self.refuse(node, f"{self.sql(node)} is not allowed here")

    @staticmethod
    def filled(node: exp.Expr) -> set[str]:
        """Parts of IN that hold a query or a field."""
        return {name for name in ("query", "unnest", "field") if node.args.get(name)}

    def operand(self, node: exp.Expr) -> Named | Given:
        """A fact or a value."""
        if isinstance(node, exp.Paren):
            return self.operand(node.this)
        if isinstance(node, exp.Column) and not node.args.get("table"):
            return Named(node.name, self.facts[node.name].type)
        if isinstance(node, exp.Boolean):
            return Given(bool(node.this), "boolean")
        if isinstance(node, exp.Literal) and node.is_string:
            value = str(node.this)
            if not value.isprintable():
                self.refuse(node, "a text holds a sign that cannot be seen")
            return Given(value, "text")
        if isinstance(node, exp.Literal):
            return self.number(node, str(node.this))
        if isinstance(node, exp.Neg) and isinstance(node.this, exp.Literal) and not node.this.is_string:
            return self.number(node, "-" + str(node.this.this))
        self.refuse(node, f"{self.sql(node)} cannot be compared; compare a fact with a value or another fact")

    def number(self, node: exp.Expr, written: str) -> Given:
        try:
            if written.lstrip("-").isdigit():
                whole = int(written)
                if not -WHOLE < whole < WHOLE:
                    self.refuse(node, f"{written} is too large")
                return Given(whole, "integer")
            value = float(written)
        except ValueError:
            self.refuse(node, f"{written} is no number")
        if value in (float("inf"), float("-inf")):
            self.refuse(node, f"{written} is too large")
        return Given(value, "number")

    def compared(self, node: exp.Expr, sign: str, left: Named | Given, right: Named | Given) -> Compared:
        if isinstance(left, Given) and isinstance(right, Given):
            self.refuse(node, "two values are compared with each other; name a fact")
        left, right = self.dated(node, left, right), self.dated(node, right, left)
        kinds = {left.type, right.type}
        if not (len(kinds) == 1 or kinds == {"integer", "number"}):
            self.refuse(node, f"{left.type} is compared with {right.type}; they never are the same")
        if sign not in ("=", "<>") and kinds & {"text", "boolean"}:
            self.refuse(node, f"{sign} needs numbers or dates, not {left.type}")
        return Compared(sign, left, right, as_number="number" in kinds)

    def one_of(self, node: exp.In) -> OneOf:
        fact = self.operand(node.this)
        if not isinstance(fact, Named):
            self.refuse(node, "IN needs a fact before it")
        if not node.expressions:
            self.refuse(node, "IN needs at least one value")
        values = []
        for part in node.expressions:
            value = self.operand(part)
            if not isinstance(value, Given):
                self.refuse(part, "IN may list values only, no facts")
            values.append(self.compared(part, "=", fact, value).right)
        given = tuple(value for value in values if isinstance(value, Given))
        return OneOf(fact, given, as_number="number" in {fact.type, *(value.type for value in given)})

    def dated(self, node: exp.Expr, part: Named | Given, other: Named | Given) -> Named | Given:
        """A text beside a date is read as one."""
        if not (isinstance(part, Given) and part.type == "text" and other.type == "date"):
            return part
        try:
            if len(str(part.value)) != 10:
                raise ValueError
            return Given(date.fromisoformat(str(part.value)), "date")
        except ValueError:
            self.refuse(node, f"{part.value!r} is no date; write it as 2017-03-31")

    def sql(self, node: exp.Expr) -> str:
        said = node.sql(dialect="duckdb")
        return said if len(said) <= 60 else said[:59] + "…"

    def refuse(self, node: exp.Expr, why: str) -> NoReturn:
        starts = [part.meta["start"] for part in node.walk() if "start" in part.meta]
        _refuse(self.text, min(starts, default=0), why)
