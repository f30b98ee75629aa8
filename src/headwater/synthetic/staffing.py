"""How many posts does the made-up force have today? By residents, so that need is not met, and with one unit shorter than all others."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

from headwater.areas.allocation import Place, allot
from headwater.areas.levels import Level

SHORT, SHARE = "Birmingham East", 0.8
"""The unit that is short, and which share of the posts of its residents it has."""


def write_staffing(path: Path, level: Level, residents: Mapping[str, float], roles: Mapping[str, int]) -> Path:
    """Write a staffing file (area, role, posts, fixed): the posts of each role (name → how many) by the `residents` of small areas, at
    least one in each place of `level`. The same numbers for the same residents."""
    parts = level.parts()
    places = tuple(
        Place(
            code, name, sum(residents.get(area, 0.0) for area in parts[code]) * (SHARE if level.unit[code] == SHORT else 1.0), level.unit[code], 1
        )
        for code, name in level.names.items()
    )  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["area", "role", "posts", "fixed"])
        for name, posts in roles.items():
            given = allot(places, posts).posts
            writer.writerows([code, name, given[code], 0] for code in level.names)
    return path
