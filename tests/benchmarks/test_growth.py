"""Does the benchmark of growth measure, keep and draw what it says?"""

from __future__ import annotations

import itertools
import json
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

import growth
from chart import LINE, draw_growth, spread
from limits import compare
from measured import run_measured

ROWS = [
    {"people": people, "stage": stage, "seconds": people / 1000 * factor, "cpu_seconds": people / 900 * factor, "peak_bytes": 3e8 + people * 4000}
    for people in (50_000, 200_000, 1_000_000)
    for factor, stage in enumerate(growth.STAGES, start=1)
]  # fmt: skip
SVG = "{http://www.w3.org/2000/svg}"


def test_the_exponent_of_a_power_is_found_and_of_one_size_there_is_none() -> None:
    assert growth.fit_exponent([(x, 3 * x**1.15) for x in (50_000, 200_000, 1_000_000)]) == pytest.approx(1.15)
    assert growth.fit_exponent([(50_000, 2.0), (50_000, 3.0)]) is None


def test_the_whole_search_is_its_four_stages_without_making_the_force_up() -> None:
    whole = [row for row in growth.add_whole(ROWS) if row["stage"] == "whole search"]
    assert [row["people"] for row in whole] == [50_000, 200_000, 1_000_000]
    assert whole[0]["seconds"] == 50 * (2 + 3 + 4 + 5)
    assert whole[0]["peak_bytes"] == max(row["peak_bytes"] for row in ROWS if row["people"] == 50_000)
    assert {found["stage"]: found["seconds"] for found in growth.fit_all(growth.add_whole(ROWS))}["link"] == 1.0


def test_what_is_measured_is_kept_and_a_stopped_run_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []

    def run(call: list[str], folder: Path) -> dict[str, float]:
        ran.append(call[len(growth.HEADWATER)])
        if ran == ["synth", "load"]:
            raise KeyboardInterrupt
        return {"seconds": 1.0, "cpu_seconds": 1.0, "peak_bytes": 1}

    monkeypatch.setattr(growth, "run_measured", run)
    path = tmp_path / "keep.json"
    with pytest.raises(KeyboardInterrupt):
        growth.measure_size(500, ["synth", "load"], tmp_path / "500", growth.Keep(path))
    assert [row["stage"] for row in json.loads(path.read_text("utf-8"))] == ["synth"]
    for _ in range(2):  # Once to go on, once to find that nothing is left to do.
        growth.measure_size(500, ["synth", "load"], tmp_path / "500", growth.Keep(path))
        assert ran == ["synth", "load", "load"]
    assert [row["stage"] for row in growth.Keep(path).rows] == ["synth", "load"]


def test_a_command_is_measured_with_its_children_and_a_failing_one_stops_all(tmp_path: Path) -> None:
    child = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'b = bytearray(150_000_000); sum(range(3_000_000))'])"
    found = run_measured([sys.executable, "-c", child], tmp_path)
    assert found["peak_bytes"] > 150_000_000
    assert found["cpu_seconds"] > 0
    assert found["seconds"] > 0
    with pytest.raises(SystemExit, match="no such thing"):
        run_measured([sys.executable, "-c", "import sys; sys.exit('no such thing')"], tmp_path)


def test_the_chart_says_in_words_what_it_shows_and_names_every_stage() -> None:
    picture = ElementTree.fromstring(draw_growth(growth.add_whole(ROWS), "2 cores & 24 GiB"))  # noqa: S314 - drawn here
    texts = ["".join(one.itertext()) for one in picture.iter(f"{SVG}text")]
    told = picture.find(f"{SVG}desc")
    assert picture.get("role") == "img"
    assert picture.find(f"{SVG}title") is not None
    assert told is not None
    assert "link: 50,000 people 2.5 min" in (told.text or "")
    for stage in (*growth.STAGES, "whole search"):
        assert sum(text.startswith(f"{stage} ") for text in texts) == 2
    assert len(list(picture.iter(f"{SVG}polyline"))) == 12
    numbers = [float(one.get("y", "0")) for one in picture.iter(f"{SVG}text")]
    assert min(numbers) >= 0
    assert max(numbers) <= 500


def test_names_at_the_ends_of_lines_do_not_lie_upon_each_other() -> None:
    moved = spread([100.0, 101.0, 102.0, 430.0, 435.0])
    assert all(two - one >= LINE for one, two in itertools.pairwise(moved))
    assert moved[0] == 100.0


def test_the_limit_is_bytes_by_speed() -> None:
    rows = [{"people": 1, "stage": "load", "seconds": 30.0, "read_bytes": 2000, "written_bytes": 1000}]
    (found,) = compare(rows, {"disk_read": 1000.0, "disk_write": 1000.0, "memory_copy": 3000.0})
    assert (found["seconds_of_disk"], found["times_disk"], found["times_memory"]) == (3.0, 10.0, 30.0)


def test_what_is_spilled_and_read_again_is_no_limit() -> None:
    speeds = {"disk_read": 100.0, "disk_write": 10.0, "memory_copy": 1000.0}
    load, link = compare(
        [
            {"people": 9, "stage": "load", "seconds": 50.0, "read_bytes": 1, "written_bytes": 1, "exports_bytes": 900, "batches_bytes": 400},
            {
                "people": 9, "stage": "link", "seconds": 96.0, "read_bytes": 10_000, "written_bytes": 10_000,
                "exports_bytes": 900, "batches_bytes": 400, "derived_bytes": 200,
            },
        ],
        speeds,
    )  # fmt: skip
    assert (load["seconds_needed"], load["times_needed"]) == (0, None)
    assert link["seconds_needed"] == 400 / 100 + 200 / 10
    assert link["times_needed"] == 4.0
    assert link["times_disk"] == 0.1
