"""Can a planner go from numbers to posts with reasons, on made-up measures and on the open data of the West Midlands?"""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box, mapping

from headwater.areas.measures import Kept, keep_counts, read_measure_sets
from headwater.areas.planning import Shelf
from headwater.areas.teams import read_teams
from headwater.cli.areas.small_numbers import protect, protect_shelf, safe_digits, say_measure
from headwater.cli.console import BAD_INPUT, OK, USAGE
from headwater.synthetic.measures import write_measures
from headwater.triggers.counting.disclosure import read_disclosure_rule
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
    close = [area for area in counted["areas"] if area["close"]]
    assert (len(close), counted["close"]["ranks"]) == (counted["close"]["areas"], 328)
    nearest = [min(area["ranks_to_label_before"] or 10**6, area["ranks_to_losing_own"] or 10**6) for area in close]
    assert max(nearest) <= 328
    assert all(area["nearest"] for area in counted["areas"])
    assert f"Close to another label: {len(close):,} areas;" in run("areas", "typology").out
    rows = list(csv.DictReader(run("areas", "typology", "--csv").out.splitlines()))
    assert [row["area"] for row in rows if row["close"] == "yes"] == [area["area"] for area in close]
    for told in (run("areas", "typology").out, run("areas", "explain", best["code"], "--rules", "rules.yaml").out):
        assert counted["rules_source"] in told
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


def test_posts_and_scenarios_of_earlier_wards_are_carried(run: Run, tmp_path: Path) -> None:
    """Two wards; then the second takes half of the small areas of the first."""
    codes = sorted(read_teams().areas)
    wards = tmp_path / "own" / "areas" / "wards.csv"
    wards.parent.mkdir(parents=True)

    def draw(prefix: str, cut: int) -> list[str]:
        rows = [f"{code},{prefix}{int(at >= cut)},Ward {int(at >= cut)}" for at, code in enumerate(codes)]
        wards.write_text("\n".join(["lsoa,ward,name", *rows]) + "\n", encoding="utf-8")
        return rows

    (tmp_path / "old.csv").write_text("\n".join(["LSOA11CD,WD13CD,WD13NM", *draw("O", 1000)]) + "\n", encoding="utf-8")
    (tmp_path / "headwater.toml").write_text('catalogue = "own"\n', encoding="utf-8")
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    (tmp_path / "today.csv").write_text("ward,role,posts\nO0,PC,300\nO1,PC,100\n", encoding="utf-8")
    run("areas", "load", str(write_measures(tmp_path / "made_up.csv", 3)))
    assert run("areas", "allocate", "rules.yaml", "--today", "today.csv", "--save", "before").code == OK
    draw("N", 500)
    said = run("areas", "allocate", "rules.yaml", "--beside", "before")
    assert said.code == BAD_INPUT
    assert "The scenario 'before' has posts in O0, O1: there is no such ward today" in said.err
    said = run("areas", "load", "old.csv", "--as", "wards")
    assert "1,680 rows: 2 wards (wd13) with 1,680 small areas of the force." in said.out
    said = run("areas", "allocate", "rules.yaml", "--today", "today.csv", "--beside", "before")
    assert said.code == OK, said.err
    assert "Posts of today. Carried over: 400 posts of 2 wards that were drawn anew (wd13, old.csv)" in said.out
    assert "300 of them (75%) are of 1 that were cut apart" in said.out
    assert "before. Carried over: 400 posts" in said.out
    found = json.loads(run("areas", "allocate", "rules.yaml", "--today", "today.csv", "--json").out)
    today = {place["code"]: place["today"]["pc"] for place in found["places"]}
    assert sum(today.values()) == 400
    assert 130 < today["N0"] < 170, "about half of the residents of the ward that was cut"
    assert found["posts_carried"]["today"].startswith("Carried over: 400 posts")


