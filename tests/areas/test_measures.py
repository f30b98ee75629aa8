"""Do published numbers come in whole, checked, and with their source? The real files where they are, small ones everywhere."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from headwater.areas.measures import MeasureError, list_kept, load_measures, open_measures, read_measure_sets

OPEN = Path(__file__).resolve().parents[3] / "shared" / "data" / "areas"
REAL = {
    "imd2019": ("imd2019_england_lsoa11.parquet", 32_844),
    "imd2025": ("imd2025_england_lsoa21.parquet", 33_755),
    "census2021": ("census2021_lsoa21_ew.parquet", 35_672),
    "population2020": ("population_mid2020_age_lsoa11_ew.parquet", 34_753),
}


@pytest.mark.parametrize("name", REAL)
def test_the_published_file_is_recognised_and_complete(name: str, tmp_path: Path) -> None:
    path = OPEN / REAL[name][0]
    if not path.exists():
        pytest.skip(f"the published file {path.name} is not on this machine")
    loaded = load_measures(path, read_measure_sets(), tmp_path)
    assert (loaded.set, loaded.areas, loaded.aside, loaded.left_out, loaded.part) == (
        name,
        REAL[name][1],
        {},
        (),
        False,
    )
    kept = open_measures(tmp_path, name)
    assert len(kept.areas) == REAL[name][1]
    assert list_kept(tmp_path) == [name]
    if name == "census2021":
        assert np.nansum(kept.values["residents"]) == pytest.approx(59_597_544, rel=1e-6)


def _published(path: Path, rows: list[str]) -> Path:
    head = (
        '"LSOA code (2011)",LSOA name (2011),"Index of Multiple Deprivation (IMD) Rank (where 1 is most deprived)",'
        '"Crime Rank (where 1 is most deprived)"'
    )
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8-sig")
    return path


def test_a_part_of_the_published_csv_says_that_it_is_a_part(tmp_path: Path) -> None:
    path = _published(
        tmp_path / "f7.csv",
        ['E01008881,Birmingham 067A,"12,345",17', "E01008882,Birmingham 066A,3,", "Source: MHCLG,,,"],
    )
    loaded = load_measures(path, read_measure_sets(), tmp_path / "kept")
    assert (loaded.rows, loaded.areas, loaded.aside) == (3, 2, {"no code of such an area": 1})
    assert loaded.part
    assert loaded.missing == {"crime_rank": 1}
    assert "income_rank" in loaded.left_out
    kept = open_measures(tmp_path / "kept", "imd2019")
    assert kept.of("index_rank", ["E01008882", "E01008881"]).tolist() == [3, 12345]
    assert np.isnan(kept.of("crime_rank", ["E01008882", "E01000001"])).all()
    with pytest.raises(MeasureError, match="no measure 'weather'"):
        kept.of("weather", [])


def test_loading_again_replaces_and_a_fault_leaves_what_was(tmp_path: Path) -> None:
    sets, shelf = read_measure_sets(), tmp_path / "kept"
    load_measures(_published(tmp_path / "a.csv", ["E01008881,x,5,17"]), sets, shelf)
    load_measures(_published(tmp_path / "b.csv", ["E01008881,x,6,17"]), sets, shelf)
    assert open_measures(shelf, "imd2019").values["index_rank"].tolist() == [6]
    with pytest.raises(MeasureError, match="E01008881 twice"):
        load_measures(_published(tmp_path / "c.csv", ["E01008881,x,6,17", "E01008881,x,7,18"]), sets, shelf)
    assert open_measures(shelf, "imd2019").values["index_rank"].tolist() == [6]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (["E01008881,x,40000,17"], "has the value 40000, and a rank lies between 1 and 32844"),
        (["E01008881,x,0,17"], "has the value 0"),
        (["X1,x,1,17"], "holds no row with a code of a lsoa11"),
    ],
)
def test_numbers_that_cannot_be_are_told(rows: list[str], words: str, tmp_path: Path) -> None:
    with pytest.raises(MeasureError, match=words):
        load_measures(_published(tmp_path / "f.csv", rows), read_measure_sets(), tmp_path / "kept")
    assert not list_kept(tmp_path / "kept")


def test_a_file_of_no_known_set_is_told_with_its_columns(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text("street,crimes\nx,1\n")
    with pytest.raises(MeasureError, match="no known set of measures"):
        load_measures(tmp_path / "f.csv", read_measure_sets(), tmp_path)
    with pytest.raises(MeasureError, match="have not been loaded"):
        open_measures(tmp_path, "imd2019")
