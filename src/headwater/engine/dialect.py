"""How does Spark say what is written in DuckDB's dialect? sqlglot does most of it; here is the rest, as rewrites of the tree.

A function whose answer differs between the engines is not translated: the largest scalar expression of text around it
becomes one call that DuckDB answers on the executors (`headwater.engine.shared`); so does a list that `list_transform` makes with one.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlglot import exp, parse, parse_one, transforms
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.dialects.spark import Spark
from sqlglot.errors import ErrorLevel, ParseError, UnsupportedError
from sqlglot.generators.spark import SparkGenerator
from sqlglot.parsers.duckdb import DuckDBParser

from headwater.engine.protocol import CannotTranslate
from headwater.engine.shared import argument


@dataclass(frozen=True)
class SharedCall:
    """An expression that DuckDB answers on the executors: its name there, DuckDB's text over a0, a1 ..., and its type."""

    name: str
    expression: str
    arguments: int
    type: str


@dataclass(frozen=True)
class Translation:
    """A statement for Spark; `name` when it makes a table; the shared calls and the parameters that it uses."""

    sql: str
    name: str | None
    calls: tuple[SharedCall, ...]
    parameters: frozenset[str]


ColumnsOf = Callable[[str, tuple[SharedCall, ...], frozenset[str]], list[str]]
"""Says which columns a query for Spark answers, in order; also given its shared calls and its parameters."""


class _Read(DuckDB):
    """`len` counts the values of a list, `length` the letters of a text: DuckDB takes either for both, Spark does not."""

    class Parser(DuckDBParser):
        FUNCTIONS = {**DuckDBParser.FUNCTIONS, "LEN": exp.ArraySize.from_arg_list}  # noqa: RUF012


class _Dialect(Spark):
    """Spark's own QUALIFY instead of a rewritten one: the rewrite leaves a column behind under `*`."""

    class Generator(SparkGenerator):
        TRANSFORMS = {  # noqa: RUF012
            **SparkGenerator.TRANSFORMS,
            exp.Select: transforms.preprocess([transforms.eliminate_distinct_on, transforms.any_to_exists]),
        }


_NAMED = {
    "strip_accents": "string",
    "damerau_levenshtein": "bigint",
    "jaro_similarity": "double",
    "jaccard": "double",
    "regexp_extract": "string",
    "regexp_full_match": "boolean",
}
"""Functions that sqlglot knows by name only, and that DuckDB answers: with the type of the answer."""

_KNOWN: dict[type[exp.Expr], str] = {
    exp.JarowinklerSimilarity: "double",
    exp.Levenshtein: "bigint",
    exp.Lower: "string",
    exp.Upper: "string",
    exp.Trim: "string",
    exp.RegexpReplace: "string",
    exp.RegexpExtract: "string",
    exp.RegexpLike: "boolean",
    exp.TimeToStr: "string",
    exp.Monthname: "string",
    exp.Dayname: "string",
}
"""The same for those that sqlglot knows by kind."""

_AROUND = (exp.Paren, exp.Nullif, exp.DPipe, exp.Replace, exp.Left, exp.Substring, exp.SplitPart, exp.Coalesce)
"""Functions of text that may go along in one call when a shared one stands in them."""

_NOT_OF_ONE_ROW = (exp.AggFunc, exp.Window, exp.Query, exp.Lambda, exp.Explode, exp.Star, exp.Case, exp.Bracket)
_WITHIN_A_LIST = (exp.Lambda, exp.Case)


DEEP = 10_000
"""How many calls may stand in each other while a query is read: an address is spelled out by some fifty functions, one in the other."""


@contextmanager
def _deep() -> Iterator[None]:
    usual = sys.getrecursionlimit()
    sys.setrecursionlimit(max(usual, DEEP))
    try:
        yield
    finally:
        sys.setrecursionlimit(usual)


@_deep()
def translate(sql: str, columns_of: ColumnsOf) -> list[Translation]:
    """Statements in DuckDB's dialect, each for Spark. Raises CannotTranslate."""
    try:
        return [_translate(tree, columns_of) for tree in parse(sql, read=_Read) if tree is not None]
    except ParseError as fault:
        raise CannotTranslate(f"This is not understood as DuckDB's SQL: {fault}") from fault


@_deep()
def translate_expression(sql: str) -> Translation:
    """A condition or other scalar expression over columns, for Spark."""
    calls: dict[str, SharedCall] = {}
    tree = _rewrite(parse_one(sql, read=_Read), calls, _no_columns)
    return Translation(_write(tree), None, tuple(calls.values()), frozenset())


def _no_columns(sql: str, calls: tuple[SharedCall, ...], parameters: frozenset[str]) -> list[str]:
    raise CannotTranslate("An expression has no tables to look up.")


