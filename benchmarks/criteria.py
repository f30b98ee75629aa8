"""How long do a million judgements of six criteria take?

    python benchmarks/criteria.py --people 1000000

Each of the made-up people has six facts (whole number, number, text, date, yes or no; one in ten is not recorded, one in
twenty too old), and each is judged by six criteria, in the engine: `headwater.criteria.sql_of`. Beside it `judge`, which gives
every reason in words, on people drawn from the same table, one after the other, as when one is looked at; the two must agree.
One JSON object on standard output.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import defaultdict
from datetime import date
from typing import Any

from headwater.criteria import Criteria, Criterion, Fact, FactDefinition, judge, sql_of
from headwater.engine import DuckDBEngine
from machine import describe_machine

ON = date(2017, 3, 31)
KINDS = {
    "age": "integer",
    "score": "number",
    "sex": "text",
    "moved": "date",
    "at_home": "boolean",
    "willing": "boolean",
}
TESTS = {
    "grown": "age BETWEEN 18 AND 40", "scored": "score >= 2.5 OR age < 21", "sex": "sex IN ('F', 'M')",
    "settled": "moved < '2016-10-01'", "home": "NOT at_home OR score > 4",
}  # fmt: skip
VALUES = """
    SELECT 'S' || lpad(CAST(s AS VARCHAR), 8, '0') AS subject_id, name AS fact,
           CASE WHEN name IN ('at_home', 'willing') THEN hash(s, name) % 3 > 0 END AS boolean,
           CASE WHEN name = 'age' THEN CAST(10 + hash(s, name) % 60 AS BIGINT) END AS integer,
           CASE WHEN name = 'score' THEN (hash(s, name) % 100) / 20.0 END AS number,
           CASE WHEN name = 'sex' THEN CASE hash(s, name) % 3 WHEN 0 THEN 'F' WHEN 1 THEN 'M' ELSE 'X' END END AS text,
           CASE WHEN name = 'moved' THEN DATE '2015-01-01' + CAST(hash(s, name) % 800 AS INTEGER) END AS date,
           'made-up record' AS source, DATE '2017-03-30' - CAST(hash(name, s) % 95 AS INTEGER) AS "on"
    FROM range($people) t(s), (SELECT unnest(['age', 'score', 'sex', 'moved', 'at_home', 'willing']) AS name) n
    WHERE hash(s, name, 1) % 10 > 0
"""


def six_criteria() -> Criteria:
    """Five tests and one that only a named person may judge."""
    facts = [
        FactDefinition(
            name=name, type=kind, meaning=name.replace("_", " "), question=f"What is recorded of {name}?",
            purposes=("welfare",), max_age_days=90,
        )
        for name, kind in KINDS.items()
    ]  # fmt: skip
    tests = [Criterion(id=name, label=name.capitalize(), test=test) for name, test in TESTS.items()]
    judged = Criterion(id="human", label="Somebody judged her willing", judged="willing")
    return Criteria(
        id="bench", title="Six criteria", version="1", purpose="welfare", facts=facts, criteria=[*tests, judged]
    )


def measure(people: int, looked_at: int) -> dict[str, Any]:
    """Seconds in the engine for all, and with reasons in words for some; raises AssertionError where they differ."""
    criteria = six_criteria()
    with DuckDBEngine() as engine:
        rows = engine.create("fact", VALUES, {"people": people})
        engine.create("subject", "SELECT DISTINCT subject_id FROM fact")
        clock, cpu = time.perf_counter(), time.process_time()
        judged = engine.create("judged", sql_of(criteria, ON))
        seconds, cpu_seconds = time.perf_counter() - clock, time.process_time() - cpu
        counted = engine.fetch("SELECT answer, count(*) AS n FROM judged GROUP BY answer").to_pylist()
        engine.create("looked_at", f"SELECT * FROM judged ORDER BY hash(subject_id), subject_id LIMIT {looked_at}")
        answers = {
            row["subject_id"]: row["answer"]
            for row in engine.fetch("SELECT subject_id, answer FROM looked_at").to_pylist()
        }
        facts: dict[str, dict[str, Fact]] = defaultdict(dict)
        for row in engine.fetch("SELECT f.* FROM fact f SEMI JOIN looked_at USING (subject_id)").to_pylist():
            facts[row["subject_id"]][row["fact"]] = Fact(row[KINDS[row["fact"]]], row["source"], row["on"])
    begun = time.process_time()
    with_reasons = {subject: judge(criteria, facts[subject], ON) for subject in answers}
    of_one = (time.process_time() - begun) / max(len(answers), 1)
    said = {"met": True, "not met": False, "not known": None}
    for subject, judgement in with_reasons.items():
        assert said[judgement.answer] is answers[subject], (
            f"{subject}: {judgement.answer}, in the engine {answers[subject]}"
        )
    return {
        "machine": describe_machine(), "judgements": judged, "criteria": len(criteria.criteria), "fact_rows": rows,
        "seconds": round(seconds, 2), "cpu_seconds": round(cpu_seconds, 2), "load_average": round(os.getloadavg()[0], 1),
        "answers": {str(row["answer"]): row["n"] for row in counted},
        "with_reasons": {"judgements": len(answers), "agree": True, "microseconds_each": round(of_one * 1e6, 1)},
    }  # fmt: skip


def main() -> None:
    """Measure; print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--people", type=int, default=1_000_000, help="how many are judged (default: 1000000)")
    parser.add_argument("--looked-at", type=int, default=10_000, help="how many are judged with reasons, too")
    chosen = parser.parse_args()
    found = measure(chosen.people, chosen.looked_at)
    print(
        f"{found['judgements']:,} judgements of {found['criteria']} criteria over {found['fact_rows']:,} facts: {found['seconds']} s on the clock, "
        f"{found['cpu_seconds']} s of the processor; with reasons in words {found['with_reasons']['microseconds_each']} µs each",
        file=sys.stderr,
    )
    json.dump(found, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
