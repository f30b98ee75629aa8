"""What do the tables hold of each subject of a search? One set-based query for each part of a package."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from headwater.engine import Engine
from headwater.triggers.finding.facts import OWN_WORDS
from headwater.triggers.finding.gathered import Gathered


def gather(engine: Engine, as_of: date, *, welfare: bool = True) -> Gathered:
    """Every part, of every row of table `subject`; the tables of `apply_trigger` and of the areas must be there.

    Without `welfare` the parts that tell of the home, of help and of what a child said stay empty: what is known for
    somebody's welfare is not handed on with what acts against them.
    """
    parts = _gather(engine, as_of, _GATHER, empty=() if welfare else _WELFARE)
    texts = _find_texts(engine, [parts[name] for name in _TOLD])
    return Gathered(parts | {name: _attach_texts(parts[name], texts) for name in _TOLD})


def gather_homes(engine: Engine, as_of: date) -> Gathered:
    """The parts that tell which team a subject belongs to."""
    return Gathered(_gather(engine, as_of, TEAM_PARTS))


TEAM_PARTS = ("home", "area", "event_area", "moved")
"""The parts that tell which team a subject belongs to: where it lives, or where things happened."""

_TOLD = ("evidence", "against")
"""The parts of which rows rest on narratives."""

_WELFARE = ("household", "against", "suspected", "plan", "voice", "domestic", "intelligence")
"""The parts that are for help alone; that intelligence is held is nothing to act on against somebody."""


_PREPARE = {
    # A force has millions of parts, texts and mentions, and subjects have few of them: these are looked for once, not in each query.
    "evidence_event": "SELECT DISTINCT event_id FROM evidence SEMI JOIN subject USING (person_id)",
    "evidence_record": """
        SELECT event_id, source, reference, batch, row_no, class_list, class_code, class_as_recorded, address_record_id
        FROM event SEMI JOIN evidence_event USING (event_id)""",
    "subject_record": "SELECT person_record_id, person_id FROM person SEMI JOIN subject USING (person_id)",
    "subject_part": "SELECT i.event_id, i.role, p.person_id FROM involvement i JOIN subject_record p USING (person_record_id)",
    "evidence_part": """
        SELECT i.event_id, i.role, i.batch, i.row_no, p.person_id
        FROM (SELECT event_id, role, batch, row_no, person_record_id FROM involvement SEMI JOIN evidence_event USING (event_id)) i
        JOIN person p USING (person_record_id)""",
    "evidence_text": """
        SELECT n.narrative_id, n.kind, w.person_id AS written_of, q.given_name, q.family_name
        FROM (SELECT narrative_id, kind, person_record_id FROM narrative
              SEMI JOIN (SELECT narrative_id FROM evidence SEMI JOIN subject USING (person_id)) e USING (narrative_id)) n
        LEFT JOIN person w ON w.person_record_id = n.person_record_id LEFT JOIN person_summary q ON q.person_id = w.person_id""",
    "placement": """
        SELECT DISTINCT p.person_id, e.class_code, CAST(e.started_at AS DATE) AS since,
               CASE WHEN CAST(e.ended_at AS DATE) <= $as_of THEN CAST(e.ended_at AS DATE) END AS until
        FROM event e JOIN subject_part p USING (event_id)
        WHERE e.kind = 'care_episode' AND p.role = 'subject'
              AND e.handling = 'ordinary' AND coalesce(e.status, '') <> 'cancelled'
              AND CAST(e.started_at AS DATE) <= $as_of AND CAST(e.recorded_at AS DATE) <= $as_of""",
    # Where the newest record of each subject says that he or she lives, and in which placement that was.
    "home_now": """
        SELECT r.person_id, r.address_key, r.line, r.postcode, r.premises, r.protected, r.lsoa, r.stated_first, least(r.stated_last, $as_of) AS stated_last,
               c.class_code AS placement, c.until AS placement_until
        FROM residence r LEFT JOIN placement c ON c.person_id = r.person_id AND r.stated_last >= c.since AND r.stated_last <= coalesce(c.until, r.stated_last)
        WHERE r.person_id IN (SELECT person_id FROM subject) AND r.stated_first <= $as_of
        QUALIFY row_number() OVER (PARTITION BY r.person_id ORDER BY least(r.stated_last, $as_of) DESC, r.stated_first DESC,
                r.address_key, c.since DESC) = 1
        UNION ALL
        SELECT l.place_id, l.address_key, l.line, l.postcode, l.premises, false, l.lsoa, min(c.occurred_on), max(c.occurred_on), NULL, NULL
        FROM place l JOIN counted c ON c.person_id = l.place_id WHERE l.place_id IN (SELECT person_id FROM subject) GROUP BY ALL""",
}


_GATHER = {
    "who": """
        SELECT s.*, 'person' AS kind, u.ready_on, u.urgent_on FROM subject u JOIN person_summary s USING (person_id)
        UNION ALL BY NAME
        SELECT l.place_id AS person_id, 'place' AS kind, 'day' AS date_of_birth_precision, 'certain' AS certainty, 0 AS records, u.ready_on, u.urgent_on
        FROM subject u JOIN place l ON l.place_id = u.person_id""",
    "home": """
        SELECT r.*, a.name AS area_name, r.protected OR r.premises = 'refuge' OR g.address_key IS NOT NULL AS withheld, a.npu, a.district,
               t.team_id, t.name AS team_name
        FROM home_now r LEFT JOIN protected_place g USING (address_key) LEFT JOIN small_area a ON a.lsoa = r.lsoa
        LEFT JOIN team_area ta ON ta.lsoa = r.lsoa AND ta.lead LEFT JOIN team t ON t.team_id = ta.team_id
        ORDER BY r.person_id""",
    "area": """
        SELECT s.person_id, a.lsoa, a.npu, t.team_id, t.name AS team_name, a.name AS area_name
        FROM subject s JOIN residence r USING (person_id) JOIN small_area a ON a.lsoa = r.lsoa AND r.stated_first <= $as_of
        JOIN team_area ta ON ta.lsoa = r.lsoa AND ta.lead JOIN team t ON t.team_id = ta.team_id
        QUALIFY row_number() OVER (PARTITION BY s.person_id ORDER BY r.stated_last DESC, r.address_key) = 1""",
    "event_area": """
        SELECT c.person_id, a.npu, t.team_id, t.name AS team_name, a.name AS area_name
        FROM counted c JOIN evidence_record e USING (event_id) JOIN address_record ar ON ar.address_record_id = e.address_record_id
        JOIN small_area a ON a.lsoa = ar.lsoa JOIN team_area ta ON ta.lsoa = a.lsoa AND ta.lead JOIN team t ON t.team_id = ta.team_id
        WHERE c.person_id IN (SELECT person_id FROM subject)
        QUALIFY row_number() OVER (PARTITION BY c.person_id ORDER BY c.occurred_on DESC, c.event_id) = 1""",
    "evidence": """
        SELECT e.*, v.source, v.reference, coalesce(own.batch, v.batch) AS batch, coalesce(own.row_no, v.row_no) AS row_no,
               n.narrative_id IS NOT NULL AS has_text, m.cue,
               c.evidence_id IS NOT NULL AS counts, v.class_list, v.class_code, v.class_as_recorded, n.kind AS narrative_kind,
               n.written_of, mo.text AS mo_text, o.given_name AS other_given_name, o.family_name AS other_family_name,
               n.given_name, n.family_name, o.date_of_birth AS other_birth
        FROM evidence e JOIN evidence_record v USING (event_id) LEFT JOIN evidence_text n ON n.narrative_id = e.narrative_id
        LEFT JOIN (SELECT event_id, min(text) AS text FROM narrative SEMI JOIN evidence_event USING (event_id)
                   WHERE kind = 'mo' AND handling = 'ordinary' GROUP BY event_id) mo
             ON mo.event_id = e.event_id AND e.narrative_id IS NULL
        LEFT JOIN person_summary o ON o.person_id = e.other_person_id
        -- The row that names the subject, or the one who lived with the subject; else the first row of the event.
        LEFT JOIN (
            SELECT event_id, person_id, min_by(batch, row_no) AS batch, min(row_no) AS row_no FROM evidence_part GROUP BY event_id, person_id
        ) own ON own.event_id = e.event_id AND own.person_id = coalesce(e.other_person_id, e.person_id)
        LEFT JOIN (SELECT DISTINCT evidence_id FROM counted) c ON c.evidence_id = e.evidence_id
        LEFT JOIN (SELECT narrative_id, start, "end", min(cue) AS cue FROM mention SEMI JOIN evidence_text USING (narrative_id) GROUP BY ALL) m
             ON m.narrative_id = e.narrative_id AND m.start = e.start AND m."end" = e."end"
        WHERE e.person_id IN (SELECT person_id FROM subject)
        ORDER BY e.person_id, e.occurred_on DESC, e.strength = 'strong' DESC, e.event_id, e.narrative_id, e.start, e.evidence_id""",
    # Who is at home now (`here`), and who was at an earlier home or before a placement that has ended.
    "household": """
        SELECT l.household_id AS person_id, l.person_id AS member_id, s.given_name, s.family_name, s.date_of_birth, l.certainty, l.basis,
               greatest(min(l.stated_first) OVER p, s.date_of_birth, c.date_of_birth) AS since, t.kind,
               greatest(max(l.stated_last) OVER p, s.date_of_birth, c.date_of_birth) AS newest, g.together_on,
               h.placement_until IS NULL AND coalesce(l.address_key = h.address_key OR g.together_on >= coalesce(h.stated_first, g.together_on), false)
                   AND coalesce(m.address_key = h.address_key OR g.together_on >= m.stated_first, m.address_key IS NULL) AS here,
               l.to_date < $as_of AS long_ago,
               l.person_id IN (SELECT person_id FROM subject) AS has_draft
        FROM lives_with l JOIN subject sub ON sub.person_id = l.household_id JOIN person_summary s ON s.person_id = l.person_id
        JOIN person_summary c ON c.person_id = l.household_id
        LEFT JOIN home_now h ON h.person_id = l.household_id
        LEFT JOIN (
            SELECT person_id, address_key, stated_first
            FROM residence SEMI JOIN (SELECT l.person_id FROM lives_with l JOIN subject s ON s.person_id = l.household_id) USING (person_id)
            WHERE stated_first <= $as_of
            QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY least(stated_last, $as_of) DESC, stated_first DESC, address_key) = 1
        ) m ON m.person_id = l.person_id
        LEFT JOIN (
            SELECT person_id, other_person_id, min(kind) AS kind FROM tie WHERE other_person_id IN (SELECT person_id FROM subject) GROUP BY ALL
        ) t
             ON t.person_id = l.person_id AND t.other_person_id = l.household_id
        LEFT JOIN (
            SELECT person_id, other_person_id, max(stated_on) AS together_on FROM (
                SELECT person_id, other_person_id, stated_on FROM tie WHERE lives_together AND stated_on <= $as_of
                UNION ALL SELECT other_person_id, person_id, stated_on FROM tie WHERE lives_together AND stated_on <= $as_of)
            WHERE other_person_id IN (SELECT person_id FROM subject) GROUP BY ALL
        ) g ON g.person_id = l.person_id AND g.other_person_id = l.household_id
        WHERE l.from_date <= $as_of AND l.to_date >= $as_of - INTERVAL 36 MONTH AND l.certainty <> 'uncertain'
        WINDOW p AS (PARTITION BY l.household_id, l.person_id)
        QUALIFY row_number() OVER (PARTITION BY l.household_id, l.person_id ORDER BY here DESC, l.to_date >= $as_of DESC, l.certainty = 'stated' DESC,
                l.to_date DESC, l.basis, t.kind) = 1
        UNION ALL BY NAME
        SELECT l.place_id AS person_id, r.person_id AS member_id, s.given_name, s.family_name, s.date_of_birth, 'likely' AS certainty,
               'A record gives this address as the home.' AS basis, r.stated_first AS since, least(r.stated_last, $as_of) AS newest,
               true AS here, r.to_date < $as_of AS long_ago, false AS has_draft
        FROM place l JOIN residence r ON r.address_key = l.address_key JOIN person_summary s ON s.person_id = r.person_id
        WHERE l.place_id IN (SELECT person_id FROM subject) AND r.stated_first <= $as_of AND r.to_date >= $as_of - INTERVAL 12 MONTH
        QUALIFY row_number() OVER (PARTITION BY l.place_id, r.person_id ORDER BY r.stated_last DESC) = 1
        ORDER BY person_id, here DESC, date_of_birth NULLS LAST, member_id""",
    # Denials and withdrawals in every record that gives evidence or in which the subject has a part. What is said of the
    # subject's own conduct says nothing of the home, and what is said of somebody else nothing of harm to the subject.
    "against": """
        SELECT c.person_id, m.start, m."end", m.narrative_id, true AS has_text, m.cue, m.concept, m.withdrawn,
               v.source, v.reference, v.batch, v.row_no, v.event_id,
               CAST(coalesce(v.started_at, v.recorded_at) AS DATE) AS occurred_on, n.kind AS narrative_kind, w.person_id AS written_of,
               q.given_name, q.family_name
        FROM (
            SELECT person_id, event_id FROM child_part WHERE person_id IN (SELECT person_id FROM subject)
            UNION SELECT person_id, event_id FROM evidence WHERE person_id IN (SELECT person_id FROM subject)
        ) c
        JOIN mention m ON m.event_id = c.event_id AND m.handling = 'ordinary' AND (m.negated OR m.withdrawn)
             AND NOT m.hypothetical AND NOT m.elsewhere AND m.about NOT IN ('neighbour', 'professional', 'relative', 'stranger', 'associate')
        JOIN narrative n ON n.narrative_id = m.narrative_id AND n.handling = 'ordinary'
        LEFT JOIN person w ON w.person_record_id = n.person_record_id LEFT JOIN person_summary q ON q.person_id = w.person_id
        JOIN known_event k ON k.event_id = c.event_id JOIN event v ON v.event_id = c.event_id
        WHERE CASE WHEN m.concept IN ('physical_abuse', 'sexual_abuse', 'emotional_abuse', 'neglect', 'exploitation', 'bereavement', 'in_care')
                        THEN m.about IN ('subject', 'child')
                        AND coalesce(w.person_id = c.person_id, true)
                   ELSE m.about NOT IN ('subject', 'child', 'sibling') OR coalesce(w.person_id <> c.person_id, true) END
        QUALIFY row_number() OVER (PARTITION BY c.person_id, m.event_id, m.concept, m.withdrawn ORDER BY m.start) = 1
        ORDER BY c.person_id, occurred_on DESC, v.event_id, m.concept, m.withdrawn""",
    # Who of the home is a suspect or offender in what was found.
    "suspected": """
        SELECT e.person_id, p.person_id AS member_id, max(e.occurred_on) AS newest,
               bool_or(e.indicator IN ('physical_abuse', 'sexual_abuse', 'emotional_abuse')) AS of_abuse
        FROM evidence e JOIN evidence_part p ON p.event_id = e.event_id AND p.role IN ('suspect', 'offender')
        WHERE e.person_id IN (SELECT person_id FROM subject)
              AND e.indicator IN ('household_domestic_abuse', 'physical_abuse', 'sexual_abuse', 'emotional_abuse') AND e.strength <> 'weak'
        GROUP BY e.person_id, p.person_id ORDER BY e.person_id, p.person_id""",
    # Homes, other than the subject's own, of who is in the same records, or was a partner or a parent: where somebody has gone to
    # must not be read in a package about another.
    "elsewhere": """
        WITH mine AS (SELECT DISTINCT person_id, address_key FROM residence WHERE person_id IN (SELECT person_id FROM subject)),
        near AS (
            SELECT DISTINCT e.person_id, p.person_id AS other FROM evidence e JOIN evidence_part p USING (event_id)
            WHERE e.person_id IN (SELECT person_id FROM subject) AND p.person_id <> e.person_id
            UNION SELECT other_person_id, person_id FROM tie WHERE other_person_id IN (SELECT person_id FROM subject)
            UNION SELECT person_id, other_person_id FROM tie WHERE person_id IN (SELECT person_id FROM subject)
        )
        SELECT DISTINCT n.person_id, r.line, r.postcode FROM near n JOIN residence r ON r.person_id = n.other
        ANTI JOIN mine m ON m.person_id = n.person_id AND m.address_key = r.address_key
        WHERE r.address_key NOT IN (SELECT address_key FROM place WHERE place_id = n.person_id) ORDER BY ALL""",
    # Whether domestic abuse is marked in what was found, of whatever kind it is.
    "domestic": """
        SELECT DISTINCT e.person_id FROM evidence e JOIN mark f ON f.event_id = e.event_id AND f.code = 'domestic_abuse'
        WHERE e.person_id IN (SELECT person_id FROM subject)""",
    "moved": "SELECT person_id, exclusion, since, what, reason FROM moved WHERE person_id IN (SELECT person_id FROM subject) ORDER BY ALL",
    "firing": """
        SELECT f.person_id, f.rule, e.indicator, e.occurrence_id FROM firing f JOIN evidence e ON e.evidence_id = f.evidence_id AND e.person_id = f.person_id
        WHERE f.person_id IN (SELECT person_id FROM subject)""",
    "plan": """
        SELECT p.person_id, e.class_code, e.lead, CAST(e.started_at AS DATE) AS since, CAST(e.ended_at AS DATE) AS until, e.kind, e.source,
               e.reference, e.batch, e.row_no, e.event_id
        FROM event e JOIN subject_part p USING (event_id)
        WHERE e.kind IN ('plan', 'care_episode') AND p.role = 'subject' AND e.started_at <= $as_of
              AND coalesce(e.status, '') <> 'cancelled' AND CAST(e.recorded_at AS DATE) <= $as_of
        ORDER BY p.person_id, since DESC, e.event_id""",
    "news": """
        SELECT person_id, exclusion, lead, since, what, reason, event_id FROM news WHERE person_id IN (SELECT person_id FROM subject)
        ORDER BY person_id, since, lead, event_id""",
    "voice": f"""
        SELECT p.person_id, n.kind AS narrative_kind, n.text, CAST(coalesce(n.written_at, k.recorded_on) AS DATE) AS said_on,
               v.source, v.reference, v.batch, v.row_no, v.event_id
        FROM narrative n JOIN subject_record p USING (person_record_id) JOIN known_event k ON k.event_id = n.event_id JOIN event v ON v.event_id = n.event_id
        WHERE n.kind IN {OWN_WORDS} AND n.handling = 'ordinary'
              AND CAST(coalesce(n.written_at, k.recorded_on) AS DATE) <= $as_of
        ORDER BY p.person_id, said_on DESC, n.narrative_id""",
    "intelligence": """
        SELECT DISTINCT p.person_id, e.reference FROM event e JOIN subject_part p USING (event_id)
        WHERE e.handling <> 'ordinary' AND CAST(e.recorded_at AS DATE) <= $as_of
        ORDER BY p.person_id, e.reference""",
}


def _gather(engine: Engine, as_of: date, names: Iterable[str], *, empty: Collection[str] = ()) -> dict[str, pa.Table]:
    def told(sql: str) -> dict[str, date] | None:
        return {"as_of": as_of} if "$as_of" in sql else None

    for table, sql in _PREPARE.items():
        engine.create(table, sql, told(sql))
    asked = {name: f"SELECT * FROM ({_GATHER[name]}) LIMIT 0" if name in empty else _GATHER[name] for name in names}
    return {name: engine.fetch(sql, told(sql)) for name, sql in asked.items()}


def _find_texts(engine: Engine, parts: list[pa.Table]) -> pa.Table:
    """The text of each narrative on which rows of these parts rest."""
    told = pa.chunked_array(
        [pc.unique(part.filter(part["has_text"])["narrative_id"]).cast(pa.string()) for part in parts]
    )
    engine.register("told", pa.table({"narrative_id": told.unique()}))
    return engine.fetch("SELECT narrative_id, text FROM narrative SEMI JOIN told USING (narrative_id)")


def _attach_texts(table: pa.Table, texts: pa.Table) -> pa.Table:
    """The rows with the `text` of their narrative where they have one, instead of `has_text`; each text once, however many rows rest on it."""
    wanted = pc.if_else(table["has_text"], table["narrative_id"], None)
    names = texts["narrative_id"].combine_chunks()
    found = pc.index_in(wanted, names.cast(table.schema.field("narrative_id").type)).combine_chunks()
    column = pa.DictionaryArray.from_arrays(found, texts["text"].combine_chunks().cast(pa.large_string()))
    return table.drop_columns(["has_text"]).append_column("text", column)
