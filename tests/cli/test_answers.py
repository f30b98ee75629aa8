"""What teams answered, and a blind sample, from the files in which they come."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from headwater.records import Lake
from headwater.triggers.packages.package import Package
from headwater.triggers.runs.find import find_run, read_packages
from tests.cli.conftest import Copied, Run
from tests.triggers.desk.conftest import story
from tests.triggers.world import World, a_family


def tell_five(world: World) -> None:
    for name, day in (("Alphaham", "2016-05-01"), ("Betaham", "2016-04-01"), ("Gammaham", "2016-03-01")):
        story(world, name, drunk=day)
    for name in ("Quietham", "Silentham"):
        world.notice("2016-01-01", a_family(name)[1], text="Seen at home.")


@pytest.fixture
def searched(run: Run, copy_searched: Copied, tmp_path: Path) -> Run:
    copy_searched(tell_five, tmp_path)
    return run


def drafts() -> list[Package]:
    return list(read_packages(find_run(Lake.open(Path(".headwater/lake")))))


def answer_file(*rows: dict[str, str]) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, ["package_id", "answer", "evidence_id", "reason", "team", "by", "answered_on"])
    writer.writeheader()
    writer.writerows(rows)
    Path("answers.csv").write_text(text.getvalue(), encoding="utf-8")


def test_answers_yield_precision_by_trigger_and_by_kind_of_evidence(searched: Run) -> None:
    first, second, third = drafts()
    item = next(
        item for kind in second.evidence for item in kind.items if item.indicator == "household_substance_misuse"
    )
    answer_file(
        {"package_id": first.package_id, "answer": "Taken on", "answered_on": "2017-04-10"},
        {
            "package_id": second.package_id,
            "answer": "wrong evidence",
            "evidence_id": item.evidence_id,
            "answered_on": "2017-04-10",
        },
        {
            "package_id": third.package_id,
            "answer": "not needed",
            "reason": "Moved in with an aunt.",
            "answered_on": "2017-04-11",
        },
    )
    said = searched("feedback", "answers.csv")
    assert "3 new answers kept; 3 in all." in said.out
    assert "tipt: 2 of 3 right, 0.67 (0.21 to 0.94)" in said.out
    assert "household_substance_misuse: 2 of 3 right" in said.out
    assert "household_domestic_abuse: 3 of 3 right, 1.00" in said.out
    assert "no new answers kept; 3 in all." in searched("feedback", "answers.csv").out


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"package_id": "K-000000000000"}, "no run of this lake has a package"),
        ({"answer": "perhaps"}, "Answers are taken on, not needed, wrong person, wrong evidence"),
        ({"answered_on": "soon"}, "a day is written 2017-03-31"),
        ({"answer": "wrong evidence"}, "wrong evidence needs an evidence_id"),
    ],
)
def test_a_row_that_cannot_be_used_keeps_nothing_and_says_why(searched: Run, row: dict[str, str], words: str) -> None:
    first, second, _ = drafts()
    good = {"package_id": first.package_id, "answer": "taken on", "answered_on": "2017-04-10"}
    answer_file(good, good | {"package_id": second.package_id} | row)
    said = searched("feedback", "answers.csv")
    assert said.code == 3
    assert "Row 3" in said.err
    assert words in said.err
    assert json.loads(searched("feedback", "--json").out)["answers"] == 0


def test_a_package_that_cannot_be_read_is_named_and_the_rest_goes_on(searched: Run) -> None:
    first, second, _ = drafts()
    rows = [
        {"package_id": one.package_id, "answer": "taken on", "answered_on": "2017-04-10"} for one in (first, second)
    ]
    path = find_run(Lake.open(Path(".headwater/lake"))) / "packages" / f"{second.package_id}.json"
    whole = path.read_text("utf-8")
    path.write_text(whole[:1000], encoding="utf-8")
    answer_file(*rows)
    said = searched("feedback", "answers.csv")
    assert said.code == 4
    assert "1 new answer kept; 1 in all." in said.out
    assert "household_domestic_abuse: 1 of 1 right" in said.out
    assert f"The package {second.package_id} cannot be read: {path}." in said.err.replace("\n", " ")
    assert "Restore that file from a backup, then run the same command again." in said.err
    path.write_text(whole, encoding="utf-8")
    said = searched("feedback", "answers.csv")
    assert (said.code, said.err) == (0, "")
    assert "1 new answer kept; 2 in all." in said.out


def test_only_packages_that_were_answered_are_read(searched: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    first, *others = drafts()
    for other in others:
        (find_run(Lake.open(Path(".headwater/lake"))) / "packages" / f"{other.package_id}.json").write_text(
            "{", "utf-8"
        )
    answer_file({"package_id": first.package_id, "answer": "taken on", "answered_on": "2017-04-10"})
    assert searched("feedback", "answers.csv").code == 0
    said = searched("feedback", "--json")
    assert said.code == 0
    assert json.loads(said.out)["answers"] == 1


def test_a_blind_sample_does_not_say_who_was_found_and_is_scored_from_the_sheet(searched: Run) -> None:
    said = searched("sample", "--each", "3", "--write", "sheet.csv")
    name = said.out.split("--name ")[1].strip()
    rows = list(csv.DictReader(io.StringIO(Path("sheet.csv").read_text("utf-8-sig"))))
    assert len(rows) == 5
    assert set(rows[0]) == {"number", "records", "answer", "reason"}
    assert not any("P-" in cell or "K-" in cell for row in rows for cell in row.values())
    key = json.loads((Path(".headwater/lake/desk/samples") / f"{name}.json").read_text("utf-8"))
    assert sorted(one["found"] for one in key["drawn"]) == [False] * 2 + [True] * 3
    for row, one in zip(rows, key["drawn"], strict=True):
        row["answer"] = "yes" if one["found"] else "no"
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    Path("sheet.csv").write_text(text.getvalue(), encoding="utf-8")
    scored = searched("sample", "--score", "sheet.csv", "--name", name)
    assert "Found: 3 of 3 right. Not found: 0 of 2 missed." in scored.out
    assert "Precision 1.000" in scored.out
    assert searched("sample", "--each", "3", "--write", "sheet.csv").code == 2


def test_a_sample_whose_sheet_may_be_out_keeps_its_key(searched: Run) -> None:
    name = searched("sample", "--each", "2", "--write", "one.csv").out.split("--name ")[1].strip()
    path = Path(".headwater/lake/desk/samples") / f"{name}.json"
    assert path.stat().st_mode & 0o077 == 0
    before = path.read_text("utf-8")
    assert searched("sample", "--each", "2", "--write", "same.csv").code == 0, "the same records, the same sample"
    path.write_text(before.replace('"others": 2', '"others": 3'), encoding="utf-8")
    said = searched("sample", "--each", "2", "--write", "two.csv")
    assert said.code == 3
    assert "Draw with another --seed" in said.err
    assert '"others": 3' in path.read_text("utf-8")
    assert not Path("two.csv").exists()
