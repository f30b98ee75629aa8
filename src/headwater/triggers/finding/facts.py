"""What do indicators read? The records as they were known on a day, as tables of events, parts, homes and texts."""

from __future__ import annotations

from datetime import date

from headwater.engine import Engine, leaves

OWN_WORDS = ("what the child said", "return interview")
"""The kinds of narrative in which a child's own words are kept."""


def prepare_facts(engine: Engine, as_of: date) -> None:
    """Make the tables that indicators read, as they were known on `as_of`, from the records and from `person`,
    `person_summary`, `lives_with`, `tie` and `mention`.

    `place` and `subject_summary`: see `_prepare_places`.
    `known_event`: live events of ordinary handling, with `occurred_on`, `recorded_on`, the `scene_key` of their place and whether it is an
    `institution`, and whether anybody of police or partners `attended` or assessed (a call that nobody went to tells what a
    caller said and no more). `mark`: their flags. `participant`: a person's part in one; `child_part` those who were under 18.
    `home_part`: people with a part in an event who lived with a child that day, the child being `person_id`, the other
    `other_person_id`, with `certainty` of the household, whether `adult` and whether `parent`, and `who` in words.
    `affirmed`: mentions that hold (not negated, historical, hypothetical, withdrawn, or of somebody elsewhere);
    `of_child`: the one that the text is about was under 18; `own_words`: the text is what that one said.
    `child_text`: those of them in an event in which the child has a part and is at home, without what is said of a parent
    who is known to live elsewhere. Only the child's own words are `disclosed`; `said` begins a sentence that tells who says so.

    Intelligence, cancelled events and what was not yet known on `as_of` are in none of them.
    """
    # Crimes state no kind of premises for their scene: what any record says of a place holds for all of them.
    engine.create(
        "institution_place",
        "SELECT DISTINCT p.address_key FROM address_record a JOIN address_place p USING (address_record_id) "
        "WHERE p.address_key IS NOT NULL AND a.premises IN ('care_home', 'hospital', 'prison') AND a.handling = 'ordinary'",
    )
    engine.create(
        "known_event",
        """
        SELECT e.event_id, e.kind, e.class_list, e.class_code, e.result_list, e.result_code, e.grade, e.source, e.reference,
               CAST(coalesce(e.started_at, e.recorded_at) AS DATE) AS occurred_on,
               -- A court's result stands in a custody record that was begun before it: nothing is on record before it happened.
               greatest(CAST(e.recorded_at AS DATE), CAST(e.started_at AS DATE)) AS recorded_on,
               e.started_at, CASE WHEN CAST(e.ended_at AS DATE) <= $as_of THEN e.ended_at END AS ended_at, e.address_record_id,
               k.address_key AS scene_key,
               coalesce(a.premises IN ('care_home', 'hospital', 'prison'), false) OR i.address_key IS NOT NULL AS institution,
               e.kind <> 'incident' OR coalesce(e.result_code IN ('attended', 'crimed', 'referred'), false) AS attended
        FROM event e LEFT JOIN address_record a ON a.address_record_id = e.address_record_id
        LEFT JOIN address_place k ON k.address_record_id = e.address_record_id LEFT JOIN institution_place i ON i.address_key = k.address_key
        WHERE coalesce(e.status, '') <> 'cancelled' AND e.handling = 'ordinary' AND CAST(e.recorded_at AS DATE) <= $as_of
              AND CAST(coalesce(e.started_at, e.recorded_at) AS DATE) <= $as_of
        """,
        {"as_of": as_of},
    )
    engine.create(
        "mark",
        "SELECT DISTINCT f.event_id, f.code, p.person_id FROM flag f JOIN known_event USING (event_id) "
        "LEFT JOIN person p ON p.person_record_id = f.person_record_id WHERE f.handling = 'ordinary'",
    )
    # First who had which part, in few columns, then what is known of the event: somebody may be named twice in one.
    engine.create(
        "participant",
        """
        SELECT i.person_id, i.event_id, i.role, s.date_of_birth, e.kind, e.class_list, e.class_code, e.result_code, e.grade, e.occurred_on,
               e.recorded_on, e.institution, coalesce(c.started_on, e.occurred_on) AS home_on, i.at_scene,
               i.role = 'subject' OR i.role = 'missing' AS told_of
        FROM (
            SELECT p.person_id, i.event_id, i.role, bool_or(h.address_key = e.scene_key) AS at_scene
            FROM involvement i JOIN person p USING (person_record_id) JOIN (SELECT event_id, scene_key FROM known_event) e ON e.event_id = i.event_id
            LEFT JOIN (SELECT r.person_record_id, p.address_key FROM address_record r JOIN address_place p USING (address_record_id)
                       WHERE r.purpose = 'home') h ON h.person_record_id = i.person_record_id
            WHERE i.handling = 'ordinary' GROUP BY p.person_id, i.event_id, i.role
        ) i JOIN known_event e ON e.event_id = i.event_id JOIN person_summary s ON s.person_id = i.person_id
        LEFT JOIN (SELECT source, reference, min(occurred_on) AS started_on FROM known_event WHERE kind = 'custody'
                   GROUP BY source, reference) c ON e.kind = 'court_result' AND c.source = e.source AND c.reference = e.reference
        """,
    )
    _prepare_places(engine)
    _prepare_homes(engine)
    _prepare_texts(engine)


