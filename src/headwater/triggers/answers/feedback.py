"""How often were packages right, by what teams answered? Precision by trigger and by kind of evidence, with intervals."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from headwater.triggers.answers.store import GIVEN, Answer
from headwater.triggers.counting.interval import interval
from headwater.triggers.packages.package import Package

RIGHT = ("taken on", "not needed")
"""Answers that say that person and evidence were right, whether or not help was wanted."""

COLUMNS = ("package_id", "answer", "evidence_id", "reason", "team", "by", "answered_on")


class FeedbackError(Exception):
    """A row of an answer file cannot be used; the message says which and why. Nothing of the file was kept."""


@dataclass(frozen=True)
class Precision:
    """Of so many answered, so many right; with the 95 % Wilson interval."""

    name: str
    answered: int
    right: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """The share that was right."""
        return self.right / self.answered


def list_answered(text: str) -> set[str]:
    """The numbers of the packages about which a CSV file holds answers; raises FeedbackError where it lacks a column."""
    return {cells["package_id"] for _, cells in _rows(text)}


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows with an answer, each with its number in the file, of which the first is the names of the columns."""
    reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff"), newline=""))
    missing = [name for name in ("package_id", "answer", "answered_on") if name not in (reader.fieldnames or ())]
    if missing:
        raise FeedbackError(f"The file lacks the column {missing[0]}. It needs {', '.join(COLUMNS)}.")
    for number, row in enumerate(reader, start=2):
        cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
        if cells["answer"]:
            yield number, cells


def read_feedback(text: str, packages: Mapping[str, Package], unreadable: Collection[str] = ()) -> list[Answer]:
    """The answers of a CSV file with the columns of COLUMNS, but those about packages that cannot be read; raises FeedbackError for
    the first bad row."""
    found = []
    for number, cells in _rows(text):
        if cells["package_id"] in unreadable:
            continue
        package = packages.get(cells["package_id"])
        if package is None:
            raise FeedbackError(f"Row {number}: no run of this lake has a package {cells['package_id']!r}.")
        ids = {item.evidence_id for kind in package.evidence for item in kind.items}
        if cells["answer"].lower() == "wrong evidence" and cells["evidence_id"] not in ids:
            raise FeedbackError(
                f"Row {number}: wrong evidence needs an evidence_id of {package.package_id}, not {cells['evidence_id']!r}."
            )
        try:
            found.append(
                Answer.model_validate(
                    {
                        "package_id": package.package_id, "trigger": package.method.trigger, "team": cells["team"] or package.team.name,
                        "answer": cells["answer"].lower(), "evidence_id": cells["evidence_id"] or None, "reason": cells["reason"], "by": cells["by"],
                        "answered_on": cells["answered_on"],
                    }
                )
            )  # fmt: skip
        except ValidationError as fault:
            first = fault.errors()[0]
            raise FeedbackError(
                f"Row {number}, {first['loc'][0]}: {first['msg']}. Answers are {', '.join(GIVEN)}; a day is written 2017-03-31."
            ) from None
    return found


def precision_by_trigger(answers: Sequence[Answer]) -> list[Precision]:
    """By trigger; of several answers to one package the newest holds."""
    newest = _newest(answers)
    return [
        _share(trigger, [answer.answer in RIGHT for answer in newest if answer.trigger == trigger])
        for trigger in sorted({answer.trigger for answer in newest})
    ]


def precision_by_indicator(answers: Sequence[Answer], packages: Mapping[str, Package]) -> list[Precision]:
    """By kind of evidence: each counted item of an answered package is right unless the person or this item was wrong."""
    wrong = {answer.evidence_id for answer in answers if answer.answer == "wrong evidence"}
    told: dict[str, list[bool]] = {}
    for answer in _newest(answers):
        package = packages.get(answer.package_id)
        for item in [item for kind in package.evidence for item in kind.items if item.counts] if package else []:
            told.setdefault(item.indicator, []).append(
                answer.answer != "wrong person" and item.evidence_id not in wrong
            )
    return [_share(name, told[name]) for name in sorted(told)]


def _newest(answers: Sequence[Answer]) -> list[Answer]:
    """One answer a package: the newest; of one day a wrong one, since it says more."""
    chosen: dict[str, Answer] = {}
    for answer in answers:
        before = chosen.get(answer.package_id)
        if before is None or (answer.answered_on, answer.answer not in RIGHT) >= (
            before.answered_on,
            before.answer not in RIGHT,
        ):
            chosen[answer.package_id] = answer
    return list(chosen.values())


def _share(name: str, right: list[bool]) -> Precision:
    low, high = interval(sum(right), len(right))
    return Precision(name, len(right), sum(right), low, high)
