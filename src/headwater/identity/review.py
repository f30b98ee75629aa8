"""Which pairs of records are worth a human's minute? Chosen by the chance that what stands is wrong and by what depends on it, best first,
each with its reasons."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from headwater.engine import Engine
from headwater.identity.decisions import list_decisions
from headwater.identity.features import prepare_features
from headwater.identity.join import JOIN
from headwater.identity.model import read_model
from headwater.records import Lake

PART_OF = {
    "name": "Names", "date_of_birth": "Date of birth", "address": "Address", "pnc": "PNC id", "local_number": "Number in one system",
    "sex": "Sex", "phone": "Telephone",
}  # fmt: skip
EITHER = 0.5
"""The chance that what stands is wrong where a record could be either of two people: it is one of the two."""

KEPT_APART = 0.1
"""The same where a rule overrides the model, or where several records give each of two dates of birth. On made-up forces the rule was
wrong in 1 of 31 such pairs (20,000 people, seeds 4 and 5); real records may break rules more often, so they are asked about, and late."""

TWO_NAMES = 0.5
"""The same where several records give each of two names that are of no kin: on made-up forces (20,000 people, seeds 71, 74, 75 and 76) such
people were one in 21 of 23 pairs, but twins are few there and other names of one's own are not."""

SEVERAL = 0.1
"""What is left of the match probability where each of two people has several records and no two of these were alike enough to join
them: on the same forces such people were one in 3 of 55 pairs, and in 181 of 202 where one of the two has a single record."""

NOT_SHOWN = "not shown: a protected address"
ASK_INTELLIGENCE = "Held by intelligence: ask the intelligence desk."


def list_pairs(engine: Engine, lake: Lake, *, limit: int, packaged: Iterable[str] = ()) -> list[dict[str, Any]]:
    """Pairs on which no reviewer has decided, the most valuable first (records and identity must be open).

    Two kinds: `join` are records of two found people that may be one; `part` are records of one found person that may be
    two. Of two people, and of one person, only the pair that says most is listed. Where a record of a pair could as well be
    a third person's, `rival` is its strongest link there.

    Value = chance x weight. Chance is how likely the answer is to change what stands: p, the match probability, where two
    people may be one (SEVERAL of it where both have several records), 1-p where a record may not belong, EITHER, TWO_NAMES and
    KEPT_APART where a rule decided. So a minute is spent where it is likely to mend something, which doubt alone, 4p(1-p), is not: a pair
    just short of being joined is hardly in doubt, and mostly one person. Weight is 1 + log2(1 + records that would change place)
    + 3 when a person is in a package (`packaged`: their ids) + 2 for a child + 1 when a record could be either person's. Ties
    are broken by record ids. `headwater.identity.quality.measure_queue` measures the order. A million records are chosen from
    in SQL; only the listed pairs are read into Python.

    No address is told that is protected for anybody, nor whether it agrees; of an intelligence record only that it is held.
    """
    _gather(engine, lake, packaged)
    chosen = engine.fetch(
        "SELECT * FROM candidate ORDER BY value DESC, record_a, record_b LIMIT $limit", {"limit": limit}
    ).to_pylist()
    engine.register(
        "listed",
        pa.table(
            {
                "record_a": pa.array([row["record_a"] for row in chosen], pa.string()),
                "record_b": pa.array([row["record_b"] for row in chosen], pa.string()),
                "w": pa.array([row["w"] for row in chosen], pa.float64()),
            }
        ),
    )
    prepare_features(engine)
    words = _compare_in_words(engine, read_model(lake))
    rivals = _find_rivals(engine)
    sides = _read_sides(engine)
    return [
        _tell(row, rank, words[row["record_a"], row["record_b"]], sides, rivals.get((row["record_a"], row["record_b"])))
        for rank, row in enumerate(chosen, 1)
    ]


