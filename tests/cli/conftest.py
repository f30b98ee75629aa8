"""How do the tests run the command line? As the installed entry does, in an empty folder, with what it said taken apart."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from headwater.cli import main
from headwater.cli.console import OK


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str


Run = Callable[..., Said]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command line in an empty folder, as the installed entry does."""
    monkeypatch.chdir(tmp_path)
    for name in ("DATA", "CATALOGUE", "MEMORY", "THREADS", "PURPOSE", "SETTINGS", "LOG"):
        monkeypatch.delenv(f"HEADWATER_{name}", raising=False)
    monkeypatch.setenv("COLUMNS", "300")

    def call(*arguments: str) -> Said:
        monkeypatch.setattr(sys, "argv", ["headwater", *arguments])
        with pytest.raises(SystemExit) as stop:
            main()
        shown = capsys.readouterr()
        code = stop.value.code
        return Said(code if isinstance(code, int) else OK, shown.out, shown.err)

    return call
