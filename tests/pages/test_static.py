"""Is the committed style sheet what its source makes, and does it ask nothing of the network?"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FRONT_END = ROOT / "front-end"
STATIC = ROOT / "src/headwater/triggers/pages/static"
STALE = "run: cd front-end && npm ci && npm run build"


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_style_sheet_was_built_from_the_source_that_stands_here() -> None:
    made = json.loads((STATIC / "built-from.json").read_text())
    assert made["from"] == {name: digest(FRONT_END / name) for name in made["from"]}, STALE
    assert "headwater.scss" in made["from"]


def test_no_built_file_was_changed_by_hand_added_or_lost() -> None:
    made = json.loads((STATIC / "built-from.json").read_text())
    there = {
        path.relative_to(STATIC).as_posix(): digest(path)
        for path in STATIC.rglob("*")
        if path.is_file() and path.name != "built-from.json"
    }
    assert there == made["built"], STALE


def test_building_again_makes_the_same_bytes(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None or not (FRONT_END / "node_modules").is_dir():
        pytest.skip("needs Node and `npm ci` in front-end; the digests above are compared without it")
    subprocess.run([node, str(FRONT_END / "build.mjs"), str(tmp_path / "built")], check=True, timeout=120)
    for path in STATIC.rglob("*"):
        if path.is_file():
            assert path.read_bytes() == (tmp_path / "built" / path.relative_to(STATIC)).read_bytes(), path.name


def test_the_style_sheet_loads_only_the_typeface_beside_it() -> None:
    css = (STATIC / "style.css").read_text(encoding="utf-8")
    targets = re.findall(r"url\(([^)]*)\)", css)
    assert targets
    for target in targets:
        assert (STATIC / target).is_file(), target
    assert "@import" not in css
    assert "GDS Transport" not in css


def test_what_others_made_comes_with_its_licence() -> None:
    assert "SIL OPEN FONT LICENSE" in (STATIC / "fonts/LICENSE.txt").read_text(encoding="utf-8")
    notice = (STATIC / "LICENSE-govuk-frontend.txt").read_text(encoding="utf-8")
    assert "Crown Copyright (Government Digital Service)" in notice
    assert "Permission is hereby granted" in notice


def test_the_lock_file_names_no_host() -> None:
    lock = json.loads((FRONT_END / "package-lock.json").read_text())
    for name, package in lock["packages"].items():
        assert "resolved" not in package, name
        if name:
            assert package["integrity"].startswith("sha512-"), name
