"""Does another force get its areas from a public lookup, with the vintage of each kind and the cost of the fit?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from headwater.areas.fit import FitError
from headwater.areas.hierarchy import write_areas
from headwater.areas.levels import read_levels

HEAD = "OA21CD,LSOA21CD,LSOA21NM,WD24CD,WD24NM,LAD24NM"


def lookup(folder: Path, *rows: str, head: str = HEAD) -> Path:
    path = folder / "lookup.csv"
    path.write_text("\n".join((head, *rows)) + "\n", encoding="utf-8")
    return path


def test_a_small_area_goes_to_the_ward_of_most_of_it_and_the_cost_is_told(tmp_path: Path) -> None:
    path = lookup(
        tmp_path, "o1,E01000001,One,E05000001,North,Ashby", "o2,E01000001,One,E05000001,North,Ashby", "o3,E01000001,One,E05000002,South,Ashby",
        "o4,E01000002,Two,E05000002,South,Ashby", "o5,E01000003,Three,E05000003,Far,Elsewhere",
    )  # fmt: skip
    found = write_areas(path, ["Ashby"], tmp_path / "own")
    assert (found.small_areas, found.wards, found.units) == (2, 2, 1)
    assert found.vintage == {"small_areas": "lsoa21", "wards": "wd24", "units": "lad24"}
    assert "1 areas lie within one place, 1 are cut by a boundary" in found.fit
    assert "16.67% of the areas' parts are counted in a place where they do not lie" in found.fit
    levels = read_levels(tmp_path / "own")
    assert levels["ward"].of == {"E01000001": "E05000001", "E01000002": "E05000002"}
    origin = json.loads((tmp_path / "own" / "areas" / "origin.json").read_text(encoding="utf-8"))
    assert (origin["file"], origin["districts"], origin["vintage"]["wards"]) == ("lookup.csv", ["Ashby"], "wd24")


@pytest.mark.parametrize(("head", "districts", "words"), [
    (HEAD, ["Nowhere"], "no small area in 'Nowhere'"), (HEAD.replace("WD24CD", "X"), ["Ashby"], "no column for ward"),
])  # fmt: skip
def test_a_lookup_that_does_not_fit_is_refused_and_nothing_is_written(
    tmp_path: Path, head: str, districts: list[str], words: str
) -> None:
    path = lookup(tmp_path, "o1,E01000001,One,E05000001,North,Ashby", head=head)
    with pytest.raises(FitError, match=words):
        write_areas(path, districts, tmp_path / "own")
    assert not (tmp_path / "own").exists()
    with pytest.raises(FitError, match="no file"):
        write_areas(tmp_path / "none.csv", ["Ashby"], tmp_path / "own")


def test_files_that_are_there_stay(tmp_path: Path) -> None:
    path = lookup(tmp_path, "o1,E01000001,One,E05000001,North,Ashby")
    write_areas(path, ["Ashby"], tmp_path / "own")
    with pytest.raises(FitError, match="holds files already"):
        write_areas(path, ["Ashby"], tmp_path / "own")
