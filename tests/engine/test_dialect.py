"""Is DuckDB's SQL said so that Spark means the same, and is what cannot be said refused? (No Spark is needed here.)"""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pytest

from headwater.engine import CannotTranslate, EngineMissing
from headwater.engine.dialect import Translation, translate, translate_expression
from headwater.engine.shared import evaluate
from headwater.engine.spark import find_java


def said(sql: str, columns: list[str] | None = None) -> Translation:
    (only,) = translate(sql, lambda query, calls, parameters: columns or [])
    return only


def test_nulls_come_last_as_in_duckdb() -> None:
    assert said("SELECT a FROM t ORDER BY a, b DESC").sql.endswith("ORDER BY a NULLS LAST, b DESC")


def test_a_table_made_from_a_query_is_named_and_its_parameters_are_listed() -> None:
    found = said("CREATE OR REPLACE TEMP TABLE kept AS SELECT a FROM t WHERE day <= $as_of")
    assert (found.name, found.parameters) == ("kept", frozenset({"as_of"}))
    assert found.sql == "SELECT a FROM t WHERE day <= :as_of"


def test_text_that_engines_fold_otherwise_goes_to_duckdb_in_one_call() -> None:
    found = said("SELECT nullif(trim(regexp_replace(lower(strip_accents(name)), '[^a-z ]', '', 'g')), '') AS n FROM t")
    (call,) = found.calls
    assert found.sql == f"SELECT {call.name.upper()}(name) AS n FROM t"
    names = pa.array(["Łukasz  Zé", "O'Neil", "", None, "ŞAHİN"])
    expected = duckdb.sql(
        "SELECT nullif(trim(regexp_replace(lower(strip_accents(column0)), '[^a-z ]', '', 'g')), '') AS n FROM "
        "(VALUES (1, 'Łukasz  Zé'), (2, 'O''Neil'), (3, ''), (4, NULL), (5, 'ŞAHİN')) t(i, column0) ORDER BY i"
    ).fetchall()
    assert evaluate(call.expression, [names]).to_pylist() == [row[0] for row in expected]


def test_the_same_expression_over_other_columns_is_the_same_call() -> None:
    one, other = (translate_expression(f"jaro_winkler_similarity({a}_l, {a}_r) >= 0.9") for a in ("given", "family"))
    assert one.calls == other.calls
    assert [(call.type, call.arguments) for call in one.calls] == [("double", 2)]


def test_an_argument_that_comes_twice_is_handed_over_once() -> None:
    (call,) = said("SELECT upper(left(a, 1)) || substr(a, 2) AS b FROM t").calls
    assert call.arguments == 1
    assert evaluate(call.expression, [pa.array(["her mother", "élan"])]).to_pylist() == ["Her mother", "Élan"]


def test_a_list_made_by_a_shared_function_is_one_call() -> None:
    found = said(
        "SELECT list_sort(list_transform(names, lambda name: CASE WHEN length(name) > 1 THEN upper(name) ELSE x END)) AS l FROM t"
    )
    (call,) = found.calls
    assert found.sql == f"SELECT ARRAY_SORT({call.name.upper()}(names, x)) AS l FROM t"
    assert call.type == "array<string>"
    names = pa.array([["ab", "c"], [], None], pa.list_(pa.string()))
    assert evaluate(call.expression, [names, pa.array(["-", "-", "-"])]).to_pylist() == [["AB", "-"], [], None]


def test_len_counts_a_list_and_length_a_text() -> None:
    assert said("SELECT len(a) AS n, length(b) AS m FROM t").sql == "SELECT SIZE(a) AS n, LENGTH(b) AS m FROM t"


def test_a_list_beyond_its_end_is_null_and_lists_keep_nulls() -> None:
    assert "GET(x, 1)" in said("SELECT x[2] AS second FROM t").sql
    assert "NULLIF" in said("SELECT list(x) AS l FROM t GROUP BY y").sql.upper()


def test_columns_are_named_where_duckdb_joins_rows_by_name() -> None:
    found = said("SELECT a, b FROM t UNION ALL BY NAME SELECT b, a FROM s", ["a", "b"])
    assert "BY NAME" not in found.sql
    assert found.sql.count("SELECT `a`, `b` FROM") == 2


def test_overlapping_lists_are_no_conjunction() -> None:
    assert (
        translate_expression("list_has_any(nick_l, nick_r)").sql
        == "ARRAYS_OVERLAP(ARRAY_COMPACT(nick_l), ARRAY_COMPACT(nick_r))"
    )


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("SELECT list_filter(names, lambda x: x <> lower(x)) FROM t", "stands in a lambda"),
        ("SELECT list(x ORDER BY y) FROM t", "list_sort"),
        ("SELECT max_by(a, b) FILTER (WHERE c) FROM t", "CASE WHEN"),
        ("SELECT date_diff('hour', a, b) FROM t", "day, month and year"),
        ("INSERT INTO t SELECT 1", "Only queries"),
        ("SELECT * FROM t UNION ALL SELECT * REPLACE (1 AS a) FROM t", "name the columns"),
        ("SELECT FROM WHERE", "not understood"),
    ],
)
def test_what_cannot_be_said_is_refused_with_what_to_write_instead(sql: str, words: str) -> None:
    with pytest.raises(CannotTranslate, match=words):
        said(sql)


def test_a_java_home_without_java_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(EngineMissing, match="JAVA_HOME"):
        find_java()
