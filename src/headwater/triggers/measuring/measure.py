"""How right is the search? The same rules on error-free tables give the true subjects; what was found is held against them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from headwater.engine import DuckDBEngine, Engine, Progress
from headwater.identity.quality import EVERYBODY, measure_joining
from headwater.records import Lake, as_of_default, load
from headwater.triggers.answers.store import open_answers
from headwater.triggers.counting.interval import interval
from headwater.triggers.finding.evidence import find_evidence
from headwater.triggers.finding.facts import prepare_facts
from headwater.triggers.rules.definition import Trigger, apply_switches, read_triggers
from headwater.triggers.rules.firing import apply_trigger
from headwater.triggers.rules.indicator import Indicator, RuleError, read_indicators
from headwater.triggers.search import open_all

Found = dict[str, set[str]]


def _quiet(stage: str, done: int, total: int) -> None:
    pass


def compare(found: list[str], true: set[str]) -> dict[str, Any]:
    """Precision and recall of found true-person ids (one for each find; a second find of one person is a false one). None
    where there is nothing to take a share of."""
    hits = len(set(found) & true)
    return {
        "precision": round(hits / len(found), 6) if found else None,
        "precision_interval": interval(hits, len(found)),
        "recall": round(hits / len(true), 6) if true else None,
        "recall_interval": interval(hits, len(true)),
        "found": len(found),
        "true": len(true),
        "both": hits,
    }


def measure(
    lake: Lake, engine: DuckDBEngine, force: Path, *, trigger_id: str = "tipt", progress: Progress = _quiet
) -> dict[str, Any]:
    """Load a made-up force, search it, and compare with its truth; returns one object ready for JSON."""
    triggers, indicators = read_triggers(), read_indicators()
    if trigger_id not in triggers:
        raise RuleError(f"There is no trigger {trigger_id!r}. There are: {', '.join(sorted(triggers))}.")
    trigger = apply_switches(triggers[trigger_id], indicators, ())
    used = [indicators[name] for name in trigger.indicators]
    load(lake, [force / "exports"], engine=engine, progress=progress)
    as_of = as_of_default(lake)
    open_all(lake, engine, None, progress)
    progress("Applying the rules to the truth", 0, 0)
    _open_truth(engine, force)
    true, true_kinds = _run(engine, trigger, used, as_of)
    true_subjects = set(true)
    results: dict[str, dict[str, Any]] = {}
    kinds: dict[str, list[str]] = {}
    detail: list[str] = []
    for name, swaps in _ABLATIONS.items():
        progress(f"Measuring: {name.replace('_', ' ')}", 0, 0)
        _swap(engine, _SEARCHED | swaps)
        owners = _owners(engine)
        found, found_kinds = _run(engine, trigger, used, as_of)
        result = compare([owners.get(person, person) for person in found], true_subjects)
        if name == "everything":
            detail = [owners.get(person, person) for person in found]
            kinds = {kind: [owners.get(person, person) for person in people] for kind, people in found_kinds.items()}
        results[name] = result
    whole = results.pop("everything")
    for switch in sorted({item.sensitive_exception.switch for item in used if item.sensitive_exception}):
        progress(f"Measuring without {switch.replace('_', ' ')}", 0, 0)
        less = apply_switches(trigger, indicators, [switch])
        _swap(engine, _SEARCHED)
        owners = _owners(engine)
        found, _ = _run(engine, less, [indicators[name] for name in less.indicators], as_of)
        results[f"switched_off_{switch}"] = compare([owners.get(person, person) for person in found], true_subjects)
    return whole | {
        "note": "On made-up data. It shows that the machinery works, not how right it would be about real lives.",
        "as_of": as_of.isoformat(),
        "indicators": {
            kind: compare(kinds.get(kind, []), set(true_kinds.get(kind, []))) for kind in trigger.indicators
        },
        "name_origin": _by_group(engine, "name_origin", detail, true_subjects),
        "deprivation": _by_group(engine, "deprivation_decile", detail, true_subjects),
        "ablation": {
            name: {key: row[key] for key in ("precision", "recall", "found", "both")} for name, row in results.items()
        },
        **_identity(engine, force / "truth"),
        "true_subjects_that_need_text_or_linkage": _need(results["neither_text_nor_linkage"]),
        "harmed_children_whom_no_record_shows": _unrecorded(engine),
        "share_true_subjects_of_under_25": _share(engine, len(true_subjects), as_of, trigger),
        "traps_and_mentions": engine.fetch(
            "SELECT count_if(is_trap) ::BIGINT AS traps, count_if(NOT is_trap)::BIGINT AS mentions FROM true_mention"
        ).to_pylist()[0],
    }


@dataclass(frozen=True)
class Truth:
    """What the truth of a made-up force says of a search that has just run: `subjects` are found people for whom the rules hold on
    error-free records, `kinds` indicator → found people of whom the truth holds that kind."""

    subjects: frozenset[str]
    kinds: dict[str, frozenset[str]]


def find_true_subjects(
    lake: Lake, engine: DuckDBEngine, force: Path, as_of: date, *, trigger_id: str = "tipt"
) -> set[str]:
    """The true people (ids of `truth/person.parquet`) for whom the trigger's rules hold on error-free records of a lake that is
    loaded: what any search of these exports, whoever makes it, is held against."""
    indicators = read_indicators()
    trigger = apply_switches(read_triggers()[trigger_id], indicators, ())
    open_all(lake, engine, None, _quiet)
    _open_truth(engine, force)
    subjects, _ = _run(engine, trigger, [indicators[name] for name in trigger.indicators], as_of)
    return set(subjects)


def know_truth(engine: DuckDBEngine, force: Path, trigger: Trigger, as_of: date) -> Truth:
    """The truth about the people of the search whose tables the engine holds; afterwards it holds the true tables."""
    indicators = read_indicators()
    owners = _open_truth(engine, force)
    subjects, kinds = _run(engine, trigger, [indicators[name] for name in trigger.indicators], as_of)
    true = set(subjects)
    return Truth(
        frozenset(found for found, owner in owners.items() if owner in true),
        {
            kind: frozenset(found for found, owner in owners.items() if owner in people)
            for kind, people in kinds.items()
        },
    )


def _open_truth(engine: DuckDBEngine, force: Path) -> dict[str, str]:
    """Keep what was searched aside, put the true tables in its place; returns who owns each found person."""
    for name in ("person", "person_record", "household_member", "mention", "harm"):
        engine.read_parquet(f"true_{name}", [force / "truth" / f"{name}.parquet"])
    for table in ("person", "person_summary", "tie", "mention", "lives_with"):
        engine.create(f"searched_{table}", f"SELECT * FROM {table}")
    owners = _owners(engine)
    _swap(engine, _TRUTH)
    return owners


_SEARCHED = {
    table: f"SELECT * FROM searched_{table}" for table in ("person", "person_summary", "tie", "mention", "lives_with")
}
_TIES = (
    "SELECT DISTINCT a.person_id, b.person_id AS other_person_id, r.kind, r.lives_together, r.event_id, r.stated_on FROM relationship r "
    "JOIN person a ON a.person_record_id = r.person_record_id JOIN person b ON b.person_record_id = r.other_person_record_id "
    "WHERE a.person_id <> b.person_id AND r.kind <> 'unmapped'"
)
_TRUTH = {
    "person": "SELECT person_id, person_record_id, 'certain' AS certainty FROM true_person_record",
    "person_summary": (
        "SELECT person_id, given_name, family_name, CAST([] AS VARCHAR[]) AS other_names, CAST(born AS DATE) AS date_of_birth, "
        "'day' AS date_of_birth_precision, sex, ethnicity, CAST(died AS DATE) AS died_on, 'certain' AS certainty FROM true_person"
    ),
    "tie": _TIES,
    "mention": (
        "SELECT m.narrative_id || '#' || m.start AS mention_id, m.narrative_id, n.event_id, n.source, n.handling, m.concept, m.start, "
        'm."end", m.negated, m.historical, m.hypothetical, m.withdrawn, m.experiencer, m.about, m.elsewhere, true AS named, NULL::VARCHAR AS cue '
        "FROM true_mention m JOIN narrative n USING (narrative_id)"
    ),
    "lives_with": (
        "SELECT a.person_id AS household_id, b.person_id, greatest(a.from_date, b.from_date)::DATE AS from_date, "
        "least(coalesce(a.to_date, DATE '9999-12-31'), coalesce(b.to_date, DATE '9999-12-31'))::DATE AS to_date, 'stated' AS certainty, "
        "'The truth.' AS basis FROM true_household_member a JOIN true_household_member b ON a.household_id = b.household_id "
        "AND a.person_id <> b.person_id AND a.from_date <= coalesce(b.to_date, DATE '9999-12-31') "
        "AND b.from_date <= coalesce(a.to_date, DATE '9999-12-31')"
    ),
}
# One person is what one system itself gives one number, one household what one record states; nothing is joined across systems.
_NO_LINKAGE = {
    "person": (
        "SELECT 'X-' || left(md5(source || '|' || coalesce(local_person_id, person_record_id)), 16) AS person_id, person_record_id, "
        "'certain' AS certainty FROM person_record"
    ),
    "person_summary": (
        "SELECT p.person_id, min(r.given_name) AS given_name, min(r.family_name) AS family_name, CAST([] AS VARCHAR[]) AS other_names, "
        "min(r.date_of_birth) AS date_of_birth, 'day' AS date_of_birth_precision, min(r.sex) AS sex, min(r.ethnicity) AS ethnicity, "
        "max(r.died_on) AS died_on, 'certain' AS certainty FROM person p JOIN person_record r USING (person_record_id) GROUP BY 1"
    ),
    "tie": _TIES,
    "lives_with": (
        "SELECT DISTINCT person_id AS household_id, other_person_id AS person_id, CAST(stated_on - INTERVAL 6 MONTH AS DATE) AS from_date, "
        "CAST(stated_on + INTERVAL 12 MONTH AS DATE) AS to_date, 'stated' AS certainty, 'A record says so.' AS basis "
        "FROM (SELECT person_id, other_person_id, stated_on, lives_together FROM tie UNION ALL "
        "SELECT other_person_id, person_id, stated_on, lives_together FROM tie) WHERE lives_together"
    ),
}
_ABLATIONS: dict[str, dict[str, str]] = {
    "everything": {},
    "no_text": {"mention": "SELECT * FROM searched_mention WHERE false"},
    "no_linkage": _NO_LINKAGE,
    "no_households": {"lives_with": "SELECT * FROM searched_lives_with WHERE false"},
    "neither_text_nor_linkage": _NO_LINKAGE | {"mention": "SELECT * FROM searched_mention WHERE false"},
}


def _swap(engine: Engine, tables: dict[str, str]) -> None:
    """Put other tables in the place of those that the rules read, in an order in which each may use the one before."""
    for name in ("person", "person_summary", "tie", "mention", "lives_with"):
        engine.create(name, tables[name])


def _run(engine: Engine, trigger: Trigger, used: list[Indicator], as_of: date) -> tuple[list[str], Found]:
    """The person ids for whom the trigger fires, and for each indicator those with evidence that counts."""
    prepare_facts(engine, as_of)
    find_evidence(engine, used)
    open_answers(engine, [], trigger.id)
    apply_trigger(engine, trigger, as_of, {item.id: item for item in used})
    subjects = engine.fetch("SELECT person_id FROM subject ORDER BY 1")["person_id"].to_pylist()
    kinds: Found = defaultdict(set)
    for row in engine.fetch("SELECT DISTINCT indicator, person_id FROM counted ORDER BY ALL").to_pylist():
        kinds[row["indicator"]].add(row["person_id"])
    return subjects, kinds


def _owners(engine: Engine) -> dict[str, str]:
    """For each found person the true person who owns most of the records."""
    rows = engine.fetch(
        "SELECT p.person_id AS found, t.person_id AS owner FROM person p JOIN true_person_record t USING (person_record_id) "
        "GROUP BY p.person_id, t.person_id QUALIFY row_number() OVER (PARTITION BY p.person_id ORDER BY count(*) DESC, t.person_id) = 1"
    ).to_pylist()
    return {row["found"]: row["owner"] for row in rows}


def _by_group(engine: Engine, column: str, found: list[str], true: set[str]) -> dict[str, Any]:
    group = {
        row["person_id"]: str(row["g"])
        for row in engine.fetch(f"SELECT person_id, {column} AS g FROM true_person").to_pylist()
    }
    names = sorted({group[person] for person in true if person in group})
    return {
        name: compare(
            [person for person in found if group.get(person) == name],
            {person for person in true if group.get(person) == name},
        )
        for name in names
    }


def _identity(engine: Engine, truth: Path) -> dict[str, Any]:
    """Pairwise precision, recall and F1 of the joined records against the truth, of everybody and by name origin, and how many of
    those who look alike were taken for one person."""
    _swap(engine, _SEARCHED)
    found = measure_joining(engine, truth)
    keys = ("precision", "recall", "f1")
    groups = {name: {key: row[key] for key in (*keys, "people")} for name, row in found["groups"].items()}
    whole = groups.pop(EVERYBODY)
    return {
        "identity": {key: whole[key] for key in keys},
        "identity_by_name_origin": groups,
        "overlinking": found["overlinking"],
    }


def _need(without: dict[str, Any]) -> float | None:
    """The share of true subjects who are lost when no text is read and nothing is joined across systems."""
    return None if without["recall"] is None else round(1 - without["recall"], 6)


def _unrecorded(engine: Engine) -> int:
    """Children to whom the truth says that harm came and of whom no record shows any."""
    return _count(engine, "(SELECT person_id FROM true_harm GROUP BY person_id HAVING NOT bool_or(recorded))")


def _count(engine: Engine, table: str) -> int:
    return int(engine.fetch(f"SELECT count(*) AS n FROM {table}")["n"][0].as_py())


def _share(engine: Engine, subjects: int, as_of: date, trigger: Trigger) -> float:
    age = trigger.subject
    young = engine.fetch(
        "SELECT count(*) AS n FROM true_person WHERE date_sub('year', CAST(born AS DATE), $as_of) BETWEEN $from AND $under - 1 AND died IS NULL",
        {"as_of": as_of, "from": age.from_years or 0, "under": age.under_years or 200},
    )["n"][0].as_py()
    return round(subjects / young, 6) if young else 0.0
