"""How often is the search right on real records, and whom does it miss? A blind sample of found and not-found people.

Two strata: those whom the search found, and those of the trigger's age whom it did not. From each so many are drawn by a seeded
generator. Reviewers read the records of each without being told which it is, and answer whether somebody should look at
this person. With weights w = size of the stratum / number reviewed, precision is the share right among the found; recall is
N1 p1 / (N1 p1 + N0 p0), the ratio of two stratified totals (Cochran, Sampling Techniques, 3rd ed. 1977, chapters 5 and 5A; for recall of a
search Webber, Approximate Recall Confidence Intervals, ACM TOIS 31(1), 2013). Its interval is the spread of that ratio when both shares are drawn from their
beta posteriors with Jeffreys' prior (ibid., section 5): it stays honest when no missed person is in the sample.
"""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from headwater.engine import DuckDBEngine, Progress
from headwater.records import Lake
from headwater.records.lake import write_json
from headwater.triggers.answers.store import open_answers, read_answers
from headwater.triggers.finding.evidence import find_evidence
from headwater.triggers.finding.facts import prepare_facts
from headwater.triggers.rules.definition import apply_switches, read_triggers
from headwater.triggers.rules.firing import apply_trigger
from headwater.triggers.rules.indicator import RuleError, read_indicators

ANSWERS = ("yes", "no", "cannot say")
COLUMNS = ("number", "records", "answer", "reason")
_DRAWS = 20_000


class SampleError(Exception):
    """A sample cannot be drawn or scored; the message says why and what to do."""


@dataclass(frozen=True)
class Score:
    """Precision and recall with 95 % intervals, from so many answers in each stratum; `unsaid` could not be answered."""

    found_reviewed: int
    found_right: int
    others_reviewed: int
    others_missed: int
    unsaid: int
    precision: float
    precision_interval: tuple[float, float]
    recall: float
    recall_interval: tuple[float, float]


def _quiet(stage: str, done: int, total: int) -> None:
    pass


def draw_sample(
    lake: Lake, *, engine: DuckDBEngine, trigger_id: str, each: int, seed: int, as_of: date, catalogue: Path | None = None,
    progress: Progress = _quiet,
) -> tuple[str, str]:  # fmt: skip
    """Draw `each` people of both strata; returns the name of the sealed key, which stays in the lake, and the sheet as CSV.

    The sheet names the records of each person, by source and reference, in an order that tells nothing. Raises SampleError when
    the search found nobody, RuleError for an unknown trigger.
    """
    triggers, indicators = read_triggers(catalogue), read_indicators(catalogue)
    if trigger_id not in triggers:
        raise RuleError(f"There is no trigger {trigger_id!r}. There are: {', '.join(sorted(triggers))}.")
    trigger = apply_switches(triggers[trigger_id], indicators, ())
    if trigger.subject.kinds != ["person"]:
        raise SampleError(f"{trigger_id} is about addresses too; a blind sample is drawn of people alone.")
    # A search brings what reads and compares along, which who only scores a sample need not wait for.
    from headwater.triggers.search import open_all

    with lake.hold():
        open_all(lake, engine, catalogue, progress, as_of)
        prepare_facts(engine, as_of)
        find_evidence(engine, [indicators[name] for name in trigger.indicators])
        open_answers(engine, read_answers(lake), trigger_id)
        apply_trigger(engine, trigger, as_of, indicators)
    age = "date_sub('year', date_of_birth, $as_of)"
    limits = [f"{age} >= {trigger.subject.from_years or 0}"]
    limits += [f"{age} < {trigger.subject.under_years}"] if trigger.subject.under_years is not None else []
    found = engine.fetch("SELECT person_id FROM subject ORDER BY 1")["person_id"].to_pylist()
    others = engine.fetch(
        f"SELECT person_id FROM person_summary WHERE person_id NOT IN (SELECT person_id FROM fired) AND records > 0 AND {' AND '.join(limits)} ORDER BY 1",
        {"as_of": as_of},
    )["person_id"].to_pylist()
    if not found or not others:
        raise SampleError("There is nobody to compare: the search found nobody, or everybody. Load more records first.")
    chance = random.Random(seed)  # noqa: S311  (a sample, not a secret)
    drawn = [(name, True) for name in chance.sample(found, min(each, len(found)))]
    drawn += [(name, False) for name in chance.sample(others, min(each, len(others)))]
    chance.shuffle(drawn)
    name = f"{as_of.isoformat()}-{trigger_id}-{seed}-{each}"
    key = {
        "trigger": trigger_id, "version": trigger.version, "as_of": as_of.isoformat(), "seed": seed, "found": len(found), "others": len(others),
        "drawn": [{"number": number, "person_id": person, "found": was} for number, (person, was) in enumerate(drawn, start=1)],
    }  # fmt: skip
    folder = lake.folder / "desk" / "samples"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    sealed = folder / f"{name}.json"
    if sealed.exists() and json.loads(sealed.read_text("utf-8")) != key:
        raise SampleError(
            f"The sample {name} was drawn before, when the records were others, and its sheet may be out. Draw with another --seed."
        )
    write_json(sealed, key)
    return name, _sheet(engine, [person for person, _ in drawn])


