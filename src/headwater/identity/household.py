"""Who lives with whom, when, and how do we know? From stated homes and stated relationships, never from an address alone."""

from __future__ import annotations

from headwater.engine import Engine, leaves
from headwater.identity.features import fold

REACH_MONTHS = 12
"""How long before its first and after its last statement a home is believed, when no other home is stated between."""

FAMILY_REACH_MONTHS = 48
"""The same for two people who are family and of whom the other's home is stated near that day: families move less often
than they are written down (one household in nine moves a year; English Housing Survey 2015-16)."""

MOST_AT_HOME = 100
"""From more people than this, at any time, an address is shared, whatever the records call it and however few family names they
give: a detention centre, a hostel, "no fixed abode". Nobody is taken for somebody's household for being written down there."""

BRIDGE_MONTHS = 24
"""One stray statement of another home between two of the same home, no more than this apart, does not end the stay: clerks
copy old addresses and mistype numbers. A placement, hostel, refuge, hospital or prison always ends it."""


SHARED_HOMES = """
    SELECT DISTINCT person_id AS household_id, other_person_id AS person_id, address_key, from_date, to_date, stated_first, stated_last,
           certainty, basis
    FROM shared_home
"""
"""SQL: the rows of `household_member`."""


@leaves("care_move", "residence", "home_kind", "household_member")
def make_households(engine: Engine) -> None:
    """Make tables `residence` and `household_member` from `person`, `tie` and the homes that records state.

    In a plain house or flat two people with overlapping stays are likely one household when they share a family name, a
    stated relationship, or one of them is a child; otherwise uncertain. In hostels, shared houses, refuges, homes and
    crowded addresses only a stated relationship makes a household. `household_member` pairs are kept as one household for
    each person ("who lives with this person"): `household_id` is the person's id, so that nobody is merged with strangers
    by a chain. People of a shared address are never paired with all
    others there. `residence` has from_date and to_date within REACH_MONTHS of a statement, far_from and far_to within
    FAMILY_REACH_MONTHS; neither runs into the next home that is stated, nor over the day on which a child came into care or left
    it, because then the child moved. `stated_first` and `stated_last` are days of records, never
    reckoned: between them records of the two speak of that home.
    """
    make_care_moves(engine)
    make_residence(engine)
    make_home_kind(engine)
    make_pairs(engine)
    engine.create("household_member", SHARED_HOMES)


def make_care_moves(engine: Engine) -> None:
    """Make `care_move` (person_id, moved_on): the days on which children came into care, moved within it or left it."""
    engine.create(
        "care_move",
        """
        SELECT DISTINCT p.person_id, unnest([CAST(e.started_at AS DATE), CAST(e.ended_at AS DATE) + 1]) AS moved_on
        FROM event e JOIN involvement i USING (event_id) JOIN person p USING (person_record_id)
        WHERE e.kind = 'care_episode' AND i.role = 'subject' AND e.handling = 'ordinary' AND coalesce(e.status, '') <> 'cancelled'
        """,
    )


