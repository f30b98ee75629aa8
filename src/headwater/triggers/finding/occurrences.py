"""Which records tell of one thing that happened? Events that quote each other, and what one indicator found within a day."""

from __future__ import annotations

from headwater.engine import Engine


def find_occurrences(engine: Engine) -> None:
    """Make table `occurrence_of` (person_id, event_id → label): which of a person's events tell of one underlying thing.

    Two events are one when one quotes the other's reference, or both have the same reference in one source (a custody
    and its court result), or when one indicator found both about this person within a day. The relation is closed:
    a chain of any length is one occurrence. The label is the smallest event id of it.
    """
    engine.create(
        "quoted",
        "SELECT DISTINCT a.event_id AS a, b.event_id AS b FROM event a JOIN event b ON b.reference = a.linked_reference "
        "AND b.event_id <> a.event_id WHERE a.linked_reference IS NOT NULL "
        "UNION SELECT a.event_id, b.event_id FROM event a JOIN event b ON b.reference = a.reference AND a.source = b.source "
        "AND b.event_id <> a.event_id",
    )
    engine.create("quoting", "SELECT a, b FROM quoted UNION SELECT b, a FROM quoted")
    engine.create("occurrence", "SELECT DISTINCT a AS event_id, a AS label FROM quoting")
    _settle(
        engine,
        "occurrence",
        "SELECT o.event_id, least(o.label, min(n.label)) AS label, min(n.label) < o.label AS changed FROM occurrence o "
        "JOIN quoting q ON q.a = o.event_id JOIN occurrence n ON n.event_id = q.b GROUP BY o.event_id, o.label",
    )
    engine.create(
        "spell",
        """
        SELECT person_id, event_id, indicator || sum(opens) OVER (PARTITION BY person_id, indicator ORDER BY occurred_on, event_id
               ROWS UNBOUNDED PRECEDING) AS spell
        FROM (SELECT *, CASE WHEN date_diff('day', lag(occurred_on) OVER w, occurred_on) <= 1 OR lag(together) OVER w = together THEN 0 ELSE 1 END AS opens
              FROM (SELECT person_id, indicator, event_id, occurred_on, min(together) AS together FROM found GROUP BY ALL)
              WINDOW w AS (PARTITION BY person_id, indicator ORDER BY occurred_on, event_id))
        """,
    )
    # Nodes are what belongs together already: the events of one spell, and the events that quote each other.
    engine.create(
        "bound",
        "SELECT s.person_id, s.event_id, s.spell, coalesce(o.label, s.event_id) AS linked, coalesce(o.label, s.event_id) AS label "
        "FROM spell s LEFT JOIN occurrence o ON o.event_id = s.event_id",
    )
    _settle(
        engine,
        "bound",
        "SELECT person_id, event_id, spell, linked, label, label < before AS changed FROM ("
        "SELECT * REPLACE (min(label) OVER (PARTITION BY person_id, linked) AS label) FROM ("
        "SELECT person_id, event_id, spell, linked, label AS before, min(label) OVER (PARTITION BY person_id, spell) AS label FROM bound))",
    )
    engine.create(
        "occurrence_of", "SELECT person_id, event_id, min(label) AS label FROM bound GROUP BY person_id, event_id"
    )


def _settle(engine: Engine, table: str, step: str) -> None:
    """Repeat a step that only ever lowers labels until it changes none; it ends because there are finitely many."""
    changed = True
    while changed:
        engine.create(table, step)
        changed = bool(
            engine.fetch(f"SELECT coalesce(bool_or(changed), false) AS changed FROM {table}")["changed"][0].as_py()
        )
