"""Who is written down thousands of times in the same words? A few of such records are compared; the others follow them.

Somebody who calls the police every day has thousands of records that agree in everything. To compare each with each would
be hundreds of millions of pairs that all say the same.
"""

from __future__ import annotations

from headwater.engine import Engine

MOST_ALIKE = 100
"""Of more records than this that agree in everything that is compared, only so many are compared with others."""

NEIGHBOURS = 3
"""To how many of its like, next by name, a record that was not compared is linked: more than one, because two records of one
event are never a pair."""

COMPARED = (
    "source", "given", "family", "parts", "called", "whole", "alias_family", "birth", '"precision"', "address_key", "postcode", "home_line", "crowded",
    "pnc_id", "local", "sex", "phone",
)  # fmt: skip
"""The columns of `linkable` from which all that is compared comes; its `digest` is of these."""


def set_repeats_aside(engine: Engine) -> int:
    """Make `comparable` (the rows of `linkable` to compare) and `alike` (unique_id, event_key, `likeness`: a number for
    all that are alike, `place` among them) of the records that have more than MOST_ALIKE like them; returns how many are not compared."""
    columns = ", ".join(COMPARED)
    engine.create("often", f"SELECT digest FROM linkable GROUP BY digest HAVING count(*) > {MOST_ALIKE}")
    engine.create(
        "alike",
        f"""
        SELECT unique_id, event_key, dense_rank() OVER (ORDER BY {columns}) AS likeness,
               row_number() OVER (PARTITION BY {columns} ORDER BY unique_id) AS place
        FROM linkable SEMI JOIN often USING (digest)
        """,
    )
    engine.create("set_aside", f"SELECT unique_id FROM alike WHERE place > {MOST_ALIKE}")
    count = int(engine.fetch("SELECT count(*) AS n FROM set_aside")["n"][0].as_py())
    engine.define("comparable", "SELECT * FROM linkable" + (" ANTI JOIN set_aside USING (unique_id)" if count else ""))
    return count


def link_repeats(engine: Engine) -> list[str]:
    """Two more tables like `link_compared`, of what the records that were set aside would have: a link to the first compared record
    of their like and to their neighbours, as strong as those between the compared ones, and the strongest that one of these has to
    another record. Returns their names."""
    engine.create(
        "like_pair",
        f"""
        SELECT s.unique_id AS a, o.unique_id AS b, s.likeness
        FROM (
            SELECT *, unnest([1, 2, {", ".join(f"place - {back}" for back in range(1, NEIGHBOURS + 1))}]) AS other
            FROM alike WHERE place > {MOST_ALIKE}
        ) s JOIN alike o ON o.likeness = s.likeness AND o.place = s.other WHERE o.event_key <> s.event_key
        """,
    )
    engine.create(
        "link_within",
        """
        SELECT x.likeness, l.* FROM link_compared l JOIN alike x ON x.unique_id = l.person_record_id_l
        JOIN alike y ON y.unique_id = l.person_record_id_r AND y.likeness = x.likeness
        QUALIFY row_number() OVER (PARTITION BY x.likeness ORDER BY l.person_record_id_l, l.person_record_id_r) = 1
        """,
    )
    engine.create(
        "link_beyond",
        """
        SELECT x.likeness, l.* FROM (
            SELECT person_record_id_l AS mine, person_record_id_r AS other, * FROM link_compared
            UNION ALL SELECT person_record_id_r, person_record_id_l, * FROM link_compared
        ) l JOIN alike x ON x.unique_id = l.mine LEFT JOIN alike y ON y.unique_id = l.other
        WHERE y.likeness IS DISTINCT FROM x.likeness
        QUALIFY row_number() OVER (PARTITION BY x.likeness ORDER BY l.match_weight DESC, l.person_record_id_l, l.person_record_id_r) = 1
        """,
    )
    engine.create(
        "link_alike",
        "SELECT w.* EXCLUDE (likeness) REPLACE (least(p.a, p.b) AS person_record_id_l, greatest(p.a, p.b) AS person_record_id_r) "
        "FROM like_pair p JOIN link_within w USING (likeness)",
    )
    engine.create(
        "link_followed",
        """
        SELECT b.* EXCLUDE (likeness, mine, other) REPLACE (least(s.unique_id, b.other) AS person_record_id_l,
            greatest(s.unique_id, b.other) AS person_record_id_r)
        FROM alike s JOIN set_aside USING (unique_id) JOIN link_beyond b USING (likeness) JOIN linkable o ON o.unique_id = b.other
        WHERE o.event_key <> s.event_key
        """,
    )
    return ["link_alike", "link_followed"]