@leaves("residence")
def make_residence(engine: Engine, people: str = "", homes: str = "home_record") -> None:
    """Make `residence` (`care_move` must be there) from table `homes`; with `people`, which follows a table, of some
    people only: `SEMI JOIN moved USING (person_id)`."""
    engine.create(
        "home_stated",
        f"""
        SELECT p.person_id, h.address_key, min(h.line) AS line, min(h.postcode) AS postcode, min(h.uprn) AS uprn, min(h.lsoa) AS lsoa,
               min(h.premises) AS premises, bool_or(coalesce(h.protected, false)) AS protected, h.stated_on,
               bool_or(coalesce(k.institution OR k.refuge, false)) AS special
        FROM {homes} h JOIN (SELECT person_id, person_record_id FROM person {people}) p USING (person_record_id)
        LEFT JOIN address_kind k USING (address_key)
        WHERE h.handling = 'ordinary' AND h.address_key IS NOT NULL GROUP BY p.person_id, h.address_key, h.stated_on
        """,
    )
    # On one day two homes may be stated: first the one that the day before had, so that the move comes once.
    engine.create(
        "home_run",
        """
        SELECT *, sum(moved) OVER (PARTITION BY person_id ORDER BY stated_on, address_key ROWS UNBOUNDED PRECEDING) AS run
        FROM (
            SELECT *, CASE WHEN address_key = lag(address_key) OVER w THEN 0 ELSE 1 END AS moved FROM home_stated
            WINDOW w AS (PARTITION BY person_id ORDER BY stated_on, address_key)
        )
        """,
    )
    engine.create(
        "home_spell",
        "SELECT person_id, address_key, run, min(stated_on) AS first_on, max(stated_on) AS last_on, count(*) AS times, "
        "bool_or(special) AS special FROM home_run GROUP BY person_id, address_key, run",
    )
    engine.create(
        "stray",
        f"""
        SELECT person_id, run FROM home_spell WINDOW w AS (PARTITION BY person_id ORDER BY run)
        QUALIFY times = 1 AND NOT special AND lag(address_key) OVER w = lead(address_key) OVER w
            AND date_diff('month', lag(last_on) OVER w, lead(first_on) OVER w) <= {BRIDGE_MONTHS}
        """,
    )
    engine.create(
        "stay",
        """
        SELECT person_id, address_key, min(line) AS line, min(postcode) AS postcode, min(uprn) AS uprn, min(lsoa) AS lsoa,
               coalesce(min(premises), 'unknown') AS premises, bool_or(protected) AS protected,
               min(stated_on) AS stated_first, max(stated_on) AS stated_last
        FROM (
            SELECT *, sum(moved) OVER (PARTITION BY person_id ORDER BY stated_on, address_key ROWS UNBOUNDED PRECEDING) AS stay
            FROM (
                SELECT r.* EXCLUDE (moved), CASE WHEN r.address_key = lag(r.address_key) OVER w THEN 0 ELSE 1 END AS moved
                FROM home_run r ANTI JOIN stray USING (person_id, run)
                WINDOW w AS (PARTITION BY r.person_id ORDER BY r.stated_on, r.address_key)
            )
        )
        GROUP BY person_id, address_key, stay
        """,
    )
    engine.create(
        "stay_in_time",
        """
        SELECT s.*, max(c.moved_on) FILTER (c.moved_on <= s.stated_first) AS moved_in, min(c.moved_on) FILTER (c.moved_on > s.stated_last) AS moved_out
        FROM stay s LEFT JOIN care_move c USING (person_id) GROUP BY ALL
        """,
    )
    reach = {}
    for months in (REACH_MONTHS, FAMILY_REACH_MONTHS):
        begin, end = f"stated_first - INTERVAL {months} MONTH", f"stated_last + INTERVAL {months} MONTH"
        reach[months] = (
            f"CAST(greatest({begin}, coalesce(lag(stated_last) OVER w + INTERVAL 1 DAY, {begin}), coalesce(moved_in, {begin})) AS DATE)",
            f"CAST(least({end}, coalesce(lead(stated_first) OVER w - INTERVAL 1 DAY, {end}), coalesce(moved_out - 1, {end})) AS DATE)",
        )
    engine.create(
        "residence",
        f"""
        SELECT person_id, address_key, line, postcode, uprn, lsoa, premises, protected,
               {reach[REACH_MONTHS][0]} AS from_date, {reach[REACH_MONTHS][1]} AS to_date,
               {reach[FAMILY_REACH_MONTHS][0]} AS far_from, {reach[FAMILY_REACH_MONTHS][1]} AS far_to, stated_first, stated_last
        FROM stay_in_time WINDOW w AS (PARTITION BY person_id ORDER BY stated_first, stated_last, address_key)
        """,
    )


def make_home_kind(engine: Engine) -> None:
    """Make `home_kind`: for each address whether it is a refuge, an institution, or `crowded`, and so one that says little."""
    # Decided before anybody is paired: 5,000 people of one address would be 25 million pairs. People are told apart only where there are
    # so many stays.
    engine.create(
        "home_kind",
        f"""
        SELECT k.address_key, k.refuge, k.institution, k.crowded OR n.address_key IS NOT NULL AS crowded FROM address_kind k LEFT JOIN (
            SELECT address_key FROM residence SEMI JOIN (SELECT address_key FROM residence GROUP BY address_key HAVING count(*) > {MOST_AT_HOME})
            USING (address_key) GROUP BY address_key HAVING count(DISTINCT person_id) > {MOST_AT_HOME}
        ) n USING (address_key)
        """,
    )


