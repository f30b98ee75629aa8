"""Who lives with whom, when, and how do we know? From stated homes and stated relationships, never from an address alone."""

from __future__ import annotations

from headwater.engine import Engine
from headwater.identity.features import fold

REACH_MONTHS = 12
"""How long before its first and after its last statement a home is believed, when no other home is stated between."""


def make_households(engine: Engine) -> None:
    """Make tables `residence` and `household_member` from `person`, `tie` and the homes that records state.

    In a plain house or flat two people with overlapping stays are likely one household when they share a family name, a
    stated relationship, or one of them is a child; otherwise uncertain. In hostels, shared houses, refuges, homes and
    crowded addresses only a stated relationship makes a household. A child whose own records state no home follows a
    stated parent. `household_member` pairs are kept as one household for each person ("who lives with this person"):
    `household_id` is the person's id, so that nobody is merged with strangers by a chain.
    """
    engine.create(
        "home_stated",
        "SELECT p.person_id, h.address_key, h.line, h.postcode, h.uprn, h.lsoa, h.premises, h.protected, h.stated_on "
        "FROM home_record h JOIN person p USING (person_record_id) WHERE h.address_key IS NOT NULL",
    )
    engine.create(
        "stay",
        """
        SELECT person_id, address_key, min(line) AS line, min(postcode) AS postcode, min(uprn) AS uprn, min(lsoa) AS lsoa,
               coalesce(min(premises), 'unknown') AS premises, bool_or(coalesce(protected, false)) AS protected,
               min(stated_on) AS stated_first, max(stated_on) AS stated_last
        FROM (
            SELECT *, sum(moved) OVER (PARTITION BY person_id ORDER BY stated_on, address_key ROWS UNBOUNDED PRECEDING) AS stay
            FROM (
                SELECT *, CASE WHEN address_key = lag(address_key) OVER w THEN 0 ELSE 1 END AS moved FROM home_stated
                WINDOW w AS (PARTITION BY person_id ORDER BY stated_on, address_key)
            )
        )
        GROUP BY person_id, address_key, stay
        """,
    )
    engine.create(
        "residence",
        f"""
        SELECT person_id, address_key, line, postcode, uprn, lsoa, premises, protected,
               CAST(greatest(stated_first - INTERVAL {REACH_MONTHS} MONTH,
                   coalesce(lag(stated_last) OVER w + INTERVAL 1 DAY, stated_first - INTERVAL {REACH_MONTHS} MONTH)) AS DATE) AS from_date,
               CAST(least(stated_last + INTERVAL {REACH_MONTHS} MONTH,
                   coalesce(lead(stated_first) OVER w - INTERVAL 1 DAY, stated_last + INTERVAL {REACH_MONTHS} MONTH)) AS DATE) AS to_date,
               stated_first, stated_last
        FROM stay
        WINDOW w AS (PARTITION BY person_id ORDER BY stated_first, stated_last, address_key)
        """,
    )
    engine.create(
        "tied",
        "SELECT person_id, other_person_id, kind, lives_together, stated_on FROM tie UNION ALL "
        "SELECT other_person_id, person_id, kind, lives_together, stated_on FROM tie",
    )
    engine.create(
        "tied_pair",
        "SELECT person_id, other_person_id, min(kind) AS kind, bool_or(lives_together) AS together, "
        "bool_and(lives_together = false) AS apart, min(stated_on) AS first_stated, max(stated_on) AS last_stated, "
        "bool_or(kind IN ('parent', 'step_parent', 'sibling', 'partner', 'foster_carer', 'carer', 'child', 'grandparent')) AS close "
        "FROM tied GROUP BY person_id, other_person_id",
    )
    engine.create("birth_of", "SELECT person_id, date_of_birth FROM person_summary")
    engine.create(
        "family_of",
        f"SELECT DISTINCT p.person_id, replace({fold('r.family_name')}, ' ', '') AS family FROM person p "
        "JOIN person_record r USING (person_record_id) WHERE r.family_name IS NOT NULL",
    )
    engine.create(
        "same_family",
        "SELECT DISTINCT a.person_id, b.person_id AS other_person_id FROM residence ra JOIN residence rb "
        "ON ra.address_key = rb.address_key AND ra.person_id <> rb.person_id "
        "JOIN address_kind k ON k.address_key = ra.address_key AND NOT k.crowded "
        "JOIN family_of a ON a.person_id = ra.person_id JOIN family_of b ON b.person_id = rb.person_id AND a.family = b.family",
    )
    engine.create(
        "together",
        """
        SELECT a.person_id, b.person_id AS other_person_id, a.address_key,
               greatest(a.from_date, b.from_date) AS from_date, least(a.to_date, b.to_date) AS to_date,
               k.crowded, k.refuge, k.institution, t.kind, t.together, t.apart, t.close, s.person_id IS NOT NULL AS same_family,
               coalesce(date_diff('year', greatest(ba.date_of_birth, bb.date_of_birth), greatest(a.from_date, b.from_date)) < 18, false)
                   AS one_is_a_child
        FROM residence a JOIN residence b ON a.address_key = b.address_key AND a.person_id <> b.person_id
             AND a.from_date <= b.to_date AND b.from_date <= a.to_date
        JOIN address_kind k ON k.address_key = a.address_key
        LEFT JOIN tied_pair t ON t.person_id = a.person_id AND t.other_person_id = b.person_id
        LEFT JOIN same_family s ON s.person_id = a.person_id AND s.other_person_id = b.person_id
        LEFT JOIN birth_of ba ON ba.person_id = a.person_id LEFT JOIN birth_of bb ON bb.person_id = b.person_id
        WHERE NOT k.crowded OR t.close
        """,
    )
    engine.create(
        "shared_home",
        """
        SELECT person_id, other_person_id, address_key, from_date, to_date,
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
               CAST(max(t.stated_on) + INTERVAL 12 MONTH AS DATE), 'stated', 'A record says that they live together.'
        FROM tied t WHERE t.lives_together GROUP BY t.person_id, t.other_person_id
        """,
    )
    engine.create(
        "household_member",
        """
        SELECT DISTINCT person_id AS household_id, other_person_id AS person_id, address_key, from_date, to_date, certainty, basis
        FROM shared_home
        """,
    )
