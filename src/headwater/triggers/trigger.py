"""For whom does the trigger fire, and why? The rule is data; this is the one piece of SQL that all triggers share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from headwater.engine import Engine, quote_text
from headwater.triggers.indicator import Exclusion, Indicator, RuleError, Trigger

_UPDATE_COLUMNS = {"lead": "VARCHAR", "since": "DATE", "event_id": "VARCHAR", "what": "VARCHAR"}


def apply_trigger(engine: Engine, trigger: Trigger, as_of: date, indicators: Mapping[str, Indicator]) -> int:
    """Make tables `counted` (evidence that the trigger may count), `firing` (person_id, rule, evidence_id: what met a rule),
    `subject`, `excluded` and `news`; returns the number of subjects.

    The trigger fires for somebody who has, as a child, either the wanted number of different kinds of moderate or strong
    evidence of different underlying occurrences within the window, the newest of them recent, or one recent strong
    statutory event. `subject` are those for whom it fires and whom no exclusion takes out (younger than the trigger's age
    on `as_of` among them); `excluded` (person_id, reason) the others, none of them lost; `news` (person_id, lead, since,
    event_id, what, reason) for whom somebody leads already. No score is made. Raises RuleError for an exclusion whose SQL
    lacks a column.
    """
    age = trigger.subject
    expiry = " ".join(
        f"WHEN {quote_text(name)} THEN {indicators[name].expires_after_months}" for name in trigger.indicators
    )
    engine.create(
        "counted",
        f"""
        SELECT * FROM evidence
        WHERE strength IN ('moderate', 'strong') AND indicator IN ({", ".join(quote_text(name) for name in trigger.indicators)})
          AND age_at_event BETWEEN 0 AND {age.at_event_under_years - 1} AND occurred_on <= $as_of
          AND occurred_on >= $as_of - to_months(CASE indicator {expiry} END)
        """,
        {"as_of": as_of},
    )
    engine.create("firing", _firing(trigger), {"as_of": as_of})
    engine.create("fired", "SELECT DISTINCT person_id FROM firing")
    engine.create("excluded", _excluded(engine, trigger.exclusions, as_of), {"as_of": as_of})
    engine.create("news", _news(engine, trigger.exclusions, as_of), {"as_of": as_of})
    return engine.create(
        "subject",
        f"""
        SELECT f.person_id, max(CASE WHEN c.strength = 'strong' THEN c.occurred_on END) AS newest_strong, max(c.occurred_on) AS newest
        FROM fired f JOIN counted c USING (person_id) JOIN person_summary s ON s.person_id = f.person_id
        WHERE f.person_id NOT IN (SELECT person_id FROM excluded) AND date_sub('year', s.date_of_birth, $as_of) < {age.under_years}
        GROUP BY f.person_id
        """,
        {"as_of": as_of},
    )


def _firing(trigger: Trigger) -> str:
    """Each counted row starts a window; in it the different kinds are told apart, and the occurrences."""
    rule = trigger.criteria
    statutory = f"""
        SELECT DISTINCT person_id, 'statutory' AS rule, evidence_id FROM counted WHERE statutory AND strength = 'strong'
        AND occurred_on >= $as_of - INTERVAL {rule.statutory_within_months} MONTH"""
    # Two kinds are independent when they rest on different occurrences, so each further kind is another self-join.
    names = [f"e{number}" for number in range(rule.kinds)]
    joins = []
    for number, name in enumerate(names[1:], start=1):
        apart = " AND ".join(
            f"{name}.indicator <> {other}.indicator AND {name}.underlying_id <> {other}.underlying_id"
            for other in names[:number]
        )
        joins.append(
            f"JOIN counted {name} ON {name}.person_id = e0.person_id AND {apart} AND {name}.occurred_on >= e0.occurred_on "
            f"AND {name}.occurred_on <= e0.occurred_on + INTERVAL {rule.within_months} MONTH"
        )
    newest = "greatest(" + ", ".join(f"{name}.occurred_on" for name in names) + ")"
    return (
        f"SELECT DISTINCT e0.person_id, 'kinds' AS rule, unnest([{', '.join(f'{name}.evidence_id' for name in names)}]) AS evidence_id "
        f"FROM counted e0 {' '.join(joins)} "
        f"WHERE {newest} >= $as_of - INTERVAL {rule.newest_within_months} MONTH UNION {statutory}"
    )


def _excluded(engine: Engine, exclusions: list[Exclusion], as_of: date) -> str:
    parts = ["SELECT NULL::VARCHAR AS person_id, NULL::VARCHAR AS reason, $as_of AS as_of WHERE false"]
    for item in exclusions:
        if item.effect == "excluded":
            _check(engine, item, {"person_id"}, as_of)
            parts.append(
                f"SELECT DISTINCT person_id, {quote_text(item.reason)}, $as_of FROM ({item.sql}) JOIN fired USING (person_id)"
            )
    return f"SELECT DISTINCT person_id, reason FROM ({' UNION ALL '.join(parts)})"


def _news(engine: Engine, exclusions: list[Exclusion], as_of: date) -> str:
    columns = ", ".join(f"CAST({name} AS {kind}) AS {name}" for name, kind in _UPDATE_COLUMNS.items())
    empty = ", ".join(f"NULL::{kind} AS {name}" for name, kind in _UPDATE_COLUMNS.items())
    parts = [f"SELECT NULL::VARCHAR AS person_id, {empty}, NULL::VARCHAR AS reason, $as_of AS as_of WHERE false"]
    for item in exclusions:
        if item.effect == "update":
            _check(engine, item, {"person_id", *_UPDATE_COLUMNS}, as_of)
            parts.append(
                f"SELECT person_id, {columns}, {quote_text(item.reason)}, $as_of FROM ({item.sql}) JOIN fired USING (person_id)"
            )
    return f"SELECT DISTINCT * EXCLUDE (as_of) FROM ({' UNION ALL '.join(parts)})"


def _check(engine: Engine, exclusion: Exclusion, needed: set[str], as_of: date) -> None:
    found = engine.fetch(
        f"SELECT x.* FROM ({exclusion.sql}) x, (SELECT $as_of AS as_of) LIMIT 0", {"as_of": as_of}
    ).column_names
    if missing := sorted(needed - set(found)):
        raise RuleError(
            f"The SQL of exclusion {exclusion.id!r} lacks {', '.join(missing)}. Return {', '.join(sorted(needed))}."
        )
