"""What of names and addresses is as in an earlier link? That is carried over; the rest is worked out anew.

What is compared of a record depends on its own row, on the addresses that it states, and on four things that others bear upon: which place
an address is (others may give its number), what kind of place that is (how many names are given there), whether a given name is
in use, and whether a number names nobody. Rows are compared by digest with those that the earlier link read, all of them, whatever
came between: so it makes no difference whether a row came, was erased, or is hidden from a search as of another day. Of the four other
things the first two are looked at again wherever a row at the same line or the same place came, went or changed, the last two for all records.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from headwater.areas import SPELLED, place_addresses, spell_addresses
from headwater.engine import Engine, quote_text
from headwater.identity.features import (
    HOMES,
    KEPT,
    address_kinds,
    count_names,
    fold_names,
    homes_of,
    make_rows,
    whole_rows,
)
from headwater.records import renew_layers, show_layers

ROWS = {"person_row": "person_record", "address_row": "address_record"}
"""Tables of digests, and of which rows."""

LAYERS = {
    "person_row": "person_record_id",
    "address_row": "address_record_id",
    "address_place": "address_record_id",
    "address_kind": "address_key",
    "feature": "unique_id",
}
"""What a link keeps of names and addresses, and what a row of each is known by. `feature` is `linkable` without what follows from the
other columns."""

_KEPT = ", ".join(f'"{name}"' for name in KEPT)
_AT = "SELECT home_of FROM {} WHERE home_of IS NOT NULL"


def mark_rows(engine: Engine) -> None:
    """Make known the tables of ROWS (its key, row_mark): a digest for each person and address record of its key and the row that it was read from.
    A row of a batch never changes but by an erasure, which `Lake.state` tells.

    Only equal digests of one engine mean anything: they are the engine's own, and another engine or version has others.
    """
    for name, table in ROWS.items():
        engine.define(name, f"SELECT {table}_id, hash({table}_id, batch, row_no) AS row_mark FROM {table}")


def keep_features(engine: Engine, folder: Path) -> None:
    """Write what `mark_rows` and `prepare_features` made for the next run to build on."""
    engine.define("feature", f"SELECT {_KEPT} FROM linkable")
    for table, key in LAYERS.items():
        engine.write_parquet(f"SELECT * FROM {table} ORDER BY {key}", folder / f"{table}.parquet")


def find_rows(engine: Engine) -> int:
    """Make `person_row_came`, `person_row_went` and the same of addresses (id): rows that an earlier link, whose tables are open as
    …_earlier, did not read, and those that it read and that are not there now. Returns how many of persons came. `mark_rows` must
    have been called."""
    came = {}
    for name, table in ROWS.items():
        engine.create(name, f"SELECT * FROM {name}")  # It is asked twice.
        for which, one, other in (("came", name, f"{name}_earlier"), ("went", f"{name}_earlier", name)):
            rows = engine.create(
                f"{name}_{which}",
                f"SELECT {table}_id AS id FROM {one} ANTI JOIN (SELECT row_mark FROM {other}) USING (row_mark)",
            )
            came[name, which] = rows
    return came["person_row", "came"]


def carry_features(engine: Engine, altered: Collection[str] = ()) -> int:
    """Make `linkable` and all that `prepare_features` leaves from the earlier link of `find_rows`, whose LAYERS are open as …_earlier, and
    from the rows that came or went since. `altered` names batches of which that link read other rows under the same name.

    Returns how many records are new or not as they were for comparing: table `changed`. `stale` are those and the ones that are gone,
    `reissued` those that are as they were from another row, `differing` all of these that are there and those that state
    another home.
    """
    if altered:
        batches = ", ".join(quote_text(batch) for batch in sorted(altered))
        for name, table in ROWS.items():
            engine.create(
                f"{name}_came",
                f"SELECT id FROM {name}_came UNION SELECT {table}_id FROM {table} WHERE batch IN ({batches})",
            )
    for name, table in ROWS.items():
        engine.create(f"{name}_gone_now", f"SELECT id FROM {name}_came UNION SELECT id FROM {name}_went")
        engine.create(f"{name}_since_now", f"SELECT * FROM {name} SEMI JOIN {name}_came ON id = {table}_id")
    _carry_places(engine)
    _find_afresh(engine)
    _carry_kinds(engine)
    make_rows(engine, "linkable_afresh", "home_afresh")
    changed = _carry_rows(engine)
    for name in LAYERS:
        if name != "address_place":
            _renew(engine, name, f"{name}_gone_now", f"{name}_since_now")
    engine.define("linkable", whole_rows("feature"))
    return changed


def _renew(engine: Engine, table: str, gone: str, since: str) -> None:
    """Make a table of LAYERS what it is now, from the tables `gone` (id) and `since`."""
    keys, earlier = [LAYERS[table]], f"{table}_earlier"
    renew_layers(engine, table, keys, earlier, gone=f"SELECT id FROM {gone}", since=f"SELECT * FROM {since}")
    show_layers(engine, table, keys, earlier)


def _carry_places(engine: Engine) -> None:
    """Make `address_place` as `prepare_addresses` does, anew for the addresses whose line is spelled like that of one which came or
    went; and of those that are not as they were `place_before` and `place_now`."""
    spell_addresses(engine, "(SELECT * FROM address_record SEMI JOIN address_row_came ON id = address_record_id)")
    engine.create(
        "place_before_came",
        "SELECT * FROM address_place_earlier SEMI JOIN address_row_gone_now ON id = address_record_id",
    )
    engine.create(
        "place_like",
        "SELECT p.* FROM address_place_earlier p "
        "SEMI JOIN (SELECT spelled FROM address_spelled UNION SELECT spelled FROM place_before_came) USING (spelled) "
        "ANTI JOIN address_row_gone_now ON id = address_record_id",
    )
    engine.create(
        "address_spelled",
        "SELECT * FROM address_spelled UNION ALL BY NAME SELECT * EXCLUDE (address_key) FROM place_like",
    )
    engine.create("place_near", place_addresses(engine))
    engine.create(
        "place_now",
        "SELECT n.* FROM place_near n LEFT JOIN (SELECT address_record_id, address_key AS key_before, true AS known FROM place_like) w "
        "USING (address_record_id) WHERE w.known IS NULL OR w.key_before IS DISTINCT FROM n.address_key",
    )
    engine.create(
        "place_before",
        "SELECT * FROM place_before_came UNION ALL BY NAME SELECT l.* FROM place_like l SEMI JOIN place_now USING (address_record_id)",
    )
    engine.create(
        "address_place_gone_now",
        "SELECT id FROM address_row_gone_now UNION SELECT address_record_id FROM place_now",
    )
    _renew(engine, "address_place", "address_place_gone_now", "place_now")
    engine.define("address_spelled", SPELLED)
    engine.define("home_record", HOMES.format(places="address_place"))


def _find_afresh(engine: Engine) -> None:
    """Make `afresh` (id): the records of which what is compared is worked out anew; their rows `person_afresh`, their homes `home_afresh`
    and their names `folded`; `place_touched` (address_key), `moved` (id: whose homes are not as they were), and what `count_names` makes."""
    engine.create("moved", f"{_AT.format('place_now')} UNION {_AT.format('place_before')}")
    engine.create(
        "place_touched",
        """
        SELECT address_key FROM place_now WHERE home_of IS NOT NULL AND address_key IS NOT NULL UNION
        SELECT address_key FROM place_before WHERE home_of IS NOT NULL AND address_key IS NOT NULL UNION
        SELECT address_key FROM address_place SEMI JOIN person_row_gone_now ON id = home_of WHERE address_key IS NOT NULL
        """,
    )
    engine.create(
        "afresh",
        "SELECT id FROM person_row_came UNION SELECT home_of FROM moved UNION "
        "SELECT home_of FROM address_place SEMI JOIN place_touched USING (address_key) WHERE home_of IS NOT NULL",
    )
    engine.create("person_afresh", _records_of("afresh"))
    fold_names(engine, "person_afresh")
    stated = "unique_id, source, given, family, phone_stated, local_stated"
    engine.define(
        "name_stated",
        f"SELECT {stated} FROM feature_earlier ANTI JOIN (SELECT id FROM afresh UNION SELECT id FROM person_row_went) ON id = unique_id "
        f"UNION ALL BY NAME SELECT {stated} FROM folded",
    )
    count_names(engine, "name_stated")
    turned = engine.create(
        "turned",
        """
        SELECT f.unique_id AS id FROM feature_earlier f LEFT JOIN given_in_use g ON g.given = f.given
        LEFT JOIN shared_phone sp ON sp.number = f.phone_stated LEFT JOIN shared_local sl ON sl.number = f.source || ':' || f.local_stated
        WHERE f.in_use <> (g.given IS NOT NULL) OR f.phone_shared <> (sp.number IS NOT NULL) OR f.local_shared <> (sl.number IS NOT NULL)
        """,
    )
    if turned:
        engine.create("person_turned", _records_of("(SELECT * FROM turned ANTI JOIN afresh USING (id))"))
        for name in ("folded", "person_afresh"):
            engine.create(f"{name}_first", f"SELECT * FROM {name}")
        fold_names(engine, "person_turned")
        engine.create("folded", "SELECT * FROM folded_first UNION ALL BY NAME SELECT * FROM folded")
        engine.create(
            "person_afresh", "SELECT * FROM person_afresh_first UNION ALL BY NAME SELECT * FROM person_turned"
        )
        engine.create("afresh", "SELECT id FROM afresh UNION SELECT id FROM turned")
    engine.create(
        "home_afresh",
        f"SELECT person_record_id, address_key, line_key, postcode, line, premises FROM ({homes_of('SELECT id AS person_record_id FROM afresh')})",
    )


def _records_of(ids: str) -> str:
    """SQL: what is needed of the person records in column `id` of a table or query."""
    return (
        "SELECT person_record_id, source, record_key, local_person_id, pnc_id, sex, phone, date_of_birth, date_of_birth_precision, "
        f"given_name, middle_name, family_name, alias_name FROM person_record SEMI JOIN {ids} ON id = person_record_id"
    )


def _carry_kinds(engine: Engine) -> None:
    """Make `address_kind`, anew for `place_touched`; `another_kind` (address_key) are places that became or are no longer an institution or
    a refuge."""
    engine.create(
        "address_kind_since_now",
        address_kinds("(SELECT * FROM home_afresh SEMI JOIN place_touched USING (address_key))", "person_afresh"),
    )
    engine.create("address_kind_gone_now", "SELECT address_key AS id FROM place_touched")
    special = "address_key, institution, refuge"
    now, before = (
        f"SELECT {special} FROM address_kind_since_now",
        f"SELECT {special} FROM address_kind_earlier SEMI JOIN place_touched USING (address_key)",
    )
    engine.create(
        "another_kind",
        f"SELECT address_key FROM (({now} EXCEPT {before}) UNION ALL ({before} EXCEPT {now}))",
    )
    engine.define(
        "address_kind",
        "SELECT * FROM address_kind_earlier ANTI JOIN place_touched USING (address_key) UNION ALL BY NAME SELECT * FROM address_kind_since_now",
    )


def _carry_rows(engine: Engine) -> int:
    """Make `changed`, `stale`, `reissued`, `differing`, and of `feature` what is not as it was, from `linkable_afresh`."""
    # Whatever else is kept of a record follows from what its digest tells, from its own row or from its homes.
    told = "unique_id, event_key, in_use, digest"
    count = engine.create(
        "changed",
        f"SELECT unique_id FROM (SELECT {told} FROM linkable_afresh EXCEPT SELECT {told} FROM feature_earlier SEMI JOIN afresh ON id = unique_id)",
    )
    engine.create("record_gone", "SELECT id AS unique_id FROM person_row_went ANTI JOIN person_row_came USING (id)")
    engine.create("stale", "SELECT unique_id FROM changed UNION SELECT unique_id FROM record_gone")
    engine.create("reissued", "SELECT id AS unique_id FROM person_row_came ANTI JOIN changed ON unique_id = id")
    engine.create(
        "differing",
        """
        SELECT unique_id FROM changed UNION SELECT unique_id FROM reissued UNION
        SELECT person_record_id FROM person_afresh SEMI JOIN moved ON home_of = person_record_id UNION
        SELECT person_record_id FROM person_afresh SEMI JOIN (SELECT person_record_id FROM home_afresh SEMI JOIN another_kind USING (address_key))
        USING (person_record_id)
        """,
    )
    engine.create(
        "feature_gone_now",
        "SELECT unique_id AS id FROM stale UNION SELECT id FROM person_row_came UNION SELECT home_of FROM moved",
    )
    engine.create(
        "feature_since_now", f"SELECT {_KEPT} FROM linkable_afresh SEMI JOIN feature_gone_now ON id = unique_id"
    )
    return count
