"""Does a night that links only what is new end where a full run ends, whatever the night brings?"""

from __future__ import annotations

import errno
import json
import shutil
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from headwater.engine import DuckDBEngine
from headwater.identity import increment, link, open_identity
from headwater.identity.increment import Earlier, list_earlier
from tests.identity.nights import Nights, count_feature_faults, send

AS_FULL = 0.001
"""Pairs that one of the two has and the other has not, as a share of all: the most that a night may differ from a full run."""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDBEngine]:
    """With everything that the sources of a small force ever sent."""
    with DuckDBEngine() as found:
        send(found, tmp_path_factory.mktemp("sent"), people=400, seed=3)
        yield found


def busy_record(nights: Nights) -> str:
    """An event of which the records of people who have other records tell, there from the beginning."""
    rows = nights.engine.fetch(
        "SELECT r.record_key FROM person p JOIN person_record r USING (person_record_id) "
        "JOIN sent_on s ON s.source = r.source AND s.record_key = r.record_key AND s.night = 0 "
        "WHERE p.person_id IN (SELECT person_id FROM person GROUP BY person_id HAVING count(*) BETWEEN 4 AND 9) "
        "AND r.record_key IN (SELECT record_key FROM sent_event) ORDER BY r.record_key LIMIT 1"
    )
    key: str = rows["record_key"][0].as_py()
    return key


def pair_of(nights: Nights, same: bool) -> tuple[str, str]:
    """Two records of one person, or the two most alike of two people."""
    sign = "=" if same else "<>"
    row = nights.engine.fetch(
        "SELECT l.person_record_id_l AS a, l.person_record_id_r AS b FROM link l JOIN person x ON x.person_record_id = l.person_record_id_l "
        f"JOIN person y ON y.person_record_id = l.person_record_id_r WHERE x.person_id {sign} y.person_id "
        "ORDER BY l.match_weight DESC, a, b LIMIT 1"
    ).to_pylist()[0]
    return row["a"], row["b"]


def run_nights(nights: Nights, looked_at: set[int]) -> None:
    """Go through the nights with decisions, records issued anew and records taken out, and look at some of them closely."""
    engine = nights.engine
    nights.open(0)
    open_identity(engine, link(engine, nights.night_by_night))
    erased = busy_record(nights)
    parted = pair_of(nights, same=True)
    for night in range(1, nights.nights + 1):
        if night == 2:
            nights.decide(*parted, "not the same person")
        if night == 3:
            nights.take_out(night, erased)
            nights.decide(*pair_of(nights, same=False), "same person")
        if night == 4:
            nights.decide(*parted, "undecided")
        nights.open(night)
        folder = link(engine, nights.night_by_night)
        if night in looked_at:
            assert count_feature_faults(engine) == 0
        open_identity(engine, folder)
        said = json.loads((folder / "done.json").read_text("utf-8"))
        assert said["nights"] == night
        assert said["compared"] < 0.1 * said["records"]
        assert nights.count_household_faults() == 0
        if night in looked_at:
            likeness = nights.compare()
            assert likeness.full > 1000
            assert likeness.apart <= AS_FULL
    assert engine.fetch(f"SELECT count(*) AS n FROM sent_on WHERE version > 1 AND night <= {nights.nights}")["n"][
        0
    ].as_py()
    gone = f"SELECT 1 FROM person p JOIN sent_person_record r USING (person_record_id) WHERE r.record_key = '{erased}'"
    assert len(engine.fetch(gone)) == 0


def test_five_nights_end_where_a_full_run_ends(engine: DuckDBEngine, tmp_path: Path) -> None:
    """With records issued anew, one taken out, a decision, another one, and the first taken back."""
    run_nights(Nights(engine, tmp_path, nights=5), {5})


@pytest.mark.full
@pytest.mark.parametrize("seed", [1, 2])
def test_thirty_nights_end_where_a_full_run_ends(tmp_path: Path, seed: int) -> None:
    with DuckDBEngine() as engine:
        send(engine, tmp_path, people=2000, seed=seed)
        run_nights(Nights(engine, tmp_path, nights=30, seed=seed), {2, 3, 4, 5, 10, 20, 30})