def _sheet(engine: DuckDBEngine, people: list[str]) -> str:
    """One row a person: the records to read, ordinary ones only, so that what intelligence holds is not even counted."""
    rows = engine.fetch(
        "SELECT DISTINCT p.person_id, e.source, e.reference FROM person p JOIN involvement i USING (person_record_id) "
        "JOIN known_event e ON e.event_id = i.event_id WHERE i.handling = 'ordinary' ORDER BY ALL"
    ).to_pylist()
    wanted = set(people)
    records: dict[str, list[str]] = {}
    for row in rows:
        if row["person_id"] in wanted:
            records.setdefault(row["person_id"], []).append(f"{row['source']} {row['reference']}")
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for number, person in enumerate(people, start=1):
        writer.writerow([number, "; ".join(records.get(person, ["no record of an event"])), "", ""])
    return text.getvalue()


def read_key(lake: Lake, name: str) -> dict[str, object]:
    """The sealed key of a sample; raises SampleError."""
    folder = lake.folder / "desk" / "samples"
    known = {path.stem: path for path in folder.glob("*.json")} if folder.exists() else {}
    if name not in known:
        raise SampleError(f"This lake has no sample {name!r}. It has: {', '.join(sorted(known)) or 'none'}.")
    content: dict[str, object] = json.loads(known[name].read_text("utf-8"))
    return content


def score_sample(key: dict[str, object], text: str) -> Score:
    """Precision and recall from a sheet that came back; raises SampleError for a row that cannot be used, and when too little
    was answered."""
    drawn = {str(row["number"]): bool(row["found"]) for row in key["drawn"]}  # type: ignore[attr-defined]
    answers: dict[bool, list[bool]] = {True: [], False: []}
    unsaid, seen = 0, set()
    for line, row in enumerate(csv.DictReader(io.StringIO(text.lstrip("\ufeff"), newline="")), start=2):
        number, said = (row.get("number") or "").strip(), (row.get("answer") or "").strip().lower()
        if number not in drawn or number in seen:
            raise SampleError(f"Row {line}: {number!r} is not a number of this sample, or stands there twice.")
        seen.add(number)
        if said and said not in ANSWERS:
            raise SampleError(f"Row {line}: {said!r} is no answer. Write yes, no or cannot say.")
        if said in ("yes", "no"):
            answers[drawn[number]].append(said == "yes")
        else:
            unsaid += 1
    if not answers[True] or not answers[False]:
        raise SampleError("Too little was answered: at least one found and one not-found person need yes or no.")
    return estimate(answers[True], answers[False], int(str(key["found"])), int(str(key["others"])), unsaid)


def estimate(
    found: Sequence[bool], others: Sequence[bool], size_found: int, size_others: int, unsaid: int = 0
) -> Score:
    """The estimator of the module's docstring, from yes/no answers and the sizes of both strata."""
    right, missed = sum(found), sum(others)
    chance = np.random.default_rng(0)
    p1 = chance.beta(right + 0.5, len(found) - right + 0.5, _DRAWS)
    p0 = chance.beta(missed + 0.5, len(others) - missed + 0.5, _DRAWS)
    recalls = size_found * p1 / (size_found * p1 + size_others * p0)
    hits, lost = size_found * right / len(found), size_others * missed / len(others)
    return Score(
        len(found),
        right,
        len(others),
        missed,
        unsaid,
        right / len(found),
        _middle(p1),
        hits / (hits + lost) if hits + lost else 0.0,
        _middle(recalls),
    )


def _middle(draws: np.ndarray) -> tuple[float, float]:
    low, high = np.quantile(draws, (0.025, 0.975))
    return float(low), float(high)
