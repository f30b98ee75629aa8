"""How do the tests run the command line? As the installed entry does, in an empty folder, with what it said taken apart."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from headwater.cli import main
from headwater.cli.console import OK
from headwater.engine import DuckDBEngine
from headwater.records import Lake
from headwater.triggers.search import search
from tests.triggers.world import TODAY, World


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


Copied = Callable[[Callable[[World], None], Path], None]


@pytest.fixture(scope="session")
def copy_searched(tmp_path_factory: pytest.TempPathFactory) -> Copied:
    """Puts the exports of a story, and a lake in which they were searched, into a folder. Each story is searched once."""
    made: dict[str, Path] = {}

    def copy(tell: Callable[[World], None], into: Path) -> None:
        name = f"{tell.__module__}.{tell.__qualname__}"
        if name not in made:
            world, made[name] = World(), tmp_path_factory.mktemp("searched")
            tell(world)
            exports = world.export(made[name] / "exports")
            (made[name] / ".headwater").mkdir(mode=0o700)
            with DuckDBEngine() as engine:
                search(Lake.open(made[name] / ".headwater" / "lake"), engine=engine, inputs=[exports], as_of=TODAY)
        shutil.copytree(made[name], into, dirs_exist_ok=True)

    return copy