def _translate(tree: exp.Expr, columns_of: ColumnsOf) -> Translation:
    name = None
    if isinstance(tree, exp.Create):
        if tree.kind != "TABLE" or not isinstance(tree.expression, exp.Query):
            raise CannotTranslate(f"Only CREATE TABLE ... AS a query can be said on Spark, not: {tree.sql('duckdb')}")
        name, tree = tree.this.name, tree.expression
    elif not isinstance(tree, exp.Query):
        raise CannotTranslate(f"Only queries and tables made from them can be said on Spark, not: {tree.sql('duckdb')}")
    calls: dict[str, SharedCall] = {}
    tree = _rewrite(tree, calls, columns_of)
    return Translation(_write(tree), name, tuple(calls.values()), _parameters(tree))


def _parameters(tree: exp.Expr) -> frozenset[str]:
    return frozenset(str(found.this) for found in tree.find_all(exp.Placeholder) if found.this)


def _write(tree: exp.Expr) -> str:
    try:
        return tree.sql(dialect=_Dialect, unsupported_level=ErrorLevel.RAISE)
    except UnsupportedError as fault:
        raise CannotTranslate(f"Spark has no equal for a part of this: {fault}") from fault


def _rewrite(tree: exp.Expr, calls: dict[str, SharedCall], columns_of: ColumnsOf) -> exp.Expr:
    whole = exp.Paren(this=tree.copy())  # so that the outermost can be replaced, too
    _share(whole, calls)
    for node in reversed(list(whole.walk(bfs=True))):  # from the inside out
        if node is not whole and (said := _one(node)) is not node:
            node.replace(said)
    for union in reversed(list(whole.find_all(exp.Union))):
        if union.args.get("by_name"):
            _name_columns(union, lambda query: columns_of(_write(query), tuple(calls.values()), _parameters(query)))
    found: exp.Expr = whole.this
    return found.pop()


# What DuckDB answers


def _share(whole: exp.Expr, calls: dict[str, SharedCall]) -> None:
    """Put one call in the place of each largest expression of text that holds a shared function."""
    for node in list(whole.walk(bfs=True)):  # from the outside in: what is inside a call goes along with it
        if _type_of(node) is None or node.root() is not whole:
            continue
        if lambda_ := node.find_ancestor(exp.Lambda):
            _share_list(node, lambda_, calls)
            continue
        top = node
        while isinstance(top.parent, _AROUND) and top.parent is not whole and _is_of_one_row(top.parent):
            top = top.parent
        if not _is_of_one_row(top):
            raise CannotTranslate(
                f"{node.sql('duckdb')} is about more than one row. Work it out in a query of its own."
            )
        top.replace(_call(top, calls, _type_of(top) or "string"))


def _share_list(node: exp.Expr, lambda_: exp.Lambda, calls: dict[str, SharedCall]) -> None:
    """Put one call in the place of a list of texts that a lambda with a shared function makes of another one."""
    top = lambda_.parent
    if not isinstance(top, exp.Transform) or lambda_.find_ancestor(exp.Lambda) or _looks_beyond(top):
        raise CannotTranslate(
            f"{node.sql('duckdb')} stands in a lambda. Only list_transform of texts, over columns, can hold it there: "
            "work it out in a query of its own and name it."
        )
    top.replace(_call(top, calls, f"array<{_type_of(lambda_.this) or 'string'}>"))


def _looks_beyond(node: exp.Expr) -> bool:
    return any(isinstance(found, _NOT_OF_ONE_ROW) and not isinstance(found, _WITHIN_A_LIST) for found in node.walk())


def _type_of(node: exp.Expr) -> str | None:
    if isinstance(node, exp.Anonymous):
        return _NAMED.get(node.name.lower())
    return _KNOWN.get(type(node))


def _is_of_one_row(node: exp.Expr) -> bool:
    return not any(isinstance(found, _NOT_OF_ONE_ROW) for found in node.walk())


def _call(top: exp.Expr, calls: dict[str, SharedCall], kind: str) -> exp.Expr:
    given: list[exp.Expr] = []
    inner = top.copy()
    for leaf in list(_leaves(inner)):
        if leaf not in given:
            given.append(leaf.copy())
        name = exp.column(argument(given.index(leaf)))
        if leaf is inner:
            inner = name
        else:
            leaf.replace(name)
    text = inner.sql("duckdb")
    arguments = given or [exp.Literal.number(0)]  # the number of rows has to come from somewhere
    name_of_call = "duckdb_" + hashlib.sha256(f"{kind} {text}".encode()).hexdigest()[:16]
    calls[name_of_call] = SharedCall(name_of_call, text, len(arguments), kind)
    return exp.Anonymous(this=name_of_call, expressions=arguments)


