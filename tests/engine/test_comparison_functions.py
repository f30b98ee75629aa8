"""Do the functions that decide who is who say the same on Spark and on DuckDB? Over 100,000 pairs, to the last bit."""

from __future__ import annotations

import random
from typing import Any

import pyarrow as pa
import pytest

from headwater.areas.address import spell_out
from headwater.engine import DuckDBEngine, SparkEngine
from headwater.identity.features import NUMBERED_FLAT, fold, nickname_table, skeleton, split_parts
from headwater.identity.model import read_design

pytestmark = pytest.mark.full

PAIRS = 100_000
_ACCENTS = "àáâãäåąçćčďđèéêëęěğìíîïİıłñńňòóôõöøőřśşšťùúûüůűýÿźżžßæœÞð’'- .  ,/ǅﬁ"
_STREETS = (
    "Yew Tree Rd",
    "ST ANN'S RD",
    "Flat 3, 12 High St",
    "12b Müller Str",
    "Apt 4/2 Dock Hse",
    "Rm 7\tThe Close",
    "",
)


def make_pairs(seed: int) -> pa.Table:
    """Pairs as they come up in linking: slips, swaps, other spellings, other alphabets, NULLs, and strangers."""
    dice = random.Random(seed)
    names = [
        *nickname_table()["name"].to_pylist(),
        "o'neil",
        "Ní Bhriain",
        "ŁUKASZ",
        "Şahin",
        "Müller-Straße",
        "李",
        "Æthel",
    ]

    def slip(name: str) -> str:
        place = dice.randrange(len(name) + 1)
        letter = dice.choice("abcdefghijklmnopqrstuvwxyz" + _ACCENTS)
        kind = dice.randrange(5)
        if kind == 0:
            return name[:place] + letter + name[place:]
        if kind == 1:
            return name[:place] + name[place + 1 :]
        if kind == 2:
            return name[:place] + letter + name[place + 1 :]
        if kind == 3:
            return name[:place] + name[place : place + 2][::-1] + name[place + 2 :]
        return name.upper()

    def one() -> str:
        return dice.choice(names) + (" " + dice.choice(names) if dice.random() < 0.3 else "")

    left = [None if dice.random() < 0.01 else one() for _ in range(PAIRS)]
    right = [
        None
        if dice.random() < 0.01 or name is None
        else one()
        if dice.random() < 0.4
        else slip(slip(name) if dice.random() < 0.3 else name)
        for name in left
    ]
    days = [dice.randrange(-20_000, 18_000) for _ in range(PAIRS)]
    return pa.table(
        {
            "number": range(PAIRS),
            "a": pa.array(left, pa.string()),
            "b": pa.array(right, pa.string()),
            "line": [dice.choice(_STREETS) + dice.choice(("", slip("Alma Tce"), " 2")) for _ in range(PAIRS)],
            "day": pa.array([None if dice.random() < 0.01 else day for day in days], pa.int32()).cast(pa.date32()),
            "other_day": pa.array([day + dice.choice((0, 1, -9, 365, 366, dice.randrange(9000))) for day in days], pa.int32()).cast(pa.date32()),
        }
    )  # fmt: skip


EXPRESSIONS = {
    "jaro_winkler": "jaro_winkler_similarity(a, b)",
    "jaro_winkler_folded": f"jaro_winkler_similarity({fold('a')}, {fold('b')})",
    "damerau_levenshtein": "damerau_levenshtein(a, b)",
    "folded": fold("a"),
    "skeleton": skeleton("b"),
    "lower": "lower(b)",
    "upper": "upper(b)",
    "strip_accents": "strip_accents(b)",
    "trimmed": "trim(b)",
    "spelled": spell_out("line"),
    "flat": f"regexp_matches(lower(line), '{NUMBERED_FLAT}')",
    "md5": "md5(b)",
    "length": "length(b)",
    "initial": "left(b, 1)",
    "rest": "substr(b, 2)",
    "without": "replace(b, 'a', '')",
    "last_word": "split_part(b, ' ', -1)",
    "begins": "starts_with(b, left(a, 1))",
    "holds": "contains(b, a)",
    "birth_text": "strftime(day, '%Y%m%d')",
    "month_in_words": "monthname(day)",
    "digits_apart": "damerau_levenshtein(strftime(day, '%Y%m%d'), strftime(other_day, '%Y%m%d'))",
    "years": "date_sub('year', day, other_day)",
    "months": "date_sub('month', day, other_day)",
    "year_ends": "date_diff('year', day, other_day)",
    "month_ends": "date_diff('month', day, other_day)",
    "days": "date_diff('day', day, other_day)",
    "a_year_on": "CAST(day + INTERVAL 12 MONTH AS DATE)",
    "the_smaller": "least(a, b)",
}


