"""Does one search over a made-up force end in right, explained, private and repeatable packages?"""

from __future__ import annotations

import gc
import gzip
import json
import re
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from headwater.engine import DuckDBEngine
from headwater.records import Lake, LakeError, verify_log
from headwater.synthetic import make_force
from headwater.triggers.finding.protection import WITHHELD
from headwater.triggers.measuring.measure import measure
from headwater.triggers.packages.package import Package
from headwater.triggers.runs.explain import explain
from headwater.triggers.runs.find import NotFound, find_package
from headwater.triggers.search import SearchReport, search

MARKED = "MARKED-SENTENCE-7Q4"


@pytest.fixture(scope="module")
def force(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("force")
    make_force(folder, people=2000, seed=11, progress=lambda stage, done, total: None)
    return folder


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return Lake.open(tmp_path_factory.mktemp("data") / "lake")


@pytest.fixture(scope="module")
def report(force: Path, lake: Lake) -> SearchReport:
    with DuckDBEngine() as engine:
        return search(lake, engine=engine, inputs=[force / "exports"], made_up=True)


def packages(report: SearchReport) -> list[Package]:
    return [
        Package.model_validate_json(path.read_text("utf-8"))
        for path in sorted((report.folder / "packages").glob("*.json"))
    ]


def test_a_search_drafts_packages_and_every_page_says_draft_and_made_up(report: SearchReport) -> None:
    assert report.drafts == len(packages(report)) > 0
    for path in (report.folder / "packages").glob("*.html"):
        page = path.read_text("utf-8")
        assert "Draft: not confirmed" in page
        assert "Made up" in page


def test_every_quote_stands_word_for_word_in_a_record_that_the_item_names(lake: Lake, report: SearchReport) -> None:
    told: dict[str, list[str]] = {}
    for path in lake.batch_files("narrative"):
        for row in pq.read_table(path, columns=["event_id", "text"]).to_pylist():
            told.setdefault(row["event_id"], []).append(row["text"])
    quotes = [
        (quote, [text for record in item.records for text in told.get(record.event_id, [])])
        for package in packages(report)
        for kind in package.evidence
        for item in kind.items
        for quote in item.quotes
    ]
    exact = [(quote, texts) for quote, texts in quotes if WITHHELD not in quote.text]
    assert len(exact) > 20
    for quote, texts in exact:
        assert any(quote.text.removesuffix(" …") in text for text in texts), quote.text
        # Without words to point at, it is how the crime was done, as the crime record says.
        assert 0 <= quote.start < quote.end <= len(quote.text) or (quote.end == 0 and quote.whose)


def test_the_same_search_gives_the_same_bytes(force: Path, report: SearchReport, tmp_path: Path) -> None:
    with DuckDBEngine(threads=1) as engine:
        again = search(Lake.open(tmp_path / "lake"), engine=engine, inputs=[force / "exports"], made_up=True)
    first, second = (
        {p.relative_to(r.folder): p.read_bytes() for p in r.folder.rglob("*") if p.is_file() and p.name != "run.json"}
        for r in (report, again)
    )
    assert first == second


def test_one_marked_sentence_of_intelligence_reaches_no_output(force: Path, lake: Lake, report: SearchReport) -> None:
    exported = b"".join(path.read_bytes() for path in (force / "exports").glob("intelligence*"))
    assert MARKED.encode() in exported
    for path in report.folder.rglob("*"):
        if path.is_file():
            assert MARKED.encode() not in path.read_bytes(), path
    assert MARKED not in (lake.folder / "log" / "consultations.jsonl").read_text("utf-8")
    for path in (lake.folder / "derived").rglob("*.parquet"):
        assert MARKED not in json.dumps(pq.read_table(path).to_pylist(), default=str), path
    with DuckDBEngine() as engine:
        for package in packages(report):
            assert MARKED not in json.dumps(explain(lake, engine, package), default=str)


def test_explain_leads_to_the_bytes_of_the_export(force: Path, lake: Lake, report: SearchReport) -> None:
    package = next(p for p in packages(report) if not p.subject.address_withheld)
    with DuckDBEngine() as engine:
        found = explain(lake, engine, find_package(lake, package.package_id))
    rows = [row for item in found["evidence"] for row in item["rows"] if "(text withheld" not in row["text"]]
    assert rows
    for row in rows:
        path = force / "exports" / row["file"]
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        shift = 3 if content.startswith(b"\xef\xbb\xbf") else 0
        encoding = "windows-1252" if row["source"] == "custody" else "utf-8"
        words = content[shift + row["byte_start"] : shift + row["byte_end"]].decode(encoding)
        assert words == row["text"] or WITHHELD in row["text"], row


def test_an_unknown_package_is_not_found(lake: Lake, report: SearchReport) -> None:
    with pytest.raises(NotFound):
        find_package(lake, "K-000000000000")


def test_the_search_is_written_to_the_consultation_log_whose_chain_holds(lake: Lake, report: SearchReport) -> None:
    assert verify_log(lake) >= 1
    path = lake.folder / "log" / "consultations.jsonl"
    copy = path.read_bytes()
    try:
        path.write_bytes(copy.replace(b'"command": "search"', b'"command": "nothing"', 1) + copy)
        with pytest.raises(LakeError, match="was changed"):
            verify_log(lake)
    finally:
        path.write_bytes(copy)


def test_no_draft_is_of_somebody_over_the_age_or_without_evidence_that_counts(report: SearchReport) -> None:
    for package in packages(report):
        assert package.subject.age is not None
        assert package.subject.age < 25
        counted = [item for kind in package.evidence for item in kind.items if item.counts]
        assert counted
        assert all(item.age_at_event is not None and item.age_at_event < 18 for item in counted)
        assert all(item.handling == "ordinary" for item in counted)


def test_words_that_are_never_used_of_somebody_not_convicted(report: SearchReport) -> None:
    """Nowhere in a package but in the words of a record itself."""
    for package in packages(report):
        page = (report.folder / "packages" / f"{package.package_id}.html").read_text("utf-8")
        page = re.sub(r"<blockquote.*?</blockquote>|“<bdi>.*?</bdi>”", "", page, flags=re.DOTALL)
        assert not re.search(r"risk score|\boffender\b", page, flags=re.IGNORECASE)


def test_the_search_is_measured_against_the_truth(force: Path, tmp_path: Path) -> None:
    with DuckDBEngine() as engine:
        found = measure(Lake.open(tmp_path / "lake"), engine, force)
    assert found["true"] > 0
    assert found["precision"] >= 0.7
    assert found["recall"] >= 0.75
    assert found["identity"]["f1"] >= 0.98
    assert sum(row["people"] for row in found["identity_by_name_origin"].values()) > 500
    assert found["overlinking"]["family"]["pairs"] > found["overlinking"]["family"]["joined"]
    assert found["ablation"]["no_text"]["recall"] < found["recall"]
    assert found["ablation"]["no_households"]["recall"] < found["recall"]
    shutil.rmtree(tmp_path / "lake")


def test_a_line_about_somebody_else_parts_its_records_in_the_next_search(lake: Lake, report: SearchReport) -> None:
    """Last in this file: the decision stays in the lake."""
    from headwater.identity import link, list_decisions, open_identity
    from headwater.records import open_records
    from headwater.triggers.answers.wrong_person import part_records

    with DuckDBEngine() as engine:
        for package in packages(report):
            lines = [item.evidence_id for kind in package.evidence for item in kind.items]
            told = {"reason": "That is a cousin of the same name.", "role": "neighbourhood team", "user": "tester"}
            decision = next(
                (
                    made
                    for line in lines
                    if (made := part_records(lake, engine, package_id=package.package_id, evidence_id=line, **told))
                ),
                None,
            )
            if decision is not None:
                break
        assert decision is not None
        assert decision in list_decisions(lake)
        open_records(engine, lake)
        open_identity(engine, link(engine, lake))
        people = engine.fetch(
            "SELECT count(DISTINCT person_id) AS n FROM person WHERE person_record_id IN ($a, $b)",
            {"a": decision.record_a, "b": decision.record_b},
        ).to_pylist()
    assert people == [{"n": 2}]


def test_a_search_that_fails_while_drafting_leaves_collecting_as_it_was(
    report: SearchReport, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    while_drafting = []

    def fail(*told: object, **named: object) -> None:
        while_drafting.append(gc.isenabled())
        raise LakeError("made to fail")

    monkeypatch.setattr("headwater.triggers.runs.drafting.assemble", fail)
    with DuckDBEngine() as engine, pytest.raises(LakeError, match="made to fail"):
        search(lake, engine=engine, made_up=True)
    assert while_drafting == [False]
    assert gc.isenabled()