def linked(nights: Nights, **asked: bool) -> tuple[str, dict[str, object]]:
    """The folder of the newest link of what stands, and what it says of itself."""
    folder = link(nights.engine, nights.night_by_night, **asked)  # type: ignore[arg-type]
    said: dict[str, object] = json.loads((folder / "done.json").read_text("utf-8"))
    return folder.name, said


@pytest.mark.full
def test_each_run_says_on_what_it_was_built_and_a_full_one_counts_from_then_on(
    engine: DuckDBEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nights = Nights(engine, tmp_path, nights=4)
    nights.open(0)
    first, said = linked(nights)
    assert (said["built_on"], said["full"], said["nights"], said["compared"]) == (None, first, 0, said["records"])
    lake, method, model = nights.night_by_night, str(said["method"]), str(said["model"])
    assert [earlier.folder.name for earlier in list_earlier(lake, method, model)] == [first]
    assert not list_earlier(lake, "another", model)
    assert not list_earlier(lake, method, "another")
    nights.open(1)
    second, said = linked(nights)
    assert (said["built_on"], said["full"], said["nights"]) == (first, first, 1)
    assert linked(nights)[0] == second, "the same link was made twice"
    full, said = linked(nights, full=True)
    assert full != second
    assert (said["built_on"], said["nights"]) == (None, 0)
    assert linked(nights)[0] == full, "a full link gives way to one that was built on another"
    nights.open(2)
    assert linked(nights)[1]["built_on"] == full
    code = sys.modules["headwater.identity.link"]
    monkeypatch.setattr(increment, "NIGHTS", 1)
    nights.open(3)
    assert linked(nights)[1]["built_on"] is None, "there is an end to building on one full run"
    monkeypatch.setattr(increment, "NIGHTS", 31)
    monkeypatch.setattr(code, "SHARE", 0.0)
    nights.open(4)
    assert linked(nights)[1]["built_on"] is None, "much is new and yet it was built on another"


@pytest.mark.full
def test_a_look_at_a_day_long_ago_does_not_make_the_next_night_a_full_run(engine: DuckDBEngine, tmp_path: Path) -> None:
    nights = Nights(engine, tmp_path, nights=2)
    nights.open(0)
    today, _ = linked(nights)
    nights.open(1)
    engine.run("DELETE FROM person_record WHERE stated_on > DATE '2014-01-01'")
    long_ago = link(engine, nights.night_by_night, seen_from=date(2014, 1, 1)).name
    nights.open(2)
    _, said = linked(nights)
    assert said["built_on"] == today != long_ago


@pytest.mark.full
def test_a_night_holds_what_it_needs_when_what_it_was_built_on_is_removed(engine: DuckDBEngine, tmp_path: Path) -> None:
    nights = Nights(engine, tmp_path, nights=1)
    nights.open(0)
    first, _ = linked(nights)
    nights.open(1)
    second, said = linked(nights)
    assert said["built_on"] == first
    lake = nights.night_by_night
    open_identity(engine, lake.derived("identity", second))
    before = engine.fetch("SELECT * FROM link ORDER BY ALL")
    assert len(before) > 1000
    shutil.rmtree(lake.derived("identity", first))
    open_identity(engine, lake.derived("identity", second))
    assert engine.fetch("SELECT * FROM link ORDER BY ALL").equals(before)


@pytest.mark.full
def test_a_night_that_is_cut_short_leaves_the_one_before_and_the_next_is_right(
    engine: DuckDBEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here the disk is full while it writes; for a process that is killed see tests/triggers/test_killed_search.py."""
    nights = Nights(engine, tmp_path, nights=1)
    nights.open(0)
    first, _ = linked(nights)
    lake = nights.night_by_night
    content = {path.name: path.read_bytes() for path in lake.derived("identity", first).iterdir()}
    nights.open(1)
    with monkeypatch.context() as patched:
        patched.setattr(sys.modules["headwater.identity.link"], "keep_households", full_disk)
        with pytest.raises(OSError, match="No space left"):
            linked(nights)
    assert [folder.name for folder in lake.list_derived("identity")] == [first]
    assert {path.name: path.read_bytes() for path in lake.derived("identity", first).iterdir()} == content
    assert linked(nights)[1]["built_on"] == first
    assert nights.compare().apart <= AS_FULL


def full_disk(engine: DuckDBEngine, earlier: Earlier) -> None:
    """As writing does when nothing is left."""
    raise OSError(errno.ENOSPC, "No space left on device")
