"""Is the map's library what the lock file names, free of eval, and with its licence?"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

ROOT = Path(__file__).parents[3]
MAP = ROOT / "src/headwater/service/areas/static/areas/maplibre"
STALE = "run: make front-end"


def test_the_library_is_that_of_the_lock_file_and_unchanged() -> None:
    made = json.loads((MAP / "built-from.json").read_text())
    lock = json.loads((ROOT / "front-end/package-lock.json").read_text())
    assert made["version"] == lock["packages"]["node_modules/maplibre-gl"]["version"], STALE
    there = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in MAP.iterdir()
        if path.name != "built-from.json"
    }
    assert there == made["built"], STALE


def test_the_library_comes_with_its_licence() -> None:
    assert "Redistribution and use in source and binary forms" in (MAP / "LICENSE.txt").read_text("utf-8")


def test_neither_script_makes_code_of_text_or_points_to_a_map_of_sources() -> None:
    for path in [*MAP.glob("*.js"), MAP.parent / "map.js"]:
        text = path.read_text("utf-8")
        assert "sourceMappingURL" not in text
        assert "new Function(" not in text
        assert "eval(" not in text
