"""Do the pages of a run find each other, and is writing them safe and repeatable?"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import pytest

from headwater.triggers.packages.package import Package
from headwater.triggers.pages import UnsafeName, write_lists, write_package, write_team_list
from tests.pages.people import make_index, make_rich, make_team_list
from tests.pages.reading import read_page


def make_run(folder: Path) -> None:
    index = make_index()
    lists = [
        make_team_list(team.drafts + 90).model_copy(update={"team_id": team.team_id, "name": team.name})
        for team in index.teams
    ]
    packages: dict[str, Package] = {}
    for team_list in lists:
        for entry in team_list.entries:
            packages[entry.package_id] = make_rich().model_copy(
                update={
                    "package_id": entry.package_id,
                    "team": make_rich().team.model_copy(update={"team_id": team_list.team_id}),
                }
            )
    folder.mkdir()
    (folder / "run.html").write_text("the report")
    write_lists(folder, index, lists)
    for package in packages.values():
        write_package(folder, package)


def test_every_link_of_a_run_leads_to_a_page_that_is_there(tmp_path: Path) -> None:
    make_run(tmp_path / "run")
    seen = 0
    for path in sorted((tmp_path / "run").rglob("*.html")):
        if path.name == "run.html":
            continue
        for element in read_page(path.read_text(encoding="utf-8")).walk():
            target = element.attributes.get("href", "").split("#")[0]
            if target:
                assert (path.parent / unquote(target)).resolve().is_file(), f"{path.name} links to {target}"
                seen += 1
    assert seen > 500


def test_writing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        make_run(tmp_path / name)
    one = {path.relative_to(tmp_path / "one"): path.read_bytes() for path in (tmp_path / "one").rglob("*.*")}
    two = {path.relative_to(tmp_path / "two"): path.read_bytes() for path in (tmp_path / "two").rglob("*.*")}
    assert one == two


@pytest.mark.parametrize("ident", ["../escape", "a/b", "", ".hidden", "a\\b", "x" * 200, "name\n", "con:1"])
def test_an_id_that_cannot_name_a_file_is_refused_and_nothing_is_written(tmp_path: Path, ident: str) -> None:
    with pytest.raises(UnsafeName, match="cannot name a page"):
        write_package(tmp_path, make_rich().model_copy(update={"package_id": ident}))
    with pytest.raises(UnsafeName):
        write_team_list(tmp_path, make_team_list(1).model_copy(update={"team_id": ident}))
    assert list(tmp_path.rglob("*")) == []
