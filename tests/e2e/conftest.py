"""What do the browser tests share? One browser and one folder of pages for them all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from headwater.triggers.pages import (
    render_index,
    render_team_list,
    write_lists,
    write_package,
    write_team_list,
)
from tests.e2e.chromium import HOW, find_chromium, open_chromium
from tests.pages.people import make_bare, make_crowded, make_hostile, make_index, make_rich, make_team_list


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = find_chromium()
    if path is None:
        pytest.skip(HOW)
    with open_chromium(path) as chromium:
        yield chromium


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run's pages in every shape: lists of none, one and many, packages full, bare, hostile and crowded."""
    folder = tmp_path_factory.mktemp("run")
    shapes = {"rich": make_rich(), "bare": make_bare(), "hostile": make_hostile(), "crowded": make_crowded(60)}
    packages = [package.model_copy(update={"package_id": name}) for name, package in shapes.items()]
    write_lists(folder, make_index(), [make_team_list(230)])
    for package in packages:
        write_package(folder, package)
    for name, entries in {"none": 0, "one": 1}.items():
        write_team_list(folder, make_team_list(entries).model_copy(update={"team_id": name}))
    (folder / "empty.html").write_text(render_index(make_index(found=False)), encoding="utf-8")
    (folder / "teams" / "whole.html").write_text(render_team_list(make_team_list(10_000)), encoding="utf-8")
    return folder
