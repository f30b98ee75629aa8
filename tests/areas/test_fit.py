"""Are numbers carried between boundaries of different years without loss, and is the cost of the fit told?"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.areas.fit import FitError, carry_counts, carry_rates, cost_of_fit, make_lookup
from headwater.areas.lookup_file import read_lookup_file
from headwater.areas.redrawn import HEADS

OPEN = Path(__file__).resolve().parents[3] / "shared" / "data" / "areas"
CODES = st.sampled_from(["A", "B", "C", "D"])


@given(st.lists(st.tuples(CODES, CODES, st.floats(0.1, 100)), min_size=1), st.dictionaries(CODES, st.floats(0, 1e6)))
def test_what_is_carried_and_what_is_not_add_up(rows: list[tuple[str, str, float]], values: dict[str, float]) -> None:
    carried, lost = carry_counts(values, make_lookup("old", "new", rows))
    assert sum(carried.values()) + lost == pytest.approx(sum(values.values()))


def test_a_split_a_merger_and_an_area_that_stayed() -> None:
    lookup = make_lookup(
        "lsoa11",
        "lsoa21",
        [("stays", "S", 1), ("split", "P1", 300), ("split", "P2", 100), ("m1", "M", 1), ("m2", "M", 1)],
    )
    carried, lost = carry_counts({"stays": 10, "split": 40, "m1": 5, "m2": 7, "elsewhere": 3}, lookup)
    assert carried == {"M": 12, "P1": 30, "P2": 10, "S": 10}
    assert lost == 3
    rates = carry_rates(
        {"stays": 2.0, "split": 8.0, "m1": 1.0, "m2": 4.0}, {"stays": 100, "split": 100, "m1": 100, "m2": 200}, lookup
    )
    assert rates == {"M": pytest.approx(3.0), "P1": 8.0, "P2": 8.0, "S": 2.0}
    assert lookup.best()["split"] == "P1"
    cost = cost_of_fit(lookup, {"stays": 1000, "split": 1000, "m1": 1000, "m2": 1000})
    assert (cost.whole, cost.cut, cost.misplaced) == (3, 1, pytest.approx(250 / 4000))
    assert cost.worst == (("P1", 0.25),)
    assert "6.25% of residents are counted in a place where they do not live; most of all in P1 25.0%" in cost.say()


def test_the_published_lookup_of_the_west_midlands_is_as_counted() -> None:
    path = OPEN / "lookup_lsoa11_lsoa21_ltla22_ew.csv.gz"
    if not path.exists():
        pytest.skip("the published lookup is not on this machine")
    read = read_lookup_file(path, HEADS, "")
    lookup = make_lookup("lsoa11", "lsoa21", ((row["lsoa11"], row["lsoa21"], 1.0) for _, row in read.rows))
    assert len(lookup.parts) == 34753
    assert lookup.whole() > 33_000
    people = dict.fromkeys(lookup.parts, 1500.0)
    carried, lost = carry_counts(people, lookup)
    assert (len(carried), lost) == (35672, 0)
    assert sum(carried.values()) == pytest.approx(34753 * 1500)


def test_a_lookup_that_cannot_be_is_told(tmp_path: Path) -> None:
    path = tmp_path / "lookup.csv"
    path.write_text("LSOA11CD,LSOA21CD\nx,y\nx,\n")
    with pytest.raises(FitError, match=r"lookup.csv, line 3: LSOA21CD is missing"):
        read_lookup_file(path, HEADS, "Take another.")
    with pytest.raises(FitError, match=r"has no column for ward; it has: LSOA11CD, LSOA21CD. Take another."):
        read_lookup_file(path, {"ward": "wd11cd"}, "Take another.")
    with pytest.raises(FitError, match="must be more than nothing"):
        make_lookup("a", "b", [("x", "y", 0)])
    with pytest.raises(FitError, match="no rows"):
        make_lookup("a", "b", [])