def _gather(engine: Engine, lake: Lake, packaged: Iterable[str]) -> None:
    """Make table `candidate`: one row a pair, with chance, weight and value."""
    decisions = list_decisions(lake)
    engine.register(
        "decided",
        pa.table({
            "record_a": pa.array([d.record_a for d in decisions], pa.string()),
            "record_b": pa.array([d.record_b for d in decisions], pa.string()),
        }),
    )  # fmt: skip
    engine.register("in_package", pa.table({"person_id": pa.array(sorted(set(packaged)), pa.string())}))
    engine.create(
        "holding",
        """
        SELECT p.person_id, count(*) AS records, count(r.date_of_birth) AS births, any_value(k.person_id) IS NOT NULL AS packaged,
               count(DISTINCT r.pnc_id) AS pncs, min(r.pnc_id) AS pnc,
               coalesce(date_diff('year', any_value(s.date_of_birth), (SELECT max(stated_on) FROM person_record)) < 18, false) AS child
        FROM person p JOIN person_record r USING (person_record_id) LEFT JOIN person_summary s USING (person_id)
        LEFT JOIN in_package k USING (person_id) GROUP BY p.person_id
        """,
    )
    # People of one event are two for certain, and what a reviewer has said about two people settles them.
    engine.create(
        "settled",
        """
        SELECT DISTINCT least(a.person_id, b.person_id) AS one, greatest(a.person_id, b.person_id) AS other FROM decided d
        JOIN person a ON a.person_record_id = d.record_a JOIN person b ON b.person_record_id = d.record_b
        UNION SELECT DISTINCT a.person_id, b.person_id FROM
            (SELECT person_id, source || ':' || record_key AS event FROM person JOIN person_record USING (person_record_id)) a
        JOIN (SELECT person_id, source || ':' || record_key AS event FROM person JOIN person_record USING (person_record_id)) b
            ON a.event = b.event AND a.person_id < b.person_id
        """,
    )
    engine.create(
        "owned_link",
        "SELECT l.person_record_id_l AS record_a, l.person_record_id_r AS record_b, l.match_probability AS p, l.match_weight AS w, l.other_given, "
        "a.person_id AS person_a, b.person_id AS person_b, 'doubtful' IN (a.certainty, b.certainty) AS torn FROM link l "
        "JOIN person a ON a.person_record_id = l.person_record_id_l JOIN person b ON b.person_record_id = l.person_record_id_r "
        "ANTI JOIN decided d ON d.record_a = l.person_record_id_l AND d.record_b = l.person_record_id_r",
    )
    # Two people: their strongest link. One person: the record that hangs by the weakest thread, by its strongest link;
    # and one record of each of two dates of birth that no slip of the pen explains.
    engine.create(
        "candidate",
        f"""
        WITH joinable AS (
            SELECT 'join' AS kind, record_a, record_b, p, w, person_a, person_b, torn,
                   CASE WHEN torn AND (a.births = 0 OR b.births = 0) AND p >= {JOIN}
                        THEN 'One record states no date of birth and could be of either of two people who look alike.'
                        WHEN p >= {JOIN} AND other_given AND NOT (a.pncs > 0 AND b.pncs > 0 AND a.pnc <> b.pnc)
                        THEN 'The records are alike but for the given name, and several records give each of the two names.'
                        WHEN p >= {JOIN} THEN 'The records look like one person, but a rule keeps the two people apart: '
                        || CASE WHEN a.pncs > 0 AND b.pncs > 0 AND a.pnc <> b.pnc THEN 'they hold different PNC ids.'
                                ELSE 'their dates of birth, or a third record, speak against it.' END
                        WHEN torn THEN 'A record could belong to either person.'
                        ELSE 'The records may be one person, but not surely enough to join them.' END AS why,
                   CASE WHEN torn AND (a.births = 0 OR b.births = 0) AND p >= {JOIN} THEN {EITHER}
                        WHEN p >= {JOIN} AND other_given AND NOT (a.pncs > 0 AND b.pncs > 0 AND a.pnc <> b.pnc) THEN {TWO_NAMES}
                        WHEN p >= {JOIN} THEN {KEPT_APART}
                        WHEN least(a.records, b.records) > 1 THEN {SEVERAL} * p ELSE p END AS chance, least(a.records, b.records) AS moving,
                   a.packaged OR b.packaged AS packaged, a.child OR b.child AS child
            FROM owned_link JOIN holding a ON a.person_id = person_a JOIN holding b ON b.person_id = person_b
            ANTI JOIN settled s ON s.one = least(person_a, person_b) AND s.other = greatest(person_a, person_b)
            WHERE person_a <> person_b
            QUALIFY row_number() OVER (PARTITION BY least(person_a, person_b), greatest(person_a, person_b) ORDER BY w DESC, record_a, record_b) = 1
        ),
        thread AS (
            SELECT record, max_by({{'record_a': record_a, 'record_b': record_b, 'p': p, 'w': w}}, ROW(w, record_a, record_b)) AS best, person_a AS person_id
            FROM (SELECT record_a AS record, * FROM owned_link WHERE person_a = person_b UNION ALL SELECT record_b, * FROM owned_link WHERE person_a = person_b)
            GROUP BY record, person_a HAVING max(p) < 0.999
        ),
        hanging AS (
            SELECT 'part' AS kind, best.record_a, best.record_b, best.p, best.w, person_id AS person_a, person_id AS person_b, false AS torn,
                   'One record hangs on this person by a weak link only.' AS why, 1 - best.p AS chance, 1 AS moving, packaged, child
            FROM thread JOIN holding USING (person_id)
            QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY best.w, best.record_a, best.record_b) = 1
        ),
        dated AS (
            SELECT person_id, date_of_birth, min(person_record_id) AS record, count(*) AS n FROM person JOIN person_record USING (person_record_id)
            WHERE date_of_birth_precision = 'day' AND handling = 'ordinary' GROUP BY ALL
        ),
        two_births AS (
            SELECT 'part' AS kind, least(a.record, b.record) AS record_a, greatest(a.record, b.record) AS record_b, NULL::DOUBLE AS p, NULL::DOUBLE AS w,
                   a.person_id AS person_a, a.person_id AS person_b, false AS torn,
                   'Several records give one date of birth, several another.' AS why, {KEPT_APART} AS chance, least(a.n, b.n) AS moving, packaged, child
            FROM dated a JOIN dated b ON a.person_id = b.person_id AND a.date_of_birth < b.date_of_birth AND least(a.n, b.n) >= 2
            JOIN holding h ON h.person_id = a.person_id
            ANTI JOIN decided d ON d.record_a = least(a.record, b.record) AND d.record_b = greatest(a.record, b.record)
            WHERE least(a.n, b.n) * 5 >= greatest(a.n, b.n) OR abs(date_diff('day', a.date_of_birth, b.date_of_birth)) > 400
            QUALIFY row_number() OVER (PARTITION BY a.person_id ORDER BY least(a.n, b.n) DESC, record_a, record_b) = 1
        ),
        every AS (SELECT * FROM joinable UNION ALL SELECT * FROM hanging UNION ALL SELECT * FROM two_births),
        weighed AS (
            SELECT *, round(1 + log2(1 + moving) + CASE WHEN packaged THEN 3 ELSE 0 END + CASE WHEN child THEN 2 ELSE 0 END
                   + CASE WHEN torn THEN 1 ELSE 0 END, 6) AS weight FROM every
        )
        SELECT *, round(chance * weight, 6) AS value FROM weighed
        QUALIFY row_number() OVER (PARTITION BY record_a, record_b ORDER BY chance * weight DESC, why) = 1
        """,
    )


