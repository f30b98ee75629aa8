"""The analyst's desk in the terminal: by keyboard, by sheet, and what a tired reader is told."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from headwater.cli.desk_screen import plain
from headwater.records import Lake
from headwater.triggers.desk import Decision, claim, confirmed_packages, keep_decisions, pieces, queue, read_decisions
from headwater.triggers.rules.definition import read_triggers
from headwater.triggers.runs.find import find_run
from tests.cli.conftest import Copied, Run, Said
from tests.triggers.desk.conftest import story
from tests.triggers.world import TODAY, World


class Typed(io.StringIO):
    """What somebody types, a line at a time, where there is no terminal."""

    def isatty(self) -> bool:
        return False


def tell_two(world: World) -> None:
    for name, day in (("Alphaham", "2016-05-01"), ("Betaham", "2016-04-01")):
        story(world, name, drunk=day)


@pytest.fixture
def searched(run: Run, copy_searched: Copied, tmp_path: Path) -> Run:
    copy_searched(tell_two, tmp_path)
    return run


@pytest.fixture
def typing(searched: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    def call(keys: str, *more: str) -> Said:
        monkeypatch.setattr("sys.stdin", Typed("".join(f"{key}\n" for key in keys)))
        return searched("review", *more)

    return call


def lake() -> Lake:
    return Lake.open(Path(".headwater/lake"))


def states(run: Run) -> list[str]:
    return [row["status"] for row in json.loads(run("review", "--list", "--json").out)["queue"]]


def test_a_clear_draft_takes_four_keys(typing: Run, searched: Run) -> None:
    said = typing("yyyyq")
    assert "1. Is it the right person?" in said.out
    assert "2. Did it happen so, and is the part right? (2 of 2)" in said.out
    assert "3. Hand it on?" in said.out
    assert "Decided about 1 draft." in said.out
    assert states(searched) == ["confirmed", "waiting"]
    assert searched("review", "--list").out.splitlines()[-1] == "2 drafts: 1 waiting, 1 confirmed."


def test_a_search_tells_how_far_its_drafts_are_answered(typing: Run, searched: Run) -> None:
    again = ("search", "--as-of", TODAY.isoformat(), "--made-up")
    assert "Drafts only: nobody has confirmed them. Open" in " ".join(searched(*again).out.split())
    typing("yyyyq")
    assert "Of the drafts 1 confirmed by an analyst, 1 not looked at yet. Open" in searched(*again).out


def test_stopping_in_the_middle_keeps_what_was_decided(typing: Run, searched: Run) -> None:
    typing("yyq")
    assert states(searched) == ["in work", "waiting"]
    said = typing("yyq")
    assert "1. Is it the right person?" not in said.out.split("Draft 2")[0]
    assert states(searched)[0] == "confirmed"


def test_a_rest_that_no_longer_meets_the_trigger_cannot_be_handed_on(typing: Run, searched: Run) -> None:
    said = typing("yeyyp", "--run", sorted(Path(".headwater/lake/runs").iterdir())[-1].name)
    assert "it cannot be handed on: reject it with a reason" in " ".join(said.out.split())
    assert "'y' means nothing here." in said.out
    assert states(searched)[0] == "rejected"
    assert [one.reason for one in read_decisions(lake())] == [None, "wrong event", None, "not proportionate"]


def test_going_back_shows_the_piece_before_again(typing: Run) -> None:
    said = typing("yybyy")
    assert said.out.count("(1 of 2)") == 2
    assert [one.piece == "identity" for one in read_decisions(lake())] == [True, False, False]


def test_who_told_the_family_and_who_of_the_home_stays_behind_go_with_the_package(
    searched: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = ["y", "y", "y", "t", "The school told her mother on 3 April.", "n", "For us alone.", "m", "1", "y", "q"]
    monkeypatch.setattr("sys.stdin", Typed("\n".join(lines) + "\n"))
    assert "Numbers of what must not be passed on" in searched("review").out
    searched("hand-over", "out")
    (package,) = [json.loads(path.read_text("utf-8")) for path in Path("out").rglob("K-*.json")]
    assert package["told"] == "The school told her mother on 3 April."
    assert "For us alone" not in json.dumps(package), "a note to a decision stays at the desk"
    assert package["household"] == []
    assert not any("has been told" in line["text"] for line in package["not_known"])
    assert package["confirmed"]["held_back"] == 1


def test_a_draft_that_another_has_open_is_passed_over(typing: Run, searched: Run) -> None:
    first = json.loads(searched("review", "--list", "--json").out)["queue"][0]["package_id"]
    with claim(lake(), first, "another analyst"):
        said = typing("yyyy")
    assert f"another analyst has {first} open." in said.out
    assert states(searched) == ["waiting", "confirmed"]


def test_a_sheet_is_written_blank_and_read_back_whole_or_not_at_all(searched: Run, tmp_path: Path) -> None:
    searched("review", "--write", "sheet.csv")
    sheet = tmp_path / "sheet.csv"
    assert sheet.stat().st_mode & 0o077 == 0
    rows = list(csv.DictReader(io.StringIO(sheet.read_text("utf-8-sig"))))
    assert len(rows) == 12
    rows = [row for row in rows if not row["piece"].startswith(("home:", "told"))]
    assert {row["verdict"] for row in rows} == {""}
    for row in rows:
        row["verdict"] = "confirmed"
    rows[5] |= {"verdict": "rejected", "reason": "a feeling"}
    save(sheet, rows)
    said = searched("review", "--read", "sheet.csv")
    assert said.code == 3
    assert "Row 7, reason: a rejected piece needs a reason, one of: wrong person" in said.err
    assert read_decisions(lake()) == []
    rows[5] |= {"reason": "Out of date"}
    save(sheet, rows)
    said = searched("review", "--read", "sheet.csv")
    assert "Read 8 decisions. 2 drafts: 1 in work, 1 confirmed." in said.out
    assert searched("review", "--write", "sheet.csv").code == 2, "an answer is never written over"


def test_a_sheet_from_before_the_draft_changed_is_refused(searched: Run, tmp_path: Path) -> None:
    searched("review", "--write", "sheet.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "sheet.csv").read_text("utf-8-sig"))))
    rows[0] |= {"verdict": "confirmed", "seen": "another"}
    save(tmp_path / "sheet.csv", rows)
    assert "has changed since the sheet was written" in searched("review", "--read", "sheet.csv").err


def decide_as_another() -> None:
    """Another analyst rejects the first draft of the queue."""
    folder = find_run(lake())
    draft = queue(lake(), folder, read_triggers()["tipt"])[0][0]
    said = {
        "package_id": draft.package_id, "piece": "identity", "verdict": "rejected", "reason": "wrong person", "by": "another",
        "at": datetime.now(UTC), "run": folder.name, "rules": "tipt", "seen": pieces(draft)["identity"],
    }  # fmt: skip
    keep_decisions(lake(), [Decision.model_validate(said)])


def interrupted(keys: str, happens: Callable[[], None]) -> Typed:
    """A reviewer who types these keys; something happens before the second."""

    class Meanwhile(Typed):
        read = 0

        def readline(self, *size: int) -> str:  # type: ignore[override]
            self.read += 1
            if self.read == 2:
                happens()
            return super().readline(*size)

    return Meanwhile("".join(f"{key}\n" for key in keys))


@pytest.mark.parametrize("keys", ["yq", "yyyyq"])
def test_what_another_decided_meanwhile_stands_whether_i_stop_or_finish(
    searched: Run, monkeypatch: pytest.MonkeyPatch, keys: str
) -> None:
    monkeypatch.setattr("sys.stdin", interrupted(keys, decide_as_another))
    said = searched("review")
    assert "another has decided about" in said.out
    assert [one.by for one in read_decisions(lake())] == ["another"]
    aside = (lake().folder / "desk" / "refused.jsonl").read_text("utf-8").splitlines()
    assert len(aside) == len(keys) - 1, "what I decided is not lost"


def test_nothing_is_decided_about_a_run_that_is_removed_meanwhile(
    searched: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def remove_drafts() -> None:
        for path in find_run(lake()).glob("packages/*.json"):
            path.unlink()

    monkeypatch.setattr("sys.stdin", interrupted("yyyyq", remove_drafts))
    said = searched("review")
    assert "was removed as an old one" in said.out
    assert read_decisions(lake()) == []
    aside = lake().folder / "desk" / "refused.jsonl"
    assert f"What you decided does not hold and was put aside in {aside}." in said.out
    assert len(aside.read_text("utf-8").splitlines()) == 4, "what I decided is not lost"


def test_a_sheet_about_a_run_that_is_removed_meanwhile_is_put_aside(
    searched: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched("review", "--write", "sheet.csv")
    rows = filled(tmp_path / "sheet.csv")

    @contextmanager
    def claim_too_late(*told: object) -> Iterator[None]:
        for path in find_run(lake()).glob("packages/*.json"):
            path.unlink()
        yield

    monkeypatch.setattr("headwater.cli.desk.claim", claim_too_late)
    said = searched("review", "--read", "sheet.csv")
    assert said.code == 3
    assert "was removed as an old one" in said.err
    assert read_decisions(lake()) == []
    assert len((lake().folder / "desk" / "refused.jsonl").read_text("utf-8").splitlines()) == len(rows)


def filled(path: Path) -> list[dict[str, str]]:
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))
    save(path, [row | {"verdict": "confirmed"} for row in rows])
    return rows


def test_a_sheet_keeps_nothing_when_another_has_one_of_its_drafts_open(searched: Run, tmp_path: Path) -> None:
    searched("review", "--write", "sheet.csv")
    names = sorted({row["package_id"] for row in filled(tmp_path / "sheet.csv")})
    for name in names:
        with claim(lake(), name, "another"):
            assert "another has" in searched("review", "--read", "sheet.csv").err
        assert read_decisions(lake()) == []


def test_a_sheet_from_before_another_decided_is_refused(searched: Run, tmp_path: Path) -> None:
    searched("review", "--write", "sheet.csv")
    filled(tmp_path / "sheet.csv")
    decide_as_another()
    assert "somebody has decided about" in searched("review", "--read", "sheet.csv").err
    assert [one.by for one in read_decisions(lake())] == ["another"]


def test_somebody_of_the_home_is_held_back_by_number(typing: Run, searched: Run) -> None:
    said = typing("yyym1yq")
    assert "1. At home: Alphine Alphaham" in said.out
    assert "MUST NOT BE PASSED ON" in said.out
    held = [one for one in read_decisions(lake()) if one.verdict == "held back"]
    assert [one.piece.split(":")[0] for one in held] == ["home"]
    folder = find_run(lake())
    (released,) = confirmed_packages(lake(), folder, read_triggers()["tipt"])
    assert released.household == []


def test_words_of_a_record_do_not_steer_the_terminal() -> None:
    assert plain("Seen.\x1b[2K\x1b]0;x\x07 \u202eback\nnext") == "Seen.\ufffd[2K\ufffd]0;x\ufffd \ufffdback\nnext"


def save(path: Path, rows: list[dict[str, str]]) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8")


def test_a_review_is_in_the_consultation_log_before_anything_is_shown(searched: Run) -> None:
    searched("review", "--list")
    lines = [
        json.loads(line) for line in (lake().folder / "log" / "consultations.jsonl").read_text("utf-8").splitlines()
    ]
    assert lines[-1]["command"] == "review"
    assert len(lines[-1]["subjects"]) == 2
