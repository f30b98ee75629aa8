"""Does any command print what intelligence says, to the screen, to a machine or to a log? Everybody is made up."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from pypdf import PdfReader

from headwater.cli.console import OK
from tests.cli.conftest import Run
from tests.triggers.world import World, a_family, mother, present, victim

MARKED = "Numbat xylophone sentence"
TITLE = "Wombat heading"
ALIAS = "Pangolinski"
SECRETS = ["Numbat", "xylophone", "Wombat", "Pangolinski", "PANGOLINSKI", "20010203"]


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    """A family of whom a report speaks, and a report whose columns are shifted, so that its own words stand where a date belongs."""
    world = World()
    parent, child = a_family("Eldermoss")
    world.crime("2016-05-05", victim(parent), present(child), flags="DA", scene=child.home)
    world.notice("2016-12-12", child, mother(parent), text="Mother was drunk and could not stand.")
    world.notice("2016-12-13", a_family("Quietmoss")[1], text="Seen at home.")
    world.intelligence("2017-03-01", child.but(family=ALIAS), f"{MARKED}. He is in prison.", title=TITLE)
    world.intelligence("2017-03-02", child.but(born="2001-02-03"), MARKED, title=TITLE)
    world.intelligence("2017-03-03", child, MARKED, title=TITLE)
    world.rows["intelligence"][-1]["SUBMITTED"] = MARKED
    world.rows["intelligence"][-1]["HANDLING_GRADE"] = ALIAS
    return world.export(tmp_path / "exports")


def test_no_command_says_a_word_of_intelligence(run: Run, exports: Path) -> None:
    assert MARKED in (exports / "intelligence_made_up.txt").read_text("windows-1252")
    package = ""
    for options in ([], ["--json"]):
        for command in (
            ["load", str(exports)], ["link"], ["read"], ["search", "--as-of", "2017-03-31"], ["explain", "PACKAGE"], ["sources"],
            ["sources", "intelligence", "--set-aside"], ["triggers"], ["doctor"],
        ):  # fmt: skip
            said = run("--log", "debug", *[package if word == "PACKAGE" else word for word in command], *options)
            assert said.code == OK, (command, said.err)
            for secret in SECRETS:
                assert secret not in said.out, command
                assert secret not in said.err, command
            if command[0] == "search":
                (found,) = Path(".headwater/lake/runs").glob("*/packages/K-*.json")
                package = found.stem
    assert "intelligence" in run("explain", package).out.lower()


def test_a_row_of_intelligence_that_was_set_aside_is_listed_without_its_words(run: Run, exports: Path) -> None:
    run("load", str(exports))
    listed = json.loads(run("sources", "intelligence", "--set-aside", "--json").out)["set_aside"]
    assert {row["value"] for row in listed} == {"(not said: intelligence)"}
    assert listed[0]["row_no"] == 3


def test_no_command_of_the_desk_says_or_writes_a_word_of_intelligence(run: Run, exports: Path) -> None:
    run("search", str(exports), "--as-of", "2017-03-31")
    (found,) = Path(".headwater/lake/runs").glob("*/packages/K-*.json")
    run("review", "--write", "sheet.csv")
    rows = list(csv.DictReader(io.StringIO(Path("sheet.csv").read_text("utf-8-sig"))))
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(row | {"verdict": "confirmed"} for row in rows)
    Path("filled.csv").write_text(text.getvalue(), encoding="utf-8")
    for command in (
        ["review", "--list"], ["review", "--read", "filled.csv"], ["review", "--list", "--json"], ["excluded"], ["tune", "tipt", "--set", "window=1mo"],
        ["hand-over", "out"], ["report", "report"], ["report", "report-public", "--public"], ["feedback", "--json"], ["explain", found.stem],
        ["sample", "--each", "1", "--write", "sample.csv"],
    ):  # fmt: skip
        said = run("--log", "debug", *command)
        assert said.code == OK, (command, said.err)
        for secret in SECRETS:
            assert secret not in said.out, command
            assert secret not in said.err, command
    written = [path for name in ("out", "report", "report-public") for path in Path(name).rglob("*") if path.is_file()]
    assert any(path.suffix == ".pdf" for path in written)
    for path in [*written, Path("sheet.csv"), Path("sample.csv")]:
        words = path.read_bytes().decode("utf-8", "replace")
        if path.suffix == ".pdf":
            words = " ".join(page.extract_text() for page in PdfReader(path).pages)
        if path.suffix == ".parquet":
            words = str(pq.read_table(path).to_pylist())
        for secret in SECRETS:
            assert secret not in words, path
    package = next(Path("out").rglob("K-*.json")).read_text("utf-8")
    assert "Intelligence held: ask the force intelligence bureau" in package
