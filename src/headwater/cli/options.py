"""Which options do many commands share?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from headwater.engine import DuckDBEngine, Engine, SparkEngine
from headwater.records.lake import Lake
from headwater.settings import Settings, read_settings

DataOption = Annotated[
    Path | None, typer.Option("--data", help="Folder for the lake and all that is made from it.", show_default=False)
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object for machines.")]
QuietOption = Annotated[bool, typer.Option("--quiet", help="No progress.")]
BriefOption = Annotated[bool, typer.Option("--quiet", help="No progress, and the result in one line.")]
EngineOption = Annotated[
    str | None,
    typer.Option("--engine", help="What it runs on: duckdb (this process) or spark.", show_default=False),
]
AsOfOption = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        help="The date to look from, YYYY-MM-DD. Without it: the newest day of the records.",
        show_default=False,
    ),
]


opened: Lake | None = None
"""The lake that this command has opened: where to look when a file turns out to be damaged."""


def settle(data: Path | None = None, engine: str | None = None) -> Settings:
    """The settings for this call."""
    return read_settings(data=data, engine=engine)


@contextmanager
def open_engine(settings: Settings) -> Iterator[DuckDBEngine]:
    """An engine within the settings' limits, spilling beside the lake, closed at the end."""
    with DuckDBEngine(memory=settings.memory, threads=settings.threads, spill=settings.data / "spill") as engine:
        yield engine


@contextmanager
def open_chosen_engine(settings: Settings) -> Iterator[Engine]:
    """The engine that the settings name, for the commands that go over all records."""
    chosen = {"duckdb": DuckDBEngine, "spark": SparkEngine}[settings.engine]
    with chosen(memory=settings.memory, threads=settings.threads, spill=settings.data / "spill") as engine:
        yield engine


def open_lake(settings: Settings, *, create: bool = False) -> Lake:
    """The lake of the settings; only loading may create it."""
    if create and not settings.data.exists():
        settings.data.mkdir(parents=True, mode=0o700)
    global opened
    opened = Lake.open(settings.lake, create=create)
    return opened
