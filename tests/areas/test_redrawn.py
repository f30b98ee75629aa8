"""Are numbers for small areas of 2011 carried to those of 2021, and back, with their sums kept and the cost told?"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from headwater.areas.fit import FitError
from headwater.areas.measures import Kept, read_measure_sets
from headwater.areas.redrawn import carry_across, load_redrawn, open_redrawn

HEAD = "LSOA11CD,LSOA11NM,LSOA21CD,CHGIND\n"
ROWS = ("same,n,same,U", "cut,n,cut1,S", "cut,n,cut2,S", "one,n,both,M", "two,n,both,M")
RESIDENTS = {"cut1": 300.0, "cut2": 100.0, "one": 100.0, "two": 300.0, "same": 50.0, "both": 400.0, "cut": 400.0}
NEW, OLD = ("both", "cut1", "cut2", "same"), ("cut", "one", "same", "two")


def kept(name: str, **values: dict[str, float]) -> Kept:
    areas = tuple(sorted({area for one in values.values() for area in one}))
    columns = {m: np.array([one.get(area, np.nan) for area in areas]) for m, one in values.items()}
    return Kept(name, areas, columns, {"vintage": "2019"})


def lookup(folder: Path, *rows: str) -> Path:
    path = folder / "lookup.csv"
    path.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_counts_shares_and_ranks_are_each_carried_in_their_own_way(tmp_path: Path) -> None:
    told = load_redrawn(lookup(tmp_path, *ROWS), tmp_path)
    assert (told["rows"], told["areas_2011"], told["areas_2021"], told["same"]) == (5, 4, 4, 1)
    redrawn = open_redrawn(tmp_path)
    assert redrawn is not None
    sets = read_measure_sets()
    given = kept("street_level", crimes={"same": 7, "cut": 40, "one": 1, "two": 2})
    found, said = carry_across(given, sets["street_level"], redrawn, NEW, RESIDENTS)
    assert dict(zip(found.areas, found.values["crimes"].tolist(), strict=True)) == {
        "same": 7,
        "cut1": 30,
        "cut2": 10,
        "both": 3,
    }
    assert "carried across from areas of 2011 to those of 2021" in found.manifest["vintage"]
    assert "1 of the force's 4 areas are the same" in said
    assert "2 lie in the 1 that were split, 1 is made of several. Counts are shared out" in said
    ranks = kept("imd2019", crime_rank={"same": 3.0, "cut": 1.0, "one": 2.0, "two": 9.0})
    found, said = carry_across(ranks, sets["imd2019"], redrawn, NEW, RESIDENTS)
    assert found.of("crime_rank", NEW).tolist() == [9, 1, 1, 3]
    assert "11.76% of residents bear the rank" in said  # 100 of 850: those of `one`, the smaller part of `both`
    shares = kept("census2021", overcrowded={"same": 0.1, "cut1": 0.2, "cut2": 0.4, "both": 0.3})
    found, said = carry_across(shares, sets["census2021"], redrawn, OLD, RESIDENTS)
    assert found.of("overcrowded", OLD).tolist() == pytest.approx([0.25, 0.3, 0.1, 0.3])
    assert "1 is made of several." in said
    assert "Shares and rates are means of the parts." in said


def test_nothing_is_carried_that_is_there_already(tmp_path: Path) -> None:
    load_redrawn(lookup(tmp_path, *ROWS), tmp_path)
    redrawn = open_redrawn(tmp_path)
    assert redrawn is not None
    of = read_measure_sets()["imd2025"]
    there = kept("imd2025", crime_rank=dict.fromkeys(NEW, 1.0))
    assert carry_across(there, of, redrawn, NEW, {}) == (there, "")
    mixed = kept("imd2025", crime_rank={"cut": 5.0, "cut1": 1.0})
    found, _ = carry_across(mixed, of, redrawn, NEW, {})
    assert found.of("crime_rank", ("cut1", "cut2")).tolist() == [1, 5]
    with pytest.raises(FitError, match="of two years: cut of 2011 only, cut1 of 2021 only"):
        carry_across(there, of, redrawn, ("cut", "cut1"), {})
    assert redrawn.year_of(["same"]) is None
    assert open_redrawn(tmp_path / "elsewhere") is None


@pytest.mark.parametrize(("text", "words"), [
    ("LSOA11CD,name\na,b\n", "has no column for lsoa21; it has: LSOA11CD, name"),
    (HEAD, "no rows"), (HEAD + "a,n,,U\n", "line 2: LSOA21CD is missing"),
])  # fmt: skip
def test_another_file_is_refused(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "lookup.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FitError, match=words):
        load_redrawn(path, tmp_path)
    (tmp_path / "lookups").mkdir()
    (tmp_path / "lookups" / "lsoa11-lsoa21.json").write_text(json.dumps({"pairs": 3}), encoding="utf-8")
    with pytest.raises(FitError, match="damaged"):
        open_redrawn(tmp_path)


def test_without_residents_the_parts_are_equal_and_the_sum_stays(tmp_path: Path) -> None:
    load_redrawn(lookup(tmp_path, *ROWS), tmp_path)
    redrawn = open_redrawn(tmp_path)
    assert redrawn is not None
    given = kept("street_level", crimes={"cut": 5.0, "one": 1.0, "far": 9.0})
    found, _ = carry_across(given, read_measure_sets()["street_level"], redrawn, NEW, {})
    assert found.of("crimes", ("cut1", "cut2", "both")).tolist() == [2.5, 2.5, 1]
    assert np.nansum(found.values["crimes"]) == 15
    ranks = kept("imd2019", crime_rank={"one": 2.0, "two": 9.0, "cut": 4.0})
    _, said = carry_across(ranks, read_measure_sets()["imd2019"], redrawn, NEW, {})
    assert "12.50% of areas bear the rank" in said  # half of one of four
