"""What was found about whom? Runs the indicators over people, households, events and mentions."""

from __future__ import annotations

from collections.abc import Iterable

from headwater.engine import Engine, quote_text
from headwater.triggers.indicator import Indicator

SHAPE = (
    "person_id", "occurred_on", "recorded_on", "event_id", "strength", "sureness", "role", "other_person_id",
    "narrative_id", "start", "end", "statutory", "sentence",
)  # fmt: skip


def prepare_facts(engine: Engine) -> None:
    """Make the tables that indicators read, from the records, `person`, `person_summary`, `household_member`, `tie`, `mention`.

    `participant`: a person's part in a live event of ordinary handling, with the age then; `child_part` those under 18,
    `adult_part` the rest; `child_home`: who lived with a child (`other_person_id`), when, how surely, whether an adult at
    least 16 years older, whether a parent; `affirmed`: mentions that hold (not negated, historical, hypothetical or
    withdrawn, of somebody who lives there). Intelligence is left out of all of them. A person whose records are
    doubtfully joined stays, marked `doubtful`.
    """
    engine.create(
        "participant",
        """
        SELECT DISTINCT p.person_id, i.event_id, i.role, s.date_of_birth, s.certainty, e.kind, e.class_list, e.class_code,
               e.result_code, e.grade, CAST(coalesce(e.started_at, e.recorded_at) AS DATE) AS occurred_on,
               CAST(e.recorded_at AS DATE) AS recorded_on
        FROM involvement i JOIN person p USING (person_record_id) JOIN event e ON e.event_id = i.event_id
        JOIN person_summary s ON s.person_id = p.person_id
        WHERE e.status = 'live' AND e.handling = 'ordinary' AND i.handling = 'ordinary'
        """,
    )
    young = "date_of_birth IS NOT NULL AND date_sub('year', date_of_birth, occurred_on) BETWEEN 0 AND 17"
    engine.create("child_part", f"SELECT * FROM participant WHERE {young}")
    engine.create("adult_part", f"SELECT * FROM participant WHERE NOT coalesce({young}, false)")
    engine.create(
        "child_home",
        """
        SELECT m.household_id AS person_id, m.person_id AS other_person_id, m.from_date, m.to_date, m.certainty, m.basis,
               c.date_of_birth, CAST(c.date_of_birth + INTERVAL 18 YEAR - INTERVAL 1 DAY AS DATE) AS eighteenth,
               coalesce(date_sub('year', o.date_of_birth, c.date_of_birth) >= 16, p.person_id IS NOT NULL) AS older,
               p.person_id IS NOT NULL AS parent
        FROM lives_with m JOIN person_summary c ON c.person_id = m.household_id
        JOIN person_summary o ON o.person_id = m.person_id
        LEFT JOIN (SELECT DISTINCT person_id, other_person_id FROM tie WHERE kind IN ('parent', 'step_parent', 'foster_carer', 'carer')) p
             ON p.person_id = m.person_id AND p.other_person_id = m.household_id
        WHERE c.date_of_birth IS NOT NULL AND m.from_date < c.date_of_birth + INTERVAL 18 YEAR
        """,
    )
    engine.create(
        "affirmed",
        """
        SELECT m.narrative_id, m.event_id, m.concept, m.start, m."end", m.about, m.cue, n.kind AS narrative_kind,
               p.person_id AS subject_id, CAST(coalesce(e.started_at, e.recorded_at) AS DATE) AS occurred_on,
               CAST(e.recorded_at AS DATE) AS recorded_on
        FROM mention m JOIN narrative n USING (narrative_id) JOIN event e ON e.event_id = m.event_id
        LEFT JOIN person p ON p.person_record_id = n.person_record_id
        WHERE NOT (m.negated OR m.historical OR m.hypothetical OR m.withdrawn OR m.elsewhere)
              AND m.handling = 'ordinary' AND e.status = 'live'
        """,
    )


def live_together_as_searched(engine: Engine) -> None:
    """Make `lives_with` (household_id = the person, person_id = who lives there too) from the search's households."""
    engine.create(
        "lives_with",
        "SELECT household_id, person_id, from_date, coalesce(to_date, DATE '9999-12-31') AS to_date, certainty, basis "
        "FROM household_member WHERE household_id <> person_id",
    )


