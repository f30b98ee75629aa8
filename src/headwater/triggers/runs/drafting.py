"""How are a search's drafts made? Processes of this machine each assemble a share of the subjects and write JSON and page.

All are made anew in every search. A draft states its day, ages, the joining of records and the words that were looked for, and
these change every night: no draft of the night before has the right bytes, and to mend its old ones could show a stale fact.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from headwater.engine import Progress
from headwater.engine.processes import alone, count_cores, spread
from headwater.triggers.finding.gathered import Gathered
from headwater.triggers.packages.assemble import Basis, assemble
from headwater.triggers.packages.team_lists import Listed, list_entry
from headwater.triggers.pages import write_package
from headwater.triggers.runs.shares import cut_shares

_SHARE = 64
"""So many subjects are handed to a process at a time."""

_WORTH = 400
"""So many drafts are made in less time than it takes to start processes for them."""


@dataclass(frozen=True)
class Share:
    """Some of the subjects, what was gathered of them, and who of them waits."""

    people: list[str]
    gathered: Gathered
    waiting: Set[str]


def write_drafts(
    folder: Path, basis: Basis, people: Sequence[str], gathered: Gathered, waiting: Set[str], *,
    progress: Progress, cores: int | None = None,
) -> list[Listed]:  # fmt: skip
    """Write the draft of each subject to `folder`/packages, as JSON and as a page; returns what the lists need, in the subjects' order.

    `cores` is how many processes may make drafts at once; without it as many as this machine has cores. Few drafts are made in
    this process. The files do not depend on it. Raises WorkerLost when one of them is killed.
    """
    (folder / "packages").mkdir(mode=0o700)
    processes = 1 if len(people) < _WORTH else min(cores or count_cores(), -(-len(people) // _SHARE))
    shares = (Share(some, found, waiting & set(some)) for some, found in cut_shares(gathered, people, _SHARE))
    listed: dict[str, Listed] = {}
    progress("Writing pages", 0, len(people))
    for made in spread(begin_drafting, (folder, basis), shares, processes=processes):
        listed |= made
        progress("Writing pages", len(listed), len(people))
    return [listed[person] for person in people]


def begin_drafting(told: tuple[Path, Basis]) -> Callable[[Share], Iterator[dict[str, Listed]]]:
    """The function that writes the drafts of one share, and answers with what the lists need of each subject."""
    folder, basis = told
    return lambda share: _write_share(folder, basis, share)


def _write_share(folder: Path, basis: Basis, share: Share) -> Iterator[dict[str, Listed]]:
    with _nothing_to_collect():
        # One kind of work after the other for the whole share: a processor that does one thing at a time does it faster.
        drafts = {
            person: assemble(person, rows, basis, waits=person in share.waiting)
            for person, rows in share.gathered.rows_of(share.people)
        }
        for package in drafts.values():
            _stop_alone()
            content = package.model_dump_json(indent=1) + "\n"
            (folder / "packages" / f"{package.package_id}.json").write_text(content, encoding="utf-8")
        for package in drafts.values():
            _stop_alone()
            write_package(folder, package)
        yield {
            person: Listed(package.team, package.waits, package.tell_another is not None, list_entry(package))
            for person, package in drafts.items()
        }


def _stop_alone() -> None:
    """End a process whose search is gone, before it touches another file."""
    if alone():
        raise SystemExit("The search has ended.")


@contextmanager
def _nothing_to_collect() -> Iterator[None]:
    """Without Python's search for cycles of objects that nothing needs: drafts are many small objects, all of them needed, and to
    look through them again and again takes much of the time in which they are made."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()
