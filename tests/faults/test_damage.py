"""A file of the lake or of the catalogue is damaged: is it named, with what to do, and is nothing left out without a word?"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from headwater.cli.storage import explain_damage, find_damaged
from headwater.engine import DuckDBEngine
from headwater.records import Lake, LakeError, load
from tests.faults.lake import a_force, run, search, visible
from tests.records.samples import crime_file, crime_row


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    exports = tmp_path / "exports"
    exports.mkdir()
    crime_file(exports, crime_row(), crime_row(person=2))
    place = Lake.open(tmp_path / "lake")
    with DuckDBEngine() as engine:
        load(place, [exports], engine=engine)
    return place


@pytest.mark.parametrize("damage", ["not JSON", "{}", "[]", None])
def test_a_batch_without_a_readable_manifest_is_named_and_not_passed_over(lake: Lake, damage: str | None) -> None:
    manifest = next(lake.batches.iterdir()) / "manifest.json"
    if damage is None:
        manifest.unlink()
    else:
        manifest.write_text(damage)
    with pytest.raises(
        LakeError, match=r"manifest.json is missing or cannot be read.*Restore that folder from a backup"
    ):
        lake.manifests()


@pytest.mark.parametrize("name", ["event", "raw", "narrative"])
def test_a_batch_that_lacks_a_file_of_its_manifest_is_named(lake: Lake, name: str) -> None:
    (next(lake.batches.iterdir()) / f"{name}.parquet").unlink()
    with pytest.raises(LakeError, match=f"{name}.parquet is missing"):
        lake.manifests()


@pytest.mark.parametrize(
    ("gone", "said"), [((2,), "has lost batch number 000002:"), ((1, 3), "has lost 2 batches, the first of them number 000001:")]
)  # fmt: skip
def test_a_whole_batch_that_was_lost_is_named_and_not_passed_over(
    lake: Lake, tmp_path: Path, gone: tuple[int, ...], said: str
) -> None:
    exports = tmp_path / "exports"
    with DuckDBEngine() as engine:
        for number in range(2, 5):
            crime_file(exports, crime_row(person=number))
            load(lake, [exports], engine=engine)
        assert len(lake.manifests()) == 4
        for number in gone:
            shutil.rmtree(next(lake.batches.glob(f"{number:06d}-*")))
        with pytest.raises(LakeError, match=said):
            lake.manifests()
        with pytest.raises(LakeError, match=said):
            load(lake, [exports], engine=engine)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def turn(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:20] + bytes(byte ^ 255 for byte in content[20:60]) + content[60:])


def empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("spoil", [cut, turn, empty])
def test_a_spoiled_parquet_file_is_found_and_its_folder_named(lake: Lake, spoil: object) -> None:
    assert find_damaged(lake.folder) is None
    path = next(lake.batches.iterdir()) / "person_record.parquet"
    spoil(path)  # type: ignore[operator]
    assert find_damaged(lake.folder) == path
    assert f"restore the folder {path.parent} from a backup" in explain_damage(lake.folder, path)


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder after an undisturbed search."""
    folder = tmp_path_factory.mktemp("searched")
    assert search(folder / "data", a_force(folder / "exports")).returncode == 0
    return folder / "data"


@pytest.mark.full
@pytest.mark.timeout(600)
@pytest.mark.parametrize(("pattern", "says"), [
    ("batches/*crime*/event.parquet", "restore the folder"), ("batches/*notice*/raw.parquet", "restore the folder"),
    ("derived/identity/*/person.parquet", "remove the folder"), ("derived/narrative/*/mention.parquet", "remove the folder"),
])  # fmt: skip
def test_a_search_over_a_damaged_file_names_it_and_what_to_do(
    tmp_path: Path, searched: Path, pattern: str, says: str
) -> None:
    data = shutil.copytree(searched, tmp_path / "data")
    undisturbed = visible(data)
    path = next((data / "lake").glob(pattern))
    kept = path.read_bytes()
    cut(path)
    said = run("search", "--data", str(data), "--as-of", "2017-03-31")
    assert said.returncode == 4, said.stderr
    assert str(path) in said.stderr
    assert says in said.stderr
    if says == "remove the folder":
        shutil.rmtree(path.parent)
    else:
        path.write_bytes(kept)
    again = run("search", "--data", str(data), "--as-of", "2017-03-31")
    assert again.returncode == 0, again.stderr
    assert visible(data) == undisturbed


@pytest.mark.full
@pytest.mark.timeout(600)
@pytest.mark.parametrize(("name", "content", "says"), [
    ("sources/crime.yaml", "id: [crime", "crime.yaml is not valid YAML"), ("indicators/neglect.yaml", "id: neglect", "neglect.yaml, at"),
    ("triggers/tipt.yaml", "id: tipt\nrules: 3", "tipt.yaml, at"), ("areas/teams.csv", "x,y\n1", "teams.csv has no column"),
])  # fmt: skip
def test_a_fault_in_the_forces_own_catalogue_is_named_and_nothing_is_changed(
    tmp_path: Path, name: str, content: str, says: str
) -> None:
    own = tmp_path / "own" / name
    own.parent.mkdir(parents=True)
    own.write_text(content)
    said = search(tmp_path / "data", a_force(tmp_path / "exports"), HEADWATER_CATALOGUE=str(tmp_path / "own"))
    assert said.returncode in (2, 3), said.stderr
    assert says in said.stderr
    assert "Traceback" not in said.stderr
