"""For whom does the trigger fire, and why? The rules are data; this is the SQL that all triggers share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from headwater.engine import Engine, quote_text
from headwater.triggers.rules.definition import Exclusion, Rule, Subject, Trigger, span_sql
from headwater.triggers.rules.indicator import Indicator, RuleError

_COLUMNS = {
    "excluded": {},
    "update": {"lead": "VARCHAR", "since": "DATE", "event_id": "VARCHAR", "what": "VARCHAR"},
    "moved": {"since": "DATE", "what": "VARCHAR"},
}  # fmt: skip


def apply_trigger(engine: Engine, trigger: Trigger, as_of: date, indicators: Mapping[str, Indicator]) -> int:
    """Make tables `counted` (evidence that the trigger may count), `firing` (person_id, rule, evidence_id, ready_on: what met a
    rule, and on which day all of it was on record), `subject`, `excluded`, `news` and `moved`; returns the number of subjects.

    The trigger fires for somebody, or a place, whom one of its rules holds for. `subject` are those for whom it fires and
    whom no exclusion takes out, with `newest_strong`, `newest`, `ready_on` (since when the records meet a rule) and
    `urgent_on` (the newest strong statutory event that fired); `excluded` (person_id, exclusion, reason) the others,
    none of them lost; `news` (person_id, exclusion, lead, since, event_id, what, reason) for whom somebody leads already;
    `moved` (person_id, exclusion, since, what, reason) who lives outside this force now. No score is made. Raises
    RuleError for an exclusion whose SQL lacks a column.
    """
    engine.create("counted", _counted(trigger, indicators), {"as_of": as_of})
    engine.create("firing", " UNION ALL ".join(_firing(rule) for rule in trigger.rules), {"as_of": as_of})
    engine.create(
        "fired",
        """
        SELECT f.person_id, min(f.ready_on) AS ready_on, max(CASE WHEN e.statutory AND e.strength = 'strong' THEN e.recorded_on END) AS urgent_on
        FROM firing f JOIN evidence e ON e.evidence_id = f.evidence_id AND e.person_id = f.person_id GROUP BY f.person_id
        """,
    )
    for effect in _COLUMNS:
        name = "news" if effect == "update" else effect
        engine.create(name, _taken_out(engine, trigger, effect, as_of), {"as_of": as_of})
    return engine.create(
        "subject",
        f"""
        SELECT f.person_id, max(CASE WHEN c.strength = 'strong' THEN c.occurred_on END) AS newest_strong, max(c.occurred_on) AS newest,
               f.ready_on, f.urgent_on
        FROM fired f JOIN counted c USING (person_id) JOIN subject_summary s ON s.person_id = f.person_id
        WHERE f.person_id NOT IN (SELECT person_id FROM excluded) AND {_of_age(trigger.subject)}
        GROUP BY f.person_id, f.ready_on, f.urgent_on
        """,
        {"as_of": as_of},
    )


def list_subjects(engine: Engine) -> list[str]:
    """Everybody in table `subject`: newest strong evidence first, then newest, then by number."""
    found = engine.fetch("SELECT person_id FROM subject ORDER BY newest_strong DESC NULLS LAST, newest DESC, person_id")
    return [str(person) for person in found["person_id"].to_pylist()]


def _counted(trigger: Trigger, indicators: Mapping[str, Indicator]) -> str:
    age = trigger.subject
    expiry = " ".join(
        f"WHEN {quote_text(name)} THEN {indicators[name].expires_after_months}" for name in trigger.indicators
    )
    ages = []
    if age.at_event_from_years is not None or age.at_event_under_years is not None:
        ages.append("e.age_at_event >= " + str(age.at_event_from_years or 0))
    if age.at_event_under_years is not None:
        ages.append(f"e.age_at_event < {age.at_event_under_years}")
    return f"""
        SELECT e.* FROM evidence e JOIN subject_summary s ON s.person_id = e.person_id
        WHERE e.strength IN ('moderate', 'strong') AND e.indicator IN ({", ".join(quote_text(name) for name in trigger.indicators)})
          AND s.kind IN ({", ".join(quote_text(kind) for kind in age.kinds)}) AND {" AND ".join(ages) or "true"}
          AND e.occurred_on <= $as_of AND e.occurred_on >= $as_of - to_months(CASE e.indicator {expiry} END)"""


def _of_age(subject: Subject) -> str:
    """Whether the subject is of the trigger's age today; one whose age is not known is of none."""
    age = "date_sub('year', s.date_of_birth, $as_of)"
    found = []
    if subject.from_years is not None:
        found.append(f"{age} >= {subject.from_years}")
    if subject.under_years is not None:
        found.append(f"{age} < {subject.under_years}")
    return " AND ".join(found) or "$as_of IS NOT NULL"


def _outside_age(subject: Subject) -> str:
    """Those for whom the trigger fired and who are not of its age, with the reason: they are counted, too."""
    age = "date_sub('year', s.date_of_birth, $as_of)"
    reasons = ["WHEN s.date_of_birth IS NULL THEN 'of an age that no record states'"]
    if subject.under_years is not None:
        reasons.append(f"WHEN {age} >= {subject.under_years} THEN '{subject.under_years} or older by now'")
    if subject.from_years is not None:
        reasons.append(f"WHEN {age} < {subject.from_years} THEN 'younger than {subject.from_years}'")
    return f"""
        SELECT f.person_id, 'age' AS exclusion, CASE {" ".join(reasons)} END AS reason, $as_of FROM fired f
        JOIN subject_summary s ON s.person_id = f.person_id WHERE NOT coalesce({_of_age(subject)}, false)"""


def _firing(rule: Rule) -> str:
    return {"kinds": _kinds, "occurrences": _occurrences, "statutory": _statutory}[rule.count](rule)


