"""How do a force's exports get into the lake? Whole or not at all, each row accounted for, nothing ever overwritten."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from headwater.engine import DuckDBEngine, Engine, Progress, Room
from headwater.engine.processes import MOST, alone, count_cores, spread
from headwater.records.batch import BatchReport, Closed
from headwater.records.current import count_dangling_by_source
from headwater.records.examine import Facts, FileFault, digest, examine
from headwater.records.intake import Due, SourceFiles, take_source
from headwater.records.lake import Lake
from headwater.records.mapping import SourceMapping, read_sources

_WORTH = 32_000_000
"""So many bytes are loaded in less time than it takes to start processes for them."""


@dataclass
class LoadReport:
    """What became of all files: loaded now, loaded before, and not of any source."""

    batches: list[BatchReport] = field(default_factory=list)
    already_loaded: list[str] = field(default_factory=list)
    not_recognised: list[str] = field(default_factory=list)
    dangling: dict[str, int] = field(default_factory=dict)
    """By source: how many of its events in the lake quote a reference that no loaded event has."""


def load(
    lake: Lake,
    inputs: Sequence[Path],
    *,
    engine: Engine,
    catalogue: Path | None = None,
    cores: int | None = None,
    progress: Progress = lambda stage, done, total: None,
) -> LoadReport:
    """Load files, or all files of folders, into the lake; one batch a file, in order of source and file name.

    Every file is read through before anything of any of them is kept. A file that was loaded before changes nothing. A
    file of no known source is named in the report. Raises FileFault for a file that cannot be loaded, MappingError for
    a mapping, LakeBusy when another run is writing.
    """
    with engine.in_process() as here:
        return _load(lake, inputs, here, catalogue, cores, progress)


def _load(
    lake: Lake,
    inputs: Sequence[Path],
    engine: DuckDBEngine,
    catalogue: Path | None,
    cores: int | None,
    progress: Progress,
) -> LoadReport:
    report = LoadReport()
    work: list[tuple[SourceMapping, Path]] = []
    sources = read_sources(catalogue)
    for path in find_files(inputs):
        mapping = next((mapping for mapping in sources.values() if mapping.takes(path.name)), None)
        if mapping is None:
            report.not_recognised.append(str(path))
        else:
            work.append((mapping, path))
    work.sort(key=lambda pair: (pair[0].id, pair[1].name, str(pair[1])))
    with lake.hold():
        _sweep(lake)
        fresh = _examine_all(lake, work, report, progress)
        first = len(lake.manifests()) + 1
        due = [
            SourceFiles(mapping, [Due(path, facts, number) for number, (_, path, facts) in group])
            for mapping, group in _by_source(fresh, first)
        ]
        done, total = 0, sum(each.size for each in due)
        stage = f"Loading {len(fresh)} file{'s' if len(fresh) != 1 else ''}"
        if fresh:
            progress(stage, done, total)
        with closing(_take_all(engine, lake, due, cores)) as answers:
            for answer in _in_order(answers, first):
                if isinstance(answer, Closed):
                    answer.keep(lake)
                    report.batches.append(answer.report)
                else:
                    done += answer
                progress(stage, done, total)
        if fresh:
            report.dangling = count_dangling_by_source(engine, lake)
    return report


def _by_source(
    fresh: list[tuple[SourceMapping, Path, Facts]], first: int
) -> Iterator[tuple[SourceMapping, list[tuple[int, tuple[SourceMapping, Path, Facts]]]]]:
    """The files of each source, which are numbered from `first` on."""
    for _, group in groupby(enumerate(fresh, first), key=lambda each: each[1][0].id):
        files = list(group)
        yield files[0][1][0], files


def _take_all(
    engine: DuckDBEngine, lake: Lake, due: list[SourceFiles], cores: int | None
) -> Generator[int | Closed, None, None]:
    """The answers of `take_source` about each source: one source after the other, or, of much, several at a time in processes of their own."""
    processes = min(cores or count_cores(), len(due), MOST) if sum(each.size for each in due) >= _WORTH else 1
    try:
        if processes == 1:
            for each in due:
                yield from take_source(engine, lake, each)
            return
        told = (lake.folder, engine.room(processes))
        largest_first = sorted(due, key=lambda each: -each.size)
        yield from spread(begin_taking, told, largest_first, processes=processes)
    finally:
        _sweep(lake)


def begin_taking(told: tuple[Path, Room]) -> Callable[[SourceFiles], Iterator[int | Closed]]:
    """The function that loads the files of one source, with an engine of its own."""
    folder, room = told

    def take(work: SourceFiles) -> Iterator[int | Closed]:
        with DuckDBEngine(memory=room.memory, threads=room.threads, spill=room.spill) as engine:
            for answer in take_source(engine, Lake(folder), work):
                if alone():
                    raise SystemExit("The load has ended.")
                yield answer

    return take


def _in_order(answers: Iterator[int | Closed], first: int) -> Iterator[int | Closed]:
    """The same, but for batches, which come in the order of their numbers: none is in the lake while an earlier one is not."""
    waiting: dict[int, Closed] = {}
    for answer in answers:
        if not isinstance(answer, Closed):
            yield answer
            continue
        waiting[answer.number] = answer
        while first in waiting:
            yield waiting.pop(first)
            first += 1


def find_files(inputs: Sequence[Path]) -> list[Path]:
    """The files among these, and all files of the folders among these but hidden ones and those in hidden folders, such as Headwater's own;
    raises FileFault for a name that is not there."""
    found: list[Path] = []
    for given in inputs:
        if given.is_dir():
            found.extend(
                path
                for path in sorted(given.rglob("*"))
                if path.is_file() and not any(part.startswith(".") for part in path.relative_to(given).parts)
            )
        elif given.is_file():
            found.append(given)
        else:
            raise FileFault(f"There is no file or folder {given}. Check the name.")
    return list(dict.fromkeys(found))


def _sweep(lake: Lake) -> None:
    """Remove what a killed load left behind: folders that never became a batch."""
    for leftover in lake.batches.glob(".*.part"):
        shutil.rmtree(leftover, ignore_errors=True)


def _examine_all(
    lake: Lake, work: list[tuple[SourceMapping, Path]], report: LoadReport, progress: Progress
) -> list[tuple[SourceMapping, Path, Facts]]:
    """The files that are new, each read through; those that were loaded before go to the report."""
    known = {(str(manifest["source"]), str(manifest["sha256"])) for manifest in lake.manifests()}
    fresh: list[tuple[SourceMapping, Path, Facts]] = []
    total = sum(path.stat().st_size for _, path in work)
    done = 0
    stage = f"Checking {len(work)} file{'s' if len(work) != 1 else ''}"
    for mapping, path in work:
        sha256 = digest(path)
        size = path.stat().st_size
        progress(stage, done, total)
        if (mapping.id, sha256) in known:
            report.already_loaded.append(str(path))
        else:
            before = done

            def tell(read: int, before: int = before, size: int = size) -> None:
                progress(stage, before + min(read, size), total)

            fresh.append((mapping, path, examine(mapping, path, sha256, tell)))
            known.add((mapping.id, sha256))
        done += size
    return fresh