@pytest.mark.parametrize(("arguments", "code", "words"), [
    (["areas", "typology"], BAD_INPUT, "No index of deprivation is loaded"),
    (["areas", "load"], USAGE, "--lake"),
    (["areas", "load", "none.csv"], BAD_INPUT, "no file"),
    (["areas", "load", "none.csv", "--as", "nothing"], BAD_INPUT, "no set of measures 'nothing'"),
    (["areas", "hotspots"], BAD_INPUT, "No count called 'crimes'"),
    (["areas", "allocate", "none.yaml"], BAD_INPUT, "no file none.yaml"),
    (["areas", "measures", "BE01"], BAD_INPUT, "Nothing is loaded"),
    (["areas", "load", "none.csv", "--as", "lookup"], BAD_INPUT, "no file"),
    (["areas", "load", "none.csv", "--as", "wards"], BAD_INPUT, "no file"),
    (["areas", "near-repeats", "none.csv"], BAD_INPUT, "no file"),
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
        told = json.loads(said.out)
        assert (told["small_areas"], told["wards"], told["units"]) == (1719, 192, 7)
        assert told["vintage"] == {"small_areas": "lsoa21", "wards": "ward24", "units": "ltla24"}
        monkeypatch.setenv("HEADWATER_CATALOGUE", str(tmp_path / "own"))
    run("areas", "load", str(path), "--as", index)
    found = json.loads(run("areas", "typology", "--json").out)
    assert (len(found["areas"]), found["count"]["complex"]) == (areas, complex_need)


@pytest.mark.parametrize(
    ("count", "said"), [(0, "fewer than 5"), (4, "fewer than 5"), (5, 5), (7, 5), (8, 10), (77, 75)]
)
def test_hot_spots_do_not_say_small_counts(count: int, said: int | str) -> None:
    rule = read_disclosure_rule()
    assert say_measure(rule, protect(rule, [count])[0], 1.0) == said


def outlines(folder: Path) -> str:
    """A file of outlines: forty small areas in a row, the three that have numbers among them in the middle."""
    known = [f"E0100{number}" for number in range(8881, 8921)]
    codes = [*known[:18], "E01009417", "E01009418", "E01009419", *known[18:37]]
    features = [
        {"type": "Feature", "properties": {"LSOA11CD": code}, "geometry": mapping(box(at, 0, at + 1, 1))}
        for at, code in enumerate(codes)
    ]
    (folder / "row.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8"
    )
    return "row.geojson"


@pytest.fixture
def planned(run: Run, tmp_path: Path) -> Run:
    """The command line with made-up measures and a demand of its own loaded, and rules in rules.yaml."""
    run("areas", "load", str(write_measures(tmp_path / "made_up.csv", 3)), "--as", "made_up")
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    counts = {
        "officer_minutes": {"E01009417": 300.0, "E01009418": 90_000.0, "E01009419": 40_000.0},
        "calls": {"E01009417": 3.0, "E01009418": 900.0, "E01009419": 401.0},
        "crimes": {"E01009418": 77.0, "E01009419": 4.0},
    }
    one = read_measure_sets()["demand"].model_copy(update={"made_up": True})
    keep_counts(tmp_path / ".headwater" / "measures", one, counts, {"vintage": "2016-04-01 to 2017-03-31"})
    return run


def test_weights_can_be_set_and_the_answer_says_how_much_it_moves(planned: Run) -> None:
    plain = json.loads(planned("areas", "need", "--json").out)
    drawn = json.loads(
        planned("areas", "need", "--json", "--draws", "60", "--weight", "income=0", "--weight", "housing=0.5").out
    )
    assert drawn["weights"]["income"] == 0
    assert [one["code"] for one in drawn["places"]] != [one["code"] for one in plain["places"]]
    assert all(one["from_percent"] <= one["need_percent"] * 1.001 + 0.001 for one in drawn["places"])
    said = planned("areas", "need", "--draws", "60")
    assert "nine of ten of 60 draws" in said.out
    for wrong, words in (("weather=1", "no domain 'weather'"), ("income=much", "'much', which is no number")):
        told = planned("areas", "need", "--weight", wrong)
        assert (told.code, words in told.err) == (BAD_INPUT, True)


def test_need_and_allocate_take_one_recipe_and_say_it(planned: Run) -> None:
    need = json.loads(planned("areas", "need", "--level", "team", "--json").out)
    share = {one["code"]: one["need_percent"] for one in need["places"]}
    for rules in ((), ("rules.yaml",)):
        posts = json.loads(planned("areas", "allocate", *rules, "--json").out)
        assert {one["code"]: round(one["need"] * 100, 3) for one in posts["places"]} == share
        assert posts["need_is"] == need["need_is"]
        assert planned("areas", "allocate", *rules).out.count(need["need_is"]) == 1
    assert "crime 0.093" in need["need_is"]
    assert "crime is not in it" in planned("areas", "need", "--without-crime").out
    assert "crime is not in it) and 40% work" in planned("areas", "need", "--workload", "0.4").out
    assert "Crime counts twice" in planned("areas", "need", "--workload", "0.4", "--with-crime").out
    index, work = need["sources"]
    for command, sources in (("need", f"{index}; {work}"), ("allocate", index)):
        rows = list(csv.DictReader(io.StringIO(planned("areas", command, "--csv").out)))
        assert {row["need is"] for row in rows} == {need["need_is"]}
        assert {row["from"] for row in rows} == {sources}


def test_a_place_says_what_its_need_is_made_of(planned: Run, tmp_path: Path) -> None:
    (tmp_path / "today.csv").write_text("team,role,posts\nBE01,PC,400\n", encoding="utf-8")
    (tmp_path / "work.yaml").write_text(RULES + "need: {workload: 0.4}\n", encoding="utf-8")
    found = json.loads(
        planned("areas", "explain", "BE01", "--rules", "work.yaml", "--today", "today.csv", "--json").out
    )
    made = found["made_of"]
    hard = made["residents_share"] * made["hardship"] / made["hardship_of_all"]
    assert 0.6 * hard + 0.4 * made["minutes_share"] == pytest.approx(found["need"])
    assert found["today"] == {"pc": 400}
    assert any("made-up" in source.casefold() or "made up" in source.casefold() for source in found["sources"])
    said = planned("areas", "explain", "BE01", "--rules", "work.yaml").out
    assert f"Behind its need: {made['residents']:,} residents" in said
    assert "of the force's work" in said
    assert found["need_is"] in said


def test_how_few_areas_have_counts_is_said(planned: Run, tmp_path: Path) -> None:
    assert (
        "Work is known in 2 of 1,680 small areas; here it is shown, and is no part of need."
        in planned("areas", "need").out
    )
    said = planned("areas", "hotspots", "--measure", "calls", "--boundaries", outlines(tmp_path))
    assert "Look at --per-resident beside it" in said.out
    assert "2 of 34 small areas have a count of 5 or more. The others count as next to nothing" in said.out


def test_scenarios_stand_side_by_side_with_groups_and_draws(planned: Run, tmp_path: Path) -> None:
    assert "Kept as april" in planned("areas", "allocate", "rules.yaml", "--save", "april").err
    (tmp_path / "more.yaml").write_text(RULES.replace("400", "410"), encoding="utf-8")
    said = planned("areas", "allocate", "more.yaml", "--beside", "april", "--equality", "--draws", "20")
    assert said.code == OK, said.err
    for words in ("PC april", "PC moves from april, the fewest that do it: 0", "10 new posts, 0 given up", "20 draws of the weights",
                  "most deprived fifth", "By unit", "Not in this model"):  # fmt: skip
        assert words in said.out
    found = json.loads(planned("areas", "allocate", "more.yaml", "--beside", "april", "--json").out)
    assert sum(place["beside"]["april"]["pc"] for place in found["places"]) == 400
    everybody = next(one for one in found["equality"] if one["group"] == "all residents")
    assert everybody["proposed"] == pytest.approx(410 / everybody["residents"] * 10_000, rel=1e-4)


def test_an_integer_programme_says_how_long_it_may_search_and_whether_it_is_proven(
    planned: Run, tmp_path: Path
) -> None:
    (tmp_path / "tied.yaml").write_text(
        "title: T\nmethod: milp\nroles:\n  pc: {name: PC, posts: 400, floor: 1}\n  pcso: {name: PCSO, posts: 200}\n"
        "mix: {role: pcso, per: pc, least: 0.25, most: 0.75}\n", encoding="utf-8",
    )  # fmt: skip
    said = planned("areas", "allocate", "tied.yaml", "--seconds", "30")
    assert said.code == OK, said.err
    assert "for 30 seconds at most" in said.err
    assert "the proven optimum" in said.out


def test_work_is_said_in_steps_so_that_no_small_area_can_be_worked_out(planned: Run) -> None:
    small = {
        one["code"]: one
        for one in json.loads(planned("areas", "need", "--workload", "1", "--level", "small-area", "--json").out)[
            "places"
        ]
    }
    shown = [one["minutes"] for one in small.values() if one["minutes"]]
    assert len(shown) == 2
    assert (
        small["E01009417"]["need_percent"] == small["E01009417"]["minutes"] == 0
    )  # three calls: not said, not in sums
    for level in ("team", "npu"):
        told = json.loads(planned("areas", "need", "--workload", "1", "--level", level, "--json").out)
        assert sum(one["minutes"] for one in told["places"]) == pytest.approx(sum(shown), abs=2)
        assert "1 small areas with the work of fewer than 5 count as none" in told["small_numbers"]
    step = 5 * 130_300 / 1_385
    assert all(abs(minutes / step - round(minutes / step)) < 0.01 for minutes in shown)
    team = json.loads(planned("areas", "measures", "BE01", "--json").out)
    told = {one["measure"]: one["value"] for one in team["measures"] if one["set"] == "demand"}
    assert told["Recorded crimes"] == "75"
    assert told["Calls and incidents"] == "1,300"


def test_hot_spots_say_counts_and_z_in_steps(planned: Run, tmp_path: Path) -> None:
    hot = json.loads(
        planned("areas", "hotspots", "--measure", "calls", "--boundaries", outlines(tmp_path), "--json").out
    )["hot"]
    said = {one["area"]: one["count"] for one in hot}
    assert said["E01009418"] == 900
    assert {one for one in said.values() if isinstance(one, str)} == {"fewer than 5"}
    assert all(one["q"].endswith("or less") for one in hot)


def test_the_description_is_apart_from_the_labels_and_names_no_group_of_people(planned: Run) -> None:
    said = planned("areas", "typology", "--describe", "--groups", "3", "--starts", "2", "--quiet")
    assert said.code == OK, said.err
    assert "They describe; they set no posts" in said.out
    found = json.loads(
        planned("areas", "typology", "--describe", "--groups", "3", "--starts", "2", "--quiet", "--json").out
    )
    assert sum(one["areas"] for one in found["groups"]) == len(found["areas"]) == 1680


def test_near_repeats_of_a_file(run: Run, tmp_path: Path) -> None:
    rows = [
        f"{x},{y},2017-{1 + n // 28:02}-{1 + n % 28:02},o{n}"
        for n in range(56)
        for x, y in ((n * 997 % 5000, n * 631 % 5000),)
    ]
    twice = [f"{row.rpartition(',')[0]},again{n}" for n, row in enumerate(rows[:30])]
    (tmp_path / "events.csv").write_text(
        "\n".join(("easting,northing,date,id", *rows, *twice, rows[0])) + "\n", encoding="utf-8"
    )
    said = run("areas", "near-repeats", "events.csv", "--metres", "0,200", "--days", "7", "--shuffles", "99", "--quiet")
    assert said.code == OK, said.err
    assert "87 rows = 86 events from 2017-01-01 to 2017-02-28, 1 further rows of the same occurrence" in said.out
    assert "most of all the same place, up to 7 days" in said.out
    assert "write numbers with commas" in run("areas", "near-repeats", "events.csv", "--days", "week").err


def test_an_index_of_2019_is_carried_to_areas_of_2021_and_the_cost_is_told(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {name: OPEN / name for name in ("lookup_lsoa11_lsoa21_ltla22_ew.csv.gz", "imd2019_england_lsoa11.parquet")}
    if lacking := [name for name, path in files.items() if not path.exists()]:
        pytest.skip(f"the published file {lacking[0]} is not on this machine")
    lookup = str(OPEN / "lookup_lsoa21_ward24_ltla24_ew.csv.gz")
    run("areas", "hierarchy", lookup, *(word for name in DISTRICTS for word in ("--district", name)), "--into", "own")
    monkeypatch.setenv("HEADWATER_CATALOGUE", str(tmp_path / "own"))
    run("areas", "load", str(files["imd2019_england_lsoa11.parquet"]), "--as", "imd2019")
    before = json.loads(run("areas", "typology", "--json").out)
    assert before["count"]["not known"] == 81
    said = run("areas", "load", str(files["lookup_lsoa11_lsoa21_ltla22_ew.csv.gz"]), "--as", "lookup")
    assert "33,647 the same in both" in said.out
    after = json.loads(run("areas", "typology", "--json").out)
    assert "not known" not in after["count"]
    assert after["count"]["complex"] == 75
    assert "80 lie in the 40 that were split, 1 is made of several" in after["carried"]
    assert "carried across from areas of 2011 to those of 2021" in after["source"]


def test_what_is_published_for_everybody_is_said_as_it_is(run: Run, tmp_path: Path) -> None:
    one = read_measure_sets()["street_level"]
    keep_counts(
        tmp_path / ".headwater" / "measures",
        one,
        {"crimes": {"E01009418": 3.0, "E01009419": 44.0}},
        {"vintage": "2018-06"},
    )
    said = run("areas", "hotspots", "--boundaries", outlines(tmp_path), "--json")
    assert "small areas have no outline in row.geojson" in said.err
    found = json.loads(said.out)
    assert {row["count"] for row in found["hot"] if row["area"] in ("E01009418", "E01009419")} == {3, 44}


@pytest.mark.parametrize("width", ["60", "300"])
def test_a_table_is_whole_on_a_narrow_screen(planned: Run, monkeypatch: pytest.MonkeyPatch, width: str) -> None:
    monkeypatch.setenv("COLUMNS", width)
    said = planned("areas", "need", "--draws", "20").out.splitlines()
    assert said[0].split() == ["code", "team", "unit", "need", "%", "from", "to", "residents", "minutes"]
    assert len({len(line) for line in said[1:171]}) == 1


DEMAND, DEMAND_RULE = read_measure_sets()["demand"], read_disclosure_rule()


@settings(max_examples=40)
@given(st.lists(st.integers(0, 12), min_size=6, max_size=6), st.integers(0, 5))
def test_one_event_more_or_less_is_lost_in_what_is_said_of_every_level(calls: list[int], at: int) -> None:
    """Whatever the other numbers, what is said of an area is the same for every true count that its class may stand for."""
    rule = DEMAND_RULE
    areas = tuple(f"a{n}" for n in range(6))

    def said(counts: list[int]) -> list[float]:
        kept = Kept("demand", areas, {"calls": np.array(counts, float)}, {})
        shelf, _ = protect_shelf(Shelf({}, {"demand": DEMAND}, {"demand": kept}), rule)
        found = shelf.kept["demand"].values["calls"]
        return [*found.tolist(), float(found[:3].sum()), float(found[3:].sum()), float(found.sum())]

    own = rule.shown(calls[at])
    alike = [count for count in range(13) if rule.shown(count) == own]
    assert len(alike) >= 3
    assert len({tuple(said([*calls[:at], count, *calls[at + 1 :]])) for count in alike}) == 1


@given(st.floats(0.001, 1e6))
def test_a_step_of_the_last_place_that_is_said_is_no_fewer_than_five_events(events_for_one: float) -> None:
    digits = safe_digits(events_for_one, 5)
    if digits is None:
        assert events_for_one < 5
    else:
        assert 0 <= digits <= 2
        assert events_for_one * 10**-digits >= 5 * (1 - 1e-9)


def test_outlines_are_loaded_once_and_hot_spots_use_them(planned: Run, tmp_path: Path) -> None:
    path = outlines(tmp_path)
    once = planned("areas", "hotspots", "--measure", "calls", "--boundaries", path, "--json").out
    said = planned("areas", "load", path, "--as", "boundaries")
    assert said.code == OK, said.err
    assert "of the force's small areas kept" in said.out
    assert json.loads(planned("areas", "hotspots", "--measure", "calls", "--json").out) == json.loads(once)
    told = planned("areas", "hotspots", "--measure", "calls").out
    assert "too few of their own to be said: Gi* takes an area together with its neighbours" in told
    (tmp_path / "empty.geojson").write_text("{}", encoding="utf-8")
    wrong = planned("areas", "load", "empty.geojson", "--as", "boundaries")
    assert wrong.code == USAGE
    assert "no GeoJSON file of small areas" in wrong.err
