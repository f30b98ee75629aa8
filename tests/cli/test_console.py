"""Does a long piece of work say how far it is and how long it still takes?"""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from headwater.cli import console
from headwater.cli.console import PlainProgress, how_far, show_progress


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_on_a_pipe_a_long_stage_says_every_ten_seconds_what_is_left_and_at_the_end_what_it_took() -> None:
    said: list[str] = []
    clock = Clock()
    progress = PlainProgress(said.append, clock)
    for second in range(0, 31, 5):
        clock.now = second
        progress.tell("Loading 7 files", second, 40)
    progress.end()
    assert said == [
        "  Loading 7 files: 25 %, 10 s so far, about 30 s left",
        "  Loading 7 files: 50 %, 20 s so far, about 20 s left",
        "  Loading 7 files: 75 %, 30 s so far, about 10 s left",
        "  Loading 7 files: 30 s",
    ]


def test_a_stage_of_less_than_two_seconds_says_nothing() -> None:
    said: list[str] = []
    clock = Clock()
    progress = PlainProgress(said.append, clock)
    progress.tell("Checking", 0, 1)
    clock.now = 1.9
    progress.tell("Loading", 0, 1)
    clock.now = 3.8
    progress.end()
    assert said == []


def test_work_of_unknown_size_tells_the_time_only() -> None:
    assert how_far(3, 0, 12.4) == "12 s so far"


def test_on_a_terminal_a_stage_shows_after_two_seconds_with_the_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.StringIO()
    clock = Clock()
    monkeypatch.setattr(console, "err", Console(file=written, force_terminal=True, width=120, get_time=clock))
    monkeypatch.setattr("headwater.cli.console.time.monotonic", clock)
    with show_progress() as tell:
        tell("Loading 7 files", 0, 100)
        clock.now = 1.0
        tell("Loading 7 files", 10, 100)
        assert "Loading 7 files" not in written.getvalue()
        clock.now = 5.0
        tell("Loading 7 files", 50, 100)
        clock.now = 6.0
        tell("Loading 7 files", 60, 100)
    assert "Loading 7 files" in written.getvalue()
    assert "left" in written.getvalue()


def test_quiet_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with show_progress(quiet=True) as tell:
        tell("Loading", 0, 1)
    assert capsys.readouterr() == ("", "")
