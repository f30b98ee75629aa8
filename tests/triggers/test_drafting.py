"""Does it matter to anything but the clock how many processes make a search's drafts?"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from headwater.engine import DuckDBEngine, WorkerLost
from headwater.records import Lake
from headwater.triggers.answers.store import Answer, keep_answers
from headwater.triggers.runs.find import find_run, list_numbers, read_package
from headwater.triggers.search import SearchReport, search
from tests.faults.lake import a_force, visible, whole
from tests.triggers.dying import begin_dying

AS_OF = date(2017, 3, 31)


@pytest.fixture
def data(tmp_path: Path, exports: Path) -> Path:
    """The data folder of an ordinary search, whose few drafts this process made."""
    search_again(tmp_path, inputs=[exports])
    return tmp_path


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_force(tmp_path_factory.mktemp("force"))


@pytest.fixture
def spread_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few drafts are enough for processes of their own, one draft to each at a time."""
    monkeypatch.setattr("headwater.triggers.runs.drafting._WORTH", 0)
    monkeypatch.setattr("headwater.triggers.runs.drafting._SHARE", 1)


def search_again(data: Path, **told: object) -> SearchReport:
    with DuckDBEngine() as engine:
        return search(Lake.open(data / "lake"), engine=engine, as_of=AS_OF, **told)  # type: ignore[arg-type]


@pytest.mark.usefixtures("spread_out")
def test_two_processes_write_the_same_run_to_the_byte_and_tell_how_far_they_are(data: Path) -> None:
    alone = visible(data)
    told: list[tuple[int, int]] = []
    report = search_again(
        data,
        cores=2,
        progress=lambda stage, done, total: told.append((done, total)) if stage == "Writing pages" else None,
    )
    assert report.drafts > 2
    assert told == [(done, report.drafts) for done in range(report.drafts + 1)]
    assert visible(data) == alone
    assert len([name for name in alone if name.endswith(".html") and "/packages/" in name]) == report.drafts


@pytest.mark.usefixtures("spread_out")
def test_when_one_of_the_processes_is_killed_the_search_says_so_and_the_run_before_stands(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = visible(data)
    monkeypatch.setattr("headwater.triggers.runs.drafting.begin_drafting", begin_dying)
    with pytest.raises(WorkerLost, match="Run the same command again"):
        search_again(data, cores=2)
    assert visible(data) == before
    whole(data)
    assert not list((data / "lake").rglob("*.part"))


@pytest.mark.usefixtures("spread_out")
def test_an_answer_between_two_searches_is_in_the_drafts_of_the_next_whoever_makes_them(data: Path) -> None:
    lake = Lake.open(data / "lake")
    before = list_numbers(find_run(lake))
    keep_answers(
        lake, [Answer(package_id=before[0], trigger="tipt", team="A team", answer="taken on", answered_on=AS_OF)],
    )  # fmt: skip
    report = search_again(data, cores=2)
    assert report.updates == 1
    assert read_package(report.folder, before[0]).update_for is not None
    spread = visible(data)
    assert search_again(data, cores=1).folder == report.folder
    assert visible(data) == spread