def _of(rule: Rule, row: str) -> str:
    names = ", ".join(quote_text(name) for name in rule.of)
    return f"{row}.indicator IN ({names})" if rule.of else "true"


def _statutory(rule: Rule) -> str:
    return f"""
        SELECT DISTINCT c.person_id, {quote_text(rule.id)} AS rule, c.evidence_id, c.recorded_on AS ready_on FROM counted c
        WHERE c.statutory AND c.strength = 'strong' AND {_of(rule, "c")} AND c.occurred_on >= $as_of - {span_sql(rule.newest_within)}"""


def _kinds(rule: Rule) -> str:
    """Each day of an occurrence starts a window; two kinds are independent when they rest on different occurrences, so each
    further kind is another self-join. What one kind and occurrence have on one day is one point of it: somebody with thousands of
    records has as many points as days."""
    names = [f"e{number}" for number in range(rule.at_least)]
    joins = []
    for number, name in enumerate(names[1:], start=1):
        apart = " AND ".join(
            f"{name}.indicator <> {other}.indicator AND {name}.underlying_id <> {other}.underlying_id"
            for other in names[:number]
        )
        joins.append(
            f"JOIN point {name} ON {name}.person_id = e0.person_id AND {apart} "
            f"AND {name}.occurred_on >= e0.occurred_on AND {name}.occurred_on <= e0.occurred_on + {span_sql(rule.within)}"
        )
    newest = "greatest(" + ", ".join(f"{name}.occurred_on" for name in names) + ")"
    ready = "greatest(" + ", ".join(f"{name}.recorded_on" for name in names) + ")"
    ids = ", ".join(f"{name}.point_id" for name in names)
    return f"""
        SELECT * FROM (
            WITH point AS (
                SELECT person_id, indicator, underlying_id, occurred_on, min(evidence_id) AS point_id, min(recorded_on) AS recorded_on
                FROM counted c WHERE {_of(rule, "c")} GROUP BY person_id, indicator, underlying_id, occurred_on
            ),
            met AS (
                SELECT point_id, min(ready_on) AS ready_on FROM (
                    SELECT unnest([{ids}]) AS point_id, {ready} AS ready_on FROM point e0 {" ".join(joins)}
                    WHERE {newest} >= $as_of - {span_sql(rule.newest_within)}
                ) GROUP BY point_id
            )
            SELECT c.person_id, {quote_text(rule.id)} AS rule, c.evidence_id, min(greatest(c.recorded_on, m.ready_on)) AS ready_on
            FROM met m JOIN point p ON p.point_id = m.point_id JOIN counted c ON c.person_id = p.person_id AND c.indicator = p.indicator
                 AND c.underlying_id = p.underlying_id AND c.occurred_on = p.occurred_on
            GROUP BY c.person_id, c.evidence_id
        )"""


def _occurrences(rule: Rule) -> str:
    """Each occurrence starts a window; it meets the rule when the window holds enough of them and the newest is recent."""
    within, newest = span_sql(rule.within), span_sql(rule.newest_within)
    return f"""
        SELECT c.person_id, {quote_text(rule.id)} AS rule, c.evidence_id, min(s.ready_on) AS ready_on
        FROM (
            SELECT person_id, occurred_on, count(*) OVER window_of AS times, max(occurred_on) OVER window_of AS newest_on,
                   max(recorded_on) OVER (PARTITION BY person_id ORDER BY occurred_on, occurrence_id
                       ROWS BETWEEN CURRENT ROW AND {rule.at_least - 1} FOLLOWING) AS ready_on
            FROM (SELECT c.person_id, c.occurrence_id, min(c.occurred_on) AS occurred_on, min(c.recorded_on) AS recorded_on
                  FROM counted c WHERE {_of(rule, "c")} GROUP BY ALL)
            WINDOW window_of AS (PARTITION BY person_id ORDER BY occurred_on RANGE BETWEEN CURRENT ROW AND {within} FOLLOWING)
        ) s JOIN counted c ON c.person_id = s.person_id AND c.occurred_on BETWEEN s.occurred_on AND s.occurred_on + {within}
        WHERE s.times >= {rule.at_least} AND s.newest_on >= $as_of - {newest} AND {_of(rule, "c")}
        GROUP BY c.person_id, c.evidence_id"""


def _taken_out(engine: Engine, trigger: Trigger, effect: str, as_of: date) -> str:
    """Those for whom the trigger fired and whom an exclusion of this effect is about, each with its reason."""
    columns = _COLUMNS[effect]
    empty = "".join(f", NULL::{kind} AS {name}" for name, kind in columns.items())
    wanted = "".join(f", CAST(x.{name} AS {kind}) AS {name}" for name, kind in columns.items())
    parts = [
        f"SELECT NULL::VARCHAR AS person_id, NULL::VARCHAR AS exclusion{empty}, NULL::VARCHAR AS reason, $as_of AS as_of WHERE false"
    ]
    if effect == "excluded":
        parts.append(_outside_age(trigger.subject))
    for item in trigger.exclusions:
        if item.effect != effect:
            continue
        _check(engine, item, {"person_id", *columns}, as_of)
        # What the law asks to act on is not held back by an answer that was given before it was on record.
        holds = "coalesce(f.urgent_on <= x.since, true)" if item.until_statutory else "true"
        parts.append(
            f"SELECT DISTINCT x.person_id, {quote_text(item.id)}{wanted}, {quote_text(item.reason)}, $as_of "
            f"FROM ({item.sql}) x JOIN fired f ON f.person_id = x.person_id WHERE {holds}"
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
    if exclusion.until_statutory and "since" not in needed:
        raise RuleError(f"Exclusion {exclusion.id!r} cannot hold until a statutory event: its effect has no `since`.")