def _prepare_places(engine: Engine) -> None:
    """Make `place` (place_id and how the newest record writes it), one row for each place at which something happened, and
    `subject_summary`: every person and every place that can be the subject of a trigger."""
    engine.create(
        "place",
        """
        SELECT 'A-' || left(md5(e.scene_key), 16) AS place_id, e.scene_key AS address_key, a.line, a.postcode, a.lsoa, a.premises
        FROM known_event e JOIN address_record a ON a.address_record_id = e.address_record_id
        WHERE e.scene_key IS NOT NULL AND e.kind IN ('incident', 'crime')
        QUALIFY row_number() OVER (PARTITION BY e.scene_key ORDER BY a.lsoa IS NULL, a.postcode IS NULL, e.occurred_on DESC, e.event_id) = 1
        """,
    )
    engine.create(
        "subject_summary",
        "SELECT person_id, 'person' AS kind, date_of_birth, certainty FROM person_summary UNION ALL "
        "SELECT place_id, 'place', NULL, 'certain' FROM place",
    )


@leaves("kin", "child_home", "home_part", "child_part")
def _prepare_homes(engine: Engine) -> None:
    """Make `kin`, `child_home`, `home_part` and `child_part`."""
    engine.create(
        "kin",
        """
        SELECT k.person_id, k.other_person_id, k.kind FROM (
            SELECT person_id, other_person_id, kind FROM tie
            UNION SELECT other_person_id, person_id, CASE kind WHEN 'child' THEN 'parent' WHEN 'parent' THEN 'child' ELSE kind END
            FROM tie WHERE kind IN ('child', 'parent', 'sibling', 'partner')
        ) k JOIN person_summary a ON a.person_id = k.person_id JOIN person_summary b ON b.person_id = k.other_person_id
        WHERE NOT (k.kind IN ('parent', 'grandparent') AND coalesce(date_sub('year', a.date_of_birth, b.date_of_birth) < 12, false))
        QUALIFY row_number() OVER (PARTITION BY k.person_id, k.other_person_id ORDER BY k.kind = 'parent' DESC,
            k.kind = 'step_parent' DESC, k.kind IN ('foster_carer', 'carer') DESC, k.kind) = 1
        """,
    )
    engine.create(
        "child_home",
        """
        SELECT l.household_id AS person_id, l.person_id AS other_person_id, l.from_date, l.to_date, l.certainty,
               c.date_of_birth, CAST(c.date_of_birth + INTERVAL 18 YEAR - INTERVAL 1 DAY AS DATE) AS eighteenth,
               o.date_of_birth AS other_birth,
               coalesce(k.kind IN ('parent', 'step_parent', 'foster_carer', 'carer'), false) AS parent,
               CASE WHEN k.kind IN ('parent', 'step_parent', 'foster_carer', 'carer', 'grandparent', 'sibling') THEN
                   CASE c.sex WHEN 'female' THEN 'her ' WHEN 'male' THEN 'his ' ELSE 'their ' END ||
                   CASE k.kind WHEN 'parent' THEN CASE o.sex WHEN 'female' THEN 'mother' WHEN 'male' THEN 'father' ELSE 'parent' END
                        WHEN 'step_parent' THEN 'step-parent' WHEN 'foster_carer' THEN 'foster carer'
                        WHEN 'sibling' THEN CASE o.sex WHEN 'female' THEN 'sister' WHEN 'male' THEN 'brother' ELSE 'sibling' END
                        ELSE k.kind END
               ELSE 'somebody who lived with ' || CASE c.sex WHEN 'female' THEN 'her' WHEN 'male' THEN 'him' ELSE 'them' END
               END AS who
        FROM lives_with l JOIN person_summary c ON c.person_id = l.household_id
        JOIN person_summary o ON o.person_id = l.person_id
        LEFT JOIN kin k ON k.person_id = l.person_id AND k.other_person_id = l.household_id
        WHERE c.date_of_birth IS NOT NULL AND l.from_date < c.date_of_birth + INTERVAL 18 YEAR
        """,
    )
    # Who lived with the child on a day of which a record tells, and how surely: many records tell of one day, and several stays may hold it.
    engine.create(
        "home_day",
        """
        SELECT l.person_id, l.other_person_id, p.home_on, any_value(l.parent) AS parent, any_value(l.who) AS who,
               min(CASE l.certainty WHEN 'stated' THEN 1 WHEN 'likely' THEN 2 ELSE 3 END) AS surest
        FROM (SELECT DISTINCT person_id, home_on FROM participant) p JOIN child_home l ON l.other_person_id = p.person_id
             AND p.home_on BETWEEN l.from_date AND l.to_date AND p.home_on BETWEEN l.date_of_birth AND l.eighteenth
        GROUP BY l.person_id, l.other_person_id, p.home_on
        """,
    )
    engine.create(
        "home_part",
        """
        SELECT l.person_id, p.person_id AS other_person_id, p.event_id, p.role, p.kind, p.class_list, p.class_code, p.result_code,
               p.grade, p.occurred_on, p.recorded_on, p.institution, p.at_scene,
               CASE l.surest WHEN 1 THEN 'stated' WHEN 2 THEN 'likely' ELSE 'uncertain' END AS certainty, l.parent, l.who,
               upper(left(l.who, 1)) || substr(l.who, 2) AS who_first,
               CASE WHEN e.scene_key IS NULL THEN '' WHEN r.address_key IS NOT NULL THEN ', at the child''s home' ELSE ', at another address' END AS place,
               coalesce(date_sub('year', p.date_of_birth, p.home_on) >= 18, l.parent) AS adult
        FROM participant p JOIN home_day l ON l.other_person_id = p.person_id AND l.home_on = p.home_on
        JOIN (SELECT event_id, scene_key FROM known_event) e ON e.event_id = p.event_id
        LEFT JOIN (SELECT DISTINCT person_id, address_key FROM residence) r ON r.person_id = l.person_id AND r.address_key = e.scene_key
        """,
    )
    engine.create(
        "child_part",
        """
        SELECT p.*, coalesce(p.told_of OR p.at_scene OR h.person_id IS NOT NULL, false) AS at_home
        FROM participant p LEFT JOIN (SELECT DISTINCT person_id, event_id FROM home_part WHERE certainty <> 'uncertain') h
             ON h.person_id = p.person_id AND h.event_id = p.event_id
        WHERE p.date_of_birth IS NOT NULL AND p.occurred_on >= p.date_of_birth
              AND date_sub('year', p.date_of_birth, p.occurred_on) BETWEEN 0 AND 17
        """,
    )