def _compare_in_words(engine: Engine, model: dict[str, Any]) -> dict[tuple[str, str], dict[str, str]]:
    """For each listed pair what each comparison of the model says of it, in the words of its levels."""
    columns = engine.fetch("SELECT * FROM linkable LIMIT 0").column_names
    both = ", ".join(f'{side}."{name}" AS "{name}_{side}"' for side in ("l", "r") for name in columns)
    parts = ", ".join(
        f"CASE {' '.join(_level(level) for level in comparison['comparison_levels'])} END AS {comparison['output_column_name']}"
        for comparison in model["comparisons"]
    )
    rows = engine.fetch(
        f"SELECT unique_id_l, unique_id_r, {parts} FROM (SELECT {both} FROM listed "
        "JOIN linkable l ON l.unique_id = listed.record_a JOIN linkable r ON r.unique_id = listed.record_b)"
    ).to_pylist()
    return {(row.pop("unique_id_l"), row.pop("unique_id_r")): row for row in rows}


def _level(level: dict[str, Any]) -> str:
    words = str(level["label_for_charts"]).replace("'", "''")
    condition = level["sql_condition"]
    return f"ELSE '{words}'" if condition == "ELSE" else f"WHEN {condition} THEN '{words}'"


def _find_rivals(engine: Engine) -> dict[tuple[str, str], dict[str, Any]]:
    """For each listed pair of two people: who else one of its records could be. A record could be a third person's to whom it links as
    strongly as in the pair, or nearly so (as for doubtful ones, a weight of 1 less); a doubtful one whoever it links to."""
    engine.create(
        "rival",
        """
        WITH asked AS (
            SELECT l.record_a, l.record_b, l.w, s.person_record_id AS record, s.person_id AS own, o.person_id AS opposite, s.certainty = 'doubtful' AS doubtful
            FROM listed l JOIN person s ON s.person_record_id IN (l.record_a, l.record_b)
            JOIN person o ON o.person_record_id = CASE WHEN s.person_record_id = l.record_a THEN l.record_b ELSE l.record_a END
            WHERE s.person_id <> o.person_id
        ),
        linked AS (
            SELECT record_a AS record, record_b AS other, person_b AS person_id, p, w FROM owned_link WHERE record_a IN (SELECT record FROM asked)
            UNION ALL SELECT record_b, record_a, person_a, p, w FROM owned_link WHERE record_b IN (SELECT record FROM asked)
        )
        SELECT d.record_a, d.record_b, d.record, n.other, n.person_id, n.p FROM asked d JOIN linked n ON n.record = d.record AND n.person_id <> d.opposite
        WHERE d.doubtful OR (n.person_id <> d.own AND n.w >= d.w - 1)
        QUALIFY row_number() OVER (PARTITION BY d.record_a, d.record_b ORDER BY n.w DESC, n.other, d.record) = 1
        """,
    )
    return {(row["record_a"], row["record_b"]): row for row in engine.fetch("SELECT * FROM rival").to_pylist()}