def _leaves(tree: exp.Expr) -> Iterator[exp.Expr]:
    for node in tree.walk(prune=lambda found: isinstance(found, exp.Column)):
        if isinstance(node, (exp.Column, exp.Placeholder)):
            yield node


# What Spark says in other words


def _one(node: exp.Expr) -> exp.Expr:
    """One node for Spark; what it is made of has been said already."""
    if isinstance(node, exp.Anonymous):
        return _anonymous(node)
    if isinstance(node, (exp.ArgMax, exp.ArgMin)) and not node.args.get("count"):
        return _best(node)
    if isinstance(node, exp.ArrayOverlaps):
        return exp.Anonymous(this="arrays_overlap", expressions=[_compact(node.this), _compact(node.expression)])
    if isinstance(node, exp.ArrayContainsAll):
        return _holds_all(node.this, node.expression)
    if isinstance(node, exp.ArrayDistinct):  # DuckDB leaves NULLs out.
        return exp.Anonymous(this="array_distinct", expressions=[_compact(node.this)])
    if isinstance(node, exp.DateDiff):
        return _boundaries(node)
    if isinstance(node, exp.Bracket) and len(node.expressions) == 1 and not isinstance(node.expressions[0], exp.Slice):
        # Spark raises beyond the end where DuckDB says NULL. sqlglot counts from 0 here.
        return exp.Anonymous(this="get", expressions=[node.this.copy(), node.expressions[0].copy()])
    if isinstance(node, exp.ArrayAgg) and not isinstance(node.parent, exp.Filter):
        return _gather(node, None)
    if isinstance(node, exp.Filter) and isinstance(node.this, exp.ArrayAgg):
        return _gather(node.this, node.expression)
    if isinstance(node, exp.Select) and any(_replaced(item) for item in node.expressions):
        return _replace(node)
    return node


def _compact(listed: exp.Expr) -> exp.Expr:
    """A list without its NULLs."""
    return exp.Anonymous(this="array_compact", expressions=[listed.copy()])


def _anonymous(node: exp.Anonymous) -> exp.Expr:
    name = node.name.lower()
    if name == "row":
        return exp.Anonymous(this="struct", expressions=[item.copy() for item in node.expressions])
    if name == "hash":
        return _digest(node.expressions)
    if name == "list_has_all":
        return _holds_all(*node.expressions)
    if name in ("date_sub", "datesub"):
        return _whole(node)
    if name == "to_months":
        return exp.Anonymous(
            this="make_ym_interval", expressions=[exp.Literal.number(0), *(item.copy() for item in node.expressions)]
        )
    return node


def _digest(values: list[exp.Expr]) -> exp.Expr:
    """64 bits as in DuckDB; the numbers themselves differ. Spark passes over NULLs and where one list ends, so each value is
    followed by whether it is known."""
    pairs = [(item.copy(), exp.Is(this=exp.paren(item.copy()), expression=exp.null())) for item in values]
    return exp.Anonymous(this="xxhash64", expressions=[part for pair in pairs for part in pair])


def _holds_all(whole: exp.Expr, part: exp.Expr) -> exp.Expr:
    """DuckDB asks nothing of a NULL among the values that a list must hold."""
    known = exp.Anonymous(this="array_compact", expressions=[part.copy()])
    missing = exp.Anonymous(this="array_except", expressions=[known, whole.copy()])
    return exp.paren(exp.EQ(this=_part("size", missing), expression=exp.Literal.number(0)))


def _best(node: exp.ArgMax | exp.ArgMin) -> exp.Expr:
    """DuckDB leaves out rows in which either is NULL; Spark would answer the NULL."""
    if isinstance(node.parent, exp.Filter):
        raise CannotTranslate("max_by and min_by with FILTER: put the condition into CASE WHEN.")
    known = exp.and_(_is_known(node.this), _is_known(node.expression))
    name = "max_by" if isinstance(node, exp.ArgMax) else "min_by"
    best = exp.Anonymous(this=name, expressions=[node.this.copy(), node.expression.copy()])
    return exp.Filter(this=best, expression=exp.Where(this=known))


def _is_known(node: exp.Expr) -> exp.Expr:
    return exp.not_(exp.Is(this=exp.paren(node.copy()), expression=exp.null()))


def _part(name: str, of: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=name, expressions=[of.copy()])


def _months(of: exp.Expr) -> exp.Expr:
    return parse_one("12 * y + m").transform(
        lambda n: {"y": _part("year", of), "m": _part("month", of)}[n.name] if isinstance(n, exp.Column) else n
    )


