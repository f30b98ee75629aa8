"""Can a planner go from numbers to posts with reasons, on made-up measures and on the open data of the West Midlands?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from headwater.cli.areas.small_numbers import protect, say_count
from headwater.cli.console import BAD_INPUT, OK, USAGE
from headwater.synthetic.measures import write_measures
from headwater.triggers.disclosure import read_disclosure_rule
from tests.cli.conftest import Run

OPEN = Path(__file__).resolve().parents[3] / "shared" / "data" / "areas"
DISTRICTS = ("Birmingham", "Coventry", "Dudley", "Sandwell", "Solihull", "Walsall", "Wolverhampton")
RULES = "title: T\nroles:\n  pc: {name: PC, posts: 400, floor: 1}\n"


def test_from_made_up_measures_to_posts_with_reasons(run: Run, tmp_path: Path) -> None:
    write_measures(tmp_path / "made_up.csv", 3)
    said = run("areas", "load", "made_up.csv", "--as", "made_up")
    assert said.code == OK, said.err
    assert "1,680 rows = 1,680 areas kept" in said.out
    assert "Made-up" in said.out
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    found = json.loads(run("areas", "allocate", "rules.yaml", "--json").out)
    assert sum(place["posts"]["pc"] for place in found["places"]) == 400
    best = max(found["places"], key=lambda place: place["posts"]["pc"])
    told = json.loads(run("areas", "explain", best["code"], "--rules", "rules.yaml", "--json").out)
    assert len(told["posts"]["pc"]) == best["posts"]["pc"]
    assert all(area["reason"] for area in told["areas"])
    for command in (
        ("typology",),
        ("need",),
        ("measures",),
        ("allocate", "rules.yaml"),
        ("explain", best["code"], "--rules", "rules.yaml"),
    ):
        said = run("areas", *command)
        assert said.code == OK, said.err
        assert "made-up" in said.out.casefold()
    counted = json.loads(run("areas", "typology", "--json").out)
    assert sum(counted["count"].values()) == len(counted["areas"]) == 1680
    assert len(run("areas", "need", "--csv").out.splitlines()) == 171


def test_posts_of_today_and_moves(run: Run, tmp_path: Path) -> None:
    run("areas", "load", str(write_measures(tmp_path / "made_up.csv", 3)))
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    (tmp_path / "today.csv").write_text("team,role,posts\nBE01,PC,400\n", encoding="utf-8")
    said = run("areas", "allocate", "rules.yaml", "--today", "today.csv")
    assert said.code == OK, said.err
    assert "PC moves from today, the fewest that do it" in said.out
    moves = json.loads(run("areas", "allocate", "rules.yaml", "--today", "today.csv", "--json").out)
    left = 400 - next(place["posts"]["pc"] for place in moves["places"] if place["code"] == "BE01")
    assert sum(move["posts"] for move in moves["moves"]["pc"]) == left


@pytest.mark.parametrize(("arguments", "code", "words"), [
    (["areas", "typology"], BAD_INPUT, "No index of deprivation is loaded"),
    (["areas", "load"], USAGE, "--lake"),
    (["areas", "load", "none.csv"], BAD_INPUT, "no file"),
    (["areas", "load", "none.csv", "--as", "nothing"], BAD_INPUT, "no set of measures 'nothing'"),
    (["areas", "hotspots"], BAD_INPUT, "No count called 'crimes'"),
    (["areas", "allocate", "none.yaml"], BAD_INPUT, "no file none.yaml"),
])  # fmt: skip
def test_a_mistake_is_one_clear_message(run: Run, arguments: list[str], code: int, words: str) -> None:
    said = run(*arguments)
    assert said.code == code, said.err
    assert words in said.err
    assert len(said.err.strip().splitlines()) == 1


@pytest.mark.parametrize(("index", "areas", "complex_need"), [("imd2019", 1680, 70), ("imd2025", 1719, 160)])
def test_the_west_midlands_open_data(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, index: str, areas: int, complex_need: int
) -> None:
    year = "lsoa11" if index == "imd2019" else "lsoa21"
    path = OPEN / f"{index}_england_{year}.parquet"
    if not path.exists():
        pytest.skip(f"the published file {path.name} is not on this machine")
    if index == "imd2025":
        lookup = str(OPEN / "lookup_lsoa21_ward24_ltla24_ew.csv.gz")
        said = run(
            "areas",
            "hierarchy",
            lookup,
            *(word for name in DISTRICTS for word in ("--district", name)),
            "--into",
            "own",
            "--json",
        )
        assert json.loads(said.out) == {"small_areas": 1719, "wards": 192, "units": 7}
        monkeypatch.setenv("HEADWATER_CATALOGUE", str(tmp_path / "own"))
    run("areas", "load", str(path), "--as", index)
    found = json.loads(run("areas", "typology", "--json").out)
    assert (len(found["areas"]), found["count"]["complex"]) == (areas, complex_need)


@pytest.mark.parametrize(
    ("count", "said"), [(0, "fewer than 5"), (4, "fewer than 5"), (5, 5), (7, 5), (8, 10), (77, 75)]
)
def test_hot_spots_do_not_say_small_counts(count: int, said: int | str) -> None:
    rule = read_disclosure_rule()
    assert say_count(rule, protect(rule, [count])[0]) == said