def _read_sides(engine: Engine) -> dict[str, dict[str, Any]]:
    """What may be shown of each listed record."""
    rows = engine.fetch(
        """
        WITH listed_record AS (SELECT record_a AS person_record_id FROM listed UNION SELECT record_b FROM listed UNION SELECT other FROM rival),
        guarded AS (SELECT address_key FROM home_record WHERE address_key IS NOT NULL GROUP BY address_key
                    HAVING bool_or(coalesce(protected, false) OR coalesce(premises, '') = 'refuge')),
        home AS (
            SELECT h.person_record_id, bool_or(coalesce(h.protected, false) OR coalesce(h.premises, '') = 'refuge' OR g.address_key IS NOT NULL
                   OR h.handling <> 'ordinary') AS guarded, min(concat_ws(', ', h.line, h.postcode)) AS address
            FROM home_record h LEFT JOIN guarded g USING (address_key) GROUP BY h.person_record_id
        )
        SELECT r.person_record_id AS record, r.source, r.handling, r.stated_on, r.given_name, r.middle_name, r.family_name, r.date_of_birth,
               r.date_of_birth_precision, r.sex, r.pnc_id, r.phone, coalesce(h.guarded, false) AS guarded, h.address
        FROM person_record r JOIN listed_record USING (person_record_id) LEFT JOIN home h USING (person_record_id)
        """
    ).to_pylist()
    return {row["record"]: row for row in rows}


def _tell(
    row: dict[str, Any], rank: int, words: dict[str, str], sides: dict[str, dict[str, Any]], rival: dict[str, Any] | None
) -> dict[str, Any]:  # fmt: skip
    one, other = sides[row["record_a"]], sides[row["record_b"]]
    secret = any(side["handling"] != "ordinary" for side in (one, other))
    guarded = one["guarded"] or other["guarded"]
    compared = {
        part: ASK_INTELLIGENCE if secret else NOT_SHOWN if part == "address" and guarded else words[part]
        for part in words
    }
    counted = "1 record" if row["moving"] == 1 else f"{row['moving']} records"
    if row["kind"] != "join":
        change = f"Parted, {counted} would leave {row['person_a']}."
    elif row["p"] >= JOIN:
        change = (
            f"Joined, these two records become one person's ({row['person_a']} or {row['person_b']}); of the others each goes where the "
            "rules put it."
        )
    else:
        change = f"Joined, {row['person_a']} and {row['person_b']} become one person; {counted} would change place."
    depends = [
        text
        for said, text in (
            (row["packaged"], "A package depends on it."), (row["child"], "A child is concerned."),
            (row["torn"], "A record could belong to either person."),
        )
        if said
    ]  # fmt: skip
    return {
        "rank": rank, "question": row["kind"], "record_a": row["record_a"], "record_b": row["record_b"],
        "person_a": row["person_a"], "person_b": row["person_b"], "why": row["why"], "change": change, "depends": depends,
        "probability": row["p"], "chance": round(row["chance"], 6), "weight": row["weight"], "value": row["value"],
        "sides": [_show(one), _show(other)], "compared": compared,
        "rival": None if rival is None else {"of": rival["record"], "person": rival["person_id"], "probability": rival["p"], **_show(sides[rival["other"]])},
    }  # fmt: skip


def _show(side: dict[str, Any]) -> dict[str, Any]:
    told = {"record": side["record"], "source": side["source"]}
    if side["handling"] != "ordinary":
        return told | {"held_by_intelligence": True}
    born = side["date_of_birth"]
    year_only = side["date_of_birth_precision"] == "year"
    return told | {
        "recorded_on": side["stated_on"].isoformat() if side["stated_on"] else None,
        "name": " ".join(name for name in (side["given_name"], side["middle_name"], side["family_name"]) if name)
        or None,
        "date_of_birth": None if born is None else str(born.year) if year_only else born.isoformat(),
        "sex": side["sex"],
        "address": NOT_SHOWN if side["guarded"] else side["address"],
        "pnc_id": side["pnc_id"],
        "phone": side["phone"],
    }