def _boundaries(node: exp.DateDiff) -> exp.Expr:
    """DuckDB's date_diff counts the boundaries between two dates: New Year's Eve and the next day are a year apart."""
    unit, late, early = node.text("unit").upper(), node.this.copy(), node.expression.copy()
    if unit == "DAY":
        return exp.Anonymous(this="datediff", expressions=[exp.cast(late, "date"), exp.cast(early, "date")])
    if unit == "MONTH":
        return exp.paren(exp.Sub(this=exp.paren(_months(late)), expression=exp.paren(_months(early))))
    if unit == "YEAR":
        return exp.paren(exp.Sub(this=_part("year", late), expression=_part("year", early)))
    raise CannotTranslate(f"date_diff by {unit.lower()} is not needed so far; day, month and year are.")


def _whole(node: exp.Anonymous) -> exp.Expr:
    """DuckDB's date_sub counts whole units between two dates. Somebody born on 29 February is a year older on the 28th."""
    unit = node.expressions[0].name.lower()
    early, late = (item.copy() for item in node.expressions[1:])
    if unit == "day":
        return exp.Anonymous(this="datediff", expressions=[late, early])
    if unit not in ("month", "year"):
        raise CannotTranslate(f"date_sub by {unit} is not needed so far; day, month and year are.")

    def months(a: exp.Expr, b: exp.Expr) -> exp.Expr:
        return parse_one("months_b - months_a - CASE WHEN day_b < day_a AND day_b < last_b THEN 1 ELSE 0 END").transform(
            lambda n: {
                "months_a": exp.paren(_months(a)), "months_b": exp.paren(_months(b)),
                "day_a": _part("day", a), "day_b": _part("day", b), "last_b": _part("day", _part("last_day", b)),
            }[n.name] if isinstance(n, exp.Column) else n
        )  # fmt: skip

    forwards, backwards = exp.paren(months(early, late)), exp.paren(months(late, early))
    whole: exp.Expr = exp.Case(
        ifs=[exp.If(this=exp.LT(this=late.copy(), expression=early.copy()), true=exp.Neg(this=backwards))],
        default=forwards,
    )
    if unit == "year":
        whole = exp.IntDiv(this=exp.paren(whole), expression=exp.Literal.number(12))
    return exp.paren(whole)


def _gather(node: exp.ArrayAgg, where: exp.Expr | None) -> exp.Expr:
    """DuckDB's list() keeps NULLs, and is NULL over no rows; Spark drops the one and answers an empty list."""
    value = node.this
    if isinstance(value, exp.Order):
        raise CannotTranslate("list() with ORDER BY: sort it afterwards, list_sort(list(...)).")
    distinct = isinstance(value, exp.Distinct)
    inner = value.expressions[0] if distinct else value
    boxed: exp.Expr = exp.Anonymous(this="named_struct", expressions=[exp.Literal.string("of"), inner.copy()])
    if distinct:
        boxed = exp.Distinct(expressions=[boxed])
    listed: exp.Expr = exp.Anonymous(this="collect_list", expressions=[boxed])
    if where is not None:
        listed = exp.Filter(this=listed, expression=where.copy())
    return exp.Anonymous(
        this="transform",
        expressions=[
            exp.Anonymous(this="nullif", expressions=[listed, exp.Anonymous(this="array", expressions=[])]),
            exp.Lambda(this=exp.column("of", table="box"), expressions=[exp.to_identifier("box")]),
        ],
    )


def _replaced(item: exp.Expr) -> exp.Star | None:
    star = item.this if isinstance(item, exp.Column) else item
    return star if isinstance(star, exp.Star) and star.args.get("replace") else None


def _replace(node: exp.Select) -> exp.Select:
    """`* REPLACE (x AS a)` as `* EXCEPT (a), x AS a`: the same columns, in another order."""
    if isinstance(node.parent, exp.SetOperation):
        raise CannotTranslate("* REPLACE within UNION: name the columns, their order counts there.")
    items: list[exp.Expr] = []
    for item in node.expressions:
        star = _replaced(item)
        if star is None:
            items.append(item)
            continue
        aliases = star.args["replace"]
        star.set("replace", None)
        star.set("except_", [*(star.args.get("except_") or []), *(exp.to_identifier(alias.alias) for alias in aliases)])
        items += [item, *aliases]
    node.set("expressions", items)
    return node


def _name_columns(union: exp.Union, columns_of: Callable[[exp.Expr], list[str]]) -> None:
    """`UNION ALL BY NAME` with the columns written out; a column that one side lacks is NULL there."""
    if union.args.get("with_"):
        raise CannotTranslate("UNION ALL BY NAME after WITH: put the parts into subqueries.")
    sides = {side: union.args[side] for side in ("this", "expression")}
    known = {side: columns_of(query) for side, query in sides.items()}
    for side, query in sides.items():
        wanted = [
            exp.column(name, quoted=True) if name in known[side] else exp.alias_(exp.null(), name, quoted=True)
            for name in dict.fromkeys(known["this"] + known["expression"])
        ]
        union.set(side, exp.select(*wanted).from_(query.subquery()))
    union.set("by_name", False)