def answers(engine: Any, pairs: pa.Table) -> pa.Table:
    engine.register("pair", pairs)
    columns = ", ".join(f"{sql} AS {name}" for name, sql in EXPRESSIONS.items())
    table: pa.Table = engine.fetch(f"SELECT number, a, b, line, day, other_day, {columns} FROM pair ORDER BY number")
    return table


def test_every_function_that_compares_says_the_same_on_both_engines(spark: SparkEngine) -> None:
    pairs = make_pairs(20170331)
    with DuckDBEngine(threads=2) as engine:
        expected = answers(engine, pairs)
    found = answers(spark, pairs)
    for name in EXPRESSIONS:
        mine, theirs = found[name].to_pylist(), expected[name].to_pylist()
        wrong = [number for number in range(PAIRS) if mine[number] != theirs[number]]
        shown = [(pairs.slice(number, 1).to_pylist()[0], mine[number], theirs[number]) for number in wrong[:3]]
        assert not wrong, f"{name} differs for {len(wrong)} pairs, for example (pair, Spark, DuckDB): {shown}"


def test_every_level_of_the_linkage_model_says_the_same_on_both_engines(spark: SparkEngine) -> None:
    pairs = make_pairs(7)
    levels = [
        level["sql_condition"]
        for comparison in read_design()["comparisons"]
        for level in comparison["comparison_levels"]
        if level["sql_condition"] != "ELSE"
    ]
    query = f"""
        SELECT number, {fold('a')} AS given_l, {fold('b')} AS given_r, {fold('b')} AS family_l, {fold('a')} AS family_r,
               a AS full_name_l, b AS full_name_r, {skeleton('a')} AS given_skeleton_l, {skeleton('b')} AS given_skeleton_r,
               {skeleton('b')} AS family_skeleton_l, {skeleton('a')} AS family_skeleton_r, b AS alias_family_l, a AS alias_family_r,
               [number % 7] AS nick_l, [number % 5, 3] AS nick_r, day AS birth_l, other_day AS birth_r, day AS birth_full_l,
               other_day AS birth_full_r, strftime(day, '%Y%m%d') AS birth_text_l, strftime(other_day, '%Y%m%d') AS birth_text_r,
               CASE WHEN number % 4 = 0 THEN 'year' ELSE 'day' END AS precision_l, 'day' AS precision_r, line AS home_key_l, a AS home_key_r,
               line AS address_key_l, b AS address_key_r, a AS home_line_l, b AS home_line_r, b AS home_postcode_l, a AS home_postcode_r,
               a AS pnc_id_l, b AS pnc_id_r, a AS local_l, b AS local_r, 'x' AS source_l, 'x' AS source_r, 'male' AS sex_l, a AS sex_r,
               a AS phone_l, b AS phone_r, list_sort({split_parts('a')}) AS parts_l,
               list_sort({split_parts("concat_ws(' ', b, left(a, 9 * (number % 2)))")}) AS parts_r,
               replace({fold('a')}, ' ', '') AS whole_l, replace({fold('b')}, ' ', '') AS whole_r,
               number % 5 = 0 AS shared_family_l, false AS shared_family_r, number % 2 = 0 AS in_use_l, number % 3 = 0 AS in_use_r,
               left({fold('b')}, 3) AS short_form_l, left({fold('a')}, 3) AS short_form_r,
               CASE WHEN number % 11 = 0 THEN [{fold('b')}] ELSE CAST([] AS VARCHAR[]) END AS two_names_l
        FROM pair
    """  # fmt: skip
    # Whom somebody goes by is one of the parts.
    query = f"SELECT *, coalesce(parts_l[1], '') AS called_l, coalesce(parts_r[1], '') AS called_r FROM ({query})"
    columns = ", ".join(f"{level} AS level_{number}" for number, level in enumerate(levels))
    found = []
    with DuckDBEngine(threads=2) as duck:
        for engine in (duck, spark):
            engine.register("pair", pairs)
            engine.create("compared", query)
            found.append(engine.fetch(f"SELECT number, {columns} FROM compared ORDER BY number"))
    for number, level in enumerate(levels):
        expected, mine = (table[f"level_{number}"] for table in found)
        assert mine.equals(expected), level
        assert len(set(expected.to_pylist())) > 1, f"the pairs do not try: {level}"
