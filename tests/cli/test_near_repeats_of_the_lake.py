"""Do near repeats come from the force's own lake, each occurrence once, places by a published file, and small numbers unsaid?"""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from headwater.cli.console import BAD_INPUT, OK
from tests.cli.conftest import Copied, Run
from tests.triggers.world import Home, Part, Who, World

SOMEBODY = Who("Ana", "Madeup", "1990-01-01")
NEAR = (
    "areas",
    "near-repeats",
    "--places",
    "uprn.csv",
    "--metres",
    "0,100",
    "--days",
    "7",
    "--shuffles",
    "99",
    "--quiet",
)


def burglaries(world: World) -> None:
    """Twenty homes, each visited twice within three days; two more crimes quote one log; one has no place, one another class."""
    first = date(2016, 4, 1)
    for number in range(20):
        scene = Home(f"{number} Made-up Street", "DY1 1AA", uprn=f"{1000 + number}")
        for later in (0, 3):
            on = str(first + timedelta(days=number * 15 + later))
            world.crime(on, Part(SOMEBODY, "victim"), code="28E", scene=scene)
    twice = Home("1 Twice Street", "DY1 1AB", uprn="2000")
    for _ in range(2):
        world.crime("2017-02-20", Part(SOMEBODY, "victim"), code="28E", scene=twice, log="77-200217")
    world.crime("2017-02-21", Part(SOMEBODY, "victim"), code="28E")
    world.crime("2017-02-21", Part(SOMEBODY, "victim"), code="8N", scene=twice)


def write_places(folder: Path) -> None:
    rows = [f"{1000 + number},{400000 + number * 900}.0,{290000 + number * 700}.0,52,-2" for number in range(20)]
    text = "\n".join(["UPRN,X_COORDINATE,Y_COORDINATE,LATITUDE,LONGITUDE", *rows, "2000,450000,300000,52,-2"])
    (folder / "uprn.csv").write_text(text + "\n", encoding="utf-8")
    text = "pcds,oseast1m,osnrth1m\nDY1 1AA,400000,290000\nDY1 1AB,450000,300000\n"
    (folder / "postcodes.csv").write_text(text, encoding="utf-8")


@pytest.fixture
def lake(run: Run, copy_searched: Copied, tmp_path: Path) -> Run:
    copy_searched(burglaries, tmp_path)
    write_places(tmp_path)
    return run


def test_repeats_at_the_same_place_are_found_and_small_bands_are_not_said(lake: Run) -> None:
    said = lake(*NEAR, "--class", "28E")
    assert said.code == OK, said.err
    assert "45 rows = 40 events" in said.out
    assert "fewer than 5 further rows of the same occurrence" in said.out
    assert "fewer than 5 set aside (no UPRN in the record)" in said.out
    assert "most of all the same place, up to 7 days" in said.out
    assert "Events of the lake, crimes, placed by UPRN" in said.out
    told = json.loads(lake(*NEAR, "--class", "28E", "--json").out)
    same, near = told["bands"]
    assert (same["pairs"], same["ratio"] > 5) == (20, True)
    assert (near["pairs"], near["expected"], near["ratio"], near["p"]) == ("fewer than 5", *["not said"] * 3)


def test_postcodes_place_events_too(lake: Run) -> None:
    told = lake(*NEAR[:3], "postcodes.csv", *NEAR[4:], "--class", "28E")
    assert told.code == OK, told.err
    assert "placed by postcode" in told.out


def test_what_cannot_be_says_what_to_do(lake: Run, tmp_path: Path) -> None:
    (tmp_path / "wrong.csv").write_text("code,x\n1,2\n", encoding="utf-8")
    for arguments, words in (
        (("areas", "near-repeats"), "Records hold no coordinates. Name a file of places"),
        ((*NEAR[:3], "none.csv"), "There is no file none.csv"),
        ((*NEAR[:3], "wrong.csv"), "needs a column UPRN or postcode, and eastings and northings; it has: code, x"),
        ((*NEAR, "--class", "arson"), "no crime of the class 'arson'. The most frequent are: '28E'"),
        ((*NEAR, "--measure", "officer_minutes"), "Choose one of calls, crimes, missing_episodes"),
    ):
        said = lake(*arguments)
        assert said.code == BAD_INPUT, said.err
        assert words in said.err
