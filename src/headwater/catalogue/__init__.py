"""The knowledge, as data files: sources, indicators, triggers, lexicon, code lists, teams. Read it with `read_text`."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path


def shelf(*parts: str) -> Traversable:
    """A folder or file of the built-in catalogue, for example `shelf("sources", "crime.yaml")`."""
    return files("headwater.catalogue").joinpath(*parts)


def read_text(*parts: str) -> str:
    """The text of one catalogue file; raises FileNotFoundError when there is none."""
    return shelf(*parts).read_text(encoding="utf-8")


def list_files(folder: str, ending: str, extra: Path | None = None) -> list[Traversable | Path]:
    """Files of one shelf that end in `ending`, by name; files of `extra / folder` (a force's own) come on top.

    A force's own file replaces the built-in one of the same name.
    """
    found: dict[str, Traversable | Path] = {}
    for item in shelf(folder).iterdir():
        if item.name.endswith(ending):
            found[item.name] = item
    if extra and (extra / folder).is_dir():
        for path in (extra / folder).iterdir():
            if path.name.endswith(ending):
                found[path.name] = path
    return [found[name] for name in sorted(found)]
