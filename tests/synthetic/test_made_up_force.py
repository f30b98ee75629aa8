"""Is the made-up force what it says: the same every time, in the shapes of its seven sources, and true to its truth?"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from pathlib import Path
from time import strptime

import polars as pl
import pytest

from headwater.synthetic import ForceReport, make_force
from headwater.synthetic.force import ForceError
from headwater.synthetic.ledger import SOURCES
from tests.synthetic.exports_reader import (
    KEYS,
    SHAPES,
    read_incidents,
    read_notices,
    read_record_ids,
    read_separated,
    read_texts,
)

INDICATORS = {
    "household_domestic_abuse",
    "household_imprisonment",
    "repeat_missing",
    "care_experience",
    "household_substance_misuse",
    "child_abuse",
    "household_mental_ill_health",
    "household_suicide_attempt",
    "homelessness",
    "bereavement",
}


@pytest.fixture(scope="module")
def force(tmp_path_factory: pytest.TempPathFactory) -> ForceReport:
    return make_force(tmp_path_factory.mktemp("force"), people=6000, seed=5)


@pytest.fixture(scope="module")
def texts(force: ForceReport) -> dict[str, str]:
    return read_texts(force.folder / "exports")


def truth(force: ForceReport, name: str) -> pl.DataFrame:
    return pl.read_parquet(force.folder / "truth" / f"{name}.parquet")


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not(tmp_path: Path) -> None:
    made = [
        digests(make_force(tmp_path / name, people=700, seed=seed).folder)
        for name, seed in (("a", 1), ("b", 1), ("c", 2))
    ]
    assert made[0] == made[1]
    assert {name for name in made[0] if name in made[2] and made[0][name] == made[2][name]} <= set()


def test_the_smallest_force_has_every_source_and_every_table_of_truth(tmp_path: Path) -> None:
    report = make_force(tmp_path, people=200, seed=9)
    assert set(report.events) == set(SOURCES)
    assert {path.stem for path in (tmp_path / "truth").glob("*.parquet")} == {
        "person", "person_record", "address", "household_member", "tie", "harm", "mention", "record_fault", "occurrence",
    }  # fmt: skip
    assert len(truth(report, "person")) == 200


def test_too_few_people_and_a_folder_in_use_are_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(ForceError, match="at least 200"):
        make_force(tmp_path / "small", people=199, seed=1)
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "crime_2012.csv").write_text("mine")
    with pytest.raises(ForceError, match="not empty"):
        make_force(tmp_path, people=300, seed=1)
    assert (tmp_path / "exports" / "crime_2012.csv").read_text() == "mine"


def test_progress_is_told_stage_by_stage(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    make_force(tmp_path, people=200, seed=1, progress=lambda *step: told.append(step))
    assert [done for _, done, _ in told] == list(range(len(told)))
    assert told[-1][1] == told[-1][2]


@pytest.mark.parametrize("source", sorted(SHAPES))
def test_delimited_exports_have_their_columns_letters_and_dates(force: ForceReport, source: str) -> None:
    _, _, _, moment, day = SHAPES[source]
    rows = list(read_separated(force.folder / "exports", source))
    assert rows
    times = {
        "crime": ["REPORTED_AT", "COMMITTED_FROM", "COMMITTED_TO"],
        "custody": ["ARRIVED", "RELEASED"],
        "missing": ["REPORTED_AT", "LAST_SEEN_AT", "RETURNED_AT"],
    }.get(source, [])
    days = {
        "crime": ["DOB"],
        "custody": ["DOB", "COURT_DATE"],
        "missing": ["DOB", "INFORMANT_DOB"],
        "intelligence": ["DOB", "SUBMITTED"],
        "childrens_services": ["DOB", "START", "END", "PARENT1_DOB"],
    }[source]
    for row in rows:
        for columns, form in ((times, moment), (days, day)):
            for column in columns:
                if row[column]:
                    assert strptime(row[column], form)[:5] <= (2017, 3, 31, 23, 59), (column, row)


def test_files_have_the_line_ends_and_marks_of_their_systems(force: ForceReport) -> None:
    exports = force.folder / "exports"
    assert (exports / "missing_2016.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in (exports / "crime_2016.csv").read_bytes()
    assert not (exports / "crime_2016.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert (exports / "incidents_2014.jsonl.gz").read_bytes()[:2] == b"\x1f\x8b"
    assert len(list(exports.glob("crime*.csv"))) == 7


def test_notices_and_logs_are_nested_as_agreed(force: ForceReport) -> None:
    exports = force.folder / "exports"
    address = {"line", "postcode", "uprn", "lsoa", "premises", "protected"}
    for notice in read_notices(exports):
        assert set(notice) == {
            "ref", "version", "kind", "created", "grade", "incident_log", "crime_no", "status", "address", "boxes", "people",
            "narrative", "voice", "submitted_by",
        }  # fmt: skip
        assert set(notice["address"]) == address
        assert [person["no"] for person in notice["people"]] == list(range(1, len(notice["people"]) + 1))
        assert notice["people"][0]["role"] == "SUBJECT"
        assert all(person["lives_here"] in (True, False, None) for person in notice["people"])
    for log in read_incidents(exports):
        assert set(log) == {
            "log", "version", "opened", "closed", "type_opening", "type_closing", "qualifiers", "priority", "result", "crime_no",
            "location", "people", "running_log",
        }  # fmt: skip
        assert strptime(log["opened"], "%Y-%m-%dT%H:%M:%S")
        assert all(re.match(r"\d\d:\d\d:\d\d ", line) for line in log["running_log"].split("\n"))


def test_later_files_bring_higher_versions_exact_repeats_and_broken_rows(force: ForceReport) -> None:
    exports = force.folder / "exports"
    seen: dict[tuple[str, str], set[str]] = {}
    whole: Counter[tuple[str, ...]] = Counter()
    for row in read_separated(exports, "crime"):
        seen.setdefault((row["CRIME_NO"], row["PERSON_SEQ"]), set()).add(row["VERSION"])
        whole[tuple(row.values())] += 1
    assert {"1"} in seen.values()
    assert {"1", "2"} in seen.values()
    assert {"2"} not in seen.values()
    assert max(whole.values()) == 2
    cancelled = [row for row in read_separated(exports, "crime") if row["STATUS"] == "CANCELLED"]
    assert cancelled
    assert {row["VERSION"] for row in cancelled} == {"2"}
    assert force.broken_rows == 27
    assert sum(force.rows.values()) > sum(len(list(read_separated(exports, source))) for source in SHAPES)


@pytest.mark.parametrize("source", sorted(SHAPES))
def test_a_key_and_version_names_one_content(force: ForceReport, source: str) -> None:
    contents: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
    second = {"crime": "PERSON_SEQ", "intelligence": "SUBJECT_SEQ"}.get(source)
    for row in read_separated(force.folder / "exports", source):
        key = (row[KEYS[source]], row["VERSION"], row[second] if second else "")
        contents.setdefault(key, set()).add(tuple(row.values()))
    assert all(len(found) == 1 for found in contents.values())


def test_the_truth_knows_every_person_record_and_no_other(force: ForceReport) -> None:
    known = truth(force, "person_record")
    assert known["person_record_id"].is_unique().all()
    assert set(known["person_record_id"]) == read_record_ids(force.folder / "exports")
    assert set(known["person_id"]) <= set(truth(force, "person")["person_id"])


def test_every_mention_is_a_passage_of_its_text(force: ForceReport, texts: dict[str, str]) -> None:
    people = set(truth(force, "person")["person_id"])
    mentions = truth(force, "mention")
    assert len(mentions) > 500
    for row in mentions.to_dicts():
        passage = texts[row["narrative_id"]][row["start"] : row["end"]]
        assert len(passage) == row["end"] - row["start"] > 2
        assert passage == passage.strip()
        assert not re.search(r"[{}\[\]]", passage)
        assert row["about_person_id"] is None or row["about_person_id"] in people


def test_no_text_keeps_a_slot_or_a_mark(texts: dict[str, str]) -> None:
    assert not [text for text in texts.values() if re.search(r"[{}\[\]|]", text)]


def test_traps_outnumber_true_mentions_and_come_in_every_kind(force: ForceReport) -> None:
    mentions = truth(force, "mention")
    traps = mentions.filter("is_trap")
    assert len(traps) > len(mentions) - len(traps)
    assert set(traps["trap"].unique()) == {
        "negated", "historical", "hypothetical", "withdrawn", "neighbour", "other_person", "lives_elsewhere",
    }  # fmt: skip
    assert mentions.filter(
        ~pl.col("is_trap"), pl.any_horizontal("negated", "historical", "hypothetical", "withdrawn")
    ).is_empty()
    assert mentions.filter(
        pl.col("trap").is_in(["neighbour", "other_person", "lives_elsewhere"]), ~pl.col("elsewhere")
    ).is_empty()
    assert set(mentions["experiencer"].unique()) == {"subject", "other"}


def test_harms_name_real_records_and_some_are_never_recorded(force: ForceReport) -> None:
    harms = truth(force, "harm")
    assert set(harms["kind"].unique()) == INDICATORS
    events = set(truth(force, "occurrence")["event_id"])
    recorded = harms.filter("recorded")
    assert set(recorded["event_id"]) <= events
    assert harms.filter(~pl.col("recorded"))["event_id"].null_count() == len(harms) - len(recorded) > 0
    assert force.share.harmed_unrecorded > 0


def test_one_thing_that_happened_is_told_by_several_systems(force: ForceReport) -> None:
    occurrences = truth(force, "occurrence")
    assert occurrences["event_id"].is_unique().all()
    told = occurrences.with_columns(source=pl.col("event_id").str.split(":").list.first())
    systems = told.group_by("occurrence_id").agg(pl.col("source").n_unique())["source"]
    assert (systems >= 3).sum() > 20


def test_nobody_lives_in_two_households_at_once(force: ForceReport) -> None:
    stays = truth(force, "household_member").sort("person_id", "from_date")
    assert (stays["to_date"].is_null() | (stays["to_date"] > stays["from_date"])).all()
    overlap = stays.with_columns(
        following=pl.col("from_date").shift(-1).over("person_id"), person_after=pl.col("person_id").shift(-1)
    ).filter(
        pl.col("following").is_not_null() & (pl.col("to_date").is_null() | (pl.col("to_date") > pl.col("following")))
    )
    assert overlap.is_empty()
    assert set(stays["person_id"]) == set(truth(force, "person")["person_id"])


def test_places_are_shared_as_in_life_and_cannot_be_real(force: ForceReport) -> None:
    addresses = truth(force, "address")
    assert addresses["uprn"].str.starts_with("99").all()
    assert addresses["postcode"].str.contains(r"^[A-Z]{1,2}\d{1,2} \d[CIKMOV]{2}$").all()
    assert addresses["lsoa"].str.contains(r"^E010\d{5}$").all()
    assert addresses.filter(premises="refuge")["protected"].all()
    stays = truth(force, "household_member").join(addresses, on="address_id")
    sharing = stays.group_by("address_id", "premises").agg(pl.col("household_id").n_unique())
    most = dict(sharing.group_by("premises").agg(pl.col("household_id").max()).rows())
    assert most["hostel"] > 20
    assert most["hmo"] >= 4


def test_faults_are_as_frequent_as_in_records_of_this_kind(force: ForceReport) -> None:
    faults, records = truth(force, "record_fault"), len(truth(force, "person_record"))
    assert set(faults["record_id"]) <= set(truth(force, "person_record")["person_record_id"])
    of_identity = faults.filter(pl.col("fault") != "missing_address")
    assert 0.10 < of_identity["record_id"].n_unique() / records < 0.17
    share = {name: count / records for name, count in faults.group_by("fault").len().rows()}
    assert 0.02 < share["missing_dob"] < 0.06
    assert 0.008 < share["default_dob"] < 0.025
    assert {"typo", "nickname", "swapped_names", "transliteration", "maiden_name", "alias"} <= set(share)


def test_pnc_ids_carry_the_right_check_letter_and_belong_to_one_person(force: ForceReport) -> None:
    letters = "ZABCDEFGHJKLMNPQRTUVWXY"
    owner: dict[str, str] = {}
    people = dict(truth(force, "person_record").rows())
    for row in read_separated(force.folder / "exports", "custody"):
        if not row["PNC_ID"]:
            continue
        year, rest = row["PNC_ID"].split("/")
        serial, letter = rest[:-1].zfill(7), rest[-1]
        assert letters[int(year[-2:] + serial) % 23] == letter
        whole = f"{year[-2:]}/{serial}"
        assert owner.setdefault(whole, people[f"custody:{row['CUSTODY_NO']}"]) == people[f"custody:{row['CUSTODY_NO']}"]
    assert len(owner) > 50


def test_one_intelligence_report_carries_the_marked_sentence(force: ForceReport) -> None:
    sentence = "MARKED-SENTENCE-7Q4 the grey heron waits by the third lock"
    exports = force.folder / "exports"
    reports = {row["REPORT_REF"] for row in read_separated(exports, "intelligence") if sentence in row["TEXT"]}
    assert len(reports) == 1
    others = [path for path in exports.iterdir() if not path.name.startswith(("intelligence", "incidents_2014"))]
    assert not [path for path in others if sentence.encode() in path.read_bytes()]
    people = dict(truth(force, "person_record").rows())
    subject = people[f"intelligence:{reports.pop()}:1"]
    assert int(subject[1:]) in force.share.persons


def test_names_follow_custom(force: ForceReport) -> None:
    people = truth(force, "person")
    poles = people.filter(name_origin="polish")
    assert not poles.filter(sex="male")["family_name"].str.ends_with("ska").any()
    assert poles.filter(sex="female")["family_name"].str.ends_with("ska").any()
    sikhs = people.filter(name_origin="indian_punjabi")
    assert sikhs.filter(pl.col("sex") == "female")["family_name"].is_in(["Singh"]).mean() < 0.1
    assert people["name_origin"].n_unique() >= 12
    assert people["previous_family_name"].is_not_null().any()


def test_true_subjects_are_few_and_most_cannot_be_seen_in_one_marked_record(tmp_path: Path) -> None:
    share = make_force(tmp_path, people=20_000, seed=3).share
    assert 0.005 <= share.rate <= 0.03
    assert share.needs_text_or_linkage >= 0.4
    assert share.without_text < share.subjects
    assert share.own_records_only < share.subjects


@pytest.mark.full
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_large_force_keeps_its_shares(tmp_path: Path, seed: int) -> None:
    report = make_force(tmp_path, people=100_000, seed=seed)
    assert 0.005 <= report.share.rate <= 0.03
    assert report.share.needs_text_or_linkage >= 0.4
    assert 110_000 <= sum(report.events.values()) <= 145_000
    assert 240_000 <= sum(report.person_records.values()) <= 330_000
    assert report.traps > report.true_mentions
