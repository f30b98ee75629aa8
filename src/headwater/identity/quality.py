"""How right is the joining, and for whom? Pairs of records against a known truth, by group, and those at risk of being joined."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from headwater.engine import Engine

EVERYBODY = "everybody"


def measure_joining(engine: Engine, truth: Path) -> dict[str, dict[str, dict[str, Any]]]:
    """How well the records of a made-up force are joined, held against its `truth` folder: `groups` by name origin (see
    `measure_groups`) and `overlinking` of those who look alike (see `measure_overlinking`). The engine holds `person` as found."""
    for name in ("person", "person_record", "household_member", "address", "tie"):
        engine.read_parquet(f"true_{name}", [truth / f"{name}.parquet"])
    engine.read_parquet("true_fault", [truth / "record_fault.parquet"])
    engine.create(
        "owner_of_record",
        "SELECT r.person_record_id, r.person_id, p.name_origin FROM true_person_record r JOIN true_person p USING (person_id)",
    )
    find_pairs_at_risk(engine)
    return {
        "groups": measure_groups(engine, truth="owner_of_record", group="name_origin"),
        "overlinking": measure_overlinking(engine, truth="owner_of_record", at_risk="at_risk"),
    }


def measure_groups(engine: Engine, *, truth: str, group: str) -> dict[str, dict[str, Any]]:
    """Pairwise precision, recall and F1 of the joined records, for each group of true persons and for everybody.

    The engine holds `person` (person_id, person_record_id), as found, and a table `truth` with the true `person_id` of each
    `person_record_id` and their group in column `group`. A pair of one person's records belongs to that person's group; a
    false pair counts for the groups of both persons, once where they are of one group.

    Each share has a 95 % interval. Pairs of one person are right or wrong together, so the unit is the person: the shares
    are ratios of sums over persons with their linearised variance (Cochran 1977, Sampling Techniques, 6.4). None where
    there is nothing to take a share of. Groups by name, "everybody" first.
    """
    engine.create(
        "held",
        f"SELECT p.person_id AS found, t.person_id AS owner, coalesce({group}::VARCHAR, 'not known') AS owner_group, count(*)::DOUBLE AS n "
        f"FROM person p JOIN {truth} t USING (person_record_id) GROUP BY ALL",
    )
    # `amiss` of a true person: false pairs with their records; of a pair inside the group each person carries one half.
    engine.create(
        "person_pairs",
        """
        SELECT owner, owner_group, sum(n * (n - 1) / 2) AS hits, sum(n) * (sum(n) - 1) / 2 AS owned,
               sum(n * (in_found - in_group + (in_group - n) / 2)) AS amiss, sum(n * (in_found - n) / 2) AS amiss_overall
        FROM (SELECT *, sum(n) OVER (PARTITION BY found) AS in_found, sum(n) OVER (PARTITION BY found, owner_group) AS in_group FROM held)
        GROUP BY owner, owner_group
        """,
    )
    told: dict[str, dict[str, Any]] = {}
    for level, amiss in (("''", "amiss_overall"), ("owner_group", "amiss")):
        rows = engine.fetch(
            f"""
            WITH part AS (SELECT {level} AS name, hits, owned, hits + {amiss} AS found FROM person_pairs),
            whole AS (SELECT name, count(*) AS people, sum(hits) AS both, sum(found) AS found, sum(owned) AS owned FROM part GROUP BY name)
            SELECT w.*, sum(pow(p.hits - w.both / w.found * p.found, 2)) AS precision_spread,
                   sum(pow(p.hits - w.both / w.owned * p.owned, 2)) AS recall_spread,
                   sum(pow(2 * p.hits - 2 * w.both / (w.found + w.owned) * (p.found + p.owned), 2)) AS f1_spread
            FROM part p JOIN whole w USING (name) GROUP BY ALL ORDER BY name
            """
        ).to_pylist()
        told |= {row["name"] or EVERYBODY: _tell(row) for row in rows}
    return told


def _tell(row: dict[str, Any]) -> dict[str, Any]:
    both, found, owned = (float(row[name]) for name in ("both", "found", "owned"))
    result: dict[str, Any] = {"people": row["people"], "found": round(found), "true": round(owned), "both": round(both)}
    for name, hits, of in (("precision", both, found), ("recall", both, owned), ("f1", 2 * both, found + owned)):
        share = hits / of if of else None
        result[name] = None if share is None else round(share, 6)
        half = 1.959964 * math.sqrt(row[f"{name}_spread"] or 0.0) / of if of else 1.0
        result[f"{name}_interval"] = (
            (0.0, 1.0) if share is None else (round(max(0.0, share - half), 6), round(min(1.0, share + half), 6))
        )
    return result


def measure_overlinking(engine: Engine, *, truth: str, at_risk: str) -> dict[str, dict[str, Any]]:
    """Of pairs of different people who look alike in records, the share that was joined, by kind of likeness.

    `truth` is as for `measure_groups`; table `at_risk` has a row (kind, person_id, other_person_id) for each such pair of
    true persons. A pair is joined when one found person holds records of both. Only pairs of whom both have a record count.
    """
    rows = engine.fetch(
        f"""
        WITH owned AS (SELECT DISTINCT p.person_id AS found, t.person_id AS owner FROM person p JOIN {truth} t USING (person_record_id)),
        mixed AS (SELECT DISTINCT a.owner AS one, b.owner AS other FROM owned a JOIN owned b ON a.found = b.found AND a.owner < b.owner),
        pair AS (
            SELECT DISTINCT kind, least(r.person_id, r.other_person_id) AS one, greatest(r.person_id, r.other_person_id) AS other
            FROM {at_risk} r WHERE r.person_id <> r.other_person_id AND r.person_id IN (SELECT owner FROM owned)
                AND r.other_person_id IN (SELECT owner FROM owned)
        )
        SELECT kind, count(*) AS pairs, count(m.one) AS joined FROM pair LEFT JOIN mixed m USING (one, other) GROUP BY kind ORDER BY kind
        """
    ).to_pylist()
    return {
        row["kind"]: {"pairs": row["pairs"], "joined": row["joined"], "share": round(row["joined"] / row["pairs"], 6)}
        for row in rows
    }


def measure_queue(
    pairs: Sequence[Mapping[str, Any]], owners: Mapping[str, str], sizes: Sequence[int] = (10, 25, 50, 100)
) -> dict[str, Any]:
    """How useful is the queue of `headwater.identity.review.list_pairs`, whole and in its order, to a reviewer who is always right?

    `owners` is the true person of each record. A pair is `wrong` when the answer changes who is joined: of two found people it
    is one person's, of one found person it is two people's. For the whole queue (`pairs`, `wrong`, `share`), and for the first so
    many of it: how many are wrong, the share, and `by_chance`, the most that 99 of 100 random orders of the same pairs put there
    (a quantile of the hypergeometric distribution).
    """
    from scipy.stats import hypergeom

    wrong = [(owners[pair["record_a"]] == owners[pair["record_b"]]) == (pair["question"] == "join") for pair in pairs]
    first = {
        str(size): {
            "wrong": sum(wrong[:size]), "share": round(sum(wrong[:size]) / size, 4), "by_chance": int(hypergeom.ppf(0.99, len(wrong), sum(wrong), size)),
        }
        for size in sizes if size <= len(wrong)
    }  # fmt: skip
    share = round(sum(wrong) / len(wrong), 4) if wrong else None
    return {"pairs": len(wrong), "wrong": sum(wrong), "share": share, "first": first}


def find_pairs_at_risk(engine: Engine) -> None:
    """Make table `at_risk` (kind, person_id, other_person_id) for `measure_overlinking` from tables of truth.

    These are `true_person`, `true_household_member`, `true_address`, `true_tie` and `true_fault` (record_id, fault) with
    `true_person_record`, as the truth of a made-up force gives them.
    """
    alike = "lower(a.family_name) = lower(b.family_name)"
    named = f"{alike} AND lower(a.given_name) = lower(b.given_name)"
    engine.create(
        "living_together",
        "SELECT DISTINCT a.person_id AS one, b.person_id AS other FROM true_household_member a JOIN true_household_member b "
        "ON a.household_id = b.household_id AND a.person_id < b.person_id",
    )
    engine.create(
        "at_risk",
        f"""
        WITH home AS (
            SELECT a.*, b.person_id AS other_id, b.given_name AS other_given, b.born AS other_born,
                   {alike} AS one_family_name, {named} AS one_name, a.born = b.born AS one_birthday
            FROM living_together t JOIN true_person a ON a.person_id = t.one JOIN true_person b ON b.person_id = t.other
        ),
        shared AS (
            SELECT DISTINCT m.address_id, m.person_id FROM true_household_member m JOIN true_address USING (address_id)
            WHERE premises IN ('hostel', 'refuge', 'care_home', 'hmo')
        ),
        defaulted AS (
            SELECT DISTINCT r.person_id, p.given_name, p.family_name FROM true_fault f JOIN true_person_record r ON r.person_record_id = f.record_id
            JOIN true_person p USING (person_id) WHERE f.fault = 'default_dob'
        )
        SELECT 'family' AS kind, person_id, other_id AS other_person_id FROM home WHERE one_family_name
        UNION ALL SELECT 'twins', person_id, other_id FROM home WHERE one_birthday
        UNION ALL SELECT 'twins with names alike', person_id, other_id FROM home
            WHERE one_birthday AND jaro_winkler_similarity(lower(given_name), lower(other_given)) >= 0.85
        UNION ALL SELECT 'parent and child of one name', a.person_id, b.person_id FROM true_tie t JOIN true_person a ON a.person_id = t.person_id
            JOIN true_person b ON b.person_id = t.other_person_id WHERE t.kind = 'parent' AND {named}
        UNION ALL SELECT 'hostel or shared house', a.person_id, b.person_id FROM shared a JOIN shared b
            ON a.address_id = b.address_id AND a.person_id < b.person_id
        UNION ALL SELECT 'default date of birth, one family name', a.person_id, b.person_id FROM defaulted a JOIN defaulted b
            ON a.person_id < b.person_id AND {alike}
        UNION ALL SELECT 'default date of birth, one name', a.person_id, b.person_id FROM defaulted a JOIN defaulted b
            ON a.person_id < b.person_id AND {named}
        UNION ALL SELECT CASE WHEN a.born = b.born THEN 'strangers of one name and birth date' ELSE 'strangers of one name' END, a.person_id, b.person_id
            FROM true_person a JOIN true_person b ON a.person_id < b.person_id AND {named}
            ANTI JOIN living_together t ON t.one = a.person_id AND t.other = b.person_id
        """,
    )
