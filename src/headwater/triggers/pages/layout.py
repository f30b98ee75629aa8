"""Where does each page lie? The folder of a run's pages, so that every link between them is made in one place.

index.html                      what the search found, by team
guide.html                      how to read these pages
teams/BE01.html, BE01-2.html    a team's drafts, a hundred to a page
packages/PACKAGE.html           one draft
assets/                         the style sheet and the typeface
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from headwater.triggers.packages.package import Package, TeamList
from headwater.triggers.pages.index import RunIndex
from headwater.triggers.pages.render import (
    count_pages,
    name_package_page,
    name_team_page,
    render_guide,
    render_index,
    render_package,
    render_team_list,
)

SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,119}")


class UnsafeName(ValueError):
    """An id cannot name a file: it would leave the folder or confuse a file system."""

    def __init__(self, ident: str) -> None:
        super().__init__(
            f"the id {ident!r} cannot name a page: use letters, digits, dot, hyphen and underscore only, "
            "beginning with a letter or digit, at most 120 characters"
        )


def write_assets(folder: Path) -> None:
    """Write the style sheet and the typeface to `folder`/assets; the same bytes every time."""
    _copy(resources.files("headwater.triggers.pages") / "static", folder / "assets")


def write_package(folder: Path, package: Package) -> Path:
    """Write the page of one draft; returns its path. Raises UnsafeName."""
    return _write(
        folder / "packages", package.package_id, name_package_page(package.package_id), render_package(package)
    )


def write_team_list(folder: Path, team_list: TeamList) -> list[Path]:
    """Write a team's list, a hundred drafts to a page; returns the paths. Raises UnsafeName."""
    return [
        _write(
            folder / "teams",
            team_list.team_id,
            name_team_page(team_list.team_id, page),
            render_team_list(team_list, page),
        )
        for page in range(1, count_pages(team_list) + 1)
    ]


def write_lists(folder: Path, index: RunIndex, team_lists: Iterable[TeamList]) -> None:
    """Write a run's pages but for those of its drafts: the first page, the guide and the teams' lists."""
    write_assets(folder)
    (folder / "index.html").write_text(render_index(index), encoding="utf-8", newline="\n")
    (folder / "guide.html").write_text(render_guide(made_up=index.made_up), encoding="utf-8", newline="\n")
    for team_list in team_lists:
        write_team_list(folder, team_list)


def _write(folder: Path, ident: str, name: str, text: str) -> Path:
    if not SAFE_NAME.fullmatch(ident):
        raise UnsafeName(ident)
    path = folder / name
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except FileNotFoundError:
        folder.mkdir(parents=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return path


def _copy(source: Traversable, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for part in sorted(source.iterdir(), key=lambda entry: entry.name):
        if part.is_dir():
            _copy(part, target / part.name)
        elif part.name != "built-from.json":
            (target / part.name).write_bytes(part.read_bytes())