def find_evidence(engine: Engine, indicators: Iterable[Indicator]) -> int:
    """Make table `evidence`: one row for each thing that an indicator found; returns how many.

    `occurrence_id` names the underlying thing: records that quote each other's reference are one, and so are records of
    one indicator about one person within a day of each other. The strength of evidence about a person whose records
    are doubtfully joined is weak at most.
    """
    parts = []
    for indicator in indicators:
        columns = ", ".join(f'"{name}"' if name == "end" else name for name in SHAPE)
        parts.append(f"SELECT {quote_text(indicator.id)} AS indicator, {columns} FROM ({indicator.sql})")
    engine.create(
        "found",
        "SELECT f.* REPLACE (CASE WHEN s.certainty = 'doubtful' THEN 'weak' ELSE f.strength END AS strength, "
        'CAST(f.start AS BIGINT) AS start, CAST(f."end" AS BIGINT) AS "end", CAST(f.other_person_id AS VARCHAR) AS other_person_id, '
        "CAST(f.narrative_id AS VARCHAR) AS narrative_id), s.date_of_birth, "
        "date_sub('year', s.date_of_birth, f.occurred_on) AS age_at_event "
        f"FROM ({' UNION ALL '.join(parts)}) f JOIN person_summary s ON s.person_id = f.person_id",
    )
    _find_occurrences(engine)
    return engine.create(
        "evidence",
        """
        SELECT 'E-' || left(md5(concat_ws('|', f.indicator, f.person_id, f.event_id, f.narrative_id, f.start, f.sentence,
                                          f.other_person_id, f.role)), 12) AS evidence_id,
               f.*, coalesce(o.occurrence_id, f.event_id) AS linked_id,
               f.indicator || '|' || f.person_id || '|' || min(coalesce(o.occurrence_id, f.event_id)) OVER
                   (PARTITION BY f.person_id, f.indicator, f.spell) AS occurrence_id
        FROM (
            SELECT DISTINCT f.*, sum(opens) OVER (PARTITION BY person_id, indicator ORDER BY occurred_on, event_id,
                   narrative_id, start, sentence, other_person_id, role ROWS UNBOUNDED PRECEDING) AS spell
            FROM (
                SELECT *, CASE WHEN date_diff('day', lag(occurred_on) OVER (PARTITION BY person_id, indicator ORDER BY
                    occurred_on, event_id, narrative_id, start, sentence, other_person_id, role), occurred_on) <= 1
                    THEN 0 ELSE 1 END AS opens
                FROM (SELECT DISTINCT * FROM found)
            ) f
        ) f LEFT JOIN occurrence o ON o.event_id = f.event_id
        """,
    )


def _find_occurrences(engine: Engine) -> None:
    """Make table `occurrence` (event_id → occurrence_id): events that quote each other, however long the chain is (≤ 4)."""
    engine.create(
        "quoted",
        "SELECT DISTINCT a.event_id AS a, b.event_id AS b FROM event a JOIN event b ON b.reference = a.linked_reference "
        "AND b.event_id <> a.event_id WHERE a.linked_reference IS NOT NULL "
        "UNION SELECT a.event_id, b.event_id FROM event a JOIN event b ON b.reference = a.reference AND a.source = b.source "
        "AND b.event_id <> a.event_id",
    )
    engine.create("quoting", "SELECT a, b FROM quoted UNION SELECT b, a FROM quoted")
    engine.create("occurrence", "SELECT DISTINCT a AS event_id, a AS occurrence_id FROM quoting")
    for _ in range(4):
        engine.create(
            "occurrence",
            "SELECT o.event_id, least(o.occurrence_id, coalesce(min(n.occurrence_id), o.occurrence_id)) AS occurrence_id "
            "FROM occurrence o LEFT JOIN quoting q ON q.a = o.event_id LEFT JOIN occurrence n ON n.event_id = q.b "
            "GROUP BY o.event_id, o.occurrence_id",
        )
