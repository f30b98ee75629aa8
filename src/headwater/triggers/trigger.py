"""For whom does the trigger fire, and why? The rule is data; this is the one piece of SQL that all triggers share."""

from __future__ import annotations

from datetime import date

from headwater.engine import Engine
from headwater.triggers.indicator import Trigger


def apply_trigger(engine: Engine, trigger: Trigger, as_of: date) -> int:
    """Make tables `counted` (evidence that the trigger may count) and `subject`; returns the number of subjects.

    A subject is younger than the trigger's age on `as_of` and has, as a child, either the wanted number of different
    kinds of moderate or strong evidence from different occurrences within the window, the newest of them recent, or one
    recent strong statutory event. Somebody recorded as dead is excluded and counted in `excluded`. No score is made.
    """
    rule, age = trigger.criteria, trigger.subject
    listed = ", ".join(f"'{name}'" for name in trigger.indicators)
    engine.create(
        "counted",
        f"""
        SELECT e.* FROM evidence e JOIN person_summary s USING (person_id)
        WHERE e.strength IN ('moderate', 'strong') AND e.indicator IN ({listed})
          AND e.age_at_event BETWEEN 0 AND {age.at_event_under_years - 1} AND e.occurred_on <= $as_of
          AND date_sub('year', s.date_of_birth, $as_of) < {age.under_years}
        """,
        {"as_of": as_of},
    )
    engine.create(
        "paired",
        f"""
        SELECT a.person_id, max(greatest(a.occurred_on, b.occurred_on)) AS newest
        FROM counted a JOIN counted b ON a.person_id = b.person_id AND a.indicator <> b.indicator
             AND a.linked_id <> b.linked_id AND a.occurred_on <= b.occurred_on
             AND b.occurred_on <= a.occurred_on + INTERVAL {rule.within_months} MONTH
        WHERE b.occurred_on >= $as_of - INTERVAL {rule.newest_within_months} MONTH
        GROUP BY a.person_id
        """,
        {"as_of": as_of},
    )
    engine.create(
        "fired",
        f"""
        SELECT person_id FROM paired UNION
        SELECT person_id FROM counted WHERE statutory AND strength = 'strong'
               AND occurred_on >= $as_of - INTERVAL {rule.statutory_within_months} MONTH
        """,
        {"as_of": as_of},
    )
    engine.create(
        "excluded",
        "SELECT person_id, 'died' AS reason FROM fired JOIN person_summary USING (person_id) WHERE died_on IS NOT NULL",
    )
    return engine.create(
        "subject",
        """
        SELECT f.person_id, max(CASE WHEN c.strength = 'strong' THEN c.occurred_on END) AS newest_strong,
               max(c.occurred_on) AS newest, count(DISTINCT c.indicator) AS kinds
        FROM fired f JOIN counted c USING (person_id) WHERE f.person_id NOT IN (SELECT person_id FROM excluded)
        GROUP BY f.person_id
        """,
    )
