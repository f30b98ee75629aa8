"""Whose household can be another than in an earlier link? Those are worked out anew; all others are carried over.

A stay depends on the homes that a person's own records state, on what kind of place these are, and on days in care. Whether two people
share a home depends on the stays of both, on what records say that they are to each other, on how their records write their names and
dates of birth, and on whether so many people are written down at an address that it says little. Each of these is compared with what the
earlier link had.
"""

from __future__ import annotations

from headwater.engine import Engine
from headwater.identity.features import homes_of
from headwater.identity.household import SHARED_HOMES, make_care_moves, make_home_kind, make_pairs, make_residence
from headwater.identity.increment import Earlier, carry_over, lay_over, open_before


def keep_households(engine: Engine, earlier: Earlier) -> None:
    """Make `residence` and `household_member` as `make_households` does, anew only for those of whom something changed since `earlier`.

    The tables of `carry_features`, `find_touched` and `keep_people` must be there, and `tie` as it is now.
    """
    for table in ("residence", "household_member", "tie", "home_kind"):
        open_before(engine, earlier, table)
    engine.read_parquet("care_move_before", [earlier.folder / "care_move.parquet"])
    make_care_moves(engine)
    _find_rehoused(engine)
    theirs = "SEMI JOIN rehoused USING (person_id)"
    engine.create("home_rehoused", homes_of(f"SELECT person_record_id FROM person {theirs}"))
    make_residence(engine, theirs, "home_rehoused")
    carry_over(engine, "residence", "SELECT person_id AS id FROM rehoused", "SELECT * FROM residence")
    lay_over(engine, "residence")
    make_home_kind(engine)
    _find_unsettled(engine)
    make_pairs(engine, "residence_near", "tie_near", "SEMI JOIN near USING (person_id)")
    anew = f"SELECT m.* FROM ({SHARED_HOMES}) m {_either('m.household_id', 'm.person_id')}"
    carry_over(engine, "household_member", "SELECT person_id AS id FROM unsettled", anew)
    lay_over(engine, "household_member")
    engine.create(
        "tied_anew", "SELECT person_id AS id FROM tie_differing UNION SELECT other_person_id FROM tie_differing"
    )
    carry_over(
        engine,
        "tie",
        "SELECT id FROM tied_anew",
        f"SELECT t.* FROM tie t {_either('t.person_id', 't.other_person_id', 'tied_anew', 'id')}",
    )
    carry_over(
        engine, "home_kind", "SELECT address_key AS id FROM place_differing",
        "SELECT * FROM home_kind SEMI JOIN place_differing USING (address_key)",
    )  # fmt: skip


def _either(one: str, other: str, those: str = "unsettled", column: str = "person_id") -> str:
    """SQL that follows a table: only its rows of which one of two columns is in a column of `those`."""
    return (
        f"LEFT JOIN {those} AS of_one ON of_one.{column} = {one} LEFT JOIN {those} AS of_other ON of_other.{column} = {other} "
        f"WHERE of_one.{column} IS NOT NULL OR of_other.{column} IS NOT NULL"
    )


def _find_rehoused(engine: Engine) -> None:
    """Make `rehoused`: people, of now or before, whose stays can have changed: a record of theirs came, went or changed, states another
    home, became or was somebody else's, or a day in care is new or gone. A record that was not touched is of the same person as before."""
    engine.create(
        "elsewhere_record",
        """
        SELECT unique_id FROM differing UNION SELECT unique_id FROM stale UNION
        SELECT n.person_record_id FROM person_touched n JOIN person_touched_before b USING (person_record_id) WHERE n.person_id <> b.person_id
        """,
    )
    theirs = "SELECT person_id FROM {} SEMI JOIN elsewhere_record ON unique_id = person_record_id"
    engine.create(
        "rehoused",
        f"{theirs.format('person')} UNION {theirs.format('person_touched_before')} UNION SELECT person_id FROM ({_differ('care_move')})",
    )


def _find_unsettled(engine: Engine) -> None:
    """Make `unsettled`: people who can share a home with others than before, or in another way; and of those near them, who could be in
    such a home, `near`, `residence_near` and `tie_near`."""
    engine.create("tie_differing", _differ("tie"))
    engine.create("place_differing", f"SELECT DISTINCT address_key FROM ({_differ('home_kind')})")
    there = "SELECT person_id FROM {} SEMI JOIN place_differing USING (address_key)"
    engine.create(
        "unsettled",
        "SELECT person_id FROM rehoused UNION SELECT person_id FROM tie_differing UNION SELECT other_person_id FROM tie_differing "
        f"UNION {there.format('residence')} UNION {there.format('residence_before')}",
    )
    engine.create("tie_near", f"SELECT t.* FROM tie t {_either('t.person_id', 't.other_person_id')}")
    # At a crowded address nobody is paired but for a tie.
    engine.create(
        "near",
        """
        SELECT person_id FROM unsettled UNION SELECT person_id FROM tie_near UNION SELECT other_person_id FROM tie_near UNION
        SELECT r.person_id FROM residence r SEMI JOIN (
            SELECT address_key FROM residence SEMI JOIN unsettled USING (person_id) SEMI JOIN (SELECT address_key FROM home_kind WHERE NOT crowded)
            USING (address_key)
        ) USING (address_key)
        """,
    )
    engine.create("residence_near", "SELECT r.* FROM residence r SEMI JOIN near USING (person_id)")


def _differ(table: str) -> str:
    """SQL: the rows that a table has and had not, or had and has not."""
    return (
        f"(SELECT * FROM {table} EXCEPT SELECT * FROM {table}_before) UNION ALL "
        f"(SELECT * FROM {table}_before EXCEPT SELECT * FROM {table})"
    )
