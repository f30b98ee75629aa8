"""What leaves the desk: confirmed only, logged before it is there, with third parties by their part and no address of theirs.

Everybody in these stories is made up.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from pydantic import BaseModel
from pypdf import PdfReader

from headwater.engine import DuckDBEngine
from headwater.records import Lake
from headwater.triggers.desk import confirmed_packages, keep_decisions
from headwater.triggers.handover import (
    HandOverError,
    NotConfirmed,
    hand_over,
    read_disclosures,
    set_package,
    team_csv,
    to_share,
)
from headwater.triggers.packages.package import IntelligenceHeld, Package, TellAnother, UpdateFor
from headwater.triggers.runs.find import read_packages
from headwater.triggers.search import search
from tests.triggers.desk.conftest import Desk
from tests.triggers.world import (
    TODAY,
    Home,
    Who,
    World,
    a_family,
    child_of_the_home,
    father,
    mother,
    present,
    suspect,
    victim,
)

world = World()

# Nadia lives with her mother, her brother and the man suspected of hitting her mother. Her mother's friend is in a note too.

nadia_mother, nadia = a_family("Nadiaham", born="2006-05-05")
brother = Who("Brotho", "Nadiaham", "2008-06-06", "M", nadia.home)
man = Who("Manfred", "Otherman", "1975-07-07", "M", nadia.home)
world.crime(
    "2016-01-01",
    victim(nadia_mother),
    suspect(man, "PARTNER"),
    present(nadia),
    present(brother),
    flags="DA",
    scene=nadia.home,
)
world.notice(
    "2016-05-05", nadia, mother(nadia_mother), father(man), child_of_the_home(brother, "SIBLING"),
    text="Mother was drunk and could not stand when Brotho and Manfred Otherman came home.", voice="Manfred's shouting makes Brotho cry.",
)  # fmt: skip

# Olek's mother left his father and lives at a new address, which a notice about Olek names; Olek stays with his father.

olek_mother, olek = a_family("Olekham", born="2005-05-05")
new_home = Home("77 Hidingplace Lane", "DY9 7QQ")
his_father = Who("Fathero", "Olekham", "1974-01-02", "M", olek.home)
world.crime(
    "2016-01-02", victim(olek_mother), suspect(his_father, "EX_PARTNER"), present(olek), flags="DA", scene=olek.home
)
world.crime(
    "2016-08-08",
    victim(olek_mother.but(nominal="N-OM").at(new_home)),
    suspect(his_father, "EX_PARTNER"),
    flags="DA",
    scene=new_home,
)
world.notice(
    "2016-09-09", olek, mother(olek_mother.at(new_home)), father(his_father),
    text="Father was drunk. Mother now lives at 77 Hidingplace Lane, DY9 7QQ and father was drunk there too.",
)  # fmt: skip

# A name that a spreadsheet would run.

risky_mother, risky = a_family("Riskyham", born="2006-06-06")
risky = risky.but(given="=cmd()")
world.crime("2016-01-03", victim(risky_mother), present(risky), flags="DA", scene=risky.home)
world.notice("2016-05-05", risky, mother(risky_mother), text="Mother was drunk and could not stand.")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    folder = tmp_path_factory.mktemp("handover")
    exports = world.export(folder / "exports")
    lake = Lake.open(folder / "lake")
    with DuckDBEngine(threads=2) as engine:
        report = search(lake, engine=engine, inputs=[exports], as_of=TODAY, made_up=True)
    desk = Desk(lake, report, exports)
    for package in read_packages(desk.folder):
        keep_decisions(lake, desk.all_of(package))
    return desk


@pytest.fixture(scope="module")
def packages(desk: Desk) -> dict[str, Package]:
    return {
        package.subject.name.split()[0]: package for package in confirmed_packages(desk.lake, desk.folder, desk.trigger)
    }


@pytest.fixture(scope="module")
def handed(desk: Desk, packages: dict[str, Package], tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("out") / "teams"
    hand_over(desk.lake, list(packages.values()), target, desk.trigger, run=desk.report.run, purpose="welfare")
    return target


def test_a_draft_never_leaves(desk: Desk, tmp_path: Path) -> None:
    drafts = list(desk.drafts().values())
    with pytest.raises(NotConfirmed, match="is a draft"):
        hand_over(desk.lake, drafts, tmp_path / "teams", desk.trigger, run="r", purpose="welfare")
    assert not (tmp_path / "teams").exists()
    with pytest.raises(HandOverError, match="Nothing is confirmed"):
        hand_over(desk.lake, [], tmp_path / "teams", desk.trigger, run="r", purpose="welfare")


def test_third_parties_are_told_by_their_part_and_who_cares_for_the_child_by_name(packages: dict[str, Package]) -> None:
    shared = to_share(packages["Nadio"])
    names = {member.relationship: member.name for member in shared.household}
    assert names["parent"] in (f"{nadia_mother.given} Nadiaham", "Parent, 41 years")
    text = shared.model_dump_json()
    assert "Brotho" not in text
    assert "Manfred" not in text
    assert "Otherman" not in text
    assert "[brother or sister]" in text
    assert nadia_mother.given in text
    assert "Nadia" in shared.subject.name


STAYS = {
    "package_id", "status", "evidence_id", "indicator", "strength", "sureness", "handling", "occurrence", "source", "source_title", "reference",
    "event_id", "batch", "relationship", "certainty", "kind", "person_id", "name", "other_names", "address", "address_note", "area", "sex",
    "sources_joined", "doubts", "team_id", "npu", "lane", "lead", "small_area", "fired_by", "exclusions", "title", "claims", "does_not_claim",
    "about", "version", "ask", "answer", "where", "by", "at",
}  # fmt: skip
"""Fields that hold an id, a code, a word of the catalogue, the subject's own facts or a professional. A new field with words in it fails
the test below until it is rewritten or named here."""


def plant(value: Any, secret: str) -> Any:
    """The part with the secret in every text of it; lists that are empty get nothing."""
    if isinstance(value, str):
        return secret
    if isinstance(value, list):
        return [plant(one, secret) for one in value]
    if isinstance(value, BaseModel):
        update = {
            name: plant(getattr(value, name), secret)
            for name in type(value).model_fields
            if name not in STAYS and name not in ("method", "household", "lived_with_before", "confirmed", "subject", "team")
        }  # fmt: skip
        return value.model_copy(update=update)
    return value


def test_no_field_with_words_in_it_lets_a_name_through(packages: dict[str, Package]) -> None:
    package = packages["Nadio"]
    full = package.model_copy(
        update={
            "protective": package.evidence,
            "update_for": UpdateFor(reason="x", lead="A. Worker", since=None),
            "tell_another": TellAnother(reason="x", since=None, small_area="E0"),
            "intelligence": [IntelligenceHeld(reference="I-1", text="x")],
            "contact_safely": "x",
        }
    )
    hostile = plant(full, "then Manfred Otherman came")
    text = hostile.model_dump_json(exclude={"household", "lived_with_before", "subject"})
    assert text.count("Manfred") > 30
    shared = to_share(hostile).model_dump_json()
    assert "Manfred" not in shared
    assert "Otherman" not in shared


def test_what_protects_is_told_without_the_names_of_others(packages: dict[str, Package]) -> None:
    package = packages["Nadio"]
    assert "Manfred" in str(package.evidence)
    shared = to_share(package.model_copy(update={"protective": package.evidence}))
    assert "Manfred" not in str(shared.protective)
    for quote in (quote for kind in shared.protective for item in kind.items for quote in item.quotes):
        assert 0 <= quote.start <= quote.end <= len(quote.text)


def test_a_package_never_reveals_where_somebody_has_gone_to(packages: dict[str, Package], handed: Path) -> None:
    assert "Hidingplace" not in packages["Oleko"].model_dump_json()
    assert "7QQ" not in packages["Oleko"].model_dump_json()
    assert "[address withheld]" in packages["Oleko"].model_dump_json()
    for path in handed.rglob("*"):
        if path.is_file():
            assert b"Hidingplace" not in path.read_bytes(), path


def test_every_file_is_in_the_disclosure_log_with_its_digest_and_the_team(desk: Desk, handed: Path) -> None:
    logged = {line["file"]: line for line in read_disclosures(desk.lake)}
    files = {
        str(path.relative_to(handed)): path
        for path in handed.rglob("*")
        if path.is_file() and "assets" not in path.parts
    }
    assert set(files) == set(logged)
    for name, path in files.items():
        assert logged[name]["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
        assert logged[name]["team"] == "Ash Bridge End"
        assert logged[name]["purpose"] == "welfare"
    text = (desk.lake.folder / "log" / "disclosures.jsonl").read_text("utf-8")
    assert "Nadia" not in text
    before = ""
    for line in text.encode().splitlines():
        assert json.loads(line)["before"] == before
        before = hashlib.sha256(line).hexdigest()


def test_a_killed_hand_over_leaves_no_folder(
    desk: Desk, packages: dict[str, Package], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr("headwater.triggers.handover.write.log_disclosure", fail)
    with pytest.raises(OSError, match="the disk is full"):
        hand_over(desk.lake, list(packages.values()), tmp_path / "teams", desk.trigger, run="r", purpose="welfare")
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_is_removed_by_the_next_hand_over(
    desk: Desk, packages: dict[str, Package], tmp_path: Path
) -> None:
    """A process that is killed cannot tidy up, and what it leaves is about people."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    left, others = tmp_path / f".teams.{gone.pid}.part", tmp_path / f".others.{gone.pid}.part"
    at_work = tmp_path / f".teams.{os.getppid()}.part"
    for folder in (left, others, at_work):
        folder.mkdir()
        (folder / "half").write_text("x", encoding="utf-8")
    hand_over(desk.lake, list(packages.values())[:1], tmp_path / "teams", desk.trigger, run="r2", purpose="welfare")
    assert not left.exists()
    assert others.exists()
    assert at_work.exists()


