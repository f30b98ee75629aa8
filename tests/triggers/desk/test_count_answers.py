"""Do the numbers that a search tells of its answered drafts agree with the analyst's queue, without reading every draft?"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from headwater.triggers import desk as shelf
from headwater.triggers.desk import count_answers, keep_decisions, queue
from headwater.triggers.packages.package import Package
from tests.triggers.desk.conftest import Desk


def test_answers_are_counted_as_the_queue_has_them(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, *_ = desk.drafts().values()
    keep_decisions(desk.lake, [*desk.all_of(first), desk.decide(second, "identity", "rejected", "wrong person")])
    read: list[str] = []
    really = shelf.read_package

    def reading(folder: Path, number: str) -> Package:
        read.append(number)
        return really(folder, number)

    monkeypatch.setattr(shelf, "read_package", reading)
    counted = count_answers(desk.lake, desk.folder, desk.trigger)
    assert sorted(read) == sorted([first.package_id, second.package_id])
    assert counted == Counter(state.status for _, state in queue(desk.lake, desk.folder, desk.trigger))
    assert (counted["confirmed"], counted["rejected"], counted["waiting"]) == (1, 1, 2)
