"""What did teams answer to the packages that they were given? Kept in the lake, line by line; nothing is overwritten."""

from __future__ import annotations

import json
import os
from datetime import date
from typing import Literal

import pyarrow as pa
from pydantic import ValidationError

from headwater.engine import Engine
from headwater.records import Lake
from headwater.records.lake import LakeError
from headwater.triggers.rules.indicator import Strict

GIVEN = ("taken on", "not needed", "wrong person", "wrong evidence")


class Answer(Strict):
    """One answer of a team to one package, in the words that it may use."""

    package_id: str
    trigger: str
    team: str
    answer: Literal["taken on", "not needed", "wrong person", "wrong evidence"]
    evidence_id: str | None = None
    reason: str = ""
    by: str = ""
    answered_on: date


def read_answers(lake: Lake) -> list[Answer]:
    """All answers, oldest first; a last line that a killed process left half is not one. Raises LakeError for any other fault."""
    path = lake.folder / "desk" / "answers.jsonl"
    if not path.exists():
        return []
    found = []
    lines = path.read_bytes().split(b"\n")
    for number, line in enumerate(lines, start=1):
        if not line:
            continue
        try:
            found.append(Answer.model_validate_json(line))
        except ValidationError as fault:
            if number == len(lines):
                continue
            raise LakeError(
                f"Line {number} of {path} is no answer: {fault.errors()[0]['msg']}. Restore the file from a backup."
            ) from None
    return found


def keep_answers(lake: Lake, answers: list[Answer]) -> int:
    """Add the answers that are not there yet, all or none; returns how many were new. The lines are on disk when it returns."""
    with lake.hold():
        known = {answer.model_dump_json() for answer in read_answers(lake)}
        new = [line for line in dict.fromkeys(answer.model_dump_json() for answer in answers) if line not in known]
        path = lake.folder / "desk" / "answers.jsonl"
        path.parent.mkdir(exist_ok=True, mode=0o700)
        whole = "".join(f"{line}\n" for line in [*_kept(lake), *new])
        part = path.with_suffix(".part")
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
            handle.write(whole)
            handle.flush()
            os.fsync(handle.fileno())
        part.replace(path)
    return len(new)


def _kept(lake: Lake) -> list[str]:
    return [answer.model_dump_json() for answer in read_answers(lake)]


def open_answers(engine: Engine, answers: list[Answer], trigger_id: str) -> None:
    """Make table `answer` (person_id, answer, team, answered_on): those to this trigger's packages, by the subject's number."""
    rows = [json.loads(answer.model_dump_json()) for answer in answers if answer.trigger == trigger_id]
    table = pa.table(
        {
            name: pa.array([row[name] for row in rows], pa.string())
            for name in ("package_id", "answer", "team", "answered_on")
        }
    )
    engine.register("given_answer", table)
    engine.create(
        "answer",
        "SELECT s.person_id, g.answer, g.team, CAST(g.answered_on AS DATE) AS answered_on FROM given_answer g "
        "JOIN subject_summary s ON g.package_id = 'K-' || left(md5($trigger || '|' || s.person_id), 12)",
        {"trigger": trigger_id},
    )
