"""What did reviewers decide about two records? Kept for ever, the newest about a pair counts, every link respects it."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Literal

from headwater.engine import append_lines
from headwater.records import Lake
from headwater.records.lake import LakeError

Verdict = Literal["same person", "not the same person", "undecided"]


class DecisionError(Exception):
    """A decision cannot be kept; the message says why."""


@dataclass(frozen=True)
class Decision:
    """One verdict about two person records. `undecided` takes an earlier verdict back."""

    record_a: str
    record_b: str
    verdict: Verdict
    role: str
    reason: str
    user: str
    at: str


def decide(
    lake: Lake, *, record_a: str, record_b: str, verdict: Verdict, role: str, reason: str, user: str
) -> Decision:
    """Write a verdict to the lake; it is on disk when this returns. Raises DecisionError for one record or no reason."""
    if record_a == record_b:
        raise DecisionError("A decision needs two different records.")
    if verdict not in ("same person", "not the same person", "undecided"):
        raise DecisionError(f"{verdict!r} is not a verdict. Say same person, not the same person, or undecided.")
    if not reason.strip():
        raise DecisionError("Give a reason: the next reviewer has to understand it.")
    first, second = sorted((record_a, record_b))
    decision = Decision(first, second, verdict, role, reason, user, datetime.now(UTC).isoformat(timespec="seconds"))
    lake.decisions.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = lake.decisions / "identity.jsonl"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "r+b") as handle:
        append_lines(handle, json.dumps(asdict(decision), ensure_ascii=False, sort_keys=True).encode() + b"\n")
    return decision


def list_decisions(lake: Lake) -> list[Decision]:
    """The verdict that counts for each pair, in order of the pair; those taken back are left out."""
    newest = {(decision.record_a, decision.record_b): decision for decision in _read(lake)}
    return [newest[pair] for pair in sorted(newest) if newest[pair].verdict != "undecided"]


def list_decided_records(lake: Lake) -> list[str]:
    """Every record that a decision was ever about, also one that was taken back."""
    return sorted({record for decision in _read(lake) for record in (decision.record_a, decision.record_b)})


def _read(lake: Lake) -> list[Decision]:
    """All decisions as they were written.

    A line that a killed process left half is passed over: nobody was told that it was kept. Raises LakeError for any other line
    that is no decision.
    """
    path = lake.decisions / "identity.jsonl"
    if not path.exists():
        return []
    found: list[Decision] = []
    for number, line in enumerate(path.read_bytes().split(b"\n"), start=1):
        try:
            found.append(Decision(**json.loads(line)))
        except (ValueError, TypeError):
            if not line.endswith(b"}"):
                continue
            raise LakeError(
                f"Line {number} of {path} is no decision. Restore the file from a backup; nothing was changed."
            ) from None
    return found