@leaves("shared_home")
def make_pairs(engine: Engine, residence: str = "residence", ties: str = "tie", people: str = "") -> None:
    """Make `shared_home` (`home_kind` must be there): who shares a home with whom, among the people of `residence` and `ties`.
    `people` follows a table and leaves those people of it: `SEMI JOIN near USING (person_id)`."""
    engine.create(
        "tied",
        f"SELECT person_id, other_person_id, kind, lives_together, stated_on FROM {ties} UNION ALL "
        f"SELECT other_person_id, person_id, kind, lives_together, stated_on FROM {ties}",
    )
    engine.create(
        "tied_pair",
        "SELECT person_id, other_person_id, min(kind) AS kind, bool_or(lives_together) AS together, "
        "bool_and(lives_together = false) AS apart, min(stated_on) AS first_stated, max(stated_on) AS last_stated, "
        "bool_or(kind IN ('parent', 'step_parent', 'sibling', 'partner', 'foster_carer', 'carer', 'child', 'grandparent')) AS close "
        "FROM tied GROUP BY person_id, other_person_id",
    )
    engine.create(
        "close_pair",
        f"SELECT DISTINCT a.address_key, t.person_id, t.other_person_id FROM tied_pair t JOIN {residence} a USING (person_id) "
        f"JOIN {residence} b ON b.person_id = t.other_person_id AND b.address_key = a.address_key "
        "JOIN home_kind k ON k.address_key = a.address_key AND k.crowded WHERE t.close",
    )
    engine.create(
        "own_home", f"SELECT r.* FROM {residence} r JOIN home_kind k ON k.address_key = r.address_key AND NOT k.crowded"
    )
    engine.create("birth_of", f"SELECT person_id, date_of_birth FROM person_summary {people}")
    engine.create(
        "family_of",
        f"SELECT DISTINCT p.person_id, replace({fold('r.family_name')}, ' ', '') AS family FROM (SELECT person_id, person_record_id FROM person {people}) p "
        "JOIN person_record r USING (person_record_id) WHERE r.family_name IS NOT NULL",
    )
    engine.create(
        "same_family",
        "SELECT DISTINCT a.person_id, b.person_id AS other_person_id FROM own_home ra JOIN own_home rb "
        "ON ra.address_key = rb.address_key AND ra.person_id <> rb.person_id "
        "JOIN family_of a ON a.person_id = ra.person_id JOIN family_of b ON b.person_id = rb.person_id AND a.family = b.family",
    )
    # Family: the home of one of them is stated near that day, that of the other may be farther off.
    spans = (
        ("from_date", "to_date", "from_date", "to_date", "false"),
        ("from_date", "to_date", "far_from", "far_to", "true"),
        ("far_from", "far_to", "from_date", "to_date", "true"),
    )
    engine.create(
        "overlap",
        " UNION ALL ".join(
            f"""
            SELECT a.person_id, b.person_id AS other_person_id, a.address_key, {far} AS far,
                   greatest(a.{from_a}, b.{from_b}) AS from_date, least(a.{to_a}, b.{to_b}) AS to_date,
                   list_sort([greatest(a.stated_first, b.stated_first), least(a.stated_last, b.stated_last)]) AS stated
            FROM {pairs} AND a.{from_a} <= b.{to_b} AND b.{from_b} <= a.{to_a}
            """
            for pairs in (
                "own_home a JOIN own_home b ON a.address_key = b.address_key AND a.person_id <> b.person_id",
                f"close_pair c JOIN {residence} a ON a.person_id = c.person_id AND a.address_key = c.address_key "
                f"JOIN {residence} b ON b.person_id = c.other_person_id AND b.address_key = c.address_key",
            )
            for from_a, to_a, from_b, to_b, far in spans
        ),
    )
    engine.create(
        "together",
        """
        SELECT DISTINCT o.person_id, o.other_person_id, o.address_key, o.from_date, o.to_date, o.stated,
               k.crowded, k.refuge, k.institution, t.kind, t.together, t.apart, t.close, s.person_id IS NOT NULL AS same_family,
               coalesce(date_diff('year', greatest(ba.date_of_birth, bb.date_of_birth), o.from_date) < 18, false) AS one_is_a_child
        FROM overlap o JOIN home_kind k ON k.address_key = o.address_key
        LEFT JOIN tied_pair t ON t.person_id = o.person_id AND t.other_person_id = o.other_person_id
        LEFT JOIN same_family s ON s.person_id = o.person_id AND s.other_person_id = o.other_person_id
        LEFT JOIN birth_of ba ON ba.person_id = o.person_id LEFT JOIN birth_of bb ON bb.person_id = o.other_person_id
        WHERE (NOT k.crowded OR t.close) AND (NOT o.far OR t.close OR (s.person_id IS NOT NULL AND NOT k.crowded))
        """,
    )
    engine.create(
        "shared_home",
        """
        SELECT person_id, other_person_id, address_key, from_date, to_date, stated[1] AS stated_first, stated[2] AS stated_last,
               CASE WHEN together OR close THEN 'stated' WHEN same_family OR one_is_a_child THEN 'likely' ELSE 'uncertain' END
                   AS certainty,
               CASE WHEN together THEN 'A record says that they live together.'
                    WHEN close THEN 'Records give them one address, and a record says how they are related.'
                    WHEN same_family THEN 'Records give them one address at the same time and one family name.'
                    WHEN one_is_a_child THEN 'Records give them one address at the same time and one of them is a child.'
                    ELSE 'Records give them one address at the same time; nothing says that they are one household.' END AS basis
        FROM together WHERE NOT coalesce(apart, false)
        UNION ALL
        SELECT t.person_id, t.other_person_id, NULL, CAST(min(t.stated_on) - INTERVAL 6 MONTH AS DATE),
               CAST(max(t.stated_on) + INTERVAL 12 MONTH AS DATE), min(t.stated_on), max(t.stated_on), 'stated', 'A record says that they live together.'
        FROM tied t WHERE t.lives_together GROUP BY t.person_id, t.other_person_id
        """,
    )
