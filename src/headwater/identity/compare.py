"""How alike are the pairs of records that are worth comparing? Splink's weights for each of them, some millions at a time."""

from __future__ import annotations

import warnings
from typing import Any

from headwater.engine import Engine
from headwater.identity.blocking import PAIRS, find_pairs
from headwater.identity.model import columns_of_link, open_linker
from headwater.identity.repeats import link_repeats, set_repeats_aside

PAIRS_AT_ONCE = 5_000_000
"""How many pairs are compared at a time: some 2 GB of what Splink reckons of them."""

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
    records = int(engine.fetch("SELECT count(*) AS n FROM candidate_number")["n"][0].as_py())
    links = 0
    with open_linker(engine, model, compared) as linker, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for share in range(shares):
            some = f"pairs_of_share_{share}"  # Splink remembers tables by name.
            engine.create(
                some,
                "SELECT '0' AS match_key, a.unique_id AS join_key_l, b.unique_id AS join_key_r "
                f"FROM {PAIRS} p JOIN candidate_number a ON a.number = p.l JOIN candidate_number b ON b.number = p.r "
                f"WHERE p.place >= {records * share // shares} AND p.place < {records * (share + 1) // shares}",
            )
            linker.table_management.register_blocked_pairs_for_predict(linker._db_api.register(some))
            predicted = linker.inference.predict(threshold_match_probability=0.5)
            links += engine.create(
                f"link_of_share_{share}",
                f"SELECT {columns_of_link(model)} FROM {predicted.physical_name} WHERE event_key_l <> event_key_r",
            )
            predicted.drop_table_from_database_and_remove_from_cache()
            engine.drop(some)
    engine.drop(PAIRS)
    engine.define("link_compared", " UNION ALL ".join(f"SELECT * FROM {part}" for part in _parts(shares)))
    parts = _parts(shares)
    if repeated:
        parts += link_repeats(engine)
    engine.define("link", " UNION ALL BY NAME ".join(f"SELECT * FROM {part}" for part in parts))
    engine.define(
        LINKS_IN_ORDER,
        " UNION ALL BY NAME ".join(
            f"SELECT * FROM (SELECT * FROM {part} ORDER BY person_record_id_l, person_record_id_r)" for part in parts
        ),
    )
    return links


def _parts(shares: int) -> list[str]:
    return [f"link_of_share_{share}" for share in range(shares)]
