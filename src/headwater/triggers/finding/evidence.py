"""What was found about whom? Runs the indicators over people, households, events and mentions."""

from __future__ import annotations

from collections.abc import Iterable

from headwater.engine import Engine, leaves, quote_identifier, quote_text
from headwater.triggers.finding.facts import OWN_WORDS
from headwater.triggers.finding.occurrences import find_occurrences
from headwater.triggers.rules.indicator import Indicator, RuleError

SHAPE = {
    "person_id": "VARCHAR", "occurred_on": "DATE", "recorded_on": "DATE", "event_id": "VARCHAR", "strength": "VARCHAR",
    "sureness": "VARCHAR", "role": "VARCHAR", "other_person_id": "VARCHAR", "narrative_id": "VARCHAR", "start": "BIGINT",
    "end": "BIGINT", "statutory": "BOOLEAN", "sentence": "VARCHAR", "together": "VARCHAR", "weak_because": "VARCHAR",
}  # fmt: skip
"""The columns that an indicator's SQL returns. The last two may be left out. `together`: rows of one indicator and person with
the same value in it are one thing to show, although each of its records is an event of its own (episodes of one bout).
`weak_because`: why a row is weak, in words that go on after "Weak:"."""

OPTIONAL = ("together", "weak_because")

LOWERING_OUTCOMES = ("11", "14", "18")
"""Home Office outcomes that lower strength by one step: suspect under age; victim does not support and no suspect
identified; no suspect identified."""


@leaves("evidence")
def find_evidence(engine: Engine, indicators: Iterable[Indicator]) -> int:
    """Make table `evidence`: one row for each thing that an indicator found; returns how many.

    `underlying_id` names the underlying thing of which records tell, see `find_occurrences`; `occurrence_id` what is shown
    as one item. What the rules have in common is done here, for
    every indicator and whatever its SQL says: only live events of ordinary handling that were known give evidence;
    outcomes 11, 14 and 18 lower strength by one step; evidence that rests on a record whose person is doubtful is weak, and
    so are an officer's words in a notice that the officer graded as of no concern at all.
    Raises RuleError when an indicator's SQL does not return the columns of `SHAPE`.
    """
    parts = []
    for indicator in indicators:
        present = _check_shape(engine, indicator)
        columns = ", ".join(
            f"CAST({quote_identifier(name) if name in present else 'NULL'} AS {kind}) AS {quote_identifier(name)}"
            for name, kind in SHAPE.items()
        )
        parts.append(f"SELECT {quote_text(indicator.id)} AS indicator, {columns} FROM ({indicator.query()})")
    engine.create("claimed", " UNION ALL ".join(parts))
    engine.create(
        "doubtful_part",
        "SELECT DISTINCT i.event_id, p.person_id FROM involvement i JOIN person p USING (person_record_id) WHERE p.certainty = 'doubtful'",
    )
    lowering = ", ".join(quote_text(code) for code in LOWERING_OUTCOMES)
    lowered = f"coalesce(result_list = 'ho_outcome' AND result_code IN ({lowering}), false)"
    engine.create(
        "found",
        f"""
        SELECT DISTINCT f.* EXCLUDE (because, result_list, result_code) REPLACE (
                   CASE WHEN because IS NOT NULL THEN 'weak'
                        WHEN {lowered} THEN CASE strength WHEN 'strong' THEN 'moderate' ELSE 'weak' END ELSE strength END AS strength,
                   coalesce(because, CASE WHEN {lowered} AND strength <> 'strong' THEN 'the case ended without support by the victim, '
                       || 'with nobody identified, or with a suspect who was too young' END) AS weak_because)
        FROM (
            SELECT f.*, s.date_of_birth, date_sub('year', s.date_of_birth, f.occurred_on) AS age_at_event, e.result_list, e.result_code,
                   CASE WHEN f.strength = 'weak' THEN coalesce(f.weak_because, 'this kind of record tells too little on its own')
                        WHEN d.person_id IS NOT NULL OR o.person_id IS NOT NULL OR s.certainty = 'doubtful'
                            THEN 'whether its record belongs to this person is doubtful'
                        WHEN n.kind NOT IN {OWN_WORDS} AND f.sureness = 'suspected' AND e.kind = 'protection_notice' AND e.grade = 'none'
                            THEN 'the officer graded the notice as of no concern' END AS because
            FROM claimed f JOIN subject_summary s ON s.person_id = f.person_id JOIN known_event e ON e.event_id = f.event_id
            LEFT JOIN doubtful_part d ON d.event_id = f.event_id AND d.person_id = f.person_id
            LEFT JOIN doubtful_part o ON o.event_id = f.event_id AND o.person_id = f.other_person_id
            LEFT JOIN narrative n ON n.narrative_id = f.narrative_id
            WHERE n.handling IS NULL OR n.handling = 'ordinary'
        ) f
        """,
    )
    find_occurrences(engine)
    return engine.create(
        "evidence",
        """
        SELECT 'E-' || left(md5(concat_ws('|', f.indicator, f.person_id, f.event_id, f.narrative_id, f.start, f.sentence,
                                          f.other_person_id, f.role)), 16) AS evidence_id,
               f.*, o.label AS underlying_id, f.indicator || '|' || f.person_id || '|' || coalesce(f.together, o.label) AS occurrence_id
        FROM found f JOIN occurrence_of o ON o.person_id = f.person_id AND o.event_id = f.event_id
        """,
    )


def _check_shape(engine: Engine, indicator: Indicator) -> set[str]:
    columns = set(engine.fetch(f"SELECT * FROM ({indicator.query()}) LIMIT 0").column_names)
    missing, extra = sorted(set(SHAPE) - set(OPTIONAL) - columns), sorted(columns - set(SHAPE))
    if missing or extra:
        raise RuleError(
            f"The SQL of indicator {indicator.id!r} must return {', '.join(SHAPE)}."
            + (f" It lacks {', '.join(missing)}." if missing else "")
            + (f" It has {', '.join(extra)} too many." if extra else "")
        )
    return columns
