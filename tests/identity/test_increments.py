"""Does a night that links only what is new end where a full run ends, whatever the night brings?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from headwater.engine import DuckDBEngine
from headwater.identity import increment, link, open_identity
from tests.identity.nights import Nights

AS_FULL = 0.001
"""Pairs that one of the two has and the other has not, as a share of all: the most that a night may differ from a full run."""


@pytest.fixture
def engine() -> Iterator[DuckDBEngine]:
    with DuckDBEngine() as found:
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
        open_identity(engine, folder)
        said = json.loads((folder / "done.json").read_text("utf-8"))
        assert said["nights"] == night
        assert said["compared"] < 0.1 * said["records"]
        if night in looked_at:
            _, likeness = nights.compare()
            assert likeness.full > 1000
            assert likeness.apart <= AS_FULL
    assert engine.fetch(f"SELECT count(*) AS n FROM sent_on WHERE version > 1 AND night <= {nights.nights}")["n"][
        0
    ].as_py()
    gone = f"SELECT 1 FROM person p JOIN sent_person_record r USING (person_record_id) WHERE r.record_key = '{erased}'"
    assert len(engine.fetch(gone)) == 0


def test_five_nights_end_where_a_full_run_ends(engine: DuckDBEngine, tmp_path: Path) -> None:
    """With records issued anew, one taken out, a decision, another one, and the first taken back."""
    run_nights(Nights(engine, tmp_path, people=500, nights=5, seed=3), {3, 5})


@pytest.mark.full
@pytest.mark.parametrize("seed", [1, 2])
def test_thirty_nights_end_where_a_full_run_ends(engine: DuckDBEngine, tmp_path: Path, seed: int) -> None:
    run_nights(Nights(engine, tmp_path, people=2000, nights=30, seed=seed), {2, 3, 4, 5, 10, 20, 30})


class TestOneNight:
    """What a night says of itself, and what makes the next run a full one."""

    @pytest.fixture(scope="class")
    def nights(self, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nights]:
        with DuckDBEngine() as engine:
            found = Nights(engine, tmp_path_factory.mktemp("nights"), people=250, nights=4, seed=2)
            found.open(0)
            link(engine, found.night_by_night)
            yield found

    def link(self, nights: Nights, **said: bool) -> tuple[str, dict[str, object]]:
        folder = link(nights.engine, nights.night_by_night, **said)
        told: dict[str, object] = json.loads((folder / "done.json").read_text("utf-8"))
        return folder.name, told

    def test_a_night_says_on_what_it_was_built_and_is_reused(self, nights: Nights) -> None:
        first, said = self.link(nights)
        assert (said["built_on"], said["full"], said["nights"]) == (None, first, 0)
        nights.open(1)
        second, told = self.link(nights)
        assert (told["built_on"], told["full"], told["nights"]) == (first, first, 1)
        assert self.link(nights)[0] == second
        nights.open(2)
        assert self.link(nights)[1]["built_on"] == second

    def test_a_full_run_is_made_when_asked_for_and_counts_from_then_on(self, nights: Nights) -> None:
        before, _ = self.link(nights)
        full, said = self.link(nights, full=True)
        assert full != before
        assert (said["nights"], said["compared"]) == (0, said["records"])
        assert self.link(nights)[0] == full

    def test_another_night_is_full_after_many_or_when_much_is_new(
        self, nights: Nights, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.link(nights)
        nights.open(3)
        with monkeypatch.context() as patched:
            patched.setattr("headwater.identity.link.SHARE", 0.0)
            assert self.link(nights)[1]["nights"] == 0
        nights.open(4)
        with monkeypatch.context() as patched:
            patched.setattr("headwater.identity.link.NIGHTS", 0)
            assert self.link(nights)[1]["nights"] == 0

    def test_another_model_or_method_is_never_built_upon(self, nights: Nights) -> None:
        lake = nights.night_by_night
        said = json.loads((link(nights.engine, lake) / "done.json").read_text("utf-8"))
        assert increment.list_earlier(lake, said["method"], said["model"])
        assert not increment.list_earlier(lake, "another", said["model"])
        assert not increment.list_earlier(lake, said["method"], "another")

    def test_a_night_holds_what_it_needs_when_what_it_was_built_on_is_removed(self, nights: Nights) -> None:
        import shutil

        nights.open(0)  # Nothing newer stands: the records of the first night, in another state of the lake.
        (nights.night_by_night.batches / "000099-night").mkdir()
        (nights.night_by_night.batches / "000099-night" / "manifest.json").write_text("{}", encoding="utf-8")
        folder = link(nights.engine, nights.night_by_night)
        said = json.loads((folder / "done.json").read_text("utf-8"))
        assert said["built_on"]
        open_identity(nights.engine, folder)
        before = nights.engine.fetch("SELECT * FROM link ORDER BY ALL")
        shutil.rmtree(nights.night_by_night.derived("identity", said["built_on"]))
        open_identity(nights.engine, folder)
        assert nights.engine.fetch("SELECT * FROM link ORDER BY ALL").equals(before)
