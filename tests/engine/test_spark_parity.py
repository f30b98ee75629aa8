"""Does the whole search say the same on Spark as on DuckDB, when a worker is lost on the way, and so the night after it?

One force serves all questions: a search on Spark takes minutes, however small the force. Where an answer is no, and it is not clear
whether the lost worker is to blame, `benchmarks/spark_parity.py` makes an undisturbed search.
"""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from headwater.engine import DuckDBEngine, Engine, SparkEngine
from headwater.records import Lake
from headwater.synthetic import make_force
from headwater.triggers.search import search
from spark_parity import TABLES, Searched, compare_runs

pytestmark = [pytest.mark.full, pytest.mark.timeout(1800)]

PEOPLE = 2_000
READING = "Reading narratives"
BUSY = 0.1
"""Seconds of a processor that a worker has used between two looks when it is at work, not waiting for some."""


def parents() -> dict[int, tuple[int, str, float]]:
    """For each process of this machine its parent, its name and the processor seconds that it has used."""
    found = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = status.read_text().partition("(")[2].rpartition(")")
        except OSError:
            continue  # It has ended since.
        fields = rest.split()
        found[int(status.parent.name)] = (
            int(fields[1]),
            name,
            (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"),
        )
    return found


def list_workers() -> dict[int, float]:
    """The Python workers of this process's Spark, with the processor seconds that each has used: what the Python that Java has
    started has started in its turn."""
    everybody = parents()

    def below(process: int) -> Iterator[int]:
        return (child for child, (parent, _, _) in everybody.items() if parent == process)

    javas = [java for java in below(os.getpid()) if everybody[java][1] == "java"]
    return {worker: everybody[worker][2] for java in javas for daemon in below(java) for worker in below(daemon)}


@dataclass
class Killer:
    """Kills one worker of Spark that is at work while narratives are read; `killed` is its number, `failed` the tasks that Spark lost."""

    spark: SparkEngine
    killed: int | None = None
    failed: int = 0
    reading: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)

    def hear(self, stage: str, done: int, total: int) -> None:
        """Told of the search's progress."""
        if stage == READING and done == 0:
            self.reading.set()
        elif self.reading.is_set():
            self.over.set()

    def watch(self) -> None:
        """Until narratives are read: kill the first worker that is seen at work, then count the tasks that failed by it."""
        self.reading.wait()
        tracker = self.spark.session.sparkContext.statusTracker()
        before = list_workers()
        while not self.over.wait(0.05):
            if self.killed is None:
                for worker, used in list_workers().items():
                    if used - before.get(worker, 0.0) > BUSY:
                        os.kill(worker, signal.SIGKILL)
                        self.killed = worker
                        break
            for stage in tracker.getActiveStageIds():
                told = tracker.getStageInfo(stage)
                self.failed = max(self.failed, told.numFailedTasks if told else 0)


def search_twice(
    engine: Engine, folder: Path, exports: list[Path], night: list[Path], killer: Killer | None = None
) -> list[Searched]:
    """A search of all exports but those of a night, and one of the night that builds on it."""
    lake, found = Lake.open(folder, create=True), []
    for files in ([path for path in exports if path not in night], night):
        begun = time.perf_counter()
        said = search(
            lake,
            engine=engine,
            inputs=files,
            made_up=True,
            progress=killer.hear if killer else lambda *_: None,
        )
        tables = {name: engine.fetch(f"SELECT * FROM {name}") for name in TABLES}
        found.append(Searched(lake, said.folder, tables, time.perf_counter() - begun))
    return found


@dataclass
class Ended:
    """What Spark and DuckDB made of the search and of the night after it, and who killed a worker in the first."""

    mine: list[Searched]
    theirs: list[Searched]
    killer: Killer


@pytest.fixture(scope="module")
def ended(spark: SparkEngine, tmp_path_factory: pytest.TempPathFactory) -> Ended:
    folder = tmp_path_factory.mktemp("search")
    make_force(folder / "force", people=PEOPLE, seed=7)
    exports = sorted((folder / "force" / "exports").iterdir())
    night = [path for path in exports if path.name.startswith(("crime_2017", "crime_update_2017"))]
    assert night
    with DuckDBEngine(memory="1GB", threads=2) as duck:
        theirs = search_twice(duck, folder / "duckdb", exports, night)
    killer = Killer(spark)
    watching = threading.Thread(target=killer.watch, daemon=True)
    watching.start()
    try:
        mine = search_twice(spark, folder / "spark", exports, night, killer)
    finally:
        killer.reading.set()
        killer.over.set()
        watching.join()
    return Ended(mine, theirs, killer)


def test_packages_tables_and_match_weights_are_the_same_on_both_engines(ended: Ended) -> None:
    assert compare_runs(ended.mine[0], ended.theirs[0]) == {}


def test_a_worker_that_is_killed_while_it_reads_narratives_takes_nothing_from_the_search(ended: Ended) -> None:
    """Nothing is taken where both engines say the same, see above."""
    assert ended.killer.killed, "no worker was at work while narratives were read"
    assert ended.killer.failed >= 1, "Spark did not miss the worker"


def test_the_force_gives_both_engines_something_to_find(ended: Ended) -> None:
    for mine, theirs in zip(ended.mine, ended.theirs, strict=True):
        assert mine.run.name == theirs.run.name
        packages = [json.loads(path.read_text("utf-8")) for path in (mine.run / "packages").glob("*.json")]
        assert len(packages) > 5
        for table in ("evidence", "counted", "firing", "subject", "lives_with", "child_text"):
            assert len(mine.tables[table]) > 0, table


def test_a_night_on_spark_ends_as_a_night_on_duckdb(ended: Ended) -> None:
    """Its drafts and its links; it builds on what the same engine made, and compares only what is new."""
    before, after = ended.mine
    assert after.run != before.run
    assert compare_runs(after, ended.theirs[1]) == {}
    for night in (after, ended.theirs[1]):
        newest, full = night.lake.list_derived("identity")
        said = json.loads((newest / "done.json").read_text("utf-8"))
        assert said["built_on"] == full.name
        assert 0 < said["compared"] < said["records"]
