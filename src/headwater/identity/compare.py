"""How alike are the pairs of records that are worth comparing? Splink's weights for each of them, some millions at a time.

Systems copy from each other, and clerks from an earlier record: many records say the same in everything that is compared. What two
records weigh depends on what they say alone, so each pair of sayings is compared once, and its weights hold for all pairs of
records that say so.
"""

from __future__ import annotations

import warnings
from typing import Any

from headwater.engine import Engine
from headwater.identity.blocking import PAIRS, find_pairs
from headwater.identity.model import columns_of_link, open_linker
from headwater.identity.repeats import link_repeats, set_repeats_aside

PAIRS_AT_ONCE = 10_000_000
"""How many pairs of records are compared at a time: some 2 GB of what Splink reckons of what they say."""

LINKS_IN_ORDER = "link_in_order"
"""View of `link`, each share in order: always the same, and no more is put in order at a time than fits in memory."""


def compare(engine: Engine, model: dict[str, Any]) -> int:
    """Make table `link`: pairs of records with match weight, probability and the weight of each comparison.

    Two records of one event are never a pair: one event names a person once. Weights are rounded to 1e-6. Of records that are
    all alike only some are compared, see `repeats`. Pairs are compared some millions at a time, by date of birth: what Splink
    reckons of a pair is many times what is kept of it, and of the records it takes out those that the share needs.
    """
    repeated = set_repeats_aside(engine)
    compared = "comparable" if repeated else "linkable"
    count = find_pairs(engine, model["blocking_rules_to_generate_predictions"], compared)
    shares = max(1, -(-count // PAIRS_AT_ONCE))
    records = _number_sayings(engine, compared)
    links = 0
    with open_linker(engine, model, compared) as linker, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for share in range(shares):
            some = f"sayings_of_share_{share}"  # Splink remembers tables by name.
            engine.create(
                "pair_of_share",
                "SELECT p.l, p.r, a.saying AS saying_l, b.saying AS saying_r "
                f"FROM {PAIRS} p JOIN saying a ON a.number = p.l JOIN saying b ON b.number = p.r "
                f"WHERE p.place >= {records * share // shares} AND p.place < {records * (share + 1) // shares} AND a.event <> b.event",
            )
            engine.create(
                some,
                "SELECT '0' AS match_key, a.unique_id AS join_key_l, b.unique_id AS join_key_r "
                "FROM (SELECT DISTINCT saying_l, saying_r FROM pair_of_share) p "
                "JOIN candidate_number a ON a.number = p.saying_l JOIN candidate_number b ON b.number = p.saying_r",
            )
            linker.table_management.register_blocked_pairs_for_predict(linker._db_api.register(some))
            predicted = linker.inference.predict(threshold_match_probability=0.5)
            links += engine.create(
                f"link_of_share_{share}",
                f"SELECT p.l, p.r, {columns_of_link(model, 'l.unique_id', 'r.unique_id')} FROM {predicted.physical_name} found "
                "JOIN candidate_number x ON x.unique_id = found.unique_id_l JOIN candidate_number y ON y.unique_id = found.unique_id_r "
                "JOIN pair_of_share p ON p.saying_l = x.number AND p.saying_r = y.number "
                "JOIN candidate_number l ON l.number = p.l JOIN candidate_number r ON r.number = p.r",
            )
            predicted.drop_table_from_database_and_remove_from_cache()
            engine.drop(some)
    for done in (PAIRS, "pair_of_share"):
        engine.drop(done)
    parts = [f"link_of_share_{share}" for share in range(shares)]
    engine.define("link_compared", " UNION ALL ".join(f"SELECT * EXCLUDE (l, r) FROM {part}" for part in parts))
    more = link_repeats(engine) if repeated else []
    engine.define("link", " UNION ALL BY NAME ".join(f"SELECT * FROM {part}" for part in ("link_compared", *more)))
    # Numbers are in the order of the ids, and put in order faster.
    orders = [(part, "* EXCLUDE (l, r)", "l, r") for part in parts] + [
        (part, "*", "person_record_id_l, person_record_id_r") for part in more
    ]
    engine.define(
        LINKS_IN_ORDER,
        " UNION ALL BY NAME ".join(
            f"SELECT * FROM (SELECT {columns} FROM {part} ORDER BY {order})" for part, columns, order in orders
        ),
    )
    return links


def _number_sayings(engine: Engine, compared: str) -> int:
    """Make table `saying` (number, saying, event) of the records that are compared, numbered as in `candidate_number`: the first of those that
    say the same, and the first of those of the same event. Returns how many records there are."""
    return engine.create(
        "saying",
        "SELECT n.number, min(n.number) OVER (PARTITION BY c.digest, c.given, c.family, c.birth) AS saying, "
        "min(n.number) OVER (PARTITION BY c.event_key) AS event "
        f"FROM (SELECT unique_id, digest, given, family, birth, event_key FROM {compared}) c JOIN candidate_number n USING (unique_id)",
    )
