"""What do the browser tests share? One browser, one folder of pages, and the waiting for databases that let go of their folders."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
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


MakeFolder = Callable[[str], Path]


@pytest.fixture(scope="session")
def make_folder() -> Iterator[MakeFolder]:
    """Makes a folder in which a service may live. All are removed in the end, after one waiting for all."""
    made = []

    def make(name: str) -> Path:
        made.append(Path(tempfile.mkdtemp(prefix=f"headwater-{name}-")))
        made[-1].chmod(0o711)  # As root, the database's user passes through.
        return made[-1]

    yield make
    if made:
        time.sleep(6)  # The databases' supervisors let go of their folders.
    for folder in made:
        shutil.rmtree(folder, ignore_errors=True)


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
