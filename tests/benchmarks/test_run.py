"""Is what was measured kept with its day and commit, and not measured again when a run is taken up?"""

from __future__ import annotations

import argparse
import json
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

import run
from run import Kept, measure_all

Asked = list[tuple[str, list[str]]]


def choose(*only: str, again: bool = False, views: str = "5") -> argparse.Namespace:
    return argparse.Namespace(
        only=only, again=again, views=views, people="9", seeds=["1"], sizes=["9"], growth=["9"], pages="100", nightly=["9"],
        beside="9", identity="9", parity="9", chart=Path("growth.svg"), areas_data=Path("data"),
    )  # fmt: skip


def answer_with(
    figures: Callable[[str, Path], Any], asked: Asked, monkeypatch: pytest.MonkeyPatch, commit: str = "abcdef0"
) -> None:
    """Put in the place of each benchmark a function of its name and working folder."""

    def measure(name: str, arguments: Sequence[str], folder: Path) -> Any:
        asked.append((name, list(arguments)))
        return figures(name, folder)

    monkeypatch.setattr(run, "run_benchmark", measure)
    monkeypatch.setattr(run, "find_commit", lambda: commit)
    monkeypatch.setattr(run, "describe_machine", lambda: {"at": "2026-11-27 10:00", "commit": commit})


def test_a_run_that_was_stopped_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: Asked = []

    def fails_at_first(name: str, folder: Path) -> Any:
        if name == "map_view" and len(asked) == 2:
            raise subprocess.CalledProcessError(1, "map_view.py")
        return {"seconds": len(asked)}

    answer_with(fails_at_first, asked, monkeypatch)
    first = measure_all(choose("areas", "map_view"), Kept(tmp_path))
    assert "map_view.py" in first["map_view"]["fault"]
    second = measure_all(choose("areas", "map_view"), Kept(tmp_path))
    assert [name for name, _ in asked] == ["areas", "map_view", "map_view"]
    assert second["areas"]["figures"] == {"seconds": 1}
    assert json.loads((tmp_path / "map_view.json").read_text("utf-8"))["figures"] == {"seconds": 3}


@pytest.mark.parametrize("other", [{"again": True}, {"views": "6"}, {"commit": "1234567"}])
def test_it_is_measured_anew_for_another_commit_another_size_or_when_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, other: dict[str, Any]
) -> None:
    asked: Asked = []
    answer_with(lambda name, folder: {}, asked, monkeypatch)
    measure_all(choose("map_view"), Kept(tmp_path))
    answer_with(lambda name, folder: {}, asked, monkeypatch, commit=other.pop("commit", "abcdef0"))
    measure_all(choose("map_view", **other), Kept(tmp_path))
    assert len(asked) == 2


def test_each_figure_is_listed_with_its_day_its_commit_and_what_was_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_with(lambda name, folder: {}, [], monkeypatch)
    measure_all(choose("areas", "map_view"), Kept(tmp_path))
    listed = (tmp_path / "index.md").read_text("utf-8").splitlines()
    assert [line for line in listed if "map_view" in line] == [
        "| [`map_view`](map_view.json) | How long until the map of all small areas is there? A new browser with an empty cache opens the page; "
        "the drawn areas are counted. | 2026-11-27 10:00 | abcdef0 | --views 5 | itself | 0.0 |"
    ]
    assert any("areas.json" in line and "| none | itself |" in line for line in listed)


def test_what_builds_on_other_figures_finds_them_and_no_folder_of_this_machine_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Any] = []

    def look(name: str, folder: Path) -> Any:
        if name == "limits":
            read.append(json.loads((folder / "growth.json").read_text("utf-8")))
        return [{"people": 9}]

    answer_with(look, [], monkeypatch)
    measure_all(choose("growth", "limits"), Kept(tmp_path))
    assert read == [[{"people": 9}]]
    assert "/" not in (tmp_path / "growth.json").read_text("utf-8")


def test_what_builds_on_other_figures_says_which_and_is_measured_anew_when_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: Asked = []
    answer_with(lambda name, folder: {}, asked, monkeypatch, commit="0ld0000")
    measure_all(choose("growth"), Kept(tmp_path))
    answer_with(lambda name, folder: {}, asked, monkeypatch)
    assert measure_all(choose("limits"), Kept(tmp_path))["limits"]["built_on"] == {
        "growth": "0ld0000, 2026-11-27 10:00"
    }
    assert "growth of 0ld0000" in (tmp_path / "index.md").read_text("utf-8")
    measure_all(choose("growth", "limits"), Kept(tmp_path))
    assert [name for name, _ in asked] == ["growth", "limits", "growth", "limits"]


def test_what_others_did_not_measure_is_left_out_or_said_to_be_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: Asked = []
    no_java = {"not_measured": "There is no Java here."}
    answer_with(lambda name, folder: no_java if name == "spark_parity" else {}, asked, monkeypatch)
    assert "measure growth first" in measure_all(choose("capacity"), Kept(tmp_path))["capacity"]["fault"]
    measure_all(choose("growth", "spark_parity", "capacity"), Kept(tmp_path))
    assert not {"--parity", "--nightly"} & set(asked[-1][1])


def test_what_was_measured_with_changes_that_no_commit_has_is_measured_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: Asked = []
    answer_with(lambda name, folder: {}, asked, monkeypatch, commit="abcdef0 with changes")
    for _ in range(2):
        measure_all(choose("areas"), Kept(tmp_path))
    assert len(asked) == 2


def test_without_the_published_data_areas_are_said_not_to_be_measured_and_nothing_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: Asked = []
    answer_with(lambda name, folder: {}, asked, monkeypatch)
    without = choose("areas")
    without.areas_data = None
    assert "--areas-data" in measure_all(without, Kept(tmp_path))["areas"]["not_measured"]
    assert not asked
