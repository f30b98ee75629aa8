"""Are the made-up posts of today there by residents, with one unit short, in a file that the planning reads?"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from headwater.areas.levels import TEAM, read_levels
from headwater.areas.planning import read_staffing
from headwater.synthetic.measures import write_measures
from headwater.synthetic.staffing import SHORT, write_staffing


def test_posts_of_today_follow_residents_and_birmingham_east_is_short(tmp_path: Path) -> None:
    with write_measures(tmp_path / "made_up.csv", 1).open(encoding="utf-8") as file:
        residents = {row["lsoa"]: float(row["residents"]) for row in csv.DictReader(file)}
    level = read_levels()[TEAM]
    path = write_staffing(tmp_path / "new" / "staffing.csv", level, residents, {"PC": 900, "PCSO": 460})
    held = read_staffing(path, level, {"pc": "PC", "pcso": "PCSO"})
    everybody = sum(residents.values())
    for role, posts in (("pc", 900), ("pcso", 460)):
        assert sum(held.posts[role].values()) == posts
        assert min(held.posts[role].values()) >= 1
        for unit in set(level.unit.values()):
            inside = [code for code in level.names if level.unit[code] == unit]
            people = sum(residents[area] for code in inside for area in level.parts()[code]) / everybody
            share = sum(held.posts[role][code] for code in inside) / posts
            assert share == pytest.approx(people * (0.83 if unit == SHORT else 1.04), rel=0.08), unit
