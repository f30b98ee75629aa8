"""Which records are one person, and how sure is that? Links, what cannot be, and what reviewers decided, made into people."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.engine import Engine, leaves
from headwater.identity.cluster import Constraints, cluster_records, hang_together
from headwater.identity.decisions import list_decisions
from headwater.identity.increment import Earlier, find_touched, keep_people
from headwater.identity.person import make_people
from headwater.records import Lake

JOIN = 0.95
"""Match probability from which a link joins two records."""


@leaves("person", "component")
def join(
    engine: Engine, lake: Lake | None, threshold: float = JOIN, linkable: str = "linkable", links: str = "link"
) -> None:
    """Make table `person` (person_id, person_record_id, certainty, cut) from `link`, what cannot be, and what was decided.

    `component` says by the smallest record id which records hang together by links and decisions, before any were parted.
    Tables `linkable` and `links` may hold less than everything: whole components, and every link with an end in them.
    """
    records = engine.fetch(f"SELECT unique_id, event_key, pnc_id, birth_number FROM {linkable} ORDER BY unique_id")
    engine.create("numbered", f"SELECT unique_id, row_number() OVER (ORDER BY unique_id) - 1 AS number FROM {linkable}")
    # From here on numbers stand for records: there are many times more links than records. A link may lead out of these.
    engine.create(
        "edge",
        "SELECT a.number AS a, b.number AS b, l.match_weight AS weight, l.match_probability AS probability, "
        "greatest(l.pnc_weight, l.phone_weight, l.local_number_weight) > 0 AS by_number, l.other_given "
        f"FROM {links} l LEFT JOIN numbered a ON a.unique_id = l.person_record_id_l "
        "LEFT JOIN numbered b ON b.unique_id = l.person_record_id_r",
    )
    edges = engine.fetch(
        "SELECT a, b, weight, by_number, other_given AND NOT by_number AS slight FROM edge WHERE probability >= $threshold AND a IS NOT NULL AND b IS NOT NULL",
        {"threshold": threshold},
    )
    count = records.num_rows
    decisions = list_decisions(lake) if lake else []
    place = _places(records["unique_id"], [record for d in decisions for record in (d.record_a, d.record_b)])
    pairs = [
        (place[d.record_a], place[d.record_b], d.verdict)
        for d in decisions
        if d.record_a in place and d.record_b in place
    ]
    apart = frozenset((a, b) for a, b, verdict in pairs if verdict == "not the same person")
    together = tuple((a, b) for a, b, verdict in pairs if verdict == "same person")
    left, right = (np.asarray(edges[name].to_numpy(), np.int64) for name in ("a", "b"))
    weight = np.asarray(edges["weight"].to_numpy(), np.float64)
    by_number, slight = (
        np.asarray(edges[name].to_numpy(zero_copy_only=False), np.bool_) for name in ("by_number", "slight")
    )
    del edges
    if apart:
        keep = ~np.isin(left * count + right, [a * count + b for a, b in apart])
        left, right, weight = left[keep], right[keep], weight[keep]
        by_number, slight = by_number[keep], slight[keep]
    labels, cut = cluster_records(
        count, left, right, weight,
        Constraints(
            _codes(records["event_key"]), _codes(records["pnc_id"]),
            records["birth_number"].to_numpy().astype(np.int64), apart, together,
        ),
        by_number, slight,
    )  # fmt: skip
    engine.register(
        "labelled",
        pa.table(
            {
                "unique_id": records["unique_id"], "number": np.arange(count), "label": labels, "cut": cut,
                "component": hang_together(count, left, right, together),
            }
        ),
    )  # fmt: skip
    engine.create(
        "component", "SELECT unique_id, min(unique_id) OVER (PARTITION BY component) AS component FROM labelled"
    )
    # A record that links to somebody else as strongly as to its own person could be either's, unless a reviewer has said that it is not.
    engine.register(
        "parted",
        pa.table({name: pa.array([pair[at] for pair in sorted(apart)], pa.int64()) for at, name in enumerate("ab")}),
    )
    # One table after the other, none read twice at once: there are tens of links to a person, and each step has to fit in memory.
    counted = "(SELECT * FROM edge ANTI JOIN parted USING (a, b))" if apart else "edge"
    engine.create(
        "edge_counted",
        "SELECT e.a, e.b, e.weight, e.probability, coalesce(x.label = y.label, false) AS own "
        f"FROM {counted} e LEFT JOIN labelled x ON x.number = e.a LEFT JOIN labelled y ON y.number = e.b",
    )
    engine.drop("edge")
    engine.create(
        "standing",
        """
        SELECT number, max(probability) FILTER (WHERE own) AS best,
               coalesce(max(weight) FILTER (WHERE NOT own) >= max(weight) FILTER (WHERE own) - 1, false) AS torn
        FROM (
            SELECT a AS number, weight, probability, own FROM edge_counted
            UNION ALL SELECT b, weight, probability, own FROM edge_counted
        )
        WHERE number IS NOT NULL GROUP BY number
        """,
    )
    engine.drop("edge_counted")
    _set_apart(engine, linkable, together)
    engine.create(
        "person",
        """
        SELECT 'P-' || left(md5(min(c.unique_id) OVER (PARTITION BY c.label, c.alike)), 16) AS person_id, c.unique_id AS person_record_id,
               CASE WHEN c.alike IS NOT NULL THEN 'doubtful' WHEN count(*) OVER (PARTITION BY c.label, c.alike) = 1 THEN 'certain'
                    WHEN s.torn THEN 'doubtful' WHEN s.best >= 0.999 THEN 'certain' WHEN s.best >= 0.95 THEN 'likely' ELSE 'doubtful' END AS certainty,
               c.cut OR c.alike IS NOT NULL AS cut
        FROM (SELECT l.*, e.alike FROM labelled l LEFT JOIN either e ON e.number = l.number) c
        LEFT JOIN standing s ON s.number = c.number
        """,
    )


def _set_apart(engine: Engine, linkable: str, together: tuple[tuple[int, int], ...]) -> None:
    """Make table `either` (number, alike): records that state no date of birth and could as well be of another person as of the one whose
    they seem to be.

    Such a record cannot tell a father from a son who bears his name: rather nobody's than the wrong one's. Those of one
    person that say the same (`alike`) become one doubtful person of their own. What a reviewer joined stays, with all of its like.
    """
    numbers = sorted({number for pair in together for number in pair})
    engine.register("kept_together", pa.table({"number": pa.array(numbers, pa.int64())}))
    engine.create(
        "either",
        f"""
        WITH torn AS (
            SELECT c.number, c.label, concat_ws('|', l.given, l.family, l.address_key, l.phone) AS alike
            FROM standing s JOIN labelled c ON c.number = s.number JOIN {linkable} l ON l.unique_id = c.unique_id
            WHERE s.torn AND l.birth IS NULL AND l.pnc_id IS NULL
        )
        SELECT number, alike FROM torn ANTI JOIN (SELECT DISTINCT label, alike FROM torn SEMI JOIN kept_together USING (number)) USING (label, alike)
        """,
    )


def join_changed(engine: Engine, lake: Lake, earlier: Earlier) -> None:
    """Make `person`, `component` and `person_summary` as `join` and `make_people` do, anew only where something can have changed."""
    find_touched(engine, lake, earlier)
    join(engine, lake, linkable="linkable_touched", links="link_touched")
    engine.drop("linkable_touched")
    engine.drop("link_touched")
    make_people(engine)
    keep_people(engine, earlier)


def _places(records: pa.ChunkedArray, sought: list[str]) -> dict[str, int]:
    """The place among all records of those that are there; no list of millions is made for a few decisions."""
    if not sought:
        return {}
    found = pc.index_in(pa.array(sought, records.type), value_set=records.combine_chunks()).to_pylist()
    return {record: number for record, number in zip(sought, found, strict=True) if number is not None}


def _codes(column: pa.ChunkedArray) -> np.ndarray[Any, np.dtype[np.int64]]:
    encoded = column.combine_chunks().dictionary_encode()
    return np.asarray(encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False), dtype=np.int64)