def test_the_list_is_safe_in_a_spreadsheet(packages: dict[str, Package], handed: Path) -> None:
    rows = list(csv.DictReader(io.StringIO((handed / "BE25" / "list.csv").read_text("utf-8-sig"))))
    risky_row = next(row for row in rows if "cmd" in row["name"].lower())
    assert risky_row["name"].startswith("'=")
    for start in ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"):
        hostile = packages["Nadio"].model_copy(update={"why_now": f'{start}SUM(A1),"x"\ny'})
        (row,) = csv.DictReader(io.StringIO(team_csv([hostile]), newline=""))
        assert row["why_now"] == f'\'{start}SUM(A1),"x"\ny'


def test_tables_for_other_systems_hold_confirmed_packages_only(handed: Path) -> None:
    packages = pq.read_table(handed / "BE25" / "packages.parquet").to_pylist()
    assert len(packages) == 4
    assert all(row["confirmed_at"] for row in packages)
    evidence = pq.read_table(handed / "BE25" / "evidence.parquet").to_pylist()
    assert {row["package_id"] for row in evidence} == {row["package_id"] for row in packages}
    household = pq.read_table(handed / "BE25" / "household.parquet").to_pylist()
    assert "Manfred" not in str(household)


def test_the_pdf_is_tagged_titled_and_in_english_and_says_what_the_page_says(packages: dict[str, Package]) -> None:
    made = set_package(to_share(packages["Nadio"]))
    reader = PdfReader(io.BytesIO(made))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert str(root["/Lang"]).startswith("en")
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert reader.metadata.title == f"Package {packages['Nadio'].package_id}"
    assert b"pdfuaid:part" in bytes(root["/Metadata"].get_data())
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    assert "Contact safely." in text
    assert "Made up: these people do not exist." in text
    assert "What the child said" in text
    assert set_package(to_share(packages["Nadio"])) == made, "the same package gives the same bytes"


def test_words_of_a_record_cannot_change_the_paper(packages: dict[str, Package]) -> None:
    hostile = packages["Nadio"].model_copy(update={"why_now": '#read("/etc/passwd") $x$ *bold* = Heading\\ "quoted"'})
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(set_package(hostile))).pages)
    assert '#read("/etc/passwd") $x$ *bold*' in " ".join(text.split())
    assert "root:" not in text


def test_a_confirmed_page_says_that_it_is_confirmed_and_a_draft_that_it_is_not(
    desk: Desk, handed: Path, packages: dict[str, Package]
) -> None:
    name = packages["Nadio"].package_id
    page = (handed / "BE25" / "packages" / f"{name}.html").read_text("utf-8")
    assert "This is a draft" not in page
    assert "An analyst has confirmed" in page
    assert "assets/confirmed.css" in page
    assert "P-" not in page.split("</head>")[1].replace("PN-", "")
    draft = (desk.folder / "packages" / f"{name}.html").read_text("utf-8")
    assert "This is a draft" in draft
    assert "confirmed.css" not in draft
