"""Does every command answer a mistake with its documented exit code and one clear message, and machines with JSON?"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from headwater.cli.console import BAD_INPUT, BUSY, EXIT_CODES, FAULT, LAKE, OK, STOPPED, USAGE
from headwater.engine import OutOfRoom
from headwater.records import Lake
from tests.cli.conftest import Run, Said
from tests.records.samples import crime_file, crime_row

COMMANDS = [
    "synth",
    "load",
    "link",
    "read",
    "search",
    "explain",
    "measure",
    "sources",
    "triggers",
    "doctor",
    "tidy",
    "demo",
]
PAGE = Path(__file__).parents[2] / "docs" / "reference" / "command-line.md"


def assert_one_message(said: Said, code: int, *words: str) -> None:
    assert said.code == code, said.err
    assert said.out == ""
    assert said.err.startswith("headwater: ")
    assert len(said.err.strip().splitlines()) == 1
    assert "Traceback" not in said.err
    for word in words:
        assert word in said.err


@pytest.mark.parametrize(("arguments", "code", "words"), [
    (["nonsense"], USAGE, ["nonsense", "--help"]),
    (["load", "--nonsense"], USAGE, ["--nonsense", "--help"]),
    (["load"], USAGE, ["inputs", "--help"]),
    (["explain"], USAGE, ["subject", "--help"]),
    (["search", "--as-of", "31/03/2017"], USAGE, ["--as-of", "31/03/2017", "2017-03-31"]),
    (["search", "--as-of", "2017-02-30"], USAGE, ["--as-of", "2017-02-30"]),
    (["--log", "loud", "sources"], USAGE, ["--log", "off, info or debug"]),
    (["demo", "--people", "5"], USAGE, ["--people", "200"]),
    (["load", "nowhere.csv"], BAD_INPUT, ["nowhere.csv", "Check the name"]),
    (["search", "nowhere"], BAD_INPUT, ["nowhere", "Check the name"]),
    (["link"], LAKE, ["headwater load"]),
    (["read"], LAKE, ["headwater load"]),
    (["search"], LAKE, ["headwater load"]),
    (["explain", "K-0a1b2c3d4e5f"], LAKE, ["headwater load"]),
])  # fmt: skip
def test_a_mistake_ends_in_one_message_and_its_exit_code_and_leaves_nothing_behind(
    run: Run, tmp_path: Path, arguments: list[str], code: int, words: list[str]
) -> None:
    assert_one_message(run(*arguments), code, *words)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def lake(run: Run, tmp_path: Path) -> Lake:
    """A small lake in the folder where commands run."""
    exports = tmp_path / "exports"
    exports.mkdir()
    crime_file(exports, crime_row(), crime_row(person=2), crime_row("X", REPORTED_AT="soon"))
    assert run("load", "exports").code == OK
    return Lake.open(tmp_path / ".headwater" / "lake")


@pytest.mark.usefixtures("lake")
def test_an_unknown_trigger_is_named_with_those_that_exist(run: Run) -> None:
    assert_one_message(run("search", "--trigger", "nope"), BAD_INPUT, "nope", "tipt")


@pytest.mark.usefixtures("lake")
@pytest.mark.parametrize("subject", ["K-0a1b2c3d4e5f", "P-0a1b2c3d4e5f6a7b", "../../etc/passwd", "*"])
def test_an_unknown_subject_gets_the_same_answer_whatever_it_is(run: Run, subject: str) -> None:
    assert_one_message(run("explain", subject), BAD_INPUT, f"no package {subject}", "K-…")


@pytest.mark.parametrize(
    "arguments", [["load", "exports"], ["link"], ["read"], ["search"], ["explain", "K-0"], ["sources"]]
)
def test_a_lake_that_others_can_read_is_refused_by_every_command(run: Run, lake: Lake, arguments: list[str]) -> None:
    lake.folder.chmod(0o750)
    assert_one_message(run(*arguments), LAKE, "0750", "chmod 700")


@pytest.mark.parametrize("arguments", [["load", "exports"], ["link"], ["read"], ["tidy", "--yes"]])
def test_a_busy_lake_says_so(run: Run, lake: Lake, arguments: list[str]) -> None:
    with lake.hold():
        assert_one_message(run(*arguments), BUSY, "Another run", "try again")


def test_a_file_fault_stops_with_one_message_and_loads_none_of_the_files_with_it(run: Run, tmp_path: Path) -> None:
    crime_file(tmp_path, crime_row(), name="crime_1.csv")
    (tmp_path / "crime_2.csv").write_bytes(b"A,B\n1,2\n")
    assert_one_message(
        run("load", "crime_1.csv", "crime_2.csv"), BAD_INPUT, "crime_2.csv", "lacks the columns", "nothing was loaded"
    )
    assert list((tmp_path / ".headwater" / "lake").glob("batches/*")) == []


def test_too_little_memory_is_said_with_the_setting_to_raise(run: Run, tmp_path: Path) -> None:
    crime_file(tmp_path, *(crime_row(f"C{number}", MO_TEXT="word " * 200) for number in range(3000)))
    (tmp_path / "headwater.toml").write_text('memory = "1MB"\n')
    assert_one_message(run("load", "crime_2016.csv"), LAKE, "HEADWATER_MEMORY", "nothing half-done")
    assert list((tmp_path / ".headwater" / "lake" / "batches").iterdir()) == []


@pytest.mark.usefixtures("lake")
def test_a_lack_of_memory_is_known_inside_a_library_s_own_fault(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        try:
            raise OutOfRoom("Out of Memory Error: could not allocate block")
        except OutOfRoom as fault:
            raise RuntimeError("Error executing the following sql") from fault

    monkeypatch.setattr("headwater.identity.link", fail)
    assert_one_message(run("link"), LAKE, "HEADWATER_MEMORY", "nothing half-done")


def test_a_full_disk_is_said_with_its_place_and_leaves_no_half_batch(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    crime_file(tmp_path, crime_row())
    monkeypatch.setattr("headwater.engine.files.os.fsync", fail)
    assert_one_message(run("load", "crime_2016.csv"), LAKE, "No space left on device", ".headwater/lake/batches")
    assert list((tmp_path / ".headwater" / "lake" / "batches").iterdir()) == []


def test_a_settings_fault_names_the_setting_and_where_it_stands(run: Run, tmp_path: Path) -> None:
    (tmp_path / "headwater.toml").write_text('colour = "red"\n')
    assert_one_message(run("sources"), USAGE, "headwater.toml", "colour")


def test_a_broken_mapping_names_the_file_and_the_place(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "own" / "sources").mkdir(parents=True)
    (tmp_path / "own" / "sources" / "bad.yaml").write_text("id: bad\n")
    monkeypatch.setenv("HEADWATER_CATALOGUE", "own")
    assert_one_message(run("sources"), BAD_INPUT, "bad.yaml", "title")


def test_an_error_inside_is_one_message_and_its_log_holds_places_but_no_values(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("Ann Made-Up, born 2008-01-09")

    monkeypatch.setattr("headwater.cli.inspect.read_sources", fail)
    assert_one_message(run("sources"), FAULT, "RuntimeError", "--log debug")
    logged = run("--log", "debug", "sources").err
    assert "Made-Up" not in logged
    line = json.loads(logged.splitlines()[0])
    assert (line["kind"], line["level"]) == ("RuntimeError", "error")
    assert any("inspect.py" in place for place in line["where"])


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example_that_names_it(run: Run, command: str) -> None:
    said = run(command, "--help")
    assert said.code == OK
    assert re.search(rf"Example: headwater {command}\b", said.out)
    assert said.err == ""


def test_the_first_help_names_every_command_and_every_exit_code(run: Run) -> None:
    said = run("--help")
    words = " ".join(said.out.split())
    for command in COMMANDS:
        assert command in words
    for code, meaning in EXIT_CODES.items():
        assert f"{code} {meaning}" in words


def test_the_reference_page_names_every_command_and_every_exit_code() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for command in COMMANDS:
        assert f"`headwater {command}" in page
    for code, meaning in EXIT_CODES.items():
        assert f"| {code} | {meaning} |" in page


@pytest.mark.parametrize("arguments", [
    ["load", "exports", "--json"], ["link", "--json"], ["read", "--json"], ["search", "--json"], ["sources", "--json"],
    ["triggers", "--json"], ["doctor", "--json"], ["tidy", "--json"],
])  # fmt: skip
@pytest.mark.usefixtures("lake")
def test_json_is_one_object_on_standard_output_and_nothing_else(run: Run, arguments: list[str]) -> None:
    said = run(*arguments)
    assert said.code == OK, said.err
    assert isinstance(json.loads(said.out), dict)
    assert said.err == ""


@pytest.mark.usefixtures("lake")
def test_quiet_is_one_line_of_result_and_nothing_else(run: Run, tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    crime_file(tmp_path / "more", crime_row("20DY/000002/16"), crime_row("X", REPORTED_AT="soon"))
    loaded = run("load", "more", "exports", "--quiet")
    assert loaded.out.splitlines() == ["1 file: 2 rows = 1 accepted + 0 set aside + 1 exact repeat; 1 loaded before"]
    searched = run("search", "--quiet")
    (line,) = searched.out.splitlines()
    assert line.startswith("no drafts for no teams, as of ")
    assert Path(line.partition(": ")[2]).exists()
    assert loaded.err == searched.err == ""


@pytest.mark.usefixtures("lake")
def test_numbers_in_json_are_numbers(run: Run) -> None:
    counts = json.loads(run("read", "--json").out)
    assert {type(value) for name, value in counts.items() if name != "folder"} == {int}


@pytest.mark.usefixtures("lake")
def test_a_date_beside_the_records_is_pointed_out(run: Run) -> None:
    early = run("search", "--as-of", "1950-01-01")
    assert (early.code, "No record is as old as 1 January 1950" in early.out) == (OK, True)
    late = run("search", "--as-of", "2099-01-01")
    assert "is not in the lake." in late.out


def test_json_of_a_load_accounts_for_every_row(run: Run, tmp_path: Path) -> None:
    crime_file(
        tmp_path, crime_row(), crime_row(), crime_row("X", REPORTED_AT="soon", ROLE="WIZ"), crime_row("Y", ROLE="WIZ")
    )
    batch = json.loads(run("load", "crime_2016.csv", "--json").out)["batches"][0]
    assert batch["rows_in"] == batch["accepted"] + batch["quarantined"] + batch["exact_repeats"] == 4
    assert batch["unmapped"] == {"role": {"WIZ": 1}}


def test_a_load_says_what_was_set_aside_unmapped_emptied_and_left_dangling(run: Run, tmp_path: Path) -> None:
    crime_file(
        tmp_path,
        crime_row("A", LOG_NO="7-010116", ROLE="WIZ", DOB="01/01/1900"),
        crime_row("B", LOG_NO="8-010116", REPORTED_AT="soon"),
        crime_row("C", LOG_NO="9-010116", DOB="99/99/1985"),
    )
    said = run("load", "crime_2016.csv").out
    assert "3 rows = 2 accepted + 1 set aside + 0 exact repeats" in said
    assert "set aside: REPORTED_AT is not a date written like 31/12/2016 23:59 or 31/12/2016 (1)" in said
    assert "code not in list role: WIZ (1)" in said
    assert "note: DOB is a default date; emptied (1)" in said
    assert "note: DOB is not a date; emptied (1)" in said
    assert "crime: 2 records quote a reference that is not in the lake" in said
    assert "Which rows were set aside, and why: headwater sources SOURCE --set-aside" in said
    assert "In all" not in said, "there is one file"


def test_a_load_of_many_files_sums_them_up_and_does_not_name_all_that_were_there(run: Run, tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    for number in range(6):
        crime_file(tmp_path / "exports", crime_row(f"A{number}"), name=f"crime_{number}.csv")
    said = run("load", "exports").out
    assert "In all 6 files: 6 rows = 6 accepted + 0 set aside + no exact repeats" in said
    assert "set aside, and why" not in said
    assert run("load", "exports").out.splitlines() == [
        "6 files were loaded before; nothing of them changed. headwater load --json names them."
    ]


def test_a_load_of_the_folder_where_the_lake_lies_takes_nothing_of_the_lake_for_an_export(
    run: Run, tmp_path: Path
) -> None:
    crime_file(tmp_path, crime_row())
    for _ in range(2):
        said = run("load", ".")
        assert said.code == OK
        assert "of no known source" not in said.out


@pytest.mark.usefixtures("lake")
def test_linking_says_of_how_many_people_the_records_are(run: Run) -> None:
    assert run("link").out == "2 person records of 2 people.\n"


def test_every_row_that_was_set_aside_can_be_seen_with_its_place_and_reason(run: Run, tmp_path: Path) -> None:
    rows = [crime_row("A"), crime_row("B", REPORTED_AT="soon"), crime_row("C", REPORTED_AT="")]
    run("load", crime_file(tmp_path, *rows).name)
    said = run("sources", "crime", "--set-aside")
    assert said.out.splitlines() == [
        "crime_2016.csv, row 2: REPORTED_AT 'soon' is not a date written like 31/12/2016 23:59 or 31/12/2016",
        "crime_2016.csv, row 3: REPORTED_AT is empty but must be given",
        "Crime records: 2 rows set aside. Mend them in the source system and load the next export.",
    ]
    listed = json.loads(run("sources", "crime", "--set-aside", "--json").out)["set_aside"]
    assert [(row["row_no"], row["column"], row["value"]) for row in listed] == [
        (2, "REPORTED_AT", "soon"), (3, "REPORTED_AT", None),
    ]  # fmt: skip
    logged = (tmp_path / ".headwater" / "lake" / "log" / "consultations.jsonl").read_text().splitlines()
    assert json.loads(logged[-1])["command"] == "sources --set-aside"


def test_set_aside_needs_a_source_that_there_is(run: Run, tmp_path: Path) -> None:
    assert_one_message(run("sources", "--set-aside"), USAGE, "headwater sources crime --set-aside")
    assert_one_message(run("sources", "crimes"), BAD_INPUT, "crimes", "custody")
    run("load", crime_file(tmp_path, crime_row()).name)
    assert_one_message(run("sources", "custody", "--set-aside"), LAKE, "custody", "headwater load")
    assert run("sources", "crime", "--set-aside").out == "Crime records: 0 rows set aside.\n"


def test_the_log_is_one_object_a_line_without_anything_personal(run: Run, tmp_path: Path) -> None:
    crime_file(tmp_path, crime_row(), crime_row("X", REPORTED_AT="soon", DOB="99/99/1985"))
    said = run("--log", "debug", "load", "crime_2016.csv", "--json")
    lines = [json.loads(line) for line in said.err.splitlines()]
    assert [line["event"] for line in lines] == ["loaded"]
    for personal in ("Ann", "Up1", "1985", "Made Up Street", "struck"):
        assert personal not in said.err


def test_a_look_at_people_is_in_the_consultation_log_before_the_answer(run: Run, lake: Lake) -> None:
    run("link")
    line = json.loads((lake.folder / "log" / "consultations.jsonl").read_text().splitlines()[-1])
    assert (line["command"], line["purpose"], line["subjects"]) == ("link", "welfare", ["all"])
    assert {"at", "user", "before"} <= set(line)


@pytest.mark.usefixtures("lake")
@pytest.mark.parametrize("command", ["link", "read"])
def test_nothing_is_shown_when_the_consultation_cannot_be_written(
    run: Run, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", "consultations.jsonl")

    monkeypatch.setattr(Lake, "log_consultation", fail)
    assert_one_message(run(command), LAKE, "No space left on device", "consultations.jsonl")


def test_a_stop_by_hand_is_said_and_has_its_own_code(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("headwater.cli.inspect.read_sources", stop)
    assert_one_message(run("sources"), STOPPED, "Stopped", "goes on from there")


def test_doctor_finds_a_consultation_log_that_was_changed(run: Run, lake: Lake) -> None:
    for _ in range(3):
        lake.log_consultation(command="link", purpose="welfare", subjects=["all"])
    assert run("doctor").code == OK
    path = lake.folder / "log" / "consultations.jsonl"
    path.write_text(path.read_text().replace("welfare", "curiosity", 1))
    said = run("doctor", "--json")
    assert said.code == LAKE
    wrong = [check for check in json.loads(said.out)["checks"] if not check["good"]]
    assert "line 2 does not follow" in wrong[0]["advice"]


def test_doctor_looks_again_at_batches_that_a_load_is_putting_in_place(
    run: Run, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = next(folder for folder in lake.batches.iterdir())
    second = shutil.copytree(first, first.with_name(first.name.replace("000001", "000002")))
    listed = iter([[second]])  # A folder is listed while names come into it: the later may be seen and the earlier not.
    finished = Lake._finished
    monkeypatch.setattr(Lake, "_finished", lambda self: next(listed, None) or finished(self))
    said = run("doctor")
    assert said.code == OK, said.out
    assert "2 batches" in said.out
    shutil.rmtree(first)
    said = run("doctor")
    assert said.code == LAKE
    assert "has lost batch number 000001" in said.out


def test_the_installed_entry_runs_in_a_process_of_its_own(tmp_path: Path) -> None:
    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        code = "from headwater.cli import main; main()"
        return subprocess.run(
            [sys.executable, "-c", code, *arguments], cwd=tmp_path, capture_output=True, text=True, check=False
        )

    assert call("--version").stdout.startswith("headwater ")
    crime_file(tmp_path, crime_row())
    loaded = call("load", "crime_2016.csv", "--json")
    assert (loaded.returncode, json.loads(loaded.stdout)["batches"][0]["accepted"], loaded.stderr) == (OK, 1, "")
    wrong = call("nonsense")
    assert (wrong.returncode, wrong.stdout) == (USAGE, "")
    assert wrong.stderr.startswith("headwater: No such command")