def _prepare_texts(engine: Engine) -> None:
    """Make `affirmed` and `child_text`."""
    engine.create(
        "affirmed",
        f"""
        SELECT m.narrative_id, m.event_id, m.concept, m.start, m."end", m.about, m.named, n.kind AS narrative_kind,
               'suspected' AS sureness, n.kind IN {OWN_WORDS} AS own_words,
               n.person_record_id IS NOT NULL AS has_subject, p.person_id AS subject_id, e.kind, e.grade, e.occurred_on, e.recorded_on,
               e.institution, e.attended,
               coalesce(date_sub('year', s.date_of_birth, e.occurred_on) < 18, false) AS of_child
        FROM mention m JOIN narrative n USING (narrative_id) JOIN known_event e ON e.event_id = m.event_id
        LEFT JOIN person p ON p.person_record_id = n.person_record_id LEFT JOIN person_summary s ON s.person_id = p.person_id
        WHERE NOT (m.negated OR m.historical OR m.hypothetical OR m.withdrawn OR m.elsewhere)
              AND m.handling = 'ordinary' AND n.handling = 'ordinary'
        """,
    )
    # A parent whose home is stated near that day, and who does not live with the child: what is said of him is said of
    # somebody elsewhere.
    engine.create(
        "apart",
        """
        SELECT c.person_id, c.event_id, p.about
        FROM (SELECT DISTINCT person_id, event_id, occurred_on FROM child_part) c
        JOIN (SELECT k.other_person_id, k.person_id AS parent_id,
                     CASE s.sex WHEN 'female' THEN 'mother' WHEN 'male' THEN 'father' END AS about
              FROM kin k JOIN person_summary s ON s.person_id = k.person_id WHERE k.kind = 'parent') p ON p.other_person_id = c.person_id
        LEFT JOIN residence r ON r.person_id = p.parent_id AND c.occurred_on BETWEEN r.from_date AND r.to_date
        LEFT JOIN lives_with l ON l.household_id = c.person_id AND l.person_id = p.parent_id AND c.occurred_on BETWEEN l.from_date AND l.to_date
        WHERE p.about IS NOT NULL
        GROUP BY c.person_id, c.event_id, p.about HAVING count(l.person_id) = 0 AND bool_and(r.person_id IS NOT NULL)
        """,
    )
    engine.create(
        "child_text",
        """
        SELECT DISTINCT c.person_id, c.date_of_birth,
               m.* REPLACE (CASE WHEN m.own_words AND m.subject_id = c.person_id THEN 'disclosed' ELSE 'suspected' END AS sureness),
               CASE WHEN NOT m.own_words THEN 'The words of a record say' WHEN m.subject_id = c.person_id THEN 'The child said'
                    WHEN m.subject_id IS NULL THEN 'Somebody said' ELSE 'Another child said' END AS said
        FROM child_part c JOIN affirmed m ON m.event_id = c.event_id
        LEFT JOIN apart a ON a.person_id = c.person_id AND a.about = m.about AND a.event_id = m.event_id
        WHERE c.role IN ('subject', 'child', 'child_present', 'victim', 'missing') AND c.at_home AND a.person_id IS NULL
        """,
    )


def live_together_as_searched(engine: Engine) -> None:
    """Make `lives_with` (household_id = the person, person_id = who lives there too) from the search's households."""
    engine.create(
        "lives_with",
        "SELECT household_id, person_id, address_key, from_date, coalesce(to_date, DATE '9999-12-31') AS to_date, "
        "stated_first, stated_last, certainty, basis "
        "FROM household_member WHERE household_id <> person_id",
    )
